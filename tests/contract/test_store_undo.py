"""Undoing a load: what it brought goes, what it replaced or retracted holds again, what came later stays."""

from typing import Any

import pytest

from graph_service.errors import Conflict
from graph_service.store import undoing
from graph_service.store.store import Store
from tests.contract.conftest import meeting, organization, person


def test_undoing_a_load_retracts_what_it_brought_and_brings_back_what_it_replaced(store: Store) -> None:
    store.put("person", person(store, "ana", grade="10"), batch="first")
    store.put("person", person(store, "ana", grade="11"), person(store, "bo"), batch="second")
    receipt = store.undo("second")
    assert (receipt.added, receipt.changed) == (1, 1)
    [found] = store.find("person")
    assert (found["key"], found["grade"], found["version"], found["batch"]) == ("ana", "10", 3, "first")


def test_a_record_that_a_load_changed_twice_goes_back_to_before_the_load(store: Store) -> None:
    store.put("person", person(store, "ana", grade="10"), batch="first")
    store.put("person", person(store, "ana", grade="11"), batch="second")
    store.put("person", person(store, "ana", grade="12"), batch="second")
    store.undo("second")
    assert store.find("person")[0]["grade"] == "10"


def test_what_a_load_retracted_holds_again(store: Store) -> None:
    store.put("person", person(store, "ana", grade="10"))
    store.retract("person", [person(store, "ana")["id"]], batch="second")
    receipt = store.undo("second")
    assert (receipt.added, receipt.changed) == (1, 0)
    assert store.find("person")[0]["grade"] == "10"


def test_what_was_retracted_before_the_load_does_not_come_back(store: Store) -> None:
    store.put("person", person(store, "ana", grade="10"))
    store.retract("person", [person(store, "ana")["id"]])
    store.put("person", person(store, "ana", grade="11"), batch="second")
    store.undo("second")
    assert store.count("person") == 0


def test_what_somebody_changed_after_the_load_stays(store: Store) -> None:
    store.put("person", person(store, "ana"), person(store, "bo"), batch="first")
    store.put("person", person(store, "ana", grade="11"))
    store.undo("first")
    assert [row["key"] for row in store.find("person")] == ["ana"]


def test_undoing_twice_changes_nothing(store: Store) -> None:
    store.put("person", person(store, "ana", grade="10"), batch="first")
    store.put("person", person(store, "ana", grade="11"), batch="second")
    last = store.undo("second").revision
    again = store.undo("second")
    assert (again.added, again.changed, again.revision) == (0, 0, last)
    assert store.undo("no such load").revision == last


def test_a_load_of_several_kinds_is_undone_with_its_references(store: Store, people: Any) -> None:
    [ana] = people("ana")
    store.put("organization", organization("district"), organization("school", parent="district"), batch="b")
    store.put("person", person(store, "bo"), batch="b")
    bo = person(store, "bo")["id"]
    store.put("interaction", meeting("i1", ana, bo, host="school"), batch="b")
    store.put("affiliation", {"id": "a1", "person": bo, "organization": "school", "relation": "teaches_at"}, batch="b")
    store.undo("b")
    kinds = ("organization", "interaction", "affiliation")
    assert [store.count(kind) for kind in kinds] == [0, 0, 0]
    assert [row["key"] for row in store.find("person")] == ["ana"]


def test_restored_participants_and_references_are_those_of_before(store: Store, people: Any) -> None:
    ana, bo, cy = people("ana", "bo", "cy")
    store.put("organization", organization("acme"), organization("beta"))
    store.put("interaction", meeting("i1", ana, bo, host="acme"))
    store.put("interaction", meeting("i1", ana, cy, host="beta"), batch="b")
    store.undo("b")
    [found] = store.find("interaction")
    assert [each["id"] for each in found["participants"]] == [ana, bo]
    assert found["host"] == "acme"
    assert [each["alter"] for each in store.contacts_of(ana, found["date"])] == [bo]


def test_undoing_is_refused_while_later_records_refer_to_what_would_go(store: Store, people: Any) -> None:
    [ana] = people("ana")
    store.put("person", person(store, "bo"), batch="b")
    store.put("interaction", meeting("i1", ana, person(store, "bo")["id"]))
    with pytest.raises(Conflict):
        store.undo("b")
    assert store.count("person") == 2


def test_a_large_load_is_undone_in_several_writes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "CHUNK", 4)
    store.put("person", *(person(store, f"k{at}", grade="9") for at in range(6)))
    before = store.revision()
    store.put("person", *(person(store, f"k{at}", grade="10") for at in range(10)), batch="b")
    receipt = store.undo("b")
    assert (receipt.added, receipt.changed) == (6, 4)
    assert store.revision() == before + 1 + 3
    assert {(row["key"], row["grade"]) for row in store.find("person")} == {(f"k{at}", "9") for at in range(6)}

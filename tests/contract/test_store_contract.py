"""What every store promises about appending, reading, versions and guards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from graph_service import clock
from graph_service.errors import CapacityFull, Conflict, InvalidRecord, StaleVersion, WrongSecret
from graph_service.records.contacts import INTERACTION
from graph_service.records.kind import kept_schema
from graph_service.records.people import PERSON
from graph_service.records.registry import KINDS
from graph_service.store.opening import open_store
from graph_service.store.port import Guard
from graph_service.store.store import Store
from tests.contract.conftest import DAY, meeting, organization, person, rows, versions


def test_a_new_store_has_no_records_and_revision_zero(store: Store) -> None:
    assert store.revision() == 0
    assert store.count("person") == 0
    assert store.since("person").schema == kept_schema(PERSON)


def test_a_record_is_read_as_it_was_put(store: Store, people: Any) -> None:
    [ana] = people("ana", given_name='Ana "A"', birth_date=date(2009, 2, 28), goals=["healthcare"], exploring=True)
    found = store.get("person", ana)
    assert found is not None
    assert (found["given_name"], found["birth_date"], found["goals"]) == (
        'Ana "A"',
        date(2009, 2, 28),
        ["healthcare"],
    )
    assert (found["exploring"], found["status"], found["email"], found["languages"]) == (True, "named_only", None, [])
    assert (found["version"], found["revision"], found["ended"], found["batch"]) == (1, 1, None, None)


def test_participants_keep_their_order_and_their_roles(store: Store, people: Any) -> None:
    bo, ana, cy = people("bo", "ana", "cy")
    members = [{"id": ana, "role": "learner"}, {"id": bo, "role": "mentor"}, {"id": cy, "role": "staff"}]
    store.put("interaction", meeting("i1", day=DAY) | {"participants": members})
    assert store.get("interaction", "i1")["participants"] == members  # type: ignore[index]
    assert store.since("interaction")["participants"].to_pylist() == [members]


def test_appending_the_same_again_changes_nothing_and_takes_no_revision(store: Store, people: Any) -> None:
    people("ana", "bo")
    before = rows(store.since("person"))
    receipt = store.put("person", person(store, "ana"), person(store, "bo"))
    assert (receipt.added, receipt.changed, receipt.unchanged, receipt.revision) == (0, 0, 2, 1)
    assert store.revision() == 1
    assert rows(store.since("person")) == before


def test_a_changed_row_becomes_the_next_version_and_the_old_one_ends(store: Store, people: Any) -> None:
    [ana] = people("ana", grade="10")
    receipt = store.put("person", person(store, "ana", grade="11"))
    assert (receipt.added, receipt.changed) == (0, 1)
    assert [(v["version"], v["grade"], v["revision"], v["ended"]) for v in store.history("person", ana)] == [
        (1, "10", 1, 2),
        (2, "11", 2, None),
    ]


def test_a_new_version_replaces_the_participants_and_keeps_the_old_ones_in_the_history(
    store: Store, people: Any
) -> None:
    ana, bo, cy = people("ana", "bo", "cy")
    store.put("interaction", meeting("i1", ana, bo))
    store.put("interaction", meeting("i1", ana, cy))
    old, new = store.history("interaction", "i1")
    assert [each["id"] for each in old["participants"]] == [ana, bo]
    assert [each["id"] for each in new["participants"]] == [ana, cy]
    assert [each["alter"] for each in store.contacts_of(ana, DAY)] == [cy]


def test_a_retracted_record_is_gone_from_the_present_and_stays_in_the_history(store: Store, people: Any) -> None:
    [ana] = people("ana")
    receipt = store.retract("person", [ana, "nobody"])
    assert receipt.changed == 1
    assert store.get("person", ana) is None
    assert store.count("person") == 0
    assert versions(store.since("person")) == {(ana, 1, 2)}


def test_retracting_nothing_takes_no_revision(store: Store) -> None:
    assert store.retract("person", ["nobody"]).revision == 0
    assert store.revision() == 0


def test_a_retracted_record_that_comes_again_is_the_next_version(store: Store, people: Any) -> None:
    [ana] = people("ana")
    store.retract("person", [ana])
    people("ana")
    assert versions(store.since("person")) == {(ana, 1, 2), (ana, 2, None)}


def test_since_gives_what_is_newer_and_what_ended(store: Store, people: Any) -> None:
    ana, bo = people("ana", "bo")
    [cy] = people("cy")
    store.put("person", person(store, "bo", grade="12"))
    store.retract("person", [ana])
    assert versions(store.since("person", 1)) == {(ana, 1, 4), (bo, 1, 3), (bo, 2, None), (cy, 1, None)}
    assert versions(store.since("person", 4)) == set()


def test_since_until_a_revision_knows_nothing_of_what_came_later(store: Store, people: Any) -> None:
    ana, bo = people("ana", "bo")
    store.put("person", person(store, "bo", grade="12"))
    people("cy")
    store.retract("person", [ana])
    assert versions(store.since("person", 0, 1)) == {(ana, 1, None), (bo, 1, None)}
    assert versions(store.since("person", 0, 2)) == {(ana, 1, None), (bo, 1, 2), (bo, 2, None)}
    assert versions(store.since("person", 2, 3)) == {(store.internal_id("person", "local", "cy"), 1, None)}


def test_what_came_since_put_together_is_what_a_first_look_gives(store: Store, people: Any) -> None:
    ana, bo, cy = people("ana", "bo", "cy")
    store.put("interaction", meeting("i1", ana, bo), meeting("i2", bo, cy))
    store.put("interaction", meeting("i1", ana, cy), meeting("i3", ana, bo, cy))
    store.retract("interaction", ["i2"])
    last = store.revision()
    pieces: dict[Any, Any] = {}
    for revision in range(last):
        for row in store.since("interaction", revision, revision + 1).to_pylist():
            pieces[row["id"], row["version"]] = row
    whole = {(row["id"], row["version"]): row for row in store.since("interaction").to_pylist()}
    assert pieces == whole


def test_free_text_survives_quotes_commas_newlines_and_emptiness(store: Store) -> None:
    texts = [
        'a "b", c',
        "line\nbreak",
        "tab\tand\rreturn",
        "",
        "null",
        "NA",
        "ünïcödé ✓",
        "'; DROP TABLE person; --",
        "\\",
    ]
    records = [person(store, f"k{at}", given_name=text, languages=[text, "es"]) for at, text in enumerate(texts)]
    store.put("person", *records)
    table = store.since("person")
    found = {row["key"]: (row["given_name"], row["languages"]) for row in table.to_pylist()}
    assert found == {f"k{at}": (text, [text, "es"]) for at, text in enumerate(texts)}
    for at, text in enumerate(texts):
        assert store.get("person", records[at]["id"])["given_name"] == text  # type: ignore[index]


def test_a_reference_to_nothing_is_refused_with_its_row_and_nothing_is_kept(store: Store, people: Any) -> None:
    ana, bo = people("ana", "bo")
    with pytest.raises(InvalidRecord) as refused:
        store.put("interaction", meeting("i1", ana, bo), meeting("i2", ana, "nobody"))
    assert [(each["row"], each["field"]) for each in refused.value.problems] == [(1, "participants")]
    with pytest.raises(InvalidRecord):
        store.put("interaction", meeting("i1", ana, bo, host="nowhere"))
    assert store.count("interaction") == 0
    assert store.revision() == 1


def test_references_within_one_write_are_found_in_the_order_of_its_tables(store: Store) -> None:
    from graph_service.records.validation import validate_records

    ana, bo = person(store, "ana"), person(store, "bo")
    store.append_all(
        [
            ("person", validate_records(PERSON, [ana, bo])),
            ("interaction", validate_records(INTERACTION, [meeting("i1", ana["id"], bo["id"])])),
        ]
    )
    assert store.count("interaction") == 1
    assert store.revision() == 1


def test_an_organization_may_refer_to_another_of_the_same_table(store: Store) -> None:
    store.put("organization", organization("school", kind="school", parent="district"), organization("district"))
    assert store.get("organization", "school")["parent"] == "district"  # type: ignore[index]


def test_a_record_that_others_refer_to_cannot_be_retracted(store: Store, people: Any) -> None:
    ana, bo = people("ana", "bo")
    store.put("interaction", meeting("i1", ana, bo))
    with pytest.raises(Conflict):
        store.retract("person", [ana])
    assert store.get("person", ana) is not None
    assert store.revision() == 2


def test_the_same_row_twice_in_a_table_is_one_record_and_two_different_ones_are_refused(store: Store) -> None:
    assert store.put("person", person(store, "ana"), person(store, "ana")).added == 1
    with pytest.raises(Conflict):
        store.put("person", person(store, "bo", grade="9"), person(store, "bo", grade="10"))
    assert store.count("person") == 1


def test_an_id_with_a_comma_or_a_blank_is_refused(store: Store) -> None:
    for id in ("a,b", "a b", "", 'a"b', "a\nb"):
        with pytest.raises(InvalidRecord):
            store.put("person", person(store, "ana") | {"id": id})


def test_a_write_expecting_a_version_is_refused_when_somebody_was_quicker(store: Store, people: Any) -> None:
    [ana] = people("ana")
    store.append("person", _table(person(store, "ana", grade="11")), expect={("person", ana): 1})
    with pytest.raises(StaleVersion):
        store.append("person", _table(person(store, "ana", grade="12")), expect={("person", ana): 1})
    assert store.get("person", ana)["grade"] == "11"  # type: ignore[index]


def test_version_zero_expects_that_nothing_is_there(store: Store, people: Any) -> None:
    [ana] = people("ana")
    store.append("person", _table(person(store, "bo")), expect={("person", person(store, "bo")["id"]): 0})
    with pytest.raises(StaleVersion):
        store.append("person", _table(person(store, "ana", grade="9")), expect={("person", ana): 0})


def test_a_guard_counts_live_records_and_refuses_at_its_limit(store: Store, people: Any) -> None:
    ana, bo, cy = people("ana", "bo", "cy")
    load = [Guard(_kind("caseload"), {"adult": ana, "role": ["coordinator", "counsellor"]}, 1)]
    store.append("caseload", _table_of("caseload", {"id": "c1", "adult": ana, "learner": bo}), guards=load)
    with pytest.raises(CapacityFull):
        store.append("caseload", _table_of("caseload", {"id": "c2", "adult": ana, "learner": cy}), guards=load)
    store.retract("caseload", ["c1"])
    store.append("caseload", _table_of("caseload", {"id": "c2", "adult": ana, "learner": cy}), guards=load)
    assert store.count("caseload", adult=ana) == 1


def test_pages_follow_the_order_of_ids_and_end(store: Store, people: Any) -> None:
    ids = sorted(people(*(f"k{at}" for at in range(7))))
    first = [row["id"] for row in store.page("person", limit=4)]
    rest = [row["id"] for row in store.page("person", after=first[-1], limit=4)]
    assert first + rest == ids
    assert store.page("person", after=ids[-1]) == []


def test_records_are_found_by_values_references_lists_and_absence(store: Store, people: Any) -> None:
    ana, bo = people("ana", "bo", grade="10")
    [cy] = people("cy", roles=["mentor", "alum"], birth_date=date(1990, 1, 1), exploring=True)
    store.put("organization", organization("acme"))
    store.put("affiliation", {"id": "a1", "person": cy, "organization": "acme", "relation": "works_at"})
    assert {row["id"] for row in store.find("person", grade="10")} == {ana, bo}
    assert {row["id"] for row in store.find("person", key=["ana", "cy"])} == {ana, cy}
    assert {row["id"] for row in store.find("person", roles="alum")} == {cy}
    assert {row["id"] for row in store.find("person", grade=None)} == {cy}
    assert {row["id"] for row in store.find("person", birth_date=date(1990, 1, 1), exploring=True)} == {cy}
    assert [row["organization"] for row in store.find("affiliation", person=[cy, ana])] == ["acme"]
    assert store.count("affiliation", organization="acme", relation="works_at") == 1
    assert store.count("affiliation", organization="acme", relation="enrolled_at") == 0
    assert store.known("person", [ana, "nobody"]) == {ana}


def test_the_contacts_of_a_person_come_newest_first_with_their_kinds(store: Store, people: Any) -> None:
    ana, bo, cy = people("ana", "bo", "cy")
    later = DAY + timedelta(days=3)
    store.put(
        "interaction",
        meeting("i1", ana, bo),
        meeting("i2", ana, bo, kind="call"),
        meeting("i3", cy, ana, day=later),
        meeting("i4", bo, cy, day=later),
    )
    assert store.contacts_of(ana, later) == [
        {"alter": cy, "last": later, "contacts": 1, "kinds": ["meeting"]},
        {"alter": bo, "last": DAY, "contacts": 2, "kinds": ["call", "meeting"]},
    ]
    assert [each["alter"] for each in store.contacts_of(ana, DAY)] == [bo]
    assert [each["id"] for each in store.interactions_of(ana, later)] == ["i3", "i1", "i2"]
    assert [each["id"] for each in store.interactions_of(ana, DAY, limit=1)] == ["i1"]


def test_what_was_known_at_a_day_is_found_by_its_revision(store: Store, people: Any) -> None:
    try:
        clock.stand_at(datetime(2026, 3, 1, 12, tzinfo=UTC))
        people("ana")
        clock.stand_at(datetime(2026, 3, 3, 23, 30, tzinfo=UTC))
        people("bo")
        assert store.revision_at(date(2026, 2, 28)) == 0
        assert store.revision_at(date(2026, 3, 1)) == 1
        assert store.revision_at(date(2026, 3, 3)) == 2
        assert store.revision_at(date(2026, 3, 3), "Europe/Berlin") == 1
        assert store.revision_at(None) == 2
    finally:
        clock.stand_at(None)


def test_the_record_of_time_never_goes_back_when_the_clock_does(store: Store, people: Any) -> None:
    try:
        clock.stand_at(datetime(2026, 3, 3, tzinfo=UTC))
        people("ana")
        clock.stand_at(datetime(2026, 3, 1, tzinfo=UTC))
        people("bo")
    finally:
        clock.stand_at(None)
    assert [entry.recorded_at.day for entry in store.revisions()] == [3, 3]


def test_the_log_tells_who_did_what_in_which_load(store: Store) -> None:
    store.put("person", person(store, "ana"), actor="coordinator", action="load", batch="b1")
    [entry] = store.revisions()
    assert (entry.revision, entry.actor, entry.action, entry.batch) == (1, "coordinator", "load", "b1")


def test_a_store_opened_again_is_the_same_store(store: Store, store_url: str, people: Any) -> None:
    [ana] = people("ana")
    with open_store(store_url) as again:
        assert again.id == store.id
        assert again.get("person", ana) is not None


def test_another_secret_is_refused(store: Store, store_url: str, tmp_path: Any, monkeypatch: Any) -> None:
    other = tmp_path / "other"
    other.write_text("00" * 32)
    monkeypatch.setenv("GRAPH_SERVICE_SECRET_FILE", str(other))
    with pytest.raises(WrongSecret):
        open_store(store_url)


def test_a_store_of_an_earlier_version_gets_the_fields_declared_since_with_their_defaults(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = {"phone", "goals", "exploring", "basis"}
    fields = tuple(each for each in PERSON.fields if each.name not in late)
    with monkeypatch.context() as then:
        then.setitem(KINDS, "person", replace(PERSON, by_name={}, fields=fields))
        with open_store(store_url) as before:
            before.put("person", person(before, "ana"))
            before.put("person", person(before, "ana", grade="9"))
    with open_store(store_url) as after:
        after.put("person", person(after, "bo", phone="555-0100", goals=["healthcare"], exploring=True))
        assert after.put("person", person(after, "ana", grade="9")).unchanged == 1
        found = {
            (row["key"], row["version"]): (row["phone"], row["goals"], row["exploring"], row["basis"])
            for row in after.since("person").to_pylist()
        }
        assert found == {
            ("ana", 1): (None, [], False, "programme"),
            ("ana", 2): (None, [], False, "programme"),
            ("bo", 1): ("555-0100", ["healthcare"], True, "programme"),
        }
        [ana] = after.find("person", exploring=False)
        assert (ana["key"], ana["goals"], ana["basis"]) == ("ana", [], "programme")


def _kind(name: str) -> Any:
    from graph_service.records.registry import kind

    return kind(name)


def _table_of(name: str, *records: dict[str, Any]) -> Any:
    from graph_service.records.validation import validate_records

    return validate_records(_kind(name), records)


def _table(*records: dict[str, Any]) -> Any:
    return _table_of("person", *records)


def test_a_nothing_at_the_very_end_of_a_table_is_null(store: Store, people: Any) -> None:
    learner, mentor = people("ana", "eng")
    day = {"learner": learner, "connector": mentor, "target": mentor, "state": "suggested", "since": DAY}
    store.put("introduction", {"id": "n1", **day, "suggested": DAY})
    assert store.since("introduction")["meeting"].to_pylist() == [None]

"""Erasure: the one physical delete. Nobody who was erased is found again, or comes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_service.errors import InvalidRecord
from graph_service.store.port import ANONYMOUS
from graph_service.store.store import Store
from tests.contract.conftest import DAY, meeting, organization, person

NAME, FAMILY, ADDRESS = "Zebulonia", "Quartzfeather", "zebulonia.quartzfeather@example.org"


@pytest.fixture
def erased(store: Store, people: Any) -> str:
    """Somebody with names, versions, contacts and affiliations, erased; gives the id."""
    [zeb] = people("zeb-4711", given_name=NAME, family_name=FAMILY, email=ADDRESS)
    ana, bo = people("ana", "bo")
    store.put("person", person(store, "zeb-4711", given_name=NAME, family_name=FAMILY, grade="12"))
    store.put("organization", organization("acme"))
    store.put("interaction", meeting("i1", zeb, ana, host="acme"), meeting("i2", zeb, bo, ana), meeting("i3", ana, bo))
    store.put("interaction", meeting("i2", zeb, bo))
    store.put("interaction", meeting("i4", zeb, ana))
    store.retract("interaction", ["i4"])
    store.put("affiliation", {"id": "a1", "person": zeb, "organization": "acme", "relation": "works_at", "title": NAME})
    store.put("affiliation", {"id": "a1", "person": zeb, "organization": "acme", "relation": "alum_of"})
    store.put("consent", {"id": "c1", "person": zeb, "purpose": "introduce", "since": DAY})
    store.retract("consent", ["c1"])
    store.erase("person", [zeb])
    return zeb


def test_an_erased_person_is_gone_with_all_versions_and_all_that_is_only_about_them(store: Store, erased: str) -> None:
    assert store.get("person", erased) is None
    assert store.history("person", erased) == []
    assert store.since("affiliation").num_rows == 0
    assert store.since("consent").num_rows == 0
    assert store.contacts_of(erased, DAY) == []


def test_contacts_with_an_erased_person_stay_with_an_anonymous_participant_in_all_versions(
    store: Store, erased: str
) -> None:
    ana, bo = (person(store, key)["id"] for key in ("ana", "bo"))
    found = {
        (row["id"], row["version"]): [each["id"] for each in row["participants"]]
        for row in store.since("interaction").to_pylist()
    }
    assert found == {
        ("i1", 1): [ANONYMOUS, ana],
        ("i2", 1): [ANONYMOUS, bo, ana],
        ("i2", 2): [ANONYMOUS, bo],
        ("i3", 1): [ana, bo],
        ("i4", 1): [ANONYMOUS, ana],
    }
    assert [each["alter"] for each in store.contacts_of(ana, DAY)] == [bo]


def test_erasure_is_told_to_caches_by_the_epoch_and_kept_in_the_ledger(store: Store, erased: str) -> None:
    assert store.meta().epoch == 1
    assert store.erasures() == [("person", erased)]


def test_an_erased_person_does_not_come_back_by_a_load(store: Store, erased: str) -> None:
    receipt = store.put("person", person(store, "zeb-4711", given_name=NAME), person(store, "cy"))
    assert (receipt.added, receipt.unchanged, receipt.refused) == (1, 0, (erased,))
    assert store.get("person", erased) is None


def test_a_load_of_the_same_contacts_again_changes_nothing(store: Store, erased: str) -> None:
    ana, bo = (person(store, key)["id"] for key in ("ana", "bo"))
    receipt = store.put("interaction", meeting("i1", erased, ana, host="acme"), meeting("i2", erased, bo))
    assert (receipt.added, receipt.changed, receipt.unchanged, receipt.refused) == (0, 0, 2, (erased,))


def test_new_contacts_of_an_erased_person_name_nobody_and_records_about_them_are_left_out(
    store: Store, erased: str
) -> None:
    ana = person(store, "ana")["id"]
    store.put("interaction", meeting("i9", erased, ana))
    assert [each["id"] for each in store.get("interaction", "i9")["participants"]] == [ANONYMOUS, ana]  # type: ignore[index]
    about = {"id": "a2", "person": erased, "organization": "acme", "relation": "works_at"}
    other = {"id": "a3", "person": ana, "organization": "acme", "relation": "works_at"}
    receipt = store.put("affiliation", about, other)
    assert (receipt.added, receipt.left_out, receipt.refused) == (1, 1, (erased,))
    with pytest.raises(InvalidRecord):
        store.put("interaction", meeting("i10", "somebody-unknown", erased))


def test_erasing_again_and_erasing_somebody_unknown_only_fills_the_ledger(store: Store, erased: str) -> None:
    store.erase("person", [erased, "unknown"])
    assert sorted(store.erasures()) == sorted([("person", erased), ("person", "unknown")])
    assert store.put("person", person(store, "x") | {"id": "unknown"}).refused == ("unknown",)


def test_an_erased_organization_leaves_the_contacts_it_hosted_without_a_host(store: Store, people: Any) -> None:
    ana, bo = people("ana", "bo")
    store.put("organization", organization("acme"), organization("unit", parent="acme"))
    store.put("interaction", meeting("i1", ana, bo, host="acme"))
    store.put("affiliation", {"id": "a1", "person": ana, "organization": "acme", "relation": "works_at"})
    store.erase("organization", ["acme"])
    assert store.get("interaction", "i1")["host"] is None  # type: ignore[index]
    assert store.get("organization", "unit")["parent"] is None  # type: ignore[index]
    assert store.count("affiliation") == 0


def test_undoing_a_load_after_an_erasure_does_not_bring_the_erased_back(store: Store, people: Any) -> None:
    ana, bo, cy = people("ana", "bo", "cy")
    store.put("interaction", meeting("i1", ana, bo))
    store.put("interaction", meeting("i1", bo, cy), batch="b")
    store.erase("person", [ana])
    store.undo("b")
    assert [each["id"] for each in store.get("interaction", "i1")["participants"]] == [ANONYMOUS, bo]  # type: ignore[index]


def test_no_byte_of_an_erased_person_is_left_in_the_sqlite_file(sqlite_url: str) -> None:
    from graph_service.store.opening import open_store

    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with open_store(sqlite_url) as store:
        filler = [person(store, f"k{at}", given_name=f"Filler {at} Example") for at in range(300)]
        store.put("person", *filler, person(store, "zeb-4711", given_name=NAME, family_name=FAMILY, email=ADDRESS))
        zeb = person(store, "zeb-4711")["id"]
        store.put("person", person(store, "zeb-4711", given_name=NAME + "-Ann"))
        store.put("interaction", meeting("i1", zeb, filler[0]["id"]))
        assert any(NAME.encode() in data for data in _bytes(path))
        store.erase("person", [zeb])
        for data in _bytes(path):
            for secret in (NAME, FAMILY, ADDRESS, "zeb-4711"):
                assert secret.encode() not in data
    for data in _bytes(path):
        assert NAME.encode() not in data


def test_an_erased_person_is_in_no_answer_of_neo4j(neo4j_url: str, empty_neo4j: Any) -> None:
    from graph_service.store.opening import open_store

    with open_store(neo4j_url) as store:
        zeb, ana = person(store, "zeb-4711", given_name=NAME, email=ADDRESS), person(store, "ana")
        store.put("person", zeb, ana)
        store.put("person", zeb | {"grade": "12"})
        store.put("interaction", meeting("i1", zeb["id"], ana["id"]))
        store.put("interaction", meeting("i1", zeb["id"], ana["id"], minutes=30, context=f"{NAME} was late"))
        store.put("interaction", meeting("i2", ana["id"], ana["id"], context=f"without {ADDRESS} (zeb-4711)"))
        store.retract("interaction", ["i2"])
        store.erase("person", [zeb["id"]])
    values = empty_neo4j.run("MATCH (n) RETURN properties(n) AS p UNION ALL MATCH ()-[r]->() RETURN properties(r) AS p")
    text = repr(values)
    assert NAME not in text and ADDRESS not in text and "zeb-4711" not in text
    named = empty_neo4j.run("MATCH (n {id: $id}) RETURN labels(n) AS labels", id=zeb["id"])
    assert named == [{"labels": ["Erasure"]}]


def _bytes(path: Path) -> Iterator[bytes]:
    """Every file of the store, its write-ahead log too."""
    for each in path.parent.glob(path.name + "*"):
        yield each.read_bytes()

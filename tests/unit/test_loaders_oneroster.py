"""Rosters of schools (OneRoster 1.1 and 1.2): who is where, and that a partial file wipes nobody out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from graph_service import clock
from graph_service.actions.ingest import check, ingest, undo
from graph_service.errors import Conflict, MissingColumn, UnreadableFile
from graph_service.store.store import Store
from loaders.options import LoadOptions
from tests.unit.loads import contents, store
from tests.unit.rosters import DEMOGRAPHICS, ENROLLMENTS, FULL_11, FULL_12, ROLES, USERS_11, write_roster, zipped

__all__ = ["store"]

KINDS = ("person", "organization", "affiliation", "relation", "subgroup")


@pytest.fixture(autouse=True)
def spring() -> Iterator[None]:
    clock.stand_at(datetime(2026, 3, 10, 12, tzinfo=UTC))
    yield
    clock.stand_at(None)


def people(store: Store) -> dict[str, dict[str, Any]]:
    return {person["key"]: person for person in store.find("person")}


def belonging(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    """(person, organisation) to affiliation, all by their own keys."""
    names = {each["id"]: each["key"] for kind in ("person", "organization") for each in store.find(kind)}
    return {(names[each["person"]], names[each["organization"]]): each for each in store.find("affiliation")}


def without(user: str) -> dict[str, list[str]]:
    """The roster of 1.1 without one user."""
    return FULL_11 | {"users": [line for line in FULL_11["users"] if not line.startswith(f"{user},")]}


def test_a_roster_gives_people_their_roles_and_schools(store: Store, tmp_path: Path) -> None:
    receipt = ingest(store, "oneroster", write_roster(tmp_path / "r", FULL_11))
    assert receipt.rejected == 0
    assert {key: person["roles"] for key, person in people(store).items()} == {
        "ana": ["learner"],
        "bo": ["learner"],
        "tea": ["teacher"],
        "cou": ["counsellor"],
        "adm": [],
        "gus": ["guardian"],
    }
    assert {pair: each["relation"] for pair, each in belonging(store).items()} == {
        ("ana", "s1"): "enrolled_at",
        ("bo", "s1"): "enrolled_at",
        ("tea", "s1"): "teaches_at",
        ("cou", "s1"): "counsels_at",
        ("adm", "d1"): "staff_at",
        ("adm", "s1"): "staff_at",
    }


def test_the_first_enrolment_in_a_class_says_since_when_and_none_says_until_when(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "r", FULL_11))
    ana = belonging(store)["ana", "s1"]
    assert (ana["since"], ana["until"], ana["main"]) == (date(2025, 9, 1), None, True)


def test_organisations_of_a_roster_form_a_tree_and_departments_count_as_their_school(
    store: Store, tmp_path: Path
) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "r", FULL_11))
    places = {each["key"]: each for each in store.find("organization")}
    assert {key: each["kind"] for key, each in places.items()} == {"d1": "district", "s1": "school"}
    assert places["s1"]["parent"] == places["d1"]["id"]


def test_demographics_give_the_birth_date_and_subgroups_with_their_source(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "r", FULL_11))
    assert people(store)["ana"]["birth_date"] == date(2009, 5, 17)
    ana = people(store)["ana"]["id"]
    found = sorted((each["attribute"], each["value"]) for each in store.find("subgroup", person=ana))
    assert found == [("gender", "female"), ("race_ethnicity", "asian"), ("race_ethnicity", "hispanic_or_latino")]
    assert {each["source"] for each in store.find("subgroup")} == {"oneroster demographics"}


def test_a_guardian_is_related_to_the_child_once_and_privately(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "r", FULL_11))
    [relation] = store.find("relation")
    known = people(store)
    assert (relation["ego"], relation["alter"]) == (known["ana"]["id"], known["gus"]["id"])
    assert (relation["relation"], relation["private"]) == ("family", True)


@pytest.mark.parametrize("packed", [False, True])
def test_no_password_of_a_roster_reaches_the_store(store: Store, tmp_path: Path, packed: bool) -> None:
    folder = write_roster(tmp_path / "r", FULL_11)
    receipt = ingest(store, "oneroster", zipped(folder) if packed else folder)
    receipt.write_rejects(tmp_path / "rejects.csv")
    store.close()
    written = [path for path in tmp_path.iterdir() if path.is_file() and path.suffix != ".zip"]
    assert len(written) >= 3
    for path in written:
        assert b"Secret-" not in path.read_bytes(), path.name


def test_roles_of_version_1_2_are_read_from_their_own_file(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "r", FULL_12, "1.2"))
    found = belonging(store)
    assert {pair: (each["since"], each["until"], each["main"]) for pair, each in found.items()} == {
        ("ana", "s1"): (date(2025, 9, 1), None, False),
        ("ana", "s2"): (date(2025, 10, 1), date(2026, 6, 20), True),
        ("bo", "s1"): (None, None, True),
    }
    assert people(store)["ana"]["given_name"] == "Anita"


def test_a_folder_and_an_archive_of_it_give_the_same_store(store: Store, tmp_path: Path) -> None:
    folder = write_roster(tmp_path / "r", FULL_11)
    ingest(store, "oneroster", folder)
    before = contents(store, *KINDS)
    for inside in ("", "export/"):
        receipt = ingest(store, "oneroster", zipped(folder, inside))
        assert (receipt.added, receipt.changed) == (0, 0)
    assert contents(store, *KINDS) == before


def test_loading_a_roster_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    folder = write_roster(tmp_path / "r", FULL_11)
    ingest(store, "oneroster", folder)
    revision = store.revision()
    assert ingest(store, "oneroster", folder).unchanged > 0
    assert store.revision() == revision


def test_a_roster_that_lacks_somebody_ends_nothing_until_it_is_confirmed(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11))
    partial = write_roster(tmp_path / "b", without("bo"))
    preview = check(store, "oneroster", partial)
    assert (preview.removals, preview.removed) == (1, 0) and "--remove 1" in preview.notes[-1]
    assert ingest(store, "oneroster", partial).removals == 1
    assert belonging(store)["bo", "s1"]["until"] is None
    done = ingest(store, "oneroster", partial, LoadOptions(remove=1))
    assert (done.removals, done.removed) == (1, 1)
    assert belonging(store)["bo", "s1"]["until"] == date(2026, 3, 10) and "bo" in people(store)
    assert ingest(store, "oneroster", partial).removals == 0


def test_more_removals_than_were_confirmed_change_nothing(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11))
    revision = store.revision()
    nearly_empty = write_roster(tmp_path / "b", FULL_11 | {"users": FULL_11["users"][:2], "enrollments": [ENROLLMENTS]})
    with pytest.raises(Conflict, match="5 affiliations, and 1 were confirmed"):
        ingest(store, "oneroster", nearly_empty, LoadOptions(remove=1))
    assert store.revision() == revision


def test_somebody_whose_row_cannot_be_read_is_not_taken_for_gone(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11))
    users = [line.replace("bo,,,true,s1m,student", "bo,,,true,s1m,janitor") for line in FULL_11["users"]]
    receipt = ingest(store, "oneroster", write_roster(tmp_path / "b", FULL_11 | {"users": users}))
    assert (receipt.rejected, receipt.removals) == (1, 0)


def test_a_bulk_roster_does_not_end_what_another_feed_brought(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11), LoadOptions(source="north"))
    receipt = ingest(store, "oneroster", write_roster(tmp_path / "b", without("bo")), LoadOptions(source="south"))
    assert receipt.removals == 0


def test_a_file_of_changes_ends_only_what_it_says_is_to_be_deleted(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11))
    gone = "bo,tobedeleted,2026-02-27T10:00:00Z,true,s1m,student,bo,,Bo,Example,,,12,"
    receipt = ingest(store, "oneroster", write_roster(tmp_path / "b", {"users": [USERS_11, gone]}, mode="delta"))
    assert receipt.changed == 1
    assert {pair: each["until"] for pair, each in belonging(store).items() if each["until"]} == {
        ("bo", "s1"): date(2026, 2, 27)
    }


def test_a_role_that_is_to_be_deleted_ends_that_affiliation_only(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_12, "1.2"))
    change = {"roles": [ROLES, "r1,tobedeleted,2026-02-01,ana,secondary,student,,,s1"]}
    ingest(store, "oneroster", write_roster(tmp_path / "b", change, "1.2", mode="delta"))
    assert belonging(store)["ana", "s1"]["until"] == date(2026, 2, 1)
    assert belonging(store)["ana", "s2"]["until"] == date(2026, 6, 20)


def test_a_file_of_changes_leaves_alone_what_it_is_silent_about(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11))
    changes = {
        "users": [USERS_11, "ana,active,,true,s1,student,ana,,Ana,Changed,ana@example.org,gus,12,"],
        "demographics": [DEMOGRAPHICS, "bo,active,,2008-02-02,,,,", "zoe,active,,2008-02-02,,,,"],
    }
    receipt = ingest(store, "oneroster", write_roster(tmp_path / "b", changes, mode="delta"))
    assert [(each.file, each.row) for each in receipt.rejects] == [("demographics.csv", 3)]
    known = people(store)
    assert (known["ana"]["family_name"], known["ana"]["birth_date"]) == ("Changed", date(2009, 5, 17))
    assert (known["bo"]["birth_date"], known["bo"]["given_name"]) == (date(2008, 2, 2), "Bo")
    assert belonging(store)["ana", "s1"]["since"] == date(2025, 9, 1)


def test_undoing_a_roster_brings_back_what_it_ended(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11))
    before = contents(store, *KINDS)
    receipt = ingest(store, "oneroster", write_roster(tmp_path / "b", without("bo")), LoadOptions(remove=1))
    undo(store, receipt.load)
    assert contents(store, *KINDS) == before


def test_one_id_for_two_different_users_is_rejected(store: Store, tmp_path: Path) -> None:
    users = [*FULL_11["users"], "bo,,,true,s1,student,bo2,,Other,Example,,,9,"]
    receipt = ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11 | {"users": users}))
    assert [(each.file, each.row) for each in receipt.rejects if each.field == "sourcedId"][:2] == [
        ("users.csv", 3),
        ("users.csv", 8),
    ]
    assert "bo" not in people(store) and receipt.removals == 0


def test_the_published_roster_of_version_1_1_loads(reference_data: Path, store: Store) -> None:
    receipt = ingest(store, "oneroster", reference_data / "rosters" / "oneroster-1.1-full")
    assert (receipt.rejected, len(people(store))) == (0, 6)
    roles = sorted(role for person in people(store).values() for role in person["roles"])
    assert roles == ["guardian", "learner", "learner", "learner", "teacher", "teacher"]
    assert store.count("affiliation") == 5 and store.count("relation") == 1
    assert not [
        path for path in Path(store.url.removeprefix("sqlite:///")).parent.iterdir() if _holds(path, "Password1")
    ]


def test_the_published_roster_of_version_1_2_loads(reference_data: Path, store: Store) -> None:
    receipt = ingest(store, "oneroster", reference_data / "rosters" / "oneroster-1.2-single")
    assert receipt.rejected == 0
    [person] = store.find("person")
    assert (person["roles"], person["birth_date"]) == (["learner"], date(2010, 4, 17))
    assert list(belonging(store)) == [("USER_0", "ORG_1")]
    assert not [path for path in Path(store.url.removeprefix("sqlite:///")).parent.iterdir() if _holds(path, "Batman")]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and text.encode() in path.read_bytes()


def test_what_the_manifest_announces_has_to_be_there(store: Store, tmp_path: Path) -> None:
    folder = write_roster(tmp_path / "a", FULL_11, roles="bulk")
    with pytest.raises(UnreadableFile, match="roles"):
        ingest(store, "oneroster", folder)
    assert store.revision() == 0


def test_what_the_manifest_calls_absent_is_not_read(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11, demographics="absent"))
    assert store.count("subgroup") == 0


def test_a_roster_without_a_manifest_never_ends_anything(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11))
    partial = write_roster(tmp_path / "b", without("bo"))
    (partial / "manifest.csv").unlink()
    assert ingest(store, "oneroster", partial).removals == 0


def test_a_file_that_lacks_a_column_it_cannot_do_without_changes_nothing(store: Store, tmp_path: Path) -> None:
    folder = write_roster(tmp_path / "a", {"users": ["sourcedId,givenName", "ana,Ana"]})
    with pytest.raises(MissingColumn, match="familyName"):
        ingest(store, "oneroster", folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableFile, match="no files of a roster"):
        ingest(store, "oneroster", tmp_path / "empty")
    assert store.revision() == 0

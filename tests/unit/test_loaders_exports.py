"""Exports of other systems: LinkedIn contacts (people who agreed to nothing) and Clever students."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph_service.actions.ingest import ingest
from graph_service.errors import MissingColumn, UnknownPerson, UnreadableFile, UsageError
from graph_service.store.store import Store
from loaders.options import LoadOptions
from loaders.registry import LOADERS, loader
from tests.unit.loads import Write, contents, store, write
from tests.unit.rosters import zipped

__all__ = ["store", "write"]

OWNER = LoadOptions(owner="cruz")
HEAD = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ANA = "Ana,Example,https://www.linkedin.com/in/ana-example,ana@example.org,Example Works Inc.,Engineer,05 Mar 2024\n"
BO = "Bo,Example,https://www.linkedin.com/in/bo-example,,EXAMPLE WORKS,Nurse,7-Feb-22\n"
CY = "Cy,Example,https://www.linkedin.com/in/cy-example,,Freelance,,12 Jan 2023\n"


@pytest.fixture
def owner(store: Store, write: Write) -> Store:
    """A store that knows whose contacts are loaded."""
    ingest(store, "people", write("id,roles\ncruz,mentor\n", "owner.csv"))
    return store


def third_parties(store: Store) -> list[dict[str, Any]]:
    return [person for person in store.find("person") if person["id_source"] == "linkedin"]


@pytest.mark.parametrize("preamble", ["", 'Notes:\n"Some addresses are missing, as you may notice."\n\n', "\n\n"])
def test_contacts_are_found_below_whatever_stands_above_them(write: Write, owner: Store, preamble: str) -> None:
    receipt = ingest(owner, "linkedin", write(preamble + HEAD + ANA + ",,,,,,\n\n" + BO), OWNER)
    assert (receipt.rows, receipt.rejected, len(third_parties(owner))) == (2, 0, 2)


def test_a_contact_is_a_stated_tie_without_closeness_to_somebody_who_is_only_named(write: Write, owner: Store) -> None:
    ingest(owner, "linkedin", write(HEAD + BO), OWNER)
    [tie], [person] = owner.find("stated_tie"), third_parties(owner)
    assert (tie["alter"], tie["closeness"], tie["date"]) == (person["id"], None, date(2022, 2, 7))
    assert person["status"] == "named_only"
    assert owner.count("interaction") == 0


def test_neither_the_address_nor_the_profile_of_a_contact_is_kept(write: Write, owner: Store, tmp_path: Path) -> None:
    ingest(owner, "linkedin", write(HEAD + ANA, "contacts.txt"), OWNER)
    owner.close()
    for path in tmp_path.glob("programme.db*"):
        assert b"ana@example" not in path.read_bytes() and b"ana-example" not in path.read_bytes()


def test_a_company_is_one_employer_however_its_legal_form_is_written(write: Write, owner: Store) -> None:
    ingest(owner, "linkedin", write(HEAD + ANA + BO + CY), OWNER)
    [place] = owner.find("organization")
    assert (place["name"], place["kind"]) == ("EXAMPLE WORKS", "employer")
    assert sorted(each["title"] for each in owner.find("affiliation")) == ["Engineer", "Nurse"]


def test_the_order_of_contacts_makes_no_difference_and_loading_them_again_changes_nothing(
    write: Write, owner: Store
) -> None:
    kinds = ("person", "organization", "affiliation", "stated_tie")
    ingest(owner, "linkedin", write(HEAD + ANA + BO + CY), OWNER)
    before = contents(owner, *kinds)
    receipt = ingest(owner, "linkedin", write(HEAD + CY + BO + ANA), OWNER)
    assert (receipt.added, receipt.changed) == (0, 0) and contents(owner, *kinds) == before


def test_a_contact_without_a_day_or_a_name_is_rejected(write: Write, owner: Store) -> None:
    file = write(HEAD + ANA.replace("05 Mar 2024", "once") + BO.replace("7-Feb-22", "") + ",,x,,,,05 Mar 2024\n")
    receipt = ingest(owner, "linkedin", file, OWNER)
    assert [each.row for each in receipt.rejects] == [2, 3, 4] and third_parties(owner) == []


def test_contacts_of_nobody_and_of_somebody_unknown_change_nothing(write: Write, owner: Store) -> None:
    revision = owner.revision()
    with pytest.raises(UsageError, match="--owner"):
        ingest(owner, "linkedin", write(HEAD + ANA))
    with pytest.raises(UnknownPerson):
        ingest(owner, "linkedin", write(HEAD + ANA), LoadOptions(owner="zoe"))
    with pytest.raises(UnreadableFile):
        ingest(owner, "linkedin", write("Name,Company\nAna,Example Works\n"), OWNER)
    assert owner.revision() == revision


def test_the_published_shape_of_an_export_loads(reference_data: Path, owner: Store) -> None:
    receipt = ingest(owner, "linkedin", reference_data / "rosters" / "linkedin" / "connections-en-notes.csv", OWNER)
    assert (receipt.rows, receipt.rejected, len(third_parties(owner))) == (3, 0, 3)


STUDENTS = (
    "School_id,Student_id,Last_name,First_name,Grade,Gender,DOB,Race,Hispanic_Latino,Ell_status,Frl_status,"
    "IEP_status,Student_email,Password\n"
    "s1,ana,Example,Ana,11,F,05/07/2009,A,Y,N,R,N,ana@example.org,Secret-1!\n"
    "s1,bo,Example,Bo,12,,12/25/2008,,,,,,,Secret-2!\n"
)


def groups(store: Store, key: str) -> set[tuple[str, str]]:
    [person] = store.find("person", key=key)
    return {(each["attribute"], each["value"]) for each in store.find("subgroup", person=person["id"])}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "clever"
    folder.mkdir()
    (folder / "students.csv").write_text(STUDENTS)
    (folder / "schools.csv").write_text("School_id,School_name\ns1,North High\n")
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_students_are_learners_at_their_school_with_their_subgroups(store: Store, export: Path, packed: bool) -> None:
    assert ingest(store, "clever", zipped(export) if packed else export).rejected == 0
    [ana] = store.find("person", key="ana")
    assert (ana["roles"], ana["grade"], ana["birth_date"]) == (["learner"], "11", date(2009, 5, 7))
    assert groups(store, "ana") == {
        ("gender", "female"),
        ("race_ethnicity", "asian"),
        ("race_ethnicity", "hispanic_or_latino"),
        ("english_learner", "no"),
        ("low_income", "yes"),
        ("disability", "no"),
    }
    assert groups(store, "bo") == set()
    assert {each["relation"] for each in store.find("affiliation")} == {"enrolled_at"}
    assert store.count("affiliation") == 2


def test_a_changed_status_replaces_the_one_before(store: Store, export: Path) -> None:
    ingest(store, "clever", export)
    (export / "students.csv").write_text(STUDENTS.replace("A,Y,N,R,N", "A,Y,Y,N,N"))
    assert ingest(store, "clever", export).changed == 2
    assert {("english_learner", "yes"), ("low_income", "no")} < groups(store, "ana")


def test_no_password_of_an_export_reaches_the_store_or_the_rejects(store: Store, export: Path, tmp_path: Path) -> None:
    (export / "students.csv").write_text(STUDENTS.replace(",A,Y,", ",martian,Y,"))
    receipt = ingest(store, "clever", export)
    assert [(each.row, each.field) for each in receipt.rejects] == [(2, "Race")]
    receipt.write_rejects(tmp_path / "rejects.csv")
    store.close()
    for path in (each for each in tmp_path.iterdir() if each.is_file()):
        assert b"Secret-" not in path.read_bytes()


def test_students_alone_need_their_schools_to_be_known(store: Store, export: Path, write: Write) -> None:
    receipt = ingest(store, "clever", export / "students.csv")
    assert {each.field for each in receipt.rejects} == {"organization"}
    ingest(store, "organizations", write("id,name,kind\ns1,North High,school\n"))
    assert ingest(store, "clever", export / "students.csv").rejected == 0


def test_an_export_without_what_it_cannot_do_without_is_refused(store: Store, write: Write, tmp_path: Path) -> None:
    with pytest.raises(MissingColumn, match="Student_id"):
        ingest(store, "clever", write("School_id,First_name,Last_name\ns1,Ana,Example\n"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableFile, match=r"students\.csv"):
        ingest(store, "clever", tmp_path / "empty")
    assert store.revision() == 0


def test_every_loader_is_listed_with_what_it_reads() -> None:
    assert {"people", "interactions", "ties", "oneroster", "clever", "linkedin"} < set(LOADERS)
    assert all(each.doc and loader(name) is each for name, each in LOADERS.items())

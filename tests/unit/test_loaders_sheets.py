"""Files of every other kind: people, organisations, who belongs where, who knows whom, what was allowed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from graph_service.actions.ingest import ingest
from graph_service.errors import MissingColumn, UnreadableFile, UsageError
from graph_service.store.store import Store
from loaders.csv.sheets import SHEETS
from loaders.csv.suggesting import suggest_mapping
from loaders.csv.templates import describe, template
from loaders.options import LoadOptions
from tests.unit.loads import Write, contents, store, write

__all__ = ["store", "write"]

PEOPLE = "id,given_name,family_name,roles\nana,Ana,Example,learner\nbo,Bo,Example,learner\ncruz,Cruz,Example,teacher\n"
PLACES = "id,name,kind,part_of\nnorth,North High,school,county\ncounty,County District,district,\nacme,Acme,employer,\n"


def load(store: Store, name: str, text: str, write: Write, options: LoadOptions | None = None) -> list[tuple[int, str]]:
    """Load a text; give row and field of the rejects."""
    receipt = ingest(store, name, write(text, f"{name}.csv"), options)
    return [(each.row, each.field) for each in receipt.rejects]


@pytest.fixture
def programme(store: Store, write: Write) -> Store:
    """Three people and three organisations."""
    load(store, "people", PEOPLE, write)
    load(store, "organizations", PLACES, write)
    return store


def by_key(store: Store, kind: str) -> dict[str, dict[str, object]]:
    return {record["key"]: record for record in store.find(kind)}


def test_people_who_are_named_twice_in_the_same_way_are_one_person(write: Write, store: Store) -> None:
    receipt = ingest(store, "people", write(PEOPLE + "ana,Ana,Example,Learner\n"))
    assert (receipt.rows, receipt.added, receipt.unchanged, receipt.rejected) == (4, 3, 1, 0)


def test_rows_that_give_one_id_to_different_people_are_all_rejected(write: Write, store: Store) -> None:
    receipt = ingest(store, "people", write(PEOPLE + "ana,Anna,Sample,learner\n"))
    assert [each.row for each in receipt.rejects] == [2, 5]
    assert all("rows 2, 5" in each.found for each in receipt.rejects)
    assert sorted(by_key(store, "person")) == ["bo", "cruz"]


def test_a_file_changes_only_what_it_has_columns_for(write: Write, programme: Store) -> None:
    load(programme, "people", "id,capacity,email\ncruz,2,cruz@example.org\n", write)
    cruz = by_key(programme, "person")["cruz"]
    assert (cruz["capacity"], cruz["given_name"], cruz["roles"]) == (2, "Cruz", ["teacher"])
    load(programme, "people", "id,email\ncruz,\n", write)
    assert by_key(programme, "person")["cruz"]["email"] is None


def test_somebody_who_was_removed_stays_removed_when_a_file_names_them_again(write: Write, programme: Store) -> None:
    load(programme, "people", "id,status\nana,removed\n", write)
    load(programme, "people", "id,status\nana,consented\nbo,consented\n", write)
    people = by_key(programme, "person")
    assert (people["ana"]["status"], people["bo"]["status"]) == ("removed", "consented")


def test_somebody_who_was_erased_does_not_come_back(write: Write, programme: Store) -> None:
    contact = "date,from,to,kind\n2026-03-02,ana,cruz,meeting\n"
    options = LoadOptions(person_role="learner")
    load(programme, "interactions", contact, write)
    programme.erase("person", [str(by_key(programme, "person")["ana"]["id"])])
    receipt = ingest(programme, "people", write(PEOPLE))
    assert receipt.refused == 1 and "ana" not in by_key(programme, "person")
    load(programme, "interactions", contact, write, options)
    assert programme.count("interaction") == 1 and programme.count("person", key="ana") == 0
    assert load(programme, "relations", "ego,alter,relation\nana,bo,peer\n", write, options) == [(2, "ego")]


def test_accents_written_in_two_ways_are_one_key(write: Write, store: Store) -> None:
    load(store, "people", "id\nin\u0303igo\ni\u00f1igo\nin\u0303aki\n", write)
    load(store, "people", "id\ni\u00f1aki\n", write)
    assert "i\u00f1aki" in by_key(store, "person") and store.count("person") == 2


def test_two_namespaces_keep_equal_keys_apart(write: Write, store: Store) -> None:
    load(store, "people", PEOPLE, write)
    load(store, "people", PEOPLE, write, LoadOptions(id_source="district"))
    assert store.count("person") == 6


def test_organisations_form_a_tree_whatever_the_order_of_their_rows(write: Write, store: Store) -> None:
    load(store, "organizations", PLACES, write)
    places = by_key(store, "organization")
    assert places["north"]["parent"] == places["county"]["id"] and places["acme"]["parent"] is None


def test_an_organisation_waits_for_a_parent_that_is_loaded_later(write: Write, store: Store) -> None:
    receipt = ingest(store, "organizations", write("id,name,kind,part_of\nnorth,North High,school,county\n"))
    assert receipt.rejected == 0 and "not known yet" in receipt.notes[0]
    load(store, "organizations", "id,name,kind\ncounty,County District,district\n", write)
    places = by_key(store, "organization")
    assert places["north"]["parent"] == places["county"]["id"]


def test_organisations_that_belong_to_each_other_in_a_circle_are_rejected(write: Write, store: Store) -> None:
    text = "id,name,kind,part_of\na,A,agency,b\nb,B,agency,a\nc,C,agency,c\nd,D,agency,\n"
    assert load(store, "organizations", text, write) == [(2, "part_of"), (3, "part_of"), (4, "part_of")]
    assert list(by_key(store, "organization")) == ["d"]


def test_a_circle_over_two_loads_is_rejected_too(write: Write, store: Store) -> None:
    load(store, "organizations", "id,name,kind,part_of\na,A,agency,\nb,B,agency,a\n", write)
    assert load(store, "organizations", "id,name,kind,part_of\na,A,agency,b\n", write) == [(2, "part_of")]


def test_an_affiliation_that_ends_later_is_the_same_affiliation(write: Write, programme: Store) -> None:
    head = "person,organization,relation,since,until\n"
    load(programme, "affiliations", head + "ana,north,enrolled_at,2025-09-01,\n", write)
    load(programme, "affiliations", head + "ana,north,Enrolled at,1 Sep 2025,2026-06-20\n", write)
    assert [each["until"] for each in programme.find("affiliation")] == [date(2026, 6, 20)]


def test_rows_about_people_or_places_that_nobody_loaded_are_rejected(write: Write, programme: Store) -> None:
    text = "person,organization,relation\nzoe,north,enrolled_at\nana,south,enrolled_at\nana,north,enrolled_at\n"
    assert load(programme, "affiliations", text, write) == [(2, "person"), (3, "organization")]
    assert programme.count("affiliation") == 1


def test_what_ends_before_it_begins_is_rejected(write: Write, programme: Store) -> None:
    text = "person,organization,relation,since,until\nana,north,enrolled_at,2025-09-01,2025-08-01\n"
    assert load(programme, "affiliations", text, write) == [(2, "until")]


def test_a_caseload_names_an_adult_and_a_learner(write: Write, programme: Store) -> None:
    assert load(programme, "caseload", "adult,learner\ncruz,ana\ncruz,cruz\n", write) == [(3, "learner")]
    assert programme.find("caseload")[0]["role"] == "coordinator"


def test_a_stated_tie_says_who_knows_whom_how_close_and_when(write: Write, programme: Store) -> None:
    head = "ego,alter,wave,date,closeness,scale,contexts\n"
    text = head + "ana,bo,w1,2026-01-15,4,5,class;club\nana,cruz,w1,2026-01-15,6,5,\n"
    assert load(programme, "ties", text, write) == [(3, "closeness")]
    [tie] = programme.find("stated_tie")
    assert (tie["closeness"], tie["scale"], tie["contexts"]) == (4.0, 5, ["class", "club"])


def test_a_wave_may_be_said_for_the_whole_file(write: Write, programme: Store) -> None:
    options = LoadOptions(constants={"wave": "w1", "date": "2026-01-15"})
    load(programme, "ties", "ego,alter\nana,bo\n", write, options)
    assert programme.find("stated_tie")[0]["wave"] == "w1"


def test_consents_and_clearances_are_loaded_with_their_days(write: Write, programme: Store) -> None:
    load(programme, "consents", "person,purpose,by,since\nana,introduce,guardian,2025-09-01\n", write)
    load(programme, "clearances", "person,result,since,expires\ncruz,cleared,2025-01-01,2099-01-01\n", write)
    assert programme.find("consent")[0]["granted"] is True
    assert programme.find("clearance")[0]["until"] == date(2099, 1, 1)


def test_subgroups_and_relations_are_loaded(write: Write, programme: Store) -> None:
    load(programme, "subgroups", "person,attribute,value,source\nana,first_generation,yes,family survey\n", write)
    load(programme, "relations", "ego,alter,relation\nana,cruz,mentor\n", write)
    assert programme.count("subgroup") == programme.count("relation") == 1


def test_headers_in_spanish_are_understood(write: Write, store: Store) -> None:
    load(store, "people", "Matrícula;Nombre;Apellidos;Rol\n1;Ana;Ejemplo;Estudiante\n", write)
    [person] = store.find("person")
    assert (person["key"], person["family_name"], person["roles"]) == ("1", "Ejemplo", ["learner"])


def test_two_columns_that_may_be_the_same_are_asked_about(write: Write, store: Store) -> None:
    text = "student_id,sis id,given_name\n1,2,Ana\n"
    with pytest.raises(MissingColumn, match="--column id=COLUMN"):
        load(store, "people", text, write)
    load(store, "people", text, write, LoadOptions(columns={"id": "sis id"}))
    assert list(by_key(store, "person")) == ["2"]


def test_columns_that_nobody_asked_for_are_told(write: Write, store: Store) -> None:
    receipt = ingest(store, "people", write("id,Shoe size\nana,39\n"))
    assert (receipt.used, receipt.ignored) == ({"id": "id"}, ["Shoe size"])


@pytest.mark.parametrize("name", SHEETS)
def test_a_template_can_be_filled_in_and_its_example_is_no_data(name: str, write: Write, store: Store) -> None:
    text = template(name)
    assert describe(name)[0][0] == text.split(",")[0] == "id"
    receipt = ingest(store, name, write(text))
    assert (receipt.rows, receipt.rejected, store.revision()) == (0, 0, 0)


def test_the_example_of_a_template_is_a_row_that_loads(write: Write, store: Store) -> None:
    receipt = ingest(store, "people", write(template("people").replace("# example ", "")))
    assert (receipt.added, receipt.rejected) == (1, 0)


def test_a_suggested_mapping_can_be_used_as_it_is(write: Write, store: Store, tmp_path: Path) -> None:
    file = write("Nombres;Apelidos;Matrícula;Fecha de nacimeinto\nAna;Ejemplo;1;2009-05-17\n")
    draft = suggest_mapping(file, "people")
    assert 'id = "Matrícula"  # known to mean it' in draft and "only alike" in draft
    mapping = tmp_path / "people.toml"
    mapping.write_text(draft, encoding="utf-8")
    ingest(store, "people", file, LoadOptions(mapping=str(mapping)))
    [person] = store.find("person")
    assert (person["family_name"], person["birth_date"]) == ("Ejemplo", date(2009, 5, 17))


def test_a_mapping_file_gives_options_and_what_is_said_on_the_spot_wins(write: Write, store: Store) -> None:
    mapping = write(
        'kind = "call"\nperson_role = "learner"\n[columns]\nfrom = "x"\n[constants]\nmode = "virtual"\n', "m.toml"
    )
    file = write("date,x,to\n2026-03-02,ana,bo\n")
    options = LoadOptions(mapping=str(mapping))
    ingest(store, "interactions", file, options)
    ingest(store, "interactions", file, replace(options, kind="meeting"))
    assert sorted((each["kind"], each["mode"]) for each in store.find("interaction")) == [
        ("call", "virtual"),
        ("meeting", "virtual"),
    ]


def test_a_mapping_file_that_says_what_no_mapping_can_is_refused(write: Write, store: Store) -> None:
    for text, error in (
        ("colour = 1", UsageError),
        ("columns = 3", UsageError),
        ("kind = 2", UsageError),
        ("=", UnreadableFile),
    ):
        with pytest.raises(error):
            ingest(store, "people", write("id\nana\n"), LoadOptions(mapping=str(write(text, "m.toml"))))


def test_people_and_contacts_give_the_same_store_in_batches_of_any_size(
    write: Write, store: Store, tmp_path: Path
) -> None:
    from graph_service.store.opening import open_store

    people = "id\n" + "".join(f"p{number}\n" for number in range(50))
    (tmp_path / "other.db.secret").write_text(store.secret.hex())
    with open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        ingest(store, "people", write(people), LoadOptions(batch=7))
        ingest(other, "people", write(people))
        assert contents(store, "person") == contents(other, "person")


def test_progress_is_told_up_to_the_end(write: Write, store: Store) -> None:
    seen: list[tuple[int, int]] = []
    ingest(
        store, "people", write(PEOPLE), LoadOptions(batch=2), progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(2, 3), (3, 3)]

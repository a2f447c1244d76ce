"""What a programme owes: an inventory, an end to keeping, a basis for every look, a worksheet after a breach."""

from datetime import timedelta
from pathlib import Path

import pytest

import graph_service as gs
from graph_service import clock
from graph_service.actions import bases, membership, retention
from graph_service.actions.breach import worksheet
from graph_service.actions.rights import holds
from graph_service.api.app import create_app
from graph_service.api.safety import unsafe
from graph_service.cli.app import run
from graph_service.desks import coordinator
from graph_service.disclosure.scope import OWNER, Actor, covers
from graph_service.errors import Conflict, InvalidRecord, NotFound, NotYours, SettingsError
from graph_service.records import inventory
from graph_service.records.kind import Date, Kind, LongText, field, refers
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.settings import Settings
from tests.world import World

TODAY = clock.today()
DAY = timedelta(days=1)
YEARS = timedelta(days=365)


@pytest.fixture
def town(tmp_path):
    """Ana at North, Bo at South, who are enrolled; Cy, who left; Dee, an adult whom Ana named; Mo the mentor."""
    with gs.open(f"sqlite:///{tmp_path}/town.db") as programme:
        world = World(programme)
        for school in ("north", "south"):
            world.organization(school, "school")
        for key, school in (("ana", "north"), ("bo", "south"), ("cy", "north")):
            world.person(key, "learner", given_name=key.title(), family_name="Example")
            until = {"until": TODAY - DAY} if key == "cy" else {}
            world.affiliate(key, school, "enrolled_at", since=TODAY - YEARS, **until)
        world.person("mo", "mentor", status="consented")
        world.affiliate("mo", "north", "works_at")
        world.person("dee", "family", given_name="Dee")
        world.log("meeting", "ana", "mo:mentor", on=TODAY - DAY)
        world.log("meeting", "cy", "dee", on=TODAY - YEARS)
        yield world


def cleanly(*words):
    with pytest.raises(SystemExit) as end:
        run(list(words))
    assert end.value.code == 0


# --- inventory -------------------------------------------------------------------------------------------------
def test_every_kind_and_field_is_declared_in_the_inventory():
    assert list(inventory.undeclared()) == []


def test_no_kind_can_be_declared_without_a_word_on_whose_data_it_is(monkeypatch):
    fields = (refers("writer", "person", "who"), field("date", Date, "day"))
    with pytest.raises(TypeError, match="personal"):
        Kind("diary", "A diary.", fields, label="Diary")
    new = Kind("diary", "A diary.", fields, label="Diary", personal=None)
    odd = Kind("odd", "Odd.", (field("text", LongText, "words", personal="secrets"),), label="Odd", personal="note")
    monkeypatch.setitem(KINDS, "diary", new)
    monkeypatch.setitem(KINDS, "odd", odd)
    told = list(inventory.undeclared())
    assert any("diary.writer names" in line for line in told)
    assert "odd: there is no element secrets" in told


def test_the_page_names_every_field_that_holds_personal_data():
    page = (Path(__file__).parents[2] / "docs" / "data-inventory.md").read_text(encoding="utf-8")
    for of in KINDS.values():
        for each in of.fields:
            if inventory.element_of(of, each) is not None:
                element = inventory.element_of(of, each)
                told = " | ".join((element.name, element.purpose, element.basis))
                line = next(line for line in page.splitlines() if line.startswith(f"| {of.name} | {each.name} |"))
                assert told in line and inventory.retention_of(of, each).says in line
    assert all(name in page for name in inventory.ELEMENTS)


# --- retention -------------------------------------------------------------------------------------------------
def due_at(town: World, years: float) -> dict[str, set[str]]:
    names = {town.id(key): key for key in ("ana", "bo", "cy", "mo", "dee")}
    found: dict[str, set[str]] = {}
    for each in retention.due(town.store, town.programme.evidence, TODAY + years * YEARS):
        found.setdefault(f"{each.retention} {each.kind}", set()).update(names.get(id, id) for id in each.ids)
    return found


def test_who_left_is_due_after_three_years_and_who_is_still_enrolled_is_not(town):
    assert due_at(town, 2.9) == {"named person": {"dee"}}
    assert due_at(town, 3.1) == {"named person": {"dee"}, "programme person": {"cy"}}


def test_a_dry_run_changes_nothing_and_applying_erases_what_was_confirmed(town, capsys):
    revision = town.store.revision()
    cleanly("--store", town.store.url, "retention", "--dry-run", "--as-of", str(TODAY + 4 * YEARS), "--format", "csv")
    assert "programme,1095,person,,1,0,person" in capsys.readouterr().out and town.store.revision() == revision
    with pytest.raises(Conflict):
        apply_at(town, 4, confirmed=1)
    assert {each.kind for each in apply_at(town, 4, confirmed=2)} == {"person"}
    assert town.store.get("person", town.id("cy")) is None and town.store.get("person", town.id("ana"))
    assert due_at(town, 4) == {}


def apply_at(town, years, confirmed):
    day = TODAY + years * YEARS
    return retention.apply(town.store, town.programme.evidence, OWNER, day, confirmed=confirmed)


def test_a_legal_hold_outlasts_retention(town):
    holds.hold(town.store, OWNER, town.id("cy"), today=TODAY, reason="case 12")
    rows = {each.retention: each for each in retention.due(town.store, town.programme.evidence, TODAY + 4 * YEARS)}
    assert rows["programme"].ids == () and rows["programme"].held == 1
    apply_at(town, 4, confirmed=1)
    assert town.store.get("person", town.id("cy"))


def test_texts_of_ended_introductions_are_emptied_to_the_byte_and_those_of_open_ones_stay(town, tmp_path):
    town.person("eva", "employer_contact", status="consented")
    ends = {"learner": town.id("ana"), "connector": town.id("mo"), "target": town.id("eva")}
    for id, state in (("i1", "closed"), ("i2", "requested")):
        said = f"Dear Quillwort, about {id}"
        town.store.put(
            "introduction", {"id": id, "state": state, "since": TODAY, "suggested": TODAY, "message": said, **ends}
        )
    assert due_at(town, 1.1)["text introduction"] == {"i1"}
    apply_at(town, 1.1, confirmed=1)
    assert town.store.get("introduction", "i1")["message"] is None
    assert town.store.get("introduction", "i2")["message"] == "Dear Quillwort, about i2"
    assert not any(b"about i1" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_programme_keeps_its_own_days_but_not_too_few(town):
    cleanly("--store", town.store.url, "retention", "--set", "programme=1825", "--format", "csv")
    assert retention.days(town.store)["programme"] == 1825
    assert "programme person" not in due_at(town, 4)
    for wrong in ({"programme": 3}, {"nothing": 100}):
        with pytest.raises(InvalidRecord):
            retention.set_days(town.store, OWNER, wrong)
    with pytest.raises(NotYours):
        retention.set_days(town.store, Actor("m", "mentor"), {"programme": 400})


# --- legal bases -----------------------------------------------------------------------------------------------
def seen_by(town: World, actor: Actor) -> set[str]:
    reader = town.programme.reader(actor)
    rows = {row.person_id for row in coordinator.worklist(reader, TODAY).rows}
    people, _ = town.programme.records(actor, TODAY).page(BY_PATH["people"], "", 50, {})
    assert {row["key"] for row in people} & {"ana", "bo", "cy"} <= rows | {"cy"}
    for key in ("ana", "bo"):
        assert covers(town.store, actor, town.id(key)) is (key in rows)
    return rows


def test_access_closes_the_day_after_a_basis_expires(town):
    member = Actor("member m", "coordinator")
    assert seen_by(town, member) == {"ana", "bo"}
    north = {"organization": town.id("north", "organization"), "since": TODAY - YEARS}
    bases.record_basis(town.store, OWNER, "coordinator", "school_official", "advising", until=TODAY, **north)
    assert seen_by(town, member) == {"ana"}
    later = clock.now() + DAY
    clock.stand_at(later)
    try:
        assert seen_by(town, member) == set()
        assert coordinator.worklist(town.programme.reader(OWNER), TODAY).total == 2
    finally:
        clock.stand_at(None)


def test_a_basis_of_one_role_opens_nothing_to_another_and_can_be_ended_at_once(town, capsys):
    cleanly("--store", town.store.url, "basis", "add", "--role", "coordinator", "--basis", "study", "--purpose", "x",
            "--whole", "--from", str(TODAY - DAY))  # fmt: skip
    assert seen_by(town, Actor("m", "coordinator")) == {"ana", "bo"}
    assert not town.programme.reader(Actor("d", "director")).mine(town.programme.snapshot(TODAY)).any()
    [row] = town.store.find("legal_basis")
    cleanly("--store", town.store.url, "basis", "end", row["id"])
    assert seen_by(town, Actor("m", "coordinator")) == set()
    capsys.readouterr()
    cleanly("--store", town.store.url, "basis", "list", "--format", "csv")
    assert "whole programme" in capsys.readouterr().out


# --- after a breach --------------------------------------------------------------------------------------------
def test_the_worksheet_says_whose_data_an_account_could_show_and_whose_it_did_show(town):
    sites = [town.id("north", "organization")]
    id = membership.add_member(town.store, "https://id.example.org", "carla", "coordinator", sites=sites)
    actor = membership.member_actor(town.store, "https://id.example.org", {"sub": "carla"}, TODAY)
    coordinator.learner_page(town.programme.reader(actor), "ana", TODAY)
    membership.add_member(town.store, "https://id.example.org", "carla", "coordinator", sites=None)
    membership.revoke(town.store, "membership", id)
    town.programme.evidence.refresh()
    sheet = worksheet(town.store, town.programme.reader, f"member {id}", TODAY - DAY, TODAY)
    found = {each.person_id: (each.could, each.days, each.what) for each in sheet.people}
    assert found["ana"] == (True, 1, ("learner page",)) and found["bo"] == (True, 0, ())
    assert sheet.roles == ("coordinator",) and "consent" in sheet.kinds
    before = worksheet(town.store, town.programme.reader, f"member {id}", TODAY - 9 * DAY, TODAY - 5 * DAY)
    assert before.people == () and before.roles == ()
    with pytest.raises(NotFound):
        worksheet(town.store, town.programme.reader, "token nothing", TODAY, TODAY)


def test_an_account_let_in_by_claims_is_known_by_its_looks(town):
    actor = Actor("account 7f", "coordinator", frozenset({town.id("south", "organization")}))
    coordinator.learner_page(town.programme.reader(actor), "bo", TODAY)
    sheet = worksheet(town.store, town.programme.reader, "account 7f", TODAY, TODAY)
    assert [(each.person_id, each.could, each.days) for each in sheet.people] == [("bo", False, 1)]
    assert sheet.roles == ("coordinator",)


def test_the_worksheet_of_a_token_is_a_command(town, capsys):
    sites = [town.id("south", "organization")]
    id, _ = membership.issue_token(town.store, "nightly", "coordinator", today=TODAY, until=TODAY + DAY, sites=sites)
    words = ["breach", "--token", id, "--from", str(TODAY), "--to", str(TODAY), "--format", "csv"]
    cleanly("--store", town.store.url, *words)
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines()] == ["person_id", "bo"]


# --- encryption at rest ------------------------------------------------------------------------------------------
def test_a_service_for_others_does_not_start_on_a_store_in_the_clear(town, tmp_path, monkeypatch):
    monkeypatch.delenv("GRAPH_SERVICE_ENCRYPTED_AT_REST", raising=False)
    with pytest.raises(SettingsError, match=r"encrypted at rest .* GRAPH_SERVICE_STORE_KEY_FILE"):
        create_app(Settings(store=town.store.url))
    with pytest.raises(SettingsError, match="encrypt the disk"):
        create_app(Settings(store="neo4j://localhost"))
    (tmp_path / "key").write_text("ab" * 32)
    create_app(Settings(store=town.store.url, store_key_file=tmp_path / "key"))
    create_app(Settings(store="neo4j://localhost", encrypted_at_rest="LUKS on /srv"))
    create_app(Settings(store=town.store.url), local_actor=OWNER)
    create_app(Settings(store=town.store.url, insecure=True))
    assert any("encrypted at rest" in line for line in unsafe(Settings(store=town.store.url)))
    (tmp_path / "key").write_text("no key")
    with pytest.raises(SettingsError, match="64 hex digits"):
        create_app(Settings(store=town.store.url, store_key_file=tmp_path / "key"))

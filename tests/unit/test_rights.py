"""A person's rights: everything that is held can be read, corrected, objected to and erased, by them or for them."""

import json
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

import graph_service as gs
from graph_service import clock
from graph_service.actions import waves
from graph_service.actions.rights import correction, erasure, holds, objection
from graph_service.actions.rights.requests import whole
from graph_service.cli.app import run
from graph_service.desks import coordinator
from graph_service.desks.held import held
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import InvalidRecord, NotFound, NotYours, OnHold, UnknownParameter, UnknownPerson
from graph_service.introductions.recheck import refused
from graph_service.records.resources import BY_PATH
from graph_service.settings import Settings
from graph_service.store import cache as columnar
from graph_service.store.backup import backup, restore
from tests.introductions_world import MadeUp, simple
from tests.world import World

TODAY = clock.today()
LONG_AGO = TODAY - timedelta(days=40)
NAME, FAMILY, ADDRESS, KEY = "Zebulonia", "Quartzfeather", "zebulonia.quartzfeather@example.org", "zeb-4711"
SECRETS = (NAME, FAMILY, ADDRESS, KEY)
MEMBER = Actor("member m1", "coordinator")


@pytest.fixture
def town(tmp_path, monkeypatch):
    """Zebulonia with contacts, texts that name her, an account and a frozen wave; Ana Example; Mo the mentor."""
    monkeypatch.setattr(columnar, "WORTH_ROWS", 1)
    settings = Settings(cache_dir=tmp_path / "cache")
    with gs.open(f"sqlite:///{tmp_path}/town.db", settings=settings) as programme:
        world = World(programme)
        world.person(KEY, "learner", given_name=NAME, family_name=FAMILY, email=ADDRESS, grade="10")
        world.person("ana", "learner", given_name="Ana", family_name="Example")
        world.person("mo", "mentor", given_name="Mo", family_name="Sample", status="consented")
        world.organization("north", "school")
        world.affiliate(KEY, "north", "enrolled_at")
        world.log("meeting", KEY, "mo:mentor", on=LONG_AGO, context=f"{NAME} {FAMILY} asked about bridges")
        world.log("meeting", "ana", "mo:mentor", on=LONG_AGO, context=f"Ana came instead of {FAMILY}, see {ADDRESS}")
        world.log("meeting", "ana", KEY, on=LONG_AGO, context=f"with {KEY}")
        waves.take(
            world.store, OWNER, "spring", world.snapshot(TODAY), ["network_size"], "whole", today=TODAY, code="1"
        )
        account = {"issuer": "https://id.example.org", "subject": ADDRESS, "role": "learner"}
        world.store.put("membership", {"id": "m2", "person": world.id(KEY), **account})
        yield world


def everything_under(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def named_in(folder: Path) -> set[str]:
    return {path for path, data in everything_under(folder).items() if any(s.encode() in data for s in SECRETS)}


# --- erasure ---------------------------------------------------------------------------------------------------
def test_erasure_leaves_no_byte_in_the_store_its_log_caches_exports_or_words_of_others(
    town, tmp_path, monkeypatch, capfd
):
    town.snapshot(TODAY)
    town.programme.evidence.settle()
    store = town.store.url
    for words in (["export", "--output", f"{tmp_path}/out"],
                  ["rights", "export", KEY, "--output", f"{tmp_path}/z.html"],
                  ["draw", "--person", KEY, "--output", f"{tmp_path}/z2.html"],
                  ["rights", "correct", KEY, "--statement", f"I am {NAME}, not Ann."],
                  ["export", "--as", "graphml", "--output", f"{tmp_path}/g.graphml"]):  # fmt: skip
        run_cleanly("--store", store, *words)
    before = named_in(tmp_path)
    assert any(path.endswith((".db", "-wal")) for path in before) and any(path.endswith(".arrow") for path in before)
    assert any(path.endswith("z.html") for path in before) and any(path.endswith("nodes.csv") for path in before)
    monkeypatch.setenv("GRAPH_SERVICE_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("upload", "mail"):
        (tmp_path / name / "imports").mkdir(parents=True)
        (tmp_path / name / "imports" / "left.txt").write_text(f"row 3: {NAME} {FAMILY}")
        (tmp_path / name / "imports" / "other.txt").write_text("row 4: Ana Example")
    monkeypatch.setenv("GRAPH_SERVICE_UPLOAD_DIR", str(tmp_path / "upload"))
    monkeypatch.setenv("GRAPH_SERVICE_MAIL", f"file://{tmp_path}/mail")
    capfd.readouterr()
    run_cleanly("--store", store, "rights", "erase", KEY, "--confirm", KEY)
    assert len(list(tmp_path.rglob("other.txt"))) == 2
    told = capfd.readouterr()
    assert not any(secret in told.out + told.err for secret in SECRETS)
    assert named_in(tmp_path) == set()
    town.programme.close()
    assert named_in(tmp_path) == set()


def run_cleanly(*words):
    with pytest.raises(SystemExit) as end:
        run(list(words))
    assert end.value.code == 0


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "header"])
def test_a_mail_that_names_the_person_goes_however_it_is_encoded(town, tmp_path, encoding):
    town.person("zoe-1", "mentor", given_name="Zoë", family_name="Bücherwürmchen", status="consented")
    mail = EmailMessage()
    mail["Subject"] = "Zoë Bücherwürmchen asks" if encoding == "header" else "A question"
    body = "A question. Zoë Bücherwürmchen can introduce you." if encoding != "header" else "A question."
    mail.set_content(body, cte="7bit" if encoding == "header" else encoding)
    other = EmailMessage()
    other.set_content("A question for Mo.")
    (tmp_path / "mail").mkdir()
    for name, each in (("named", mail), ("other", other)):
        (tmp_path / "mail" / f"{name}.eml").write_bytes(each.as_bytes())
    assert b"Zo\xc3\xab" not in (tmp_path / "mail" / "named.eml").read_bytes()
    erasure.erase(town.store, OWNER, town.id("zoe-1"), today=TODAY, folders=[tmp_path / "mail"])
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["other.eml"]


def test_names_that_others_bear_too_stay_in_texts_about_others(town):
    town.person("zed", "learner", given_name=NAME, family_name="Other")
    town.log("meeting", "ana", "mo", on=LONG_AGO, context=f"{NAME} Other came, {NAME} {FAMILY} did not")
    erasure.erase(town.store, OWNER, town.id(KEY), today=TODAY)
    texts = [row["context"] for row in town.store.find("interaction")]
    assert f"{NAME} Other came, [erased] did not" in texts
    assert "Ana came instead of [erased], see [erased]" in texts and "with [erased]" in texts


def test_an_old_backup_brings_back_neither_the_person_nor_the_words_about_them(town, tmp_path):
    backup(town.store, tmp_path / "old.db")
    erasure.erase(town.store, OWNER, town.id(KEY), today=TODAY, cache_dir=tmp_path / "cache")
    town.programme.close()
    for path in tmp_path.glob("town.db*"):
        if path.suffix == ".db" or path.name.endswith(("-wal", "-shm")):
            path.unlink()
    restore(tmp_path / "old.db", town.store.url)
    assert named_in(tmp_path) == {str(tmp_path / "old.db")}


def test_the_roster_loaded_again_does_not_bring_back_who_was_erased(town, tmp_path):
    (tmp_path / "people.csv").write_text(f"id,given_name,family_name,roles\n{KEY},{NAME},{FAMILY},learner\n")
    erasure.erase(town.store, OWNER, town.id(KEY), today=TODAY)
    run_cleanly("--store", town.store.url, "load", "people", f"{tmp_path}/people.csv")
    assert town.store.get("person", town.id(KEY)) is None


def test_rejected_rows_that_name_the_person_go_with_them(town, tmp_path):
    (tmp_path / "people.csv").write_text(
        f"id,given_name,family_name,roles,tier\n{KEY}-x,{NAME},{FAMILY},learner,boss\n"
    )
    with pytest.raises(SystemExit):
        run(["--store", town.store.url, "load", "people", f"{tmp_path}/people.csv"])
    rejects = tmp_path / "people.csv.rejects.csv"
    assert NAME in rejects.read_text()
    assert rejects in erasure.erase(town.store, OWNER, town.id(KEY), today=TODAY).copies.deleted


def test_records_that_were_merged_are_erased_together(town):
    town.person("zeb-2", "learner", given_name=NAME)
    town.merge("zeb-2", KEY)
    assert whole(town.store, town.id("zeb-2")) == sorted([town.id("zeb-2"), town.id(KEY)])
    erasure.erase(town.store, OWNER, town.id("zeb-2"), today=TODAY)
    assert town.store.get("person", town.id(KEY)) is None and town.store.get("person", town.id("zeb-2")) is None


def test_a_file_that_somebody_changed_is_told_and_not_deleted(town, tmp_path):
    for name in ("as-written.csv", "changed.csv"):
        (tmp_path / name).write_text(f"person_id\n{KEY}\n")
        town.store.written.note(tmp_path / name)
    (tmp_path / "changed.csv").write_text(f"my notes\n{KEY}\n")
    copies = erasure.erase(town.store, OWNER, town.id(KEY), today=TODAY).copies
    assert [path.name for path in copies.deleted] == ["as-written.csv"]
    assert [path.name for path in copies.changed] == ["changed.csv"] and (tmp_path / "changed.csv").exists()


def test_a_hold_stops_an_erasure_until_it_is_released(town):
    holds.hold(town.store, OWNER, town.id(KEY), today=LONG_AGO, reason="case 12")
    with pytest.raises(OnHold):
        erasure.erase(town.store, OWNER, town.id(KEY), today=TODAY)
    assert holds.release(town.store, OWNER, town.id(KEY), today=TODAY) == 1
    with pytest.raises(NotFound):
        holds.release(town.store, OWNER, town.id(KEY), today=TODAY)
    assert erasure.erase(town.store, OWNER, town.id(KEY), today=TODAY).touched > 0


def test_nobody_erases_others_and_nobody_erases_somebody_unknown(town):
    for actor in (Actor("m", "mentor"), Actor("l", "learner", person=town.id("ana")),
                  Actor("c", "coordinator", frozenset({"x"})), Actor("r", "coordinator", writes=False)):  # fmt: skip
        with pytest.raises(NotYours):
            erasure.erase(town.store, actor, town.id(KEY), today=TODAY)
    with pytest.raises(UnknownPerson):
        erasure.erase(town.store, OWNER, "nobody", today=TODAY)


def test_what_the_log_says_of_a_used_right_names_nobody_after_the_erasure(town):
    correction.correct(town.store, OWNER, town.id(KEY), {"grade": "11"}, today=TODAY)
    correction.refuse(town.store, OWNER, town.id(KEY), today=TODAY, statement="I was there.")
    erasure.erase(town.store, OWNER, town.id(KEY), today=TODAY)
    rows = town.store.find("rights_request")
    assert sorted(row["right"] for row in rows) == ["correction", "correction", "erasure"]
    assert {(row["person"], row["statement"]) for row in rows} == {(None, None)}


# --- access ----------------------------------------------------------------------------------------------------
def test_the_access_file_holds_everything_about_the_person_and_names_no_other_learner(town, tmp_path):
    town.state("ana", KEY, private=True)
    town.state(KEY, "ana")
    town.store.put("concern", {"id": "c1", "about": town.id("mo"), "raised_by": "learner", "date": LONG_AGO})
    run_cleanly("--store", town.store.url, "rights", "export", KEY, "--output", f"{tmp_path}/zeb.json")
    run_cleanly("--store", town.store.url, "rights", "export", KEY, "--output", f"{tmp_path}/zeb.html")
    told = json.loads((tmp_path / "zeb.json").read_text())
    kinds = {each["kind"]: each["records"] for each in told["kinds"]}
    assert set(kinds) == {"person", "affiliation", "interaction", "stated_tie", "wave_result", "membership"}
    assert len(kinds["interaction"]) == 2 and len(kinds["stated_tie"]) == 1
    page = (tmp_path / "zeb.html").read_text()
    for text in (NAME, ADDRESS, "Mo Sample", "another learner", "North"):
        assert text in page
    assert "Ana" not in page.replace("Ana came instead", "") and "concern" not in page.lower()
    with gs.open(town.store.url) as programme:
        mo = held(programme.reader(OWNER), "mo")
    assert "concern" not in {each.kind for each in mo.kinds}


def test_the_access_file_says_who_saw_what_and_when(town):
    reader = town.programme.reader(MEMBER)
    coordinator.worklist(reader, TODAY)
    coordinator.learner_page(reader, KEY, TODAY)
    coordinator.learner_page(reader, KEY, TODAY)
    town.programme.records(MEMBER, TODAY).page(BY_PATH["affiliations"], "", 10, {})
    coordinator.learner_page(town.programme.reader(OWNER), "ana", TODAY)
    lines = held(town.programme.reader(OWNER), KEY).shown
    assert {(line.account, line.to, line.what) for line in lines} == {
        ("member m1", "coordinator", what) for what in ("worklist", "learner page", "affiliations")
    }
    assert {line.on for line in lines} == {TODAY}
    assert [line.what for line in held(town.programme.reader(OWNER), "ana").shown] == ["worklist"]


def test_the_record_of_what_was_shown_survives_a_torn_line_and_forgets_the_erased(town):
    log = town.store.shown
    log.note(TODAY, "member m1", "coordinator", "worklist", [town.id(KEY), town.id("ana")])
    with log.file.path.open("a") as file:
        file.write('{"day": "2026-')
    log.note(TODAY, "member m2", "coordinator", "worklist", [town.id(KEY)])
    assert [len(each.people) for each in log.entries()] == [2, 1]
    erasure.erase(town.store, OWNER, town.id(KEY), today=TODAY)
    assert [each.people for each in log.entries()] == [(town.id("ana"),)]
    assert town.id(KEY) not in log.file.path.read_text()


def test_a_person_reads_their_own_file_and_nobody_elses(town):
    ana = Actor("member a", "learner", frozenset(), person=town.id("ana"))
    assert held(town.programme.reader(ana), "ana").person_id == "ana"
    with pytest.raises(UnknownPerson):
        held(town.programme.reader(ana), KEY)
    with pytest.raises(NotYours):
        held(town.programme.reader(Actor("e", "evaluator")), "ana")


# --- correction, opt-out, restriction --------------------------------------------------------------------------
def test_a_correction_stays_when_the_old_file_is_loaded_again(town, tmp_path):
    (tmp_path / "people.csv").write_text("id,given_name,family_name,roles\nana,Anna,Exampel,learner\n")
    run_cleanly("--store", town.store.url, "rights", "correct", "ana", "--set", "family_name=Example-Smith")
    run_cleanly("--store", town.store.url, "load", "people", f"{tmp_path}/people.csv")
    kept = town.store.get("person", town.id("ana"))
    assert (kept["given_name"], kept["family_name"]) == ("Anna", "Example-Smith")


def test_a_correction_that_does_not_fit_changes_nothing_and_repeats_no_text(town):
    for values in ({"birth_date": "Zebulonia's day"}, {"key": "other"}, {"nonsense": "x"}, {"tier": "boss"}, {}):
        with pytest.raises(InvalidRecord) as error:
            correction.correct(town.store, OWNER, town.id("ana"), values, today=TODAY)
        assert NAME not in str(error.value) + repr(error.value.problems)
    assert town.store.find("rights_request") == []


@pytest.fixture
def made(tmp_path):
    world = simple(f"sqlite:///{tmp_path}/made.db")
    yield world
    world.programme.close()


def path_refused(made: MadeUp) -> list[str]:
    return refused(made.programme.evidence, made.id("ana"), made.id("mo"), made.id("eva"), TODAY)


def on_its_way(made: MadeUp) -> str:
    ends = {"learner": made.id("ana"), "connector": made.id("mo"), "target": made.id("eva")}
    return made.put("introduction", "i1", state="requested", since=TODAY, suggested=TODAY, **ends)


def test_the_access_file_does_not_say_who_ended_an_introduction(made):
    ends = {end: made.id(key) for end, key in (("learner", "ana"), ("connector", "mo"), ("target", "eva"))}
    id = made.put("introduction", "i2", state="declined", since=TODAY, suggested=TODAY, **ends)
    step = {"introduction": id, "step": 7, "date": TODAY, "source": "target_asked", "state": "declined"}
    made.put("introduction_event", **step, actor=made.id("eva"), role="target", reason="no_time")
    told = held(made.programme.reader(OWNER), "ana")
    [event] = next(each for each in told.kinds if each.kind == "introduction_event").records
    said = {value.field: value.value for value in event.values}
    assert said["state"] == "not this time"
    assert {said[name] for name in ("source", "actor", "role")} == {None} and "reason" not in said


def test_opting_out_of_introductions_stops_those_on_their_way(made):
    id = on_its_way(made)
    done = objection.opt_out(made.store, OWNER, made.id("ana"), ["introductions"], today=TODAY, by="guardian")
    made.programme.evidence.refresh()
    assert done.ended == 1 and made.store.get("introduction", id)["state"] == "blocked"
    assert "consent_missing" in path_refused(made)


def test_an_adult_who_opts_out_is_off_the_lists_and_stays_off(made, tmp_path):
    on_its_way(made)
    assert objection.opt_out(made.store, OWNER, made.id("eva"), ["introductions"], today=TODAY).ended == 1
    (tmp_path / "people.csv").write_text("id,roles,status\neva,employer_contact,consented\n")
    run_cleanly("--store", made.store.url, "load", "people", f"{tmp_path}/people.csv")
    assert made.store.get("person", made.id("eva"))["status"] == "removed"


def test_one_opts_out_only_of_what_there_is(made):
    with pytest.raises(UnknownParameter, match="introductions, directory"):
        objection.opt_out(made.store, OWNER, made.id("ana"), ["everything"], today=TODAY)


def test_a_restricted_person_is_on_no_desk_in_no_list_and_never_recommended(town):
    before = coordinator.learner_page(town.programme.reader(MEMBER), "ana", TODAY)
    assert KEY in {each.person_id for each in before.network.alters}
    objection.restrict(town.store, MEMBER, town.id(KEY), today=TODAY, reason="disputed")
    reader, records = town.programme.reader(MEMBER), town.programme.records(MEMBER, TODAY)
    assert {row.person_id for row in coordinator.worklist(reader, TODAY).rows} == {"ana"}
    with pytest.raises(UnknownPerson):
        coordinator.learner_page(reader, KEY, TODAY)
    page = coordinator.learner_page(reader, "ana", TODAY)
    assert KEY not in page.model_dump_json() and NAME not in page.model_dump_json() and page.network.hidden == 1
    for path in ("people", "affiliations", "interactions"):
        assert NAME not in repr(records.page(BY_PATH[path], "", 50, {})) and town.id(KEY) not in repr(
            records.page(BY_PATH[path], "", 50, {})
        )
    with pytest.raises(NotFound):
        records.get(BY_PATH["people"], town.id(KEY))
    objection.lift(town.store, MEMBER, town.id(KEY), today=TODAY)
    assert coordinator.learner_page(town.programme.reader(MEMBER), KEY, TODAY).row.name == f"{NAME} {FAMILY}"
    with pytest.raises(NotFound):
        objection.lift(town.store, MEMBER, town.id(KEY), today=TODAY)


def test_a_restriction_stops_what_is_on_its_way_and_no_path_leads_through_the_person(made):
    on_its_way(made)
    assert objection.restrict(made.store, OWNER, made.id("mo"), today=TODAY).ended == 1
    made.programme.evidence.refresh()
    assert path_refused(made) == ["restricted"]


def test_the_command_line_asks_twice_before_it_erases_and_lists_what_was_asked(town, capsys):
    run_cleanly("--store", town.store.url, "rights", "erase", KEY)
    assert "Nothing was changed" in capsys.readouterr().err and town.store.get("person", town.id(KEY))
    with pytest.raises(SystemExit) as end:
        run(["--store", town.store.url, "rights", "erase", KEY, "--confirm", "ana"])
    assert end.value.code == 2 and town.store.get("person", town.id(KEY))
    run_cleanly("--store", town.store.url, "rights", "opt-out", "ana", "--from", "research,pictures")
    run_cleanly("--store", town.store.url, "rights", "restrict", "ana")
    run_cleanly("--store", town.store.url, "rights", "restrict", "ana", "--lift")
    run_cleanly("--store", town.store.url, "rights", "hold", "ana", "--reason", "case 12")
    run_cleanly("--store", town.store.url, "rights", "release", "ana")
    capsys.readouterr()
    run_cleanly("--store", town.store.url, "rights", "list", "--format", "csv")
    assert sorted(line.split(",")[1] for line in capsys.readouterr().out.splitlines()[1:]) == ["opt_out", "restriction"]

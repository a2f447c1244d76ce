"""Whoever is erased is in no byte of anything that the service keeps, and no way back brings them in again."""

import json
import secrets
import zipfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

import graph_service as gs
from graph_service import clock
from graph_service.actions.membership import actor_of
from graph_service.actions.rights import erasure
from graph_service.actions.writing import add
from graph_service.cli.app import run
from graph_service.disclosure.figures import Told
from graph_service.disclosure.scope import OWNER
from graph_service.disclosure.suppression import Rule
from graph_service.errors import NotYours
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.settings import Settings
from graph_service.store import cache as columnar
from graph_service.store.backup import backup, restore
from tests.world import World

TODAY = clock.today()
NAME, FAMILY, ADDRESS, KEY = "Zebulonia", "Quartzfeather", "zebulonia.quartzfeather@example.org", "zeb-4711"
SECRETS = (NAME, FAMILY, ADDRESS, KEY)


@pytest.fixture(params=["plain", "encrypted"])
def town(request, tmp_path, monkeypatch):
    """Zebulonia in every kind of place: session, job, note, view, event, mail, release, upload, key of a request."""
    monkeypatch.setattr(columnar, "WORTH_ROWS", 1)
    settings = Settings(cache_dir=tmp_path / "cache", upload_dir=tmp_path / "upload", mail=f"file://{tmp_path}/mail")
    if request.param == "encrypted":
        (tmp_path / "key").write_text(secrets.token_hex(32))
        (tmp_path / "key").chmod(0o600)
        settings = settings.model_copy(update={"store_key_file": tmp_path / "key"})
    with gs.open(f"sqlite:///{tmp_path}/town.db", settings=settings) as programme:
        world = World(programme)
        world.person(KEY, "learner", given_name=NAME, family_name=FAMILY, email=ADDRESS)
        world.person("ana", "learner", given_name="Ana", family_name="Example")
        world.person("mo", "mentor", given_name="Mo", family_name="Sample", status="consented")
        zeb, put = world.id(KEY), world.store.put
        account = {"issuer": "https://id.example.org", "subject": ADDRESS, "role": "learner"}
        put("membership", {"id": "m2", "person": zeb, **account})
        put("session", {"id": "s1", "hash": "0" * 64, "person": zeb, "role": "learner", "began": 1, "ends": 2})
        put("session", {"id": "s2", "hash": "1" * 64, "membership": "m2", "began": 1, "ends": 2})
        job = {"work": "import", "state": "failed", "asked_by": "member m1", "asked_at": "2026-01-01"}
        put("job", {"id": "j1", **job, "options": json.dumps({"file": f"{KEY}.csv", "rows": 4711}),
                    "detail": f"row 3: {NAME} {FAMILY} is there twice"})  # fmt: skip
        put("note", {"id": "n1", "learner": zeb, "date": TODAY, "author": "member m1", "text": f"{NAME} likes bridges"})
        put("note", {"id": "n2", "learner": world.id("ana"), "date": TODAY, "author": "member m1",
                     "text": f"came with {NAME} {FAMILY}"})  # fmt: skip
        put("saved_view", {"id": "v1", "owner": "member m1", "name": f"like {FAMILY}", "query": f"words={NAME}"})
        put("event", {"id": "e1", "name": f"Tour with {NAME} {FAMILY}", "date": TODAY, "kind": "career_fair",
                      "guests": [zeb]})  # fmt: skip
        put("sign_in", {"id": "i1", "event": "e1", "learner": zeb, "how": "kiosk"})
        others = [f"other{number}" for number in range(12)]
        for other in others:
            world.person(other, "learner")
        told = [Told("network_size", (TODAY,), frozenset([zeb, *map(world.id, others)]))]
        result = json.dumps({"learners": 4711, "site": "North"})
        world.programme.reader(OWNER).publish_figures("r", TODAY, told, result, Rule())
        record = {"date": TODAY, "kind": "meeting", "participants": [{"id": zeb, "role": "participant"},
                  {"id": world.id("mo"), "role": "mentor"}], "context": f"{FAMILY} asked"}  # fmt: skip
        add(world.store, programme.records(OWNER, TODAY), BY_PATH["interactions"], record, repeat=f"req-{KEY}-{NAME}")
        world.snapshot(TODAY)
        programme.evidence.settle()
        yield world


def named_in(*folders: Path) -> set[str]:
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in paths if any(s.encode() in path.read_bytes() for s in SECRETS)}


def records(store) -> str:
    """Everything that the store answers of anything, all versions."""
    return repr([store.since(name).to_pylist() for name in KINDS]) + repr(store.revisions())


def erase(world: World, tmp_path: Path) -> None:
    folders = [tmp_path / "upload", tmp_path / "mail"]
    erasure.erase(world.store, OWNER, world.id(KEY), today=TODAY, cache_dir=tmp_path / "cache", folders=folders)


def test_no_record_and_no_byte_is_left_of_sessions_jobs_notes_views_events_releases_or_requests(town, tmp_path):
    zeb = town.id(KEY)
    assert all(secret in records(town.store) for secret in (*SECRETS, zeb))
    erase(town, tmp_path)
    text = records(town.store)
    assert not [secret for secret in (*SECRETS, zeb) if secret in text]
    assert not any(row["person"] for row in town.store.find("session"))
    assert town.store.get("membership", "m2") is None
    with pytest.raises(NotYours):
        actor_of(town.store, "m2", TODAY)
    town.programme.close()
    assert named_in(tmp_path) == set()


def test_numbers_that_read_like_a_key_stay_numbers_and_releases_stay_as_they_left(town, tmp_path):
    town.person("4711", "learner", given_name="Bo", family_name="Quillfeather")
    erasure.erase(town.store, OWNER, town.id("4711"), today=TODAY)
    [release] = town.store.find("release")
    assert json.loads(release["result"]) == {"learners": 4711, "site": "North"}
    assert json.loads(town.store.get("job", "j1")["options"])["rows"] == 4711


def test_uploads_that_are_sheets_or_archives_are_looked_into(town, tmp_path):
    waiting = tmp_path / "upload" / "imports" / "job1"
    waiting.mkdir(parents=True)
    for name, word in (("roster.zip", f"{KEY},{NAME}"), ("people.xlsx", FAMILY), ("other.zip", "ana,Ana")):
        with zipfile.ZipFile(waiting / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("users.csv", f"sourcedId,givenName\n{word}\n" * 50)
    (waiting / "rejects.csv").write_text(f"row,error\n3,{NAME} is unknown\n")
    (waiting / "torn.zip").write_bytes(b"PK\x03\x04 torn")
    erase(town, tmp_path)
    assert sorted(path.name for path in waiting.iterdir()) == ["other.zip", "torn.zip"]


@pytest.mark.parametrize("portable", [False, True])
def test_an_old_backup_of_either_form_brings_nobody_back(town, tmp_path, portable):
    settings = town.programme.settings
    if portable and settings.store_key_file is not None:
        with pytest.raises(gs.errors.UsageError):
            backup(town.store, tmp_path / "old", portable_form=True)
        return
    backup(town.store, tmp_path / "old", portable_form=portable)
    zeb = town.id(KEY)
    erase(town, tmp_path)
    town.programme.close()
    for path in tmp_path.glob("town.db*"):
        if path.name in ("town.db", "town.db-wal", "town.db-shm"):
            path.unlink()
    restore(tmp_path / "old", town.store.url, settings)
    with gs.open(town.store.url, settings=settings) as programme:
        text = records(programme.store)
        assert not [secret for secret in (*SECRETS, zeb) if secret in text]
        assert programme.store.get("person", zeb) is None
    (tmp_path / "old").unlink()
    assert named_in(tmp_path) == set()


def test_neither_a_roster_nor_a_repeated_request_brings_anybody_back(town, tmp_path, monkeypatch):
    zeb = town.id(KEY)
    erase(town, tmp_path)
    if (key := town.programme.settings.store_key_file) is not None:
        monkeypatch.setenv("GRAPH_SERVICE_STORE_KEY_FILE", str(key))
    (tmp_path / "people.csv").write_text(f"id,given_name,family_name,roles\n{KEY},{NAME},{FAMILY},learner\n")
    with pytest.raises(SystemExit):
        run(["--store", town.store.url, "load", "people", f"{tmp_path}/people.csv"])
    assert town.store.get("person", zeb) is None
    record = {"date": TODAY + timedelta(0), "kind": "meeting", "context": "again",
              "participants": [{"id": zeb, "role": "participant"},
                               {"id": town.id("mo"), "role": "mentor"}]}  # fmt: skip
    reader = town.programme.records(OWNER, TODAY)
    with suppress(gs.errors.ServiceError):
        add(town.store, reader, BY_PATH["interactions"], record, repeat="another")
    assert zeb not in records(town.store)

"""Backups: whole, private, and never a way back for who was erased."""

import stat

import pytest

import graph_service as gs
from graph_service.cli.app import run
from graph_service.errors import NotFound, StoreNotEmpty
from graph_service.store.backup import backup, restore
from tests.world import World


@pytest.fixture
def saved(tmp_path):
    """A store with a mentor who met Ana, and a backup of it; afterwards the mentor was erased."""
    url = f"sqlite:///{tmp_path}/p.db"
    with gs.open(url) as programme:
        world = World(programme)
        world.learners("ana")
        world.person("eng", "mentor", given_name="Unmistakable")
        world.log("meeting", "ana", "eng:mentor", on="2026-02-01")
        backup(programme.store, tmp_path / "copy.db")
        world.store.erase("person", [world.id("eng")])
        gone = world.id("eng")
    return url, tmp_path, gone


def test_a_backup_is_its_owners_alone_and_never_overwrites(saved):
    url, folder, _ = saved
    assert stat.S_IMODE((folder / "copy.db").stat().st_mode) == 0o600
    with gs.open(url) as programme, pytest.raises(StoreNotEmpty):
        backup(programme.store, folder / "copy.db")


def test_a_restore_does_not_bring_back_who_was_erased(saved):
    url, folder, gone = saved
    assert b"Unmistakable" in (folder / "copy.db").read_bytes()
    for path in folder.glob("p.db*"):
        if path.suffix in (".db", ".db-wal", ".db-shm") or path.name.endswith(("-wal", "-shm")):
            path.unlink()
    assert restore(folder / "copy.db", url) > 0
    with gs.open(url, create=False) as programme:
        assert programme.store.get("person", gone) is None
        assert ("person", gone) in programme.store.erasures()
        assert programme.snapshot("2026-02-02").ties == set()
    assert b"Unmistakable" not in (folder / "p.db").read_bytes()


def test_a_restore_never_takes_the_place_of_a_store(saved):
    url, folder, _ = saved
    with pytest.raises(StoreNotEmpty):
        restore(folder / "copy.db", url)
    with pytest.raises(NotFound):
        restore(folder / "nothing.db", f"sqlite:///{folder}/other.db")


def test_the_doctor_says_what_is_well_and_what_is_not(saved, capsys, monkeypatch):
    monkeypatch.delenv("GRAPH_SERVICE_ENCRYPTED_AT_REST", raising=False)
    url, folder, _ = saved
    with pytest.raises(SystemExit) as end:
        run(["--store", url, "doctor", "--format", "csv"])
    out = capsys.readouterr().out
    assert end.value.code == 0 and "consistency,ok" in out and "encryption at rest,note" in out
    (folder / "p.db.secret").write_text("00" * 32)
    with pytest.raises(SystemExit) as end:
        run(["--store", url, "doctor", "--format", "csv"])
    out = capsys.readouterr().out
    assert end.value.code == 1 and "store,wrong" in out and "secret" in out

"""One file that either engine can be filled from: the same answers afterwards, and nobody back who was erased."""

import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

import graph_service as gs
from graph_service.errors import (
    HalfRestored,
    NotFound,
    StoreNotEmpty,
    UnreadableFile,
    UsageError,
    WrongSecret,
)
from graph_service.records.registry import KINDS
from graph_service.settings import Settings
from graph_service.store.backup import OnlySQLite, backup, restore
from graph_service.store.opening import open_store
from graph_service.store.store import Store
from tests.contract.conftest import meeting, organization, person, rows


def fill(store: Store) -> None:
    """A little of everything: changes, a retraction, somebody erased, organisations within each other."""
    store.put("organization", organization("state", kind="state"))
    store.put("organization", organization("a_school", kind="school", parent="state"))
    people = [person(store, key) for key in ("ana", "bo", "cy", "dee")]
    store.put("person", *people, batch="roster", actor="somebody")
    ana, bo, cy, dee = (each["id"] for each in people)
    store.put("affiliation", {"id": "a1", "person": ana, "organization": "a_school", "relation": "enrolled_at"})
    store.put("interaction", meeting("i1", ana, bo), meeting("i2", ana, cy), meeting("i3", bo, dee, context='a,"b"\n'))
    store.put("interaction", meeting("i1", ana, bo, minutes=20))
    store.retract("interaction", ["i2"])
    store.erase("person", [dee])


def everything(store: Store) -> dict[str, Any]:
    """All that a store knows, without an order."""
    told = {kind: rows(store.since(kind)) for kind in KINDS}
    return told | {"log": list(store.revisions(0, 1000)), "erased": sorted(store.erasures())}


@pytest.fixture
def emptied(request: pytest.FixtureRequest, store_url: str) -> Any:
    """Takes the store away: its file, or everything in the server."""

    def empty() -> None:
        if store_url.startswith("sqlite"):
            path = Path(store_url.removeprefix("sqlite:///"))
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
        else:
            request.getfixturevalue("neo4j_server").wipe()

    return empty


def test_a_copy_fills_an_embedded_store_and_the_store_it_came_from(
    store_url: str, emptied: Any, tmp_path: Path
) -> None:
    with open_store(store_url) as store:
        fill(store)
        expected = everything(store)
        backup(store, tmp_path / "copy.zip", portable_form=True)
    assert stat.S_IMODE((tmp_path / "copy.zip").stat().st_mode) == 0o600
    emptied()
    for url in (store_url, f"sqlite:///{tmp_path}/other.db"):
        assert restore(tmp_path / "copy.zip", url) == 0
        with open_store(url, create=False) as store:
            assert everything(store) == expected
            assert store.engine.check() == []
            # It goes on as if nothing had been: the same records change nothing, new ones do.
            bo, cy = person(store, "bo")["id"], person(store, "cy")["id"]
            assert store.put("interaction", meeting("i1", person(store, "ana")["id"], bo, minutes=20)).unchanged == 1
            assert store.put("interaction", meeting("i9", bo, cy)).revision == expected["log"][-1].revision + 1
    with pytest.raises(StoreNotEmpty):
        restore(tmp_path / "copy.zip", store_url)


def test_who_was_erased_after_the_copy_is_erased_again(store_url: str, emptied: Any, tmp_path: Path) -> None:
    with open_store(store_url) as store:
        fill(store)
        backup(store, tmp_path / "copy.zip", portable_form=True)
        cy = person(store, "cy")["id"]
        store.erase("person", [cy])
    emptied()
    assert restore(tmp_path / "copy.zip", store_url) > 0
    with open_store(store_url, create=False) as store:
        assert store.get("person", cy) is None and ("person", cy) in store.erasures()


def test_no_cache_of_the_former_life_is_taken_for_the_restored_store(
    store_url: str, emptied: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph_service.store.cache.WORTH_ROWS", 1)
    options = Settings(cache_dir=tmp_path / "cache")
    with gs.open(store_url, settings=options) as programme:
        store = programme.store
        store.put("person", *(person(store, key) for key in ("ana", "bo", "cy")))
        backup(store, tmp_path / "copy", portable_form=not store_url.startswith("sqlite"))
        ana, bo, cy = (person(store, key)["id"] for key in ("ana", "bo", "cy"))
        store.put("interaction", meeting("i1", ana, bo))
        assert programme.snapshot("2026-03-03").ties == {("ana", "bo")}
    emptied()
    restore(tmp_path / "copy", store_url)
    with gs.open(store_url, settings=options) as programme:
        # As many writes as in the former life, or more: only the epoch tells the two lives apart.
        for at in range(3):
            programme.store.put("interaction", meeting(f"other{at}", bo, cy))
        assert programme.snapshot("2026-03-03").ties == {("bo", "cy")}


def test_a_damaged_or_foreign_copy_changes_nothing(store_url: str, emptied: Any, tmp_path: Path) -> None:
    with open_store(store_url) as store:
        fill(store)
        backup(store, tmp_path / "copy.zip", portable_form=True)
    emptied()
    whole = (tmp_path / "copy.zip").read_bytes()
    (tmp_path / "foreign.zip").write_bytes(whole)
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as archive:
        archive.writestr("letter.txt", "nothing of ours")
    (tmp_path / "empty").touch()
    for name, error in (("foreign.zip", UnreadableFile), ("empty", UnreadableFile), ("nowhere", NotFound)):
        with pytest.raises(error):
            restore(tmp_path / name, store_url)
    assert restore(tmp_path / "copy.zip", store_url) == 0


def test_a_copy_is_put_back_only_with_its_own_secret(
    store_url: str, emptied: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(store_url) as store:
        fill(store)
        backup(store, tmp_path / "copy.zip", portable_form=True)
    emptied()
    (tmp_path / "other").write_text("ab" * 32)
    for other in ("other", "missing"):
        monkeypatch.setenv("GRAPH_SERVICE_SECRET_FILE", str(tmp_path / other))
        with pytest.raises(WrongSecret):
            restore(tmp_path / "copy.zip", store_url)
    assert not (tmp_path / "missing").exists()
    monkeypatch.setenv("GRAPH_SERVICE_SECRET_FILE", str(tmp_path / "secret"))
    assert restore(tmp_path / "copy.zip", store_url) == 0


@pytest.mark.neo4j
def test_a_restore_that_is_cut_off_leaves_a_server_that_nobody_takes_for_whole(
    neo4j_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graph_service.store import portable

    with open_store(f"sqlite:///{tmp_path}/p.db") as store:
        fill(store)
        backup(store, tmp_path / "copy.zip", portable_form=True)
        backup(store, tmp_path / "copy.db")
    with pytest.raises(OnlySQLite):
        restore(tmp_path / "copy.db", neo4j_url)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(portable, "_finish", stop)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "copy.zip", neo4j_url)
    with pytest.raises(HalfRestored):
        open_store(neo4j_url)
    with pytest.raises(HalfRestored):
        restore(tmp_path / "copy.zip", neo4j_url)


def test_a_store_that_is_encrypted_at_rest_is_not_copied_in_the_clear(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("cd" * 32)
    with open_store(sqlite_url, Settings(store_key_file=tmp_path / "key")) as store, pytest.raises(UsageError):
        backup(store, tmp_path / "copy.zip", portable_form=True)

"""What goes wrong with a file: each has its own clear error, and nothing half written stays."""

import os
import sqlite3
import threading
from pathlib import Path

import apsw
import pytest

from graph_service.errors import (
    DamagedStore,
    NewerStore,
    NotFound,
    NotOurStore,
    StoreBusy,
    StoreError,
    StoreUnreachable,
    WrongSecret,
)
from graph_service.store.opening import open_store
from graph_service.store.sqlite import connections
from tests.contract.conftest import meeting, own_folders, person

__all__ = ["own_folders"]


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


def test_a_file_that_is_no_database_is_refused_and_left_alone(sqlite_url: str, path: Path) -> None:
    path.write_text("Dear Ana Example,\n" * 100)
    (path.parent / "secret").write_text("00" * 32)
    with pytest.raises(NotOurStore):
        open_store(sqlite_url)
    assert path.read_text() == "Dear Ana Example,\n" * 100


def test_a_database_of_another_program_is_refused_and_left_alone(sqlite_url: str, path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE customer (name TEXT)")
    (path.parent / "secret").write_text("00" * 32)
    with pytest.raises(NotOurStore):
        open_store(sqlite_url)
    with sqlite3.connect(path) as other:
        assert [row[0] for row in other.execute("SELECT name FROM sqlite_schema")] == ["customer"]


def test_a_store_that_is_not_there_is_said_so_when_it_must_not_be_made(sqlite_url: str, path: Path) -> None:
    with pytest.raises(NotFound):
        open_store(sqlite_url, create=False)
    assert not path.exists()


def test_a_folder_that_is_not_there_is_named_as_the_reason(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="folder"):
        open_store(f"sqlite:///{tmp_path}/no/such/folder/x.db")


@pytest.mark.skipif(os.name == "nt", reason="permissions of files are POSIX's")
def test_a_new_file_is_readable_by_its_owner_alone(sqlite_url: str, path: Path) -> None:
    with open_store(sqlite_url) as store:
        store.put("person", person(store, "ana"))
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.glob("programme.db*")}
    assert set(modes.values()) == {0o600}, modes
    assert (path.parent / "secret").stat().st_mode & 0o777 == 0o600


def test_a_writer_who_does_not_get_the_lock_hears_that_the_store_is_busy(
    sqlite_url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.2)
    with open_store(sqlite_url) as store:
        store.put("person", person(store, "ana"))
        other = apsw.Connection(str(path))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            store.put("person", person(store, "bo"))
        assert store.count("person") == 1, "readers go on meanwhile"
        other.execute("ROLLBACK")
        other.close()
        assert store.put("person", person(store, "bo")).added == 1


def test_a_full_disk_keeps_nothing_of_the_write_and_the_store_goes_on(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store:
        store.put("person", person(store, "ana"), person(store, "bo"))
        ids = [person(store, key)["id"] for key in ("ana", "bo")]
        store.put("interaction", meeting("i0", *ids))
        connection: apsw.Connection = store.engine.connection  # type: ignore[attr-defined]
        # What SQLite says when the disk is full, without filling one.
        pages = connection.pragma("page_count")
        connection.pragma("max_page_count", pages + 20)
        with pytest.raises(StoreError, match="full"):
            store.put("interaction", *(meeting(f"i{at}", *ids) for at in range(5000)))
        assert store.count("interaction") == 1
        connection.pragma("max_page_count", 2**30)
        assert store.put("interaction", *(meeting(f"i{at}", *ids) for at in range(5000))).added == 4999
        assert store.engine.check() == []


def test_a_damaged_file_is_said_to_be_damaged(sqlite_url: str, path: Path) -> None:
    with open_store(sqlite_url) as store:
        store.put("person", *(person(store, f"k{at}") for at in range(2000)))
    data = bytearray(path.read_bytes())
    data[40 * 4096 : 60 * 4096] = os.urandom(20 * 4096)
    path.write_bytes(data)
    with pytest.raises(DamagedStore, match="backup"), open_store(sqlite_url) as store:
        store.since("person")


def test_an_encrypted_store_holds_no_readable_byte_and_opens_with_its_key_alone(
    sqlite_url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = path.parent / "key"
    key.write_text("ab" * 32)
    monkeypatch.setenv("GRAPH_SERVICE_STORE_KEY_FILE", str(key))
    with open_store(sqlite_url) as store:
        store.put("person", person(store, "ana", given_name="Zebulonia"))
        for each in path.parent.glob("programme.db*"):
            assert b"Zebulonia" not in each.read_bytes() and b"CREATE TABLE" not in each.read_bytes()
    with open_store(sqlite_url) as store:
        assert store.count("person") == 1
    key.write_text("cd" * 32)
    with pytest.raises(WrongSecret):
        open_store(sqlite_url)
    monkeypatch.delenv("GRAPH_SERVICE_STORE_KEY_FILE")
    with pytest.raises(NotOurStore, match="encrypted"):
        open_store(sqlite_url)


def test_a_lost_or_damaged_secret_is_named_as_the_reason(sqlite_url: str, path: Path) -> None:
    open_store(sqlite_url).close()
    secret = path.parent / "secret"
    kept = secret.read_text()
    secret.write_text("not hexadecimal")
    with pytest.raises(WrongSecret, match="damaged"):
        open_store(sqlite_url)
    secret.unlink()
    with pytest.raises(WrongSecret, match="secret file is not"):
        open_store(sqlite_url)
    secret.write_text(kept)
    open_store(sqlite_url).close()


def test_a_store_of_a_newer_version_is_refused_before_anything_is_written(sqlite_url: str, path: Path) -> None:
    with open_store(sqlite_url) as store:
        store.put("person", person(store, "ana"))
    with sqlite3.connect(path) as other:
        other.execute("UPDATE meta SET layout = 99")
    with pytest.raises(NewerStore):
        open_store(sqlite_url)


def test_a_store_with_a_field_of_the_future_is_refused(sqlite_url: str, path: Path) -> None:
    with open_store(sqlite_url) as store:
        store.put("person", person(store, "ana"))
    with sqlite3.connect(path) as other:
        other.execute("""UPDATE declared SET fields = '["of_the_future"]' WHERE kind = 'person'""")
    with open_store(sqlite_url) as store, pytest.raises(NewerStore):
        store.put("person", person(store, "bo"))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files as Linux tells them")
def test_threads_that_come_and_go_leave_no_files_open(sqlite_url: str) -> None:
    """A server's threads do: each request of an idle service may meet a new one."""
    with open_store(sqlite_url) as store:
        store.put("person", person(store, "ana"))
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(40):
            reader = threading.Thread(target=store.count, args=("person",))
            reader.start()
            reader.join()
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 4


def test_threads_at_once_have_a_connection_each(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store:
        found, together = [], threading.Barrier(6)

        def look() -> None:
            together.wait(10)
            found.append(id(store.engine.connection))
            together.wait(10)

        threads = [threading.Thread(target=look) for _ in range(6)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(set(found)) == 6

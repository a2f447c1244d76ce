"""Connections to the SQLite file: one a thread, with the pragmas of a store, and SQLite's errors as ours."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from graph_service.errors import (
    DamagedStore,
    NotOurStore,
    StoreBusy,
    StoreError,
    StoreUnreachable,
    WrongSecret,
)
from graph_service.store.port import BUSY_SECONDS

PRAGMAS = (
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"),
    ("foreign_keys", True),
    # What is deleted is overwritten: erasure leaves no bytes behind.
    ("secure_delete", True),
    # Of every thread that reads; the operating system keeps the file besides.
    ("cache_size", -8192),
    ("temp_store", "MEMORY"),
    ("wal_autocheckpoint", 4000),
)


class Connections:
    """The connections of one process to one file.

    Parameters: the file's path (made when first opened); `key`, 32 bytes, encrypts it at rest.
    """

    def __init__(self, path: Path, key: bytes | None = None) -> None:
        self.path, self.key = path, key
        self._local = threading.local()
        self._all: list[tuple[threading.Thread, apsw.Connection]] = []
        self._lock = threading.Lock()

    def mine(self) -> apsw.Connection:
        """This thread's connection."""
        found: apsw.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._left() or self._open()
            self._local.connection = found
            with self._lock:
                self._all.append((threading.current_thread(), found))
        return found

    def _left(self) -> apsw.Connection | None:
        """A connection whose thread has ended: a server's threads come and go, and each would leave its files open."""
        with self._lock:
            for at, (owner, connection) in enumerate(self._all):
                if not owner.is_alive():
                    del self._all[at]
                    if not connection.in_transaction:
                        return connection
                    # Its thread was lost on the way: what it had begun to write is not kept.
                    connection.close()
                    break
        return None

    @contextmanager
    def another(self) -> Iterator[apsw.Connection]:
        """A connection for a while, that any one thread may use."""
        connection = self._open()
        try:
            yield connection
        finally:
            connection.close()

    def _open(self) -> apsw.Connection:
        if not self.path.parent.is_dir():
            raise StoreUnreachable("The folder of the store's file does not exist. Make it, or name another.")
        try:
            if not self.path.exists():
                # Real people's data: nobody else on this machine may read the file, from its first moment.
                self.path.touch(mode=0o600)
            connection = apsw.Connection(str(self.path))
            connection.set_busy_timeout(int(BUSY_SECONDS * 1000))
            if self.key is not None:
                connection.pragma("hexkey", self.key.hex())
            for pragma, value in PRAGMAS:
                connection.pragma(pragma, value)
        except apsw.NotADBError:
            raise self._not_a_database() from None
        except OSError:
            raise StoreUnreachable("The store's file cannot be opened or written. Check its permissions.") from None
        except apsw.Error as error:
            raise translation(error) from None
        return connection

    def _not_a_database(self) -> StoreError:
        if self.key is not None:
            return WrongSecret("The store's file cannot be opened with this encryption key.")
        return NotOurStore("The file is not a SQLite database, or it is encrypted and no key was given.")

    def close(self) -> None:
        with self._lock:
            for _, connection in self._all:
                with suppress(apsw.Error):
                    connection.close()
            self._all.clear()
        self._local = threading.local()


def translation(error: apsw.Error) -> StoreError:
    """SQLite's error as ours. Its own words may repeat a value, so they are not passed on."""
    if isinstance(error, (apsw.BusyError, apsw.LockedError)):
        return StoreBusy()
    if isinstance(error, apsw.NotADBError):
        return NotOurStore("The file is not a SQLite database, or it is encrypted and no key was given.")
    if isinstance(error, apsw.CorruptError):
        return DamagedStore()
    if isinstance(error, apsw.FullError):
        return StoreError("The disk is full. Nothing of this write was kept.")
    if isinstance(error, (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError, apsw.IOError, apsw.AuthError)):
        return StoreUnreachable("The store's file cannot be read or written. Check the disk and permissions.")
    return StoreError(f"The store's file refused a statement ({type(error).__name__}).")


@contextmanager
def translated() -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except apsw.Error as error:
        raise translation(error) from None

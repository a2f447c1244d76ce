"""Backup and restore: a copy of the SQLite file, or one file that either engine can be filled from."""

import shutil
from pathlib import Path

from graph_service.errors import NotFound, StoreError, StoreNotEmpty, UnreadableFile, UsageError
from graph_service.settings import Settings
from graph_service.store import portable
from graph_service.store.opening import address, engine_at, existing_secret, open_store
from graph_service.store.port import Entry
from graph_service.store.store import Store


class OnlySQLite(StoreError):
    """The backup is a SQLite file."""

    code, title, status, exit = "only_sqlite", "This backup is a SQLite file", 409, 2
    hint = "Restore it to a sqlite:/// address, or make one with `backup --portable`."


def backup(store: Store, target: Path, *, portable_form: bool = False) -> Path:
    """Copy a store into one file while others go on writing; readable by its owner alone, whole or not there.

    portable_form: the form that either engine can be filled from, in the clear; a server is always copied so, an
    embedded store as its own file otherwise. The secret and the erasure ledger stay beside the store and are backed
    up apart. Raises StoreNotEmpty, UsageError (a store that is encrypted at rest is not copied in the clear).
    """
    from graph_service.store.sqlite.engine import SQLiteEngine

    if target.exists():
        raise StoreNotEmpty("There is already a file of this name. Choose another.")
    if not target.parent.is_dir():
        raise NotFound("The folder of the backup does not exist. Make it, or name another.")
    engine = store.engine if isinstance(store.engine, SQLiteEngine) else None
    if portable_form and engine is not None and engine.key is not None:
        raise UsageError("This store is encrypted at rest, and a portable copy would not be. Leave out --portable.")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        if engine is not None and not portable_form:
            engine.copy_to(part)
        else:
            portable.dump(store, part)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return target


def restore(copy: Path, url: str, settings: Settings | None = None) -> int:
    """Put a backup in the place of a store that is not there, and erase again who was erased since.

    Returns how many records the replay of the ledger touched.
    Raises NotFound, StoreNotEmpty, OnlySQLite, UnreadableFile, WrongSecret, NewerStore.
    """
    settings = settings or Settings()
    if not copy.is_file():
        raise NotFound("There is no such backup.")
    with copy.open("rb") as file:
        if not file.read(16):
            raise UnreadableFile("The backup is empty. Nothing was changed.")
    path = address(url).file
    if path is None:
        if not portable.is_portable(copy):
            raise OnlySQLite()
        secret, engine = existing_secret(url, settings), engine_at(url, settings)
        try:
            portable.fill(engine, copy, secret)
        finally:
            engine.close()
        with open_store(url, settings, create=False) as store:
            return replay(store)
    return _restore_file(copy, path, url, settings)


def _restore_file(copy: Path, path: Path, url: str, settings: Settings) -> int:
    from graph_service.store.sqlite.engine import SQLiteEngine

    if path.exists():
        raise StoreNotEmpty("There is a store at this address. Move it away first; nothing was changed.")
    secret = existing_secret(url, settings)
    part = path.with_name(path.name + ".part")
    try:
        if portable.is_portable(copy):
            part.unlink(missing_ok=True)
            engine = SQLiteEngine(part, settings.encryption_key())
            try:
                portable.fill(engine, copy, secret)
            finally:
                engine.close()
        else:
            shutil.copyfile(copy, part)
        part.chmod(0o600)
        part.replace(path)
        with open_store(url, settings, create=False) as store:
            touched = replay(store)
            if not portable.is_portable(copy):
                # A cache of the store's former life must not be taken for this one's.
                least = portable.new_epoch(store.meta().epoch)
                store.engine.write(Entry(action="restore"), lambda tx: tx.raise_epoch(least))
            return touched
    except BaseException:
        for name in (part.name, f"{part.name}-wal", f"{part.name}-shm", path.name):
            path.with_name(name).unlink(missing_ok=True)
        raise


def replay(store: Store) -> int:
    """Erase again what the ledger says and the store does not know of."""
    if store.ledger is None:
        return 0
    known, touched = set(store.erasures()), 0
    missing = [entry for entry in dict.fromkeys(store.ledger.entries()) if entry not in known]
    for kind in dict.fromkeys(kind for kind, _ in missing):
        touched += store.erase(kind, [id for of, id in missing if of == kind], actor="restore")
    return touched

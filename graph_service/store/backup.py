"""Backup and restore of an embedded store; a Neo4j server is dumped with its own tool, the server stopped."""

import shutil
from pathlib import Path

from graph_service.errors import NotFound, StoreError, StoreNotEmpty, UnreadableFile
from graph_service.settings import Settings
from graph_service.store.opening import open_store, sqlite_path
from graph_service.store.store import Store


class NotForServers(StoreError):
    """Neo4j's own tool does this."""

    code, title, status, exit = "not_for_servers", "A Neo4j server is backed up with its own tool", 501, 2
    hint = "Stop the server and run: neo4j-admin database dump neo4j --to-path=FOLDER."


def backup(store: Store, target: Path) -> Path:
    """Copy an embedded store while others go on writing; readable by its owner alone, whole or not there.

    The secret and the erasure ledger stay beside the store and are backed up apart. Raises NotForServers.
    """
    from graph_service.store.sqlite.engine import SQLiteEngine

    if not isinstance(store.engine, SQLiteEngine):
        raise NotForServers()
    if target.exists():
        raise StoreNotEmpty("There is already a file of this name. Choose another.")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        store.engine.copy_to(part)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return target


def restore(copy: Path, url: str, settings: Settings | None = None) -> int:
    """Put a backup in the place of a store that is not there, and erase again who was erased since.

    Returns how many records the replay of the ledger touched. Raises NotFound, StoreNotEmpty, NotForServers.
    """
    scheme, _, rest = url.partition("://")
    if scheme != "sqlite":
        raise NotForServers()
    path = sqlite_path(rest)
    if path.exists():
        raise StoreNotEmpty("There is a store at this address. Move it away first; nothing was changed.")
    if not copy.is_file():
        raise NotFound("There is no such backup.")
    with copy.open("rb") as file:
        if not file.read(16):
            raise UnreadableFile("The backup is empty. Nothing was changed.")
    part = path.with_name(path.name + ".part")
    shutil.copyfile(copy, part)
    part.chmod(0o600)
    part.replace(path)
    try:
        with open_store(url, settings, create=False) as store:
            return replay(store)
    except BaseException:
        path.unlink(missing_ok=True)
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

"""Open a store by its URL: `sqlite:///file.db` (default) or `neo4j://host:port` / `bolt://host:port`."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from graph_service.errors import NotFound, SettingsError, WrongSecret
from graph_service.settings import Settings
from graph_service.store.ledger import Ledger
from graph_service.store.port import Engine
from graph_service.store.shown import ShownLog
from graph_service.store.store import Store
from graph_service.store.written import WrittenFiles

NEO4J_SCHEMES = ("neo4j", "bolt", "neo4j+s", "bolt+s", "neo4j+ssc", "bolt+ssc")


def open_store(url: str | None = None, settings: Settings | None = None, *, create: bool = True) -> Store:
    """The store at a URL. Raises SettingsError, StoreError.

    create: make the store when it is not there (else NotFound). Credentials come from the environment or a
    file, never from the URL.
    """
    settings = settings or Settings()
    url = url or settings.store
    scheme, rest = _split(url)
    if scheme == "sqlite":
        from graph_service.store.sqlite.engine import SQLiteEngine

        path = sqlite_path(rest)
        if not create and not path.exists():
            raise NotFound("There is no store at this address yet. Make one: `graph-service init`.")
        secret_file = settings.secret_file or path.with_name(path.name + ".secret")
        secret = read_secret(secret_file, path.exists())
        return _store(SQLiteEngine(path, settings.encryption_key()), secret, url, secret_file)
    from graph_service.store.neo4j import Neo4jEngine

    parts = urlsplit(url)
    name = f"{parts.hostname}_{parts.port or 7687}{parts.path.replace('/', '_')}"
    engine = Neo4jEngine(url, settings)
    secret_file = settings.secret_file or settings.config_dir / f"{name}.secret"
    try:
        secret = read_secret(secret_file, engine.meta() is not None)
    except BaseException:
        engine.close()
        raise
    return _store(engine, secret, url, secret_file)


def _store(engine: Engine, secret: bytes, url: str, secret_file: Path) -> Store:
    try:
        store = Store(engine, secret, url)
        beside = secret_file.name.removesuffix(".secret")
        store.ledger = Ledger(secret_file.with_name(beside + ".erased"))
        store.shown = ShownLog(secret_file.with_name(beside + ".shown"))
        store.written = WrittenFiles(secret_file.with_name(beside + ".written"))
        return store
    except BaseException:
        engine.close()
        raise


def _split(url: str) -> tuple[str, str]:
    scheme, found, rest = url.partition("://")
    if not found or scheme not in ("sqlite", *NEO4J_SCHEMES):
        raise SettingsError("A store's address looks like sqlite:///programme.db or neo4j://localhost:7687.")
    if scheme != "sqlite" and "@" in rest.split("/")[0]:
        raise SettingsError(
            "Keep user and password out of the address: set GRAPH_SERVICE_NEO4J_USER and "
            "GRAPH_SERVICE_NEO4J_PASSWORD (or GRAPH_SERVICE_NEO4J_PASSWORD_FILE)."
        )
    return scheme, rest


def sqlite_path(rest: str) -> Path:
    """The file of a sqlite URL: three slashes for a path from here, four for one from the root.

    >>> sqlite_path("/x.db"), sqlite_path("//tmp/x.db")
    (PosixPath('x.db'), PosixPath('/tmp/x.db'))
    """
    name = unquote(rest.removeprefix("/"))
    if not name:
        raise SettingsError("The store's address names no file: sqlite:///programme.db.")
    return Path(name)


def read_secret(path: Path, store_exists: bool) -> bytes:
    """The store's secret, made (readable by its owner alone) when the store is new."""
    try:
        return bytes.fromhex(path.read_text().strip())
    except ValueError:
        raise WrongSecret("The secret file is damaged; restore it from your backup.") from None
    except FileNotFoundError:
        if store_exists:
            raise WrongSecret(
                "The store is there but its secret file is not. Point GRAPH_SERVICE_SECRET_FILE to it."
            ) from None
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_bytes(32)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        # Another process made it a moment ago.
        return bytes.fromhex(path.read_text().strip())
    with os.fdopen(handle, "w") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return secret

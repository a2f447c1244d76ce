"""Open a store by its URL: `sqlite:///file.db` (default) or `neo4j://host:port` / `bolt://host:port`."""

import os
import secrets
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Address:
    """Where a store and its secret are. file: of an embedded store (None: a server's)."""

    file: Path | None
    secret_name: str

    def secret_file(self, settings: Settings) -> Path:
        """The file of the secret: beside an embedded store, in the configuration folder for a server."""
        if settings.secret_file is not None:
            return settings.secret_file
        folder = settings.config_dir if self.file is None else self.file.parent
        return folder / self.secret_name


def address(url: str) -> Address:
    """The parts of a store's URL. Raises SettingsError."""
    scheme, rest = _split(url)
    if scheme == "sqlite":
        path = sqlite_path(rest)
        return Address(path, path.name + ".secret")
    parts = urlsplit(url)
    return Address(None, f"{parts.hostname}_{parts.port or 7687}{parts.path.replace('/', '_')}.secret")


def engine_at(url: str, settings: Settings) -> Engine:
    """The engine of a store's URL."""
    path = address(url).file
    if path is not None:
        from graph_service.store.sqlite.engine import SQLiteEngine

        return SQLiteEngine(path, settings.encryption_key())
    from graph_service.store.neo4j import Neo4jEngine

    return Neo4jEngine(url, settings)


def existing_secret(url: str, settings: Settings) -> bytes:
    """The secret of a store that is to be put back. Raises WrongSecret where it is not there."""
    path = address(url).secret_file(settings)
    if not path.exists():
        raise WrongSecret(f"The secret of the store that was backed up is not there: it belongs at {path}.")
    return read_secret(path, store_exists=True)


def open_store(url: str | None = None, settings: Settings | None = None, *, create: bool = True) -> Store:
    """The store at a URL. Raises SettingsError, StoreError.

    create: make the store when it is not there (else NotFound). Credentials come from the environment or a
    file, never from the URL.
    """
    settings = settings or Settings()
    url = url or settings.store
    place = address(url)
    secret_file = place.secret_file(settings)
    if place.file is not None:
        if not create and not place.file.exists():
            raise NotFound("There is no store at this address yet. Make one: `graph-service init`.")
        secret = read_secret(secret_file, place.file.exists())
        return _store(engine_at(url, settings), secret, url, secret_file)
    engine = engine_at(url, settings)
    try:
        there = engine.meta() is not None
        if not there and not create:
            raise NotFound("The database at this address is empty. Make a store of it: `graph-service init`.")
        secret = read_secret(secret_file, there)
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

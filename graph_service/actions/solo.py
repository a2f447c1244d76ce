"""One person's own store: where its sealed key is, what opens it, and what it is then opened with."""

import os
import secrets
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

from graph_service.errors import UsageError, WrongPassphrase
from graph_service.settings import Settings
from graph_service.store import sealed
from graph_service.store.opening import address
from graph_service.store.rotation import bring_back, copy_beside, folder_of, found
from graph_service.store.sealed import SHORTEST, Opened, make, unseal

__all__ = [
    "SHORTEST", "Opened", "backups", "change", "holding", "key_file", "make", "memory_folder", "opens", "place",
    "put_back", "unseal",
]  # fmt: skip


def place(settings: Settings) -> Path:
    """Where the sealed key of a store belongs. Raises UsageError for a server, or where a key file is set."""
    file = address(settings.store).file
    if file is None:
        raise UsageError("`solo` keeps its store in a file of this machine: name one as sqlite:///programme.db.")
    if settings.store_key_file is not None:
        raise UsageError("`solo` keeps the store's key itself: unset GRAPH_SERVICE_STORE_KEY_FILE.")
    return file.with_name(file.name + ".key")


def key_file(settings: Settings) -> Path | None:
    """The sealed key of the store that the settings name, where it has one that is not opened yet."""
    file = address(settings.store).file
    if file is None or settings.encrypted:
        return None
    path = file.with_name(file.name + ".key")
    return path if path.exists() else None


def holding(settings: Settings, opened: Opened) -> Settings:
    """The settings with the opened key, and with backups beside the store unless they go elsewhere."""
    held = settings.with_key(opened.key)
    if held.backup_dir is not None:
        return held
    return held.model_copy(update={"backup_dir": folder_of(held.store)})


def opens(path: Path, opened: Opened, passphrase: str) -> bool:
    """Whether a passphrase is the one of this store now."""
    try:
        return secrets.compare_digest(unseal(path, passphrase).key, opened.key)
    except WrongPassphrase:
        return False


def change(settings: Settings, old: str, new: str) -> None:
    """Another passphrase for the same key, also beside the backups: an old copy would still open with the old one."""
    opened = sealed.reseal(place(settings), old, new)
    folder = holding(settings, opened).backup_dir
    if folder is not None and folder.is_dir():
        copy_beside(address(settings.store), settings, folder)


def backups(settings: Settings) -> list[Path]:
    """The backups there are, the newest first."""
    file = address(settings.store).file
    folder = settings.backup_dir or folder_of(settings.store)
    return [path for _, path in found(folder, "" if file is None else file.stem)]


def put_back(copy: Path, settings: Settings) -> None:
    """Put back what a backup needs to be opened, where it is missing beside the store."""
    bring_back(copy, address(settings.store), settings)


def memory_folder() -> AbstractContextManager[str]:
    """A folder for files on their way into the store: in memory where the system has such a place, gone at the end."""
    shared = Path("/dev/shm")
    there = shared if shared.is_dir() and os.access(shared, os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="graph-service-solo-", dir=there)

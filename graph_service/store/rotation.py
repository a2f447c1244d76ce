"""Backups that are made by themselves: one a day, tried before they count, the old ones put away.

The folder also gets what a backup needs to be opened again: the store's secret, its sealed key where it has one, and
the ledger of erasures, each in its newest state, so that an old backup brings back nobody who was erased since.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from graph_service import clock
from graph_service.errors import DamagedStore, UsageError
from graph_service.settings import Settings
from graph_service.store.backup import backup
from graph_service.store.opening import Address, address
from graph_service.store.store import Store

#: How many days, and how many weeks (the present one among them), have a backup.
DAYS, WEEKS = 7, 5
STAMP = "%Y%m%dT%H%M%SZ"
BESIDE = (".key", ".secret", ".erased")


def folder_of(url: str) -> Path:
    """Where backups of an embedded store go when no other place is named. Raises UsageError for a server."""
    file = _file(address(url))
    return file.with_name(file.stem + ".backups")


def take(store: Store, settings: Settings, folder: Path) -> Path:
    """Make a backup now, try it, and put away what is too old. Raises DamagedStore where the copy is not well."""
    from graph_service.store.sqlite.engine import SQLiteEngine

    place = address(store.url)
    file = _file(place)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{file.stem}-{clock.now().strftime(STAMP)}.db"
    if target.exists():
        return target
    # Not named as a backup until it was opened and found whole.
    untried = target.with_suffix(".untried")
    for end in ("", "-wal", "-shm"):
        untried.with_name(untried.name + end).unlink(missing_ok=True)
    backup(store, untried)
    copy = SQLiteEngine(untried, settings.encryption_key())
    try:
        meta = copy.meta()
        if copy.check() or meta is None or meta.id != store.meta().id:
            raise DamagedStore("The backup that was just made is not whole, so it was not kept. Check the disk.")
    finally:
        copy.close()
    untried.replace(target)
    copy_beside(place, settings, folder)
    for old in superseded(found(folder, file.stem)):
        old.unlink(missing_ok=True)
    return target


def copy_beside(place: Address, settings: Settings, folder: Path) -> None:
    """Put the newest state of what a backup needs beside the backups."""
    secret = place.secret_file(settings)
    for end in BESIDE:
        source = secret.with_name(secret.name.removesuffix(".secret") + end)
        if source.exists():
            part = folder / (source.name + ".part")
            shutil.copyfile(source, part)
            part.chmod(0o600)
            part.replace(folder / source.name)


def bring_back(copy: Path, place: Address, settings: Settings) -> None:
    """Put back from a backup's folder what is missing beside the store; what is there is left alone."""
    secret = place.secret_file(settings)
    for end in BESIDE:
        target = secret.with_name(secret.name.removesuffix(".secret") + end)
        source = copy.parent / target.name
        if source.exists() and not target.exists():
            shutil.copyfile(source, target)
            target.chmod(0o600)


def found(folder: Path, stem: str) -> list[tuple[datetime, Path]]:
    """The backups of a folder with their moments (UTC), the newest first; files of other names are not ours."""
    backups = []
    for path in folder.glob(f"{stem}-*.db") if folder.is_dir() else ():
        try:
            moment = datetime.strptime(path.stem.removeprefix(f"{stem}-"), STAMP).replace(tzinfo=UTC)
            backups.append((moment, path))
        except ValueError:
            continue
    return sorted(backups, reverse=True)


def superseded(backups: list[tuple[datetime, Path]]) -> list[Path]:
    """Those that are not the newest of one of the last days or weeks that have any.

    >>> stamps = ["20260301T080000Z", "20260301T200000Z", "20260302T080000Z"]
    >>> made = [(datetime.strptime(each, STAMP), Path(each)) for each in reversed(stamps)]
    >>> [path.name for path in superseded(made)]
    ['20260301T080000Z']
    """
    days: dict[object, Path] = {}
    weeks: dict[object, Path] = {}
    for moment, path in backups:
        days.setdefault(moment.date(), path)
        weeks.setdefault(moment.isocalendar()[:2], path)
    kept = {*list(days.values())[:DAYS], *list(weeks.values())[:WEEKS]}
    return [path for _, path in backups if path not in kept]


def _file(place: Address) -> Path:
    if place.file is None:
        raise UsageError("A server is backed up with its own tools: GRAPH_SERVICE_BACKUP_DIR is for SQLite files.")
    return place.file

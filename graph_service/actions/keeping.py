"""Keep the programme safe: back it up, put it back, and see whether everybody who was erased stays so."""

from datetime import timedelta
from pathlib import Path

from graph_service import clock
from graph_service.store.backup import backup, replay, restore
from graph_service.store.opening import address
from graph_service.store.rotation import found, take
from graph_service.store.store import Store

__all__ = ["backup", "newest_backup", "replay", "restore", "take", "unreplayed"]

#: A daily backup that is older than this has stopped coming.
LATE = timedelta(days=3)


def unreplayed(store: Store) -> int:
    """How many erasures the ledger holds that the store does not know: a backup was put back without a replay."""
    if store.ledger is None:
        return 0
    return len(set(store.ledger.entries()) - set(store.erasures()))


def newest_backup(store: Store, folder: Path) -> tuple[str, str]:
    """How the daily backups stand: "ok" or "wrong" (none for three days), and a sentence."""
    file = address(store.url).file
    backups = [] if file is None else found(folder, file.stem)
    if not backups:
        return "wrong", f"none in {folder} yet: the running service makes one a day"
    newest, path = backups[0]
    late = clock.now() - newest > LATE
    return "wrong" if late else "ok", f"{len(backups)} in {folder}, the newest {path.name}"

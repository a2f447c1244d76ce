"""Keep the programme safe: back it up, put it back, and see whether everybody who was erased stays so."""

from graph_service.store.backup import backup, replay, restore
from graph_service.store.store import Store

__all__ = ["backup", "replay", "restore", "unreplayed"]


def unreplayed(store: Store) -> int:
    """How many erasures the ledger holds that the store does not know: a backup was put back without a replay."""
    if store.ledger is None:
        return 0
    return len(set(store.ledger.entries()) - set(store.erasures()))

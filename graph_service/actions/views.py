"""Narrowings of the list that somebody keeps under a name."""

from typing import Any

from graph_service.disclosure.scope import Actor
from graph_service.errors import InvalidRecord, NotFound
from graph_service.store.store import Store

#: Views of one person at most.
MOST = 30


def views(store: Store, who: Actor) -> list[dict[str, Any]]:
    """The views of an actor, by name."""
    return sorted(store.find("saved_view", owner=_owner(who)), key=lambda row: (row["name"].casefold(), row["id"]))


def save_view(store: Store, who: Actor, name: str, query: str) -> None:
    """Keep a narrowing; the same name again replaces it. Raises InvalidRecord."""
    name = " ".join(name.split())
    if not name or len(views(store, who)) >= MOST:
        raise InvalidRecord(problems=[{"field": "name", "found": "none, or too many", "expected": "a name"}])
    id = store.internal_id("saved_view", _owner(who), name.casefold())
    store.put("saved_view", {"id": id, "owner": _owner(who), "name": name, "query": query}, actor=who.name)


def forget_view(store: Store, who: Actor, id: str) -> None:
    """Let a view go. Raises NotFound, also for another's."""
    row = store.get("saved_view", id)
    if row is None or row["owner"] != _owner(who):
        raise NotFound()
    store.retract("saved_view", [id], actor=who.name)


def _owner(who: Actor) -> str:
    return who.person or who.name

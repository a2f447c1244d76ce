"""What every right needs: whose records, who may, and the record that it was used."""

import uuid
from datetime import date
from typing import Any

from graph_service.disclosure.scope import Actor
from graph_service.errors import NotYours, UnknownPerson
from graph_service.store.port import ANONYMOUS
from graph_service.store.store import Store


def may(actor: Actor, person: str, *, own: bool = True) -> None:
    """Whether an actor may use rights for somebody: the person, or whoever answers for the whole programme.

    own: the person may do it alone. Raises NotYours.
    """
    if own and actor.person == person:
        return
    if not actor.writes or actor.sites is not None or actor.role not in ("coordinator", "admin", "lead"):
        raise NotYours()


def whole(store: Store, person: str) -> list[str]:
    """All records of one person: theirs, and those that were merged with it. Raises UnknownPerson."""
    if person == ANONYMOUS or not store.known("person", [person]):
        raise UnknownPerson()
    found, waiting = {person}, [person]
    while waiting:
        here = waiting.pop()
        ends = [row["kept"] for row in store.find("merge", duplicate=here)]
        ends += [row["duplicate"] for row in store.find("merge", kept=here)]
        new = set(ends) - found
        found |= new
        waiting += sorted(new)
    return sorted(found)


def note(store: Store, actor: Actor, right: str, person: str | None, today: date, **fields: Any) -> str:
    """Record that a right was used; the record's id."""
    id = store.internal_id("rights_request", "rights", uuid.uuid4().hex)
    record = {"id": id, "person": person, "right": right, "date": today, **fields}
    store.put("rights_request", record, actor=actor.name, action=f"rights:{right}")
    return id

""" "Something is wrong": a concern freezes the adult's offers at once and goes to the safeguarding lead alone."""

import uuid
from datetime import date
from typing import Any

from graph_service import clock
from graph_service.actions.sweeps import recheck
from graph_service.disclosure.scope import Actor
from graph_service.errors import NotFound, NotYours, UnknownPerson
from graph_service.store.store import Store

LEAD = "lead"


def raise_concern(
    store: Store,
    actor: Actor,
    about: str,
    *,
    text: str | None = None,
    introduction: str | None = None,
    today: date | None = None,
) -> str:
    """Record a concern about an adult (internal id). Anybody may; returns its id and nothing else.

    The freeze holds from this write on: every gate reads open concerns. What is on its way is then ended.
    """
    day = today or clock.today()
    if store.get("person", about) is None:
        raise UnknownPerson()
    id = store.internal_id("concern", "concern", uuid.uuid4().hex)
    record = {"about": about, "introduction": introduction, "raised_by": actor.person or actor.name, "date": day}
    store.put("concern", {"id": id, "text": text, **record}, actor=actor.person or actor.name, action="concern")
    recheck(store, day, about=about)
    return id


def concerns(store: Store, actor: Actor, *, state: str | None = None) -> list[dict[str, Any]]:
    """The restricted log. Raises NotYours for everybody but the safeguarding lead."""
    if actor.role != LEAD:
        raise NotYours()
    return store.find("concern", **({} if state is None else {"state": state}))


def close_concern(store: Store, actor: Actor, id: str, version: int) -> None:
    """The lead's decision that the adult may be offered again. Raises NotYours, NotFound, StaleVersion."""
    if actor.role != LEAD:
        raise NotYours()
    record = store.get("concern", id)
    if record is None:
        raise NotFound("There is no such concern.")
    from graph_service.records.registry import kind
    from graph_service.records.validation import validate_records

    closed = {field.name: record[field.name] for field in kind("concern").fields} | {"id": id, "state": "closed"}
    table = validate_records(kind("concern"), [closed])
    expect = {("concern", id): version}
    store.append_all([("concern", table)], actor=actor.person or actor.name, action="concern:close", expect=expect)

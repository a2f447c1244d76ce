"""Opt-out and restriction: the person stays on record, and is no longer used for what they object to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from graph_service.actions.rights.requests import may, note, whole
from graph_service.actions.sweeps import recheck
from graph_service.disclosure.scope import Actor
from graph_service.errors import NotFound, UnknownParameter
from graph_service.records.registry import kind
from graph_service.store.store import Store

#: What can be opted out of: (purpose of consent, what is then recorded as granted).
OPT_OUTS: dict[str, tuple[tuple[str, bool], ...]] = {
    "introductions": (("introduce", False), ("suggest_to_mentors", False), ("suggest_to_employers", False)),
    "directory": (("directory_opt_out", True),),
    "messages": (("messages", False),),
    "research": (("research", False),),
    "pictures": (("photo", False),),
}


@dataclass(frozen=True)
class Objected:
    """request: the record of the request; ended: introductions on their way that stopped."""

    request: str
    ended: int


def opt_out(store: Store, actor: Actor, person: str, of: Sequence[str], *, today: date, by: str = "self") -> Objected:
    """Opt somebody out of uses (keys of `OPT_OUTS`). Introductions on their way stop at once.

    An adult who opts out of introductions is taken off the lists, and stays off whatever is loaded later.
    Raises UnknownPerson, UnknownParameter, NotYours.
    """
    may(actor, person)
    unknown = [name for name in of if name not in OPT_OUTS]
    if unknown or not of:
        raise UnknownParameter(f"One can opt out of {', '.join(OPT_OUTS)}.")
    everyone = whole(store, person)
    for one in everyone:
        for purpose, granted in (pair for name in of for pair in OPT_OUTS[name]):
            id = store.internal_id("consent", "rights", f"{one}|{purpose}|{today}")
            fields = {"person": one, "purpose": purpose, "granted": granted, "by": by, "since": today}
            store.put("consent", {"id": id, "method": "rights", **fields}, actor=actor.name, action="rights:opt_out")
        record = store.get("person", one)
        if "introductions" in of and record is not None and "learner" not in record["roles"]:
            names = ("id", *kind("person").by_name)
            store.put("person", {name: record[name] for name in names} | {"status": "removed"}, actor=actor.name)
    ended = sum(len(recheck(store, today, about=one)) for one in everyone)
    return Objected(note(store, actor, "opt_out", person, today, by=by, fields=", ".join(of)), ended)


def restrict(
    store: Store, actor: Actor, person: str, *, today: date, by: str = "self", reason: str | None = None
) -> Objected:
    """Hold somebody's data and use it for nothing: on no desk, in no list, never recommended, until it is lifted."""
    may(actor, person)
    everyone = whole(store, person)
    for one in everyone:
        id = store.internal_id("restriction", "rights", uuid.uuid4().hex)
        record = {"id": id, "person": one, "since": today, "reason": reason}
        store.put("restriction", record, actor=actor.name, action="rights:restrict")
    ended = sum(len(recheck(store, today, about=one)) for one in everyone)
    return Objected(note(store, actor, "restriction", person, today, by=by), ended)


def lift(store: Store, actor: Actor, person: str, *, today: date) -> int:
    """End a restriction; how many records of it. Raises NotFound where there is none."""
    may(actor, person)
    rows = [row for one in whole(store, person) for row in store.find("restriction", person=one)]
    rows = [row for row in rows if row["until"] is None or row["until"] >= today]
    if not rows:
        raise NotFound("Nothing of this person is restricted.")
    store.retract("restriction", [row["id"] for row in rows], actor=actor.name, action="rights:lift")
    return len(rows)

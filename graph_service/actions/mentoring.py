"""What a mentor or employer contact does at their own desk: contacts, breaks, what came of it."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from graph_service import clock
from graph_service.actions.merging import kept_of
from graph_service.actions.moves import move
from graph_service.actions.outcomes import MET, record_outcome
from graph_service.disclosure.scope import Actor
from graph_service.errors import InvalidRecord, NotFound, NotYours
from graph_service.records.vocabulary import vocabulary
from graph_service.store.store import Store

#: States from which the two know each other.
BROUGHT_TOGETHER = ("made", *MET)
#: Contacts that are logged in two taps.
QUICK = ("meeting", "call", "message")
#: A contact may be logged so many days later.
LATE_DAYS = 60
ADULTS = ("mentor", "employer")


def log_own_contact(
    store: Store,
    actor: Actor,
    learner: str,
    kind: str,
    *,
    on: date,
    today: date,
    minutes: int | None = None,
    repeat: str | None = None,
) -> str:
    """Record that the actor was in contact with a learner of theirs. Returns its id; the same `repeat` is one contact.

    Raises NotFound (not one of the actor's people), NotYours, InvalidRecord (another kind, a day to come).
    """
    person = _adult(actor)
    if not knows(store, person, learner):
        raise NotFound("There is no such person among yours.")
    problems = []
    if kind not in QUICK:
        problems.append({"field": "kind", "found": "another", "expected": ", ".join(QUICK)})
    if not today - timedelta(days=LATE_DAYS) <= on <= today:
        problems.append({"field": "date", "found": str(on), "expected": f"within {LATE_DAYS} days before today"})
    if problems:
        raise InvalidRecord(problems=problems)
    id = store.internal_id("interaction", f"desk {person}", repeat or secrets.token_hex(16))
    record = {
        "id": id,
        "date": on,
        "kind": kind,
        "mode": "in_person" if kind == "meeting" else "virtual",
        "minutes": minutes,
        "participants": [{"id": learner, "role": "learner"}, {"id": person, "role": "mentor"}],
        "source": "desk",
        "asserted_by": actor.role,
        "evidence": "stated",
    }
    if store.get("interaction", id) is None:
        store.put("interaction", record, actor=person, action="contact")
    return id


def take_own_back(store: Store, actor: Actor, id: str) -> None:
    """Take back a contact that the actor logged at their desk. Raises NotFound, NotYours."""
    person = _adult(actor)
    record = store.get("interaction", id)
    own = record is not None and record["source"] == "desk" and record["asserted_by"] == actor.role
    if record is None or not own or person not in {each["id"] for each in record["participants"]}:
        raise NotFound("There is no such contact of yours.")
    store.retract("interaction", [id], actor=person, action="contact:back")


def knows(store: Store, person: str, learner: str) -> bool:
    """Whether an adult may say something of a learner: brought together by us, or in contact before."""
    ends = store.find("introduction", learner=learner, state=list(BROUGHT_TOGETHER))
    if any(kept_of(store, row["target"]) == person for row in ends):
        return True
    record = store.get("person", learner)
    if record is None or "learner" not in record["roles"]:
        return False
    makes = {code for code, row in vocabulary("interaction_kinds").rows.items() if row["makes_tie"] == "yes"}
    met = store.contacts_of(person, clock.today() + timedelta(days=1), limit=10_000)
    return any(row["alter"] == learner and makes & set(row["kinds"]) for row in met)


def pause(store: Store, actor: Actor, *, since: date, until: date | None) -> str:
    """Take a break: nothing new is asked of the actor meanwhile. Raises NotYours, InvalidRecord."""
    person = _adult(actor)
    if until is not None and until < since:
        raise InvalidRecord(problems=[{"field": "until", "found": str(until), "expected": "not before today"}])
    id = store.internal_id("pause", "desk", person)
    store.put("pause", {"id": id, "person": person, "since": since, "until": until}, actor=person, action="pause")
    return id


def resume(store: Store, actor: Actor) -> None:
    """End a break."""
    person = _adult(actor)
    store.retract("pause", [row["id"] for row in store.find("pause", person=person)], actor=person, action="resume")


def set_capacity(store: Store, actor: Actor, places: int) -> None:
    """Say how many introductions a month one can carry, 0 to 20. Raises InvalidRecord, NotYours."""
    from graph_service.actions.notices import changed
    from graph_service.records.registry import kind

    person = _adult(actor)
    record = store.get("person", person)
    if record is None:
        raise NotFound("This account belongs to nobody of the programme.")
    if not 0 <= places <= 20:
        raise InvalidRecord(problems=[{"field": "capacity", "found": str(places), "expected": "0 to 20 a month"}])
    store.put("person", changed(kind("person"), record, capacity=places), actor=person, action="capacity")


def came_of_it(
    store: Store, actor: Actor, introduction: str, what: str, version: int, *, on: date, today: date
) -> None:
    """Say what came of an introduction: `met`, or a rung with what help was given (`resource:advice`).

    Raises NotFound (not the actor's), StaleVersion, UsageError.
    """
    person = _adult(actor)
    record = store.get("introduction", introduction)
    if record is None or kept_of(store, record["target"]) != person:
        raise NotFound("There is no such introduction of yours.")
    # The record may name the person as they were before they were merged.
    actor = replace(actor, person=record["target"])
    if what == "met":
        move(store, actor, introduction, "meet", version, today=today, meeting=on)
        return
    step, _, resource = what.partition(":")
    record_outcome(store, actor, introduction, step, on=on, resource=resource or None, today=today)


def _adult(actor: Actor) -> str:
    if actor.role not in ADULTS or actor.person is None:
        raise NotYours()
    return actor.person


def asked_of(store: Store, actor: Actor, introduction: str) -> Mapping[str, Any]:
    """The link that answers one introduction, for somebody who is at their own desk. Raises NotFound."""
    person = _adult(actor)
    record = store.get("introduction", introduction)
    for party in ("connector", "target"):
        if record is not None and kept_of(store, record[party]) == person:
            return {"party": party, "person": record[party]}
    raise NotFound("There is no such introduction of yours.")

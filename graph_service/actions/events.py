"""Events: make one, sign learners in, and ask each whom they talked to.

Being there is exposure: one contact of everybody at the event, which ties nobody. A name that a learner gives
afterwards is a contact of its own, and can make a tie.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_service.actions import writing
from graph_service.actions.contacts import NewContact, log_contact
from graph_service.disclosure.records import RecordReader
from graph_service.errors import InvalidRecord, NotFound
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.records.validation import validate_records
from graph_service.records.vocabulary import vocabulary
from graph_service.store.store import Receipt, Store

EVENTS, SIGN_INS = BY_PATH["events"], BY_PATH["sign-ins"]
#: Kinds of contact that being in one room is.
EXPOSURES = tuple(code for code, row in vocabulary("interaction_kinds").rows.items() if row["makes_tie"] == "no")
#: Letters of the code under which learners sign in by telephone.
LETTERS = 16


def make_event(store: Store, reader: RecordReader, values: Mapping[str, Any], *, repeat: str | None = None) -> str:
    """Record an event. Returns its id. Raises NotYours, InvalidRecord."""
    if not str(values.get("name", "")).strip():
        raise InvalidRecord(problems=[{"field": "name", "found": "nothing", "expected": "a name"}])
    if values.get("kind") not in EXPOSURES:
        raise InvalidRecord(problems=[{"field": "kind", "found": "another kind", "expected": ", ".join(EXPOSURES)}])
    made, _ = writing.add(store, reader, EVENTS, values, repeat=repeat)
    return str(made["id"])


def code_of(store: Store, event: str) -> str:
    """The code under which learners sign in to one event; keyed, so that it cannot be guessed."""
    return store.internal_id("event code", "sign in", event)[:LETTERS]


def event_of(store: Store, code: str, today: date) -> dict[str, Any]:
    """The event of a code, on its own day only. Raises NotFound."""
    for row in store.find("event", date=today):
        if hmac.compare_digest(code_of(store, row["id"]).encode(), code.encode()):
            return row
    raise NotFound()


def sign_in(store: Store, event: str, learners: Sequence[str], how: str, *, actor: str) -> Receipt:
    """Record that learners (internal ids) came, with the exposure that it is, in one write. Twice changes nothing.

    The caller has checked that the learners are the actor's. Raises NotFound.
    """
    row = store.get("event", event)
    if row is None:
        raise NotFound()
    before = {each["learner"] for each in store.find("sign_in", event=event)}
    new = [id for id in dict.fromkeys(learners) if id not in before]
    signed = [{"id": _id(store, event, id), "event": event, "learner": id, "how": how} for id in new]
    tables = [("sign_in", validate_records(KINDS["sign_in"], signed))] if signed else []
    came = sorted(before | set(new))
    # The adults of an exposure stand on no side: nobody is tied by having been there.
    people = [{"id": id, "role": "learner"} for id in came] + [{"id": id, "role": "speaker"} for id in row["guests"]]
    if len(people) > 1:
        contact = {
            "id": store.internal_id("interaction", "event", event), "date": row["date"], "kind": row["kind"],
            "mode": row["mode"], "participants": people, "host": row["host"], "source": "event",
            "asserted_by": actor, "evidence": "observed", "context": row["name"], "pairs": json.dumps([]),
        }  # fmt: skip
        tables.append(("interaction", validate_records(KINDS["interaction"], [contact])))
    return store.append_all(tables, actor=actor, action="sign in")


def by_code(store: Store, code: str, key: str, given: str, today: date) -> None:
    """Sign in by telephone: the own key and given name have to fit. Says nothing of whether they do.

    Raises NotFound for a code that is not of today.
    """
    event = event_of(store, code, today)
    found = [row for row in store.find("person", key=key.strip()) if "learner" in row["roles"]]
    wanted = " ".join(given.casefold().split())
    if len(found) == 1 and wanted and wanted == (found[0]["given_name"] or "").casefold():
        sign_in(store, event["id"], [found[0]["id"]], "code", actor="event code")


def talked_to(
    store: Store, reader: RecordReader, event: str, learner: str, people: Sequence[str], *, today: date
) -> None:
    """Record whom a learner says they talked to at an event: nobody is an answer as well.

    Raises NotFound where the learner did not come, NotYours.
    """
    signed = store.get("sign_in", _id(store, event, learner))
    row = reader.get(EVENTS, event)
    if signed is None:
        raise NotFound()
    if people:
        contact = NewContact(learner, tuple(people), row["date"], kind="follow_up", mode=row["mode"])
        log_contact(store, reader, contact, today=today, repeat=f"{event} {learner} {' '.join(sorted(people))}")
    values = {each.name: signed[each.name] for each in KINDS["sign_in"]} | {"asked": today}
    reader.require(SIGN_INS, {"id": signed["id"], **values})
    store.put("sign_in", {"id": signed["id"], **values}, actor=reader.actor.name, action="ask")


def _id(store: Store, event: str, learner: str) -> str:
    return store.internal_id("sign_in", "event", f"{event}|{learner}")


__all__ = ["EXPOSURES", "by_code", "code_of", "event_of", "make_event", "sign_in", "talked_to"]

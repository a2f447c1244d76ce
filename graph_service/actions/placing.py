"""What is done with experiences: give a place, and record visits, hours and evaluations with their contacts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from graph_service.errors import Conflict, NotFound
from graph_service.records.registry import KINDS
from graph_service.records.validation import validate_records
from graph_service.records.vocabulary import vocabulary
from graph_service.store.port import Guard
from graph_service.store.store import Receipt, Store

#: States in which an experience holds its place.
HOLDING = ("matched", "agreed", "oriented", "running", "evaluated", "closed", "thanked", "ended_early")
#: Kind of record, to the kind of contact that it is.
CONTACTS = {"visit": "placement_visit", "hour_log": "work_session", "evaluation": "evaluation"}


class NotAllowedYet(Conflict):
    """A step of the life cycle that may not follow, or a rule that has not passed."""

    code, title = "not_allowed_yet", "The experience may not take this step"
    hint = "See `graph-service experiences list`: next_states, signatures and failed_rules."


def place(store: Store, experience: str, slot: str, on: date, *, actor: str = "") -> Receipt:
    """Give a requested experience one of a slot's places. Raises CapacityFull where the last one has just gone."""
    row, offered = _kept(store, "experience", experience), _kept(store, "slot", slot)
    _may(row, "matched")
    fields = {"state": "matched", "state_since": on, "slot": slot, "host": offered["host"], "mode": offered["mode"]}
    guard = Guard(KINDS["experience"], {"slot": slot, "state": list(HOLDING)}, offered["places"])
    return _step(store, row, {**fields, "activity": offered["activity"]}, on, actor, guards=[guard])


def advance(store: Store, experience: str, state: str, on: date, *, actor: str = "") -> Receipt:
    """Take the next step. An agreement needs four signatures, a start needs every checked rule passed and valid.

    Raises NotAllowedYet, with the source of the rule that failed.
    """
    row = _kept(store, "experience", experience)
    _may(row, state)
    if state == "agreed":
        signed = {each["party"] for each in store.find("agreement", experience=experience)}
        unsigned = [party for party in vocabulary("agreement_parties").codes if party not in signed]
        if unsigned:
            raise NotAllowedYet(f"The agreement is not signed by: {', '.join(unsigned)}.")
    if state == "running":
        _checked(store, experience, on)
    return _step(store, row, {"state": state, "state_since": on}, on, actor)


def record(
    store: Store, kind: str, experience: str, key: str, values: Mapping[str, Any], *, actor: str = ""
) -> Receipt:
    """Record a visit, hours or an evaluation together with the contact that it is, in one write.

    key: names the record, so that the same form sent twice changes nothing. Raises NotAllowedYet where nobody is
    named as supervisor.
    """
    row = _kept(store, "experience", experience)
    if row["supervisor"] is None:
        raise NotAllowedYet("Name the supervisor first: the contact is with somebody.")
    people = [{"id": row["learner"], "role": "learner"}, {"id": row["supervisor"], "role": "supervisor"}]
    if kind == "visit":
        people.append({"id": values["visitor"], "role": "staff"})
    contact = store.internal_id("interaction", kind, key)
    hours = values.get("hours")
    event = {
        "id": contact, "date": values["date"], "kind": CONTACTS[kind], "mode": row["mode"], "participants": people,
        "minutes": max(1, round(hours * 60)) if hours else None, "host": row["host"], "activity": row["activity"],
        "source": kind, "evidence": "verified",
    }  # fmt: skip
    about = {**values, "id": store.internal_id(kind, "record", key), "experience": experience, "interaction": contact}
    tables = [(name, validate_records(KINDS[name], [each])) for name, each in (("interaction", event), (kind, about))]
    return store.append_all(tables, actor=actor, action="record")


def _checked(store: Store, experience: str, on: date) -> None:
    """Raises NotAllowedYet unless the latest check of each rule passed (or was waived) and is still valid."""
    latest: dict[str, dict[str, Any]] = {}
    for each in sorted(store.find("placement_check", experience=experience), key=lambda each: each["date"]):
        latest[each["rule"]] = each
    if not latest:
        raise NotAllowedYet("No rule has been checked for this placement.")
    for rule, each in sorted(latest.items()):
        source = f" ({each['source']})" if each["source"] else ""
        if each["result"] == "failed":
            raise NotAllowedYet(f"The rule {rule} has failed{source}.")
        if each["until"] is not None and each["until"] < on:
            raise NotAllowedYet(f"The rule {rule} has expired{source}.")


def _may(row: Mapping[str, Any], state: str) -> None:
    following = vocabulary("experience_states").column("next")[row["state"]].split(";")
    if state not in following:
        raise NotAllowedYet(f"After {row['state']} comes {' or '.join(filter(None, following)) or 'nothing'}.")


def _step(
    store: Store, row: Mapping[str, Any], fields: Mapping[str, Any], on: date, actor: str, **conditions: Any
) -> Receipt:
    """The experience's next version and its dated step, only if nobody else changed it meanwhile."""
    kind = KINDS["experience"]
    kept = {"id": row["id"], **{name: row[name] for name in kind.by_name}, **fields}
    event_id = store.internal_id("experience_event", row["id"], f"{fields['state']} {row['version']}")
    event = {"id": event_id, "experience": row["id"], "state": fields["state"], "date": on, "by": actor or None}
    tables = [
        ("experience", validate_records(kind, [kept])),
        ("experience_event", validate_records(KINDS["experience_event"], [event])),
    ]
    expect = {("experience", row["id"]): row["version"]}
    return store.append_all(tables, actor=actor, action=fields["state"], expect=expect, **conditions)


def _kept(store: Store, kind: str, id: str) -> dict[str, Any]:
    found = store.get(kind, id)
    if found is None:
        raise NotFound()
    return found

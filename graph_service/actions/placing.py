"""What is done with experiences: give a place, and record visits, hours and evaluations with their contacts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_service.actions.checking import check_records, findings
from graph_service.errors import Conflict, NotFound
from graph_service.records.registry import KINDS
from graph_service.records.validation import validate_records
from graph_service.records.vocabulary import vocabulary
from graph_service.store.port import Guard
from graph_service.store.store import Receipt, Store
from graph_service.wbl.rules import Rules

#: States in which an experience holds its place.
HOLDING = ("matched", "agreed", "oriented", "running", "evaluated", "closed", "thanked", "ended_early")
FIELDS = tuple(KINDS["experience"].by_name)
SCORES = ("clarity", "supervision", "skills")
#: Kind of record, to the kind of contact that it is.
CONTACTS = {"visit": "placement_visit", "hour_log": "work_session", "evaluation": "evaluation"}


class NotAllowedYet(Conflict):
    """A step of the life cycle that may not follow, or a rule that has not passed."""

    code, title = "not_allowed_yet", "The experience may not take this step"
    hint = "`graph-service experiences list` shows what may come next, `experiences check ID` each rule."


def request(store: Store, learner: str, activity: str, on: date, *, actor: str = "", **terms: Any) -> str:
    """Ask for an experience for a learner; `terms` are fields of the record. Returns its id.

    The same request again is the one that is there, wherever it stands by now. Raises RejectedRows for a wrong value.
    """
    id = store.internal_id("experience", learner, f"{activity} {on} {terms.get('host') or ''}")
    if store.get("experience", id) is not None:
        return id
    given = {name: value for name, value in terms.items() if value is not None}
    made = {"id": id, "learner": learner, "activity": activity, "state": "requested", "state_since": on, **given}
    event = {"id": store.internal_id("experience_event", id, "requested 1"), "experience": id, "state": "requested"}
    _append(store, actor, "request", experience=made, experience_event={**event, "date": on, "by": actor or None})
    return id


def sign(store: Store, experience: str, party: str, on: date, *, actor: str = "") -> Receipt:
    """Record a party's signature of the training agreement."""
    _kept(store, "experience", experience)
    made = {"id": store.internal_id("agreement", experience, party), "experience": experience, "party": party}
    return _append(store, actor, "sign", agreement={**made, "signed": on})


def document(
    store: Store, experience: str, name: str, since: date | None, *, actor: str = "", **more: Any
) -> Receipt:  # fmt: skip
    """Record that a document is on file: insurance for the host and all of its places, others for the experience."""
    row = _kept(store, "experience", experience)
    whose = {"host": row["host"]} if name == "insurance" and row["host"] else {"experience": experience}
    id = store.internal_id("placement_document", next(iter(whose.values())), name)
    return _append(
        store, actor, "document", placement_document={"id": id, **whose, "document": name, "since": since, **more}
    )


def place(store: Store, experience: str, slot: str, on: date, *, actor: str = "") -> Receipt:
    """Give a requested experience one of a slot's places. Raises CapacityFull where the last one has just gone."""
    row, offered = _kept(store, "experience", experience), _kept(store, "slot", slot)
    _may(row, "matched")
    fields = {"state": "matched", "state_since": on, "slot": slot, "host": offered["host"], "mode": offered["mode"]}
    guard = Guard(KINDS["experience"], {"slot": slot, "state": list(HOLDING)}, offered["places"])
    terms = {name: offered[name] for name in ("activity", "hours_week", "hazards") if offered[name]}
    return _step(store, row, {**fields, **terms}, on, actor, guards=[guard])


def accept(store: Store, learner: str, slot: str, on: date, *, actor: str = "") -> str:
    """Turn a proposal into a placement: ask for the learner, and give the place. Returns the experience's id.

    Raises CapacityFull where the last place has just gone: the request is kept then, and waits for another.
    """
    offered = _kept(store, "slot", slot)
    id = request(store, learner, offered["activity"], on, actor=actor, host=offered["host"], mode=offered["mode"])
    if _kept(store, "experience", id)["state"] == "requested":
        place(store, id, slot, on, actor=actor)
    return id


def advance(
    store: Store, experience: str, state: str, on: date, rules: Rules | None = None, *, actor: str = ""
) -> Receipt:
    """Take the next step. An agreement needs four signatures; a start needs every rule of the file, checked now.

    rules: default the shipped file. The results are recorded with the start. Raises NotAllowedYet with every rule
    that failed and its source.
    """
    row = _kept(store, "experience", experience)
    _may(row, state)
    if state == "agreed":
        signed = {each["party"] for each in store.find("agreement", experience=experience)}
        unsigned = [party for party in vocabulary("agreement_parties").codes if party not in signed]
        if unsigned:
            raise NotAllowedYet(f"The agreement is not signed by: {', '.join(unsigned)}.")
    checks: list[dict[str, Any]] = []
    if state == "running":
        found = findings(store, experience, on, rules)
        failed = [f"{each.rule}: {each.reason} ({each.source})" for each in found if each.result == "failed"]
        if failed:
            raise NotAllowedYet("Rules have failed: " + "; ".join(failed) + ".", rules=len(failed))
        checks = check_records(store, experience, found, on, rules)
    return _step(store, row, {"state": state, "state_since": on}, on, actor, checks)


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


def _may(row: Mapping[str, Any], state: str) -> None:
    following = vocabulary("experience_states").column("next")[row["state"]].split(";")
    if state not in following:
        raise NotAllowedYet(f"After {row['state']} comes {' or '.join(filter(None, following)) or 'nothing'}.")


def _step(
    store: Store, row: Mapping[str, Any], fields: Mapping[str, Any], on: date, actor: str,
    checks: Sequence[Mapping[str, Any]] = (), **conditions: Any,
) -> Receipt:  # fmt: skip
    """The experience's next version and its dated step, only if nobody else changed it meanwhile."""
    kind = KINDS["experience"]
    kept = {"id": row["id"], **{name: row[name] for name in kind.by_name}, **fields}
    event_id = store.internal_id("experience_event", row["id"], f"{fields['state']} {row['version']}")
    event = {"id": event_id, "experience": row["id"], "state": fields["state"], "date": on, "by": actor or None}
    tables = [
        ("experience", validate_records(kind, [kept])),
        ("experience_event", validate_records(KINDS["experience_event"], [event])),
    ]
    if checks:
        tables.append(("placement_check", validate_records(KINDS["placement_check"], checks)))
    expect = {("experience", row["id"]): row["version"]}
    return store.append_all(tables, actor=actor, action=fields["state"], expect=expect, **conditions)


def _append(store: Store, actor: str, action: str, **records: Mapping[str, Any]) -> Receipt:
    tables = [(name, validate_records(KINDS[name], [each])) for name, each in records.items()]
    return store.append_all(tables, actor=actor, action=action)


def _kept(store: Store, kind: str, id: str) -> dict[str, Any]:
    found = store.get(kind, id)
    if found is None:
        raise NotFound()
    return found

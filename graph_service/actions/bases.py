"""Legal bases and agreements: why a role may see a district's learners, and why a recipient gets records."""

import uuid
from datetime import date, timedelta

from graph_service.disclosure.scope import Actor
from graph_service.errors import InvalidRecord, NotFound, NotYours
from graph_service.records.registry import kind
from graph_service.store.store import Store


def record_basis(
    store: Store,
    actor: Actor,
    role: str,
    basis: str,
    purpose: str,
    *,
    since: date,
    until: date | None = None,
    organization: str | None = None,
    document: str | None = None,
) -> str:
    """Record a legal basis; its id. From then on the role sees only what a basis in force covers.

    organization: internal id of a district or school; None: the whole programme. Raises InvalidRecord, NotYours.
    """
    _may(actor)
    if until is not None and until < since:
        raise InvalidRecord(problems=[{"field": "until", "found": str(until), "expected": f"{since} or later"}])
    id = store.internal_id("legal_basis", "local", uuid.uuid4().hex)
    fields = {"role": role, "organization": organization, "basis": basis, "purpose": purpose, "document": document}
    store.put("legal_basis", {"id": id, "since": since, "until": until, **fields}, actor=actor.name, action="basis")
    return id


def end_basis(store: Store, actor: Actor, id: str, *, today: date) -> None:
    """Close what a basis opens, from today on. Raises NotFound, NotYours."""
    _may(actor)
    row = store.get("legal_basis", id)
    if row is None:
        raise NotFound("There is no such legal basis.")
    if row["since"] >= today:
        store.retract("legal_basis", [id], actor=actor.name, action="basis:end")
        return
    record = {name: row[name] for name in ("id", *kind("legal_basis").by_name)} | {"until": today - timedelta(days=1)}
    store.put("legal_basis", record, actor=actor.name, action="basis:end")


def record_agreement(
    store: Store,
    actor: Actor,
    key: str,
    recipient: str,
    purpose: str,
    fields: list[str],
    document: str,
    *,
    since: date,
    until: date,
    basis: str = "study",
) -> str:
    """Record an agreement under which records may be released; the same key again changes it."""
    _may(actor)
    if until < since:
        raise InvalidRecord(problems=[{"field": "until", "found": str(until), "expected": f"{since} or later"}])
    id = store.internal_id("data_agreement", "local", key)
    named = {"key": key, "recipient": recipient, "purpose": purpose, "fields": fields, "basis": basis}
    lasts = {"document": document, "since": since, "until": until}
    store.put("data_agreement", {"id": id, **named, **lasts}, actor=actor.name, action="agreement")
    return id


def _may(actor: Actor) -> None:
    if not actor.writes or actor.sites is not None or actor.role not in ("coordinator", "admin"):
        raise NotYours()

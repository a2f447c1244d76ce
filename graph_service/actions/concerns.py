""" "Something is wrong": a concern freezes the adult's offers at once and goes to the safeguarding lead alone."""

import uuid
from datetime import date
from typing import Any

from graph_service import clock
from graph_service.actions.addresses import policy_of
from graph_service.actions.links import Link
from graph_service.actions.moves import history
from graph_service.actions.notices import assemble_one, changed, notice
from graph_service.actions.sweeps import recheck
from graph_service.disclosure.scope import Actor
from graph_service.errors import Conflict, InvalidRecord, NotFound, NotYours, UnknownPerson
from graph_service.introductions.visibility import fields, furthest
from graph_service.messages.texts import rules
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.store import Store

LEAD = "lead"
#: Characters of what somebody says.
LONGEST = 4000
#: Who is not known, and how many of their reports of one day may be open: nobody can be asked to stop.
ANYBODY = Actor("somebody not signed in", "link", frozenset())
UNKNOWN, DAILY = "unknown", 50


class TooManyReports(Conflict):
    """Too much was said today by people who are not known."""

    code, title, status = "too_many_reports", "Too much was sent today", 429
    hint = "Call the programme or your school."


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
    tell_lead(store, id, day)
    return id


def report(
    store: Store,
    actor: Actor,
    party: str,
    text: str,
    *,
    about: str | None = None,
    introduction: str | None = None,
    today: date | None = None,
) -> str:
    """Keep what somebody says is wrong: a concern about an adult where one is named, else a report. Returns its id.

    Raises InvalidRecord (nothing is said), UnknownPerson.
    """
    said = text.strip()[:LONGEST]
    if not said:
        raise InvalidRecord(problems=[{"field": "text", "found": "nothing", "expected": "a sentence"}])
    day = today or clock.today()
    if about is not None:
        return raise_concern(store, actor, about, text=said, introduction=introduction, today=day)
    id = store.internal_id("report", "report", uuid.uuid4().hex)
    record = {"introduction": introduction, "raised_by": actor.person or actor.name, "party": party, "date": day}
    store.put("report", {"id": id, "text": said, **record}, actor=actor.person or actor.name, action="concern")
    tell_lead(store, id, day)
    return id


def report_by_anybody(store: Store, text: str, *, today: date | None = None) -> str:
    """Keep what somebody says who is not known: a report. Raises InvalidRecord, TooManyReports."""
    day = today or clock.today()
    if store.count("report", party=UNKNOWN, date=day, state="open") >= DAILY:
        raise TooManyReports()
    return report(store, ANYBODY, UNKNOWN, text, today=day)


def tell_lead(store: Store, id: str, day: date) -> None:
    """Put a mail to the named safeguarding lead into the outbox; it says nothing of what is wrong, or with whom."""
    policy = policy_of(store)
    if policy.lead is not None and store.get("person", policy.lead) is not None:
        record = notice(store, rules()[("concern", "lead")], policy.lead, day, id, subject=id)
        assemble_one(store, record, policy, day)


def actor_of(link: Link) -> Actor:
    """Who says something through a mailed link."""
    return Actor(f"link {link.party or link.purpose}", "link", frozenset(), link.person)


def lead_name(store: Store) -> str | None:
    """Who the safeguarding lead is, by name; None where nobody is named (`outbox rules --lead`)."""
    lead = policy_of(store).lead
    record = store.get("person", lead) if lead else None
    return _named(record)


def adults_of(store: Store, actor: Actor) -> list[tuple[str, str]]:
    """Adults whom somebody may name in a concern: those of their own introductions, by id and name."""
    if actor.person is None:
        return []
    found: dict[str, str] = {}
    for end in ("learner", "connector", "target"):
        for row in store.find("introduction", **{end: actor.person}):
            for other in {"connector", "target"} - {end}:
                # Who has not been asked yet is not told of.
                seen = fields(end, furthest(history(store, row["id"])))
                record = store.get("person", row[other]) if other in seen else None
                if record is not None and record["id"] != actor.person:
                    found[record["id"]] = _named(record) or ""
    return sorted(found.items(), key=lambda each: each[1])


def log(store: Store, actor: Actor) -> list[dict[str, Any]]:
    """The restricted log: concerns and reports, open ones first. Raises NotYours for everybody but the lead."""
    if actor.role != LEAD:
        raise NotYours()
    found = []
    for kind_name in ("concern", "report"):
        for row in store.find(kind_name):
            about = store.get("person", row["about"]) if kind_name == "concern" else None
            by = store.get("person", row["raised_by"])
            found.append(
                {
                    "id": row["id"],
                    "kind": kind_name,
                    "version": row["version"],
                    "date": row["date"],
                    "state": row["state"],
                    "about": _named(about),
                    "raised_by": _named(by) or row["raised_by"],
                    "text": row["text"],
                }
            )
    return sorted(found, key=lambda row: (row["state"] != "open", -row["date"].toordinal(), row["id"]))


def close_report(store: Store, actor: Actor, id: str, version: int) -> None:
    """The lead's decision that a report is dealt with. Raises NotYours, NotFound, StaleVersion."""
    if actor.role != LEAD:
        raise NotYours()
    record = store.get("report", id)
    if record is None:
        raise NotFound("There is no such report.")
    table = validate_records(kind("report"), [changed(kind("report"), record, state="closed")])
    expect = {("report", id): version}
    store.append_all([("report", table)], actor=actor.person or actor.name, action="concern:close", expect=expect)


def _named(record: dict[str, Any] | None) -> str | None:
    if record is None:
        return None
    return " ".join(part for part in (record["given_name"], record["family_name"]) if part) or str(record["key"])


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
    closed = {field.name: record[field.name] for field in kind("concern").fields} | {"id": id, "state": "closed"}
    table = validate_records(kind("concern"), [closed])
    expect = {("concern", id): version}
    store.append_all([("concern", table)], actor=actor.person or actor.name, action="concern:close", expect=expect)

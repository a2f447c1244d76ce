"""What the clock and the gates do to introductions by themselves: jobs record it; run twice, they change nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service import clock
from graph_service.actions.about import About
from graph_service.actions.choosing import calendar_of
from graph_service.actions.moves import SYSTEM, Moved, move
from graph_service.errors import StaleVersion
from graph_service.introductions.history import ENDED
from graph_service.introductions.recheck import refused
from graph_service.introductions.waiting import wait
from graph_service.introductions.workflow import WrongState, workflow
from graph_service.records.vocabulary import vocabulary
from graph_service.store.store import Store

#: Why the service ends an introduction, by the gate that closed.
REASON_OF_GATE = {
    "no_clearance": "clearance_lost",
    "removed": "removed",
    "learner_removed": "removed",
    "frozen": "concern",
}
OPEN_STATES = [code for code in vocabulary("introduction_states").codes if code not in ENDED]


@dataclass(frozen=True)
class Reminder:
    """That somebody's answer is waited for: which introduction, who, and for the how-manieth school day."""

    introduction: str
    person: str | None
    party: str
    school_day: int
    due: date | None


def open_introductions(store: Store) -> list[dict[str, Any]]:
    """Every introduction that has not ended, in order of id."""
    return store.find("introduction", state=OPEN_STATES)


def expire(store: Store, today: date | None = None) -> list[Moved]:
    """Record what has waited too long. Derived from the clock: a job that comes late finds the same."""
    day, calendar = today or clock.today(), calendar_of(store)
    moved: list[Moved] = []
    for record in open_introductions(store):
        if wait(record, day, calendar).over:
            name = next(m.name for m in workflow().moves if m.source == record["state"] and m.by == ("system",))
            moved += _tried(store, record, name, "silence", day)
    return moved


def recheck(store: Store, today: date | None = None, *, about: str | None = None) -> list[Moved]:
    """End what a gate has closed on the way: a consent taken back, a clearance run out, a concern.

    about: only introductions in which this person takes part.
    """
    day = today or clock.today()
    moved: list[Moved] = []
    for record in open_introductions(store):
        ends = record["learner"], record["connector"], record["target"]
        if about is not None and about not in ends:
            continue
        gates = refused(About(store, ends), ends[0], ends[1], ends[2], day)
        if gates:
            reason = next((REASON_OF_GATE[gate] for gate in gates if gate in REASON_OF_GATE), "consent_lost")
            moved += _tried(store, record, "block", reason, day)
    return moved


def _tried(store: Store, record: dict[str, Any], name: str, reason: str, day: date) -> Iterator[Moved]:
    """Make the move unless somebody made another one meanwhile: then it is not waiting any more."""
    try:
        yield move(store, SYSTEM, record["id"], name, record["version"], today=day, reason=reason)
    except (StaleVersion, WrongState):
        return


def reminders(store: Store, today: date | None = None) -> list[Reminder]:
    """Reminders that are due and were not sent yet."""
    day, calendar = today or clock.today(), calendar_of(store)
    found = []
    for record in open_introductions(store):
        waiting = wait(record, day, calendar)
        if not waiting.reminders or waiting.party is None:
            continue
        last = waiting.reminders[-1]
        if store.get("introduction_reminder", reminder_id(store, record, last)) is None:
            person = record[waiting.party] if waiting.party in ("learner", "connector", "target") else None
            found.append(Reminder(record["id"], person, waiting.party, last, waiting.due))
    return found


def remind(store: Store, today: date | None = None) -> list[Reminder]:
    """The reminders that are due, each recorded as sent: the next call does not give them again."""
    day, sent = today or clock.today(), []
    for each in reminders(store, day):
        record = store.get("introduction", each.introduction)
        if record is None:
            continue
        id = reminder_id(store, record, each.school_day)
        values = {"introduction": each.introduction, "party": each.party, "school_day": each.school_day, "date": day}
        receipt = store.put("introduction_reminder", {"id": id, **values}, actor="system", action="remind")
        if receipt.added:
            sent.append(each)
    return sent


def reminder_id(store: Store, record: dict[str, Any], school_day: int) -> str:
    """One reminder for each wait and day: the same after a crash, another one after the next move."""
    key = f"{record['id']}|{record['version']}|{school_day}"
    return store.internal_id("introduction_reminder", "introduction", key)

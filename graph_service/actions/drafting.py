"""Drafts and calendar files of one introduction, for the staff who send them."""

from datetime import date, time
from typing import Any

from graph_service import clock
from graph_service.actions.about import About
from graph_service.actions.choosing import calendar_of
from graph_service.actions.moves import ENDS, parties
from graph_service.disclosure.scope import Actor
from graph_service.errors import NotFound
from graph_service.introductions.drafts import Draft, Named, calendar, drafts
from graph_service.introductions.history import ENDED
from graph_service.introductions.recheck import shares_name
from graph_service.introductions.waiting import state_on, wait
from graph_service.store.store import Store


def drafts_of(store: Store, actor: Actor, id: str, *, language: str = "en", today: date | None = None) -> list[Draft]:
    """The messages of use now. Raises NotFound, also out of scope, and UnknownParameter for another language."""
    record = _record(store, actor, id)
    day = today or clock.today()
    names = {end: _name(store, record[end], first_only=end == "learner") for end in ENDS}
    shared = shares_name(About(store, [record[end] for end in ENDS]), record["learner"], day)
    named = Named(names["learner"], names["connector"], names["target"], shared)
    return drafts({**record, "state": state_on(record, day, calendar_of(store))}, named, language)


def calendar_file(
    store: Store,
    actor: Actor,
    id: str,
    *,
    at: time | None = None,
    minutes: int = 30,
    zone: str = "UTC",
    language: str = "en",
    today: date | None = None,
) -> bytes:
    """The introduction as an iCalendar file. Raises NotFound where there is no meeting and no answer is waited for."""
    record = _record(store, actor, id)
    day, terms = today or clock.today(), calendar_of(store)
    waiting = wait(record, day, terms)
    if record["meeting"] is None and (state_on(record, day, terms) in ENDED or waiting.due is None):
        raise NotFound("There is nothing to put into a calendar: no meeting, and no answer is waited for.")
    more: dict[str, Any] = {"at": at, "minutes": minutes, "zone": zone, "language": language, "now": clock.now()}
    return calendar(record, due=waiting.due, waits_for=waiting.party, **more)


def _record(store: Store, actor: Actor, id: str) -> dict[str, Any]:
    record = store.get("introduction", id)
    if record is None or "coordinator" not in parties(actor, record, store):
        raise NotFound("There is no such introduction.")
    return record


def _name(store: Store, id: str, first_only: bool) -> str:
    """A name as it stands in a message, else the key."""
    person = store.get("person", id)
    if person is None:
        return "?"
    names = ("given_name",) if first_only else ("given_name", "family_name")
    return " ".join(person[name] for name in names if person[name]) or str(person["key"])

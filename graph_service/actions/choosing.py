"""Choices of a programme that travel with its data: how ties are derived, and its school calendar."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from graph_service.disclosure.scope import Actor
from graph_service.errors import NotYours, UsageError
from graph_service.introductions.school_days import SETTING as CALENDAR
from graph_service.introductions.school_days import Calendar
from graph_service.store.store import Receipt, Store

#: The key of the setting that holds the programme's own half-life and thresholds, and what of the parameters it keeps.
TIES = "ties"
CHOSEN = ("half_life", "theta", "theta_strong")


def ties_of(store: Store) -> dict[str, Any] | None:
    """The half-life and thresholds that were chosen for a programme; None where nobody chose."""
    found = store.find("setting", key=TIES)
    return dict(json.loads(found[0]["value"])) if found else None


def save_ties(store: Store, actor: Actor, parameters: Mapping[str, Any]) -> Receipt:
    """Keep the half-life and the thresholds of valid parameters for a programme. Raises NotYours."""
    value = {name: parameters[name] for name in CHOSEN}
    return _save(store, actor, TIES, json.dumps(value, sort_keys=True))


def calendar_of(store: Store) -> Calendar:
    """The programme's calendar; without one every weekday counts."""
    found = store.find("setting", key=CALENDAR)
    return Calendar.of(found[0]["value"] if found else None)


def save_calendar(store: Store, actor: Actor, terms: str, breaks: str) -> Calendar:
    """Keep terms and breaks, each a line `first day – last day`. Raises NotYours, UsageError."""
    periods = {"terms": list(_periods(terms.splitlines())), "breaks": list(_periods(breaks.splitlines()))}
    _save(store, actor, CALENDAR, json.dumps(periods))
    return Calendar.of(periods)


def _periods(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        days = line.replace("–", " ").replace(",", " ").replace(" - ", " ").replace(" to ", " ").split()
        if not days:
            continue
        try:
            first, last = (date.fromisoformat(day) for day in (days[0], days[-1]))
        except ValueError:
            raise UsageError("Write a period a line: first and last day as year-month-day.") from None
        if last < first or len(days) > 2:
            raise UsageError("Write a period a line: first and last day as year-month-day.")
        yield first.isoformat(), last.isoformat()


def _save(store: Store, actor: Actor, key: str, value: str) -> Receipt:
    if not actor.writes:
        raise NotYours()
    found = store.find("setting", key=key)
    id = found[0]["id"] if found else store.internal_id("setting", "setting", key)
    return store.put("setting", {"id": id, "key": key, "value": value}, actor=actor.name, action="setting")

"""What the clock does to an introduction: deadlines, reminders, and the state that it is in by now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.introductions.school_days import Calendar
from graph_service.introductions.workflow import Workflow, workflow


@dataclass(frozen=True)
class Wait:
    """Whose turn it is, since when, until when, and which reminders are due (counts of school days)."""

    party: str | None
    since: date
    due: date | None
    over: bool
    reminders: tuple[int, ...]


def wait(introduction: Mapping[str, Any], today: date, calendar: Calendar, of: Workflow | None = None) -> Wait:
    """How long an introduction has been waiting. A day before the state began counts as no time at all.

    The last day still counts for an answer: it is over on the day after.
    """
    state = (of or workflow()).states[introduction["state"]]
    since: date = introduction["since"]
    if state.school_days is None:
        return Wait(state.waits_for, since, None, False, ())
    due = calendar.after(since, state.school_days)
    waited = calendar.between(since, today)
    over = due is not None and today > due
    return Wait(state.waits_for, since, due, over, tuple(day for day in state.remind if waited >= day and not over))


def state_on(introduction: Mapping[str, Any], today: date, calendar: Calendar, of: Workflow | None = None) -> str:
    """The state as the clock sees it: what has waited too long has lapsed, whether or not a job recorded it."""
    made = of or workflow()
    if not wait(introduction, today, calendar, made).over:
        return str(introduction["state"])
    return next(each.to for each in made.moves if each.source == introduction["state"] and each.by == ("system",))

"""How long it takes from a request to the meeting, beside the goal that the workflow declares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from graph_service.actions.moves import parties
from graph_service.disclosure.scope import Actor
from graph_service.introductions.workflow import workflow
from graph_service.store.store import Store

#: States of an introduction that came to a meeting.
MET = ("met", "followed_up", "closed")


@dataclass(frozen=True)
class Pace:
    """met: introductions with a request and a meeting; days: median from the one to the other, None without any;
    within: how many kept to the goal (days).
    """

    met: int
    days: float | None
    within: int
    goal: int


def pace(store: Store, actor: Actor) -> Pace:
    """The pace of the introductions of the actor's own sites."""
    rows = store.find("introduction", state=list(MET))
    return pace_of(row for row in rows if parties(actor, row, store) & {"coordinator", "lead"})


def pace_of(introductions: Iterable[Mapping[str, Any]]) -> Pace:
    """Of any introductions: calendar days from the learner's request to the day of the meeting.

    >>> from datetime import date
    >>> met = {"requested": date(2026, 3, 2), "meeting": date(2026, 3, 20)}
    >>> pace_of([met, {"requested": date(2026, 3, 2), "meeting": None}])
    Pace(met=1, days=18, within=1, goal=21)
    """
    goal = workflow().goal_days
    days = [(row["meeting"] - row["requested"]).days for row in introductions if row["meeting"] and row["requested"]]
    return Pace(len(days), median(days) if days else None, sum(each <= goal for each in days), goal)

"""Introductions on their way, as staff see them."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import About, View


class Offer(View):
    """A move that can be made now."""

    move: str = Field(examples=["ask_connector"])
    party: str | None = Field(default=None, description="whose answer staff record, null for their own move")
    needs: tuple[str, ...] = Field(default=(), description="reason, date: what has to be told with it")


class IntroductionRow(View):
    """An introduction: three people, where it stands, whose turn it is, and what can be done."""

    id: str
    version: int
    learner: str = Field(description="internal id")
    learner_name: str
    connector_name: str
    target_name: str
    state: str
    since: date
    waits_for: str | None = Field(description="whose turn it is; null where it has ended")
    due: date | None = Field(description="day on which it lapses by itself")
    ask: str
    offers: tuple[Offer, ...] = ()


class IntroductionStep(View):
    """One step: who moved it, when, from where to where; reasons are for staff alone."""

    on: date
    source: str | None
    state: str
    by: str
    role: str
    reason: str | None
    note: str | None


class IntroductionOutcome(View):
    """A rung that the introduction reached."""

    step: str = Field(examples=["second_contact"])
    on: date
    resource: str | None = Field(default=None, description="help that was given")


class IntroductionBoard(View):
    """Introductions of the reader's learners, those that wait longest first."""

    about: About
    state: str = Field(description="one state, open, or all")
    rows: tuple[IntroductionRow, ...]
    total: int = Field(description="on all pages")
    next: str | None = Field(default=None, description="from where the next page goes on")


class IntroductionPage(View):
    """One introduction with its history."""

    about: About
    row: IntroductionRow
    goal: str | None
    message: str | None
    meeting: date | None
    steps: tuple[IntroductionStep, ...]
    outcomes: tuple[IntroductionOutcome, ...]

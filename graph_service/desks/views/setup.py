"""Setting up: what there is already, and what is still to be done."""

from datetime import date
from typing import Any

from pydantic import Field

from graph_service.desks.views.base import About, SiteCount, View


class Step(View):
    """One step of setting up, and how far it is."""

    name: str = Field(description="people, contacts, consents, clearances, waves, members")
    count: int = Field(description="how many there are")
    of: int | None = Field(default=None, description="out of how many; null where there is no whole")


class ExpiringClearance(View):
    """An adult whose clearance ends soon or has ended."""

    person: str = Field(description="internal id")
    name: str
    kind: str
    until: date


class Permission(View):
    """How many learners allowed something, refused it, or were not asked."""

    purpose: str
    allowed: int
    refused: int
    unasked: int


class SetupView(View):
    """Where setting up stands."""

    as_of: date
    revision: int
    steps: tuple[Step, ...]
    permissions: tuple[Permission, ...]
    expiring: tuple[ExpiringClearance, ...] = Field(description="within 60 days, the first to end first")
    expiring_total: int


class AdultCheck(View):
    """An adult and the state of the record check."""

    person: str = Field(description="internal id")
    key: str
    name: str
    place: str | None
    state: str = Field(description="over, missing, refused, pending, ends_soon, valid")
    until: date | None
    supervises: tuple[str, ...] = Field(description="names of learners whose placement they supervise now")


class AdultChecks(View):
    """The checks of adults: whoever supervises without one first, then what ends soonest."""

    about: About
    rows: tuple[AdultCheck, ...]
    total: int
    counts: dict[str, int] = Field(description="adults by state")


class ConsentRow(View):
    """A learner and what holds today."""

    person: str = Field(description="internal id")
    key: str
    name: str
    of_age: bool | None = Field(description="null where the birth date is not known")
    allowed: tuple[str, ...] = Field(description="purposes allowed")
    refused: tuple[str, ...]
    until: date | None = Field(description="the first day on which something ends")


class Consents(View):
    """Learners with what they allow: who was never asked first."""

    about: About
    rows: tuple[ConsentRow, ...]
    total: int
    sites: tuple[SiteCount, ...]


class GroupChange(View):
    """Learners in a group of the list, as it is and as it would be."""

    group: str
    now: int
    then: int


class TiesTried(View):
    """What another half-life or other thresholds would do to the list of a day."""

    as_of: date
    revision: int
    now: dict[str, Any] = Field(description="the parameters as they are")
    then: dict[str, Any] = Field(description="the parameters that are tried")
    ties_now: int = Field(description="ties of everybody")
    ties_then: int
    groups: tuple[GroupChange, ...]
    moved: int = Field(description="learners who would be in another group")
    names: tuple[str, ...] = Field(description="some of them")

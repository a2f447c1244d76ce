"""Setting up: what there is already, and what is still to be done."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import View


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

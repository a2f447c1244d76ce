"""Events that learners sign in to."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import About, View


class EventRow(View):
    """One event."""

    id: str
    name: str
    on: date
    kind: str
    host: str | None
    came: int = Field(description="learners of the reader's scope who signed in")
    asked: int = Field(description="of them, asked whom they talked to")


class Attendee(View):
    """A learner who came."""

    learner: str = Field(description="internal id")
    name: str
    how: str
    asked: bool = Field(description="told whom they talked to, or that it was nobody")


class Events(View):
    """Events, the latest first."""

    about: About
    rows: tuple[EventRow, ...]
    total: int


class EventPage(View):
    """One event, who came, and whom they can have talked to."""

    about: About
    row: EventRow
    came: tuple[Attendee, ...]
    guests: tuple[str, ...] = Field(description="names of the adults who were there")

"""The thread of an introduction, and the restricted log."""

from datetime import date, datetime

from pydantic import Field

from graph_service.desks.views.base import View


class Line(View):
    """One line."""

    id: str
    who: str = Field(description="first name; of staff the whole name")
    party: str = Field(description="coordinator, learner, connector, target")
    moment: datetime
    text: str
    own: bool
    elsewhere: bool = Field(description="for staff: it holds an address or a telephone number")


class Thread(View):
    """The lines that the reader may read, oldest first."""

    introduction: str
    party: str = Field(description="the reader's own part")
    others: tuple[str, ...] = Field(description="first names of those who read along")
    open: bool = Field(description="everybody in it reads it; before, the coordinator alone")
    lines: tuple[Line, ...]
    writes: bool = Field(description="the reader may write")


class Concern(View):
    """One entry of the restricted log."""

    id: str
    kind: str = Field(description="concern (an adult is named, and frozen) or report")
    version: int
    date: date
    state: str
    about: str | None
    raised_by: str
    text: str | None


class ConcernLog(View):
    """The restricted log, open entries first."""

    as_of: date
    entries: tuple[Concern, ...]

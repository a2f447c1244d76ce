"""The day's queue: what fits into the time there is, and what waits."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import About, View


class Move(View):
    """One thing to do."""

    kind: str = Field(
        description="clearance, visit, sign, of_age, answer, close, host: due for safety, or running out; "
        "keep: a tie is going quiet; ask: a class form; introduce: the first tie"
    )
    title: str
    why: str
    minutes: int
    learners: int = Field(description="learners helped")
    name: str = Field(description="the learner, site, employer or adults that it is about")
    days: int = Field(default=0, description="days without an adult, overdue, waiting, or until something ends")
    count: int = Field(default=0, description="signatures missing, or adults whose check is due")
    other: str = Field(default="", description="the host of a visit, or the one learner whom an adult supervises")
    dated: bool = Field(default=True, description="whether `days` says something")
    employer: str | None = Field(default=None, description="key of the employer, for a host to call")
    ties: int = Field(default=0, description="professional ties that would fade")
    unknown: int = Field(default=0, description="learners of whom nothing is recorded")
    learner: str | None = Field(default=None, description="internal id of the learner, for a move about one")
    placement: str | None = Field(default=None, description="id of the experience, for a placement to close")
    missing: tuple[str, ...] = Field(
        default=(), description="of a placement to close: hours, supervisor, learner (evaluations), thanks"
    )
    site: str | None = Field(default=None, description="internal id of the site, for a move about many")


class Today(View):
    """A queue that ends."""

    about: About
    minutes: int = Field(description="the time there is")
    moves: tuple[Move, ...]
    spent: int = Field(description="minutes that the moves take")
    helped: int = Field(description="learners whom the moves help")
    waiting: int = Field(description="moves that do not fit today")
    waiting_learners: int = Field(description="learners whom those would help")


class RollRow(View):
    """A learner on a printed list."""

    person_id: str
    name: str
    site: str | None


class Roll(View):
    """A list to print: learners of a site, by name."""

    about: About
    site: str | None
    learners: tuple[RollRow, ...]
    on: date

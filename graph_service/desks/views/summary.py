"""The programme's summary."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import About, View


class SizeRow(View):
    """Learners with so many professional contacts on a day."""

    size: str
    wave: date
    learners: int


class FlowRow(View):
    """Ties per learner of a site that were kept, gained, taken up again or lost."""

    group: str
    part: str
    ties: float


class Summary(View):
    """What a programme's networks look like, and what became of them."""

    about: About
    since: date = Field(description="the first of the two days")
    sizes: tuple[SizeRow, ...]
    flows: tuple[FlowRow, ...]

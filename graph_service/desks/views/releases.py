"""What left the programme, as it left."""

from datetime import date as day

from pydantic import Field

from graph_service.desks.views.base import View


class ReleaseLine(View):
    """One table or report in the release log."""

    id: str
    date: day = Field(description="when it left")
    kind: str = Field(examples=["means"])
    name: str = Field(examples=["sites"])
    as_of: day = Field(description="the day it is about")
    k: int = Field(description="minimum cell")
    people: int | None = Field(description="how many learners it is about")


class Releases(View):
    """The release log."""

    items: tuple[ReleaseLine, ...]


class Released(ReleaseLine):
    """One release, with what it told."""

    result: str = Field(description="the table or report exactly as it left (JSON)")

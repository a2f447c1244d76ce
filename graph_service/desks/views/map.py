"""The whole programme as a map: who stands where, which ties there are, and what changed since another day."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import About, SiteCount, View

#: The group of people who are no learners, and of learners without a site.
ADULTS, NO_SITE = "*", "-"


class ProgrammeMap(View):
    """People and ties of the reader's learners; columns are lists of the same length."""

    about: About
    before: date | None = Field(description="the day that is compared with")
    sites: tuple[SiteCount, ...]
    people: int = Field(description="people drawn")
    everybody: int = Field(
        description="people there are; more than drawn where the map was cut to those with most ties"
    )
    ids: tuple[str, ...] = Field(description="internal ids")
    names: tuple[str, ...]
    groups: tuple[str, ...] = Field(description="names of sites; * for people who are no learners, - for no site")
    group_of: tuple[int, ...]
    positions: tuple[tuple[float, float], ...] = Field(description="the same for the same graph")
    ties: tuple[tuple[int, int], ...] = Field(description="places in ids")
    changes: tuple[int, ...] = Field(description="0 kept, 1 new, 2 lost; empty without another day")
    alone: int = Field(description="learners without any tie")

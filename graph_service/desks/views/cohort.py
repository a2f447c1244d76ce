"""Learners counted, by group of how much network they have and by site."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import View


class CohortRow(View):
    """One site (or the total): learners in each group, null where hidden."""

    name: str
    counts: dict[str, int | None] = Field(description="learners per group; null where too few to tell")
    learners: int | None
    unconnected: float | None = Field(description="share without a professional contact; null where hidden or nobody")


class Cohort(View):
    """Learners by site and group."""

    as_of: date
    revision: int
    by: str = Field(description="site, mode, or an attribute of subgroups")
    groups: tuple[str, ...]
    rows: tuple[CohortRow, ...]
    total: CohortRow
    suppression: str = Field(description="what was hidden and why")

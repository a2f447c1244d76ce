"""Survey waves: who answered, and how well the scales hold together."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import View
from graph_service.desks.views.cohort_report import Figure


class ScaleRow(View):
    """One scale in one wave."""

    scale: str
    name: str | None
    measure: str | None = Field(description="the measure of the catalogue that it feeds")
    items: int
    mean: Figure = Field(description="mean score, 0 to 1")
    low: Figure = Field(description="share below the lower cut point")
    high: Figure = Field(description="share from the upper cut point on")
    alpha: Figure
    omega: Figure


class SurveyWave(View):
    """One wave of one version of an instrument."""

    instrument: str
    version: str
    wave: str
    first: date
    last: date
    roster: int = Field(description="learners on the roster on the last day")
    response: Figure = Field(description="share of them who answered anything")
    missing: int = Field(description="answers that are missing, with or without a reason")
    outside: int = Field(description="answers outside their item's ends: they count in no score")
    unknown_items: int = Field(description="answers to items that nobody has declared")
    scales: tuple[ScaleRow, ...]


class Surveys(View):
    """Every wave up to a day."""

    as_of: date
    revision: int
    waves: tuple[SurveyWave, ...]
    suppression: str

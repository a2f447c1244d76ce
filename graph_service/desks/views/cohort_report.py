"""The evaluator's report of a cohort between two days: what changed, for whom, how sure, and how it was observed."""

from datetime import date
from typing import Any

from pydantic import Field

from graph_service.desks.views.base import View


class Figure(View):
    """One number about many learners, or null with the reason (`small_...`: fewer people than may be told)."""

    value: float | None
    n: int | None = Field(default=None, description="learners it rests on; null where withheld")
    low: float | None = Field(default=None, description="lower end of the interval")
    high: float | None = Field(default=None, description="upper end of the interval")
    p: float | None = None
    coded: str | None = Field(default=None, description="<5 or >95 where a share may be told no closer, in percent")
    reason: str | None = None
    method: str = ""


class Outcome(View):
    """One measure of the cohort on both days and what changed."""

    measure: str
    name: str
    dimension: str
    unit: str
    better: str | None = Field(description="more, less, or null: context, never coloured good or bad")
    see_with: str | None
    before: Figure
    after: Figure
    change: Figure = Field(description="mean change of learners measured on both days")
    size: Figure = Field(description="change in standard deviations (d_av), with Hedges' correction")
    ratio: Figure | None = Field(description="rate ratio of a count, Cox index of a yes-or-no measure")
    incomplete: int | None = Field(description="learners measured on one of the two days only")


class Subgroup(View):
    """One measure in one subgroup, against the reference group."""

    group: str
    measure: str
    reference: bool
    level: Figure
    growth: Figure
    level_gap: Figure
    growth_gap: Figure
    within_sites: Figure = Field(description="difference of growth, labels exchanged within sites alone")
    p_adjusted: float | None = Field(description="of it, adjusted within the measure's dimension")


class Contrast(View):
    """One measure in two arms: difference-in-differences, or why they are not compared."""

    measure: str
    effect: Figure
    size: Figure = Field(description="Hedges g")
    baseline: Figure = Field(description="difference before anything happened, in standard deviations")
    band: str | None = Field(description="equivalent, adjust, not_equivalent")
    adjusted: bool
    p_adjusted: float | None
    caution: str | None


class Arms(View):
    """Two groups beside each other."""

    treatment: str
    comparison: str
    coverage: dict[str, Figure]
    refused: dict[str, str] = Field(description="why measures are not compared, by measure")
    rows: tuple[Contrast, ...]


class Observed(View):
    """A feed or an instrument, and how much it brought."""

    source: str
    before: int
    after: int


class Network(View):
    """A number about the network as a whole on both days."""

    id: str
    meaning: str
    before: Figure
    after: Figure
    change: Figure | None = None


class FirstTie(View):
    """Time to the first professional tie (Kaplan-Meier): in one group, or to the first one that began in one way."""

    group: str
    way: str = Field(default="any", description="any; or origin, mode: of the tie, where `group` names which")
    n: int | None
    events: int | None
    median: Figure
    without: dict[str, Figure] = Field(description="share still without one, by days since enrolment, with intervals")


class Cell(View):
    """The headline under another half-life and threshold."""

    half_life: float | None
    theta: float
    chosen: bool
    change: Figure


class CohortReport(View):
    """Did networks grow, for whom, and how far can it be believed."""

    start: date
    end: date
    waves: tuple[str | None, str | None] = Field(description="names of the waves, where stored ones are compared")
    revisions: tuple[int, int]
    parameters: dict[str, Any]
    model: str
    versions: dict[str, str]
    by: str | None
    suppression: str
    learners: dict[str, int | None] = Field(description="on the first roster, on the second, on both (null: too near)")
    coverage: tuple[Figure, Figure] = Field(description="share of learners with anything recorded, on each day")
    observed: tuple[Observed, ...]
    refused: dict[str, str] = Field(description="why changes between the days are not told, by measure")
    loggers: int
    ties_per_logger: Figure
    largest_logger: Figure = Field(description="share of the contacts that one logger wrote down")
    outcomes: tuple[Outcome, ...]
    networks: tuple[Network, ...]
    first_tie: tuple[FirstTie, ...]
    first_tie_differs: Figure | None
    first_tie_ways: tuple[FirstTie, ...] = Field(description="the same by how the tie began: its origin, its mode")
    subgroups: tuple[Subgroup, ...]
    arms: Arms | None
    sensitivity: tuple[Cell, ...]
    sensitivity_of: str | None
    same_sign: bool | None
    same_verdict: bool | None
    notes: tuple[str, ...]

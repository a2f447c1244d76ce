"""What an evaluator sees: declared tables over released waves, small groups hidden, nobody by name."""

from datetime import date
from typing import Any

from pydantic import Field

from graph_service.desks.views.base import View
from graph_service.desks.views.cohort_report import Cell
from graph_service.desks.views.cohort_report import Figure as Told
from graph_service.desks.views.study import StudyLine, StudyTold


class Figure(View):
    """A number about a group with its interval; null with the reason."""

    value: float | None = Field(examples=[1.5])
    low: float | None = Field(default=None, description="lower end of the 95 % interval")
    high: float | None = Field(default=None, description="upper end")
    n: int | None = Field(default=None, description="learners it rests on; null where that is withheld")
    reason: str | None = Field(default=None, description="why there is no value, or no interval")
    method: str = ""


class WaveRow(View):
    """A released wave."""

    id: str
    key: str = Field(examples=["autumn"])
    as_of: date
    learners: int | None = Field(description="learners with frozen results; null where too few to tell")
    released_on: date | None = Field(default=None, description="day on which its results were frozen")
    parameters: dict[str, Any] = Field(default={}, description="half-life, thresholds, layer and weights of its ties")
    catalogue: str | None = Field(default=None, description="version of the catalogue of measures")
    code: str | None = Field(default=None, description="version of the code")


class DimensionRow(View):
    """One measure at two waves and what changed, over learners with both values."""

    measure: str = Field(examples=["network_size"])
    name: str
    dimension: str = Field(description="quantity, quality, structure, variety, access, mobilise")
    unit: str
    before: Figure
    after: Figure
    change: Figure
    g: Figure = Field(description="standardised mean change with Hedges' correction")
    better: str | None = Field(description="more, less, or null: context, never coloured good or bad")
    observed: tuple[str | None, str | None] = Field(
        default=(None, None), description="by what feed or instrument (with version) each wave was observed"
    )
    refused: str | None = Field(default=None, description="why no change is told: the waves were measured differently")


class FlowCell(View):
    """Ties per learner of a site that were kept, gained, taken up again or lost between the waves."""

    site: str
    learners: int | None
    kept: float | None
    gained: float | None
    reactivated: float | None
    lost: float | None
    reason: str | None = Field(default=None, description="small_group or complementary, where withheld")


class WayCell(View):
    """Ties per learner that were kept, gained, taken up again or lost, of those that began in one way."""

    way: str = Field(description="origin or mode: of the first contact", examples=["mode"])
    name: str = Field(examples=["virtual"])
    label: str
    holding: int | None = Field(description="learners with such a tie at either wave; null where hidden")
    kept: float | None
    gained: float | None
    reactivated: float | None
    lost: float | None
    reason: str | None = Field(default=None, description="small_group or complementary, where withheld")


class Firmness(View):
    """How far the numbers can be believed: how much was observed, and whether other choices would say the same."""

    coverage: tuple[Told, Told] = Field(description="share of learners with anything recorded, at each wave")
    loggers: int = Field(description="how many wrote the contacts down")
    ties_per_logger: Told
    largest_logger: Told = Field(description="share of the contacts that one logger wrote down")
    of: str | None = Field(description="the measure of the panel; null where half-life and threshold do not apply")
    cells: tuple[Cell, ...] = Field(description="its mean change under other half-lives and thresholds")
    same_sign: bool | None
    same_verdict: bool | None = Field(description="whether all intervals agree on holding zero or not")


class EquityRow(View):
    """A subgroup's level and growth, and the gaps to the reference group."""

    attribute: str = Field(examples=["low_income"])
    group: str
    reference: bool
    level: Figure
    growth: Figure
    level_gap: Figure
    growth_gap: Figure


class FunnelStep(View):
    """Introductions by how far they came."""

    state: str
    label: str
    introductions: int | None = Field(description="how many came this far and no further; null where hidden")
    days: float | None = Field(description="median days from the suggestion; null where hidden or none")


class RankerRow(View):
    """One ranker of the audit: ours (`plain_tie`, `lift`), or a baseline that it has to beat."""

    name: str = Field(examples=["lift"])
    ours: bool
    figures: dict[str, Figure] = Field(description="by figure; an interval where one is drawn over learners")


class AuditTold(View):
    """The last stored audit of the recommender: trained on what came before a day, judged by what came after."""

    asked_at: str
    split: date = Field(description="the first day of the test")
    until: date
    seed: int
    data_hash: str
    learners_judged: int | None = Field(description="null where too few to tell")
    rankers: tuple[RankerRow, ...]
    trade: dict[str, float | None] = Field(description="what `lift` changes against `plain_tie`, by figure")


class StudyPanel(View):
    """A study: its design and seal, and its report once outcomes are opened and its waves released."""

    line: StudyLine
    unit: str
    assigned_on: date
    learners: int | None = Field(description="in the baseline sample as it was fixed; null where too few to tell")
    outcomes: tuple[tuple[str, bool], ...] = Field(description="measures that were declared; whether confirmatory")
    report: StudyTold | None
    reason: str | None = Field(description="why there is no report: not_opened, not_released, would_tell")


class Evaluation(View):
    """Did networks grow, for whom, compared with what."""

    waves: tuple[WaveRow, ...]
    before: WaveRow | None
    after: WaveRow | None
    matched: int | None = Field(description="learners in both waves; null where too few to tell")
    measure: str = Field(description="the measure of the equity panel")
    dimensions: tuple[DimensionRow, ...]
    flow: tuple[FlowCell, ...]
    ways: tuple[WayCell, ...] = Field(description="tie flow by origin and by mode")
    firmness: Firmness | None
    equity: tuple[EquityRow, ...]
    funnel: tuple[FunnelStep, ...]
    studies: tuple[StudyPanel, ...] = ()
    audit: AuditTold | None = Field(default=None, description="null where none is stored")
    k: int = Field(description="no count of fewer people is shown")
    suppression: str = Field(description="what was hidden and why")

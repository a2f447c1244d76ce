"""What an evaluator sees: declared tables over released waves, small groups hidden, nobody by name."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import View


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


class FlowCell(View):
    """Ties per learner of a site that were kept, gained, taken up again or lost between the waves."""

    site: str
    learners: int | None
    kept: float | None
    gained: float | None
    reactivated: float | None
    lost: float | None
    reason: str | None = Field(default=None, description="small_group or complementary, where withheld")


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


class Evaluation(View):
    """Did networks grow, for whom, compared with what."""

    waves: tuple[WaveRow, ...]
    before: WaveRow | None
    after: WaveRow | None
    matched: int | None = Field(description="learners in both waves; null where too few to tell")
    measure: str = Field(description="the measure of the equity panel")
    dimensions: tuple[DimensionRow, ...]
    flow: tuple[FlowCell, ...]
    equity: tuple[EquityRow, ...]
    funnel: tuple[FunnelStep, ...]
    k: int = Field(description="no count of fewer people is shown")
    suppression: str = Field(description="what was hidden and why")

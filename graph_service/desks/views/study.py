"""The report of a study, as it is told: what was planned, who was lost, what was found."""

from pydantic import Field

from graph_service.desks.views.base import View
from graph_service.desks.views.cohort_report import Figure


class Lost(View):
    """Attrition of learners or of sites; shares in whole percent, as What Works Clearinghouse's table has them."""

    level: str
    assigned: tuple[int, int] = Field(description="treatment, comparison")
    overall: int | None = Field(description="percent")
    differential: int | None = Field(description="percentage points")
    low: dict[str, bool | None] = Field(description="by assumption, whether this counts as low")
    allowed: dict[str, float | None] = Field(
        default={}, description="by assumption, WWC's highest differential that is low at this overall attrition"
    )
    reason: str | None


class StudyOutcome(View):
    """One outcome, analysed as planned."""

    measure: str
    domain: str
    role: str = Field(description="confirmatory, exploratory")
    declared: bool = Field(description="the study named it before outcomes were opened")
    growth: dict[str, Figure] = Field(description="mean change by arm")
    effect: Figure | None = Field(description="difference-in-differences of the arms as assigned")
    beside: Figure | None = Field(description="the same effect with t(G - 1) inference, where sites are few")
    caution: str | None
    size: Figure
    randomisation: Figure | None = Field(description="permutation within blocks; lotteries only")
    p_adjusted: float | None = Field(description="within domain and role")
    baseline: Figure | None = Field(description="difference at baseline, in standard deviations")
    band: str | None
    refused: str | None
    learners: Lost
    sites: Lost | None
    joiners: dict[str, Figure] = Field(description="level of learners who came after the baseline, by arm")
    standing: str = Field(description="what the design allows to conclude")


class StudyTold(View):
    """A study's report."""

    study: str
    title: str
    digest: str
    sealed_on: str
    opened_on: str
    design: str
    unit: str
    waves: tuple[str, str]
    erased: int = Field(description="learners of the sample who were erased since")
    assigned: dict[str, int]
    sites: dict[str, int]
    excluded: dict[str, int]
    undeclared_exclusions: int
    minimum_detectable: Figure
    outcomes: tuple[StudyOutcome, ...]
    not_collected: tuple[str, ...]
    suppression: str


class StudyLine(View):
    """A study: when it was fixed, when its outcomes were opened."""

    study: str = Field(examples=["near"])
    title: str
    design: str = Field(description="lottery, matched, single_group")
    waves: tuple[str, str]
    digest: str = Field(description="SHA-256 of plan and sample")
    sealed_on: str
    opened_on: str | None = Field(description="null while nobody has looked at its outcomes")
    told: bool = Field(description="its outcomes are opened and both waves are released, so that it is reported")


class Studies(View):
    """Every study of the programme."""

    items: tuple[StudyLine, ...]

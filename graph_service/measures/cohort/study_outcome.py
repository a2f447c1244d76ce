"""One outcome of a study, analysed as planned: every learner in the arm of assignment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np

from graph_service.errors import InvalidRecord
from graph_service.measures.cohort.attrition import Attrition, attrition_of_rows
from graph_service.measures.cohort.change import Change, change, cox_index_of_waves, rate_ratio_of_waves
from graph_service.measures.cohort.columns import Flags, Floats, numbers
from graph_service.measures.cohort.comparison import Arm, Comparison, compare
from graph_service.measures.cohort.effects import cox_index, rate_ratio
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.observation import Observation
from graph_service.measures.cohort.permutation import permutation_within
from graph_service.measures.cohort.resampling import Resampling
from graph_service.measures.cohort.study import ArmName, Assigned, Outcome, Study

Standing = Literal[
    "randomised_low_attrition",
    "equivalent_at_baseline",
    "equivalent_after_adjustment",
    "not_equivalent",
    "measured_differently",
    "no_comparison",
    "undetermined",
]


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """One measure as collected: learners with their values at the two waves of the study.

    Learners outside the baseline sample are joiners: they are reported apart, never analysed with it.
    """

    measure: str
    learner: Any
    before: Any
    after: Any
    observed_before: Mapping[ArmName, Observation] = field(default_factory=dict)
    observed_after: Mapping[ArmName, Observation] = field(default_factory=dict)
    domain: str = "undeclared"


@dataclass(frozen=True, slots=True, eq=False)
class StudyData:
    """What was opened, and when.

    Attributes:
        opened_on: day on which outcomes became known.
        collected: a measure each; a declared outcome that is missing here is reported as not collected.
        excluded: learner to exclusion code. Codes that the study did not declare are not applied.
        joined: arm of learners who joined later, by the site or group that they joined.
        coverage: share of learners with any logged contact, by arm.
        erased: hashes of the assignments of learners who were erased since the study was fixed.
    """

    opened_on: date
    collected: tuple[Collected, ...]
    excluded: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[str, ArmName] = field(default_factory=dict)
    coverage: Mapping[ArmName, Estimate] = field(default_factory=dict)
    erased: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """One outcome.

    Attributes:
        role: `exploratory` for everything that was not declared confirmatory.
        declared: whether the study named it.
        growth: change of each arm over learners with both values.
        comparison: of the arms as assigned; null for a single group.
        size: rate ratio of a count, Cox index of a share, g otherwise; d_av-based for a single group.
        randomisation: permutation test within blocks, of learners or of site means; lottery only.
        p, p_adjusted: of the headline inference; adjusted within domain, confirmatory outcomes among
            themselves and exploratory ones among themselves.
        learners, sites: attrition at both levels (sites: only when sites were assigned).
        joiners: level after of learners who joined later, by arm.
        standing: what the design allows to conclude.
    """

    measure: str
    domain: str
    role: Literal["confirmatory", "exploratory"]
    declared: bool
    growth: dict[ArmName, Change]
    comparison: Comparison | None
    size: Estimate
    randomisation: Estimate | None
    p: float | None
    p_adjusted: float | None
    learners: Attrition
    sites: Attrition | None
    joiners: dict[ArmName, Estimate]
    standing: Standing


@dataclass(frozen=True, eq=False)
class Analysis:
    """The analysed sample with the values of one measure, in the order of the sample.

    Attributes:
        sample: the baseline sample without the learners that a declared rule excludes.
        before, after: values at the two waves, NaN where not measured.
        later: level after of learners outside the baseline sample.
    """

    study: Study
    data: StudyData
    item: Collected
    sample: tuple[Assigned, ...]
    before: Floats
    after: Floats
    later: Mapping[str, float]
    how: Resampling

    @classmethod
    def of(
        cls, study: Study, data: StudyData, item: Collected, sample: tuple[Assigned, ...], how: Resampling
    ) -> "Analysis":
        """Aligns collected values with the sample. Raises InvalidRecord for a learner given twice."""
        column = item.learner.to_pylist() if hasattr(item.learner, "to_pylist") else item.learner
        place = {str(learner): row for row, learner in enumerate(column)}
        before, after = numbers(item.before, item.measure), numbers(item.after, item.measure)
        if not len(place) == len(before) == len(after):
            raise InvalidRecord(f"The measure {item.measure} needs one row per learner.")
        rows = np.array([place.get(row.learner, -1) for row in sample], dtype=np.int64)
        in_sample = {row.learner for row in study.sample}
        later = {who: float(after[row]) for who, row in place.items() if who not in in_sample}
        padded = (np.append(before, np.nan)[rows], np.append(after, np.nan)[rows])
        return cls(study, data, item, sample, *padded, later, how)

    @cached_property
    def treated(self) -> Flags:
        return np.array([row.arm == "treatment" for row in self.sample])

    @cached_property
    def by_site(self) -> bool:
        """Learners drawn one by one are independent by design; otherwise learners of a site are alike."""
        grouped = self.study.unit == "site" or self.study.design == "matched"
        return grouped and all(row.site for row in self.sample)

    def arm(self, name: ArmName) -> Arm:
        """One arm as a comparison takes it."""
        mine = self.treated == (name == "treatment")
        rows = [row for row, chosen in zip(self.sample, mine, strict=True) if chosen]
        return Arm(
            self.before[mine],
            self.after[mine],
            [row.site for row in rows] if self.by_site else None,
            [row.block for row in rows] if any(row.block for row in self.sample) else None,
            self.item.observed_before.get(name),
            self.item.observed_after.get(name),
            self.data.coverage.get(name),
        )

    def growth(self, name: ArmName) -> Change:
        """Change of one arm; intervals over its sites when there are enough of them."""
        arm = self.arm(name)
        mine = self.treated == (name == "treatment")
        sites = [row.site for row, chosen in zip(self.sample, mine, strict=True) if chosen]
        observed = (arm.observed_before, arm.observed_after)
        return change(arm.before, arm.after, sites=sites, observed=observed, how=self.how)


def analysed(analysis: Analysis, declared: Outcome | None) -> OutcomeReport:
    """The report of one outcome; its adjusted p is left to the report, which sees all outcomes."""
    study, item = analysis.study, analysis.item
    whole = ~(np.isnan(analysis.before) | np.isnan(analysis.after))
    assigned_sites = [row.site for row in analysis.sample] if study.unit == "site" else None
    learners, sites = attrition_of_rows(analysis.treated, whole, assigned_sites)
    arms: tuple[ArmName, ...] = ("treatment", "comparison")
    comparison = None
    if study.design == "single_group":
        arms = ("treatment",)
    else:
        comparison = compare(analysis.arm("treatment"), analysis.arm("comparison"), how=analysis.how)
    growth = {name: analysis.growth(name) for name in arms}
    kind = declared.kind if declared else "mean"
    if comparison is None:
        size = _size_of_one(kind, analysis, growth["treatment"])
    else:
        size = _size_of_two(kind, analysis, comparison)
    return OutcomeReport(
        measure=item.measure,
        domain=declared.domain if declared else item.domain,
        role="confirmatory" if declared and declared.confirmatory else "exploratory",
        declared=declared is not None,
        growth=growth,
        comparison=comparison,
        size=size,
        randomisation=_randomisation(analysis, comparison),
        p=None if comparison is None else comparison.effect.estimate.p,
        p_adjusted=None,
        learners=learners,
        sites=sites,
        joiners={name: _joined(analysis, name) for name in arms},
        standing=_standing(study, comparison, learners, sites),
    )


def _size_of_one(kind: str, analysis: Analysis, growth: Change) -> Estimate:
    if kind == "mean" or growth.mean.value is None:
        return growth.g_av
    arm = analysis.arm("treatment")
    waves = rate_ratio_of_waves if kind == "count" else cox_index_of_waves
    return waves(arm.before, arm.after, sites=arm.sites, how=analysis.how)


def _size_of_two(kind: str, analysis: Analysis, comparison: Comparison) -> Estimate:
    if kind == "mean" or comparison.refused:
        return comparison.g
    if kind == "share":
        return cox_index(analysis.after[analysis.treated], analysis.after[~analysis.treated])
    sites = [row.site for row in analysis.sample] if analysis.by_site else None
    return rate_ratio(analysis.after, analysis.treated, clusters=sites)


def _randomisation(analysis: Analysis, comparison: Comparison | None) -> Estimate | None:
    """The test that the lottery itself justifies: labels exchanged as they could have been drawn."""
    if analysis.study.design != "lottery" or comparison is None:
        return None
    if comparison.refused:
        return Estimate.null(comparison.refused.reason, 0, "permutation within blocks")
    gain = analysis.after - analysis.before
    blocks = [row.block or "no block" for row in analysis.sample]
    if analysis.study.unit == "learner":
        return permutation_within(gain, analysis.treated, blocks, how=analysis.how)
    members: dict[str | None, list[int]] = {}
    for number, row in enumerate(analysis.sample):
        if not np.isnan(gain[number]):
            members.setdefault(row.site, []).append(number)
    return permutation_within(
        [gain[learners].mean() for learners in members.values()],
        [analysis.treated[learners[0]] for learners in members.values()],
        [blocks[learners[0]] for learners in members.values()],
        how=analysis.how,
    )


def _joined(analysis: Analysis, arm: ArmName) -> Estimate:
    arm_of = analysis.data.joined
    values = [v for who, v in analysis.later.items() if arm_of.get(who) == arm and not np.isnan(v)]
    if not values:
        return Estimate.null("no_joiners", 0, "mean of joiners")
    return Estimate.of(np.mean(values), len(values), "mean of joiners")


def _standing(study: Study, comparison: Comparison | None, learners: Attrition, sites: Attrition | None) -> Standing:
    if comparison is None:
        return "no_comparison"
    if comparison.refused:
        return "measured_differently"
    low = [level.low[study.attrition] for level in (learners, sites) if level is not None]
    if study.design == "lottery" and all(low):
        return "randomised_low_attrition"
    found: dict[str | None, Standing] = {
        "equivalent": "equivalent_at_baseline",
        "adjust": "equivalent_after_adjustment",
        "not_equivalent": "not_equivalent",
    }
    return found.get(comparison.baseline.band, "undetermined")

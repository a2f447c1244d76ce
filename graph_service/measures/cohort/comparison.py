"""Two arms beside each other: refused unless observed alike, then difference-in-differences."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.measures.cohort.baseline import Equivalence, baseline_equivalence
from graph_service.measures.cohort.columns import Floats, labels, numbers, same_length
from graph_service.measures.cohort.effects import hedges_correction
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.observation import Observation, Refusal, arms_refused, waves_refused
from graph_service.measures.cohort.regression import Effect, arm_effect
from graph_service.measures.cohort.resampling import Resampling


@dataclass(frozen=True, slots=True, eq=False)
class Arm:
    """One arm at two waves: a value per learner at each, null where not measured.

    Attributes:
        before, after: columns of equal length, one row per learner.
        sites: site of each learner, if inference is to be over sites.
        blocks: randomisation block or matched set of each learner.
        observed_before, observed_after: instrument or source at each wave.
        coverage: share of the arm's learners with any logged contact, shown beside every comparison.
    """

    before: Any
    after: Any
    sites: Any = None
    blocks: Any = None
    observed_before: Observation | None = None
    observed_after: Observation | None = None
    coverage: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two arms say together.

    Attributes:
        effect: difference-in-differences in the unit of the measure; null with the reason when refused.
        g: the effect over the pooled standard deviation after, with Hedges' correction.
        baseline: equivalence of the analysed learners at the first wave.
        adjusted: whether the effect is adjusted for the value at baseline.
        coverage: of (treatment, comparison); null where the caller gave none.
        refused: why nothing is compared.
    """

    effect: Effect
    g: Estimate
    baseline: Equivalence
    adjusted: bool
    coverage: tuple[Estimate | None, Estimate | None]
    refused: Refusal | None = None


def compare(treatment: Arm, comparison: Arm, *, how: Resampling | None = None) -> Comparison:
    """Difference-in-differences of two arms, over learners with both values.

    Change is regressed on the arm, with block constants; where the baseline difference is in the band that
    asks for it (.05 < |g| <= .25) the value at baseline is a covariate as well. Refused with
    `measured_differently` unless both arms were observed by the same instrument or source, and with
    `instrument_changed` when a wave differs from the other.

    >>> log = Observation("coordinator_log")
    >>> t = Arm([1, 2, 3, 4], [3, 5, 5, 8], observed_before=log, observed_after=log)
    >>> c = Arm([1, 2, 3, 4], [2, 2, 4, 5], observed_before=log, observed_after=log)
    >>> round(compare(t, c).effect.estimate.value, 9)
    2.0
    >>> unlogged = Arm([1, 2], [1, 2], observed_before=Observation("roster"))
    >>> compare(t, unlogged).refused.reason
    'measured_differently'
    """
    how = how or Resampling()
    columns = _stacked(treatment, comparison)
    before, after, arm = columns.before, columns.after, columns.arm
    whole = ~(np.isnan(before) | np.isnan(after))
    baseline = baseline_equivalence(before[whole & (arm == 1)], before[whole & (arm == 0)])
    shown = (treatment.coverage, comparison.coverage)
    refused = _refused(treatment, comparison)
    if refused:
        null = Estimate.null(refused.reason, int(whole.sum()), "difference-in-differences")
        return Comparison(Effect(null), null, baseline, False, shown, refused)
    adjust = baseline.band == "adjust"
    effect = arm_effect(
        after - before,
        arm,
        controls=before[:, None] if adjust else None,
        blocks=columns.blocks,
        sites=columns.sites,
        how=how,
    )
    return Comparison(effect, _standardised(effect.estimate, after[whole], arm[whole]), baseline, adjust, shown)


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    before: Floats
    after: Floats
    arm: Floats
    sites: Any
    blocks: Any


def _stacked(treatment: Arm, comparison: Arm) -> _Columns:
    sizes = [
        same_length(before=arm.before, after=arm.after, sites=arm.sites, blocks=arm.blocks)
        for arm in (treatment, comparison)
    ]

    def names(first: Any, second: Any) -> list[str | None] | None:
        if first is None or second is None:
            return None
        return [
            None if code < 0 else known.names[code] for known in (labels(first), labels(second)) for code in known.codes
        ]

    return _Columns(
        np.concatenate([numbers(treatment.before), numbers(comparison.before)]),
        np.concatenate([numbers(treatment.after), numbers(comparison.after)]),
        np.repeat([1.0, 0.0], sizes),
        names(treatment.sites, comparison.sites),
        names(treatment.blocks, comparison.blocks),
    )


def _refused(treatment: Arm, comparison: Arm) -> Refusal | None:
    return (
        arms_refused(treatment.observed_before, comparison.observed_before)
        or arms_refused(treatment.observed_after, comparison.observed_after)
        or waves_refused(treatment.observed_before, treatment.observed_after)
    )


def _standardised(effect: Estimate, after: Floats, arm: Floats) -> Estimate:
    t, c = after[arm == 1], after[arm == 0]
    method, df = "effect / pooled standard deviation after, Hedges-corrected", len(after) - 2
    correction = hedges_correction(df)
    if effect.value is None:
        return Estimate.null(effect.reason or "undefined", effect.n, method, effect.clusters)
    if correction is None or min(len(t), len(c)) < 2:
        return Estimate.null("too_few", effect.n, method, effect.clusters)
    pooled = np.sqrt(((len(t) - 1) * t.var(ddof=1) + (len(c) - 1) * c.var(ddof=1)) / df)
    if pooled == 0:
        return Estimate.null("no_variation", effect.n, method, effect.clusters)
    scale = correction / float(pooled)
    ends = effect.interval
    return Estimate.of(
        effect.value * scale,
        effect.n,
        method,
        low=ends.low * scale if ends else None,
        high=ends.high * scale if ends else None,
        level=ends.level if ends else 0.95,
        p=effect.p,
        clusters=effect.clusters,
        reason=effect.reason,
    )

"""Growth of a cohort between two waves: mean change, d_av, rate ratio, change of a share."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.measures.cohort.columns import Codes, Floats, labels, numbers, same_length
from graph_service.measures.cohort.effects import COX_DIVISOR, hedges_correction
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.observation import Observation, waves_refused
from graph_service.measures.cohort.resampling import Resampling, bootstrapped, units


@dataclass(frozen=True, slots=True)
class Change:
    """Before, after and what changed, over the learners with a value at both waves.

    Attributes:
        before, after: means at the two waves, each with its interval.
        mean: mean change, in the unit of the measure.
        d_av: mean change / sqrt((s_a^2 + s_b^2)/2).
        g_av: d_av with Hedges' correction, df = n - 1.
        incomplete: learners with a value at one wave only; they are in no figure here.
    """

    before: Estimate
    after: Estimate
    mean: Estimate
    d_av: Estimate
    g_av: Estimate
    incomplete: int


def change(
    before: Any,
    after: Any,
    *,
    sites: Any = None,
    observed: tuple[Observation | None, Observation | None] = (None, None),
    how: Resampling | None = None,
) -> Change:
    """Mean change of a measure between two waves with bootstrap intervals.

    Parameters:
        before, after: one value per learner, in the same order; null where not measured.
        sites: one name per learner; from ten sites on whole sites are resampled.
        observed: instrument or source of each wave. A change of instrument makes every delta null
            (`instrument_changed`); the two levels are still given.
        how: resamples, seed, level.

    Null: `too_few` below two complete pairs; d_av `no_variation` when nobody varies at either wave.
    Source: Cumming 2012, ch. 11.

    >>> grown = change([1, 2, 3, 4], [2, 4, 4, 6])
    >>> grown.mean.value, round(grown.d_av.value, 4)
    (1.5, 1.019)
    """
    how = how or Resampling()
    same_length(before=before, after=after, sites=sites)
    a, b = numbers(before, "before"), numbers(after, "after")
    pair = ~(np.isnan(a) | np.isnan(b))
    incomplete = int((np.isnan(a) ^ np.isnan(b)).sum())
    a, b = a[pair], b[pair]
    n = len(a)
    if n < 2:
        null = Estimate.null("too_few", n, "mean change")
        return Change(null, null, null, null, null, incomplete)

    origin_a, origin_b = a.mean(), b.mean()
    drawn = units(pair_moments(a - origin_a, b - origin_b), _codes(sites, pair), how)

    def estimate(statistic: Any, name: str) -> Estimate:
        return bootstrapped(drawn, statistic, n, name, how)

    def mean_change(m: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(_mean(m, 2) - _mean(m, 1) + (origin_b - origin_a))

    def d_av(m: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(mean_change(m) / np.sqrt((_variance(m, 1, 3) + _variance(m, 2, 4)) / 2))

    levels = (
        estimate(lambda m: _mean(m, 1) + origin_a, "mean"),
        estimate(lambda m: _mean(m, 2) + origin_b, "mean"),
    )
    refused = waves_refused(*observed)
    if refused:
        null = Estimate.null(refused.reason, n, "mean change")
        return Change(*levels, null, null, null, incomplete)
    if a.var() + b.var() == 0:
        flat = Estimate.null("no_variation", n, "d_av")
        return Change(*levels, estimate(mean_change, "mean change"), flat, flat, incomplete)
    size = estimate(d_av, "d_av")
    corrected = _corrected(size, hedges_correction(n - 1))
    return Change(*levels, estimate(mean_change, "mean change"), size, corrected, incomplete)


def rate_ratio_of_waves(before: Any, after: Any, *, sites: Any = None, how: Resampling | None = None) -> Estimate:
    """Ratio of the total count after to the total before, over learners counted at both waves.

    Null: `none_counted` when nothing was counted before.

    >>> rate_ratio_of_waves([1, 2, 1], [2, 3, 3]).value
    2.0
    """
    how = how or Resampling()
    same_length(before=before, after=after, sites=sites)
    a, b = numbers(before, "before"), numbers(after, "after")
    pair = ~(np.isnan(a) | np.isnan(b))
    n = int(pair.sum())
    if n < 2:
        return Estimate.null("too_few", n, "rate ratio of waves")
    if a[pair].sum() == 0:
        return Estimate.null("none_counted", n, "rate ratio of waves")
    drawn = units(np.column_stack([a[pair], b[pair]]), _codes(sites, pair), how)
    return bootstrapped(drawn, lambda m: m[..., 1] / m[..., 0], n, "rate ratio of waves", how)


def cox_index_of_waves(before: Any, after: Any, *, sites: Any = None, how: Resampling | None = None) -> Estimate:
    """Cox index of a yes/no measure between two waves of the same learners: log odds ratio / 1.65.

    The interval is bootstrapped over learners or sites, so it obeys the pairing. Null `all_or_none` when
    a wave is all yes or all no.

    >>> round(cox_index_of_waves([0] * 5 + [1] * 5, [0] * 4 + [1] * 6).value, 4)
    0.2457
    """
    how = how or Resampling()
    same_length(before=before, after=after, sites=sites)
    a, b = numbers(before, "before"), numbers(after, "after")
    pair = ~(np.isnan(a) | np.isnan(b))
    a, b = a[pair], b[pair]
    n = len(a)
    if n < 2:
        return Estimate.null("too_few", n, "Cox index of waves")
    if min(a.sum(), b.sum(), n - a.sum(), n - b.sum()) == 0:
        return Estimate.null("all_or_none", n, "Cox index of waves")
    drawn = units(np.column_stack([np.ones(n), a, b]), _codes(sites, pair), how)

    def index(m: NDArray[np.float64]) -> NDArray[np.float64]:
        yes_a, yes_b, all_ = m[..., 1], m[..., 2], m[..., 0]
        odds = np.log(yes_b / (all_ - yes_b)) - np.log(yes_a / (all_ - yes_a))
        return np.where(np.isfinite(odds), odds / COX_DIVISOR, np.nan)

    return bootstrapped(drawn, index, n, "Cox index of waves", how)


def pair_moments(a: Floats, b: Floats) -> Floats:
    """Per learner: 1, a, b, a^2, b^2: enough for means, standard deviations and their changes."""
    return np.column_stack([np.ones(len(a)), a, b, a * a, b * b])


def _mean(m: NDArray[np.float64], column: int) -> NDArray[np.float64]:
    return np.asarray(m[..., column] / m[..., 0])


def _variance(m: NDArray[np.float64], first: int, second: int) -> NDArray[np.float64]:
    n = m[..., 0]
    squares = m[..., second] - m[..., first] ** 2 / n
    return np.asarray(np.maximum(squares, 0.0) / (n - 1))


def _corrected(size: Estimate, correction: float | None) -> Estimate:
    if size.value is None or correction is None:
        return Estimate.null(size.reason or "too_few", size.n, "g_av", size.clusters)
    ends = size.interval
    return Estimate.of(
        size.value * correction,
        size.n,
        size.method.replace("d_av", "g_av", 1),
        low=None if ends is None or not math.isfinite(ends.low) else ends.low * correction,
        high=None if ends is None else ends.high * correction,
        level=ends.level if ends else 0.95,
        clusters=size.clusters,
        reason=size.reason,
    )


def _codes(sites: Any, keep: NDArray[np.bool_]) -> Codes | None:
    return None if sites is None else labels(sites).codes[keep]

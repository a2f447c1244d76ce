"""Bootstrap intervals over learners, or over sites where there are enough of them.

Every unit (a learner, or a site with all its learners) is one row of summed moments, so a statistic of a
resample is a function of the sum of the rows drawn: means, standard deviations and ratios all are.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.measures.cohort.columns import Codes, Floats
from graph_service.measures.cohort.estimate import Estimate

SITES_NEEDED = 10
"""From this many sites on, sites are resampled instead of learners."""

BIAS_CORRECTED_UP_TO = 500
"""Units up to which the interval is bias-corrected and accelerated; its jackknife is quadratic in units."""

Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Resampling:
    """How intervals are drawn. The same seed, data and settings give the same interval.

    Attributes:
        resamples: bootstrap draws.
        seed: of the random draws.
        level: confidence level, a share.
        sites_needed: sites from which on sites are drawn instead of learners.
    """

    resamples: int = 1999
    seed: int = 20220601
    level: float = 0.95
    sites_needed: int = SITES_NEEDED


@dataclass(frozen=True, eq=False)
class Units:
    """What is resampled: rows of summed moments, and what one row is."""

    moments: Floats
    name: str
    sites: int | None
    drawn: dict[tuple[Resampling, int], Floats] = field(default_factory=dict, repr=False)

    def draws(self, how: Resampling, stream: int = 0) -> Floats:
        """Summed moments of every resample (resamples, k), drawn once for all statistics of these units.

        Streams are independent of each other, for groups that are drawn apart.
        """
        if (how, stream) not in self.drawn:
            rng, n = np.random.default_rng((how.seed, stream)), len(self.moments)
            columns = np.ascontiguousarray(self.moments.T)
            sums = np.empty((how.resamples, len(columns)))
            for draw in range(how.resamples):
                times = np.bincount(rng.integers(0, n, n), minlength=n).astype(np.float64)
                # not `@`: on a busy machine the threads of the linear algebra library wait for each other
                sums[draw] = np.einsum("kn,n->k", columns, times)
            self.drawn[how, stream] = sums
        return self.drawn[how, stream]


def units(moments: Floats, sites: Codes | None, how: Resampling) -> Units:
    """Learner rows as they are, or summed by site when there are at least `how.sites_needed` sites."""
    if sites is None:
        return Units(moments, "learners", None)
    known, code = np.unique(sites, return_inverse=True)
    if len(known) < how.sites_needed:
        return Units(moments, "learners", len(known))
    summed = np.zeros((len(known), moments.shape[1]))
    np.add.at(summed, code, moments)
    return Units(summed, "sites", len(known))


def bootstrapped(
    drawn: Units, statistic: Statistic, n: int, name: str, how: Resampling, *, clusters: int | None = None
) -> Estimate:
    """The statistic of all units together with its bootstrap interval.

    `statistic` takes summed moments of shape (..., k) and gives (...); it may return NaN where a resample
    does not define it: such resamples are dropped from the interval, and none is given when more than one
    in twenty is.
    """
    with np.errstate(all="ignore"):
        value = float(statistic(drawn.moments.sum(axis=0)))
    clusters = drawn.sites if clusters is None else clusters
    if len(drawn.moments) < 2:
        return Estimate.of(value, n, name, clusters=clusters, reason="too_few")
    low, high, kind = _interval(drawn, statistic, how)
    reason = "no_variation" if low is None else None
    method = f"{name}, {kind} bootstrap over {drawn.name}" if low is not None else name
    return Estimate.of(value, n, method, low=low, high=high, level=how.level, clusters=clusters, reason=reason)


def bootstrapped_difference(first: Units, second: Units, name: str, how: Resampling) -> Estimate:
    """Mean of `first` minus mean of `second` (moments: 1, value), learners drawn inside each of the two."""
    a, b = first.moments[:, 1], second.moments[:, 1]
    n, value = len(a) + len(b), float(a.mean() - b.mean())
    if min(len(a), len(b)) < 2:
        return Estimate.of(value, n, name, reason="too_few")

    def difference(x: NDArray[np.float64], y: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
        return np.asarray(x.mean(axis=axis) - y.mean(axis=axis))

    if n > BIAS_CORRECTED_UP_TO:
        (ones, sums), (others, other_sums) = first.draws(how).T, second.draws(how, 1).T
        low, high, kind = _percentiles(sums / ones - other_sums / others, how)
    else:
        low, high, kind = _drawn((a, b), difference, n, how)
    method = name if low is None else f"{name}, {kind} bootstrap over learners"
    reason = "no_variation" if low is None else None
    return Estimate.of(value, n, method, low=low, high=high, level=how.level, reason=reason)


def _interval(drawn: Units, statistic: Statistic, how: Resampling) -> tuple[float | None, float | None, str]:
    if len(drawn.moments) > BIAS_CORRECTED_UP_TO:
        with np.errstate(all="ignore"):
            return _percentiles(statistic(drawn.draws(how)), how)

    def of_rows(rows: NDArray[np.int64], axis: int = -1) -> NDArray[np.float64]:
        return statistic(np.take(drawn.moments, rows, axis=0).sum(axis=axis - 1))

    return _drawn((np.arange(len(drawn.moments)),), of_rows, drawn.moments.size, how)


def _drawn(
    samples: tuple[NDArray[Any], ...], statistic: Callable[..., NDArray[np.float64]], size: int, how: Resampling
) -> tuple[float | None, float | None, str]:
    """Ends and kind of the interval; nulls when the draws do not vary or too many are undefined."""
    from scipy import stats

    batch = max(1, min(how.resamples, 4_000_000 // size + 1))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # a degenerate resample is answered with null and a reason, not with a warning
        warnings.simplefilter("ignore")
        result = stats.bootstrap(
            samples,
            statistic,
            n_resamples=how.resamples,
            batch=batch,
            confidence_level=how.level,
            method="BCa",
            rng=np.random.default_rng(how.seed),
        )
    low, high = float(result.confidence_interval.low), float(result.confidence_interval.high)
    if np.isfinite(low) and np.isfinite(high) and low < high:
        return low, high, "BCa"
    return _percentiles(result.bootstrap_distribution, how)


def _percentiles(values: NDArray[np.float64], how: Resampling) -> tuple[float | None, float | None, str]:
    """Ends of the percentile interval; nulls when the draws do not vary or one in twenty is undefined."""
    draws = values[np.isfinite(values)]
    if len(draws) < 0.95 * len(values) or draws.min() == draws.max():
        return None, None, ""
    tail = (1 - how.level) / 2
    return float(np.quantile(draws, tail)), float(np.quantile(draws, 1 - tail)), "percentile"

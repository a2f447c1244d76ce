"""Permutation tests that respect the design: labels are exchanged only within sites or blocks."""

from itertools import combinations, product
from math import comb, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.measures.cohort.columns import Codes, Floats, labels, numbers, same_length
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.resampling import Resampling

EXACT_UP_TO = 20_000
"""Arrangements up to which all are enumerated, so that p is exact."""


def permutation_within(outcome: Any, treated: Any, within: Any = None, *, how: Resampling | None = None) -> Estimate:
    """Difference of two groups' means inside strata, tested by exchanging labels inside strata only.

    The statistic is the mean over strata of (mean treated - mean comparison), each weighted by
    n_t n_c/(n_t + n_c), as block constants in least squares weight them. Strata that hold one group only
    say nothing and are left out. For arms assigned by site, give one row per site and the blocks as strata.

    p counts arrangements at least as extreme in absolute value: exact when there are at most 20,000,
    otherwise Monte Carlo, (1 + extreme)/(1 + draws). Null: `too_few`, `no_variation`.
    Source: Fisher 1935; Phipson & Smyth 2010.

    >>> e = permutation_within([1, 2, 3, 7, 8, 9], [0, 0, 0, 1, 1, 1])
    >>> e.value, e.p, e.method
    (6.0, 0.1, 'difference within strata, exact permutation')
    """
    how = how or Resampling()
    same_length(outcome=outcome, treated=treated, within=within)
    y, arm = numbers(outcome, "outcome"), numbers(treated, "treated")
    stratum = np.zeros(len(y), dtype=np.int64) if within is None else labels(within).codes
    use = ~(np.isnan(y) | np.isnan(arm))
    strata = _informative(y[use], arm[use], stratum[use])
    n = sum(len(values) for values, _ in strata)
    name = "difference within strata"
    if not strata:
        return Estimate.null("too_few", 0, name)
    if all(np.ptp(values) == 0 for values, _ in strata):
        return Estimate.null("no_variation", n, name)
    weights = np.array([k * (len(v) - k) / len(v) for v, k in strata])
    weights = weights / weights.sum()
    observed = sum(w * _difference(v[:k].sum(), v, k) for w, (v, k) in zip(weights, strata, strict=True))
    arrangements = prod(comb(len(values), k) for values, k in strata)
    if arrangements <= EXACT_UP_TO:
        drawn = _all(strata, weights)
        p = float(np.mean(np.abs(drawn) >= abs(observed) * (1 - 1e-9) - 1e-12))
        return Estimate.of(observed, n, f"{name}, exact permutation", p=p)
    drawn = _some(strata, weights, how)
    extreme = int((np.abs(drawn) >= abs(observed) * (1 - 1e-9) - 1e-12).sum())
    p = (1 + extreme) / (1 + len(drawn))
    return Estimate.of(observed, n, f"{name}, Monte Carlo permutation ({len(drawn)} draws)", p=p)


def _informative(y: Floats, arm: Floats, stratum: Codes) -> list[tuple[Floats, int]]:
    """Per stratum with both groups: its values with the treated first, and how many are treated."""
    found = []
    for code in np.unique(stratum):
        here = stratum == code
        treated = y[here & (arm == 1)]
        others = y[here & (arm == 0)]
        if len(treated) and len(others):
            found.append((np.concatenate([treated, others]), len(treated)))
    return found


def _difference(treated_sum: NDArray[np.float64] | float, values: Floats, k: int) -> NDArray[np.float64]:
    rest = len(values) - k
    return np.asarray(treated_sum / k - (values.sum() - treated_sum) / rest)


def _all(strata: list[tuple[Floats, int]], weights: Floats) -> Floats:
    choices = []
    for w, (values, k) in zip(weights, strata, strict=True):
        sums = [values[list(chosen)].sum() for chosen in combinations(range(len(values)), k)]
        choices.append(w * _difference(np.array(sums), values, k))
    return np.array([sum(chosen) for chosen in product(*choices)])


def _some(strata: list[tuple[Floats, int]], weights: Floats, how: Resampling) -> Floats:
    rng = np.random.default_rng(how.seed)
    total = np.zeros(how.resamples)
    for w, (values, k) in zip(weights, strata, strict=True):
        sums = np.array([rng.permutation(values)[:k].sum() for _ in range(how.resamples)])
        total += w * _difference(sums, values, k)
    return total

"""Standardised sizes of differences: Hedges' correction, g between arms, Cox index, rate ratios."""

import math
from typing import Any

import numpy as np

from graph_service.measures.cohort.columns import Flags, Floats, flags, labels, numbers, same_length
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.extras import statistics_library

COX_DIVISOR = 1.65
"""Brings a log odds ratio to the scale of a standardised mean difference (Cox 1970)."""


def hedges_correction(df: int) -> float | None:
    """J = 1 - 3/(4 df - 1): removes the small-sample bias of a standardised difference.

    Null for df < 1. Source: Hedges 1981; Cumming 2012, ch. 11.

    >>> round(hedges_correction(9), 4)
    0.9143
    """
    return 1.0 - 3.0 / (4.0 * df - 1.0) if df >= 1 else None


def hedges_g(treatment: Any, comparison: Any, *, level: float = 0.95) -> Estimate:
    """Standardised mean difference between two independent arms, with Hedges' correction.

    g = J (m_t - m_c)/s_pooled, df = n_t + n_c - 2; the interval is the large-sample one,
    var(g) = J^2 (1/n_t + 1/n_c + d^2/(2(n_t + n_c))). Missing values are left out.
    Null: `too_few` below two learners in an arm, `no_variation` when nobody differs within the arms.
    Source: Hedges 1981; Hedges & Olkin 1985.

    >>> round(hedges_g([1, 2, 3], [2, 3, 4]).value, 3)
    -0.8
    """
    t, c = _known(treatment, "treatment"), _known(comparison, "comparison")
    method, n = "Hedges g, pooled standard deviation", len(t) + len(c)
    if len(t) < 2 or len(c) < 2:
        return Estimate.null("too_few", n, method)
    df = n - 2
    pooled = math.sqrt(((len(t) - 1) * t.var(ddof=1) + (len(c) - 1) * c.var(ddof=1)) / df)
    correction = hedges_correction(df)
    if pooled == 0.0 or correction is None:
        return Estimate.null("no_variation", n, method)
    d = float(t.mean() - c.mean()) / pooled
    margin = normal_quantile(level) * correction * math.sqrt(1 / len(t) + 1 / len(c) + d * d / (2 * n))
    g = correction * d
    return Estimate.of(g, n, method, low=g - margin, high=g + margin, level=level)


def cox_index(treatment: Any, comparison: Any, *, level: float = 0.95) -> Estimate:
    """Cox index of a yes/no outcome between two arms: log odds ratio / 1.65.

    Null `all_or_none` when an arm is all yes or all no: the odds are then not finite, and no constant is
    added to make them so. Source: Cox 1970; Sanchez-Meca, Marin-Martinez & Chacon-Moscoso 2003.

    >>> yes_no = lambda yes, no: [1] * yes + [0] * no
    >>> round(cox_index(yes_no(60, 40), yes_no(50, 50)).value, 4)
    0.2457
    """
    t, c = flags(_known(treatment, "treatment")), flags(_known(comparison, "comparison"))
    method, n = "Cox index, Wald interval of the log odds ratio", len(t) + len(c)
    if not len(t) or not len(c):
        return Estimate.null("too_few", n, method)
    table = np.array([[t.sum(), (~t).sum()], [c.sum(), (~c).sum()]], dtype=np.float64)
    if (table == 0).any():
        return Estimate.null("all_or_none", n, method)
    odds = statistics_library("statsmodels.stats.contingency_tables", "the Cox index").Table2x2(
        table, shift_zeros=False
    )
    low, high = odds.log_oddsratio_confint(alpha=1 - level)
    return Estimate.of(
        odds.log_oddsratio / COX_DIVISOR,
        n,
        method,
        low=low / COX_DIVISOR,
        high=high / COX_DIVISOR,
        level=level,
    )


def rate_ratio(
    counts: Any, treated: Any, *, exposure: Any = None, clusters: Any = None, level: float = 0.95
) -> Estimate:
    """Ratio of the mean counts of two arms (per unit of exposure when given).

    Poisson regression with a robust covariance (by site when `clusters` is given, then t with G - 1 degrees
    of freedom), because counts of contacts vary more than a Poisson law allows.
    Null: `too_few` when an arm is empty, `none_counted` when an arm counted nothing.

    >>> r = rate_ratio([2, 4, 6, 1, 2, 3], [1, 1, 1, 0, 0, 0])
    >>> round(r.value, 6)
    2.0
    """
    same_length(counts=counts, treated=treated, exposure=exposure, clusters=clusters)
    y, arm = numbers(counts, "counts"), numbers(treated, "treated")
    time = np.ones(len(y)) if exposure is None else numbers(exposure, "exposure")
    use = ~(np.isnan(y) | np.isnan(arm) | np.isnan(time)) & (time > 0)
    y, arm, time = y[use], arm[use], time[use]
    method, n = "rate ratio, Poisson regression with robust covariance", len(y)
    if min((arm == 1).sum(), (arm == 0).sum()) < 1 or n < 3:
        return Estimate.null("too_few", n, method)
    if min(y[arm == 1].sum(), y[arm == 0].sum()) == 0:
        return Estimate.null("none_counted", n, method)
    api = statistics_library("statsmodels.api", "rate ratios")
    design = np.column_stack([np.ones(n), arm])
    model = api.GLM(y, design, family=api.families.Poisson(), offset=np.log(time))
    options: dict[str, Any] = {"cov_type": "HC1"}
    groups = None
    if clusters is not None:
        groups = labels(clusters).codes[use]
        if len(np.unique(groups)) < 3:
            return Estimate.null("too_few_sites", n, method, len(np.unique(groups)))
        options = {"cov_type": "cluster", "cov_kwds": {"groups": groups}}
    fit = model.fit(use_t=True, **options)
    low, high = fit.conf_int(alpha=1 - level)[1]
    return Estimate.of(
        math.exp(fit.params[1]),
        n,
        method if groups is None else method + " by site",
        low=math.exp(low),
        high=math.exp(high),
        level=level,
        p=fit.pvalues[1],
        clusters=None if groups is None else len(np.unique(groups)),
    )


def normal_quantile(level: float) -> float:
    """The two-sided quantile of the normal law: 1.96 for a level of .95."""
    from scipy import stats

    return float(stats.norm.ppf(0.5 + level / 2))


def _known(column: Any, name: str) -> Floats:
    values = numbers(column, name)
    known: Flags = ~np.isnan(values)
    return values[known]

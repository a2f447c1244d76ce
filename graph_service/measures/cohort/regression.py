"""The effect of an arm on an outcome by least squares, with inference that fits the number of sites."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.measures.cohort.columns import Codes, Floats, labels, numbers, same_length
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.extras import statistics_library
from graph_service.measures.cohort.resampling import Resampling
from graph_service.measures.cohort.wild import wild_cluster_test

MANY_SITES = 20
"""Below this many sites the wild cluster bootstrap is the headline (Cameron, Gelbach & Miller 2008)."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect with the inference to report first, and the other one beside it.

    Attributes:
        estimate: to report.
        beside: the same coefficient with t(G - 1) inference when `estimate` is the wild bootstrap's.
        caution: `few_treated_sites` when an arm has fewer than three sites: no method is reliable then.
    """

    estimate: Estimate
    beside: Estimate | None = None
    caution: str | None = None


def arm_effect(
    outcome: Any,
    treated: Any,
    *,
    controls: Floats | None = None,
    blocks: Any = None,
    sites: Any = None,
    how: Resampling | None = None,
) -> Effect:
    """Difference between the arms, given controls and block constants.

    Parameters:
        outcome: one number per learner (a change, or a level); rows with null are left out.
        treated: 0/1 per learner.
        controls: array (learners, k) of covariates, such as the value at baseline.
        blocks: randomisation blocks or matched sets; one constant each.
        sites: clusters. None: HC3 covariance, t(n - k). 20 or more: cluster covariance, t(G - 1). Fewer:
            wild cluster bootstrap, with t(G - 1) beside it.

    Null: `too_few`, `one_arm`, `too_few_sites` (fewer than four sites, or an arm's effect cannot be told
    from its only site), `not_identified` (blocks or controls explain the arm).

    >>> round(arm_effect([1., 2., 3., 5., 6., 7.], [0, 0, 0, 1, 1, 1]).estimate.value, 9)
    4.0
    """
    how = how or Resampling()
    same_length(outcome=outcome, treated=treated, controls=controls, blocks=blocks, sites=sites)
    y, arm = numbers(outcome, "outcome"), numbers(treated, "treated")
    design = _controls(controls, blocks, len(y))
    use = ~(np.isnan(y) | np.isnan(arm) | np.isnan(design).any(axis=1))
    y, x, design = y[use], arm[use], design[use]
    n, method = len(y), "least squares"
    cluster = None if sites is None else labels(sites).codes[use]
    g = None if cluster is None else len(np.unique(cluster))
    if x.min(initial=1.0) == x.max(initial=0.0) or n == 0:
        return Effect(Estimate.null("one_arm" if n else "too_few", n, method, g))
    if n < design.shape[1] + 3:
        return Effect(Estimate.null("too_few", n, method, g))
    design = design[:, _adding_rank(design)]
    if design.shape[1] not in _adding_rank(np.column_stack([design, x])):
        return Effect(Estimate.null("not_identified", n, method, g))
    if cluster is None:
        return Effect(_fitted(y, np.column_stack([x, design]), None, how.level))
    return _clustered(y, x, design, cluster, how)


def _clustered(y: Floats, x: Floats, design: Floats, cluster: Codes, how: Resampling) -> Effect:
    g = len(np.unique(cluster))
    in_treatment, in_comparison = len(np.unique(cluster[x == 1])), len(np.unique(cluster[x == 0]))
    if g < 4 or min(in_treatment, in_comparison) < 2:
        point = float(np.linalg.lstsq(np.column_stack([x, design]), y, rcond=None)[0][0])
        estimate = Estimate(point, len(y), "least squares", clusters=g, reason="too_few_sites")
        return Effect(estimate, caution="few_treated_sites")
    plain = _fitted(y, np.column_stack([x, design]), cluster, how.level)
    caution = "few_treated_sites" if min(in_treatment, in_comparison) < 3 else None
    if g >= MANY_SITES or plain.value is None or plain.interval is None:
        return Effect(plain, caution=caution)
    test = wild_cluster_test(y, x, design, cluster, level=how.level, draws=how.resamples, seed=how.seed)
    wild = Estimate.of(
        plain.value,
        plain.n,
        f"least squares, wild cluster bootstrap ({test.weights})",
        low=test.low,
        high=test.high,
        level=how.level,
        p=test.p,
        clusters=g,
        reason="too_few_sites",
    )
    return Effect(wild, plain, caution)


def _fitted(y: Floats, full: Floats, cluster: Codes | None, level: float) -> Estimate:
    api = statistics_library("statsmodels.api", "comparisons")
    model = api.OLS(y, full)
    if cluster is None:
        fit, method, g = model.fit(cov_type="HC3", use_t=True), "least squares, HC3 covariance", None
    else:
        g = len(np.unique(cluster))
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
        method = f"least squares, cluster covariance, t({g - 1})"
    with np.errstate(all="ignore"):
        low, high = fit.conf_int(alpha=1 - level)[0]
        p = fit.pvalues[0]
    if not low < high:  # a perfect fit has no residual to judge by
        low = high = p = float("nan")
    return Estimate.of(fit.params[0], len(y), method, low=low, high=high, level=level, p=p, clusters=g)


def _controls(controls: Floats | None, blocks: Any, n: int) -> Floats:
    parts = [np.ones((n, 1))]
    if controls is not None:
        parts.append(np.asarray(controls, dtype=np.float64).reshape(n, -1))
    if blocks is not None:
        known = labels(blocks)
        parts.append((known.codes[:, None] == np.arange(1, len(known.names))[None, :]).astype(np.float64))
    return np.column_stack(parts)


def _adding_rank(design: Floats) -> list[int]:
    """Columns that add rank: blocks emptied by missing values and repeated covariates do not."""
    size = np.linalg.norm(design, axis=0)
    diagonal = np.abs(np.diag(np.linalg.qr(design, mode="r")))
    return [i for i, rest in enumerate(diagonal) if rest > 1e-9 * max(size[i], 1e-300)]

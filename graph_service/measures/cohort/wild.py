"""Wild cluster bootstrap: honest p-values and intervals when there are few sites.

Statsmodels has no such test. Restricted wild cluster bootstrap-t (Cameron, Gelbach & Miller 2008) for one
coefficient, with every sign vector enumerated where that is feasible, so no randomness is left, and Webb's
six-point weights above. The interval inverts the test (MacKinnon, Nielsen & Webb 2023).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from graph_service.measures.cohort.columns import Codes, Floats

ENUMERATED_UP_TO = 12
"""Sites up to which all 2^G sign vectors are used; above, Webb weights are drawn."""


@dataclass(frozen=True, slots=True)
class WildTest:
    """p of the hypothesis of no effect, the interval that inverts the test (an end may be null)."""

    p: float
    low: float | None
    high: float | None
    weights: str


def wild_cluster_test(
    y: Floats, x: Floats, controls: Floats, clusters: Codes, *, level: float, draws: int, seed: int
) -> WildTest:
    """Tests the coefficient of `x` in y ~ x + controls (the constant among them), clustered.

    All quantities are sums by cluster, so a draw costs G^2 whatever the number of learners.
    """
    residual = _outside(controls)
    xt, yt = residual(x), residual(y)
    square = float(xt @ xt)
    beta = float(xt @ yt) / square
    groups, row = np.unique(clusters, return_inverse=True)
    g = len(groups)

    def by_site(values: Floats) -> Floats:
        return np.bincount(row, weights=values, minlength=g).astype(np.float64)

    inverse = np.linalg.pinv(controls.T @ controls)
    across = np.column_stack([by_site(xt * column) for column in controls.T])
    spread = by_site(xt * xt)
    v, kind = _weights(g, draws, seed)

    # residuals under the hypothesis b are yt - b xt: every sum by site below is linear in b
    score_y, score_x = by_site(xt * yt), spread
    control_y = np.column_stack([by_site(column * yt) for column in controls.T])
    control_x = np.column_stack([by_site(column * xt) for column in controls.T])

    def p_of(b: float) -> float:
        score = score_y - b * score_x
        control = control_y - b * control_x
        observed = _t(beta - b, by_site(xt * (yt - beta * xt)))
        step = (v @ score) / square
        scores = v * score - step[:, None] * spread - (v @ control) @ inverse @ across.T
        with np.errstate(all="ignore"):
            t = np.abs(step) / np.sqrt((scores**2).sum(axis=1))
        t = np.where(np.isfinite(t), t, np.inf)
        # the tolerance keeps the two draws that repeat the sample (all +, all -) as ties
        return float(np.mean(t >= abs(observed) * (1 - 1e-9)))

    def _t(distance: float, scores: Floats) -> float:
        return distance / max(float(np.sqrt((scores**2).sum())), 1e-300)

    width = float(np.sqrt((by_site(xt * (yt - beta * xt)) ** 2).sum())) / square
    alpha = 1 - level
    low = _end(p_of, beta, -width, alpha) if width > 0 else None
    high = _end(p_of, beta, width, alpha) if width > 0 else None
    return WildTest(p_of(0.0), low, high, kind)


def _outside(controls: Floats) -> Callable[[Floats], Floats]:
    """Projection on what the controls do not explain."""

    def residual(values: Floats) -> Floats:
        fitted, *_ = np.linalg.lstsq(controls, values, rcond=None)
        return np.asarray(values - controls @ fitted)

    return residual


def _weights(g: int, draws: int, seed: int) -> tuple[Floats, str]:
    if g <= ENUMERATED_UP_TO:
        return np.array(list(product((-1.0, 1.0), repeat=g))), "all sign vectors"
    rng = np.random.default_rng(seed)
    webb = np.sqrt(np.array([1.5, 1.0, 0.5]))
    return rng.choice(np.concatenate([-webb, webb]), size=(draws, g)), "Webb weights"


def _end(p_of: Callable[[float], float], beta: float, step: float, alpha: float) -> float | None:
    """The hypothesis farthest from beta in one direction that is still not rejected, by bisection."""
    inside, distance = beta, step
    for _ in range(12):
        if p_of(beta + distance) <= alpha:
            break
        inside, distance = beta + distance, distance * 2
    else:
        return None  # with very few sites no hypothesis can be rejected at this level
    outside = beta + distance
    for _ in range(40):
        middle = (inside + outside) / 2
        if p_of(middle) > alpha:
            inside = middle
        else:
            outside = middle
    return outside

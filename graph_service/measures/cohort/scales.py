"""Do the items of a survey scale measure one thing: Cronbach's alpha and McDonald's omega, per wave."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.measures.cohort.columns import Floats, numbers, same_length
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.extras import statistics_library
from graph_service.measures.cohort.resampling import Resampling, Units, bootstrapped


@dataclass(frozen=True, slots=True)
class Reliability:
    """Internal consistency of one scale at one wave, over learners who answered every item.

    Attributes:
        alpha: Cronbach's alpha; a lower bound of reliability, exact when all items load alike.
        omega: McDonald's omega (total) of a one-factor model.
        items, incomplete: items of the scale; learners left out because an answer is missing.
    """

    alpha: Estimate
    omega: Estimate
    items: int
    incomplete: int


def reliability(answers: Mapping[str, Any], *, how: Resampling | None = None) -> Reliability:
    """Alpha with a bootstrap interval and omega of a scale's items (reverse-keyed items already turned).

    alpha = k/(k-1) (1 - sum var(item)/var(sum)). omega = (sum loadings)^2 / ((sum loadings)^2 + sum
    uniquenesses), maximum likelihood, one factor, on covariances.
    Null: `too_few` below three learners or two items (omega: three items, and more learners than items),
    `no_variation`, and for omega `not_converged` or `negative_variance` (a Heywood case).
    Source: Cronbach 1951; McDonald 1999.

    >>> r = reliability({"a": [1, 2, 3, 4], "b": [2, 2, 4, 4], "c": [1, 3, 3, 5]})
    >>> round(r.alpha.value, 4)
    0.9333
    """
    how = how or Resampling()
    same_length(**answers)
    items = np.column_stack([numbers(column, name) for name, column in answers.items()])
    whole = ~np.isnan(items).any(axis=1)
    incomplete = int((~whole & ~np.isnan(items).all(axis=1)).sum())
    x = items[whole]
    return Reliability(_alpha(x, how), _omega(x), items.shape[1], incomplete)


def _alpha(x: Floats, how: Resampling) -> Estimate:
    n, k = x.shape
    if n < 3 or k < 2:
        return Estimate.null("too_few", n, "Cronbach's alpha")
    centred = x - x.mean(axis=0)
    total = centred.sum(axis=1)
    if np.ptp(total) == 0:
        return Estimate.null("no_variation", n, "Cronbach's alpha")
    moments = np.column_stack([np.ones(n), total, total**2, centred, centred**2])

    def alpha(m: NDArray[np.float64]) -> NDArray[np.float64]:
        count = m[..., :1]
        sums = np.concatenate([m[..., 1:2], m[..., 3 : 3 + k]], axis=-1)
        squares = np.concatenate([m[..., 2:3], m[..., 3 + k :]], axis=-1)
        spread = squares - sums**2 / count
        whole, parts = spread[..., 0], spread[..., 1:].sum(axis=-1)
        ratio = np.where(whole > 1e-12 * m[..., 0], parts / np.where(whole == 0, 1.0, whole), np.nan)
        return np.asarray(k / (k - 1) * (1 - ratio))

    return bootstrapped(Units(moments, "learners", None), alpha, n, "Cronbach's alpha", how)


def _omega(x: Floats) -> Estimate:
    n, k = x.shape
    method = "McDonald's omega, one-factor maximum likelihood"
    if k < 3 or n <= k:
        return Estimate.null("too_few", n, method)
    spread = x.std(axis=0, ddof=1)
    if (spread == 0).any():
        return Estimate.null("no_variation", n, method)
    factor = statistics_library("statsmodels.multivariate.factor", "omega")
    correlation = np.corrcoef(x, rowvar=False)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            fit = factor.Factor(corr=correlation, n_factor=1, method="ml", nobs=n).fit(maxiter=500)
            loadings = np.asarray(fit.loadings)[:, 0] * spread
            unique = np.asarray(fit.uniqueness) * spread**2
    except (np.linalg.LinAlgError, ValueError):
        return Estimate.null("not_converged", n, method)
    if not (np.isfinite(loadings).all() and np.isfinite(unique).all()):
        return Estimate.null("not_converged", n, method)
    if (unique <= 1e-6 * spread**2).any():
        return Estimate.null("negative_variance", n, method)
    common = float(loadings.sum()) ** 2
    return Estimate.of(common / (common + float(unique.sum())), n, method)

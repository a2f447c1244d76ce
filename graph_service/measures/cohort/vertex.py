"""Uncertainty of a statistic of a whole network: the vertex bootstrap.

Ties of one person depend on each other, so people are drawn, not ties. Where a person is drawn twice, the
missing tie of the two copies is drawn from the dyads that were observed (Snijders & Borgatti 1999).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.errors import DataError
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.resampling import Resampling

Adjacency = NDArray[np.float64]

PEOPLE_UP_TO = 3000
"""A drawn network is held densely; larger networks are compared by site instead."""


def density(adjacency: Adjacency) -> float:
    """Mean of the off-diagonal cells: the share of pairs that are tied."""
    n = len(adjacency)
    return float((adjacency.sum() - np.trace(adjacency)) / (n * (n - 1)))


def vertex_bootstrap(
    adjacency: Any,
    statistic: Callable[[Adjacency], float] = density,
    *,
    name: str = "density",
    how: Resampling | None = None,
) -> Estimate:
    """A statistic of an undirected network with its vertex-bootstrap interval (estimate +- z se).

    Parameters:
        adjacency: symmetric array (n, n) or scipy sparse matrix; the diagonal is not read.
        statistic: function of a dense symmetric array with zero diagonal.

    Null: `too_few` below three people, `no_variation` when every drawn network gives the same value.
    Raises DataError when the matrix is not square and symmetric, or has more than 3000 people.

    >>> ring = [[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]]
    >>> round(vertex_bootstrap(ring).value, 4)
    0.6667
    """
    how = how or Resampling()
    matrix = _symmetric(adjacency)
    n, method = len(matrix), f"{name}, vertex bootstrap"
    if n < 3:
        return Estimate.null("too_few", n, method)
    from scipy import stats

    value = float(statistic(matrix))
    draws = vertex_draws(matrix, statistic, how)
    spread = float(np.std(draws, ddof=1)) if np.isfinite(draws).all() else 0.0
    if spread == 0.0:
        return Estimate.of(value, n, method, reason="no_variation")
    margin = float(stats.norm.ppf(0.5 + how.level / 2)) * spread
    return Estimate.of(value, n, method, low=value - margin, high=value + margin, level=how.level)


def networks_differ(
    first: Any,
    second: Any,
    statistic: Callable[[Adjacency], float] = density,
    *,
    name: str = "density",
    how: Resampling | None = None,
) -> Estimate:
    """Difference (second - first) of a statistic of two networks over the same people, in the same order.

    The same people are drawn in both networks, so that the difference keeps their pairing
    (Snijders & Borgatti 1999, section on paired comparison).
    """
    how = how or Resampling()
    a, b = _symmetric(first), _symmetric(second)
    if len(a) != len(b):
        raise DataError("Two networks are compared over the same people, in the same order.")
    n, method = len(a), f"difference of {name}, paired vertex bootstrap"
    if n < 3:
        return Estimate.null("too_few", n, method)
    from scipy import stats

    value = float(statistic(b)) - float(statistic(a))
    draws = vertex_draws(b, statistic, how) - vertex_draws(a, statistic, how)
    spread = float(np.std(draws, ddof=1)) if np.isfinite(draws).all() else 0.0
    if spread == 0.0:
        return Estimate.of(value, n, method, reason="no_variation")
    margin = float(stats.norm.ppf(0.5 + how.level / 2)) * spread
    p = 2 * float(stats.norm.sf(abs(value) / spread))
    return Estimate.of(value, n, method, low=value - margin, high=value + margin, level=how.level, p=p)


def vertex_draws(matrix: Adjacency, statistic: Callable[[Adjacency], float], how: Resampling) -> NDArray[np.float64]:
    """The statistic of each drawn network; the same seed draws the same people whatever the network."""
    n = len(matrix)
    above = np.triu_indices(n, 1)
    dyads = matrix[above]
    values = np.empty(how.resamples)
    for draw in range(how.resamples):
        rng = np.random.default_rng((how.seed, draw))
        people = rng.integers(0, n, n)
        drawn = matrix[np.ix_(people, people)]
        twice = np.triu(people[:, None] == people[None, :], 1)
        drawn[twice] = rng.choice(dyads, int(twice.sum()))
        drawn = np.triu(drawn, 1)
        values[draw] = statistic(drawn + drawn.T)
    return values


def _symmetric(adjacency: Any) -> Adjacency:
    dense = adjacency.toarray() if hasattr(adjacency, "toarray") else adjacency
    matrix = np.array(dense, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.array_equal(matrix, matrix.T):
        raise DataError("The vertex bootstrap needs a symmetric matrix of the people's ties.")
    if len(matrix) > PEOPLE_UP_TO:
        raise DataError(f"The vertex bootstrap takes at most {PEOPLE_UP_TO} people; compare sites instead.")
    np.fill_diagonal(matrix, 0.0)
    return matrix

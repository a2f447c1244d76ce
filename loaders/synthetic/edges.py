"""Plain arrays of ties for graph kernels and benchmarks: no records, no names, a million people in seconds."""

import numpy as np

from graph_service.errors import UnknownParameter
from loaders.synthetic.draws import Draws, Ints, distinct

#: People who could meet every day: ties inside such a circle close triangles.
CIRCLE = 16
#: Share of ties inside the circle.
INSIDE = 0.5
#: The most a person's draw may weigh, against the least.
MOST = 2000.0


def edges(n: int, mean_degree: float = 10, hubs: bool = True, seed: int = 1) -> tuple[Ints, Ints, Ints]:
    """n people and n * mean_degree / 2 undirected ties: (source, target, weight), source < target, no pair twice.

    People are 0..n-1 in school order (neighbours in number share a circle of 16). Half of the ties are inside a
    circle; the others go anywhere, drawn with weights of power tail P(X > x) = x^-2 if `hubs`, else evenly.
    weight: number of contacts, 1 or more, most often 1. Sorted by source, then target; the same everywhere for
    the same arguments. Raises UnknownParameter where so many ties do not fit.

    >>> source, target, weight = edges(1000, mean_degree=10, seed=3)
    >>> len(source), bool((source < target).all()), int(weight.min())
    (5000, True, 1)
    """
    wanted = int(n * mean_degree / 2)
    if n < 2 or not 0 < mean_degree <= (n - 1) / 2:
        raise UnknownParameter("So many ties do not fit: the mean degree is at most half of the others.", people=n)
    draws = Draws(seed, "edges", n, mean_degree, hubs)
    heat = (draws.heavy(n, MOST) * 1000).astype(np.int64) if hubs else np.full(n, 1000, np.int64)
    bounds = np.cumsum(heat)
    found = np.zeros(0, np.int64)
    while len(found) < wanted:
        missing = wanted - len(found)
        more = _drawn(draws, n, bounds, missing + missing // 12 + 16)
        found = distinct(np.concatenate([found, more]))
    if len(found) > wanted:
        surplus = draws.order(len(found))[: len(found) - wanted]
        found = np.delete(found, surplus)
    weight = np.minimum(draws.heavy(wanted, 40.0).astype(np.int64), 40)
    return found // n, found % n, weight


def _drawn(draws: Draws, n: int, bounds: Ints, m: int) -> Ints:
    """m draws of a pair, as low * n + high; pairs of a person with itself are left out."""
    inside = int(m * INSIDE)
    one = draws.below(n, inside)
    circle = one // CIRCLE * CIRCLE
    two = circle + draws.below(np.minimum(CIRCLE, n - circle), inside)
    far = np.searchsorted(bounds, draws.below(bounds[-1], m - inside), side="right")
    # One end of a far tie is anybody, the other is drawn by heat: hubs are known by many who are not hubs.
    near = draws.below(n, m - inside)
    a, b = np.concatenate([one, near]), np.concatenate([two, far])
    low, high = np.minimum(a, b), np.maximum(a, b)
    found: Ints = (low * n + high)[low != high]
    return found

"""The figures of the audit: accuracy, reach, concentration, with bootstrap intervals over learners."""

from dataclasses import dataclass

import numpy as np

from graph_service.introductions.trial import Candidates, Truth

#: How many suggestions a learner sees, and how many a coordinator looks at.
TOP, LONG = 5, 10
DRAWS = 1000
LEVEL = 0.95


def gini(loads: np.ndarray) -> float | None:
    """The Gini coefficient of loads of at least 0: 0 is even, towards 1 one carries all; None without any load.

    >>> gini(np.array([1.0, 1.0, 1.0])), gini(np.array([0.0, 0.0, 3.0]))
    (0.0, 0.6666666666666666)
    """
    n, total = len(loads), float(loads.sum())
    if n == 0 or total <= 0:
        return None
    ordered = np.sort(loads.astype(np.float64))
    share = 2.0 * float(np.dot(np.arange(1, n + 1), ordered)) / (n * total) - (n + 1.0) / n
    return max(share, 0.0)


@dataclass(frozen=True, eq=False)
class Ranking:
    """place: 0 for each learner's first candidate, and so on; equal scores are ordered by `tie`, a seeded draw."""

    place: np.ndarray
    offered: np.ndarray

    @classmethod
    def of(cls, candidates: Candidates, score: np.ndarray, tie: np.ndarray, *, above: float | None = None) -> "Ranking":
        """above: what is not above this score is never offered (lift 0 adds nothing)."""
        owner = candidates.owner
        order = np.lexsort((tie, -score, owner))
        place = np.empty(len(candidates), np.int64)
        place[order] = np.arange(len(candidates)) - candidates.ptr[owner[order]]
        return cls(place, np.ones(len(candidates), bool) if above is None else score > above)

    def top(self, size: int) -> np.ndarray:
        found: np.ndarray = (self.place < size) & self.offered
        return found


def per_learner(candidates: Candidates, ranking: Ranking, hit: np.ndarray) -> dict[str, np.ndarray]:
    """Per learner: share of five that came true, one of ten came true, 1 / place of the first that did."""
    owner, n = candidates.owner, len(candidates.learners)
    good = hit & ranking.offered
    precision = np.bincount(owner[good & (ranking.place < TOP)], minlength=n) / TOP
    hits = (np.bincount(owner[good & (ranking.place < LONG)], minlength=n) > 0).astype(np.float64)
    first = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(first, owner[good], ranking.place[good])
    rank = np.where(first < np.iinfo(np.int64).max, 1.0 / (first + 1.0), 0.0)
    return {"precision_at_5": precision, "hits_at_10": hits, "mrr": rank}


def interval(values: np.ndarray, draws: np.ndarray) -> dict[str, float | None]:
    """A mean with its percentile bootstrap interval; `draws` are positions, one row per resample."""
    if not len(values):
        return {"value": None, "low": None, "high": None}
    means = values[draws].mean(axis=1)
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return {"value": float(values.mean()), "low": float(low), "high": float(high)}


def reach(
    candidates: Candidates, ranking: Ranking, degree: np.ndarray, sectors_known: bool, brokers: np.ndarray
) -> dict[str, float | None]:
    """What the lists do beyond accuracy: who is shown, how unevenly, through whom, and what is new about them.

    coverage: share of all candidates that some list shows; coverage_least_connected: the same among the quarter
    with fewest contacts; novelty: share of suggestions in a sector new to the learner (null without sectors);
    reach: mean gain in effective size; learners_served: share of learners with any suggestion.
    """
    top, owner = ranking.top(TOP), candidates.owner
    pool = np.unique(candidates.target)
    shown = np.bincount(candidates.target[top], minlength=len(degree))[pool]
    quarter = degree[pool] <= np.quantile(degree[pool], 0.25) if len(pool) else np.zeros(0, bool)
    load = np.bincount(candidates.sums.connector[top].astype(np.int64), minlength=len(degree))[brokers]
    served = np.zeros(len(candidates.learners), bool)
    served[owner[top]] = True
    some = bool(top.any())
    return {
        "coverage": float((shown > 0).mean()) if len(pool) else None,
        "coverage_least_connected": float((shown[quarter] > 0).mean()) if quarter.any() else None,
        "learners_served": float(served.mean()) if len(served) else None,
        "novelty": float(candidates.sums.new_sector[top].mean()) if some and sectors_known else None,
        "reach": float(candidates.sums.gain[top].mean()) if some else None,
        "exposure_gini": gini(shown),
        "broker_load_gini": gini(load),
    }


def judged(candidates: Candidates, truth: Truth) -> np.ndarray:
    """Truth per learner: has a candidate and a new tie, at a candidate or not."""
    found: np.ndarray = np.isin(candidates.learners, truth.learners()) & (np.diff(candidates.ptr) > 0)
    return found

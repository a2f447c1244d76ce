"""What an assignment is held against: each learner's best, with and without a look at who still has places."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.introductions.figures import gini
from graph_service.introductions.options import Options


@dataclass(frozen=True, eq=False)
class Method:
    """One way to choose among the options: which were chosen, and how many each adult would have to do.

    total: value of what can take place; over: introductions for which an adult has no place.
    """

    name: str
    option: np.ndarray
    load: np.ndarray
    total: float
    over: int

    def served(self, options: Options) -> np.ndarray:
        """Truth per learner asked about: gets an introduction that can take place."""
        found = np.zeros(len(options.rows), bool)
        found[options.learner[self.option]] = True
        return found

    def figures(self, options: Options, pool: np.ndarray, staff: np.ndarray, needy: np.ndarray) -> dict[str, Any]:
        """The method as a row of the table.

        pool: adults whom some option would ask; load_gini: over all of them, mentor_load_gini: over those who are no
        staff (a coordinator's caseload is their work; a mentor's time is a gift).
        """
        served = self.served(options)
        return {
            "name": self.name,
            "served": int(served.sum()),
            "served_with_nobody": int((served & needy).sum()),
            "score": self.total,
            "load_gini": gini(self.load[pool]),
            "mentor_load_gini": gini(self.load[pool[~staff[pool]]]),
            "most_for_one_adult": int(self.load[pool].max(initial=0)),
            "beyond_capacity": self.over,
        }


def greedy(options: Options, left: np.ndarray, each: int = 1) -> Method:
    """Learner by learner in order of their keys: the best for which connector and target still have a place."""
    left, load = left.copy(), np.zeros(len(left), np.int64)
    chosen = []
    for _, run in _runs(options):
        had: set[int] = set()
        for at in run:
            c, j = int(options.connector[at]), int(options.target[at])
            if j in had or not left[c] or not left[j] or len(had) == each:
                continue
            for adult in (c, j):
                left[adult] -= left[adult] > 0
                load[adult] += 1
            had.add(j)
            chosen.append(at)
    option = np.array(sorted(chosen), np.int64)
    return Method("greedy", option, load, float(options.value[option].sum()), 0)


def top(options: Options, left: np.ndarray, each: int = 1) -> Method:
    """Every learner's best, as a list of suggestions gives it, whoever else was given the same adults.

    The load is what all of them would ask of each adult; only what fits (first come, first served) can take place.
    """
    left, load = left.copy(), np.zeros(len(left), np.int64)
    chosen, over = [], 0
    for _, run in _runs(options):
        had: set[int] = set()
        for at in run:
            c, j = int(options.connector[at]), int(options.target[at])
            if j in had:
                continue
            had.add(j)
            load[c] += 1
            load[j] += 1
            if left[c] and left[j]:
                for adult in (c, j):
                    left[adult] -= left[adult] > 0
                chosen.append(at)
            else:
                over += 1
            if len(had) == each:
                break
    option = np.array(sorted(chosen), np.int64)
    return Method("top_k", option, load, float(options.value[option].sum()), over)


def _runs(options: Options) -> Any:
    """Each learner's options, the most valuable first."""
    order = np.lexsort((np.arange(len(options)), -options.value, options.learner))
    for who in range(len(options.rows)):
        yield who, order[options.ptr[who] : options.ptr[who + 1]].tolist()

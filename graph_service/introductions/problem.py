"""What is to be assigned: options of learners, and what adults can carry."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class Problem:
    """learner, connector, target, value: one entry per option; needy, draw: per learner; left, load: per adult.

    left: units of capacity that remain, -1 without a limit; load: introductions that already weigh on the adult.
    evenness: what the second introduction of one adult costs, in shares of a usual value (`unit`). apart: pairs of
    learners who must not meet in one group.
    """

    learner: np.ndarray
    connector: np.ndarray
    target: np.ndarray
    value: np.ndarray
    needy: np.ndarray
    draw: np.ndarray
    left: np.ndarray
    load: np.ndarray
    evenness: float = 0.0
    groups: bool = False
    apart: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    @property
    def unit(self) -> float:
        """A usual value: the median of the learners' best options."""
        best = np.zeros(len(self.needy))
        np.maximum.at(best, self.learner, self.value)
        some = best[best > 0]
        return float(np.median(some)) if len(some) else 0.0

"""The options of an assignment: for each learner the best targets, each through the connectors that can be asked."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.compiled import kernel
from graph_service.introductions.recommend import Field, recommend
from graph_service.introductions.search import Found


@dataclass(frozen=True, eq=False)
class Options:
    """rows: positions of the learners asked about; learner: place in `rows` of each option; value: its score.

    connector, target: positions; near, far: the two hops in `Paths.first` and `Paths.second`; place: of the target
    in the learner's list; ptr: where each learner's options begin.
    """

    rows: np.ndarray
    ptr: np.ndarray
    learner: np.ndarray
    connector: np.ndarray
    target: np.ndarray
    near: np.ndarray
    far: np.ndarray
    place: np.ndarray
    value: np.ndarray
    found: Found

    def __len__(self) -> int:
        return len(self.value)

    def only(self, keep: np.ndarray) -> "Options":
        """Some of the options."""
        names = ("learner", "connector", "target", "near", "far", "place", "value")
        kept: dict[str, Any] = {name: getattr(self, name)[keep] for name in names}
        return Options(rows=self.rows, ptr=starts(kept["learner"], len(self.rows)), found=self.found, **kept)


def starts(owner: np.ndarray, count: int) -> np.ndarray:
    """Where the run of each owner begins in a sorted array of owners."""
    found: np.ndarray = np.searchsorted(owner, np.arange(count + 1))
    return found


def options_of(field: Field, rows: np.ndarray) -> Options:
    """Every way to introduce each learner to one of the best targets, the best connectors first.

    How many of each are choices (`targets_each`, `connectors_each`). An option is worth the score of its target,
    times how likely its own path holds beside the best path to it.
    """
    targets, connectors = field.choices.targets_each, field.choices.connectors_each
    found = recommend(field, rows, targets)
    first, second = field.paths.first, field.paths.second
    size = int((found.target >= 0).sum()) * connectors
    whole = np.zeros((6, size), np.int64)
    value = np.zeros(size)
    count = _options(
        found.rows, found.target, found.score, first.ptr, first.who, first.familiarity, first.bits,
        second.ptr, second.who, second.familiarity, second.bits, field.ways.availability, connectors, whole, value,
    )  # fmt: skip
    learner, connector, target, near, far, place = (np.ascontiguousarray(row[:count]) for row in whole)
    ptr = starts(learner, len(rows))
    return Options(found.rows, ptr, learner, connector, target, near, far, place, value[:count].copy(), found)


@kernel
def _options(  # type: ignore[no-untyped-def]
    rows, targets, scores, first, who, near, refused, second, whom, far, parted, available, most, whole, value
):
    best = np.zeros(most)
    hops = np.zeros((most, 2), np.int64)
    count = 0
    for at in range(len(rows)):
        i = rows[at]
        for place in range(targets.shape[1]):
            j = targets[at, place]
            if j < 0:
                break
            kept = 0
            for h in range(first[i], first[i + 1]):
                c = who[h]
                if refused[h]:
                    continue
                t = second[c] + np.searchsorted(whom[second[c] : second[c + 1]], j)
                if t >= second[c + 1] or whom[t] != j or parted[t]:
                    continue
                p = available[c] * near[h] * far[t]
                if p <= 0.0 or (kept == most and p <= best[most - 1]):
                    continue
                if kept < most:
                    kept += 1
                k = kept - 1
                while k > 0 and best[k - 1] < p:
                    best[k] = best[k - 1]
                    hops[k] = hops[k - 1]
                    k -= 1
                best[k] = p
                hops[k, 0] = h
                hops[k, 1] = t
            for k in range(kept):
                whole[0, count] = at
                whole[1, count] = who[hops[k, 0]]
                whole[2, count] = j
                whole[3, count] = hops[k, 0]
                whole[4, count] = hops[k, 1]
                whole[5, count] = place
                value[count] = scores[at, place] * best[k] / best[0]
                count += 1
    return count

"""Over both hops: whom each learner can be brought to, and how likely some path holds.

The loops take plain arrays, named once before they begin: an array that is reached through a tuple at every step
costs more than what is done with it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graph_service.compiled import kernel
from graph_service.introductions.paths import Hops, Paths

#: Stamps are 32 bits wide: after so many learners the workspace is wiped.
LAST = 2**30


class Onward(NamedTuple):
    """Second hops by connector: offsets, targets, familiarity, and their places in `Paths.second`."""

    ptr: np.ndarray
    target: np.ndarray
    far: np.ndarray
    at: np.ndarray

    @classmethod
    def of(cls, second: Hops, keep: np.ndarray) -> "Onward":
        """Those second hops that are kept."""
        at = np.flatnonzero(keep)
        ptr = np.concatenate([[0], np.cumsum(keep)])[second.ptr].astype(np.int64)
        return cls(ptr, second.who[at].astype(np.int32), second.familiarity[at], at.astype(np.int64))


class Marks(NamedTuple):
    """Workspace, one entry per person (occupation, organisation): what holds for the learner whose stamp it bears.

    clock: the stamp that was given last. One search at a time may use it.
    """

    known: np.ndarray
    slot: np.ndarray
    mine: np.ndarray
    weight: np.ndarray
    occupation: np.ndarray
    organization: np.ndarray
    clock: np.ndarray

    @classmethod
    def of(cls, people: int, occupations: int, organizations: int) -> "Marks":
        known, slot, mine = (np.zeros(people, np.int32) for _ in range(3))
        occupation, organization = (np.zeros(max(size, 1), np.int32) for size in (occupations, organizations))
        return cls(known, slot, mine, np.zeros(people), occupation, organization, np.zeros(1, np.int64))

    def stamps(self, count: int) -> int:
        """So many fresh stamps; the first of them."""
        if self.clock[0] + count > LAST:
            for each in (self.known, self.mine, self.occupation, self.organization, self.clock):
                each[:] = 0
        first = int(self.clock[0]) + 1
        self.clock[0] += count
        return first


@dataclass(frozen=True, eq=False)
class Reached:
    """Targets of each learner asked about, as one run after the other (`ptr`); owner: place of the learner.

    miss: that every path fails; near, far: hops of the best path, in `Paths`; ways: how many paths.
    """

    ptr: np.ndarray
    owner: np.ndarray
    target: np.ndarray
    miss: np.ndarray
    near: np.ndarray
    far: np.ndarray
    ways: np.ndarray

    def only(self, keep: np.ndarray) -> "Reached":
        """Some of them, in the same order."""
        ptr = np.concatenate([[0], np.cumsum(keep)])[self.ptr]
        names = ("owner", "target", "miss", "near", "far", "ways")
        return Reached(ptr, *(getattr(self, name)[keep] for name in names))

    def ascending(self) -> "Reached":
        """Each learner's targets in the order of positions."""
        order = np.lexsort((self.target, self.owner))
        names = ("owner", "target", "miss", "near", "far", "ways")
        return Reached(self.ptr, *(getattr(self, name)[order] for name in names))


def reach(
    rows: np.ndarray, paths: Paths, refused: np.ndarray, available: np.ndarray, onward: Onward, marks: Marks
) -> Reached:
    """Everyone whom the learners at `rows` do not know and some connector does.

    refused: per first hop, nothing (0) if it stands; available: per person, as a connector.
    """
    first, tied = paths.first, paths.tied
    size = int(_upper(rows, first.ptr, first.who, refused, onward.ptr))
    target, near, far, ways = (np.zeros(size, np.int64) for _ in range(4))
    miss, best = np.zeros(size), np.zeros(size)
    ptr = np.zeros(len(rows) + 1, np.int64)
    count = _reach(
        rows, first.ptr, first.who, first.familiarity, refused, available, *onward, tied.indptr, tied.indices,
        marks.known, marks.slot, marks.stamps(len(rows)), ptr, target, miss, best, near, far, ways,
    )  # fmt: skip
    owner = np.repeat(np.arange(len(rows)), np.diff(ptr))
    return Reached(ptr, owner, *(each[:count] for each in (target, miss, near, far, ways)))


@kernel
def _upper(rows, first, connector, refused, second):  # type: ignore[no-untyped-def]
    """No more targets than this: as if no two connectors knew the same."""
    size = 0
    for at in range(len(rows)):
        i = rows[at]
        for h in range(first[i], first[i + 1]):
            if not refused[h]:
                c = connector[h]
                size += second[c + 1] - second[c]
    return size


@kernel
def _reach(  # type: ignore[no-untyped-def]
    rows, first, connector, familiar, refused, available, second, whom, far_of, far_at, tied, acquaintance,
    known, slot, stamp, ptr, target, miss, best, near, far, ways,
):  # fmt: skip
    count = 0
    for at in range(len(rows)):
        i, start = rows[at], count
        known[i] = stamp
        for e in range(tied[i], tied[i + 1]):
            known[acquaintance[e]] = stamp
        for h in range(first[i], first[i + 1]):
            known[connector[h]] = stamp
        for h in range(first[i], first[i + 1]):
            if refused[h]:
                continue
            c = connector[h]
            lead = available[c] * familiar[h]
            for t in range(second[c], second[c + 1]):
                j = whom[t]
                if known[j] == stamp:
                    continue
                k = slot[j]
                # A slot holds for this learner if it lies in the run of the learner and the target stands there.
                if k < start or k >= count or target[k] != j:
                    k = count
                    slot[j] = k
                    target[k] = j
                    miss[k] = 1.0
                    best[k] = -1.0
                    count += 1
                p = lead * far_of[t]
                miss[k] *= 1.0 - p
                ways[k] += 1
                if p > best[k]:
                    best[k] = p
                    near[k] = h
                    far[k] = far_at[t]
        ptr[at + 1] = count
        stamp += 1
    return count

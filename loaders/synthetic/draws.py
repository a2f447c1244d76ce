"""Random draws that give the same values on every machine and version: raw bits and exact arithmetic only.

NumPy promises the raw output of a bit generator, not the streams of its distributions, and logarithms differ
in the last bit between processors. So everything here rests on raw 64-bit words, integer sums, and the
operations that IEEE 754 defines exactly (+, -, *, /, square root).
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

# Names for the reader; what NumPy infers of an element type differs from version to version.
Ints = np.ndarray[Any, np.dtype[Any]]
Floats = np.ndarray[Any, np.dtype[Any]]
Mask = np.ndarray[Any, np.dtype[Any]]


class Draws:
    """A stream of draws, named by a seed and a path, independent of every other stream.

    >>> Draws(1, "names").below(10, 3).tolist() == Draws(1, "names").below(10, 3).tolist()
    True
    """

    def __init__(self, seed: int, *path: object) -> None:
        text = "/".join([str(seed), *(str(each) for each in path)])
        entropy = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "little")
        self._bits = np.random.PCG64(np.random.SeedSequence(entropy))

    def uniform(self, n: int) -> Floats:
        """n numbers in [0, 1), each a multiple of 2^-53."""
        raw = self._bits.random_raw(n)
        found: Floats = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return found

    def below(self, limit: Any, n: int) -> Ints:
        """n whole numbers in 0..limit-1; limit may be an array of n limits (0 gives 0)."""
        found: Ints = (self.uniform(n) * limit).astype(np.int64)
        return found

    def between(self, low: Any, high: Any, n: int) -> Ints:
        """n whole numbers in low..high, both included."""
        found: Ints = low + self.below(np.asarray(high) - low + 1, n)
        return found

    def chance(self, share: Any, n: int) -> Mask:
        """n yes or no, yes with the given share (or each with its own)."""
        found: Mask = self.uniform(n) < share
        return found

    def pick(self, weights: Sequence[int], n: int) -> Ints:
        """n positions in a short list of whole-number weights."""
        bounds = np.cumsum(np.asarray(weights, np.int64))
        return np.searchsorted(bounds, self.below(bounds[-1], n), side="right").astype(np.int64)

    def about(self, expected: Any, n: int) -> Ints:
        """Whole numbers whose expectation is `expected`: rounded up or down at random."""
        return np.floor(np.asarray(expected, np.float64) + self.uniform(n)).astype(np.int64)

    def heavy(self, n: int, most: float = 50.0) -> Floats:
        """n numbers of at least 1 with a power tail P(X > x) = x^-2, none above `most`."""
        return np.minimum(1.0 / np.sqrt(1.0 - self.uniform(n)), most)

    def order(self, n: int) -> Ints:
        """A random order of 0..n-1."""
        return np.argsort(self._bits.random_raw(n), kind="stable").astype(np.int64)


def distinct(values: Ints) -> Ints:
    """The different values, in order (sorting is faster here than the hashing of `numpy.unique`)."""
    ordered = np.sort(values)
    keep = np.ones(len(ordered), bool)
    keep[1:] = ordered[1:] != ordered[:-1]
    return ordered[keep]


class Pool:
    """People in groups, drawn with whole-number weights within a group.

    group: the group of each member (0..groups-1); weight: how often each is drawn, relative to its group.
    """

    def __init__(self, member: Ints, group: Ints, weight: Ints, groups: int) -> None:
        order = np.argsort(group, kind="stable")
        self.member = np.asarray(member, np.int64)[order]
        ordered = np.asarray(group, np.int64)[order]
        self.bounds = np.concatenate([[0], np.cumsum(np.asarray(weight, np.int64)[order])])
        self.start = np.searchsorted(ordered, np.arange(groups), side="left")
        self.end = np.searchsorted(ordered, np.arange(groups), side="right")

    def size(self, group: Ints) -> Ints:
        """How many members the groups have."""
        return self.end[group] - self.start[group]

    def draw(self, draws: Draws, group: Ints) -> Ints:
        """One member for each entry of `group`, or -1 where the group is empty."""
        if not len(self.member):
            return np.full(len(group), -1, np.int64)
        low, high = self.bounds[self.start[group]], self.bounds[self.end[group]]
        at = low + draws.below(high - low, len(group))
        row = np.searchsorted(self.bounds, at, side="right") - 1
        return np.where(high > low, self.member[np.minimum(row, len(self.member) - 1)], -1)

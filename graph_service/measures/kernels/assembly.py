"""Arcs in any order, in both directions, more than once, with self-loops: made into a symmetric CSR graph."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .compiled import kernel
from .csr import Floats, Ints, frozen


class Assembly(NamedTuple):
    """A symmetric pattern, and how the weights of the arcs become those of its entries.

    Entry e is the sum over `order[first[e]:first[e + 1]]` of the arcs' weights, in that order.
    """

    indptr: Ints
    indices: npt.NDArray[np.int32]
    order: Ints
    first: Ints

    @property
    def multiplicity(self) -> Ints:
        """Number of arcs in each entry."""
        return np.diff(self.first, append=len(self.order))

    def weights(self, arcs: Any) -> Floats:
        """The entries' weights out of one weight per arc."""
        gathered: Floats = np.asarray(arcs, dtype=np.float64)[self.order]
        if len(self.order) == len(self.indices):
            return gathered
        return np.add.reduceat(gathered, self.first) if len(gathered) else gathered


def assemble(people: int, source: Any, target: Any, mirrored: bool = False) -> Assembly:
    """Make a symmetric pattern of arcs from `source` to `target` (int[arcs]).

    Self-loops are dropped. Each arc counts in both directions, so that a pair's weight is the sum over both, unless
    the arcs are `mirrored`: every one is there with its reverse already.

    >>> assemble(3, [0, 1, 1], [1, 0, 1]).weights([2, 1, 5])
    array([3., 3.])
    """
    source, target = frozen(source, np.int64), frozen(target, np.int64)
    order = np.empty(len(source) if mirrored else 2 * len(source), dtype=np.int64)
    ends = np.empty((2, len(order)), dtype=np.int64)
    kept = _both(source, target, mirrored, order, ends)
    by_end = _by(people, ends[1, :kept], np.arange(kept))
    by_start = _by(people, ends[0, :kept], by_end)
    starts, stops = ends[0, by_start], ends[1, by_start]
    new = np.empty(kept, dtype=np.bool_)
    new[:1] = True
    new[1:] = (starts[1:] != starts[:-1]) | (stops[1:] != stops[:-1])
    first = np.flatnonzero(new)
    indptr = np.zeros(people + 1, dtype=np.int64)
    np.cumsum(np.bincount(starts[first], minlength=people), out=indptr[1:])
    return Assembly(indptr, stops[first].astype(np.int32), order[by_start], first)


def _by(people: int, keys: Ints, given: Ints) -> Ints:
    """The positions `given`, stably in the order of their keys."""
    into = np.empty(len(given), dtype=np.int64)
    _place(keys, given, np.zeros(people + 1, dtype=np.int64), into)
    return into


@kernel
def _both(source, target, mirrored, order, ends):
    kept = 0
    for arc in range(source.shape[0]):
        i = source[arc]
        j = target[arc]
        if i == j:
            continue
        order[kept] = arc
        ends[0, kept] = i
        ends[1, kept] = j
        kept += 1
        if not mirrored:
            order[kept] = arc
            ends[0, kept] = j
            ends[1, kept] = i
            kept += 1
    return kept


@kernel
def _place(keys, given, place, into):
    for x in range(given.shape[0]):
        place[keys[given[x]] + 1] += 1
    for k in range(1, place.shape[0]):
        place[k] += place[k - 1]
    for x in range(given.shape[0]):
        k = keys[given[x]]
        into[place[k]] = given[x]
        place[k] += 1

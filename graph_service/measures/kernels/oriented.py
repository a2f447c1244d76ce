"""Every tie once, from the end with fewer ties to the end with more: what makes triangles cheap near hubs.

A person has at most sqrt(2 ties) outgoing ties here however many ties a hub has, so the work of a triangle
pass does not grow with the largest degree. People keep their numbers: neighbours who were near in the given
order (one school, one site) stay near in memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .compiled import kernel
from .csr import BadGraph, Csr, Floats, cache_lines
from .listing import ONE as ONE
from .listing import heads, room, sieve

FIRST, SECOND, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93), np.uint64(29)
#: Below it no oriented row is longer than 2**16, which is what a triangle's place is written in.
MOST_TIES = 2**31
HUGE, TINY = 2.0**200, 2.0**-200


class Oriented(NamedTuple):
    """`start` uint64[n+1] and `head` uint32[ties+1] hold the oriented rows; `tie` float64[ties+1, width] is
    one record per tie, weight first, the rest zero; `degree`, `strength`, `top` (largest weight) per person.
    """

    start: npt.NDArray[np.uint64]
    head: npt.NDArray[np.uint32]
    tie: Floats
    degree: npt.NDArray[np.uint32]
    strength: Floats
    top: Floats
    scale: float

    @property
    def widest(self) -> int:
        return int(np.diff(self.start).max(initial=0))

    def listing(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint64]]:
        """What listing triangles works in: marks of people, a filter, room for the triangles of a batch."""
        return np.zeros(len(self.degree), dtype=np.uint32), sieve(), room(self.widest)


class Margins(NamedTuple):
    """What people of a cut-out graph have in the whole one: degree, sum of weights, largest weight."""

    degree: npt.NDArray[np.uint32]
    strength: Floats
    top: Floats


def orient(graph: Csr, width: int, margins: Margins | None = None) -> Oriented:
    """Orient and check a graph, or a part of one by the `margins` of its people in the whole.

    Raises `BadGraph` for entries that are no simple symmetric positive graph.
    """
    n, ties = graph.people, graph.ties
    if ties >= MOST_TIES:
        raise BadGraph(f"more than {MOST_TIES} ties")
    into = Oriented(
        np.empty(n + 1, dtype=np.uint64),
        heads(ties),
        cache_lines(ties + 1, width),
        np.diff(graph.indptr).astype(np.uint32) if margins is None else margins.degree,
        np.empty(n),
        np.empty(n),
        1.0,
    )
    refuse(_orient(*graph, 1.0, *into[:6]))
    strength, top = (into.strength, into.top) if margins is None else margins[1:]
    largest = float(top.max(initial=0.0))
    if largest > HUGE or 0.0 < largest < TINY:
        # Products of such weights would leave the range of a double; a power of two changes no proportion.
        into = into._replace(scale=2.0 ** min(-int(np.frexp(largest)[1]), 1000))
        refuse(_orient(*graph, into.scale, *into[:6]))
    if margins is not None:
        into = into._replace(strength=strength * into.scale, top=top * into.scale)
    return into


_REASONS = {
    1: "a neighbour that is not a person of the graph",
    2: "a row that is not ascending, or holds a person twice",
    4: "a self-loop",
    8: "a weight that is not a positive finite number",
    16: "a tie without its reverse, or with another weight",
}


def refuse(bad: int) -> None:
    """Raise `BadGraph` with the reasons whose bits are set."""
    reasons = [reason for bit, reason in _REASONS.items() if bad & bit]
    if reasons:
        raise BadGraph("the graph has " + "; ".join(reasons))


@kernel
def _orient(indptr, indices, weights, unit, scale, start, head, tie, degree, strength, top):
    n = np.uint64(degree.shape[0])
    room = np.uint64(head.shape[0]) - ONE
    pos = np.uint64(0)
    bad = 0
    bits = weights.view(np.uint64)
    unpaired = np.uint64(0)
    for i in range(n):
        mine = degree[i]
        total = 0.0
        largest = 0.0
        start[i] = pos
        before = np.int64(-1)
        for e in range(indptr[i], indptr[i + ONE]):
            j = indices[e]
            a = 1.0 if unit else weights[e] * scale
            bad |= 8 * (not (a > 0.0 and a < np.inf))
            if j >= n:
                return bad | 1
            total += a
            largest = max(largest, a)
            theirs = degree[j]
            out = (theirs > mine) | ((theirs == mine) & (j > i))
            bad |= 2 * (np.int64(j) <= before) | 4 * (j == i)
            before = np.int64(j)
            # Each tie adds a hash from one side and takes it away from the other: zero when all are paired.
            pair = (i * FIRST + j) if i < j else (j * FIRST + i)
            pair = (pair ^ (pair >> SHIFT)) * (SECOND if unit else bits[e] | ONE)
            unpaired = unpaired + pair if i < j else unpaired - pair
            head[pos] = j
            tie[pos, 0] = a
            pos += np.uint64(out)
            if pos > room:
                return bad | 16
        strength[i] = total
        top[i] = largest
    start[n] = pos
    return bad | 16 * (pos != room or unpaired != np.uint64(0))

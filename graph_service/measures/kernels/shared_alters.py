"""The alters that the two ends of each tie share, as lists: what paths among an ego's alters are made of."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .compiled import kernel
from .csr import Csr, csr
from .listing import corners, forget, list_triangles, note
from .oriented import ONE, orient

TWO = np.uint64(2)


class Shared(NamedTuple):
    """`person[first[t]:first[t + 1]]` are the alters that both ends of tie t have; `tie[e]` is the tie of entry
    e of `graph.indices`. Twelve bytes a triangle and twelve a tie.
    """

    graph: Csr
    first: npt.NDArray[np.uint64]
    person: npt.NDArray[np.uint32]
    tie: npt.NDArray[np.uint32]


def shared_alters(indptr: Any, indices: Any) -> Shared:
    """List the shared alters of every tie. Parameters and errors as for `csr.csr`."""
    graph = csr(indptr, indices)
    oriented = orient(graph, 1)
    start, head = oriented.start, oriented.head
    room = oriented.listing()
    first = np.zeros(graph.ties + 2, dtype=np.uint64)
    _count(start, head, *room, first)
    np.cumsum(first, out=first)
    person = np.empty(int(first[-1]), dtype=np.uint32)
    _fill(start, head, *room, first, person)
    tie = np.empty(len(graph.indices), dtype=np.uint32)
    _entries(graph.indptr, graph.indices, start, oriented.degree, tie)
    return Shared(graph, first, person, tie)


@kernel
def _count(start, head, mark, sieve, found, first):
    """Number of shared alters of tie t into first[t + 2]: filling then moves first[t + 1] to its place."""
    for u in range(np.uint64(mark.shape[0])):
        low = start[u]
        stop = start[u + ONE]
        if stop - low < np.uint64(2):
            continue
        note(head, low, stop, mark, sieve)
        row = low
        while row < stop:
            row, count = list_triangles(start, head, mark, sieve, low, row, stop, found)
            for x in range(count):
                uv, uw, vw = corners(found[x], low)
                first[uv + TWO] += ONE
                first[uw + TWO] += ONE
                first[vw + TWO] += ONE
        forget(head, low, stop, mark)


@kernel
def _fill(start, head, mark, sieve, found, first, person):
    for u in range(np.uint64(mark.shape[0])):
        low = start[u]
        stop = start[u + ONE]
        if stop - low < np.uint64(2):
            continue
        note(head, low, stop, mark, sieve)
        row = low
        while row < stop:
            row, count = list_triangles(start, head, mark, sieve, low, row, stop, found)
            for x in range(count):
                uv, uw, vw = corners(found[x], low)
                person[first[uv + ONE]] = head[uw]
                person[first[uw + ONE]] = head[uv]
                person[first[vw + ONE]] = np.uint32(u)
                first[uv + ONE] += ONE
                first[uw + ONE] += ONE
                first[vw + ONE] += ONE
        forget(head, low, stop, mark)


@kernel
def _entries(indptr, indices, start, degree, tie):
    cursor = start[:-1].copy()
    for i in range(np.uint64(degree.shape[0])):
        own = start[i]
        mine = degree[i]
        for e in range(indptr[i], indptr[i + ONE]):
            j = indices[e]
            theirs = degree[j]
            if (theirs > mine) | ((theirs == mine) & (j > i)):
                tie[e] = np.uint32(own)
                own += ONE
            else:
                tie[e] = np.uint32(cursor[j])
                cursor[j] += ONE

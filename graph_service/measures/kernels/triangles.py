"""The `whole` model of structural holes in one pass over the triangles.

With symmetric weights a, row sums s, row maxima M, and over the shared alters q of a tie ij
T = sum a_iq a_qj / s_q and W = sum a_iq a_qj: local constraint is ((a_ij + T_ij) / s_i)^2 and effective size
d_i - (1 / s_i) sum_j W_ij / M_j. Both T and W belong to the tie, so each triangle is visited once and writes
to its three ties only. Sums run in one order that depends on the graph alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .ahead import fetch
from .compiled import kernel
from .csr import Csr, Floats, csr
from .listing import FAR_AHEAD, TIE, corners, forget, list_triangles, note
from .oriented import ONE, Margins, Oriented, orient
from .structure import (
    CLOSED,
    CONSTRAINT,
    ENTROPY,
    PER_STRENGTH,
    PER_TOP,
    RECORD,
    REDUNDANCY,
    SUPPORTED,
    Structure,
    finish,
    ln,
    records,
)

#: A tie's record: weight, T, W, number of shared alters.
WEIGHT, INDIRECT, PRODUCT, SHARED = range(4)
WIDTH = 4
#: Ties whose records are near the processor in any case: some megabytes.
NEAR = 2**18
BATCH = np.uint64(1024)


def whole(indptr: Any, indices: Any, weights: Any = None) -> Structure:
    """Constraint, effective size, efficiency, hierarchy, density and support of everyone, model `whole`.

    Parameters as in `csr.csr`. Returns a `Structure` of arrays[n]. Raises `BadGraph`.
    Memory beyond the input: 36 bytes a tie and 92 a person. One thread; several calls may run at once.
    Source: Burt 1992; Coleman 1964; Borgatti 1997.

    >>> import numpy as np
    >>> pair = whole(np.array([0, 1, 2, 2]), np.array([1, 0], dtype=np.int32))
    >>> pair.constraint
    array([ 1.,  1., nan])
    """
    return measure(csr(indptr, indices, weights))


def measure(graph: Csr, margins: Margins | None = None) -> Structure:
    """The pass over a graph, or over a part of one (see `edit`)."""
    oriented = visited(graph, margins)
    person = records(oriented)
    _sum_rows(oriented.start, oriented.head, oriented.tie, person, shares(oriented, 2))
    strength, scale = oriented.strength, oriented.scale
    del oriented  # the ties' records go before the results come: memory is highest here
    return finish(strength, scale, person)


def visited(graph: Csr, margins: Margins | None = None) -> Oriented:
    """The oriented graph with T, W and the number of shared alters of every tie filled in."""
    oriented = orient(graph, WIDTH, margins)
    with np.errstate(divide="ignore"):
        inverse = 1.0 / oriented.strength
    _visit(oriented.start, oriented.head, oriented.tie, inverse, *oriented.listing(), graph.ties < NEAR)
    return oriented


def shares(oriented: Oriented, numbers: int) -> Floats:
    """Room for some numbers of each tie of a batch of rows."""
    return np.empty((numbers, int(BATCH) + oriented.widest))


@kernel
def _visit(start, head, tie, inverse, mark, sieve, found, at_once):
    # Else a list waits until the next one is made: the memory brings meanwhile what adding it up needs.
    listed = np.empty_like(found)
    waiting = np.uint64(0)
    whose = np.uint64(0)
    for u in range(np.uint64(mark.shape[0])):
        first = start[u]
        stop = start[u + ONE]
        if stop - first < np.uint64(2):
            continue
        note(head, first, stop, mark, sieve)
        row = first
        while row < stop:
            row, count = list_triangles(start, head, mark, sieve, first, row, stop, found)
            if at_once:
                _add(first, head, tie, inverse, inverse[u], found, count)
                continue
            _add(start[whose], head, tie, inverse, inverse[whose], listed, waiting)
            for x in range(count):
                listed[x] = found[x]
                fetch(tie, (found[x] & TIE) * np.uint64(WIDTH))
            waiting = count
            whose = u
        forget(head, first, stop, mark)
    if waiting:
        _add(start[whose], head, tie, inverse, inverse[whose], listed, waiting)


@kernel
def _add(first, head, tie, inverse, iu, listed, count):
    for x in range(count):
        uv, uw, vw = corners(listed[x], first)
        a = tie[uv, WEIGHT]
        b = tie[uw, WEIGHT]
        c = tie[vw, WEIGHT]
        ab = a * b
        ac = a * c
        bc = b * c
        tie[uv, INDIRECT] += bc * inverse[head[uw]]
        tie[uv, PRODUCT] += bc
        tie[uv, SHARED] += 1.0
        tie[uw, INDIRECT] += ac * inverse[head[uv]]
        tie[uw, PRODUCT] += ac
        tie[uw, SHARED] += 1.0
        tie[vw, INDIRECT] += ab * iu
        tie[vw, PRODUCT] += ab
        tie[vw, SHARED] += 1.0


@kernel
def _sum_rows(start, head, tie, person, shares):
    """Add what each tie means to the records of both its ends, some whole rows at a time.

    Logarithms are taken of many ties together, which is several times faster than one by one.
    """
    invested = shares[0]
    logs = shares[1]
    n = np.uint64(person.shape[0])
    last = max(np.uint64(head.shape[0]), np.uint64(2)) - np.uint64(2)
    low = np.uint64(0)
    while low < n:
        high = low + ONE
        first = start[low]
        while high < n and start[high + ONE] - first <= BATCH:
            high += ONE
        for x in range(start[high] - first):
            invested[x] = tie[first + x, WEIGHT] + tie[first + x, INDIRECT]
        for x in range(start[high] - first):
            logs[x] = ln(invested[x])
        for u in range(low, high):
            su = person[u, PER_STRENGTH]
            mu = person[u, PER_TOP]
            constraint = 0.0
            entropy = 0.0
            redundancy = 0.0
            closed = 0.0
            supported = 0.0
            for k in range(start[u], start[u + ONE]):
                fetch(person, np.uint64(head[min(k + FAR_AHEAD, last)]) * np.uint64(RECORD))
                v = head[k]
                cu = (invested[k - first] * su) ** 2
                cv = (invested[k - first] * person[v, PER_STRENGTH]) ** 2
                shared = tie[k, SHARED]
                support = 1.0 if shared > 0.0 else 0.0
                constraint += cu
                entropy += cu * logs[k - first]
                redundancy += tie[k, PRODUCT] * person[v, PER_TOP]
                closed += 0.5 * shared
                supported += support
                person[v, CONSTRAINT] += cv
                person[v, ENTROPY] += cv * logs[k - first]
                person[v, REDUNDANCY] += tie[k, PRODUCT] * mu
                person[v, CLOSED] += 0.5 * shared
                person[v, SUPPORTED] += support
            person[u, CONSTRAINT] += constraint
            person[u, ENTROPY] += entropy
            person[u, REDUNDANCY] += redundancy
            person[u, CLOSED] += closed
            person[u, SUPPORTED] += supported
        low = high

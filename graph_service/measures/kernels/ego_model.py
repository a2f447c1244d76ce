"""The `ego` model of structural holes (UCINET's default): proportions run over ego and ego's alters only.

For a directed tie i->q, D = a_iq + sum a_qk and M = max(a_iq, a_qk) over the alters k of i that q is tied to;
then T[i->j] = sum a_iq a_qj / D[i->q], constraint sum_j ((a_ij + T[i->j]) / s_i)^2 and effective size
d_i - (1 / s_i) sum_j W_ij / M[i->j], W_ij = sum a_iq a_qj. D must be known before T, hence two visits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .ahead import fetch
from .compiled import kernel
from .csr import Csr, csr
from .listing import FAR_AHEAD, corners, forget, list_triangles, note
from .oriented import ONE, Margins, Oriented, orient
from .structure import (
    CLOSED,
    CONSTRAINT,
    ENTROPY,
    PER_STRENGTH,
    RECORD,
    REDUNDANCY,
    SUPPORTED,
    Structure,
    finish,
    ln,
    records,
)
from .triangles import BATCH, shares

#: A tie's record, one cache line: weight, D out and back, M out and back (of others than the tie itself), W,
#: shared alters. Between the two visits 1 / D takes the place of D, W / M of M, and T out that of W.
WEIGHT, OUT, BACK, TOP_OUT, TOP_BACK, PRODUCT, SHARED, INDIRECT_BACK = range(8)
INDIRECT_OUT = PRODUCT
WIDTH = 8


def ego(indptr: Any, indices: Any, weights: Any = None) -> Structure:
    """Constraint, effective size, efficiency, hierarchy, density and support of everyone, model `ego`.

    Parameters, result and errors as for `triangles.whole`; density, support and local bridges are the same
    in both models. Memory beyond the input: 76 bytes a tie and 100 a person.
    """
    return measure(csr(indptr, indices, weights))


def measure(graph: Csr, margins: Margins | None = None) -> Structure:
    """The pass over a graph, or over a part of one (see `edit`)."""
    oriented = visited(graph, margins)
    person = records(oriented)
    _sum_rows(oriented.start, oriented.head, oriented.tie, person, shares(oriented, 4))
    strength, scale = oriented.strength, oriented.scale
    del oriented  # the ties' records go before the results come: memory is highest here
    return finish(strength, scale, person)


def visited(graph: Csr, margins: Margins | None = None) -> Oriented:
    """The oriented graph with T of both directions and the number of shared alters of every tie filled in."""
    oriented = orient(graph, WIDTH, margins)
    start, head, tie = oriented[:3]
    room = oriented.listing()
    # The triangles of the first people are kept for the second visit, a word each, up to one for every tie.
    kept, until = np.empty(graph.ties, dtype=np.uint64), np.zeros(graph.people + 1, dtype=np.uint64)
    covered = _visit_neighbourhoods(start, head, tie, *room, kept, until)
    _turn(tie)
    _visit_indirect(start, head, tie, *room, kept, until, np.uint64(covered))
    return oriented


@kernel
def _turn(tie):
    for k in range(tie.shape[0] - 1):
        a = tie[k, WEIGHT]
        product = tie[k, PRODUCT]
        tie[k, OUT] = 1.0 / (a + tie[k, OUT])
        tie[k, BACK] = 1.0 / (a + tie[k, BACK])
        tie[k, TOP_OUT] = product / max(a, tie[k, TOP_OUT])
        tie[k, TOP_BACK] = product / max(a, tie[k, TOP_BACK])
        tie[k, INDIRECT_OUT] = 0.0


@kernel
def _visit_neighbourhoods(start, head, tie, mark, sieve, found, kept, until):
    """Returns for how many people from the first all triangles were kept; until[u + 1] is where u's end."""
    people = np.uint64(mark.shape[0])
    room = np.uint64(kept.shape[0])
    covered = people
    filled = np.uint64(0)
    for u in range(people):
        first = start[u]
        stop = start[u + ONE]
        until[u + ONE] = filled
        if stop - first < np.uint64(2):
            continue
        note(head, first, stop, mark, sieve)
        row = first
        while row < stop:
            row, count = list_triangles(start, head, mark, sieve, first, row, stop, found)
            if u < covered and filled + count > room:
                covered = u
            keeps = u < covered
            for x in range(count):
                if keeps:
                    kept[filled + x] = found[x]
                uv, uw, vw = corners(found[x], first)
                a = tie[uv, WEIGHT]
                b = tie[uw, WEIGHT]
                c = tie[vw, WEIGHT]
                _meet(tie, uv, c, b, b * c)
                _meet(tie, uw, c, a, a * c)
                _meet(tie, vw, b, a, a * b)
            if keeps:
                filled += count
        until[u + ONE] = filled
        forget(head, first, stop, mark)
    return covered


@kernel
def _meet(tie, k, out, back, product):
    tie[k, OUT] += out
    tie[k, BACK] += back
    tie[k, TOP_OUT] = max(tie[k, TOP_OUT], out)
    tie[k, TOP_BACK] = max(tie[k, TOP_BACK], back)
    tie[k, PRODUCT] += product
    tie[k, SHARED] += 1.0


@kernel
def _visit_indirect(start, head, tie, mark, sieve, found, kept, until, covered):
    people = np.uint64(mark.shape[0])
    for u in range(covered):
        _invest(tie, kept, until[u], until[u + ONE], start[u])
    for u in range(covered, people):
        first = start[u]
        stop = start[u + ONE]
        if stop - first < np.uint64(2):
            continue
        note(head, first, stop, mark, sieve)
        row = first
        while row < stop:
            row, count = list_triangles(start, head, mark, sieve, first, row, stop, found)
            _invest(tie, found, np.uint64(0), count, first)
        forget(head, first, stop, mark)


@kernel
def _invest(tie, triangles, begin, end, first):
    for x in range(begin, end):
        uv, uw, vw = corners(triangles[x], first)
        a = tie[uv, WEIGHT]
        b = tie[uw, WEIGHT]
        c = tie[vw, WEIGHT]
        ab = a * b
        ac = a * c
        bc = b * c
        tie[uv, INDIRECT_OUT] += bc * tie[uw, OUT]
        tie[uv, INDIRECT_BACK] += bc * tie[vw, OUT]
        tie[uw, INDIRECT_OUT] += ac * tie[uv, OUT]
        tie[uw, INDIRECT_BACK] += ac * tie[vw, BACK]
        tie[vw, INDIRECT_OUT] += ab * tie[uv, BACK]
        tie[vw, INDIRECT_BACK] += ab * tie[uw, BACK]


@kernel
def _sum_rows(start, head, tie, person, shares):
    out, out_logs, back, back_logs = shares[0], shares[1], shares[2], shares[3]
    n = np.uint64(person.shape[0])
    last = max(np.uint64(head.shape[0]), np.uint64(2)) - np.uint64(2)
    low = np.uint64(0)
    while low < n:
        high = low + ONE
        first = start[low]
        while high < n and start[high + ONE] - first <= BATCH:
            high += ONE
        for x in range(start[high] - first):
            out[x] = tie[first + x, WEIGHT] + tie[first + x, INDIRECT_OUT]
            back[x] = tie[first + x, WEIGHT] + tie[first + x, INDIRECT_BACK]
        for x in range(start[high] - first):
            out_logs[x] = ln(out[x])
        for x in range(start[high] - first):
            back_logs[x] = ln(back[x])
        for u in range(low, high):
            su = person[u, PER_STRENGTH]
            constraint = 0.0
            entropy = 0.0
            redundancy = 0.0
            closed = 0.0
            supported = 0.0
            for k in range(start[u], start[u + ONE]):
                fetch(person, np.uint64(head[min(k + FAR_AHEAD, last)]) * np.uint64(RECORD))
                v = head[k]
                cu = (out[k - first] * su) ** 2
                cv = (back[k - first] * person[v, PER_STRENGTH]) ** 2
                shared = tie[k, SHARED]
                support = 1.0 if shared > 0.0 else 0.0
                constraint += cu
                entropy += cu * out_logs[k - first]
                redundancy += tie[k, TOP_OUT]
                closed += 0.5 * shared
                supported += support
                person[v, CONSTRAINT] += cv
                person[v, ENTROPY] += cv * back_logs[k - first]
                person[v, REDUNDANCY] += tie[k, TOP_BACK]
                person[v, CLOSED] += 0.5 * shared
                person[v, SUPPORTED] += support
            person[u, CONSTRAINT] += constraint
            person[u, ENTROPY] += entropy
            person[u, REDUNDANCY] += redundancy
            person[u, CLOSED] += closed
            person[u, SUPPORTED] += supported
        low = high

"""Several terms at once: one union graph, one enumeration of its triangles, a lane per term.

A tie that is dead in a term has weight 0 in its lane. Eight lanes go through the pass together; more go
through in groups of eight. Model `whole`; formulas as in `triangles`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .ahead import fetch
from .compiled import kernel
from .csr import BadGraph, Csr, Floats, cache_lines, csr, frozen
from .eightfold import (
    LANES,
    counting,
    hashed,
    improper,
    larger,
    load,
    logarithm,
    nothing,
    only,
    positive,
    reciprocal,
    store,
    times,
)
from .listing import AHEAD, BUFFER, FAR_AHEAD, SHIFT_UV, TIE, corners, forget, heads, list_triangles, note, room, sieve
from .oriented import FIRST, HUGE, MOST_TIES, ONE, SHIFT, TINY, refuse
from .structure import (
    CLOSED,
    CONSTRAINT,
    DEGREE,
    ENTROPY,
    PER_STRENGTH,
    PER_TOP,
    RECORD,
    REDUNDANCY,
    SUPPORTED,
    Structure,
    measures,
)

WIDE = np.uint64(LANES)
#: A tie's record, two cache lines: weight, T. One array, because lines at equal places of several arrays would be
#: mistaken for each other by the processor's store buffer.
TIE_SPAN, INDIRECT = np.uint64(2 * LANES), np.uint64(LANES)
SPAN = np.uint64(LANES * RECORD)


class Oriented(NamedTuple):
    """As `oriented.Oriented`, with eight lanes: `tie` holds the weight and T of each tie, flat."""

    start: npt.NDArray[np.uint64]
    head: npt.NDArray[np.uint32]
    tie: Floats
    alive: npt.NDArray[np.uint8]
    supported: npt.NDArray[np.uint8]
    person: Floats
    strength: Floats


def lanes(indptr: Any, indices: Any, weights: Any) -> Structure:
    """Structure of everyone in several terms, model `whole`: arrays[n, lanes].

    Parameters: `indptr`, `indices` of the union graph as in `csr.csr`; `weights` float64[m2, lanes], symmetric,
    0 where the tie is dead in that term. Raises `BadGraph`. Memory beyond the input: 134 bytes a tie and 780 a
    person for each group of eight lanes. Values that are no counts are columns of one array of records.

    >>> import numpy as np
    >>> ends = np.array([1, 2, 0, 0])
    >>> lanes(np.array([0, 2, 3, 4]), ends, np.array([[1, 1], [0, 1], [1, 1], [0, 1]])).degree
    array([[1, 2],
           [1, 1],
           [0, 1]])
    """
    union = csr(indptr, indices)
    weights = np.asarray(weights)
    if weights.ndim != 2 or len(weights) != len(union.indices) or not weights.shape[1]:
        raise BadGraph(f"weights has shape {weights.shape}, entries are {len(union.indices)}")
    groups = [_eight(union, weights[:, k : k + LANES]) for k in range(0, weights.shape[1], LANES)]
    if len(groups) == 1:
        return groups[0]
    return Structure._make(np.concatenate(columns, axis=1) for columns in zip(*groups, strict=True))


def _eight(union: Csr, weights: Any) -> Structure:
    if union.ties >= MOST_TIES:
        raise BadGraph(f"more than {MOST_TIES} ties")
    n, width = union.people, weights.shape[1]
    if width < LANES:
        weights = np.pad(weights, ((0, 0), (0, LANES - width)))
    given = frozen(weights, np.float64).reshape(-1)
    everyone = np.diff(union.indptr).astype(np.uint32)
    graph, top = _oriented(union, given, 1.0, everyone)
    scale = 1.0
    if top > HUGE or 0.0 < top < TINY:
        scale = 2.0 ** min(-int(np.frexp(top)[1]), 1000)
        graph, _ = _oriented(union, given, scale, everyone)
    widest = int(np.diff(graph.start).max(initial=0))
    lists = np.empty((2, int(FULL)), dtype=np.uint64)
    _visit(*graph[:6], np.zeros(n, dtype=np.uint32), sieve(), room(widest), *lists)
    _sum_rows(graph.start, graph.head, graph.tie, graph.supported, graph.person)
    person, strength = graph.person.reshape(n, RECORD, LANES), graph.strength.reshape(n, LANES)
    del graph  # the ties' records go before the results come: memory is highest here
    person = person[:, :, :width]
    return measures(strength[:, :width], scale, person, person)


def _oriented(union: Csr, given: Floats, scale: float, everyone: Any) -> tuple[Oriented, float]:
    """The union graph oriented, weights times `scale`, and the largest weight."""
    n, ties = union.people, union.ties
    graph = Oriented(
        np.empty(n + 1, dtype=np.uint64),
        heads(ties),
        cache_lines((ties + 1) * int(TIE_SPAN)),
        np.zeros(ties + 1, dtype=np.uint8),
        np.zeros(ties + 1, dtype=np.uint8),
        cache_lines(n * LANES * RECORD),
        cache_lines(n * LANES),
    )
    bad, top = _orient(union.indptr, union.indices, given, scale, everyone, *graph)
    refuse(bad)
    return graph, top


#: Offsets of the fields in a person's record.
_CONSTRAINT, _ENTROPY, _REDUNDANCY, _CLOSED, _SUPPORTED, _PER_STRENGTH, _PER_TOP, _DEGREE = (
    np.uint64(field * LANES)
    for field in (CONSTRAINT, ENTROPY, REDUNDANCY, CLOSED, SUPPORTED, PER_STRENGTH, PER_TOP, DEGREE)
)
#: What is read of a person in a triangle.
ASKED = (_PER_STRENGTH, _PER_TOP, _REDUNDANCY, _CLOSED)
#: Triangles that are listed before they are added up.
FULL = np.uint64(BUFFER // 4)


@kernel
def _orient(indptr, indices, given, scale, everyone, start, head, tie, alive, supported, person, strength):
    n = np.uint64(everyone.shape[0])
    room = np.uint64(head.shape[0]) - ONE
    pos = np.uint64(0)
    bad = 0
    largest = nothing()
    unpaired = np.uint64(0)
    for i in range(n):
        mine = everyone[i]
        start[i] = pos
        before = np.int64(-1)
        total = nothing()
        top = nothing()
        degree = nothing()
        for e in range(indptr[i], indptr[i + ONE]):
            j = indices[e]
            if j >= n:
                return bad | 1, 0.0
            a = load(given, e * WIDE)
            theirs = everyone[j]
            out = (theirs > mine) | ((theirs == mine) & (j > i))
            bad |= 2 * (np.int64(j) <= before) | 4 * (j == i) | 8 * (improper(a) != 0)
            before = np.int64(j)
            pair = (i * FIRST + j) if i < j else (j * FIRST + i)
            pair = (pair ^ (pair >> SHIFT)) * (hashed(a) | ONE)
            unpaired = unpaired + pair if i < j else unpaired - pair
            a = times(a, scale)
            living = positive(a)
            head[pos] = j
            alive[pos] = living
            store(tie, pos * TIE_SPAN, a)
            total += a
            top = larger(top, a)
            degree = counting(degree, living)
            pos += np.uint64(out)
            if pos > room:
                return bad | 16, 0.0
        largest = larger(largest, top)
        at = i * SPAN
        store(strength, i * WIDE, total)
        store(person, at + _PER_STRENGTH, reciprocal(total))
        store(person, at + _PER_TOP, reciprocal(top))
        store(person, at + _DEGREE, degree)
    start[n] = pos
    store(tie, pos * TIE_SPAN, largest)
    highest = 0.0
    for lane in range(WIDE):
        highest = max(highest, tie[pos * TIE_SPAN + lane])
    return bad | 16 * (pos != room or unpaired != np.uint64(0)), highest


@kernel
def _visit(start, head, tie, alive, supported, person, mark, sieve, found, whose, until):
    """List the triangles of some people, then add them up: what the next ones need is asked of the memory meanwhile."""
    people = np.uint64(mark.shape[0])
    filled = np.uint64(0)
    lists = np.uint64(0)
    for u in range(people):
        first = start[u]
        stop = start[u + ONE]
        if stop - first < np.uint64(2):
            continue
        note(head, first, stop, mark, sieve)
        row = first
        while row < stop:
            row, count = list_triangles(start, head, mark, sieve, first, row, stop, found[filled:])
            filled += count
            whose[lists] = u
            until[lists] = filled
            lists += np.uint64(count > 0)
            if row < stop or filled > FULL or lists == np.uint64(whose.shape[0]):
                _add(start, head, tie, alive, supported, person, found, whose, until, lists)
                filled = np.uint64(0)
                lists = np.uint64(0)
        forget(head, first, stop, mark)
    _add(start, head, tie, alive, supported, person, found, whose, until, lists)


@kernel
def _ask(tie, person, vw, v, w):
    """Ask for what a triangle reads besides the ties of its first person."""
    fetch(tie, vw * TIE_SPAN)
    fetch(tie, vw * TIE_SPAN + INDIRECT)
    for field in ASKED:
        fetch(person, v * SPAN + field)
        fetch(person, w * SPAN + field)


@kernel
def _add(start, head, tie, alive, supported, person, found, whose, until, lists):
    """Add up the triangles of some people; what belongs to a person u, or to a tie uv, stays in registers meanwhile."""
    x = np.uint64(0)
    if lists == x:
        return
    end = until[lists - ONE]
    ahead = np.uint64(0)
    next = np.uint64(0)
    for at in range(lists):
        u = whose[at]
        first = start[u]
        pu = u * SPAN
        su = load(person, pu + _PER_STRENGTH)
        mu = load(person, pu + _PER_TOP)
        redundant_u = load(person, pu + _REDUNDANCY)
        closed_u = load(person, pu + _CLOSED)
        while x < until[at]:
            uv = found[x] >> SHIFT_UV
            k = (first + uv) * TIE_SPAN
            pv = head[first + uv] * SPAN
            living_uv = alive[first + uv]
            held = np.uint8(0)
            a = load(tie, k)
            sv = load(person, pv + _PER_STRENGTH)
            mv = load(person, pv + _PER_TOP)
            redundant_v = load(person, pv + _REDUNDANCY)
            closed_v = load(person, pv + _CLOSED)
            indirect = load(tie, k + INDIRECT)
            while x < until[at] and found[x] >> SHIFT_UV == uv:
                while next < end and next < x + FAR_AHEAD:
                    while until[ahead] <= next:
                        ahead += ONE
                    vw = found[next] & TIE
                    _ask(tie, person, vw, head[start[whose[ahead]] + (found[next] >> SHIFT_UV)], head[vw])
                    next += ONE
                _, uw, vw = corners(found[x], first)
                x += ONE
                pw = head[uw] * SPAN
                living = living_uv & alive[uw] & alive[vw]
                held |= living
                supported[uw] |= living
                supported[vw] |= living
                uw *= TIE_SPAN
                vw *= TIE_SPAN
                # In a lane in which one of the three is dead there is no triangle.
                b = only(load(tie, uw), living)
                c = only(load(tie, vw), living)
                mw = load(person, pw + _PER_TOP)
                ab = a * b
                ac = a * c
                bc = b * c
                indirect += bc * load(person, pw + _PER_STRENGTH)
                store(tie, uw + INDIRECT, load(tie, uw + INDIRECT) + ac * sv)
                store(tie, vw + INDIRECT, load(tie, vw + INDIRECT) + ab * su)
                redundant_u += bc * mv + ac * mw
                redundant_v += bc * mu + ab * mw
                store(person, pw + _REDUNDANCY, load(person, pw + _REDUNDANCY) + (ac * mu + ab * mv))
                closed_u = counting(closed_u, living)
                closed_v = counting(closed_v, living)
                store(person, pw + _CLOSED, counting(load(person, pw + _CLOSED), living))
            store(tie, k + INDIRECT, indirect)
            store(person, pv + _REDUNDANCY, redundant_v)
            store(person, pv + _CLOSED, closed_v)
            supported[first + uv] |= held
        store(person, pu + _REDUNDANCY, redundant_u)
        store(person, pu + _CLOSED, closed_u)


@kernel
def _sum_rows(start, head, tie, supported, person):
    last = max(np.uint64(head.shape[0]), np.uint64(2)) - np.uint64(2)
    for u in range(np.uint64(start.shape[0]) - ONE):
        pu = u * SPAN
        su = load(person, pu + _PER_STRENGTH)
        constraint = load(person, pu + _CONSTRAINT)
        entropy = load(person, pu + _ENTROPY)
        held_u = load(person, pu + _SUPPORTED)
        for k in range(start[u], start[u + ONE]):
            later = np.uint64(head[min(k + AHEAD, last)]) * SPAN
            fetch(person, later + _CONSTRAINT)
            fetch(person, later + _ENTROPY)
            fetch(person, later + _SUPPORTED)
            fetch(person, later + _PER_STRENGTH)
            pv = head[k] * SPAN
            held = supported[k]
            invested = load(tie, k * TIE_SPAN) + load(tie, k * TIE_SPAN + INDIRECT)
            log = logarithm(invested)
            mine = invested * su
            mine = mine * mine
            constraint += mine
            entropy += mine * log
            held_u = counting(held_u, held)
            theirs = invested * load(person, pv + _PER_STRENGTH)
            theirs = theirs * theirs
            store(person, pv + _CONSTRAINT, load(person, pv + _CONSTRAINT) + theirs)
            store(person, pv + _ENTROPY, load(person, pv + _ENTROPY) + theirs * log)
            store(person, pv + _SUPPORTED, counting(load(person, pv + _SUPPORTED), held))
        store(person, pu + _CONSTRAINT, constraint)
        store(person, pu + _ENTROPY, entropy)
        store(person, pu + _SUPPORTED, held_u)

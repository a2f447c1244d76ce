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
    add,
    add_product,
    add_product3,
    hashed,
    improper,
    positive,
    set_largest,
    set_reciprocal,
    set_scaled,
    set_share,
)
from .listing import AHEAD, TIE, corners, forget, heads, list_triangles, note, room, sieve
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
    c_ln_c,
    measures,
)

WIDE = np.uint64(LANES)
#: A tie's record, three cache lines: weight, T, W. One array, because lines at equal places of several arrays
#: would be mistaken for each other by the processor's store buffer.
LENGTH, INDIRECT, PRODUCT = (np.uint64(field * LANES) for field in (3, 1, 2))
SPAN = np.uint64(LANES * RECORD)
#: Row b holds the bits of b as numbers: which lanes a tie, or a triangle, is alive in.
BITS = cache_lines(256 * LANES)
BITS[:] = ((np.arange(256)[:, None] >> np.arange(LANES)) & 1).ravel()


class Oriented(NamedTuple):
    """As `oriented.Oriented`, with eight lanes: `tie` holds the weight, T and W of each tie, flat."""

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
    0 where the tie is dead in that term. Raises `BadGraph`. Memory beyond the input: 198 bytes a tie and 700 a
    person for each group of eight lanes.

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
    mark = np.zeros(n, dtype=np.uint32)
    _visit(*graph[:6], mark, sieve(), room(widest), BITS)
    _sum_rows(*graph[:6], cache_lines(2, widest * LANES), BITS)
    person = graph.person.reshape(n, RECORD, LANES)
    alive = slice(0, width)
    return measures(graph.strength.reshape(n, LANES)[:, alive], scale, person[:, :, alive])


def _oriented(union: Csr, given: Floats, scale: float, everyone: Any) -> tuple[Oriented, float]:
    """The union graph oriented, weights times `scale`, and the largest weight."""
    n, ties = union.people, union.ties
    graph = Oriented(
        np.empty(n + 1, dtype=np.uint64),
        heads(ties),
        cache_lines((ties + 1) * int(LENGTH)),
        np.zeros(ties + 1, dtype=np.uint8),
        np.zeros(ties + 1, dtype=np.uint8),
        cache_lines(n * LANES * RECORD),
        cache_lines(n * LANES),
    )
    bad, top = _orient(union.indptr, union.indices, given, scale, everyone, BITS, *graph)
    refuse(bad)
    return graph, top


#: Offsets of the fields in a person's record.
_CONSTRAINT, _ENTROPY, _REDUNDANCY, _CLOSED, _SUPPORTED, _PER_STRENGTH, _PER_TOP, _DEGREE = (
    np.uint64(field * LANES)
    for field in (CONSTRAINT, ENTROPY, REDUNDANCY, CLOSED, SUPPORTED, PER_STRENGTH, PER_TOP, DEGREE)
)


@kernel
def _orient(
    indptr, indices, given, scale, everyone, bits,
    start, head, tie, alive, supported, person, strength,
):  # fmt: skip
    n = np.uint64(everyone.shape[0])
    room = np.uint64(head.shape[0]) - ONE
    pos = np.uint64(0)
    bad = 0
    top = 0.0
    unpaired = np.uint64(0)
    for i in range(n):
        mine = everyone[i]
        start[i] = pos
        before = np.int64(-1)
        pi = i * SPAN
        for e in range(indptr[i], indptr[i + ONE]):
            j = indices[e]
            if j >= n:
                return bad | 1, 0.0
            theirs = everyone[j]
            out = (theirs > mine) | ((theirs == mine) & (j > i))
            bad |= 2 * (np.int64(j) <= before) | 4 * (j == i) | 8 * (improper(given, e * WIDE) != 0)
            before = np.int64(j)
            pair = (i * FIRST + j) if i < j else (j * FIRST + i)
            pair = (pair ^ (pair >> SHIFT)) * (hashed(given, e * WIDE) | ONE)
            unpaired = unpaired + pair if i < j else unpaired - pair
            head[pos] = j
            here = pos * LENGTH
            set_scaled(tie, here, given, e * WIDE, scale)
            living = positive(tie, here)
            alive[pos] = living
            add(strength, i * WIDE, tie, here)
            add(person, pi + _DEGREE, bits, np.uint64(living) * WIDE)
            set_largest(person, pi + _PER_TOP, tie, here)
            pos += np.uint64(out)
            if pos > room:
                return bad | 16, 0.0
        for l in range(WIDE):
            top = max(top, person[pi + _PER_TOP + l])
        set_reciprocal(person, pi + _PER_STRENGTH, strength, i * WIDE)
        set_reciprocal(person, pi + _PER_TOP, person, pi + _PER_TOP)
    start[n] = pos
    return bad | 16 * (pos != room or unpaired != np.uint64(0)), top


@kernel
def _visit(start, head, tie, alive, supported, person, mark, sieve, found, bits):
    for u in range(np.uint64(mark.shape[0])):
        first = start[u]
        stop = start[u + ONE]
        if stop - first < np.uint64(2):
            continue
        note(head, first, stop, mark, sieve)
        row = first
        pu = u * SPAN
        while row < stop:
            row, count = list_triangles(start, head, mark, sieve, first, row, stop, found)
            for x in range(count):
                later = (found[min(x + AHEAD, count - ONE)] & TIE) * LENGTH
                fetch(tie, later)
                fetch(tie, later + INDIRECT)
                fetch(tie, later + PRODUCT)
                uv, uw, vw = corners(found[x], first)
                pv = head[uv] * SPAN
                pw = head[uw] * SPAN
                living = alive[uv] & alive[uw] & alive[vw]
                supported[uv] |= living
                supported[uw] |= living
                supported[vw] |= living
                living_at = np.uint64(living) * WIDE
                add(person, pu + _CLOSED, bits, living_at)
                add(person, pv + _CLOSED, bits, living_at)
                add(person, pw + _CLOSED, bits, living_at)
                uv *= LENGTH
                uw *= LENGTH
                vw *= LENGTH
                add_product(tie, uv + PRODUCT, tie, uw, tie, vw)
                add_product(tie, uw + PRODUCT, tie, uv, tie, vw)
                add_product(tie, vw + PRODUCT, tie, uv, tie, uw)
                add_product3(tie, uv + INDIRECT, tie, uw, tie, vw, person, pw + _PER_STRENGTH)
                add_product3(tie, uw + INDIRECT, tie, uv, tie, vw, person, pv + _PER_STRENGTH)
                add_product3(tie, vw + INDIRECT, tie, uv, tie, uw, person, pu + _PER_STRENGTH)
        forget(head, first, stop, mark)


@kernel
def _sum_rows(start, head, tie, alive, supported, person, shares, bits):
    out = shares[0]
    back = shares[1]
    last = max(np.uint64(head.shape[0]), np.uint64(2)) - np.uint64(2)
    for u in range(np.uint64(start.shape[0]) - ONE):
        first = start[u]
        length = (start[u + ONE] - first) * WIDE
        pu = u * SPAN
        for x in range(np.uint64(0), length, WIDE):
            later = np.uint64(head[min(first + x // WIDE + AHEAD, last)]) * SPAN
            fetch(person, later + _CONSTRAINT)
            fetch(person, later + _REDUNDANCY)
            fetch(person, later + _SUPPORTED)
            fetch(person, later + _PER_STRENGTH)
            fetch(person, later + _PER_TOP)
            k = (first + x // WIDE) * LENGTH
            pv = head[first + x // WIDE] * SPAN
            # T and W were summed whether or not the tie itself lives: only where it does they count.
            living = np.uint64(alive[first + x // WIDE]) * WIDE
            set_share(out, x, tie, k, tie, k + INDIRECT, person, pu + _PER_STRENGTH, bits, living)
            set_share(back, x, tie, k, tie, k + INDIRECT, person, pv + _PER_STRENGTH, bits, living)
            add(person, pu + _CONSTRAINT, out, x)
            add(person, pv + _CONSTRAINT, back, x)
            add_product3(person, pu + _REDUNDANCY, tie, k + PRODUCT, person, pv + _PER_TOP, bits, living)
            add_product3(person, pv + _REDUNDANCY, tie, k + PRODUCT, person, pu + _PER_TOP, bits, living)
            held = np.uint64(supported[first + x // WIDE]) * WIDE
            add(person, pu + _SUPPORTED, bits, held)
            add(person, pv + _SUPPORTED, bits, held)
        for x in range(length):
            out[x] = c_ln_c(out[x])
        for x in range(length):
            back[x] = c_ln_c(back[x])
        for x in range(np.uint64(0), length, WIDE):
            pv = head[first + x // WIDE] * SPAN
            add(person, pu + _ENTROPY, out, x)
            add(person, pv + _ENTROPY, back, x)

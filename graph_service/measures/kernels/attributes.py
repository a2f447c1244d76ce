"""Who the alters are: variety, likeness to ego, and the positions they hold.

People carry one code each (`codes` int32[n], -1 unknown). Alters whose code is unknown are left out and the
number of those that count is returned. `keep` bool[m2] leaves out entries (a filter by relation).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .compiled import kernel
from .csr import BadGraph, Csr, Floats, Ints, csr, frozen
from .oriented import ONE
from .structure import ln


class Variety(NamedTuple):
    """`known` alters with a code; `richness` (V4) distinct codes; `blau` (V1), `iqv` (V2), `entropy` (V3, nats),
    NaN without known alters, `iqv` also where there is one category only.
    """

    known: Ints
    richness: Ints
    blau: Floats
    iqv: Floats
    entropy: Floats


class Likeness(NamedTuple):
    """`known` alters with a code, `same` those with ego's; `e_i_index` (V5), `e_i_rescaled` (V6), `inbreeding` (V7).

    NaN where ego's code is unknown, no alter's is known, or the pool leaves the quotient without a value.
    """

    known: Ints
    same: Ints
    e_i_index: Floats
    e_i_rescaled: Floats
    inbreeding: Floats


class Positions(NamedTuple):
    """`known` alters with an occupation; `extensity` (P1) distinct occupations, `unscaled` of them without a value
    on the scale; `upper_reachability` (P2), `range` (P3), `average` (P4), NaN where none is scaled; `total` (P5).
    """

    known: Ints
    extensity: Ints
    unscaled: Ints
    upper_reachability: Floats
    range: Floats
    average: Floats
    total: Floats


def variety(indptr: Any, indices: Any, codes: Any, categories: int, keep: Any = None) -> Variety:
    """How mixed the alters of everyone are over `categories` codes (the codebook's number, for `iqv`).

    Source: Blau 1977; Mueller & Schuessler 1961 (IQV); Shannon 1948.

    >>> import numpy as np
    >>> variety(np.array([0, 2, 3, 4]), np.array([1, 2, 0, 0]), np.array([0, 0, 1]), 2).blau
    array([0.5, 0. , 0. ])
    """
    graph, codes, keep = _given(indptr, indices, codes, keep, categories)
    counts = np.empty((2, graph.people), dtype=np.int64)
    values = np.empty((3, graph.people))
    seen = np.zeros((2, categories + 1), dtype=np.uint32)
    _variety(graph.indptr, graph.indices, codes, keep, categories, seen, counts, values)
    return Variety(*counts, *values)


def likeness(indptr: Any, indices: Any, codes: Any, pool: Any = None, keep: Any = None) -> Likeness:
    """How far the alters of everyone are like ego, against what the pool offers.

    `pool` bool[n]: the people who could be contacts, default everyone; only those with a code count. Ego is not
    its own contact: where it is in the pool it is taken from its group.
    Source: Krackhardt & Stern 1988; Everett & Borgatti 2012 (rescaled); Coleman 1958 (inbreeding).
    """
    graph, codes, keep = _given(indptr, indices, codes, keep, None)
    there = codes >= 0 if pool is None else (codes >= 0) & np.asarray(pool, dtype=bool)
    sizes = np.bincount(codes[there], minlength=int(codes.max(initial=0)) + 1).astype(np.float64)
    counts = np.empty((2, graph.people), dtype=np.int64)
    values = np.empty((3, graph.people))
    _likeness(graph.indptr, graph.indices, codes, keep, there, sizes, counts, values)
    return Likeness(*counts, *values)


def positions(indptr: Any, indices: Any, codes: Any, scale: Any, keep: Any = None) -> Positions:
    """The position generator over distinct occupations among the alters, each once.

    `codes` occupations; `scale` float64[occupations], NaN where an occupation has no value.
    Source: Lin & Dumin 1986; Lin, Fu & Hsung 2001.
    """
    scale = frozen(scale, np.float64)
    graph, codes, keep = _given(indptr, indices, codes, keep, len(scale))
    counts = np.empty((3, graph.people), dtype=np.int64)
    values = np.empty((4, graph.people))
    seen = np.zeros(max(len(scale), 1), dtype=np.uint32)
    _positions(graph.indptr, graph.indices, codes, keep, scale, seen, counts, values)
    return Positions(*counts, *values)


def _given(
    indptr: Any, indices: Any, codes: Any, keep: Any, categories: int | None
) -> tuple[Csr, npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    graph = csr(indptr, indices)
    codes = frozen(codes, np.int32)
    if len(codes) != graph.people:
        raise BadGraph(f"{len(codes)} codes for {graph.people} people")
    if len(codes) and (codes.min() < -1 or (categories is not None and codes.max() >= categories)):
        raise BadGraph("a code that is neither -1 nor one of the categories")
    return graph, codes, entries_kept(graph, keep)


def entries_kept(graph: Csr, keep: Any) -> npt.NDArray[np.bool_]:
    """A filter of entries as the loops take it: of length 0 where nothing is filtered."""
    kept = frozen(np.empty(0) if keep is None else keep, np.bool_)
    if keep is not None and len(kept) != len(graph.indices):
        raise BadGraph(f"keep has {len(kept)} entries, indices {len(graph.indices)}")
    return kept


@kernel
def _variety(indptr, indices, codes, keep, categories, seen, counts, values):
    every = keep.shape[0] == 0
    times = seen[0]
    met = seen[1]
    for i in range(np.uint64(codes.shape[0])):
        known = np.uint64(0)
        kinds = np.uint64(0)
        for e in range(indptr[i], indptr[i + ONE]):
            code = codes[indices[e]]
            if code >= 0 and (every or keep[e]):
                known += ONE
                c = np.uint64(code)
                met[kinds] = np.uint32(c)
                kinds += np.uint64(times[c] == 0)
                times[c] += np.uint32(1)
        counts[0, i] = known
        counts[1, i] = kinds
        n = np.float64(known)
        squares = 0.0
        logs = 0.0
        for x in range(kinds):
            t = np.float64(times[met[x]])
            times[met[x]] = np.uint32(0)
            squares += t * t
            logs += t * ln(t)
        blau = (n * n - squares) / (n * n)
        values[0, i] = blau
        values[1, i] = blau * categories / (categories - 1.0) if categories > 1 else np.nan
        values[2, i] = max(ln(n) - logs / n, 0.0) if known else np.nan


@kernel
def _likeness(indptr, indices, codes, keep, pool, sizes, counts, values):
    every = keep.shape[0] == 0
    everyone = sizes.sum()
    for i in range(np.uint64(codes.shape[0])):
        own = codes[i]
        known = 0
        same = 0
        for e in range(indptr[i], indptr[i + ONE]):
            code = codes[indices[e]]
            counted = (code >= 0) & (every or keep[e])
            known += counted
            same += counted & (code == own)
        counts[0, i] = known
        counts[1, i] = same
        values[0, i] = np.nan
        values[1, i] = np.nan
        values[2, i] = np.nan
        if own < 0 or known == 0:
            continue
        internal = np.float64(same)
        external = np.float64(known - same)
        values[0, i] = (external - internal) / known
        me = 1.0 if pool[i] else 0.0
        like = sizes[own] - me
        unlike = everyone - sizes[own]
        if like > 0.0 and unlike > 0.0:
            e = external / unlike
            n = internal / like
            values[1, i] = (e - n) / (e + n)
            share = like / (like + unlike)
            values[2, i] = (internal / known - share) / (1.0 - share)


@kernel
def _positions(indptr, indices, codes, keep, scale, seen, counts, values):
    every = keep.shape[0] == 0
    for i in range(np.uint64(codes.shape[0])):
        stamp = np.uint32(i + ONE)
        known = 0
        kinds = 0
        scaled = 0
        total = 0.0
        low = np.inf
        high = -np.inf
        for e in range(indptr[i], indptr[i + ONE]):
            code = codes[indices[e]]
            if code < 0 or not (every or keep[e]):
                continue
            known += 1
            c = np.uint64(code)
            if seen[c] != stamp:
                seen[c] = stamp
                kinds += 1
                value = scale[c]
                if not np.isnan(value):
                    scaled += 1
                    total += value
                    low = min(low, value)
                    high = max(high, value)
        counts[0, i] = known
        counts[1, i] = kinds
        counts[2, i] = kinds - scaled
        values[0, i] = high if scaled else np.nan
        values[1, i] = high - low if scaled else np.nan
        values[2, i] = total / scaled if scaled else np.nan
        values[3, i] = total

"""What a triangle pass gives per person, and how the sums of a pass become it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .compiled import kernel
from .csr import Floats, Ints
from .oriented import Oriented


class Structure(NamedTuple):
    """Arrays of one entry per person (or [people, lanes]); NaN where a measure is undefined.

    `degree` ties; `strength` sum of weights; `constraint` (S4), `effective_size` (S2), `efficiency` (S3),
    `hierarchy` (S5), undefined without ties; `triangles` ties among alters; `density` (S1), undefined below
    two ties; `local_bridges` (S9) ties without a shared alter; `support_ratio` (S8), undefined without ties.
    """

    degree: Ints
    strength: Floats
    constraint: Floats
    effective_size: Floats
    efficiency: Floats
    hierarchy: Floats
    triangles: Ints
    density: Floats
    local_bridges: Ints
    support_ratio: Floats


#: A person's record, one cache line: constraint, sum of c ln c, redundancy, twice the triangles, supported
#: ties, and the reciprocals of strength and of the largest weight.
CONSTRAINT, ENTROPY, REDUNDANCY, CLOSED, SUPPORTED, PER_STRENGTH, PER_TOP = range(7)
RECORD = 8


def records(graph: Oriented) -> Floats:
    """One empty record per person."""
    person = np.zeros((len(graph.degree), RECORD))
    with np.errstate(divide="ignore"):
        np.divide(1.0, graph.strength, out=person[:, PER_STRENGTH])
        np.divide(1.0, graph.top, out=person[:, PER_TOP])
    return person


def finish(graph: Oriented, person: Floats) -> Structure:
    """Turn the records of a pass into measures."""
    n = len(graph.degree)
    degree = graph.degree.astype(np.int64)
    floats = np.empty((n, 6))
    counts = np.empty((n, 2), dtype=np.int64)
    _finish(graph.degree, graph.strength, person, floats, counts)
    constraint, effective, efficiency, hierarchy, density, support = np.ascontiguousarray(floats.T)
    triangles, bridges = np.ascontiguousarray(counts.T)
    strength = graph.strength / graph.scale
    return Structure(
        degree, strength, constraint, effective, efficiency, hierarchy, triangles, density, bridges, support
    )


@kernel
def c_ln_c(c):
    """c ln c, which goes to 0 with c (a weight may be too small for its square)."""
    return c * np.log(c) if c > 0.0 else 0.0


@kernel
def _finish(degree, strength, person, floats, counts):
    for i in range(degree.shape[0]):
        n = float(degree[i])
        counts[i, 0] = np.int64(person[i, CLOSED]) // 2
        counts[i, 1] = np.int64(n - person[i, SUPPORTED])
        if n == 0.0:
            floats[i] = np.nan
            continue
        constraint = person[i, CONSTRAINT]
        effective = n - person[i, REDUNDANCY] / strength[i]
        hierarchy = 1.0
        if n > 1.0:
            # sum r ln r over (n ln n) with r = c n / C, written over sums of c and c ln c.
            ratio = n / constraint
            hierarchy = (ratio * person[i, ENTROPY] + n * np.log(ratio)) / (n * np.log(n))
            hierarchy = min(max(hierarchy, 0.0), 1.0)
        floats[i, 0] = constraint if n > 1.0 else 1.0
        floats[i, 1] = effective
        floats[i, 2] = effective / n
        floats[i, 3] = hierarchy
        floats[i, 4] = person[i, CLOSED] / (n * (n - 1.0)) if n > 1.0 else np.nan
        floats[i, 5] = person[i, SUPPORTED] / n

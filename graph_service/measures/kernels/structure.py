"""What a triangle pass gives per person, and how the sums of a pass become it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .compiled import kernel
from .csr import Floats, Ints, cache_lines
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


#: A person's record, one cache line: constraint, sum of c ln c, redundancy, supported ties,
#: triangles, the reciprocals of strength and of the largest weight, degree.
CONSTRAINT, ENTROPY, REDUNDANCY, SUPPORTED, CLOSED, PER_STRENGTH, PER_TOP, DEGREE = range(8)
RECORD = 8
BLOCK = 1024

ROOT_HALF = np.float64(0.5**0.5).view(np.int64)
LN_2 = float(np.log(2.0))
SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)


def records(graph: Oriented) -> Floats:
    """One empty record per person."""
    person = cache_lines(len(graph.degree), RECORD)
    with np.errstate(divide="ignore"):
        np.divide(1.0, graph.strength, out=person[:, PER_STRENGTH])
        np.divide(1.0, graph.top, out=person[:, PER_TOP])
    person[:, DEGREE] = graph.degree
    return person


def finish(strength: Floats, scale: float, person: Floats) -> Structure:
    """Turn the records of a pass, and each person's strength times `scale`, into measures."""
    one_lane = measures(strength[:, None], scale, person.reshape(len(person), RECORD, 1))
    return Structure._make(column[:, 0] for column in one_lane)


def measures(strength: Floats, scale: float, person: Floats) -> Structure:
    """Measures out of `strength` [people, lanes], given times `scale`, and records [people, RECORD, lanes]."""
    floats = np.empty((6, *strength.shape))
    counts = np.empty((3, *strength.shape), dtype=np.int64)
    _measure(strength, person, floats, counts)
    constraint, effective, efficiency, hierarchy, density, support = floats
    degree, triangles, bridges = counts
    return Structure(
        degree, strength / scale, constraint, effective, efficiency, hierarchy,
        triangles, density, bridges, support,
    )  # fmt: skip


@kernel
def ln(c):
    """Natural logarithm of a positive normal number, to the last bit or two, by the series of artanh.

    Unlike the library's it is only arithmetic, so the compiler handles several numbers at once.
    """
    bits = np.float64(c).view(np.int64)
    power = (bits - ROOT_HALF) >> 52
    m = np.int64(bits - (power << 52)).view(np.float64)
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    series = 1.0 / 19.0
    series = series * z + 1.0 / 17.0
    series = series * z + 1.0 / 15.0
    series = series * z + 1.0 / 13.0
    series = series * z + 1.0 / 11.0
    series = series * z + 1.0 / 9.0
    series = series * z + 1.0 / 7.0
    series = series * z + 1.0 / 5.0
    series = series * z + 1.0 / 3.0
    return 2.0 * (s + s * z * series) + power * LN_2


@kernel
def c_ln_c(c):
    """c ln c, which goes to 0 with c (a weight may be too small for its square)."""
    return c * ln(c) if c > SMALLEST_NORMAL else 0.0


@kernel
def _measure(strength, person, floats, counts):
    people, lanes = strength.shape
    room = max(BLOCK // lanes, 1) * lanes
    sizes = np.empty(room)
    ratios = np.empty(room)
    size_logs = np.empty(room)
    ratio_logs = np.empty(room)
    for low in range(0, people, room // lanes):
        high = min(low + room // lanes, people)
        x = 0
        for i in range(low, high):
            for l in range(lanes):
                n = person[i, DEGREE, l]
                ratio = n / person[i, CONSTRAINT, l]
                sizes[x] = n
                ratios[x] = ratio
                size_logs[x] = n
                ratio_logs[x] = ratio
                x += 1
        # Logarithms of a block together: several times faster than one by one.
        for y in range(x):
            size_logs[y] = ln(size_logs[y])
        for y in range(x):
            ratio_logs[y] = ln(ratio_logs[y])
        x = 0
        for i in range(low, high):
            for l in range(lanes):
                n = sizes[x]
                closed = person[i, CLOSED, l]
                supported = person[i, SUPPORTED, l]
                counts[0, i, l] = np.int64(n)
                counts[1, i, l] = np.int64(closed)
                counts[2, i, l] = np.int64(n - supported)
                # sum r ln r over (n ln n) with r = c n / C, written over sums of c and c ln c.
                hierarchy = (ratios[x] * person[i, ENTROPY, l] + n * ratio_logs[x]) / (n * size_logs[x])
                hierarchy = min(max(hierarchy, 0.0), 1.0)
                # 0 / 0 without ties: undefined stays undefined in every quotient by n.
                effective = n - person[i, REDUNDANCY, l] / strength[i, l]
                floats[0, i, l] = person[i, CONSTRAINT, l] if n > 1.0 else n / n
                floats[1, i, l] = effective
                floats[2, i, l] = effective / n
                floats[3, i, l] = hierarchy if n > 1.0 else n / n
                floats[4, i, l] = 2.0 * closed / (n * (n - 1.0)) if n > 1.0 else np.nan
                floats[5, i, l] = supported / n
                x += 1

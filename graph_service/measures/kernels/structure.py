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


#: A person's record, one cache line: constraint; sum of c ln x, where c = (x / strength)^2 is the local constraint of
#: a tie (x belongs to the tie, so that one logarithm serves both its ends); supported ties; the reciprocals of strength
#: and of the largest weight; redundancy; triangles; degree.
CONSTRAINT, ENTROPY, SUPPORTED, PER_STRENGTH, PER_TOP, REDUNDANCY, CLOSED, DEGREE = range(8)
RECORD = 8
BLOCK = 256

ROOT_HALF = np.float64(0.5**0.5).view(np.int64)
LN_2 = float(np.log(2.0))
#: The series of artanh from its last term down to z / 3.
SERIES = tuple(1.0 / k for k in range(19, 1, -2))


def records(graph: Oriented) -> Floats:
    """One empty record per person."""
    person = cache_lines(len(graph.degree), RECORD)
    with np.errstate(divide="ignore"):
        np.divide(1.0, graph.strength, out=person[:, PER_STRENGTH])
        np.divide(1.0, graph.top, out=person[:, PER_TOP])
    person[:, DEGREE] = graph.degree
    return person


def finish(strength: Floats, scale: float, person: Floats) -> Structure:
    """Turn the records of a pass, and each person's strength times `scale`, into measures, in arrays of their own."""
    records = person.reshape(len(person), RECORD, 1)
    found = measures(strength[:, None], scale, records, np.moveaxis(np.empty((6, *strength.shape, 1)), 0, 1))
    return Structure._make(column[:, 0] for column in found)


def measures(strength: Floats, scale: float, person: Floats, into: Floats) -> Structure:
    """Measures out of `strength` [people, lanes], given times `scale`, and records [people, RECORD, lanes].

    Those that are no counts are written to `into` [people, 6 or more, lanes], which may be the records themselves.
    """
    counts = np.empty((3, *strength.shape), dtype=np.int64)
    _measure(strength, person, into, counts)
    constraint, effective, efficiency, hierarchy, density, support = (into[:, k] for k in range(6))
    degree, triangles, bridges = counts
    return Structure(
        degree, strength if scale == 1.0 else strength / scale, constraint, effective, efficiency, hierarchy,
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
    series = SERIES[0]
    for k in range(1, len(SERIES)):
        series = series * z + SERIES[k]
    return 2.0 * (s + s * z * series) + power * LN_2


#: Where the numbers of a block stand in the room of a pass: at constant distances, so that the compiler sees that they
#: do not overlap and handles several at a time.
_C, _E, _SUPPORTED, _R, _T, _N, _S, _LN_N, _LN_S, _RATIO, _LN_RATIO = range(0, 11 * BLOCK, BLOCK)


@kernel
def _measure(strength, person, into, counts):
    people, lanes = strength.shape
    step = max(BLOCK // lanes, 1)
    room = np.ones(11 * BLOCK)
    for low in range(0, people, step):
        high = min(low + step, people)
        size = 0
        for i in range(low, high):
            for l in range(lanes):
                room[_C + size] = person[i, CONSTRAINT, l]
                room[_E + size] = person[i, ENTROPY, l]
                room[_SUPPORTED + size] = person[i, SUPPORTED, l]
                room[_R + size] = person[i, REDUNDANCY, l]
                room[_T + size] = person[i, CLOSED, l]
                room[_N + size] = person[i, DEGREE, l]
                room[_S + size] = strength[i, l]
                size += 1
        _measure_block(room)
        x = 0
        for i in range(low, high):
            for l in range(lanes):
                into[i, 0, l] = room[_C + x]
                into[i, 1, l] = room[_R + x]
                into[i, 2, l] = room[_RATIO + x]
                into[i, 3, l] = room[_E + x]
                into[i, 4, l] = room[_S + x]
                into[i, 5, l] = room[_LN_N + x]
                counts[0, i, l] = np.int64(room[_N + x])
                counts[1, i, l] = np.int64(room[_T + x])
                counts[2, i, l] = np.int64(room[_N + x] - room[_SUPPORTED + x])
                x += 1


@kernel
def _measure_block(room):
    """Turn the sums of a block into measures, where they stand."""
    for x in range(BLOCK):
        room[_RATIO + x] = room[_N + x] / room[_C + x]
        room[_LN_RATIO + x] = room[_RATIO + x]
        room[_LN_N + x] = room[_N + x]
        room[_LN_S + x] = room[_S + x]
    for x in range(BLOCK):
        room[_LN_RATIO + x] = ln(room[_LN_RATIO + x])
    for x in range(BLOCK):
        room[_LN_N + x] = ln(room[_LN_N + x])
    for x in range(BLOCK):
        room[_LN_S + x] = ln(room[_LN_S + x])
    for x in range(BLOCK):
        n = room[_N + x]
        # sum r ln r over (n ln n) with r = c n / C, written over sums of c and c ln c.
        entropy = 2.0 * (room[_E + x] - room[_C + x] * room[_LN_S + x])
        hierarchy = (room[_RATIO + x] * entropy + n * room[_LN_RATIO + x]) / (n * room[_LN_N + x])
        hierarchy = min(max(hierarchy, 0.0), 1.0)
        # 0 / 0 without ties: undefined stays undefined in every quotient by n.
        room[_E + x] = hierarchy if n > 1.0 else n / n
        room[_C + x] = room[_C + x] if n > 1.0 else n / n
        effective = n - room[_R + x] / room[_S + x]
        room[_R + x] = effective
        room[_RATIO + x] = effective / n
        room[_S + x] = 2.0 * room[_T + x] / (n * (n - 1.0)) if n > 1.0 else np.nan
        room[_LN_N + x] = room[_SUPPORTED + x] / n

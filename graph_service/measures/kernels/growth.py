"""What became of everyone's contacts between two waves."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .compiled import kernel
from .csr import BadGraph, Csr, Floats, Ints, csr
from .oriented import ONE

Pattern = tuple[Any, Any]


class Growth(NamedTuple):
    """Per person: `gained` contacts, of which `reactivated`; `kept`; `lost`, of which `dormant` and `ended`;
    `net` = gained - lost; `gross` = gained + lost; `stability` kept / first (NaN if first was empty); `jaccard`
    kept / either (NaN if both empty).
    """

    gained: Ints
    reactivated: Ints
    kept: Ints
    lost: Ints
    dormant: Ints
    ended: Ints
    net: Ints
    gross: Ints
    stability: Floats
    jaccard: Floats


def growth(first: Pattern, second: Pattern, before: Pattern | None = None, decayed: Pattern | None = None) -> Growth:
    """Compare the contacts of the same people in two waves.

    Every argument is a symmetric pattern (indptr, indices) over the same numbering of people: the contacts of the
    `first` wave and of the `second`; pairs that were tied at some time `before` the first (a gained one among
    them is reactivated); pairs that are dormant, having `decayed`, at the second (a lost one among them is
    dormant, any other ended). Without `before` nothing is reactivated, without `decayed` all lost ones ended.

    >>> import numpy as np
    >>> pair, nobody = (np.array([0, 1, 2]), np.array([1, 0])), (np.array([0, 0, 0]), np.array([]))
    >>> growth(pair, nobody).lost
    array([1, 1])
    """
    a, b = csr(*first), csr(*second)
    nothing = np.zeros(len(a.indptr), dtype=np.int64), np.empty(0, dtype=np.int32)
    patterns: list[Csr] = [a, b, csr(*(before or nothing)), csr(*(decayed or nothing))]
    if any(pattern.people != a.people for pattern in patterns):
        raise BadGraph("the waves are not over the same people")
    counts = np.zeros((4, a.people), dtype=np.int64)
    _compare(*(array for pattern in patterns for array in pattern[:2]), counts)
    kept, gained, reactivated, dormant = counts
    size_a, size_b = (np.diff(pattern.indptr).astype(np.int64) for pattern in (a, b))
    lost = size_a - kept
    with np.errstate(invalid="ignore"):
        stability, jaccard = kept / size_a, kept / (size_a + size_b - kept)
    return Growth(
        gained, reactivated, kept, lost, dormant, lost - dormant, gained - lost, gained + lost, stability, jaccard
    )


@kernel
def _compare(
    a_start, a, b_start, b, before_start, before, decayed_start, decayed, counts
):  # fmt: skip
    for i in range(np.uint64(counts.shape[1])):
        x, x_end = a_start[i], a_start[i + ONE]
        y, y_end = b_start[i], b_start[i + ONE]
        p, p_end = before_start[i], before_start[i + ONE]
        d, d_end = decayed_start[i], decayed_start[i + ONE]
        while x < x_end or y < y_end:
            if y == y_end or (x < x_end and a[x] < b[y]):
                while d < d_end and decayed[d] < a[x]:
                    d += ONE
                counts[3, i] += d < d_end and decayed[d] == a[x]
                x += ONE
            elif x == x_end or b[y] < a[x]:
                while p < p_end and before[p] < b[y]:
                    p += ONE
                counts[1, i] += 1
                counts[2, i] += p < p_end and before[p] == b[y]
                y += ONE
            else:
                counts[0, i] += 1
                x += ONE
                y += ONE

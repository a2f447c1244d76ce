"""The triangles of one person at a time, as lists: no branch depends on whether a triangle closes.

`note` a person's ties, list until all rows are done, `forget` them. A triangle is one word: tie uv as a place in
16 bits (counted from `first`), tie uw as a place counted from 1 in 16, tie vw in 32; `corners` takes it apart.
The list is in the order of the ties uv, then vw, however it is made.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .ahead import fetch
from .compiled import kernel
from .sixteen import ABLE, WIDTH, WORDS, enter, sift

ONE = np.uint64(1)
AHEAD, FAR_AHEAD = np.uint64(4), np.uint64(10)
SHIFT_UV, SHIFT_UW, PLACE, TIE = np.uint64(48), np.uint64(32), np.uint64(0xFFFF), np.uint64(0xFFFFFFFF)
BUFFER = 4096
_STEP = np.uint64(WIDTH)


def heads(ties: int) -> npt.NDArray[np.uint32]:
    """Room for the heads of all ties and one more, in memory that may be read sixteen at a time."""
    return np.empty(ties + WIDTH, dtype=np.uint32)[: ties + 1]


def room(widest: int) -> npt.NDArray[np.uint64]:
    """Room for the triangles of a batch, where the longest row has `widest` ties."""
    return np.empty(BUFFER + widest + WIDTH, dtype=np.uint64)


def sieve() -> npt.NDArray[np.uint32]:
    """An empty filter, all in one cache line."""
    raw = np.zeros(2 * WORDS, dtype=np.uint32)
    first = -raw.ctypes.data % 64 // 4
    return raw[first : first + WORDS]


@kernel
def note(head, first, stop, mark, sieve):
    """Mark the heads of a person's ties: `mark` holds the place of each in first..stop, counted from 1."""
    sieve[:] = 0
    for k in range(first, stop):
        mark[head[k]] = np.uint32(k - first + ONE)
        enter(sieve, head[k])


@kernel
def forget(head, first, stop, mark):
    """Unmark what `note` marked."""
    for k in range(first, stop):
        mark[head[k]] = np.uint32(0)


@kernel
def checked_one_by_one(start, head, mark, sieve, first, row, stop, found):
    """List the triangles of a noted person from a row on until the room is filled; returns (next row, count).

    Rows are fetched ahead, also those of the next people.
    """
    limit = np.uint64(found.shape[0]) - _STEP
    last = np.uint64(head.shape[0]) - np.uint64(2)
    count = np.uint64(0)
    while row < stop:
        v = np.uint64(head[row])
        low = start[v]
        high = start[v + ONE]
        if count + (high - low) > limit:
            break
        fetch(start, np.uint64(head[min(row + FAR_AHEAD, last)]))
        fetch(head, start[head[min(row + AHEAD, last)]])
        uv = (row - first) << SHIFT_UV
        for e in range(low, high):
            uw = np.uint64(mark[head[e]])
            found[count] = uv | (uw << SHIFT_UW) | e
            count += np.uint64(uw != 0)
        row += ONE
    return row, count


@kernel
def checked_by_sixteen(start, head, mark, sieve, first, row, stop, found):
    """The same list, sixteen candidates at a time; the few that pass the filter are then looked up."""
    limit = np.uint64(found.shape[0]) - _STEP
    last = np.uint64(head.shape[0]) - np.uint64(2)
    passed = np.uint64(0)
    while row < stop:
        v = np.uint64(head[row])
        low = start[v]
        high = start[v + ONE]
        if passed + (high - low) > limit:
            break
        fetch(start, np.uint64(head[min(row + FAR_AHEAD, last)]))
        fetch(head, start[head[min(row + AHEAD, last)]])
        uv = (row - first) << SHIFT_UV
        while low < high:
            passed = sift(head, sieve, low, high, found, passed, uv)
            low += _STEP
        row += ONE
    count = np.uint64(0)
    for x in range(passed):
        triangle = found[x]
        uw = np.uint64(mark[head[triangle & TIE]])
        found[count] = triangle | (uw << SHIFT_UW)
        count += np.uint64(uw != 0)
    return row, count


list_triangles = checked_by_sixteen if ABLE else checked_one_by_one


@kernel
def corners(triangle, first):
    """The three ties uv, uw, vw of a listed triangle."""
    uw = first + ((triangle >> SHIFT_UW) & PLACE) - ONE
    return first + (triangle >> SHIFT_UV), uw, triangle & TIE

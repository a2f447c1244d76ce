"""What lies within two steps: employers, and people.

A connector's distinct employers are listed once. Connectors with very many are kept as sets of bits as well, so
that one of them costs each of its alters a fixed number of words however many ties it has.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .ahead import fetch
from .compiled import kernel
from .csr import BadGraph, Csr, Ints, csr, frozen
from .oriented import ONE

#: The record of a connector: own thing (or one number more than there are), row of bits, begin and length of its list.
OWN, ROW, FIRST, LENGTH = range(4)
WIDTH = np.uint64(4)
NO_ROW = np.uint32(0xFFFFFFFF)
AHEAD, FAR_AHEAD = np.uint64(24), np.uint64(48)


class Offer(NamedTuple):
    """Distinct things that each person's alters offer: `thing[first[j]:first[j] + length[j]]`, ascending, `times`
    how many alters offer it. People with a long list have a row of `bits`, at `row[j]`.
    """

    first: npt.NDArray[np.uint64]
    length: npt.NDArray[np.uint32]
    thing: npt.NDArray[np.uint32]
    times: npt.NDArray[np.uint32]
    row: npt.NDArray[np.int32]
    bits: npt.NDArray[np.uint64]


def employers_reached(indptr: Any, indices: Any, employer: Any) -> Ints:
    """Number of distinct employers among the alters of everyone (Q6). `employer` int32[n], -1 unknown."""
    graph, employer, _ = _given(indptr, indices, employer, None)
    result = np.empty(graph.people, dtype=np.int64)
    seen = np.zeros(int(employer.max(initial=0)) + 1, dtype=np.uint32)
    _distinct(graph.indptr, graph.indices, employer, seen, result)
    return result


def employers_within_two(indptr: Any, indices: Any, employer: Any, through: Any = None, rows: Any = None) -> Ints:
    """Number of distinct employers of people at distance one or two (Q6).

    `through` bool[n]: the connectors that a second step may take, default everyone; `rows` int64[r]: whose value
    is wanted, default everyone. Ego's own employer counts only if someone else reached works there.

    >>> import numpy as np
    >>> path = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1])
    >>> employers_within_two(*path, np.array([-1, 0, 1]))
    array([2, 2, 1])
    """
    graph, employer, through = _given(indptr, indices, employer, through)
    things = int(employer.max(initial=-1)) + 1
    return _within_two(graph, employer, through, _offers(graph, employer, things), things, rows)


def second_degree_reach(indptr: Any, indices: Any, through: Any = None, rows: Any = None) -> Ints:
    """Number of people at distance two through a connector that may be used (Q5). `through`, `rows` as above.

    >>> import numpy as np
    >>> path = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1])
    >>> second_degree_reach(*path)
    array([1, 0, 1])
    """
    graph, self_, through = _given(indptr, indices, np.arange(len(indptr) - 1, dtype=np.int32), through)
    length = np.diff(graph.indptr).astype(np.uint32)
    row, bits = _bitsets(graph.indptr, length, graph.indices, graph.people)
    offers = Offer(graph.indptr, length, graph.indices, np.ones(1, dtype=np.uint32), row, bits)
    reached = _within_two(graph, self_, through, offers, graph.people, rows)
    direct = length if rows is None else length[np.asarray(rows)]
    return reached - direct.astype(np.int64)


def _given(indptr: Any, indices: Any, thing: Any, through: Any) -> tuple[Csr, Any, Any]:
    graph = csr(indptr, indices)
    thing = frozen(thing, np.int32)
    through = frozen(np.ones(graph.people) if through is None else through, np.bool_)
    if len(thing) != graph.people or len(through) != graph.people:
        raise BadGraph(f"{len(thing)} values and {len(through)} connectors for {graph.people} people")
    return graph, thing, through


def _offers(graph: Csr, thing: npt.NDArray[np.int32], things: int) -> Offer:
    order = np.argsort(thing, kind="stable").astype(np.uint32)
    order = order[int(np.count_nonzero(thing < 0)) :]
    first = np.zeros(graph.people + 1, dtype=np.uint64)
    _count_offers(graph.indptr, graph.indices, order, first)
    np.cumsum(first, out=first)
    listed = np.empty(int(first[-1]), dtype=np.uint32)
    times = np.empty(int(first[-1]), dtype=np.uint32)
    length = np.zeros(graph.people, dtype=np.uint32)
    _list_offers(graph.indptr, graph.indices, order, thing, first, length, listed, times)
    row, bits = _bitsets(first, length, listed, things)
    return Offer(first, length, listed, times, row, bits)


def _bitsets(
    first: Any, length: npt.NDArray[np.uint32], thing: Any, things: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint64]]:
    """Bits for the people whose list is longer than a quarter of the words: at most 32 bytes an entry."""
    words = -(-(things + 1) // 512) * 8
    long = np.flatnonzero(length > max(words // 4, 64))
    row = np.full(len(length), -1, dtype=np.int32)
    row[long] = np.arange(len(long))
    bits = np.zeros((len(long) + 1, words), dtype=np.uint64)
    _set_bits(long, first, length, thing, bits)
    return row, bits


def _within_two(graph: Csr, own: Any, through: Any, offers: Offer, things: int, rows: Any) -> Ints:
    wanted = np.arange(graph.people) if rows is None else np.asarray(rows, dtype=np.int64)
    if len(wanted) and (wanted.min() < 0 or wanted.max() >= graph.people):
        raise BadGraph("a row that is not a person of the graph")
    result = np.empty(len(wanted), dtype=np.int64)
    _reach(
        graph.indptr, graph.indices, wanted, _connectors(own, through, offers, things), np.uint32(things),
        frozen(offers.thing, np.uint32), offers.times, frozen(offers.bits, np.uint64),
        np.zeros(offers.bits.shape[1], dtype=np.uint64), result,
    )  # fmt: skip
    return result


def _connectors(own: Any, through: Any, offers: Offer, nobody: int) -> npt.NDArray[np.uint32]:
    """What the loop asks of an alter, side by side: one line of memory each, where five arrays would be five."""
    if len(offers.thing) > np.iinfo(np.uint32).max:
        raise BadGraph("more than 2**32 - 1 entries")
    record = np.empty((len(own), 4), dtype=np.uint32)
    record[:, OWN] = np.where(own < 0, nobody, own)
    record[:, ROW] = np.where(through, offers.row, -1).astype(np.int32).view(np.uint32)
    record[:, FIRST] = offers.first[:-1]
    record[:, LENGTH] = np.where(through, offers.length, 0)
    return record


@kernel
def _distinct(indptr, indices, thing, seen, result):
    for i in range(np.uint64(result.shape[0])):
        stamp = np.uint32(i + ONE)
        count = 0
        for e in range(indptr[i], indptr[i + ONE]):
            t = thing[indices[e]]
            if t >= 0:
                count += seen[np.uint64(t)] != stamp
                seen[np.uint64(t)] = stamp
        result[i] = count


@kernel
def _count_offers(indptr, indices, order, first):
    for x in range(order.shape[0]):
        p = np.uint64(order[x])
        for e in range(indptr[p], indptr[p + ONE]):
            first[np.uint64(indices[e]) + ONE] += ONE


@kernel
def _list_offers(indptr, indices, order, thing, first, length, listed, times):
    for x in range(order.shape[0]):
        p = np.uint64(order[x])
        t = np.uint32(thing[p])
        for e in range(indptr[p], indptr[p + ONE]):
            j = indices[e]
            end = first[j] + np.uint64(length[j])
            if length[j] and listed[end - ONE] == t:
                times[end - ONE] += np.uint32(1)
            else:
                listed[end] = t
                times[end] = np.uint32(1)
                length[j] += np.uint32(1)


@kernel
def _set_bits(long, first, length, thing, bits):
    for r in range(long.shape[0]):
        j = np.uint64(long[r])
        for x in range(first[j], first[j] + np.uint64(length[j])):
            _set(bits[r], thing[x])


@kernel
def _reach(indptr, indices, wanted, connector, nobody, thing, times, bits, union, result):
    words = union.shape[0]
    single = times.shape[0] == 1
    last = max(np.uint64(indices.shape[0]), ONE) - ONE
    for r in range(wanted.shape[0]):
        i = np.uint64(wanted[r])
        mine = connector[i, OWN]
        mine_by_others = False
        for e in range(indptr[i], indptr[i + ONE]):
            fetch(connector, np.uint64(indices[min(e + FAR_AHEAD, last)]) * WIDTH)
            fetch(thing, np.uint64(connector[indices[min(e + AHEAD, last)], FIRST]))
            j = indices[e]
            _set(union, connector[j, OWN])
            row = connector[j, ROW]
            first = np.uint64(connector[j, FIRST])
            length = connector[j, LENGTH]
            if mine != nobody:
                mine_by_others |= connector[j, OWN] == mine
                if not (single or mine_by_others):
                    mine_by_others = _times(thing, times, first, length, mine) > 1
            if row != NO_ROW:
                of = bits[row]
                for w in range(words):
                    union[w] |= of[w]
            else:
                for x in range(first, first + np.uint64(length)):
                    _set(union, thing[x])
        # Counted once, or not at all: never by its presence in a connector's list, which may be ego itself.
        _set(union, mine)
        count = np.int64(mine_by_others) - np.int64(mine != nobody)
        union[nobody >> np.uint32(6)] &= ~(ONE << np.uint64(nobody & np.uint32(63)))
        for w in range(words):
            count += _ones(union[w])
            union[w] = np.uint64(0)
        result[r] = count


@kernel
def _set(bits, t):
    bits[t >> np.uint32(6)] |= ONE << np.uint64(t & np.uint32(63))


@kernel
def _ones(word):
    """Number of bits that are set (the compiler knows the pattern)."""
    x = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def _times(thing, times, low, length, wanted):
    """How many alters offer `wanted`, out of an ascending list."""
    begin = low
    end = low + np.uint64(length)
    while begin < end:
        middle = begin + ((end - begin) >> ONE)
        if thing[middle] < np.uint32(wanted):
            begin = middle + ONE
        else:
            end = middle
    if begin < low + np.uint64(length) and thing[begin] == np.uint32(wanted):
        return times[begin]
    return np.uint32(0)

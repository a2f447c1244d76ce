"""Cross-group access of a cohort: connectedness, exposure and friending bias (E1, E2, E3).

Learners of the low group have a target (a position in `high`): which people count as high for them. All
quotients run over one set of learners: those of the low group with a defined share among their contacts and, where
rooms are given, among the people in the rooms they were in.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .attributes import entries_kept
from .compiled import kernel
from .csr import BadGraph, Floats, Ints, csr, frozen
from .oriented import ONE


class CrossGroup(NamedTuple):
    """E1 `economic_connectedness`, E2 `exposure`, E3 `friending_bias` over all rooms (NaN where undefined) and the
    number of `learners` they run over. Per person: `share` of the high group among contacts, `exposed` share
    in the rooms, NaN where undefined or not of the low group. Per room: `room_exposure` (E2_g), `room_bias`
    (E3_g) and `room_learners`, those that E3_g runs over.
    """

    economic_connectedness: float
    exposure: float
    friending_bias: float
    learners: int
    share: Floats
    exposed: Floats
    room_exposure: Floats
    room_bias: Floats
    room_learners: Ints


def cross_group(
    indptr: Any, indices: Any, target: Any, high: Any, known: Any = None, pool: Any = None,
    rooms: tuple[Any, Any] | None = None, keep: Any = None,
) -> CrossGroup:  # fmt: skip
    """E1, E2 and E3 of a cohort.

    Parameters: the graph as in `csr.csr`; `target` int32[n], -1 for who is not of the low group; `high`
    bool[targets, n]; `known` bool[n], whose group is known (default all); `pool` bool[n], the people whose high
    share is parity (default all known); `rooms` (indptr int64[rooms + 1], people int32), each person once a room;
    `keep` bool[m2], entries that pass the relation filter.
    A room where nobody is high for a learner's target has no E3 for that learner; E3 overall is 1 - E1 / E2, never
    a mean of ratios. In one room that holds all contacts E1 = E2 (1 - E3).
    Source: Chetty et al. 2022, Nature 608, I and II.
    """
    graph = csr(indptr, indices)
    n = graph.people
    target = frozen(target, np.int32)
    high = frozen(np.atleast_2d(high), np.bool_)
    known = frozen(np.ones(n) if known is None else known, np.bool_)
    there = known if pool is None else known & np.asarray(pool, dtype=bool)
    keep = entries_kept(graph, keep)
    if len(target) != n or high.shape[1] != n or len(known) != n or len(there) != n:
        raise BadGraph("target, high, known and pool need a value per person")
    if n and (target.min() < -1 or target.max() >= len(high)):
        raise BadGraph("a target that is no row of high")
    start, people = _rooms(rooms, n)
    share, exposed = np.full((2, n), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        parity = (high & there).sum(axis=1) / np.float64(there.sum())
    seen = np.zeros(n, dtype=np.uint32)
    _shares(graph.indptr, graph.indices, target, high, known, keep, share)
    _exposures(start, people, target, high, known, *_rooms_of(start, people, n), seen, exposed)
    counted = ~np.isnan(share) & (parity[target] > 0)
    if rooms is not None:
        counted &= ~np.isnan(exposed)
    room_values = np.full((2, len(start) - 1), np.nan)
    room_learners = np.zeros(len(start) - 1, dtype=np.int64)
    seen[:] = 0
    _biases(
        graph.indptr, graph.indices, target, high, known, keep, parity, start, people, seen,
        room_values, room_learners,
    )  # fmt: skip
    learners = int(counted.sum())
    e1 = float(np.mean(share[counted] / parity[target[counted]])) if learners else np.nan
    e2 = float(np.mean(exposed[counted] / parity[target[counted]])) if learners else np.nan
    e3 = 1.0 - e1 / e2 if e2 > 0 else np.nan
    room_exposure, room_bias = room_values
    return CrossGroup(e1, e2, e3, learners, share, exposed, room_exposure, room_bias, room_learners)


def _rooms(rooms: tuple[Any, Any] | None, n: int) -> tuple[Any, Any]:
    start, people = rooms or (np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32))
    start, people = frozen(start, np.int64), frozen(people, np.int32)
    if not len(start) or start[0] != 0 or start[-1] != len(people) or np.any(np.diff(start) < 0):
        raise BadGraph("rooms must rise from 0 to the number of people in them")
    if len(people) and (people.min() < 0 or people.max() >= n):
        raise BadGraph("a room holds someone who is not a person of the graph")
    return start.view(np.uint64), people.view(np.uint32)


def _rooms_of(start: Any, people: Any, n: int) -> tuple[Any, Any]:
    """The rooms of each person, as rows."""
    order = np.argsort(people, kind="stable")
    room = np.repeat(np.arange(len(start) - 1), np.diff(start).astype(np.int64))
    first = np.concatenate([[0], np.cumsum(np.bincount(people, minlength=n))])
    return frozen(first, np.int64).view(np.uint64), frozen(room[order], np.int64).view(np.uint64)


@kernel
def _shares(indptr, indices, target, high, known, keep, share):
    every = keep.shape[0] == 0
    for i in range(np.uint64(target.shape[0])):
        if target[i] < 0:
            continue
        group = high[target[i]]
        contacts = 0
        among = 0
        for e in range(indptr[i], indptr[i + ONE]):
            j = indices[e]
            counted = known[j] & (every or keep[e])
            contacts += counted
            among += counted & group[j]
        if contacts:
            share[i] = among / contacts


@kernel
def _exposures(start, people, target, high, known, first, room, seen, exposed):
    for i in range(np.uint64(target.shape[0])):
        if target[i] < 0:
            continue
        group = high[target[i]]
        stamp = np.uint32(i + ONE)
        met = 0
        among = 0
        for r in range(first[i], first[i + ONE]):
            for x in range(start[room[r]], start[room[r] + ONE]):
                p = people[x]
                counted = known[p] & (seen[p] != stamp)
                seen[p] = stamp
                met += counted
                among += counted & group[p]
        if met:
            exposed[i] = among / met


@kernel
def _biases(
    indptr, indices, target, high, known, keep, parity, start, people, seen, values, learners
):  # fmt: skip
    every = keep.shape[0] == 0
    present = np.zeros(high.shape[0], dtype=np.int64)
    for g in range(np.uint64(learners.shape[0])):
        stamp = np.uint32(g + ONE)
        present[:] = 0
        met = 0
        for x in range(start[g], start[g + ONE]):
            p = people[x]
            seen[p] = stamp
            met += known[p]
            if known[p]:
                for t in range(high.shape[0]):
                    present[t] += high[t, p]
        exposure = 0.0
        exposures = 0
        bias = 0.0
        for x in range(start[g], start[g + ONE]):
            i = np.uint64(people[x])
            t = target[i]
            if t < 0 or met == 0:
                continue
            if parity[t] > 0.0:
                exposure += present[t] / met / parity[t]
                exposures += 1
            if present[t] == 0:
                continue
            contacts = 0
            among = 0
            for e in range(indptr[i], indptr[i + ONE]):
                j = indices[e]
                counted = (seen[j] == stamp) & known[j] & (every or keep[e])
                contacts += counted
                among += counted & high[t, j]
            if contacts:
                bias += 1.0 - (among / contacts) / (present[t] / met)
                learners[g] += 1
        if exposures:
            values[0, g] = exposure / exposures
        if learners[g]:
            values[1, g] = bias / learners[g]

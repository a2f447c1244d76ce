"""Where people stand on a programme map: the same places for the same graph, on any number of processors.

The largest component is laid out by forces: ties pull (each person is drawn to the middle of their contacts, so
that hubs do not collapse their surroundings), a few people drawn at random push, and so do contacts of contacts,
who would else stand on each other. Smaller components stand around it, largest first, and people without a tie in
an outer belt: without gravity they would fly off, and apart they are easier to see.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from graph_service.compiled import kernel

ROUNDS = 240
FAR, NEAR = 5, 3
"""Random people, and contacts of contacts, that push a person in each round."""


@kernel
def _draw(seed, turn, who, what):  # type: ignore[no-untyped-def]
    """A number below 2**32 from a counter: no state, so the order of people does not matter."""
    state = np.uint64(seed) + np.uint64(turn) * np.uint64(0x9E3779B97F4A7C15)
    state += np.uint64(who) * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(what) * np.uint64(0x94D049BB133111EB)
    for _ in range(2):
        state ^= state >> np.uint64(30)
        state *= np.uint64(0xBF58476D1CE4E5B9)
        state ^= state >> np.uint64(27)
        state *= np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return state >> np.uint64(32)


@kernel
def _components(indptr, indices):  # type: ignore[no-untyped-def]
    """Component of each person; components are numbered in the order of their first person."""
    n = len(indptr) - 1
    label = np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    found = 0
    for first in range(n):
        if label[first] >= 0:
            continue
        label[first] = found
        queue[0] = first
        head, tail = 0, 1
        while head < tail:
            for at in range(indptr[queue[head]], indptr[queue[head] + 1]):
                other = indices[at]
                if label[other] < 0:
                    label[other] = found
                    queue[tail] = other
                    tail += 1
            head += 1
        found += 1
    return label, found


@kernel
def _forces(indptr, indices, members, place, seed, rounds):  # type: ignore[no-untyped-def]
    """Places of the members of one component, around the origin; `place` is each person's index in `members`."""
    n = len(members)
    reach = np.sqrt(n)
    now = np.empty((n, 2))
    for k in range(n):
        now[k, 0] = (2.0 * _draw(seed, 0, k, 0) / 4294967296.0 - 1.0) * reach
        now[k, 1] = (2.0 * _draw(seed, 0, k, 1) / 4294967296.0 - 1.0) * reach
    new = now.copy()
    for turn in range(1, rounds + 1):
        left = 1.0 - (turn - 1.0) / rounds
        heat = (0.35 * reach * left * left + 0.05) * left
        for k in range(n):
            i = members[k]
            start, degree = indptr[i], indptr[i + 1] - indptr[i]
            x, y = now[k, 0], now[k, 1]
            fx, fy = 0.0, 0.0
            for at in range(start, start + degree):
                j = place[indices[at]]
                fx += now[j, 0] - x
                fy += now[j, 1] - y
            fx, fy = fx / degree, fy / degree
            for draw in range(FAR):
                j = np.int64(_draw(seed, turn, k, draw) % np.uint64(n))
                dx, dy = x - now[j, 0], y - now[j, 1]
                push = 0.5 * n / FAR / (dx * dx + dy * dy + 0.1)
                fx += dx * push
                fy += dy * push
            for draw in range(NEAR):
                between = indices[start + np.int64(_draw(seed, turn, k, 100 + draw) % np.uint64(degree))]
                others = indptr[between + 1] - indptr[between]
                j = place[indices[indptr[between] + np.int64(_draw(seed, turn, k, 200 + draw) % np.uint64(others))]]
                dx, dy = x - now[j, 0], y - now[j, 1]
                push = 0.5 * others / NEAR / (dx * dx + dy * dy + 0.1)
                fx += dx * push
                fy += dy * push
            size = np.sqrt(fx * fx + fy * fy)
            if size > heat:
                fx, fy = fx * heat / size, fy * heat / size
            new[k, 0] = x + 0.6 * fx
            new[k, 1] = y + 0.6 * fy
        now, new = new, now
    return now


def positions(indptr: npt.NDArray[np.int64], indices: npt.NDArray[np.int32], seed: int = 0) -> npt.NDArray[np.float32]:
    """Places for everyone in a graph, within the circle of radius 1.

    Parameters
    ----------
    indptr, indices : a symmetric graph as compressed rows, int64[n+1] and int32[m2], without self-loops.
    seed : another seed gives another drawing of the same graph.

    Returns
    -------
    float32[n, 2], a function of the arguments alone.

    Examples
    --------
    >>> placed = positions(np.array([0, 1, 2, 2]), np.array([1, 0], np.int32))
    >>> placed.shape, bool(np.abs(placed).max() <= 1)
    ((3, 2), True)
    """
    indptr, indices = np.asarray(indptr, np.int64), np.asarray(indices, np.int32)
    n = len(indptr) - 1
    placed = np.zeros((n, 2))
    if n == 0:
        return placed.astype(np.float32)
    label, found = _components(indptr, indices)
    sizes = np.bincount(label, minlength=found)
    members = np.argsort(label, kind="stable")
    start = np.concatenate([[0], np.cumsum(sizes)])
    place = np.empty(n, np.int64)
    place[members] = np.arange(n) - start[label[members]]
    tied = np.flatnonzero(sizes > 1)
    tied = tied[np.argsort(-sizes[tied], kind="stable")]
    edge = 0.0
    around = _Belt(0.0)
    for rank, component in enumerate(tied):
        who = members[start[component] : start[component + 1]]
        radius = _PERSON * float(np.sqrt(len(who)))
        own = _forces(indptr, indices, who, place, seed, ROUNDS if rank == 0 else min(ROUNDS, 40 + len(who)))
        own = _to_radius(own, radius)
        if rank == 0:
            edge, around = radius, _Belt(radius)
        else:
            own += around.next(radius)
            edge = around.outer
        placed[who] = own
    alone = members[start[:-1][sizes == 1]]
    placed[alone] = _sunflower(len(alone), edge + 2.0 if edge else 0.0)
    reach = float(np.sqrt((placed**2).sum(axis=1).max()))
    return (placed / (reach * 1.000001 or 1.0)).astype(np.float32)


_PERSON = 0.9
"""Radius of the room of one person."""
_GOLDEN = np.pi * (3.0 - np.sqrt(5.0))


def _to_radius(own: npt.NDArray[Any], radius: float) -> npt.NDArray[Any]:
    """The same drawing within a circle; the few who hang far out are drawn nearer, in the same direction."""
    own = own - (own.min(axis=0) + own.max(axis=0)) / 2
    if len(own) > 20:
        own = own - own.mean(axis=0)
        away = np.sqrt((own**2).sum(axis=1))
        most = np.sort(away)[int(0.95 * len(own))]
        beyond = np.maximum(away - most, 0.0) / most
        own = own * (np.minimum(away, most) * (1 + 0.4 * beyond / (1 + beyond)) / np.maximum(away, 1e-9))[:, None]
    return np.asarray(own * (radius / max(float(np.sqrt((own**2).sum(axis=1).max())), 1e-9)))


def _sunflower(n: int, inner: float) -> npt.NDArray[Any]:
    """Evenly spread places outside a circle."""
    k = np.arange(n)
    radius = np.sqrt(inner**2 + (2 * _PERSON) ** 2 / np.pi * (k + 0.5))
    return np.column_stack([radius * np.cos(k * _GOLDEN), radius * np.sin(k * _GOLDEN)])


class _Belt:
    """Places for circles around a circle, going round and outwards."""

    def __init__(self, inner: float) -> None:
        self.inner, self.outer, self.angle = inner, inner, 0.0

    def next(self, radius: float) -> npt.NDArray[Any]:
        """The middle of the next circle; they come with falling radius."""
        room = 2 * np.arcsin(min(1.0, (radius + 0.6) / (self.inner + radius + 1.2)))
        if self.angle + room > 2 * np.pi:
            self.inner, self.angle = self.outer, 0.0
        if self.angle == 0.0:
            self.outer = self.inner + 2 * radius + 1.2
            room = 2 * np.arcsin(min(1.0, (radius + 0.6) / (self.inner + radius + 1.2)))
        self.angle += room
        turn, away = self.angle - room / 2, self.inner + radius + 1.2
        return np.array([away * np.cos(turn), away * np.sin(turn)])

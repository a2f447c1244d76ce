"""Tie strength (T1) and tie state (T3) of every pair, from its dated events.

b_ij(t) = sum over the pair's events of w_e exp(-lambda (t - t_e)), lambda = ln 2 / half-life, t in whole days
(Ahmad, Porter & Beguerisse-Diaz 2021). A tie is strong or weak by threshold, dormant when it is below now but
was at or above the threshold just after some earlier event.
"""

import math
from dataclasses import dataclass

import numpy as np

from graph_service.compiled import kernel
from graph_service.snapshot.events import PairEvents
from graph_service.snapshot.parameters import Parameters

#: States of a tie.
NEVER, DORMANT, WEAK, STRONG = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every pair that was ever tied, in order of (a, b).

    strength: T1 on the day; state: T3; first, last: days of the first and last event; events: how many;
    start (int64[pairs + 1]), event: the rows in `Contacts` of each pair's events, in order of (day, weight).
    """

    a: np.ndarray
    b: np.ndarray
    strength: np.ndarray
    state: np.ndarray
    first: np.ndarray
    last: np.ndarray
    events: np.ndarray
    start: np.ndarray
    event: np.ndarray

    @property
    def origin(self) -> np.ndarray:
        """The row in `Contacts` of each pair's first event; -1 for a tie that rests on none (a simulation's)."""
        first: np.ndarray = np.append(self.event, -1)[self.start[:-1]]
        return np.where(np.diff(self.start) > 0, first, -1)

    def __len__(self) -> int:
        return len(self.a)


@kernel
def _sum_runs(key, day, weight, as_of, decay, theta):  # type: ignore[no-untyped-def]
    """Strength, peak, first, last and count of each run of equal keys; events come in order of (day, weight)."""
    n = len(key)
    runs = 0
    for at in range(n):
        if at == 0 or key[at] != key[at - 1]:
            runs += 1
    start = np.empty(runs, np.int64)
    strength = np.empty(runs, np.float64)
    peaked = np.empty(runs, np.bool_)
    first = np.empty(runs, np.int32)
    last = np.empty(runs, np.int32)
    count = np.empty(runs, np.int32)
    run = -1
    running = 0.0
    for at in range(n):
        if at == 0 or key[at] != key[at - 1]:
            run += 1
            start[run] = at
            strength[run] = 0.0
            peaked[run] = False
            first[run] = day[at]
            count[run] = 0
            running = 0.0
        else:
            running *= math.exp(-decay * (day[at] - day[at - 1]))
        running += weight[at]
        if running >= theta:
            peaked[run] = True
        strength[run] += weight[at] * math.exp(-decay * (as_of - day[at]))
        last[run] = day[at]
        count[run] += 1
    return start, strength, peaked, first, last, count


def tie_pairs(events: PairEvents, people: int, as_of: int, parameters: Parameters) -> Pairs:
    """Strength and state of every pair on a day. Events later than the day must not be among them."""
    decay = 0.0 if parameters.half_life is None else math.log(2) / parameters.half_life
    order = _order(events, people)
    key = events.a.astype(np.int64) * people + events.b
    key, day, weight = key[order], events.day[order], events.weight[order]
    start, strength, peaked, first, last, count = _sum_runs(key, day, weight, as_of, decay, parameters.theta)
    state = np.full(len(start), NEVER, np.int8)
    state[peaked] = DORMANT
    state[strength >= parameters.theta] = WEAK
    state[strength >= parameters.theta_strong] = STRONG
    pair = key[start]
    return Pairs(
        a=(pair // people).astype(np.int32),
        b=(pair % people).astype(np.int32),
        strength=strength,
        state=state,
        first=first,
        last=last,
        events=count,
        start=np.append(start, len(order)),
        event=events.event[order],
    )


def _order(events: PairEvents, people: int) -> np.ndarray:
    """The order of (pair, day, weight): sums run in it, so that no store's order shows in a result."""
    if not len(events.a):
        return np.zeros(0, np.int64)
    low = int(events.day.min())
    days = int(events.day.max()) - low + 1
    levels, rank = np.unique(events.weight, return_inverse=True)
    if people * people * days * len(levels) < 2**62:
        # One whole number holds the whole order: far faster than sorting by several columns.
        code = (events.a.astype(np.int64) * people + events.b) * days + (events.day - low)
        return np.argsort(code * len(levels) + rank, kind="stable")
    return np.lexsort((events.weight, events.day, events.b, events.a))


__all__ = ["DORMANT", "NEVER", "STRONG", "WEAK", "Pairs", "tie_pairs"]

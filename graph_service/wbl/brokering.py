"""Brokering: who gets which place. The best assignment with a proof of it, beside greedy and deferred acceptance.

Fit is a whole number per learner and place, so that the optimum can be proven without rounding: dual prices are
computed for the assignment, and their sum equals its fit only if no assignment is better.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.snapshot.snapshot import Snapshot
from graph_service.wbl.fit import fit
from graph_service.wbl.work import Row, Work, grouped

Ints = np.ndarray[Any, np.dtype[np.int64]]
#: An experience in one of these is under way: its learner needs no other.
ONGOING = ("matched", "agreed", "oriented", "running")
#: Greedy looks at so many pairs at once.
CHUNK = 200_000


@dataclass(frozen=True)
class Choice:
    """One way to assign: total fit, how many are placed, the least-served group, and pairs who would both rather.

    blocking: learner and place who would both rather have each other than what they got.
    proven: no other assignment has a greater total fit.
    """

    method: str
    placed: int
    total_fit: int
    least_group: str | None
    least_share: float | None
    blocking: int
    proven: bool
    seconds: float


@dataclass(frozen=True)
class Offer:
    """One learner for one place, as proposed; fit is the sum of what each is worth to the other.

    learner: their own key; learner_id: internal id. why: what speaks for it, by name (`wbl.fit`).
    """

    learner: str
    learner_id: str
    slot: str
    host: str | None
    fit: int
    to_learner: int
    to_host: int
    why: tuple[str, ...]


@dataclass(frozen=True)
class Brokered:
    """Proposals of the best assignment, and the methods side by side. Nothing is written."""

    offers: tuple[Offer, ...]
    methods: tuple[Choice, ...]
    learners: int
    places: int


def broker(work: Work, snapshot: Snapshot, groups: dict[str, str] | None = None) -> Brokered:
    """Propose places to learners on the roster who have none under way.

    groups: subgroup of each learner by internal id, for the least-served group.
    """
    learners, places, site = sides(work)
    both = fit(work, snapshot, learners, places, site)
    named = [(groups or {}).get(row["id"], "not known") for row in learners]
    found, methods = compare(both.learner, named, both.host)
    offers = tuple(
        Offer(
            learners[at]["key"], learners[at]["id"], places[to]["id"], work.name(places[to]["host"]),
            int(both.learner[at, to] + both.host[at, to]), int(both.learner[at, to]), int(both.host[at, to]),
            both.why(at, to),
        )
        for at, to in enumerate(found.tolist())
        if to >= 0
    )  # fmt: skip
    return Brokered(offers, methods, len(learners), len(places))


def sides(work: Work) -> tuple[list[Row], list[Row], dict[str, str]]:
    """Who has no experience under way, free places (a slot's record for each), and where each learner's site is."""
    busy = {row["learner"] for row in work.experiences.values() if row["state"] in ONGOING}
    site = {
        row["person"]: work.organizations[row["organization"]]["location"]
        for row in work.current("affiliation")
        if row["relation"] == "enrolled_at" and row["main"]
    }
    learners = [row for row in work.rows("person") if "learner" in row["roles"] and row["id"] in site]
    learners = [row for row in learners if row["id"] not in busy and (work.seen is None or row["id"] in work.seen)]
    taken = grouped([row for row in work.experiences.values() if row["slot"]], "slot")
    places = []
    for slot in work.current("slot"):
        used = sum(1 for each in taken.get(slot["id"], []) if each["state"] not in ("declined", "cancelled"))
        places += [slot] * max(0, slot["places"] - used)
    return learners, places, site


def compare(fit: Ints, groups: Sequence[str] = (), host: Ints | None = None) -> tuple[Ints, tuple[Choice, ...]]:
    """The best assignment (place of each learner, -1 for none) and all methods side by side.

    fit: learners x places, whole numbers: what each place is worth to the learner; host: what the learner is worth to
    it (default: the same). Where both are 0 the place is not for the learner. Total fit is the sum of both sides.

    >>> compare(np.array([[9, 8], [8, 1]]))[1][0].total_fit
    16
    """
    methods, best = [], np.full(len(fit), -1, np.int64)
    other = fit if host is None else host
    whole = fit if host is None else fit + host
    for name in ("optimum", "greedy", "deferred acceptance"):
        began = time.perf_counter()
        found = optimum(whole) if name == "optimum" else greedy(whole) if name == "greedy" else deferred(fit, other)
        proven = name == "optimum" and bound(whole, found) == total(whole, found)
        seconds = time.perf_counter() - began
        if name == "optimum":
            best = found
        group, least = _least(found, groups)
        placed, apart = int(np.count_nonzero(found >= 0)), blocking(fit, found, other)
        methods.append(Choice(name, placed, total(whole, found), group, least, apart, proven, seconds))
    return best, tuple(methods)


def optimum(fit: Ints) -> Ints:
    """The assignment of the greatest total fit."""
    from scipy.optimize import linear_sum_assignment

    found = np.full(len(fit), -1, np.int64)
    rows, columns = linear_sum_assignment(fit, maximize=True)
    real = fit[rows, columns] > 0
    found[rows[real]] = columns[real]
    return found


def greedy(fit: Ints) -> Ints:
    """The best pair first, then the best that is left: what a person does with a list."""
    found, free = np.full(len(fit), -1, np.int64), np.ones(fit.shape[1], bool)
    flat = fit.reshape(-1)
    order = np.argsort(-flat, kind="stable")[: int(np.count_nonzero(flat > 0))]
    for start in range(0, len(order), CHUNK):
        row, column = np.divmod(order[start : start + CHUNK], fit.shape[1])
        keep = (found[row] < 0) & free[column]
        for at, to in zip(row[keep].tolist(), column[keep].tolist(), strict=True):
            if found[at] < 0 and free[to]:
                found[at], free[to] = to, False
        if not free.any():
            break
    return found


def deferred(fit: Ints, host: Ints | None = None) -> Ints:
    """Places propose to learners in the host's order; a learner keeps the best offer so far by their own.

    Nobody would rather swap: no learner and place both prefer each other to what they got. Source: Gale & Shapley
    1962.
    """
    host = fit if host is None else host
    found = np.full(len(fit), -1, np.int64)
    order: dict[int, list[int]] = {}
    turn = [0] * fit.shape[1]
    waiting = list(range(fit.shape[1]))[::-1]
    while waiting:
        place = waiting.pop()
        if place not in order:
            ranked = np.argsort(-host[:, place], kind="stable")
            order[place] = ranked[fit[ranked, place] + host[ranked, place] > 0].tolist()
        while turn[place] < len(order[place]):
            learner = order[place][turn[place]]
            turn[place] += 1
            held = int(found[learner])
            if held < 0 or fit[learner, place] > fit[learner, held]:
                found[learner] = place
                if held >= 0:
                    waiting.append(held)
                break
    return found


def total(fit: Ints, found: Ints) -> int:
    """The sum of fit over those who are placed."""
    rows = np.flatnonzero(found >= 0)
    return int(fit[rows, found[rows]].sum())


def bound(fit: Ints, found: Ints) -> int | None:
    """An upper bound of every assignment's total fit, out of prices of the places; None where there are none.

    The least prices under which every learner is content with what they got are raised step by step; they exist,
    leave free places at 0 and sum up (with what learners gain) to the total exactly when it is the greatest.
    """
    if not fit.size:
        return 0
    rows = np.flatnonzero(found >= 0)
    held = found[rows]
    out = fit[found < 0]
    price = np.maximum(out.max(axis=0), 0) if len(out) else np.zeros(fit.shape[1], np.int64)
    gain = fit[rows] - fit[rows, held][:, None]
    for _ in range(len(rows) + 1):
        if not len(rows):
            break
        raised = np.maximum(price, (gain + price[held][:, None]).max(axis=0))
        if np.array_equal(raised, price):
            break
        price = raised
    else:
        return None
    worth = np.maximum((fit - price[None, :]).max(axis=1), 0)
    return int(worth.sum() + price.sum())


def blocking(fit: Ints, found: Ints, host: Ints | None = None) -> int:
    """Pairs of a learner and a place who would both rather have each other than what each got."""
    host = fit if host is None else host
    if not fit.size:
        return 0
    rows = np.flatnonzero(found >= 0)
    # Whoever has nothing takes anything that is for them.
    learner, place = np.full(len(fit), -1, np.int64), np.full(fit.shape[1], -1, np.int64)
    learner[rows], place[found[rows]] = fit[rows, found[rows]], host[rows, found[rows]]
    there = fit + host > 0
    return int(np.count_nonzero(there & (fit > learner[:, None]) & (host > place[None, :])))


def _least(found: Ints, groups: Sequence[str]) -> tuple[str | None, float | None]:
    shares = {}
    for group in sorted(set(groups)):
        mine = np.array([each == group for each in groups])
        shares[group] = float((found[mine] >= 0).mean())
    if not shares:
        return None, None
    least = min(shares, key=lambda each: (shares[each], each))
    return least, shares[least]

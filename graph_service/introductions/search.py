"""The search: from each learner over verified connectors to targets, gated, scored, the best few kept.

Connectors' lists hold targets alone, so that a learner costs a few dozen steps; every step is taken for all learners
before the next one begins: reach, judge, lift, pick.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graph_service.compiled import kernel
from graph_service.introductions.gates import CODES, Rules, refusals
from graph_service.introductions.lift import Lifts, lifts
from graph_service.introductions.paths import Paths
from graph_service.introductions.reach import Marks, Onward, Reached, reach
from graph_service.introductions.score import Network, Scales


class Ways(NamedTuple):
    """The adults' rates, and the second hops: to whom no gate about the target refuses, and to everyone."""

    availability: np.ndarray
    response: np.ndarray
    open: Onward
    every: Onward


@dataclass(frozen=True, eq=False)
class Found:
    """The best targets of each learner asked about; arrays are [learners, limit], -1 where there is none.

    near, far: positions of the best path's hops in `Paths.first` and `Paths.second`. terms: [.., terms of lift].
    reached: targets that passed the gates; useless: of those, without lift.
    """

    rows: np.ndarray
    target: np.ndarray
    score: np.ndarray
    probability: np.ndarray
    lift: np.ndarray
    discount: np.ndarray
    terms: np.ndarray
    near: np.ndarray
    far: np.ndarray
    ways: np.ndarray
    mutual: np.ndarray
    first_choice: np.ndarray
    reached: np.ndarray
    useless: np.ndarray


def ways_of(paths: Paths, availability: np.ndarray, response: np.ndarray, refused: np.ndarray) -> Ways:
    """refused: per adult, the gates about that adult alone that refuse."""
    stands = paths.second.bits == 0
    free = stands & (refused[paths.second.who] == 0)
    return Ways(availability, response, Onward.of(paths.second, free), Onward.of(paths.second, stands))


def search(
    rows: np.ndarray,
    limit: int,
    rules: Rules,
    paths: Paths,
    ways: Ways,
    network: Network,
    scales: Scales,
    marks: Marks,
) -> Found:
    """The best `limit` targets of each learner in `rows`, best first; equal ones in order of their keys."""
    rows = np.asarray(rows, np.int64)
    passes = rules.learner[rows] == 0
    everyone = reach(rows[passes], paths, paths.first.bits, ways.availability, ways.open, marks)
    bits = refusals(rules, rows[passes][everyone.owner], everyone.target, as_target=True)
    found = everyone.only(bits == 0) if bits.any() else everyone
    weakest = np.minimum(paths.first.familiarity[found.near], paths.second.familiarity[found.far])
    lift = lifts(rows[passes], found.ptr, found.target, weakest, network, scales, marks)
    return _best(rows, passes, limit, found, lift, ways, network)


def _best(
    rows: np.ndarray, passes: np.ndarray, limit: int, found: Reached, lift: Lifts, ways: Ways, network: Network
) -> Found:
    """The best few of each learner's run, as rows of the answer."""
    p = ways.response[found.target] * (1.0 - found.miss)
    score = lift.lift * p
    # Where there is no goal, a new sector and a near peer come first.
    aimless = network.goals[rows[passes]][found.owner] == 0
    first = np.where(aimless, lift.new_sector.astype(np.int64) + (network.tier[found.target] == 1), 0)
    place = np.full((len(rows), limit), -1, np.int64)
    some = np.full((int(passes.sum()), limit), -1, np.int64)
    useless = np.zeros(len(some), np.int64)
    _pick(found.ptr, found.target, first, score, some, useless)
    place[passes] = some
    none = place < 0

    def taken(values: np.ndarray, otherwise: float) -> np.ndarray:
        if not len(values):
            return np.full((*place.shape, *values.shape[1:]), otherwise, values.dtype)
        chosen: np.ndarray = values[place]
        chosen[none] = otherwise
        return chosen

    counts = [np.zeros(len(rows), np.int64) for _ in range(2)]
    counts[0][passes], counts[1][passes] = np.diff(found.ptr), useless
    return Found(
        rows=rows,
        target=taken(found.target, -1),
        score=taken(score, 0.0),
        probability=taken(p, 0.0),
        lift=taken(lift.lift, 0.0),
        discount=taken(lift.discount, 0.0),
        terms=taken(lift.terms, 0.0),
        near=taken(found.near, -1),
        far=taken(found.far, -1),
        ways=taken(found.ways, -1),
        mutual=taken(lift.mutual, -1),
        first_choice=taken(first, -1),
        reached=counts[0],
        useless=counts[1],
    )


@kernel
def _pick(ptr, target, first, score, chosen, useless):  # type: ignore[no-untyped-def]
    """Per learner the places of the best: first choices before others, the greater score, the smaller position."""
    limit = chosen.shape[1]
    for at in range(len(ptr) - 1):
        kept = 0
        for row in range(ptr[at], ptr[at + 1]):
            if score[row] <= 0.0:
                useless[at] += 1
                continue
            place = kept
            while place > 0:
                other = chosen[at, place - 1]
                if first[row] != first[other]:
                    before = first[row] > first[other]
                elif score[row] != score[other]:
                    before = score[row] > score[other]
                else:
                    before = target[row] < target[other]
                if not before:
                    break
                place -= 1
            if place == limit:
                continue
            kept = min(kept + 1, limit)
            for to in range(kept - 1, place, -1):
                chosen[at, to] = chosen[at, to - 1]
            chosen[at, place] = row


def gate_counts(rows: np.ndarray, rules: Rules, paths: Paths, ways: Ways, marks: Marks) -> np.ndarray:
    """Per learner and gate, how many hops or targets it refuses: [learners, gates]."""
    rows = np.asarray(rows, np.int64)
    everyone = reach(rows, paths, paths.first.bits, ways.availability, ways.every, marks)
    targets = refusals(rules, rows[everyone.owner], everyone.target, as_target=True)
    first = paths.first
    spans = [np.arange(first.ptr[row], first.ptr[row + 1]) for row in rows.tolist()]
    owner = np.repeat(np.arange(len(rows)), [len(each) for each in spans])
    hops = first.bits[np.concatenate(spans)] if spans else np.zeros(0, np.int64)
    found = np.zeros((len(rows), len(CODES)), np.int64)
    for gate in range(len(CODES)):
        for of, bits in ((owner, hops), (everyone.owner, targets)):
            found[:, gate] += np.bincount(of[(bits >> gate & 1) == 1], minlength=len(rows))
    return found

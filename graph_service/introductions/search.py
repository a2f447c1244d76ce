"""The search: from each learner over verified connectors to targets, gated, scored, the best few kept.

Connectors' lists hold targets alone, so that a learner costs a few dozen steps; lift is recomputed exactly
for the tie that would be added, from the two ends' neighbours only.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graph_service.compiled import kernel
from graph_service.introductions.choices import TERMS
from graph_service.introductions.gates import CODES, Rules, pair_refusal
from graph_service.introductions.paths import Paths
from graph_service.introductions.score import Network, Scales


class Ways(NamedTuple):
    """Both hops and the adults' rates, as the loop takes them."""

    first: np.ndarray
    connector: np.ndarray
    near: np.ndarray
    refused: np.ndarray
    second: np.ndarray
    target: np.ndarray
    far: np.ndarray
    parted: np.ndarray
    tied: np.ndarray
    acquaintance: np.ndarray
    availability: np.ndarray
    response: np.ndarray


class Marks(NamedTuple):
    """Workspace of one search: an entry holds for the learner whose number is stamped on it."""

    tied: np.ndarray
    mine: np.ndarray
    weight: np.ndarray
    seen: np.ndarray
    miss: np.ndarray
    best: np.ndarray
    near: np.ndarray
    far: np.ndarray
    ways: np.ndarray
    touched: np.ndarray
    occupation: np.ndarray
    organization: np.ndarray
    sectors: np.ndarray


@dataclass(frozen=True, eq=False)
class Found:
    """The best targets of each learner asked about; arrays are [learners, limit], -1 where there is none.

    near, far: positions of the best path's hops in `Paths.first` and `Paths.second`. terms: [.., terms of lift].
    gates: [learners, gates] how many hops or targets each gate refused. reached: targets that passed the gates;
    useless: of those, without lift.
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
    gates: np.ndarray
    reached: np.ndarray
    useless: np.ndarray


class Out(NamedTuple):
    target: np.ndarray
    values: np.ndarray
    terms: np.ndarray
    whole: np.ndarray
    gates: np.ndarray
    counts: np.ndarray


#: Columns of `Out.values` and `Out.whole`.
_SCORE, _P, _LIFT, _DISCOUNT = range(4)
_NEAR, _FAR, _WAYS, _MUTUAL, _FIRST = range(5)
#: Employers within two steps that count in full.
EMPLOYERS = 3


def ways_of(paths: Paths, availability: np.ndarray, response: np.ndarray) -> Ways:
    return Ways(
        paths.first.ptr,
        paths.first.who,
        paths.first.familiarity,
        paths.first.bits,
        paths.second.ptr,
        paths.second.who,
        paths.second.familiarity,
        paths.second.bits,
        paths.tied.indptr,
        paths.tied.indices,
        availability,
        response,
    )


def marks_of(people: int, occupations: int, organizations: int, sectors: int) -> Marks:
    """A fresh workspace. One search at a time may use it."""
    whole = [np.zeros(people, np.int64) for _ in range(7)]
    real = [np.zeros(people) for _ in range(3)]
    tied, mine, seen, near, far, ways, touched = whole
    weight, miss, best = real
    more = np.zeros(max(occupations, 1), np.int64), np.zeros(max(organizations, 1), np.int64)
    return Marks(tied, mine, weight, seen, miss, best, near, far, ways, touched, *more, np.zeros(sectors, np.int64))


def search(
    rows: np.ndarray, limit: int, rules: Rules, ways: Ways, network: Network, scales: Scales, marks: Marks
) -> Found:
    """The best `limit` targets of each learner in `rows`, best first; equal ones in order of their keys."""
    n, k = len(rows), max(limit, 1)
    out = Out(
        np.full((n, k), -1, np.int64),
        np.zeros((n, k, 4)),
        np.zeros((n, k, len(TERMS))),
        np.full((n, k, 5), -1, np.int64),
        np.zeros((n, len(CODES)), np.int64),
        np.zeros((n, 2), np.int64),
    )
    marks.tied[:] = 0
    marks.mine[:] = 0
    marks.seen[:] = 0
    marks.occupation[:] = 0
    marks.organization[:] = 0
    _search(np.asarray(rows, np.int64), rules, ways, network, scales, marks, out)
    score, probability, lift, discount = (np.ascontiguousarray(out.values[..., at]) for at in range(4))
    near, far, steps, mutual, first = (np.ascontiguousarray(out.whole[..., at]) for at in range(5))
    return Found(
        rows=np.asarray(rows, np.int64),
        target=out.target,
        score=score,
        probability=probability,
        lift=lift,
        discount=discount,
        terms=out.terms,
        near=near,
        far=far,
        ways=steps,
        mutual=mutual,
        first_choice=first,
        gates=out.gates,
        reached=out.counts[:, 0],
        useless=out.counts[:, 1],
    )


@kernel
def _search(rows, rules, ways, network, scales, marks, out):  # type: ignore[no-untyped-def]
    for at in range(len(rows)):
        i = rows[at]
        stamp = at + 1
        _count(rules.learner[i], out.gates[at])
        if rules.learner[i]:
            continue
        mark_own(i, stamp, ways, network, marks)
        reached = walk(i, stamp, rules, ways, marks, out.gates[at])
        out.counts[at, 0] = reached
        for place in range(reached):
            _offer(at, i, marks.touched[place], stamp, rules, ways, network, scales, marks, out)


@kernel
def _count(bits, into):  # type: ignore[no-untyped-def]
    gate = 0
    while bits:
        into[gate] += bits & 1
        bits >>= 1
        gate += 1


@kernel
def mark_own(i, stamp, ways, network, marks):  # type: ignore[no-untyped-def]
    """Stamp whom the learner knows already, and what those contacts stand for."""
    marks.tied[i] = stamp
    for e in range(ways.tied[i], ways.tied[i + 1]):
        marks.tied[ways.acquaintance[e]] = stamp
    for e in range(ways.first[i], ways.first[i + 1]):
        marks.tied[ways.connector[e]] = stamp
    marks.sectors[:] = 0
    for o in range(network.employer_ptr[i], network.employer_ptr[i + 1]):
        marks.organization[network.employers[o]] = stamp
    for e in range(network.indptr[i], network.indptr[i + 1]):
        q = network.indices[e]
        marks.mine[q] = stamp
        marks.weight[q] = network.weights[e]
        if network.sector[q] >= 0:
            marks.sectors[network.sector[q]] += 1
        if network.occupation[q] >= 0:
            marks.occupation[network.occupation[q]] = stamp
        for o in range(network.employer_ptr[q], network.employer_ptr[q + 1]):
            marks.organization[network.employers[o]] = stamp


@kernel
def walk(i, stamp, rules, ways, marks, gates):  # type: ignore[no-untyped-def]
    """Over every standing first hop to every target; returns how many targets passed the gates."""
    reached = 0
    for h in range(ways.first[i], ways.first[i + 1]):
        if ways.refused[h]:
            _count(ways.refused[h], gates)
            continue
        c = ways.connector[h]
        lead = ways.availability[c] * ways.near[h]
        for t in range(ways.second[c], ways.second[c + 1]):
            j = ways.target[t]
            if marks.tied[j] == stamp or ways.parted[t]:
                continue
            if marks.seen[j] != stamp:
                marks.seen[j] = stamp
                bits = rules.adult[j] | pair_refusal(rules, i, j, True)
                marks.ways[j] = -1 if bits else 0
                if bits:
                    _count(bits, gates)
                else:
                    marks.miss[j] = 1.0
                    marks.best[j] = -1.0
                    marks.touched[reached] = j
                    reached += 1
            if marks.ways[j] < 0:
                continue
            p = lead * ways.far[t]
            marks.miss[j] *= 1.0 - p
            marks.ways[j] += 1
            if p > marks.best[j]:
                marks.best[j] = p
                marks.near[j] = h
                marks.far[j] = t
    return reached


@kernel
def _effective_size_gain(i, j, stamp, network, new_tie, marks):  # type: ignore[no-untyped-def]
    """Effective size after the tie less before it, and the mutual contacts: exact, from j's row alone."""
    top = max(network.top[j], new_tie)
    redundancy = network.redundancy[i]
    mutual = 0
    for e in range(network.indptr[j], network.indptr[j + 1]):
        q = network.indices[e]
        if marks.mine[q] == stamp:
            mutual += 1
            redundancy += network.weights[e] * (marks.weight[q] / top + new_tie / network.top[q])
    degree = network.indptr[i + 1] - network.indptr[i]
    before = degree - network.redundancy[i] / network.strength[i] if degree else 0.0
    after = degree + 1.0 - redundancy / (network.strength[i] + new_tie)
    return after - before, mutual


@kernel
def _variety_gain(sector, counts, sectors):  # type: ignore[no-untyped-def]
    """Index of qualitative variation over sectors, after less before; undefined before counts as 0."""
    known = 0
    squares = 0.0
    for k in range(len(counts)):
        known += counts[k]
        squares += counts[k] * counts[k]
    scale = sectors / (sectors - 1.0)
    before = scale * (1.0 - squares / (known * known)) if known else 0.0
    squares += 2.0 * counts[sector] + 1.0
    return scale * (1.0 - squares / ((known + 1.0) * (known + 1.0))) - before


@kernel
def _clip(value):  # type: ignore[no-untyped-def]
    return min(max(value, 0.0), 1.0)


@kernel
def lift_of(i, j, stamp, weakest, network, scales, marks, terms):  # type: ignore[no-untyped-def]
    """Lift of a tie from i to j with its terms (written to `terms`), discount and mutual contacts."""
    terms[:] = 0.0
    gain, mutual = _effective_size_gain(i, j, stamp, network, scales.new_tie, marks)
    terms[0] = _clip(gain)
    sector = network.sector[j]
    if sector >= 0:
        terms[1] = _clip(_variety_gain(sector, marks.sectors, scales.sectors))
        terms[5] = 1.0 if (network.goals[i] >> sector) & 1 else 0.0
    if network.occupation[j] >= 0 and marks.occupation[network.occupation[j]] != stamp:
        terms[2] = 1.0
    new = 0
    for o in range(network.employer_ptr[j], network.employer_ptr[j + 1]):
        if marks.organization[network.employers[o]] != stamp:
            new += 1
    terms[3] = min(1.0, new / EMPLOYERS)
    top = 0
    for e in range(network.indptr[i], network.indptr[i + 1]):
        top = max(top, network.tier[network.indices[e]])
    terms[4] = 1.0 if network.tier[j] > top else 0.0
    total = 0.0
    lift = 0.0
    for k in range(6):
        # A learner without a goal has no goal sector to be judged by.
        weight = scales.lift[k] if k < 5 or network.goals[i] else 0.0
        total += weight
        lift += weight * terms[k]
    lift = lift / total if total else 0.0
    discount = scales.mutual / mutual if mutual > scales.mutual else 1.0
    if sector >= 0 and scales.strong_sector[sector]:
        discount *= (1.0 + weakest) / 2.0
    return lift * discount, discount, mutual


@kernel
def _offer(at, i, j, stamp, rules, ways, network, scales, marks, out):  # type: ignore[no-untyped-def]
    """Score one target and keep it if it is among the best."""
    terms = np.zeros(6)
    weakest = min(ways.near[marks.near[j]], ways.far[marks.far[j]])
    lift, discount, mutual = lift_of(i, j, stamp, weakest, network, scales, marks, terms)
    sector = network.sector[j]
    p = ways.response[j] * (1.0 - marks.miss[j])
    score = lift * p
    if score <= 0.0:
        out.counts[at, 1] += 1
        return
    first = 0
    if not network.goals[i]:
        first += 1 if sector >= 0 and marks.sectors[sector] == 0 else 0
        first += 1 if network.tier[j] == 1 else 0
    _keep(at, j, first, score, out)
    place = 0
    while place < out.target.shape[1] and out.target[at, place] != j:
        place += 1
    if place == out.target.shape[1]:
        return
    out.values[at, place, _P] = p
    out.values[at, place, _LIFT] = lift
    out.values[at, place, _DISCOUNT] = discount
    out.terms[at, place] = terms
    out.whole[at, place, _NEAR] = marks.near[j]
    out.whole[at, place, _FAR] = marks.far[j]
    out.whole[at, place, _WAYS] = marks.ways[j]
    out.whole[at, place, _MUTUAL] = mutual


@kernel
def _before(first, score, j, other_first, other_score, other):  # type: ignore[no-untyped-def]
    if first != other_first:
        return first > other_first
    if score != other_score:
        return score > other_score
    return j < other


@kernel
def _keep(at, j, first, score, out):  # type: ignore[no-untyped-def]
    """Put a target in its place among the best, if it has one."""
    limit = out.target.shape[1]
    place = limit
    while place > 0:
        other = out.target[at, place - 1]
        if other >= 0 and not _before(
            first, score, j, out.whole[at, place - 1, _FIRST], out.values[at, place - 1, _SCORE], other
        ):
            break
        place -= 1
    if place == limit:
        return
    for to in range(limit - 1, place, -1):
        out.target[at, to] = out.target[at, to - 1]
        out.values[at, to] = out.values[at, to - 1]
        out.terms[at, to] = out.terms[at, to - 1]
        out.whole[at, to] = out.whole[at, to - 1]
    out.target[at, place] = j
    out.values[at, place, _SCORE] = score
    out.whole[at, place, _FIRST] = first

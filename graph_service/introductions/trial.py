"""A temporal trial of rankers on a programme's own history: whom each learner could have met, and whom they met.

Train is every day before T, test is T to the last day. A tie is a pair named in at least one tie-making event
before T, whatever its strength (T1 on the day before T); candidates stand at distance two; a new tie is the
first event of a pair in the test period, both people seen before T; who was inactive for long is left out.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graph_service.compiled import kernel
from graph_service.introductions.facts import day_of_snapshot
from graph_service.introductions.recommend import Field
from graph_service.introductions.search import lift_of, mark_own

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot

#: A threshold under every strength: a pair that was ever named is a tie.
EVERY_TIE = 1e-300
#: Days without any contact after which somebody is left out.
INACTIVE = 60


class Sums(NamedTuple):
    """Per candidate what rankers are made of: paths, and sums over the contacts that both have."""

    miss: np.ndarray
    common: np.ndarray
    adamic_adar: np.ndarray
    resource: np.ndarray
    recent: np.ndarray
    connector: np.ndarray
    lift: np.ndarray
    gain: np.ndarray
    new_sector: np.ndarray


@dataclass(frozen=True, eq=False)
class Candidates:
    """learners: positions; ptr: offsets; target: the candidates of each, ascending; sums: see `Sums`."""

    learners: np.ndarray
    ptr: np.ndarray
    target: np.ndarray
    sums: Sums

    def __len__(self) -> int:
        return len(self.target)

    @property
    def owner(self) -> np.ndarray:
        """The place of the learner of each candidate."""
        return np.repeat(np.arange(len(self.learners)), np.diff(self.ptr))


def active(snapshot: "Snapshot", days: int = INACTIVE) -> np.ndarray:
    """Truth per person: in contact with somebody in the last `days` days."""
    contacts = snapshot.contacts
    assert contacts is not None
    last = np.full(len(snapshot), -(10**9), np.int64)
    event = np.repeat(np.arange(len(contacts)), np.diff(contacts.offsets))
    there = contacts.person >= 0
    np.maximum.at(last, contacts.person[there], contacts.day[event[there]])
    found: np.ndarray = day_of_snapshot(snapshot) + 1 - last <= days
    return found


def candidates_of(field: Field, alive: np.ndarray) -> Candidates:
    """Everyone at distance two of each living learner, whatever the gates say: rankers are judged here, not gates."""
    facts, n = field.facts, len(field.snapshot)
    chosen = field.snapshot.roster_rows
    learners = np.sort(chosen[alive[chosen]])
    fits = alive & (facts.professional | facts.research)
    # With one bit set for everybody who may not be a candidate, the count pass and the fill pass agree.
    with field.lock:
        for each in (field.marks.tied, field.marks.mine, field.marks.seen):
            each[:] = 0
        field.marks.occupation[:] = 0
        field.marks.organization[:] = 0
        counts = np.zeros(len(learners), np.int64)
        _count_candidates(learners, fits, field.ways, field.marks, counts)
        ptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        size = int(ptr[-1])
        target = np.zeros(size, np.int64)
        reals = [np.zeros(size) for _ in range(9)]
        sums = Sums(*reals)
        last = field.paths.second.last.astype(np.int64)
        for each in (field.marks.tied, field.marks.mine, field.marks.seen):
            each[:] = 0
        degree = np.maximum(field.paths.degree, 1).astype(np.float64)
        _fill(learners, fits, field.ways, field.network, field.scales, field.marks, last, degree, ptr, target, sums)
    assert n == 0 or size == 0 or target.max() < n
    return Candidates(learners, ptr, target, sums)


@kernel
def _known(i, stamp, ways, marks):  # type: ignore[no-untyped-def]
    marks.tied[i] = stamp
    for e in range(ways.tied[i], ways.tied[i + 1]):
        marks.tied[ways.acquaintance[e]] = stamp
    for e in range(ways.first[i], ways.first[i + 1]):
        marks.tied[ways.connector[e]] = stamp


@kernel
def _count_candidates(learners, fits, ways, marks, counts):  # type: ignore[no-untyped-def]
    for at in range(len(learners)):
        i, stamp = learners[at], at + 1
        _known(i, stamp, ways, marks)
        for h in range(ways.first[i], ways.first[i + 1]):
            c = ways.connector[h]
            for t in range(ways.second[c], ways.second[c + 1]):
                j = ways.target[t]
                if fits[j] and marks.tied[j] != stamp and marks.seen[j] != stamp:
                    marks.seen[j] = stamp
                    counts[at] += 1


@kernel
def _fill(learners, fits, ways, network, scales, marks, last, degree, ptr, target, sums):  # type: ignore[no-untyped-def]
    terms = np.zeros(6)
    for at in range(len(learners)):
        i, stamp = learners[at], at + 1
        mark_own(i, stamp, ways, network, marks)
        reached = 0
        for h in range(ways.first[i], ways.first[i + 1]):
            c = ways.connector[h]
            for t in range(ways.second[c], ways.second[c + 1]):
                j = ways.target[t]
                if fits[j] and marks.tied[j] != stamp and marks.seen[j] != stamp:
                    marks.seen[j] = stamp
                    marks.touched[reached] = j
                    reached += 1
        marks.touched[:reached].sort()
        for place in range(reached):
            j = marks.touched[place]
            row = ptr[at] + place
            target[row] = j
            marks.ways[j] = row
            sums.miss[row] = 1.0
            marks.best[j] = -1.0
        for h in range(ways.first[i], ways.first[i + 1]):
            c = ways.connector[h]
            lead = ways.availability[c] * ways.near[h]
            for t in range(ways.second[c], ways.second[c + 1]):
                j = ways.target[t]
                if not fits[j] or marks.tied[j] == stamp:
                    continue
                row = marks.ways[j]
                p = lead * ways.far[t]
                sums.miss[row] *= 1.0 - p
                sums.common[row] += 1.0
                # A person with one contact weighs as one with two: the logarithm of one is nothing to divide by.
                sums.adamic_adar[row] += 1.0 / np.log(max(degree[c], 2.0))
                sums.resource[row] += 1.0 / degree[c]
                sums.recent[row] = max(sums.recent[row], float(last[t]))
                if p > marks.best[j]:
                    marks.best[j] = p
                    marks.near[j] = h
                    marks.far[j] = t
                    sums.connector[row] = c
        for place in range(reached):
            j = marks.touched[place]
            row = ptr[at] + place
            weakest = min(ways.near[marks.near[j]], ways.far[marks.far[j]])
            lift = lift_of(i, j, stamp, weakest, network, scales, marks, terms)[0]
            sums.lift[row] = lift
            sums.gain[row] = terms[0]
            sector = network.sector[j]
            sums.new_sector[row] = 1.0 if sector >= 0 and marks.sectors[sector] == 0 else 0.0


@dataclass(frozen=True, eq=False)
class Truth:
    """new: sorted codes (learner * people + contact) of pairs whose first event lies in the test period."""

    new: np.ndarray
    people: int

    def hits(self, learners: np.ndarray, targets: np.ndarray) -> np.ndarray:
        code = learners.astype(np.int64) * self.people + targets
        at = np.minimum(np.searchsorted(self.new, code), max(len(self.new) - 1, 0))
        found: np.ndarray = self.new[at] == code if len(self.new) else np.zeros(len(code), bool)
        return found

    def learners(self) -> np.ndarray:
        return np.unique(self.new // max(self.people, 1))


def new_ties(before: "Snapshot", after: "Snapshot", fits: np.ndarray) -> Truth:
    """The first events of pairs after `before`, both people seen by then, the contact one who fits."""
    pairs, n = after.pairs, max(len(after), 1)
    assert pairs is not None and before.recorded is not None
    seen = before.recorded > 0
    fresh = (pairs.first > day_of_snapshot(before)) & seen[pairs.a] & seen[pairs.b]
    a, b = pairs.a[fresh].astype(np.int64), pairs.b[fresh].astype(np.int64)
    learner = before.roster
    code = np.concatenate([(a * n + b)[learner[a] & fits[b]], (b * n + a)[learner[b] & fits[a]]])
    return Truth(np.unique(code), n)


def with_more_ties(snapshot: "Snapshot", a: np.ndarray, b: np.ndarray, weight: float) -> "Snapshot":
    """The snapshot with further living ties of one weight: for simulations."""
    from graph_service.snapshot.graph import graph_of
    from graph_service.snapshot.strength import WEAK

    pairs, n, today = snapshot.pairs, max(len(snapshot), 1), day_of_snapshot(snapshot)
    assert pairs is not None and snapshot.people is not None
    low, high = np.minimum(a, b), np.maximum(a, b)
    code = np.concatenate([pairs.a.astype(np.int64) * n + pairs.b, low.astype(np.int64) * n + high])
    code, first = np.unique(code, return_index=True)
    more = len(low)
    extra = {"strength": weight, "state": WEAK, "first": today, "last": today, "events": 1}
    columns = {
        name: np.concatenate([getattr(pairs, name), np.full(more, value, getattr(pairs, name).dtype)])[first]
        for name, value in extra.items()
    }
    # Pairs that were there keep their events and their order; the further ones have none.
    kept = np.concatenate([np.diff(pairs.start), np.zeros(more, pairs.start.dtype)])[first]
    start = np.concatenate([pairs.start[:1], np.cumsum(kept, dtype=pairs.start.dtype)])
    ends = {"a": (code // n).astype(np.int32), "b": (code % n).astype(np.int32)}
    joined = type(pairs)(**ends, **columns, start=start, event=pairs.event)
    live, staff = joined.state >= WEAK, snapshot.people.staff
    live &= ~(staff[joined.a] | staff[joined.b])
    rows = np.flatnonzero(live)
    graph = graph_of(len(snapshot), joined.a[live], joined.b[live], joined.strength[live], rows)
    return replace(snapshot, pairs=joined, graph=graph, relation=None)

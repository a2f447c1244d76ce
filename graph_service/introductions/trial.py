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
from graph_service.introductions.lift import lifts
from graph_service.introductions.reach import Onward, reach
from graph_service.introductions.recommend import Field

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
    paths, available = field.paths, field.ways.availability
    onward = Onward.of(paths.second, fits[paths.second.who])
    with field.lock:
        found = reach(learners, paths, np.zeros_like(paths.first.bits), available, onward, field.marks).ascending()
        weakest = np.minimum(paths.first.familiarity[found.near], paths.second.familiarity[found.far])
        lift = lifts(learners, found.ptr, found.target, weakest, field.network, field.scales, field.marks)
    degree = np.maximum(paths.degree, 1).astype(np.float64)
    adamic_adar, resource, recent = (np.zeros(len(found.target)) for _ in range(3))
    slot, last = np.full(n, -1, np.int64), paths.second.last[onward.at].astype(np.int64)
    _between(
        learners, paths.first.ptr, paths.first.who, onward.ptr, onward.target, last, degree, found.ptr, found.target,
        slot, adamic_adar, resource, recent,
    )  # fmt: skip
    sums = Sums(
        found.miss,
        found.ways.astype(np.float64),
        adamic_adar,
        resource,
        recent,
        paths.first.who[found.near].astype(np.float64),
        lift.lift,
        lift.terms[:, 0],
        lift.new_sector.astype(np.float64),
    )
    return Candidates(learners, found.ptr, found.target, sums)


@kernel
def _between(  # type: ignore[no-untyped-def]
    learners, first, connector, second, whom, last, degree, ptr, target, slot, adamic_adar, resource, recent
):
    """Sums over the contacts that a learner and a candidate have in common."""
    for at in range(len(learners)):
        i = learners[at]
        for row in range(ptr[at], ptr[at + 1]):
            slot[target[row]] = row
        for h in range(first[i], first[i + 1]):
            c = connector[h]
            for t in range(second[c], second[c + 1]):
                row = slot[whom[t]]
                if row < ptr[at] or row >= ptr[at + 1] or target[row] != whom[t]:
                    continue
                # A person with one contact weighs as one with two: the logarithm of one is nothing to divide by.
                adamic_adar[row] += 1.0 / np.log(max(degree[c], 2.0))
                resource[row] += 1.0 / degree[c]
                recent[row] = max(recent[row], float(last[t]))


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

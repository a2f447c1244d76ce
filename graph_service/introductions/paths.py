"""The two hops of a path: learner to connector, connector to target; only verified, living ties."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph_service.compiled import kernel
from graph_service.introductions.choices import Choices
from graph_service.introductions.facts import Facts, day_of_snapshot
from graph_service.introductions.gates import Rules, among, refusals
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.events import pair_events
from graph_service.snapshot.graph import Graph, graph_of
from graph_service.snapshot.rows import index_in
from graph_service.snapshot.strength import WEAK, Pairs, tie_pairs

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot

#: A hop that rests on inference alone does not qualify.
UNVERIFIED = "inferred"


@dataclass(frozen=True, eq=False)
class Ties:
    """Pairs a < b, sorted, with strength, the familiarity that their evidence vouches for, and the last day."""

    a: np.ndarray
    b: np.ndarray
    strength: np.ndarray
    floor: np.ndarray
    last: np.ndarray


@dataclass(frozen=True, eq=False)
class Hops:
    """Compressed rows of one hop: whom each person leads to (`who`), how strongly, how familiar, until when.

    bits: the gates that refuse the hop (0: it stands). assigned: a caseload assignment vouches for it.
    """

    ptr: np.ndarray
    who: np.ndarray
    strength: np.ndarray
    familiarity: np.ndarray
    last: np.ndarray
    bits: np.ndarray
    assigned: np.ndarray

    def row(self, at: int) -> range:
        return range(int(self.ptr[at]), int(self.ptr[at + 1]))


@dataclass(frozen=True, eq=False)
class Paths:
    """first: learners to connectors; second: connectors to targets; tied: everyone ever tied to each person.

    degree: living verified ties per person; tau: the strength at which familiarity is 1 - 1/e.
    """

    first: Hops
    second: Hops
    tied: Graph
    degree: np.ndarray
    tau: float


def living_ties(snapshot: "Snapshot", threshold: float | None = None) -> Ties:
    """The ties that a hop may rest on: evidence better than inference, strength at or above theta.

    threshold: another one than the snapshot's theta (0: every tie ever made).
    """
    pairs, floor = _verified(snapshot)
    wanted = pairs.state >= WEAK if threshold is None else pairs.strength >= threshold
    logged = Ties(pairs.a[wanted], pairs.b[wanted], pairs.strength[wanted], floor[wanted], pairs.last[wanted])
    layer = snapshot.parameters.layer
    return logged if layer == "logged" else _with_stated(snapshot, logged, keep=layer == "either")


def _verified(snapshot: "Snapshot") -> tuple[Pairs, np.ndarray]:
    """The pairs without what is only inferred, and the familiarity that the best evidence of each vouches for."""
    import pyarrow as pa

    assert snapshot.pairs is not None and snapshot.contacts is not None
    pairs, contacts, n = snapshot.pairs, snapshot.contacts, max(len(snapshot), 1)
    table = vocabulary("evidence_grades")
    floors = np.array([float(row["floor"]) for row in table.rows.values()])
    grade = index_in(contacts.table["evidence"], pa.array(table.codes))
    inferred = grade == table.codes.index(UNVERIFIED)
    if not inferred.any() and not floors[np.unique(grade)].any():
        return pairs, np.zeros(len(pairs))
    events = pair_events(contacts, snapshot.parameters)
    if inferred.any():
        keep = ~inferred[events.event]
        kept = {name: getattr(events, name)[keep] for name in ("a", "b", "day", "weight", "event")}
        events = type(events)(**kept)
        pairs = tie_pairs(events, n, day_of_snapshot(snapshot), snapshot.parameters)
    floor = np.zeros(len(pairs))
    place = np.searchsorted(pairs.a.astype(np.int64) * n + pairs.b, events.a.astype(np.int64) * n + events.b)
    np.maximum.at(floor, place, floors[grade[events.event]])
    return pairs, floor


def _with_stated(snapshot: "Snapshot", logged: Ties, *, keep: bool) -> Ties:
    """The stated ties (strength 1), beside the logged ones or instead of them."""
    assert snapshot.stated is not None
    said, n = snapshot.stated, max(len(snapshot), 1)
    floor = float(vocabulary("evidence_grades").rows["stated"]["floor"])
    a = np.concatenate([np.minimum(said.ego, said.alter), logged.a if keep else logged.a[:0]])
    b = np.concatenate([np.maximum(said.ego, said.alter), logged.b if keep else logged.b[:0]])
    more = len(a) - len(said.ego)
    strength = np.concatenate([np.ones(len(said.ego)), logged.strength[:more]])
    floors = np.concatenate([np.full(len(said.ego), floor), logged.floor[:more]])
    last = np.concatenate([said.day, logged.last[:more]])
    code, place = np.unique(a.astype(np.int64) * n + b, return_inverse=True)
    joined = [np.zeros(len(code)), np.zeros(len(code)), np.full(len(code), -1, np.int64)]
    for into, values in zip(joined, (strength, floors, last), strict=True):
        np.maximum.at(into, place, values)
    return Ties((code // n).astype(np.int32), (code % n).astype(np.int32), *joined)


def familiarity(strength: np.ndarray, tau: float, floor: np.ndarray | float = 0.0) -> np.ndarray:
    """f = 1 - exp(-T1 / tau), at least what the evidence vouches for."""
    found: np.ndarray = np.maximum(-np.expm1(-strength / tau), floor)
    return found


def median_strength(ties: Ties, otherwise: float) -> float:
    """The median strength of the ties; `otherwise` where there is none."""
    return float(np.median(ties.strength)) if len(ties.strength) else otherwise


def paths_of(snapshot: "Snapshot", facts: Facts, rules: Rules, choices: Choices) -> Paths:
    """Both hops of every path of a programme."""
    n, ties = len(snapshot), living_ties(snapshot)
    tau = choices.tau or median_strength(ties, choices.assigned_strength)
    graph = graph_of(n, ties.a, ties.b, ties.strength)
    ego = np.repeat(np.arange(n), np.diff(graph.indptr))
    floor, last = ties.floor[graph.pair], ties.last[graph.pair].astype(np.int64)
    learner = facts.learner | facts.research
    connector = (facts.adult | facts.research)[graph.indices] & learner[ego]
    first = _first_hops(n, ego[connector], graph, connector, floor, last, facts, rules, choices, tau)
    target = (facts.professional | facts.research)[graph.indices] & (facts.adult | facts.research)[ego]
    second = Hops(
        ptr=_starts(ego[target], n),
        who=graph.indices[target].astype(np.int64),
        strength=graph.weights[target],
        familiarity=familiarity(graph.weights[target], tau, floor[target]),
        last=last[target],
        bits=_between(rules, ego[target], graph.indices[target]),
        assigned=np.zeros(int(target.sum()), bool),
    )
    return Paths(first, second, ever_tied(snapshot), np.diff(graph.indptr), tau)


def _first_hops(
    n: int,
    ego: np.ndarray,
    graph: Graph,
    chosen: np.ndarray,
    floor: np.ndarray,
    last: np.ndarray,
    facts: Facts,
    rules: Rules,
    choices: Choices,
    tau: float,
) -> Hops:
    """Logged ties and caseload assignments; where both are there, the stronger vouches."""
    assigned = facts.caseload
    who = np.concatenate([graph.indices[chosen].astype(np.int64), assigned[:, 1]])
    ego = np.concatenate([ego, assigned[:, 0]])
    strength = np.concatenate([graph.weights[chosen], np.full(len(assigned), choices.assigned_strength)])
    floors = np.concatenate([floor[chosen], np.zeros(len(assigned))])
    days = np.concatenate([last[chosen], np.full(len(assigned), -1, np.int64)])
    by_caseload = np.arange(len(who)) >= int(chosen.sum())
    code, place = np.unique(ego * max(n, 1) + who, return_inverse=True)
    joined = {
        "strength": np.zeros(len(code)), "floor": np.zeros(len(code)), "last": np.full(len(code), -1, np.int64),
        "assigned": np.zeros(len(code), bool),
    }  # fmt: skip
    for name, values in (("strength", strength), ("floor", floors), ("last", days), ("assigned", by_caseload)):
        np.maximum.at(joined[name], place, values)
    ego, who = code // max(n, 1), code % max(n, 1)
    return Hops(
        ptr=_starts(ego, n),
        who=who,
        strength=joined["strength"],
        familiarity=familiarity(joined["strength"], tau, joined["floor"]),
        last=joined["last"],
        bits=refusals(rules, ego, who, as_target=False),
        assigned=joined["assigned"],
    )


@kernel
def _between(rules, connectors, targets):  # type: ignore[no-untyped-def]
    """What refuses a connector and a target to each other: nothing but a block."""
    n = len(rules.minor)
    bits = np.zeros(len(connectors), np.int64)
    if len(rules.blocked):
        for at in range(len(connectors)):
            if among(rules.blocked, connectors[at] * n + targets[at]):
                bits[at] = 1
    return bits


def ever_tied(snapshot: "Snapshot") -> Graph:
    """Everyone that each person was ever tied to or says they know: nobody to be introduced to."""
    assert snapshot.pairs is not None
    n, pairs, said = max(len(snapshot), 1), snapshot.pairs, snapshot.stated
    code = pairs.a.astype(np.int64) * n + pairs.b
    if said is not None and len(said.ego):
        stated = np.minimum(said.ego, said.alter).astype(np.int64) * n + np.maximum(said.ego, said.alter)
        code = np.union1d(code, stated)
    return graph_of(len(snapshot), code // n, code % n, np.ones(len(code)))


def _starts(ego: np.ndarray, n: int) -> np.ndarray:
    """Offsets of rows of an ascending column of positions."""
    return np.concatenate([[0], np.cumsum(np.bincount(ego, minlength=n))]).astype(np.int64)

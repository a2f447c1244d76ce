"""The drawing that may leave: groups of people in place of people, and a line where many on both sides are tied.

A drawing without names still shows who is who: the only one with eleven contacts is recognised by them. So people are
drawn for outsiders only where nobody can be told apart by their place, which networks hardly ever allow; else groups.
"""

from datetime import date

import numpy as np

from graph_service.desks.released import NOTHING, site
from graph_service.desks.views.drawn import Drawn
from graph_service.disclosure.drawings import drawing_withheld, ties_between
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule
from graph_service.errors import NotYours
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.people import RELATIONS
from graph_service.snapshot.snapshot import Snapshot

ROLES = ("coordinator", "admin", "director", "evaluator")


def drawing(reader: ScopedReader, as_of: date, *, rule: Rule | None = None) -> Drawn:
    """The network of the learners in the reader's counts as it may leave. Raises NotYours.

    People where every place in the drawing is shared by k of them; else sites and kinds of contacts with at least k
    people, joined where at least k people on both sides are tied. No number is on it.
    """
    if reader.actor.role not in ROLES:
        raise NotYours()
    rule = rule or Rule()
    snapshot = reader.snapshot(as_of)
    rows = reader.counted(snapshot)
    ties = _ties(snapshot, rows, ~reader.shut(snapshot))
    nodes = np.unique(np.concatenate([rows, ties.ravel()]))
    at = dict(zip(nodes.tolist(), range(len(nodes)), strict=True))
    pairs = [(at[a], at[b]) for a, b in ties.tolist()]
    why = drawing_withheld(len(nodes), pairs, rule)
    if why is None:
        return Drawn(of="people", as_of=as_of, k=rule.k, nodes=("",) * len(nodes), lines=tuple(pairs), reason=None)
    return _groups(reader, snapshot, rows, ties, rule, why.reason)


def _ties(snapshot: Snapshot, rows: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Live ties of these learners, as pairs of positions, a learner first; staff aside."""
    graph = snapshot.graph
    a = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    b = np.asarray(graph.indices, np.int64)
    own = np.zeros(len(snapshot), bool)
    own[rows] = True
    keep = own[a] & allowed[b] & (~own[b] | (a < b))
    return np.column_stack([a[keep], b[keep]]).astype(np.int64).reshape(-1, 2)


def _groups(
    reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray, ties: np.ndarray, rule: Rule, reason: str
) -> Drawn:
    people = snapshot.people
    assert people is not None
    where = dict(zip(rows.tolist(), site(reader, snapshot, rows), strict=True))
    label = vocabulary("relations").label

    def group(at: int) -> str:
        return where.get(at) or label(RELATIONS[int(people.relation[at])])

    sizes: dict[str, set[int]] = {}
    for at in {*rows.tolist(), *ties.ravel().tolist()}:
        sizes.setdefault(group(at), set()).add(at)
    names = sorted(name for name, members in sizes.items() if len(members) >= rule.k and name != NOTHING)
    lines: tuple[tuple[int, int], ...] = ()
    if len(ties):
        egos, alters = ties[:, 0].tolist(), ties[:, 1].tolist()
        table, withheld = ties_between(egos, alters, list(map(group, egos)), list(map(group, alters)), rule)
        told = ~withheld.reshape(table.values.shape)
        place = {name: at for at, name in enumerate(names)}
        found = {
            (min(place[a], place[b]), max(place[a], place[b]))
            for i, a in enumerate(table.names[0][:-1])
            for j, b in enumerate(table.names[1][:-1])
            if told[i, j] and a in place and b in place
        }
        lines = tuple(sorted(found))
    assert snapshot.as_of is not None
    return Drawn(of="groups", as_of=snapshot.as_of, k=rule.k, nodes=tuple(names), lines=lines, reason=reason)

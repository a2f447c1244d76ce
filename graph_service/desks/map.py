"""The map of the programme: the reader's learners, whom they are tied to, and what changed since another day."""

from datetime import date

import numpy as np

from graph_service.desks import narrowing
from graph_service.desks.coordinator import about
from graph_service.desks.naming import display_name, organization_name
from graph_service.desks.views.map import ADULTS, NO_SITE, ProgrammeMap
from graph_service.disclosure.scope import ScopedReader
from graph_service.snapshot.layout import positions
from graph_service.snapshot.snapshot import Snapshot

#: People drawn at most: what a browser shows in a few seconds without a graphics card.
LIMIT = 10_000
KEPT, NEW, LOST = 0, 1, 2


def programme_map(
    reader: ScopedReader, as_of: date, before: date | None = None, site: str | None = None, limit: int = LIMIT
) -> ProgrammeMap:
    """Learners in scope (of a site, or all), the people they are tied to, and their ties; staff aside.

    Not drawn are people whom the reader does not see, and ties between two who are no learners of the reader's. Where
    there are more than `limit` people, those with most ties are drawn.
    """
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    everyone = reader.learners(snapshot)
    mine = everyone[narrowing.chosen(snapshot, everyone, None, site)]
    own = np.zeros(len(snapshot), bool)
    own[mine] = True
    allowed = ~reader.unseen(snapshot)
    now = _pairs(snapshot, own, allowed)
    changes = np.zeros(0, np.int64)
    ties = now
    if before is not None:
        ties, changes = _compared(now, _pairs(reader.snapshot(before), own, allowed), len(snapshot))
    nodes = np.unique(np.concatenate([mine, ties.ravel()]))
    everybody = len(nodes)
    if len(nodes) > limit:
        degree = np.bincount(ties.ravel(), minlength=len(snapshot))[nodes]
        nodes = np.sort(nodes[np.lexsort((nodes, -degree))[:limit]])
        inside = np.isin(ties, nodes).all(axis=1)
        ties, changes = ties[inside], changes[inside] if len(changes) else changes
    reader.note("map", snapshot, nodes)
    place = np.full(len(snapshot), -1, np.int64)
    place[nodes] = np.arange(len(nodes))
    drawn = place[ties]
    names = [ADULTS if not people.learner[at] else organization_name(snapshot, int(people.site[at])) or NO_SITE
             for at in nodes.tolist()]  # fmt: skip
    groups = sorted(set(names), key=lambda name: (name in (ADULTS, NO_SITE), name))
    number = {name: at for at, name in enumerate(groups)}
    touched = np.zeros(len(snapshot), bool)
    touched[now.ravel()] = True
    return ProgrammeMap(
        about=about(reader, snapshot, everyone),
        before=before,
        sites=narrowing.sites(reader, snapshot, everyone),
        people=len(nodes),
        everybody=everybody,
        ids=tuple(people.ids[at] for at in nodes.tolist()),
        names=tuple(display_name(snapshot, at) for at in nodes.tolist()),
        groups=tuple(groups),
        group_of=tuple(number[name] for name in names),
        positions=tuple((float(x), float(y)) for x, y in _places(drawn, len(nodes))),
        ties=tuple((int(a), int(b)) for a, b in drawn),
        changes=tuple(changes.tolist()),
        alone=int((~touched[mine]).sum()),
    )


def _pairs(snapshot: Snapshot, own: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Live ties with one of the reader's learners at an end, as pairs of positions a < b."""
    graph = snapshot.graph
    a = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    b = np.asarray(graph.indices, np.int64)
    keep = (a < b) & (own[a] | own[b]) & allowed[a] & allowed[b]
    return np.column_stack([a[keep], b[keep]]).astype(np.int64).reshape(-1, 2)


def _compared(now: np.ndarray, then: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """All ties of both days, and what became of each."""
    keys, old = now[:, 0] * n + now[:, 1], then[:, 0] * n + then[:, 1]
    lost = then[~np.isin(old, keys)]
    changes = np.where(np.isin(keys, old), KEPT, NEW)
    return np.concatenate([now, lost]), np.concatenate([changes, np.full(len(lost), LOST)])


def _places(ties: np.ndarray, n: int) -> np.ndarray:
    both = np.concatenate([ties, ties[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=n))])
    return positions(indptr, both[:, 1].astype(np.int32))

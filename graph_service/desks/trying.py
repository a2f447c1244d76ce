"""What another half-life or other thresholds would do to today's list, before they are chosen."""

from datetime import date

import numpy as np

from graph_service.desks.board import GROUPS
from graph_service.desks.naming import display_name
from graph_service.desks.views.setup import GroupChange, TiesTried
from graph_service.disclosure.scope import ScopedReader
from graph_service.measures import catalogue
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.snapshot import Snapshot

#: Learners named whose group would change.
SHOWN = 20


def tried(reader: ScopedReader, as_of: date, other: Parameters) -> TiesTried:
    """Learners by group as it is and as it would be, and who would be in another group."""
    now, then = reader.snapshot(as_of), reader.snapshot(as_of, other)
    rows = reader.learners(now)
    before, after = _groups(now, rows), _groups(then, rows)
    moved = rows[before != after]
    reader.note("ties tried", now, moved[:SHOWN])
    return TiesTried(
        as_of=as_of,
        revision=now.revision,
        now=reader.parameters.as_dict(),
        then=other.as_dict(),
        ties_now=_ties(now),
        ties_then=_ties(then),
        groups=tuple(
            GroupChange(group=name, now=int((before == at).sum()), then=int((after == at).sum()))
            for at, name in enumerate(GROUPS)
        ),
        moved=len(moved),
        names=tuple(display_name(now, at) for at in moved[:SHOWN].tolist()),
    )


def _ties(snapshot: Snapshot) -> int:
    return len(snapshot.graph.indices) // 2


def _groups(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray:
    columns = catalogue.compute(snapshot, ("recorded_contacts", "professional_network_size"))
    recorded, professional = (columns[id].values[rows] for id in ("recorded_contacts", "professional_network_size"))
    return np.where(recorded == 0, 0, np.where(professional == 0, 1, np.where(professional <= 2, 2, 3)))

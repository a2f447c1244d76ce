"""A learner's network and timeline as views."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from graph_service import clock
from graph_service.desks.naming import display_name, names, organization_name
from graph_service.desks.views.base import AlterMoment, Network, NetworkAlter, TimelineEntry
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.events import KIND_CODES
from graph_service.snapshot.people import RELATIONS, SECTORS
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.strength import DORMANT, NEVER, STRONG, WEAK

STATES = {NEVER: "none", DORMANT: "dormant", WEAK: "weak", STRONG: "strong"}
#: Contacts shown in a timeline.
SHOWN = 50


def network(
    snapshot: Snapshot,
    at: int,
    dates: Sequence[date],
    snapshots: Sequence[Snapshot],
    unseen: np.ndarray | None = None,
) -> Network:
    """Everybody with whom the learner has or had a tie, on each date; staff aside.

    unseen: truth per person, who is not named to the reader; they are a count.
    snapshots: one per date, of the same revision (so that positions agree); the last one is `snapshot`.
    """
    found: dict[int, list[tuple[int, float]]] = {}
    for place, each in enumerate(snapshots):
        for alter, state, strength in _ties_of(each, at):
            found.setdefault(alter, [(NEVER, 0.0)] * len(snapshots))[place] = (state, strength)
    alters = sorted(alter for alter in found if unseen is None or not unseen[alter])
    return Network(
        person_id=str(snapshot.keys[at]),
        name=display_name(snapshot, at),
        dates=tuple(dates),
        alters=tuple(_alter(snapshot, at, alter, found[alter]) for alter in alters),
        ties=_among(snapshot, alters, snapshots),
        hidden=len(found) - len(alters),
    )


def _ties_of(snapshot: Snapshot, at: int) -> list[tuple[int, int, float]]:
    pairs = snapshot.pairs
    assert pairs is not None
    mine = ((pairs.a == at) | (pairs.b == at)) & snapshot.counted_pairs() & (pairs.state > NEVER)
    rows = np.flatnonzero(mine)
    others = np.where(pairs.a[rows] == at, pairs.b[rows], pairs.a[rows])
    return [(int(o), int(pairs.state[r]), float(pairs.strength[r])) for o, r in zip(others, rows, strict=True)]


def _alter(snapshot: Snapshot, at: int, alter: int, moments: list[tuple[int, float]]) -> NetworkAlter:
    people, pairs = snapshot.people, snapshot.pairs
    assert people is not None and pairs is not None
    low, high = min(at, alter), max(at, alter)
    row = np.flatnonzero((pairs.a == low) & (pairs.b == high))
    relation = RELATIONS[relation_of(snapshot, at, alter)]
    sector = int(people.sector[alter])
    return NetworkAlter(
        id=people.ids[alter],
        person_id=str(snapshot.keys[alter]),
        name=names(snapshot)[alter],
        relation=relation,
        relation_label=vocabulary("relations").label(relation),
        sector=SECTORS[sector] if sector >= 0 else None,
        last_contact=clock.day_of(int(pairs.last[row[0]])) if len(row) else None,
        contacts=int(pairs.events[row[0]]) if len(row) else 0,
        moments=tuple(
            AlterMoment(state=STATES[state], strength=round(strength, 3) if state else None)
            for state, strength in moments
        ),
    )


def relation_of(snapshot: Snapshot, at: int, alter: int) -> int:
    graph = snapshot.graph
    assert snapshot.relation is not None and snapshot.people is not None
    start, end = graph.indptr[at], graph.indptr[at + 1]
    place = start + np.searchsorted(graph.indices[start:end], alter)
    if place < end and graph.indices[place] == alter:
        return int(snapshot.relation[place])
    return int(snapshot.people.relation[alter])


def _among(
    snapshot: Snapshot, alters: list[int], snapshots: Sequence[Snapshot]
) -> tuple[tuple[str, str, tuple[bool, ...]], ...]:
    members = np.array(alters, np.int64)
    found: dict[tuple[int, int], list[bool]] = {}
    for place, each in enumerate(snapshots):
        for alter in alters:
            known = np.intersect1d(each.graph.row(alter), members)
            for other in known[known > alter].tolist():
                found.setdefault((alter, other), [False] * len(snapshots))[place] = True
    assert snapshot.people is not None
    ids = snapshot.people.ids
    return tuple((ids[a], ids[b], tuple(present)) for (a, b), present in sorted(found.items()))


def timeline(
    snapshot: Snapshot, at: int, unseen: np.ndarray | None = None, limit: int = SHOWN
) -> tuple[tuple[TimelineEntry, ...], int]:
    """The learner's recorded contacts, newest first, and how many there are; who is `unseen` is not named."""
    contacts, people = snapshot.contacts, snapshot.people
    assert contacts is not None and people is not None
    rows = np.unique(np.searchsorted(contacts.offsets, np.flatnonzero(contacts.person == at), side="right") - 1)
    rows = rows[np.lexsort((rows, -contacts.day[rows]))]
    kinds, hosts, called = vocabulary("interaction_kinds"), people.organizations.places, names(snapshot)
    entries = []
    for row in rows[:limit]:
        there = contacts.person[contacts.offsets[row] : contacts.offsets[row + 1]]
        kind = KIND_CODES[contacts.kind[row]]
        host = contacts.table["host"][int(row)].as_py()
        named = [int(o) for o in there[:12] if o >= 0 and o != at and (unseen is None or not unseen[o])]
        others = tuple(called[o] for o in named)
        entries.append(
            TimelineEntry(
                on=clock.day_of(int(contacts.day[row])),
                kind=kind,
                kind_label=kinds.label(kind),
                mode=contacts.table["mode"][int(row)].as_py(),
                people=others,
                host=organization_name(snapshot, hosts[host]) if host in hosts else None,
                makes_tie=kinds.rows[kind]["makes_tie"] == "yes",
            )
        )
    return tuple(entries), len(rows)

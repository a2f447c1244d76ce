"""A snapshot as tables and as a networkx graph, for other tools: nodes, edges, egos with their alters."""

from typing import Any

import numpy as np

from graph_service import clock
from graph_service.snapshot.people import RELATIONS, SECTORS
from graph_service.snapshot.snapshot import Snapshot

STATES = ("never", "dormant", "weak", "strong")


def nodes(snapshot: Snapshot) -> Any:
    """A row per person: person_id, what the person is, where; null where it is not known."""
    import pyarrow as pa

    people = snapshot.people
    keys = [str(key) for key in snapshot.keys]
    if people is None:
        return pa.table({"person_id": pa.array(keys, pa.string())})
    places = people.organizations.keys()
    return pa.table(
        {
            "person_id": pa.array(keys, pa.string()),
            "learner": pa.array(people.learner),
            "staff": pa.array(people.staff),
            "on_roster": pa.array(people.roster),
            "relation": pa.array([RELATIONS[code] for code in people.relation], pa.string()),
            "tier": pa.array([("", "near_peer", "mid", "senior")[tier] or None for tier in people.tier], pa.string()),
            "sector": pa.array([SECTORS[code] if code >= 0 else None for code in people.sector], pa.string()),
            "site": pa.array([places[at] if at >= 0 else None for at in people.site], pa.string()),
            "employer": pa.array([places[at] if at >= 0 else None for at in people.employer], pa.string()),
        }
    )


def edges(snapshot: Snapshot) -> Any:
    """A row per live tie: source, target (in person order), weight, state, first and last day, contacts."""
    import pyarrow as pa

    graph, keys = snapshot.graph, snapshot.keys
    egos = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    forward = egos < graph.indices
    a, b, pair = egos[forward], graph.indices[forward], graph.pair[forward]
    columns: dict[str, Any] = {
        "source": pa.array([str(keys[at]) for at in a], pa.string()),
        "target": pa.array([str(keys[at]) for at in b], pa.string()),
        "weight": pa.array(graph.weights[forward]),
    }
    pairs = snapshot.pairs
    if pairs is not None:
        known = pair >= 0
        row = np.where(known, pair, 0)
        columns["state"] = pa.array(
            [STATES[s] if k else "stated" for s, k in zip(_at(pairs.state, row), known, strict=True)], pa.string()
        )
        for name, values in (("first", pairs.first), ("last", pairs.last)):
            days = [clock.day_of(int(d)) if k else None for d, k in zip(_at(values, row), known, strict=True)]
            columns[name] = pa.array(days, pa.date32())
        columns["contacts"] = pa.array(_at(pairs.events, row).astype(np.int64), mask=~known)
    return pa.table(columns)


def _at(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return values[rows] if len(values) else np.zeros(len(rows), values.dtype)


def egos(snapshot: Snapshot) -> Any:
    """A row per learner on the roster and contact: ego, alter, relation, weight (the ego-alter table of egor)."""
    import pyarrow as pa

    graph, keys = snapshot.graph, snapshot.keys
    ego, alter, entry = [], [], []
    for at in snapshot.roster_rows:
        for place in range(graph.indptr[at], graph.indptr[at + 1]):
            ego.append(str(keys[at]))
            alter.append(str(keys[graph.indices[place]]))
            entry.append(place)
    relation = snapshot.relation
    told = [RELATIONS[relation[place]] if relation is not None else "peer" for place in entry]
    return pa.table(
        {
            "ego": pa.array(ego, pa.string()),
            "alter": pa.array(alter, pa.string()),
            "relation": pa.array(told, pa.string()),
            "weight": pa.array(graph.weights[entry] if entry else np.zeros(0)),
        }
    )


def annotated(snapshot: Snapshot) -> Any:
    """The graph with its node and edge attributes, fit for GraphML and GEXF: no nulls, no lists, dates as text."""
    import networkx as nx

    graph = nx.Graph()
    for row in nodes(snapshot).to_pylist():
        graph.add_node(row.pop("person_id"), **_plain(row))
    for row in edges(snapshot).to_pylist():
        graph.add_edge(row.pop("source"), row.pop("target"), **_plain(row))
    return graph


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
        if value is not None
    }

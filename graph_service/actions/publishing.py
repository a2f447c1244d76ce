"""Publish derived ties and measures into the Neo4j store, for those who explore it with tools of its own.

What is published names nobody unless it is asked to; it is in the log of writes who published what. It is no secret
from whoever has the server's password: that is access to every record in it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from graph_service import clock
from graph_service.disclosure.release_log import graph_noted
from graph_service.disclosure.scope import Actor
from graph_service.errors import NotYours, UsageError
from graph_service.measures import catalogue
from graph_service.measures.catalogue import Model
from graph_service.snapshot import tables
from graph_service.store.store import Receipt, Store

#: Who may publish.
MAY = ("coordinator", "evaluator", "director", "admin")
#: The one publication of a store.
ID = "published"
NAMES = ("key", "given_name", "family_name")


class NeedsServer(UsageError):
    """Only a Neo4j store has tools that look at it."""

    code, title, status = "needs_server", "Only a Neo4j store can be published into", 409
    hint = "For files: `graph-service export` writes tables, GraphML and GEXF."


def publish(
    store: Store,
    actor: Actor,
    snapshot: Any,
    measures: Sequence[str],
    model: Model = "whole",
    *,
    named: bool = False,
    today: date | None = None,
) -> Receipt:
    """Publish a snapshot's ties and everybody's measures in the place of what was published before.

    named: with people's keys and names; else only their internal ids, which are keyed hashes.
    It is in the release log before it is written. Raises NeedsServer, NotYours, UnknownMeasure, Conflict.
    """
    from graph_service.store.neo4j.published import publish as write

    door = _door(store, actor)
    columns = catalogue.compute(snapshot, measures, model)
    told = graph_noted("published", snapshot.as_of, len(snapshot), by=actor.name, today=today or clock.today())
    store.put("release", told, actor=actor.name, action="release")
    write(door, _people(snapshot, columns, named), _ties(snapshot))
    return _note(
        store,
        actor,
        {
            "as_of": snapshot.as_of,
            "known_revision": snapshot.revision,
            "parameters": snapshot.parameters.text(),
            "measures": list(columns),
            "model": model,
            "people": len(snapshot),
            "ties": len(snapshot.graph.indices) // 2,
            "named": named,
            "withdrawn": False,
        },
        "publish",
    )


def withdraw(store: Store, actor: Actor, *, today: date) -> Receipt:
    """Take away what is published. Raises NeedsServer, NotYours."""
    from graph_service.store.neo4j.published import withdraw as delete

    delete(_door(store, actor))
    return _note(store, actor, {"as_of": today, "withdrawn": True}, "unpublish")


def _door(store: Store, actor: Actor) -> Any:
    if actor.role not in MAY or actor.sites is not None or not actor.writes:
        raise NotYours()
    door = getattr(store.engine, "door", None)
    if door is None:
        raise NeedsServer()
    return door


def _note(store: Store, actor: Actor, record: dict[str, Any], action: str) -> Receipt:
    return store.put("publication", {"id": ID, **record}, actor=actor.name, action=action)


def _people(snapshot: Any, columns: dict[str, Any], named: bool) -> list[dict[str, Any]]:
    """Values and labels of each person; a measure that is undefined is left out, like everything that is not known."""
    nodes = tables.nodes(snapshot).drop_columns(["person_id"]).to_pylist()
    roster = np.asarray(snapshot.roster, bool)
    names = snapshot.people.table.select(NAMES).to_pylist() if named else [{}] * len(nodes)
    measured = {
        id: catalogue.as_array(column, whole_number=catalogue.get(id).whole_number).to_pylist()
        for id, column in columns.items()
    }
    found = []
    for at, (id, row) in enumerate(zip(snapshot.people.ids, nodes, strict=True)):
        values = row | names[at]
        if roster[at]:
            values |= {name: column[at] for name, column in measured.items()}
        values = {"id": id, **{name: value for name, value in values.items() if value is not None}}
        found.append({"values": values, "labels": ["PublishedLearner"] if row["learner"] else []})
    return found


def _ties(snapshot: Any) -> list[dict[str, Any]]:
    ids = snapshot.people.ids
    graph = snapshot.graph
    egos = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    forward = egos < graph.indices
    ends = zip(egos[forward].tolist(), graph.indices[forward].tolist(), strict=True)
    told = tables.edges(snapshot).drop_columns(["source", "target"]).to_pylist()
    return [
        {"from": ids[a], "to": ids[b], "values": {name: value for name, value in row.items() if value is not None}}
        for (a, b), row in zip(ends, told, strict=True)
    ]

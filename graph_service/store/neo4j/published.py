"""The published graph: derived ties and measures beside the records, for Browser, Bloom and Graph Data Science.

`(:PublishedPerson:PublishedLearner {id, ...})-[:KNOWS {weight, ...}]->(:PublishedPerson)`: nodes of their own, which
no statement of the store reads, and which an erasure deletes with the person.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graph_service.errors import Conflict
from graph_service.store.neo4j.door import Door, run
from graph_service.store.neo4j.layout import by_labels
from graph_service.store.neo4j.statements import cypher, script

#: Nodes or ties in one write.
PIECE = 10_000


def publish(door: Door, people: Sequence[Mapping[str, Any]], ties: Sequence[Mapping[str, Any]]) -> None:
    """Write a published graph in the place of the one before.

    people: `values` (with `id`) and `labels` of each; ties: `from`, `to` and `values`. Raises Conflict when a person
    went while it was written.
    """
    withdraw(door)
    door.change(script("published"))
    for labels, rows in by_labels(people).items():
        for start in range(0, len(rows), PIECE):
            part: dict[str, Any] = {"rows": rows[start : start + PIECE]}
            door.writing(lambda tx, part=part, labels=labels: run(tx, cypher("publish_people", labels=labels), part))  # type: ignore[misc]
    for start in range(0, len(ties), PIECE):
        part = {"rows": ties[start : start + PIECE]}
        [made] = door.writing(lambda tx, part=part: run(tx, cypher("publish_ties"), part))  # type: ignore[misc]
        if made["n"] != len(ties[start : start + PIECE]):
            raise Conflict("Somebody was erased meanwhile. Publish again.")


def withdraw(door: Door) -> None:
    """Delete the published graph."""
    door.piecewise(cypher("unpublish"), {})

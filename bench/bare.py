"""The bare driver as contender: the same batches into Neo4j and out again with plain Cypher and nothing else.

It promises a part of what the service does: a unique id and that a second load changes nothing (`MERGE`). There is no
validation, version, history, log of writes or erasure.
"""

from __future__ import annotations

import os
import time
from typing import Any

import neo4j

from graph_service.records.registry import KINDS
from graph_service.records.validation import validate

CONSTRAINTS = (
    "CREATE CONSTRAINT bare_person IF NOT EXISTS FOR (n:BarePerson) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT bare_interaction IF NOT EXISTS FOR (n:BareInteraction) REQUIRE n.id IS UNIQUE",
)
PEOPLE = "UNWIND $rows AS row MERGE (p:BarePerson {id: row.id}) SET p += row.values"
INTERACTIONS = """
UNWIND $rows AS row
MATCH (a:BarePerson {id: row.a}) MATCH (b:BarePerson {id: row.b})
MERGE (i:BareInteraction {id: row.id}) SET i += row.values
MERGE (a)-[s:TOOK_PART]->(i) SET s.role = row.role
MERGE (b)-[t:TOOK_PART]->(i) SET t.role = row.role
"""
#: The fastest way out that was found: a record per person, its contacts as lists, days as text.
READ = """
MATCH (p:BarePerson)-[t:TOOK_PART]->(i:BareInteraction)
RETURN p.id AS id, collect(i.id) AS events, collect(toString(i.date)) AS days, collect(i.kind) AS kinds,
  collect(t.role) AS roles
"""


class Bare:
    """A driver and a session on the server at `url`; user and password from the environment."""

    def __init__(self, url: str) -> None:
        user = os.environ.get("GRAPH_SERVICE_NEO4J_USER", "neo4j")
        self.driver = neo4j.GraphDatabase.driver(url, auth=(user, os.environ["GRAPH_SERVICE_NEO4J_PASSWORD"]))
        self.session = self.driver.session()
        for text in CONSTRAINTS:
            self.session.run(text).consume()

    def load(self, kind: str, table: Any) -> float:
        """Load one batch, with the defaults of its fields; seconds, without those for making rows of the table."""
        checked = validate(KINDS[kind], table).table.to_pylist()
        rows = [{name: value for name, value in row.items() if value not in (None, [])} for row in checked]
        if kind == "person":
            text = PEOPLE
            rows = [{"id": row.pop("id"), "values": row} for row in rows]
        else:
            text = INTERACTIONS
            for row in rows:
                id, (a, b), values = row.pop("id"), row.pop("participants"), dict(row)
                row.clear()
                row |= {"id": id, "a": a["id"], "b": b["id"], "role": a["role"], "values": values}
        begun = time.perf_counter()
        self.session.execute_write(lambda tx: tx.run(text, rows=rows).consume())
        return time.perf_counter() - begun

    def read(self) -> float:
        """Seconds until every contact is in Arrow columns."""
        import pyarrow as pa

        begun = time.perf_counter()
        columns: dict[str, list[Any]] = {name: [] for name in ("person", "events", "days", "kinds", "roles")}
        for id, *lists in self.session.run(READ):
            columns["person"] += [id] * len(lists[0])
            for name, values in zip(("events", "days", "kinds", "roles"), lists, strict=True):
                columns[name] += values
        table = pa.table(columns)
        table.set_column(2, "days", table["days"].cast(pa.date32()))
        return time.perf_counter() - begun

    def close(self) -> None:
        self.session.close()
        self.driver.close()

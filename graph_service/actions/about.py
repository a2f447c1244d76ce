"""The records about a few people, read one by one: for decisions that cannot wait for all evidence.

What was read can be held to: `expected` and `guards` make a write fail if any of it has changed meanwhile.
"""

from collections.abc import Sequence
from typing import Any

from graph_service.records.kind import kept_schema
from graph_service.records.registry import kind
from graph_service.store.port import Guard
from graph_service.store.store import Store

#: Kinds that are read, and the fields by which a record is about somebody.
ABOUT: dict[str, tuple[str, ...]] = {
    "merge": ("duplicate", "kept"),
    "affiliation": ("person",),
    "consent": ("person",),
    "clearance": ("person",),
    "pause": ("person",),
    "restriction": ("person",),
    "block": ("by", "about"),
    "concern": ("about",),
    "introduction": ("learner",),
    "caseload": ("learner",),
}
#: Kinds whose change must not slip in between the look and the write.
HELD = ("consent", "clearance", "restriction", "block", "concern")


class About:
    """A reader of the records about these people and nobody else. Every other kind is empty to it."""

    def __init__(self, store: Store, people: Sequence[str]) -> None:
        self.store = store
        self.people = sorted(set(people))
        self.revision = store.revision()
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The live records of a kind about them."""
        if name not in self._rows:
            self._rows[name] = self._read(name)
        return self._rows[name]

    def _read(self, name: str) -> list[dict[str, Any]]:
        if name == "person":
            return [row for id in self.people if (row := self.store.get(name, id)) is not None]
        if name == "organization":
            wanted = sorted({row["organization"] for row in self.rows("affiliation")})
            return [row for id in wanted if (row := self.store.get(name, id)) is not None]
        if name == "introduction_event":
            ids = [row["id"] for row in self.rows("introduction")]
            return self.store.find(name, introduction=ids) if ids else []
        found = {
            row["id"]: row for field in ABOUT.get(name, ()) for row in self.store.find(name, **{field: self.people})
        }
        return list(found.values())

    def table(self, name: str) -> Any:
        """The same as a table of versions, as all evidence is given."""
        import pyarrow as pa

        schema = kept_schema(kind(name))
        rows = [{field: row.get(field) for field in schema.names} for row in self.rows(name)]
        return pa.Table.from_pylist(rows, schema=schema)

    def expected(self) -> dict[tuple[str, str], int]:
        """Versions of what was read: nobody changed or retracted any of it."""
        return {(name, row["id"]): row["version"] for name in ("person", *HELD) for row in self.rows(name)}

    def guards(self) -> list[Guard]:
        """As many records about them as were read: nobody added one."""
        found = []
        for name in HELD:
            for field in ABOUT[name]:
                count = sum(row[field] in self.people for row in self.rows(name))
                found.append(Guard(kind(name), {field: self.people}, count + 1))
        return found

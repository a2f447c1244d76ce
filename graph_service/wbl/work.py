"""The intermediary's records on one day, as one actor sees them: what every list of this room is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Protocol

Row = Mapping[str, Any]
#: Fields that date a record for lists: it counts from that day on.
DATED = ("offered", "date", "made", "opened", "noted", "signed", "since", "loaded")


class Tables(Protocol):
    """Whoever gives all versions of the records of a kind."""

    def table(self, kind: str) -> Any: ...


@dataclass(frozen=True, eq=False)
class Work:
    """Records that hold on a day.

    seen: internal ids of the learners in the actor's scope; None: everybody.
    """

    tables: Tables
    as_of: date
    seen: frozenset[str] | None = None
    _kept: dict[str, list[Row]] = field(default_factory=dict, repr=False)

    def rows(self, kind: str) -> list[Row]:
        """Live records of a kind that were known by the day, in order of id; learners out of scope left out."""
        if kind not in self._kept:
            import pyarrow.compute as pc

            table = self.tables.table(kind)
            found = table.filter(pc.is_null(table["ended"])).sort_by("id").to_pylist()
            self._kept[kind] = [row for row in found if self._known(row) and self._in_scope(row)]
        return self._kept[kind]

    def current(self, kind: str) -> list[Row]:
        """Those that have not run out by the day."""
        return [row for row in self.rows(kind) if row.get("until") is None or row["until"] >= self.as_of]

    def _known(self, row: Row) -> bool:
        first = next((row[name] for name in DATED if row.get(name) is not None), None)
        return first is None or first <= self.as_of

    def _in_scope(self, row: Row) -> bool:
        return self.seen is None or "learner" not in row or row["learner"] in self.seen

    @cached_property
    def organizations(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.rows("organization")}

    @cached_property
    def keys(self) -> dict[str, str]:
        """Internal id of a person to the programme's own key."""
        return {row["id"]: row["key"] for row in self.rows("person")}

    @cached_property
    def names(self) -> dict[str, str]:
        """Internal id of a person to what they are called: by name, else by key."""
        return {
            row["id"]: " ".join(filter(None, (row["given_name"], row["family_name"]))) or row["key"]
            for row in self.rows("person")
        }

    @cached_property
    def experiences(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.rows("experience")}

    @cached_property
    def learners(self) -> list[Row]:
        """Records of the learners in the actor's scope."""
        found = [row for row in self.rows("person") if "learner" in row["roles"]]
        return [row for row in found if self.seen is None or row["id"] in self.seen]

    def of_experience(self, kind: str) -> dict[str, list[Row]]:
        """Records of a kind by the experience they belong to; of experiences in scope only."""
        found: dict[str, list[Row]] = {id: [] for id in self.experiences}
        for row in self.rows(kind):
            if row["experience"] in found:
                found[row["experience"]].append(row)
        return found

    def name(self, organization: str | None) -> str | None:
        """The name of an organisation."""
        row = self.organizations.get(organization or "")
        return row["name"] if row else None


def grouped(rows: list[Row], by: str) -> dict[Any, list[Row]]:
    """Rows by the value of one field, in order."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[by], []).append(row)
    return found


def share(part: float, whole: float) -> float | None:
    """A part of a whole; of nothing, null.

    >>> share(1, 4), share(0, 0)
    (0.25, None)
    """
    return part / whole if whole else None

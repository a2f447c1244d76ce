"""The learners of two looks, one row each: values before and after, site, group."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from graph_service.disclosure.scope import ScopedReader
from graph_service.errors import UsageError
from graph_service.measures import catalogue
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.rows import known
from graph_service.snapshot.snapshot import Snapshot

FIELDS = ("site", "grade", "goal", *vocabulary("subgroup_attributes").codes)


@dataclass(frozen=True)
class Look:
    """A day, as it was known at a revision (None: now); `wave` names a stored one."""

    as_of: date
    revision: int | None = None
    wave: str | None = None


@dataclass(frozen=True, eq=False)
class Cohort:
    """Everybody in the reader's scope who was on either roster.

    before, after: positions in the two snapshots, -1 where the learner was not on that roster. site: own key of the
    site, at the later look if there.
    """

    reader: ScopedReader
    first: Snapshot
    second: Snapshot
    looks: tuple[Look, Look]
    ids: tuple[str, ...]
    before: np.ndarray
    after: np.ndarray
    site: tuple[str | None, ...]
    _kept: dict[Any, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def values(self, id: str, model: catalogue.Model = "whole") -> tuple[np.ndarray, np.ndarray]:
        """A measure on both days, NaN where it has no value."""
        key = (id, model)
        if key not in self._kept:
            pair = ((self.first, self.before), (self.second, self.after))
            self._kept[key] = tuple(_values(snapshot, rows, id, model) for snapshot, rows in pair)
        found: tuple[np.ndarray, np.ndarray] = self._kept[key]
        return found

    def again(self, parameters: Parameters) -> "Cohort":
        """The same learners under other parameters."""
        one, two = (self.reader.snapshot(look.as_of, parameters, look.revision) for look in self.looks)
        return Cohort(self.reader, one, two, self.looks, self.ids, self.before, self.after, self.site)

    def groups(self, by: str) -> list[str | None]:
        """Each learner's value of a field. Raises UsageError for an unknown one."""
        if by == "site":
            return list(self.site)
        if by not in FIELDS:
            raise UsageError(f"Learners are grouped by one of: {', '.join(FIELDS)}.")
        if by in ("grade", "goal"):
            column = "grade" if by == "grade" else "goals"
            return self._first(lambda snapshot: _told(snapshot, column))
        of = _subgroups(self.reader, self.second, self.looks[1], by)
        return [of.get(id) for id in self.ids]

    def _first(self, read: Callable[[Snapshot], list[Any]]) -> list[Any]:
        """What the later look says of each learner, else the earlier one."""
        one, two = read(self.first), read(self.second)
        pairs = zip(self.before.tolist(), self.after.tolist(), strict=True)
        return [two[b] if b >= 0 else one[a] for a, b in pairs]


def align(reader: ScopedReader, looks: tuple[Look, Look], parameters: Parameters) -> Cohort:
    """The cohort of two looks, in the order of own keys."""
    first, second = (reader.snapshot(look.as_of, parameters, look.revision) for look in looks)
    places: list[dict[str, int]] = []
    keys: dict[str, str] = {}
    for snapshot in (first, second):
        ids = [] if snapshot.people is None else snapshot.people.ids
        rows = reader.counted(snapshot).tolist()
        places.append({ids[at]: at for at in rows})
        keys |= {ids[at]: str(snapshot.keys[at]) for at in rows}
    everyone = tuple(sorted(keys, key=lambda id: (keys[id].encode(), id)))
    before, after = (np.array([place.get(id, -1) for id in everyone], np.int64) for place in places)
    made = Cohort(reader, first, second, looks, everyone, before, after, ())
    return Cohort(reader, first, second, looks, everyone, before, after, tuple(made._first(_sites)))


def _values(snapshot: Snapshot, rows: np.ndarray, id: str, model: catalogue.Model) -> np.ndarray:
    column = catalogue.compute(snapshot, [id], model)[id]
    values = np.append(np.where(column.null, np.nan, column.values.astype(np.float64)), np.nan)
    found: np.ndarray = values[rows]
    return found


def _sites(snapshot: Snapshot) -> list[str | None]:
    if snapshot.people is None:
        return []
    names = [*snapshot.people.organizations.keys(), None]
    return [names[at] for at in snapshot.people.site.tolist()]


def _told(snapshot: Snapshot, column: str) -> list[Any]:
    values = [] if snapshot.people is None else snapshot.people.table[column].to_pylist()
    return [value[0] if value else None for value in values] if column == "goals" else values


def _subgroups(reader: ScopedReader, snapshot: Snapshot, look: Look, attribute: str) -> dict[str, str]:
    """Each person's value of an attribute on the later day: what was known last counts."""
    table = known(reader.table("subgroup"), snapshot.revision)
    rows = table.select(["person", "attribute", "value", "since"]).to_pylist()
    early = date.min
    chosen = [row for row in rows if row["attribute"] == attribute and (row["since"] or early) <= look.as_of]
    chosen.sort(key=lambda row: (row["since"] or early, row["value"]))
    return {row["person"]: row["value"] for row in chosen}

"""Released waves with their frozen values, as columns: all that an evaluator's tables are made of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from graph_service.disclosure.scope import ScopedReader
from graph_service.errors import NotFound
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Frozen:
    """One released wave. values: internal id of a learner in scope to measure and value (text: the reason).

    versions: of the catalogue and the code that it was computed with.
    """

    id: str
    key: str
    as_of: date
    known_revision: int
    released_on: date | None
    versions: Mapping[str, str]
    snapshot: Snapshot
    values: Mapping[str, Mapping[str, Any]]

    def column(self, measure: str, people: Sequence[str]) -> np.ndarray:
        """Values of some learners; NaN inside where there is none."""
        found = (self.values.get(id, {}).get(measure) for id in people)
        return np.array([np.nan if value is None or isinstance(value, str) else float(value) for value in found])

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(next(iter(self.values.values()), {}))


def released(reader: ScopedReader) -> list[Mapping[str, Any]]:
    """Records of the released waves, by day and name."""
    rows = [row for row in _live(reader, "wave") if row["released"]]
    return sorted(rows, key=lambda row: (row["as_of"], row["key"]))


def frozen(reader: ScopedReader, key: str) -> Frozen:
    """A released wave, narrowed to the learners who are in the reader's counts. Raises NotFound."""
    record = next((row for row in released(reader) if row["key"] == key), None)
    if record is None:
        raise NotFound("There is no released wave of that name.")
    parameters = Parameters(**json.loads(record["parameters"] or "{}"))
    snapshot = reader.snapshot(record["as_of"], parameters, record["known_revision"])
    assert snapshot.people is not None
    ids = snapshot.people.ids
    counted = {ids[at] for at in reader.counted(snapshot).tolist()}
    rows = [row for row in _live(reader, "wave_result") if row["wave"] == record["id"] and row["person"] in counted]
    values = {row["person"]: json.loads(row["values"]) for row in rows}
    return Frozen(
        record["id"],
        record["key"],
        record["as_of"],
        record["known_revision"],
        record["released_on"],
        json.loads(record["versions"] or "{}"),
        snapshot,
        values,
    )


def _live(reader: ScopedReader, kind: str) -> list[Mapping[str, Any]]:
    import pyarrow.compute as pc

    table = reader.table(kind)
    found: list[Mapping[str, Any]] = table.filter(pc.is_null(table["ended"])).sort_by("id").to_pylist()
    return found

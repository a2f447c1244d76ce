"""Restricted releases: records of single learners for a recipient with an agreement on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from graph_service import clock
from graph_service.desks import released
from graph_service.desks.released import Attribute
from graph_service.disclosure.microdata import protected
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule
from graph_service.errors import NotFound, NotYours, UnknownParameter
from graph_service.measures import catalogue
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.rows import known
from graph_service.snapshot.snapshot import Snapshot

#: Never for mentors, employers or learners, whatever an agreement says.
ROLES = ("coordinator", "admin", "evaluator")
BANDS = {"9": "9-10", "10": "9-10", "11": "11-12", "12": "11-12"}
SIZES = ((0, "0"), (2, "1-2"), (5, "3-5"), (9, "6-9"))
LARGEST = "10 and more"


def grade_band(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> list[str]:
    """Two grades at a time."""
    return [BANDS.get(value, "other") for value in released.grade(reader, snapshot, rows)]


def size(measure: str) -> Attribute:
    """A count in bands, open at the top."""

    def values(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> list[str]:
        counts = catalogue.compute(snapshot, (measure,))[measure].values[rows]
        return [next((name for most, name in SIZES if count <= most), LARGEST) for count in counts.tolist()]

    return values


#: Columns that others may know of a learner, the most useful first; and those that they would learn.
KNOWN: dict[str, Attribute] = {
    "school": released.site,
    "grade_band": grade_band,
    **{code: released.subgroup(code) for code in vocabulary("subgroup_attributes").codes},
    "goal": released.goal,
    "mode": released.mode,
}
LEARNED: dict[str, Attribute] = {
    "network": released.network,
    "network_before": released.before,
    "network_size": size("network_size"),
    "professional_size": size("professional_network_size"),
}
COLUMNS = KNOWN | LEARNED


@dataclass(frozen=True)
class Restricted:
    """What left: the rows, under which agreement, as which release; how many learners asked to be left out."""

    release: str
    recipient: str
    rows: tuple[dict[str, str], ...]
    hidden: int
    dropped: int
    left_out: int


def release(
    reader: ScopedReader, agreement: str, as_of: date, columns: Sequence[str] = (), *, rule: Rule | None = None
) -> Restricted:
    """Release records under an agreement in force (its key), logged with every learner in it.

    columns: some of the agreement's; none means all of them. Pseudonyms are fresh in every release.
    Raises NotYours, NotFound (no such agreement in force), UnknownParameter.
    """
    rule = rule or Rule()
    if reader.actor.role not in ROLES:
        raise NotYours()
    record = _agreement(reader, agreement)
    chosen = list(columns) or [name for name in COLUMNS if name in record["fields"]]
    wrong = [name for name in chosen if name not in COLUMNS or name not in record["fields"]]
    if wrong or not chosen:
        raise UnknownParameter(f"The agreement gives {', '.join(record['fields'])}; there is {', '.join(COLUMNS)}.")
    snapshot = reader.snapshot(as_of)
    everybody = reader.counted(snapshot)
    rows = everybody[~_opted_out(reader, snapshot)[everybody]]
    values = {name: COLUMNS[name](reader, snapshot, rows) for name in chosen}
    given = [{name: values[name][at] for name in chosen} for at in range(len(rows))]
    made = protected(
        given, [name for name in KNOWN if name in chosen], [name for name in LEARNED if name in chosen], rule.k
    )
    assert snapshot.people is not None
    ids = snapshot.people.ids
    id, file = reader.publish_records(record, as_of, made, [ids[rows[at]] for at in made.of], rule)
    out = len(everybody) - len(rows)
    return Restricted(id, record["recipient"], file.rows, file.hidden, file.dropped, out)


def _agreement(reader: ScopedReader, key: str) -> dict[str, Any]:
    today = clock.today(reader.zone)
    for row in reader.table("data_agreement").to_pylist():
        if row["ended"] is None and row["key"] == key and row["since"] <= today <= row["until"]:
            found: dict[str, Any] = row
            return found
    raise NotFound("No agreement of this name is in force. Record one: `graph-service release agreement`.")


def _opted_out(reader: ScopedReader, snapshot: Snapshot) -> np.ndarray:
    """Truth per person: the latest word on research is no."""
    rows = known(reader.table("consent"), snapshot.revision).to_pylist()
    rows.sort(key=lambda row: (row["since"], not row["granted"]))
    said = {row["person"]: row["granted"] for row in rows if row["purpose"] == "research"}
    assert snapshot.people is not None
    return np.array([said.get(id) is False for id in snapshot.people.ids], bool)

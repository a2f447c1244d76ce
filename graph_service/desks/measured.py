"""Measures and growth of the learners in a reader's scope, a page at a time."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from graph_service.desks.coordinator import about
from graph_service.desks.views.measured import (
    Catalogue,
    Introductions,
    MeasureDeclared,
    MeasuredPage,
    MeasuredRow,
)
from graph_service.disclosure.scope import ScopedReader
from graph_service.errors import UnknownMeasure, UnknownPerson
from graph_service.introductions.suggestions import suggest
from graph_service.measures import catalogue as measures
from graph_service.measures.growth import COLUMNS, growth
from graph_service.snapshot.snapshot import Snapshot


def declared(id: str) -> MeasureDeclared:
    """One measure. Raises UnknownMeasure."""
    found = measures.get(id)
    return MeasureDeclared(**{name: getattr(found, name) for name in MeasureDeclared.model_fields})


def catalogue() -> Catalogue:
    """Every measure, in the order of declaration."""
    return Catalogue(items=tuple(declared(id) for id in measures.catalogue()))


def chosen(ids: Sequence[str], extra: Sequence[str]) -> list[str]:
    """What is computed: the named measures (default: the usual ones) and the named costly ones.

    Raises UnknownMeasure for an unknown one and for a costly one that is not named as such.
    """
    known = measures.of_level("learner")
    wanted = list(dict.fromkeys([*(ids or measures.DEFAULT), *extra]))
    for id in wanted:
        if id not in known:
            raise UnknownMeasure(measure=id)
        if known[id].extra and id not in extra:
            raise UnknownMeasure(f"{id} is costly: name it in `extra`.", measure=id)
    return wanted


def measured(
    reader: ScopedReader,
    as_of: date,
    ids: Sequence[str] = (),
    extra: Sequence[str] = (),
    *,
    learner: str | None = None,
    after: str = "",
    limit: int = 100,
) -> tuple[MeasuredPage, bool]:
    """Values of one learner or of a page of learners after one, and whether there are more."""
    wanted = chosen(ids, extra)
    snapshot = reader.snapshot(as_of)
    rows = reader.learners(snapshot) if learner is None else np.array([reader.learner(snapshot, learner)])
    columns = measures.compute(snapshot, wanted)
    rows = _after(snapshot, rows, after)
    return _page(reader, snapshot, wanted, columns, rows[:limit]), len(rows) > limit


def grown(
    reader: ScopedReader,
    since: date,
    as_of: date,
    *,
    learner: str | None = None,
    after: str = "",
    limit: int = 100,
) -> tuple[MeasuredPage, bool]:
    """What became of ties between two days, for one learner or a page of them, and whether there are more."""
    snapshot = reader.snapshot(as_of)
    rows = reader.learners(snapshot) if learner is None else np.array([reader.learner(snapshot, learner)])
    change = growth(reader.snapshot(since), snapshot)
    rows = _after(snapshot, rows, after)
    return _page(reader, snapshot, COLUMNS, change.columns, rows[:limit]), len(rows) > limit


def introductions(reader: ScopedReader, key: str, as_of: date, limit: int = 5) -> Introductions:
    """Warm introductions for one learner in scope, with every term and reason. Raises UnknownPerson."""
    snapshot = reader.snapshot(as_of)
    at = reader.learner(snapshot, key)
    assert snapshot.people is not None
    answer = suggest(snapshot, reader.evidence, snapshot.keys[at], limit).as_dict()
    reader.note("introductions", snapshot, np.array([at]))
    return Introductions(id=snapshot.people.table["id"][at].as_py(), answer=answer)


def _after(snapshot: Snapshot, rows: np.ndarray, id: str) -> np.ndarray:
    """The rows after a learner among them, by internal id. Raises UnknownPerson for anybody else."""
    if not id:
        return rows
    assert snapshot.people is not None
    places = np.flatnonzero(np.array([snapshot.people.ids[at] == id for at in rows.tolist()], bool))
    if not len(places):
        raise UnknownPerson()
    return rows[places[0] + 1 :]


def _page(
    reader: ScopedReader,
    snapshot: Snapshot,
    ids: Sequence[str],
    columns: Mapping[str, measures.Column],
    rows: np.ndarray,
) -> MeasuredPage:
    assert snapshot.people is not None
    internal = snapshot.people.table["id"]
    taken = {id: columns[id].take(rows) for id in ids}
    reasons = {id: column.reasons() for id, column in taken.items()}
    items = []
    for place, at in enumerate(rows.tolist()):
        missing = {id: bool(taken[id].null[place]) for id in ids}
        items.append(
            MeasuredRow(
                id=internal[at].as_py(),
                person_id=str(snapshot.keys[at]),
                values={id: None if missing[id] else float(taken[id].values[place]) for id in ids},
                reasons={id: str(reasons[id][place]) for id in ids if missing[id]},
            )
        )
    reader.note("measures", snapshot, rows)
    said = about(reader, snapshot, reader.learners(snapshot))
    return MeasuredPage(about=said, columns=tuple(ids), items=tuple(items))

"""The coordinator's desk: who has no one, and what do I do today?"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from graph_service.desks import narrowing
from graph_service.desks.board import GROUPS, GROWTH_DAYS, SHOWN, board, board_of
from graph_service.desks.network import network, timeline
from graph_service.desks.suggestions import suggestions
from graph_service.desks.views.base import About, LearnerPage, LearnerRow, Network, NoteShown, Value, Worklist
from graph_service.disclosure.scope import ScopedReader
from graph_service.introductions.recommend import field_of
from graph_service.measures import catalogue
from graph_service.measures.growth import COLUMNS, Growth
from graph_service.measures.passes import is_professional
from graph_service.snapshot.live import Moment
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.snapshot import Snapshot


def worklist(
    reader: ScopedReader,
    as_of: date,
    *,
    group: str | None = None,
    limit: int = 200,
    since: date | None = None,
    search: str | None = None,
    site: str | None = None,
    order: str = "need",
) -> Worklist:
    """Learners by how much network they have: nothing recorded yet, none professional, one or two, more.

    search: words of the name or key; site: internal id of an organisation; order: need, name, quiet, contacts, site.
    """
    reader = reader.pinned()
    here = board_of(reader, as_of, since)
    snapshot = here.snapshot
    rows = reader.learners(snapshot)
    counted = np.bincount(here.group[rows], minlength=len(GROUPS)).tolist()
    sequence = narrowing.ordered(reader, here, rows, order)
    if group is not None:
        sequence = sequence[here.group[sequence] == (GROUPS.index(group) if group in GROUPS else -1)]
    if search or site:
        sequence = sequence[narrowing.chosen(snapshot, sequence, search, site)]
    shown = sequence[:limit]
    reader.note("worklist", snapshot, shown)
    return Worklist(
        about=about(reader, snapshot, rows),
        since=since or as_of - timedelta(days=GROWTH_DAYS),
        counts=dict(zip(GROUPS, counted, strict=True)),
        rows=_with_words(reader, snapshot, here.rows(shown.tolist())),
        total=len(sequence),
        sites=narrowing.sites(reader, snapshot, rows),
    )


def _with_words(reader: ScopedReader, snapshot: Snapshot, rows: tuple[LearnerRow, ...]) -> tuple[LearnerRow, ...]:
    """The rows with what people say beside what is logged: the learner's own view, and the adults'."""
    table = reader.table("stated_tie")
    kept = snapshot.memo("what people say", dict)
    # Counted once for all learners, and again when somebody has said something since.
    if kept.get("of") is not table:
        kept.update(of=table, said=_counted(table, "ego"), ticked=_counted(table, "alter"))
    said, ticked = kept["said"], kept["ticked"]
    return tuple(
        row.model_copy(update={"said": said.get(row.id, 0), "ticked": ticked.get(row.id, 0)})
        if row.id in said or row.id in ticked
        else row
        for row in rows
    )


def _counted(table: Any, name: str) -> dict[str, int]:
    """How often each person is the ego, or the alter, of what is said and not private."""
    import pyarrow.compute as pc

    live = table.filter(pc.and_(pc.is_null(table["ended"]), pc.invert(pc.fill_null(table["private"], False))))
    counted = live.group_by(name).aggregate([(name, "count")])
    return dict(zip(counted[name].to_pylist(), counted[f"{name}_count"].to_pylist(), strict=True))


def learner_page(
    reader: ScopedReader,
    key: str,
    as_of: date,
    since: date | None = None,
    dates: Sequence[date] | None = None,
    language: str = "en",
) -> LearnerPage:
    """One learner: map, timeline, measures, growth, suggestions; with what was logged a moment ago.

    dates: of the map, the last is `as_of`; language: of the reasons of suggestions (`en`, `es`).
    """
    reader = reader.pinned()
    snapshot = reader.snapshot(as_of)
    position = reader.learner(snapshot, key)
    start = since or as_of - timedelta(days=GROWTH_DAYS)
    days = tuple(dates or (start, as_of))
    looks = sorted({start, *days, as_of})
    parts, at, inside = reader.around(position, looks)
    of_day = dict(zip(looks, parts, strict=True))
    before, now = of_day[start], of_day[as_of]
    unseen = reader.unseen(snapshot)
    unseen = unseen if inside is None else unseen[inside]
    here = board_of(reader, as_of, since) if inside is None else board(before, now)
    columns = catalogue.compute(now, [*SHOWN, *catalogue.DEFAULT])
    entries, total = timeline(now, at, unseen)
    reader.moment.derived(("introductions", as_of, reader.parameters), _field(as_of, reader.parameters))
    offered, missing = suggestions(reader, snapshot, position, language=language)
    # Whom the learner has met a moment ago needs no introduction any more.
    met = {str(now.keys[alter]) for alter in now.graph.row(at).tolist()}
    offered = tuple(each for each in offered if each.target not in met)
    reader.note("learner page", snapshot, np.array([position]))
    return LearnerPage(
        about=about(reader, snapshot, reader.learners(snapshot)),
        row=here.rows([at])[0],
        measures=tuple(value(id, columns[id], at) for id in catalogue.DEFAULT),
        growth=tuple(growth_value(name, here.change, at) for name in COLUMNS),
        network=network(now, at, days, [of_day[day] for day in days], unseen),
        timeline=entries,
        timeline_total=total,
        notes=notes(reader, snapshot, position),
        suggestions=offered,
        missing=missing,
    )


def _field(as_of: date, parameters: Parameters) -> Callable[[Moment], Any]:
    """How what introductions rest on is computed of a moment, before anybody waits for it."""
    return lambda moment: field_of(moment.snapshot(as_of, parameters), moment.evidence)


def notes(reader: ScopedReader, snapshot: Snapshot, at: int) -> tuple[NoteShown, ...]:
    """Notes about one learner of the reader's scope, newest first."""
    import pyarrow.compute as pc

    assert snapshot.people is not None
    table = reader.table("note")
    live = table.filter(pc.and_(pc.is_null(table["ended"]), pc.equal(table["learner"], snapshot.people.ids[at])))
    rows = sorted(live.to_pylist(), key=lambda row: (row["date"], row["revision"], row["id"]), reverse=True)
    return tuple(NoteShown(id=row["id"], on=row["date"], author=row["author"], text=row["text"]) for row in rows)


def network_of(reader: ScopedReader, key: str, dates: Sequence[date]) -> Network:
    """A learner's network on several dates, the last of which decides who is on the roster."""
    snapshots = [reader.snapshot(each) for each in dates]
    at = reader.learner(snapshots[-1], key)
    reader.note("network", snapshots[-1], np.array([at]))
    return network(snapshots[-1], at, dates, snapshots, reader.unseen(snapshots[-1]))


def about_scope(reader: ScopedReader, as_of: date) -> About:
    """What any answer on a day rests on."""
    snapshot = reader.snapshot(as_of)
    return about(reader, snapshot, reader.learners(snapshot))


def about(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> About:
    """What an answer rests on."""
    assert snapshot.as_of is not None and snapshot.recorded is not None
    return About(
        as_of=snapshot.as_of,
        revision=snapshot.revision,
        layer=snapshot.parameters.layer,
        parameters=snapshot.parameters.as_dict(),
        learners=len(rows),
        recorded=(recorded := int((snapshot.recorded[rows] > 0).sum())),
        coverage=recorded / len(rows) if len(rows) else None,
    )


def value(id: str, column: catalogue.Column, at: int) -> Value:
    """One value with what it means and, where it is null, why."""
    declared = catalogue.get(id)
    missing = bool(column.null[at])
    return Value(
        id=id,
        value=None if missing else float(column.values[at]),
        reason=str(column.reasons()[at]) if missing else None,
        meaning=declared.meaning,
        unit=declared.unit,
    )


def growth_value(name: str, change: Growth, at: int) -> Value:
    """One part of growth."""
    column = change.columns[name]
    missing = bool(column.null[at])
    return Value(
        id=name,
        value=None if missing else float(column.values[at]),
        reason=str(column.reasons()[at]) if missing else None,
        unit="ties" if name not in ("stability", "jaccard") else "share",
    )


__all__ = ["GROUPS", "GROWTH_DAYS", "SHOWN", "is_professional", "learner_page", "worklist"]

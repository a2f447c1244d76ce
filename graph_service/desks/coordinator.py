"""The coordinator's desk: who has no one, and what do I do today?"""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from graph_service import clock
from graph_service.desks import narrowing
from graph_service.desks.naming import display_name, organization_name
from graph_service.desks.network import network, timeline
from graph_service.desks.suggestions import suggestions
from graph_service.desks.views.base import About, LearnerPage, LearnerRow, Network, NoteShown, Value, Worklist
from graph_service.disclosure.scope import ScopedReader
from graph_service.measures import catalogue
from graph_service.measures.growth import COLUMNS, Growth, growth
from graph_service.measures.passes import is_professional
from graph_service.snapshot.snapshot import Snapshot

#: Groups of learners, first those whom nobody sees.
GROUPS = ("nothing_recorded", "none_professional", "few", "connected")
#: Days over which the list shows growth.
GROWTH_DAYS = 90
SHOWN = (
    "network_size",
    "professional_network_size",
    "dormant_ties",
    "recorded_contacts",
    "constraint",
    "effective_size",
)


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
    snapshot = reader.snapshot(as_of)
    start = since or as_of - timedelta(days=GROWTH_DAYS)
    rows = reader.learners(snapshot)
    columns = catalogue.compute(snapshot, SHOWN)
    change = growth(reader.snapshot(start), snapshot)
    recorded = columns["recorded_contacts"].values[rows]
    professional = columns["professional_network_size"].values[rows]
    place = np.where(recorded == 0, 0, np.where(professional == 0, 1, np.where(professional <= 2, 2, 3)))
    counts = {name: int((place == at).sum()) for at, name in enumerate(GROUPS)}
    silent = days_since_adult(snapshot)
    waiting = np.where(silent[rows] < 0, 10**6, silent[rows])
    need = (np.arange(len(rows)), -waiting, professional, place)
    size = columns["network_size"].values[rows]
    keep = narrowing.chosen(snapshot, rows, search, site)
    sequence = narrowing.ordered(snapshot, rows, order, need, waiting, size)
    chosen = [at for at in sequence if keep[at] and (group is None or GROUPS[place[at]] == group)]
    shown = tuple(
        learner_row(snapshot, int(rows[at]), GROUPS[place[at]], columns, change, silent) for at in chosen[:limit]
    )
    reader.note("worklist", snapshot, rows[np.array(chosen[:limit], np.int64)])
    return Worklist(
        about=about(reader, snapshot, rows),
        since=start,
        counts=counts,
        rows=shown,
        total=len(chosen),
        sites=narrowing.sites(snapshot, rows),
    )


def learner_page(
    reader: ScopedReader, key: str, as_of: date, since: date | None = None, dates: Sequence[date] | None = None
) -> LearnerPage:
    """One learner: map, timeline, measures, growth, suggestions. dates: of the map, the last is `as_of`."""
    snapshot = reader.snapshot(as_of)
    at = reader.learner(snapshot, key)
    start = since or as_of - timedelta(days=GROWTH_DAYS)
    before = reader.snapshot(start)
    change = growth(before, snapshot)
    days = tuple(dates or (start, as_of))
    columns = catalogue.compute(snapshot, [*SHOWN, *catalogue.DEFAULT])
    recorded = columns["recorded_contacts"].values[at]
    professional = columns["professional_network_size"].values[at]
    place = 0 if recorded == 0 else 1 if professional == 0 else 2 if professional <= 2 else 3
    entries, total = timeline(snapshot, at, reader.unseen(snapshot))
    offered, missing = suggestions(reader, snapshot, at)
    reader.note("learner page", snapshot, np.array([at]))
    return LearnerPage(
        about=about(reader, snapshot, reader.learners(snapshot)),
        row=learner_row(snapshot, at, GROUPS[place], columns, change, days_since_adult(snapshot)),
        measures=tuple(value(id, columns[id], at) for id in catalogue.DEFAULT),
        growth=tuple(growth_value(name, change, at) for name in COLUMNS),
        network=network(snapshot, at, days, [reader.snapshot(each) for each in days], reader.unseen(snapshot)),
        timeline=entries,
        timeline_total=total,
        notes=notes(reader, snapshot, at),
        suggestions=offered,
        missing=missing,
    )


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


def learner_row(
    snapshot: Snapshot,
    at: int,
    group: str,
    columns: dict[str, catalogue.Column],
    change: Growth,
    silent: np.ndarray,
) -> LearnerRow:
    """A learner as a line of a list."""
    people = snapshot.people
    assert people is not None
    moved = {
        name: None if change.columns[name].null[at] else int(change.columns[name].values[at]) for name in COLUMNS[:7]
    }
    numbers = {id: None if columns[id].null[at] else float(columns[id].values[at]) for id in SHOWN}
    return LearnerRow(
        id=people.table["id"][at].as_py(),
        person_id=str(snapshot.keys[at]),
        name=display_name(snapshot, at),
        site=organization_name(snapshot, int(people.site[at])),
        goals=tuple(people.table["goals"][at].as_py()),
        group=group,
        network_size=int(numbers["network_size"] or 0),
        professional=int(numbers["professional_network_size"] or 0),
        dormant=int(numbers["dormant_ties"] or 0),
        recorded_contacts=int(numbers["recorded_contacts"] or 0),
        constraint=numbers["constraint"],
        effective_size=numbers["effective_size"],
        days_since_adult_contact=int(silent[at]) if silent[at] >= 0 else None,
        gained=moved["gained"],
        lost=moved["lost"],
        net=moved["net"],
    )


def whole(column: catalogue.Column, at: int) -> int | None:
    """A count, or None where it is undefined."""
    return None if column.null[at] else int(column.values[at])


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


def days_since_adult(snapshot: Snapshot) -> np.ndarray:
    """Days since each person's last contact with a professional; -1 where there was none."""
    assert snapshot.pairs is not None and snapshot.as_of is not None and snapshot.people is not None
    pairs, people = snapshot.pairs, snapshot.people
    last = np.full(len(snapshot), -1, np.int64)
    professional = professional_people(snapshot)
    for ego, alter in ((pairs.a, pairs.b), (pairs.b, pairs.a)):
        chosen = professional[alter] & people.learner[ego]
        np.maximum.at(last, ego[chosen], pairs.last[chosen])
    today = clock.day_number(snapshot.as_of)
    return np.where(last < 0, -1, today - last)


def professional_people(snapshot: Snapshot) -> np.ndarray:
    """Truth per person: a professional to whoever knows them."""
    from graph_service.snapshot.people import PROFESSIONAL, RELATIONS

    assert snapshot.people is not None
    kinds = np.array([code in PROFESSIONAL for code in RELATIONS])
    found: np.ndarray = kinds[snapshot.people.relation]
    return found


__all__ = ["is_professional", "learner_page", "worklist"]

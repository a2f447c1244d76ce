"""A cohort in counts: learners by site and by how much network they have, small counts hidden from outsiders."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from graph_service.desks.naming import organization_name
from graph_service.desks.released import release
from graph_service.desks.views.cohort import Cohort, CohortRow
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule
from graph_service.errors import NotYours
from graph_service.measures import catalogue
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.snapshot import Snapshot

GROUPS = ("nothing_recorded", "none_professional", "few", "connected")
UNKNOWN = "not recorded"
NO_CONTACT = "none in a year"
YEAR = timedelta(days=365)
PLAIN = "none: within the reader's own sites"


def cohort(reader: ScopedReader, as_of: date, rule: Rule | None = None) -> Cohort:
    """Learners in the reader's counts, by site and group. Raises NotYours for roles without counts.

    Outsiders get the counts of the first of the month, through the release log: two days' counts can be subtracted.
    """
    rule = rule or Rule()
    if reader.suppressed:
        return _released(reader, as_of.replace(day=1), rule)
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    rows = reader.counted(snapshot)
    names = {int(site): organization_name(snapshot, int(site)) or "No site" for site in np.unique(people.site[rows])}
    return _plain(snapshot, as_of, "site", rows, people.site[rows], names)


def by_subgroup(reader: ScopedReader, as_of: date) -> tuple[Cohort, ...]:
    """The same by each recorded attribute of subgroups, for staff of the learners. Raises NotYours for others."""
    import pyarrow.compute as pc

    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    rows = reader.counted(snapshot)
    if reader.suppressed:
        raise NotYours()
    table = reader.table("subgroup")
    live = table.filter(pc.is_null(table["ended"])).to_pylist()
    found = []
    for attribute in vocabulary("subgroup_attributes").codes:
        of = {row["person"]: row["value"] for row in live if row["attribute"] == attribute}
        if not of:
            continue
        values = [of.get(people.ids[at], UNKNOWN) for at in rows.tolist()]
        names = dict(enumerate(sorted(set(values), key=lambda value: (value == UNKNOWN, value))))
        place = {name: at for at, name in names.items()}
        found.append(_plain(snapshot, as_of, attribute, rows, np.array([place[v] for v in values], np.int64), names))
    return tuple(found)


def by_mode(reader: ScopedReader, as_of: date) -> Cohort:
    """The same by the mode of most contacts of the year before, for staff of the learners. Raises NotYours for others.

    Of two modes that a learner has equally often, the first of the code table counts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if reader.suppressed:
        raise NotYours()
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    rows = reader.counted(snapshot)
    table = reader.table("interaction").select(["date", "mode", "participants", "ended"])
    recent = pc.and_(pc.greater(table["date"], as_of - YEAR), pc.less_equal(table["date"], as_of))
    table = table.filter(pc.and_(pc.is_null(table["ended"]), recent)).combine_chunks()
    event = pc.list_parent_indices(table["participants"])
    who = pc.struct_field(pc.list_flatten(table["participants"]), "id")
    pairs = pa.table({"person": who, "mode": table["mode"].take(event)})
    counted = pairs.group_by(["person", "mode"]).aggregate([([], "count_all")]).to_pylist()
    modes = {code: place for place, code in enumerate(vocabulary("modes").codes)}
    most: dict[str, tuple[int, int]] = {}
    for each in counted:
        if each["mode"] in modes:
            said = (each["count_all"], -modes[each["mode"]])
            most[each["person"]] = max(most.get(each["person"], said), said)
    ids = [people.ids[at] for at in rows.tolist()]
    part = np.array([-most[id][1] if id in most else len(modes) for id in ids], np.int64)
    names = {place: code for code, place in modes.items()} | {len(modes): NO_CONTACT}
    return _plain(snapshot, as_of, "mode", rows, part, {at: name for at, name in names.items() if (part == at).any()})


def _plain(
    snapshot: Snapshot, as_of: date, by: str, rows: np.ndarray, part: np.ndarray, names: Mapping[int, str]
) -> Cohort:
    """Counts as they are, by part (a number per learner)."""
    needed = ("recorded_contacts", "professional_network_size")
    columns = catalogue.compute(snapshot, needed)
    recorded, professional = (columns[id].values[rows] for id in needed)
    place = np.where(recorded == 0, 0, np.where(professional == 0, 1, np.where(professional <= 2, 2, 3)))
    counts = [[int(((part == each) & (place == at)).sum()) for at in range(len(GROUPS))] for each in sorted(names)]
    sums = [sum(column) for column in zip(*counts, strict=True)] if counts else [0] * len(GROUPS)
    table = [[*line, sum(line)] for line in (*counts, sums)]
    labels = [names[each] for each in sorted(names)]
    return Cohort(
        as_of=as_of,
        revision=snapshot.revision,
        by=by,
        groups=GROUPS,
        rows=tuple(_row(name, line) for name, line in zip(labels, table[:-1], strict=True)),
        total=_row("All", table[-1]),
        suppression=PLAIN,
    )


def _released(reader: ScopedReader, as_of: date, rule: Rule) -> Cohort:
    published = release(reader, "sites", as_of, rule=rule)
    hidden = int(published.hidden.sum())
    said = (
        f"{hidden} counts are hidden: fewer than {rule.k} learners, or needed to hide those, now or in earlier tables"
    )
    lines: Any = published.counts
    return Cohort(
        as_of=as_of,
        revision=reader.snapshot(as_of).revision,
        by="site",
        groups=GROUPS,
        rows=tuple(_row(name, line) for name, line in zip(published.names[0][:-1], lines[:-1], strict=True)),
        total=_row("All", lines[-1]),
        suppression=said if hidden else f"nothing is smaller than {rule.k}",
    )


def _row(name: str, line: Sequence[int | None]) -> CohortRow:
    *parts, whole = line
    alone = None if parts[0] is None or parts[1] is None else parts[0] + parts[1]
    share = None if alone is None or not whole else alone / whole
    return CohortRow(name=name, counts=dict(zip(GROUPS, parts, strict=True)), learners=whole, unconnected=share)

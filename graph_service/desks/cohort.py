"""A cohort in counts: learners by site and by how much network they have, small counts hidden from outsiders."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from graph_service.desks.naming import organization_name
from graph_service.desks.views.cohort import Cohort, CohortRow
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule, publish
from graph_service.disclosure.tables import two_way
from graph_service.measures import catalogue

GROUPS = ("nothing_recorded", "none_professional", "few", "connected")
PLAIN = "none: within the reader's own sites"


def cohort(reader: ScopedReader, as_of: date, rule: Rule | None = None) -> Cohort:
    """Learners in the reader's counts, by site and group. Raises NotYours for roles without counts."""
    rule = rule or Rule()
    snapshot = reader.snapshot(as_of)
    rows = reader.counted(snapshot)
    people = snapshot.people
    assert people is not None
    needed = ("recorded_contacts", "professional_network_size")
    columns = catalogue.compute(snapshot, needed)
    recorded, professional = (columns[id].values[rows] for id in needed)
    place = np.where(recorded == 0, 0, np.where(professional == 0, 1, np.where(professional <= 2, 2, 3)))
    sites = sorted({int(site) for site in people.site[rows]})
    names = [organization_name(snapshot, site) or "No site" for site in sites]
    counts = [[int(((people.site[rows] == site) & (place == at)).sum()) for at in range(len(GROUPS))] for site in sites]
    table, hidden = _told(reader, counts, names, rule)
    said = f"{hidden} counts are hidden: fewer than {rule.k} learners, or needed to hide those" if hidden else None
    return Cohort(
        as_of=as_of,
        revision=snapshot.revision,
        by="site",
        groups=GROUPS,
        rows=tuple(_row(name, line) for name, line in zip(names, table[:-1], strict=True)),
        total=_row("All", table[-1]),
        suppression=said or (f"nothing is smaller than {rule.k}" if reader.suppressed else PLAIN),
    )


def _told(
    reader: ScopedReader, counts: list[list[int]], names: Sequence[str], rule: Rule
) -> tuple[Sequence[Sequence[int | None]], int]:
    """The table with its totals, and how many of its cells are hidden."""
    if not counts:
        return [[None if reader.suppressed else 0] * (len(GROUPS) + 1)], 0
    # Sites may share a name: the table needs names of its own.
    table = two_way(counts, [f"{at} {name}" for at, name in enumerate(names)], list(GROUPS))
    if not reader.suppressed:
        return table.values.tolist(), 0
    published = publish(table, rule)
    told: Any = published.counts
    return told, int(published.hidden.sum())


def _row(name: str, line: Sequence[int | None]) -> CohortRow:
    *parts, whole = line
    alone = None if parts[0] is None or parts[1] is None else parts[0] + parts[1]
    share = None if alone is None or not whole else alone / whole
    return CohortRow(name=name, counts=dict(zip(GROUPS, parts, strict=True)), learners=whole, unconnected=share)

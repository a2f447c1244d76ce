"""A cohort in counts: learners by site and by how much network they have, small counts hidden from outsiders."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from graph_service.desks.naming import organization_name
from graph_service.desks.released import release
from graph_service.desks.views.cohort import Cohort, CohortRow
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule
from graph_service.measures import catalogue

GROUPS = ("nothing_recorded", "none_professional", "few", "connected")
PLAIN = "none: within the reader's own sites"


def cohort(reader: ScopedReader, as_of: date, rule: Rule | None = None) -> Cohort:
    """Learners in the reader's counts, by site and group. Raises NotYours for roles without counts.

    Outsiders get the counts of the first of the month, through the release log: two days' counts can be subtracted.
    """
    rule = rule or Rule()
    if reader.suppressed:
        return _released(reader, as_of.replace(day=1), rule)
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
    sums = [sum(column) for column in zip(*counts, strict=True)] if counts else [0] * len(GROUPS)
    table = [[*line, sum(line)] for line in (*counts, sums)]
    return Cohort(
        as_of=as_of,
        revision=snapshot.revision,
        by="site",
        groups=GROUPS,
        rows=tuple(_row(name, line) for name, line in zip(names, table[:-1], strict=True)),
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

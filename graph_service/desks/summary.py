"""A programme in two pictures: how many contacts learners have, and what became of their ties."""

from datetime import date

import numpy as np

from graph_service.desks.coordinator import about
from graph_service.desks.naming import organization_name
from graph_service.desks.views.summary import FlowRow, SizeRow, Summary
from graph_service.disclosure.scope import ScopedReader
from graph_service.measures.growth import growth

#: Bins of the distribution: a label and the sizes in it.
BINS = (("0", 0, 0), ("1", 1, 1), ("2", 2, 2), ("3-4", 3, 4), ("5-9", 5, 9), ("10+", 10, 10**9))


def summary(reader: ScopedReader, start: date, as_of: date) -> Summary:
    """How many professional contacts learners had on two days, and the flow of ties by site."""
    from graph_service.measures.catalogue import compute

    before, snapshot = reader.snapshot(start), reader.snapshot(as_of)
    sizes = []
    for each in (before, snapshot):
        rows = reader.learners(each)
        values = compute(each, ["professional_network_size"])["professional_network_size"].values[rows]
        assert each.as_of is not None
        for label, low, high in BINS:
            n = int(((values >= low) & (values <= high)).sum())
            sizes.append(SizeRow(size=label, wave=each.as_of, learners=n))
    rows = reader.learners(snapshot)
    change = growth(before, snapshot)
    people = snapshot.people
    assert people is not None
    flows = []
    counted = rows[~change.columns["gained"].null[rows]]
    for site in np.unique(people.site[counted]).tolist():
        here = counted[people.site[counted] == site]
        name = organization_name(snapshot, site) or "No site"
        gained, again, kept, lost = (
            float(change.columns[part].values[here].sum()) for part in ("gained", "reactivated", "kept", "lost")
        )
        parts = {"kept": kept, "reactivated": again, "gained": gained - again, "lost": lost}
        flows += [FlowRow(group=name, part=part, ties=value / len(here)) for part, value in parts.items()]
    return Summary(about=about(reader, snapshot, rows), since=start, sizes=tuple(sizes), flows=tuple(flows))

"""By what a cohort was observed, read off its snapshots: feeds of contacts, instruments of statements.

What is compared must have been observed alike. A feed that brings a tenth of the contacts is an instrument of its own:
where one begins between two days, or observes one arm and not the other, a difference would measure logging (ours).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graph_service.measures.cohort.observation import Observation
from graph_service.snapshot.snapshot import Snapshot

#: Share of the contacts from which on a feed counts as an instrument.
WORTH = 0.1


def feeds(snapshot: Snapshot, rows: np.ndarray | None = None) -> dict[str, int]:
    """Contacts by the feed that brought them; of the people of `rows` alone, if given. Sorted by name."""
    contacts = snapshot.contacts
    if contacts is None or not len(contacts):
        return {}
    source = np.asarray(contacts.table["source"].to_pylist(), object)
    if rows is not None:
        mine = np.zeros(len(snapshot) + 1, bool)
        mine[rows] = True
        event = np.repeat(np.arange(len(contacts)), np.diff(contacts.offsets))
        source = source[np.unique(event[mine[contacts.person]])]
    names, counts = np.unique(source.astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def instruments(table: Any, snapshot: Snapshot) -> dict[str, int]:
    """Statements by the instrument that they were made with, said by the snapshot's day.

    table: the statements known then, with `date` and `instrument`.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    said = table.filter(pc.less_equal(table["date"], pa.scalar(snapshot.as_of, pa.date32())))
    if said.num_rows and snapshot.stated is not None:
        # Only the latest wave of statements is in the graph, so only its instrument observed it.
        latest = pc.max(said["date"]).as_py()
        wave = said.filter(pc.equal(said["date"], pa.scalar(latest, pa.date32())))["wave"][0]
        said = said.filter(pc.equal(said["wave"], wave))
    names, counts = np.unique(
        np.asarray([name or "instrument not named" for name in said["instrument"].to_pylist()], str), return_counts=True
    )
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def worth(counts: Mapping[str, int]) -> tuple[str, ...]:
    """The feeds that bring a tenth of the contacts or more, by name.

    >>> worth({"sheet": 95, "import": 5})
    ('sheet',)
    """
    total = sum(counts.values())
    return tuple(name for name, count in sorted(counts.items()) if count >= WORTH * total)


def observation(names: Sequence[str], layer: Any) -> Observation | None:
    """What observed, as one name; None where nothing did."""
    return Observation(" + ".join(names), layer=layer) if names else None


def of_waves(before: Snapshot, after: Snapshot) -> tuple[Observation | None, Observation | None]:
    """What observed the logged ties of each of two days.

    A feed that ends observes on: its contacts still count. One that begins after the first day and brings a tenth of
    the contacts since then makes the second day another observation.
    """
    first, second = feeds(before), feeds(after)
    since = {name: count - first.get(name, 0) for name, count in second.items() if count > first.get(name, 0)}
    layer = after.parameters.layer
    begun = [name for name in worth(since) if name not in first]
    known = worth(first)
    return observation(known, layer), observation((*known, *begun), layer)


def of_arm(snapshot: Snapshot, rows: np.ndarray) -> Observation | None:
    """What observed the contacts of some people up to a day."""
    return observation(worth(feeds(snapshot, rows)), snapshot.parameters.layer)

"""By what a cohort was observed, read off its snapshots: feeds of contacts, instruments of statements.

What is compared must have been observed alike. A feed that brings a tenth of the contacts is an instrument of its own:
where one begins between two days, or observes one arm and not the other, a difference would measure logging (ours).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graph_service.measures.catalogue import get
from graph_service.measures.cohort.observation import Observation
from graph_service.measures.surveys import answers
from graph_service.snapshot.snapshot import Snapshot

#: What observed the first and the second day; None: nothing did.
Observations = tuple[Observation | None, Observation | None]

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


def instruments(snapshot: Snapshot, rows: np.ndarray | None = None) -> dict[str, int]:
    """Statements of each person's latest wave by the instrument they were made with; of some people alone, if given."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if snapshot.records is None or snapshot.locate is None:
        return {}
    table = snapshot.records("stated_tie")
    table = table.filter(pc.less_equal(table["date"], pa.scalar(snapshot.as_of, pa.date32())))
    return _named(
        snapshot.locate(table["ego"]),
        table["date"].cast(pa.int32()).to_pylist(),
        table["wave"].to_pylist(),
        [name or "instrument not named" for name in table["instrument"].to_pylist()],
        rows,
    )


def surveys(snapshot: Snapshot, rows: np.ndarray | None = None) -> dict[str, int]:
    """Answers of each person's latest survey wave by instrument and version; of some people alone, if given."""
    said = answers(snapshot)
    names = [f"{instrument} {edition}" for instrument, edition in zip(said.instrument, said.edition, strict=True)]
    return _named(said.person, said.day.tolist(), list(said.wave), names, rows)


def _named(
    who: np.ndarray, day: Sequence[int], wave: Sequence[str], names: Sequence[str], rows: np.ndarray | None
) -> dict[str, int]:
    mine = None if rows is None else set(rows.tolist())
    told = [each for each in zip(who.tolist(), day, wave, names, strict=True) if each[0] >= 0]
    told = [each for each in told if mine is None or each[0] in mine]
    latest: dict[int, tuple[int, str]] = {}
    for person, when, of, _ in told:
        latest[person] = max(latest.get(person, (when, of)), (when, of))
    return dict(sorted(Counter(name for person, _, of, name in told if latest[person][1] == of).items()))


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


def source_of(id: str, layer: str) -> str:
    """What a measure is observed by: `survey`, `stated`, `either`, `workflow` (introductions) or `logged`."""
    inputs = get(id).inputs
    if "responses" in inputs:
        return "survey"
    if "introductions" in inputs:
        return "workflow"
    return "stated" if inputs[0] == "stated ties" else layer


def of_waves(
    before: Snapshot, after: Snapshot, source: str = "logged"
) -> tuple[Observation | None, Observation | None]:
    """What observed a measure on each of two days.

    A feed that ends observes on: its contacts still count. One that begins after the first day and brings a tenth of
    the contacts since then makes the second day another observation.
    """
    if source != "logged":
        return _seen(before, None, source), _seen(after, None, source)
    first, second = feeds(before), feeds(after)
    since = {name: count - first.get(name, 0) for name, count in second.items() if count > first.get(name, 0)}
    begun = [name for name in worth(since) if name not in first]
    known = worth(first)
    return observation(known, "logged"), observation((*known, *begun), "logged")


def of_arm(snapshot: Snapshot, rows: np.ndarray, source: str = "logged") -> Observation | None:
    """What observed a measure of some people up to a day."""
    return _seen(snapshot, rows, source)


def _seen(snapshot: Snapshot, rows: np.ndarray | None, source: str) -> Observation | None:
    if source == "workflow":
        return Observation("introductions of the programme")
    if source == "survey":
        return observation(worth(surveys(snapshot, rows)), "stated")
    if source == "stated":
        return observation(worth(instruments(snapshot, rows)), "stated")
    if source == "logged":
        return observation(worth(feeds(snapshot, rows)), "logged")
    return observation((*worth(feeds(snapshot, rows)), *worth(instruments(snapshot, rows))), "either")


def counted(snapshot: Snapshot) -> dict[str, int]:
    """Everything that observed anything up to a day: feeds, instruments of statements, surveys."""
    return feeds(snapshot) | instruments(snapshot) | surveys(snapshot)

"""Affiliations that a roster ends: those it says are over, and those that a complete roster no longer has.

Nobody is deleted because a file lacks them: the affiliation ends on a day, the person and the evidence stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service import clock
from graph_service.actions.resolving import Directory
from graph_service.errors import Conflict
from graph_service.records.registry import kind
from graph_service.store.store import Store
from loaders.batch import Batch, Ending


@dataclass(frozen=True)
class Leaving:
    """Affiliations with their last day. said: the roster says so. gone: a complete roster lacks them."""

    said: Sequence[dict[str, Any]] = ()
    gone: Sequence[dict[str, Any]] = ()

    @property
    def people(self) -> int:
        return len({record["person"] for record in self.gone})

    def records(self, remove: int | None) -> list[dict[str, Any]]:
        """What is to be written: the gone ones only as far as somebody confirmed their number.

        Raises Conflict where more would end than were confirmed.
        """
        if remove is None or not self.gone:
            return list(self.said)
        if len(self.gone) > remove:
            raise Conflict(
                f"The roster would now end {len(self.gone)} affiliations, and {remove} were confirmed. "
                "Nothing was changed. Look at the roster, then confirm the number."
            )
        return [*self.said, *self.gone]

    def notes(self, remove: int | None) -> list[str]:
        if not self.gone or remove is not None:
            return []
        return [
            f"Affiliations that are no longer in the roster: {len(self.gone)}, of {self.people} people. They were left "
            f"as they are; to end them, load it again and confirm the number: --remove {len(self.gone)}."
        ]


def leaving(batch: Batch, directory: Directory, loader: str) -> Leaving:
    """Which of the affiliations that this feed brought end."""
    if not batch.endings and batch.complete is None:
        return Leaving()
    store, options = directory.store, directory.options
    today = clock.today(options.time_zone)
    open_ones = _of_feed(store, loader, options.source, today)
    people, affiliations = _said(batch.endings, directory)
    said, gone = [], []
    kept: set[str] = set()
    spared: set[str] = set()
    if batch.complete is not None:
        kept = set(directory.ids("affiliation", options.source, sorted(batch.complete.affiliations)))
        spared = set(directory.ids("person", options.id_source, sorted(batch.complete.spared)))
    for record in open_ones:
        day = affiliations.get(record["id"], people.get(record["person"]))
        if day is not None:
            said.append(_ended(record, min(day, today)))
        elif batch.complete is not None and record["id"] not in kept and record["person"] not in spared:
            gone.append(_ended(record, today))
    return Leaving(said, gone)


def _said(endings: Sequence[Ending], directory: Directory) -> tuple[dict[str, date], dict[str, date]]:
    """Last day by person, and by affiliation."""
    options = directory.options
    today = clock.today(options.time_zone)
    whole = [each for each in endings if each.affiliation is None]
    single = [each for each in endings if each.affiliation is not None]
    people = directory.ids("person", options.id_source, [each.person for each in whole])
    affiliations = directory.ids("affiliation", options.source, [each.affiliation or "" for each in single])
    return (
        {id: each.day or today for id, each in zip(people, whole, strict=True)},
        {id: each.day or today for id, each in zip(affiliations, single, strict=True)},
    )


def _of_feed(store: Store, loader: str, feed: str, today: date) -> list[dict[str, Any]]:
    """Affiliations that hold, and that loads of this feed brought or changed last."""
    import pyarrow as pa
    import pyarrow.compute as pc

    loads = [record["id"] for record in store.find("load", loader=loader, feed=feed)]
    if not loads:
        return []
    of = kind("affiliation")
    table = store.since(of.name)
    mine = pc.and_(pc.is_null(table["ended"]), pc.is_in(table["batch"], value_set=pa.array(loads)))
    holds = pc.or_kleene(pc.is_null(table["until"]), pc.greater(table["until"], pa.scalar(today, pa.date32())))
    found: list[dict[str, Any]] = table.filter(pc.and_(mine, holds)).select(of.schema.names).to_pylist()
    return sorted(found, key=lambda record: record["id"])


def _ended(record: dict[str, Any], day: date) -> dict[str, Any]:
    return record | {"until": max(day, record["since"]) if record["since"] else day}

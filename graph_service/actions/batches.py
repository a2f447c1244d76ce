"""Many records of one kind in one write: good ones are kept, each other one is told why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.actions.writing import RepeatedDifferently, same
from graph_service.disclosure.records import RecordReader
from graph_service.errors import Conflict, InvalidRecord, NotYours, ServiceError
from graph_service.records.registry import KINDS
from graph_service.records.resources import Resource
from graph_service.records.validation import validate_records
from graph_service.store.store import Store


@dataclass(frozen=True)
class Kept:
    """What became of one record of a batch: added, unchanged (it was there already) or rejected, and why."""

    index: int
    id: str | None
    outcome: str
    problem: Mapping[str, Any] | None = None


def add_many(
    store: Store, reader: RecordReader, of: Resource, items: Sequence[Mapping[str, Any]], *, repeat: str
) -> list[Kept]:
    """Add records in one write, good ones whatever the others are like.

    The same `repeat` with the same item in the same place changes nothing; with another item that one is rejected.
    Kinds with a key of their own are not added so. Raises NotYours where the actor may not write at all, Conflict.
    """
    kind = KINDS[of.kind]
    if kind.keyed:
        raise Conflict("Records with a key of their own are added one by one, or loaded from a file.")
    if not reader.actor.writes:
        raise NotYours()
    ids = store.internal_ids(kind.name, f"api {reader.actor.name}", [f"{repeat}|{at}" for at in range(len(items))])
    there = store.known(kind.name, ids)
    good: dict[int, Any] = {}
    told: dict[int, Kept] = {}
    for at, (id, item) in enumerate(zip(ids, items, strict=True)):
        try:
            record = {"id": id, **item}
            reader.require(of, record)
            table = validate_records(kind, [record])
            _check_references(store, of, item)
            if id not in there:
                good[at] = table.table
            elif same(store.get(kind.name, id) or {}, table):
                told[at] = Kept(at, id, "unchanged")
            else:
                raise RepeatedDifferently()
        except ServiceError as error:
            told[at] = Kept(at, None, "rejected", error.problem())
    if good:
        import pyarrow as pa

        rows = pa.concat_tables(list(good.values()))
        expect = {(kind.name, ids[at]): 0 for at in good}
        store.append_all([(kind.name, rows)], actor=reader.actor.name, action="add", expect=expect)
        told |= {at: Kept(at, ids[at], "added") for at in good}
    return [told[at] for at in sorted(told)]


def _check_references(store: Store, of: Resource, item: Mapping[str, Any]) -> None:
    """A reference to nobody rejects this record and not its neighbours. Raises InvalidRecord."""
    for each in KINDS[of.kind].references:
        value = item.get(each.name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        ids = [one["id"] if isinstance(one, Mapping) else one for one in values]
        if ids and store.known(each.type.target or "", ids) != set(ids):
            problem = {"field": each.name, "found": "an id that is not there", "expected": f"a {each.type.target}"}
            raise InvalidRecord(problems=[problem])

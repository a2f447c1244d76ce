"""Add, correct or retract one record: authorise, validate, one write, receipt."""

import secrets
from collections.abc import Mapping
from typing import Any

from graph_service.disclosure.records import RecordReader
from graph_service.errors import Conflict, InvalidRecord, StaleVersion
from graph_service.records.registry import KINDS
from graph_service.records.resources import Resource
from graph_service.records.validation import Checked, validate_records
from graph_service.store.store import Receipt, Store


class RepeatedDifferently(Conflict):
    """An idempotency key that comes again with another body."""

    code, title = "repeated_differently", "This idempotency key was used for another record"
    hint = "Use a new key for a new record."


def add(
    store: Store, reader: RecordReader, of: Resource, values: Mapping[str, Any], *, repeat: str | None = None
) -> tuple[dict[str, Any], Receipt]:
    """Add a record. A keyed record's id comes from its own key, any other's from `repeat` (or chance).

    The same `repeat` with the same body changes nothing. Raises InvalidRecord, NotYours, Conflict.
    """
    kind = KINDS[of.kind]
    if kind.keyed:
        source = values.get("id_source") or "local"
        id = store.internal_id(kind.name, source, str(values.get("key") or ""))
        if not values.get("key"):
            raise InvalidRecord(problems=[{"field": "key", "found": "nothing", "expected": "text"}])
    else:
        id = store.internal_id(kind.name, f"api {reader.actor.name}", repeat or secrets.token_hex(16))
    record = {"id": id, **values}
    reader.require(of, record)
    # An id by chance is nobody's yet.
    before = store.get(kind.name, id) if kind.keyed or repeat else None
    table = validate_records(kind, [record])
    if before is not None:
        if kind.keyed:
            raise Conflict("A record with this key is already there. Correct it instead.")
        if not same(before, table):
            raise RepeatedDifferently()
        return before, store.append(kind.name, table, actor=reader.actor.name, action="add")
    receipt = store.append_all([(kind.name, table)], actor=reader.actor.name, action="add", expect={(kind.name, id): 0})
    return _kept(store, kind.name, id), receipt


def correct(
    store: Store, reader: RecordReader, of: Resource, id: str, version: int, values: Mapping[str, Any]
) -> tuple[dict[str, Any], Receipt]:
    """Put the next version in the place of a record. Raises NotFound, StaleVersion, InvalidRecord, NotYours."""
    reader.get(of, id)
    kind = KINDS[of.kind]
    before = _kept(store, kind.name, id)
    # What no answer shows cannot be sent back: left out, it stays. Who it is never changes.
    stay = {name for name in of.hidden if values.get(name) is None} | ({"id_source", "key"} & set(kind.by_name))
    record = {"id": id, **values, **{name: before[name] for name in stay}}
    reader.require(of, record)
    receipt = store.append_all(
        [(kind.name, validate_records(kind, [record]))],
        actor=reader.actor.name,
        action="correct",
        expect={(kind.name, id): version},
    )
    return _kept(store, kind.name, id), receipt


def retract(store: Store, reader: RecordReader, of: Resource, id: str, version: int) -> Receipt:
    """End a record without a successor; its versions stay readable as known then."""
    before = reader.get(of, id)
    reader.require(of, before)
    if before["version"] != version:
        raise StaleVersion(version=before["version"])
    return store.retract(of.kind, [id], actor=reader.actor.name)


def _kept(store: Store, kind: str, id: str) -> dict[str, Any]:
    found = store.get(kind, id)
    assert found is not None
    return found


def same(before: Mapping[str, Any], checked: Checked) -> bool:
    """Whether a record that is there says what a checked table of one row says."""
    now = checked.table.to_pylist()[0]
    return all(before.get(name) == value for name, value in now.items())

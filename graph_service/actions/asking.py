"""Ask an employer: a second school's ask within the window is shown before it is made, and bundled or handed on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_service.actions import writing
from graph_service.disclosure.records import RecordReader
from graph_service.errors import Conflict, InvalidRecord
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.store.store import Receipt, Store

ASKS = BY_PATH["employer-asks"]
#: What may be done about an ask that comes close to another school's: whoever asked takes it along, it is handed on to
#: them and not made, or it is made all the same.
WAYS = ("bundle", "hand_on", "ask_anyway")


class AskedAlready(Conflict):
    code, title = "asked_already", "Another school asked this employer within a few days"
    hint = "Bundle the two asks, hand this one on, or say that it is to be made all the same."


def ask(
    store: Store, reader: RecordReader, values: Mapping[str, Any], near: Sequence[Mapping[str, Any]], how: str = "",
    *, repeat: str | None = None,
) -> str:  # fmt: skip
    """Keep an ask. Returns its id. near: asks of other schools within the window.

    Raises AskedAlready where there are such and `how` does not say what is to be done; InvalidRecord, NotYours.
    """
    if near and how not in WAYS:
        raise AskedAlready()
    record = dict(values)
    if near and how == "bundle":
        record["by"] = max(near, key=lambda each: each["date"])["by"] or record["by"]
    if near and how == "hand_on":
        record |= {"answer": "handed_on", "answered": record["date"]}
    made, _ = writing.add(store, reader, ASKS, record, repeat=repeat)
    return str(made["id"])


def answered(store: Store, reader: RecordReader, id: str, version: int, answer: str, on: date) -> Receipt:
    """Keep what came of an ask. Raises NotFound, StaleVersion, NotYours, InvalidRecord."""
    if answer == "open":
        raise InvalidRecord(problems=[{"field": "answer", "found": answer, "expected": "an answer"}])
    kept = reader.get(ASKS, id)
    values = {name: kept[name] for name in KINDS["employer_ask"].by_name}
    return writing.correct(store, reader, ASKS, id, version, {**values, "answer": answer, "answered": on})[1]

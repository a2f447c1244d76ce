"""An adult of the programme says whom they know; two records are joined by their ids, and parted again."""

from collections.abc import Sequence
from datetime import date

from graph_service.actions import writing
from graph_service.actions.merging import merge_id
from graph_service.disclosure.records import RecordReader
from graph_service.errors import NotFound, UsageError
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.records.validation import validate_records
from graph_service.store.store import Receipt, Store

STATED, MERGES, DISTINCT = BY_PATH["stated-ties"], BY_PATH["merges"], BY_PATH["distinctions"]


def tick(store: Store, reader: RecordReader, adult: str, learners: Sequence[str], *, today: date) -> Receipt:
    """Record that an adult (internal id) knows these learners. The same again changes nothing. Raises NotYours."""
    rows = [
        {
            "id": store.internal_id("stated_tie", "ticked", f"{adult}|{learner}"),
            "ego": adult, "alter": learner, "wave": f"staff {today.year}", "date": today, "closeness": 1, "scale": 3,
        }
        for learner in learners
    ]  # fmt: skip
    before = store.known("stated_tie", [str(row["id"]) for row in rows]) if rows else set()
    new = [row for row in rows if row["id"] not in before]
    for row in new:
        reader.require(STATED, row)
    if not new:
        return Receipt(store.revision())
    return store.append(
        "stated_tie", validate_records(KINDS["stated_tie"], new), actor=reader.actor.name, action="tick"
    )


def join(store: Store, reader: RecordReader, duplicate: str, kept: str, evidence: str) -> Receipt:
    """Say that two records (internal ids) are one person. Raises NotYours, NotFound, UsageError."""
    if duplicate == kept:
        raise UsageError("A record cannot be merged with itself. Name two different people.")
    if store.known("person", [duplicate, kept]) != {duplicate, kept}:
        raise NotFound()
    record = {"id": merge_id(store, duplicate), "duplicate": duplicate, "kept": kept, "evidence": evidence or None}
    reader.require(MERGES, record)
    return store.put("merge", record, actor=reader.actor.name, action="merge")


def part(store: Store, reader: RecordReader, id: str) -> Receipt:
    """Take a merge back. Raises NotFound, NotYours."""
    return writing.retract(store, reader, MERGES, id, reader.get(MERGES, id)["version"])


def keep_apart(store: Store, reader: RecordReader, one: str, other: str, evidence: str) -> Receipt:
    """Say that two records (internal ids) are two people. Raises NotYours, NotFound, UsageError."""
    if one == other:
        raise UsageError("A record is the same as itself. Name two different people.")
    if store.known("person", [one, other]) != {one, other}:
        raise NotFound()
    one, other = sorted((one, other))
    id = store.internal_id("distinction", "distinction", f"{one}|{other}")
    record = {"id": id, "one": one, "other": other, "evidence": evidence or None}
    reader.require(DISTINCT, record)
    return store.put("distinction", record, actor=reader.actor.name, action="distinction")


def ask_anew(store: Store, reader: RecordReader, id: str) -> Receipt:
    """Propose two records again that were kept apart. Raises NotFound, NotYours."""
    return writing.retract(store, reader, DISTINCT, id, reader.get(DISTINCT, id)["version"])

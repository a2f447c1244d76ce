"""The turn of the school year: learners move up a grade, the oldest leave; looked at first, and taken back whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.disclosure.records import RecordReader
from graph_service.errors import NotYours
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.records.validation import validate_records
from graph_service.store.store import Store

#: The grade after which learners leave, where the programme does not say otherwise.
LAST_GRADE = 12
PEOPLE, AFFILIATIONS = BY_PATH["people"], BY_PATH["affiliations"]


@dataclass(frozen=True)
class Turn:
    """What a turn of the year does: learners (internal ids) who move up, who leave, and whose grade says nothing."""

    up: tuple[str, ...]
    leave: tuple[str, ...]
    unknown: tuple[str, ...]


def preview(store: Store, learners: Sequence[str], last: int = LAST_GRADE) -> Turn:
    """What would become of these learners, without writing anything."""
    up, leave, unknown = [], [], []
    for id in learners:
        row = store.get("person", id)
        grade = str((row or {}).get("grade") or "").strip()
        if not grade.isdecimal():
            unknown.append(id)
        elif int(grade) >= last:
            leave.append(id)
        else:
            up.append(id)
    return Turn(tuple(up), tuple(leave), tuple(unknown))


def turn(
    store: Store, reader: RecordReader, learners: Sequence[str], *, today: date, last: int = LAST_GRADE
) -> tuple[str, Turn]:
    """Move learners up, and end the enrolment of those in the last grade, as one load that can be taken back.

    Returns the load's id. Raises NotYours for learners out of scope.
    """
    if not reader.actor.writes:
        raise NotYours()
    found = preview(store, learners, last)
    batch = store.internal_id("load", "year", f"{today}|{store.revision()}")
    people = [_person(store, reader, id) for id in found.up]
    ends = [
        _fields("affiliation", row) | {"until": today}
        for id in found.leave
        for row in store.find("affiliation", person=id, relation="enrolled_at")
        if row["until"] is None or row["until"] > today
    ]
    for row in ends:
        reader.require(AFFILIATIONS, row)
    changed = {"person": people, "affiliation": ends}
    tables = [(kind, validate_records(KINDS[kind], rows)) for kind, rows in changed.items() if rows]
    if tables:
        receipt = store.append_all(tables, actor=reader.actor.name, action="year", batch=batch)
        load = {
            "id": batch, "loader": "year", "feed": "desk", "rows": len(learners), "changed": receipt.changed,
            "state": "done", "day": today,
        }  # fmt: skip
        store.put("load", load, actor=reader.actor.name, action="year", batch=batch)
    return batch, found


def _person(store: Store, reader: RecordReader, id: str) -> dict[str, Any]:
    row = store.get("person", id)
    assert row is not None
    record = _fields("person", row) | {"grade": str(int(row["grade"]) + 1)}
    reader.require(PEOPLE, record)
    return record


def _fields(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], **{each.name: row[each.name] for each in KINDS[kind]}}

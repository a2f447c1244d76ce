"""Who came to a convening: with the attendance, the contact of each role-alike group is kept, so that it makes ties."""

import json
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from graph_service.actions import writing
from graph_service.disclosure.records import RecordReader
from graph_service.errors import InvalidRecord
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.records.validation import validate_records
from graph_service.store.store import Receipt, Store

ATTENDANCE, CONVENINGS = BY_PATH["attendance"], BY_PATH["convenings"]
#: A role-alike group talks among itself; a hall full of people makes no tie.
IN_GROUP, IN_HALL = "group_meeting", "workshop"
#: In a group of more nobody speaks with everybody.
LARGEST = 12


def attend(
    store: Store, reader: RecordReader, convening: str, people: Sequence[str], community: str | None, group: str | None
) -> Receipt:
    """Keep that people came, for a community, in a role-alike group; and that group's contact, in one write.

    The same again changes nothing. Raises NotFound, NotYours, InvalidRecord where nobody is named.
    """
    held = reader.get(CONVENINGS, convening)
    if not people:
        raise InvalidRecord(problems=[{"field": "person", "found": "nobody", "expected": "somebody who came"}])
    rows = []
    for person in dict.fromkeys(people):
        kept = store.find("attendance", convening=convening, person=person)
        id = kept[0]["id"] if kept else store.internal_id("attendance", convening, person)
        rows.append({"id": id, "convening": convening, "person": person, "community": community, "group": group})
        reader.require(ATTENDANCE, rows[-1])
    ids = {row["id"] for row in rows}
    others = [row for row in store.find("attendance", convening=convening) if row["id"] not in ids]
    tables = [("attendance", validate_records(KINDS["attendance"], rows))]
    return _keep(store, reader, held, [*others, *rows], tables)


def leave(store: Store, reader: RecordReader, id: str, version: int) -> Receipt:
    """Take back that somebody came, and their part in the contact. Raises NotFound, StaleVersion, NotYours."""
    row = reader.get(ATTENDANCE, id)
    writing.retract(store, reader, ATTENDANCE, id, version)
    held = reader.get(CONVENINGS, row["convening"])
    return _keep(store, reader, held, store.find("attendance", convening=row["convening"]), [], row["group"])


def _keep(
    store: Store, reader: RecordReader, held: dict[str, Any], rows: Sequence[dict[str, Any]], tables: list[Any],
    left: str | None = None,
) -> Receipt:  # fmt: skip
    """Write what is given with the contact of every group as it is now; a group of one has none any more."""
    contacts = _contacts(store, held, rows)
    if contacts:
        tables = [("interaction", validate_records(KINDS["interaction"], contacts)), *tables]
    stale = _known(store, held, left) - {each["id"] for each in contacts}
    receipt = store.append_all(tables, actor=reader.actor.name, action="attend")
    return store.retract("interaction", sorted(stale), actor=reader.actor.name) if stale else receipt


def _contacts(store: Store, held: dict[str, Any], rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The contact of each group of two or more."""
    groups: dict[str | None, list[str]] = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row["person"])
    return [
        {
            "id": _id(store, held["id"], group), "date": held["date"], "mode": held["mode"],
            "kind": IN_GROUP if group else IN_HALL, "host": held["organizer"], "source": "convening",
            "participants": [{"id": id, "role": "participant"} for id in sorted(people)], "evidence": "verified",
            "context": "event", "pairs": _pairs(len(people)) if group else None,
        }
        for group, people in groups.items()
        if len(people) > 1
    ]  # fmt: skip


def _pairs(people: int) -> str | None:
    return json.dumps([list(each) for each in combinations(range(people), 2)]) if people <= LARGEST else None


def _id(store: Store, convening: str, group: str | None) -> str:
    return store.internal_id("interaction", "convening", f"{convening}|{group or ''}")


def _known(store: Store, held: dict[str, Any], left: str | None) -> set[str]:
    """The contacts of a convening that are on record."""
    groups = {
        version["group"] for row in store.find("attendance", convening=held["id"])
        for version in store.history("attendance", row["id"])
    } | {left}  # fmt: skip
    return {id for group in groups if store.get("interaction", id := _id(store, held["id"], group)) is not None}

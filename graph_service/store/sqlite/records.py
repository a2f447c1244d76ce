"""Single rows read as records: with their participants, decoded."""

import json
from collections.abc import Sequence
from typing import Any

import apsw

from graph_service.records.kind import Kind
from graph_service.store.sqlite import rows
from graph_service.store.sqlite.statements import sql


def dicts(connection: apsw.Connection, name: str, parameters: Any = None, **parts: str) -> list[dict[str, Any]]:
    """Run one statement; its rows by column name."""
    cursor = connection.execute(sql(name, **parts), parameters)
    first = next(cursor, None)
    if first is None:
        return []
    head = [column[0] for column in cursor.get_description()]
    return [dict(zip(head, row, strict=True)) for row in [first, *cursor]]


def live(connection: apsw.Connection, kind: Kind, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Live rows as records."""
    for each in rows.lists_of(kind):
        numbers = json.dumps([row["seq"] for row in found])
        text = sql("participants_of", kind=kind.name, field=each.name)
        members: dict[int, list[Any]] = {}
        for number, id, role in connection.execute(text, {"records": numbers}):
            members.setdefault(number, []).append([id, role])
        for row in found:
            row[each.name] = json.dumps(members.get(row["seq"], []))
    return [rows.record(kind, row) for row in found]


def versions(connection: apsw.Connection, kind: Kind, field: str, values: Sequence[str]) -> list[dict[str, Any]]:
    """All versions whose field is, or has, one of the values; ended ones first."""
    suffix = "_with" if field != "id" and kind[field].roles else ""
    parameters = {"values": json.dumps(list(values))}
    parts = {"kind": kind.name, "field": field}
    ended_fields, fields = rows.names(kind.fields), rows.names(rows.columns_of(kind))
    ended = dicts(connection, f"versions_ended{suffix}", parameters, fields=ended_fields, **parts)
    current = dicts(connection, f"versions{suffix}", parameters, fields=fields, **parts)
    return [rows.record(kind, row) for row in ended] + live(connection, kind, current)

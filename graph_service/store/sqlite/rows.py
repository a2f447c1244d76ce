"""How a kind's fields become columns of a table, and rows become values again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graph_service import clock
from graph_service.records.kind import Field, Kind
from graph_service.store.lines import decode_list, is_free
from graph_service.store.sqlite.statements import sql

SQL_TYPES = {"date": "INTEGER", "int": "INTEGER", "bool": "INTEGER", "float": "REAL"}


def columns_of(kind: Kind) -> list[Field]:
    """The fields that are columns of the kind's own table (participants have a table of theirs)."""
    return [each for each in kind.fields if not each.roles]


def lists_of(kind: Kind) -> list[Field]:
    """The fields that have a table of their own."""
    return [each for each in kind.fields if each.roles]


def column_type(each: Field, *, history: bool = False) -> str:
    """The column's name, type and reference, as in CREATE TABLE."""
    of = "TEXT" if each.many else SQL_TYPES.get(each.type.shape, "TEXT")
    if each.type.shape == "ref" and not each.many and not history:
        return f'"{each.name}" {of} ' + sql("references", target=each.type.target or "")
    return f'"{each.name}" {of}'


def added_column(each: Field, *, history: bool = False) -> str:
    """The same for a field that was declared after the table was made: earlier rows have its default."""
    column = column_type(each, history=history)
    if each.many:
        return column + " DEFAULT '[]'"
    if each.default is None:
        return column
    if isinstance(each.default, str):
        return column + " DEFAULT '" + each.default.replace("'", "''") + "'"
    return column + f" DEFAULT {float(each.default) if each.type.shape == 'float' else int(each.default)}"


def names(fields: Sequence[Field], prefix: str = "") -> str:
    """`, a, b` or nothing."""
    return "".join(f', {prefix}"{each.name}"' for each in fields)


def assignments(fields: Sequence[Field]) -> str:
    """`, a = ?, b = ?` or nothing."""
    return "".join(f', "{each.name}" = ?' for each in fields)


def conditions(kind: Kind, equals: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Conditions on live rows, and their parameters: a field has a value, one of several, or none (None)."""
    text, values = "", {}
    for name, value in equals.items():
        each = kind[name]
        if value is None:
            text += " " + sql("where_null", field=each.name)
            continue
        wanted = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
        text += " " + sql("where_list" if each.many else "where_field", field=each.name)
        values[f"is_{name}"] = json.dumps([_kept(each.type.shape, one) for one in wanted])
    return text, values


def _kept(shape: str, value: Any) -> Any:
    if shape == "date" and value is not None:
        return clock.day_number(value)
    return int(value) if shape == "bool" and value is not None else value


def encode(each: Field, values: Sequence[Any]) -> list[Any]:
    """Column values as SQLite keeps them: lists as JSON, truth as 0 and 1."""
    if each.many:
        return [json.dumps(value, ensure_ascii=False) if value else "[]" for value in values]
    if each.type.shape == "bool":
        return [None if value is None else int(value) for value in values]
    return list(values)


def decode(each: Field, value: Any) -> Any:
    """A kept value as the record's: days as dates, JSON as lists."""
    if value is None:
        # A row from before the field was declared.
        return [] if each.many else each.default
    if each.many:
        return decode_list(each, value)
    if each.type.shape == "date":
        return clock.day_of(value)
    if each.type.shape == "bool":
        return bool(value)
    return value


def line(fields: Sequence[Field], *, history: bool) -> str:
    """The expression of one line (see `store.lines`)."""
    kept = ["seq", "id", "version", "revision", sql("ended_by") if history else "''"]
    parts = [*kept, _cell("batch")]
    for each in fields:
        parts.append(_cell(f'"{each.name}"') if is_free(each) else f"coalesce(\"{each.name}\", '')")
    # One call for the whole line: joined by `||`, each cell would copy all those before it.
    return f"concat_ws(',', {', '.join(parts)})"


def _cell(name: str) -> str:
    return sql("cell", name=name)


def record(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """A kept row as a record with its version, revision, ended and batch."""
    values = {"id": row["id"]}
    for each in kind.fields:
        values[each.name] = decode(each, row.get(each.name))
    for name in ("version", "revision", "batch"):
        values[name] = row[name]
    values["ended"] = row.get("ended")
    return values

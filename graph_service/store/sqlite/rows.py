"""How a kind's fields become columns of a table, and rows become values again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graph_service import clock
from graph_service.records.kind import Field, Kind
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


def names(fields: Sequence[Field], prefix: str = "") -> str:
    """`, a, b` or nothing."""
    return "".join(f', {prefix}"{each.name}"' for each in fields)


def encode(each: Field, values: Sequence[Any]) -> list[Any]:
    """Column values as SQLite keeps them: lists as JSON, truth as 0 and 1."""
    if each.many:
        return [json.dumps(list(value or []), ensure_ascii=False) for value in values]
    if each.type.shape == "bool":
        return [None if value is None else int(value) for value in values]
    return list(values)


def decode(each: Field, value: Any) -> Any:
    """A kept value as the record's: days as dates, JSON as lists."""
    if value is None:
        return [] if each.many else None
    if each.roles:
        return [{"id": id, "role": role} for id, role in json.loads(value)]
    if each.many:
        return json.loads(value)
    if each.type.shape == "date":
        return clock.day_of(value)
    if each.type.shape == "bool":
        return bool(value)
    return value


def line(kind: Kind, fields: Sequence[Field], *, history: bool) -> str:
    """The expression of one comma-separated line: seq, id, version, revision, ended, batch, fields."""
    kept = ["seq", "id", "version", "revision", "ended" if history else "''"]
    parts = [f"{name}" for name in kept] + [_cell("batch")]
    for each in fields:
        free = each.many or each.roles or each.type.shape in ("text", "json")
        parts.append(_cell(f'"{each.name}"') if free else f"coalesce(\"{each.name}\", '')")
    return " || ',' || ".join(parts)


def _cell(name: str) -> str:
    return sql("cell", name=name)


def as_table(kind: Kind, lines: Sequence[str], fields: Sequence[Field]) -> tuple[Any, Any]:
    """Lines of `since` as (row numbers, Arrow table without the fields that have tables of their own)."""
    import pyarrow as pa
    import pyarrow.csv as csv

    head = ["seq", "id", "version", "revision", "ended", "batch"]
    whole = pa.int64()
    types: dict[str, Any] = {"seq": whole, "id": pa.string(), "version": whole, "revision": whole}
    types |= {"ended": whole, "batch": pa.string()}
    for each in fields:
        read = pa.string() if each.many or each.roles else each.type.arrow
        types[each.name] = {"date": pa.int32(), "bool": pa.int8()}.get(each.type.shape, read)
        if each.many:
            types[each.name] = pa.string()
    text = "\n".join(lines)
    table = csv.read_csv(
        pa.BufferReader(text.encode()),
        read_options=csv.ReadOptions(column_names=head + [each.name for each in fields], block_size=1 << 24),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    columns: dict[str, Any] = {"id": table["id"]}
    for each in fields:
        columns[each.name] = from_text(each, table[each.name])
    for name in ("version", "revision", "ended", "batch"):
        columns[name] = table[name]
    return table["seq"], pa.table(columns)


def from_text(each: Field, column: Any) -> Any:
    """A column as read from lines, in the field's Arrow type."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if each.many:
        # Lists repeat a lot (roles, goals): each distinct text is parsed once.
        codes = column.combine_chunks().dictionary_encode()
        if isinstance(codes, pa.ChunkedArray):
            codes = codes.combine_chunks()
        parsed = pa.array([decode(each, text) for text in codes.dictionary.to_pylist()], type=each.arrow)
        if not len(parsed):
            return pa.array([[] for _ in range(len(column))], type=each.arrow)
        return parsed.take(pc.fill_null(codes.indices, 0)) if not codes.null_count else _lists(each, column)
    return column.cast(each.arrow)


def _lists(each: Field, column: Any) -> Any:
    import pyarrow as pa

    return pa.array([decode(each, text) for text in column.to_pylist()], type=each.arrow)


def record(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """A kept row as a record with its version, revision, ended and batch."""
    values = {"id": row["id"]}
    for each in kind.fields:
        values[each.name] = decode(each, row.get(each.name))
    for name in ("version", "revision", "batch"):
        values[name] = row[name]
    values["ended"] = row.get("ended")
    return values

"""Rows as comma-separated lines: how both engines hand over many rows at once, and how Arrow reads them.

A driver gives one text for thousands of rows much faster than thousands of rows; Arrow's own reader makes
typed columns of it. A line is: seq, id, version, revision, ended, batch, then the fields. Nothing stands for
null, a quoted nothing for the empty text; a list is JSON.
"""

import json
from collections.abc import Sequence
from typing import Any

from graph_service.records.kind import Field, Kind, kept_schema

HEAD = ("seq", "id", "version", "revision", "ended", "batch")
_BLOCK = 1 << 24


def is_free(each: Field) -> bool:
    """Whether a field's cell must be quoted: it may hold any character."""
    return each.many or each.type.shape in ("text", "json")


def parse_rows(
    kind: Kind, texts: Sequence[str], without: Sequence[Field] = (), *, iso: bool = False
) -> tuple[Any, Any]:
    """Lines as (row numbers, table of `kept_schema`); fields in `without` are not in the lines.

    Dates are numbers of days since 1970, or `iso` texts.
    """
    import pyarrow as pa
    import pyarrow.csv as csv

    fields = [each for each in kind.fields if each not in without]
    whole = pa.int64()
    types: dict[str, Any] = {"seq": whole, "id": pa.string(), "version": whole, "revision": whole}
    types |= {"ended": whole, "batch": pa.string()}
    for each in fields:
        days = each.type.shape == "date" and not iso
        read = pa.int32() if days else pa.int8() if each.type.shape == "bool" else each.type.arrow
        types[each.name] = pa.string() if each.many else read
    # The last line must end: a nothing at the very end would be taken for a quoted one.
    table = csv.read_csv(
        pa.BufferReader(("\n".join(texts) + "\n").encode()),
        read_options=csv.ReadOptions(column_names=list(types), block_size=_BLOCK),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    columns = {name: table[name] for name in HEAD[1:]}
    for each in fields:
        column = _lists(each, table[each.name]) if each.many else table[each.name].cast(each.arrow)
        columns[each.name] = filled(each, column)
    for each in without:
        columns[each.name] = pa.nulls(table.num_rows, each.arrow)
    schema = kept_schema(kind)
    return table["seq"], pa.table([columns[name] for name in schema.names], schema=schema)


def _lists(each: Field, column: Any) -> Any:
    """Lists repeat a lot (roles, goals): each distinct text is parsed once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = column.combine_chunks().dictionary_encode()
    texts = [*codes.dictionary.to_pylist(), None]
    parsed = pa.array([decode_list(each, text) for text in texts], type=each.arrow)
    return parsed.take(pc.fill_null(codes.indices, len(texts) - 1))


def filled(each: Field, column: Any) -> Any:
    """Rows from before a field was declared have its default."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if each.default is None or each.many or not column.null_count:
        return column
    return pc.fill_null(column, pa.scalar(each.default, type=each.arrow))


def decode_list(each: Field, text: str | None) -> list[Any]:
    """A kept list: participants come as [id, role]."""
    # Not strict: a text may hold control characters, which Neo4j's side of the lines does not escape.
    values = json.loads(text or "[]", strict=False)
    return [{"id": id, "role": role} for id, role in values] if each.roles else values


def parse_members(texts: Sequence[str]) -> Any:
    """Lines of row number, id, role as a table in order of row numbers; None where there are none.

    Those of a row come in their order.
    """
    import pyarrow as pa
    import pyarrow.csv as csv

    if not texts:
        return None
    columns = {"record": pa.int64(), "id": pa.string(), "role": pa.string()}
    table = csv.read_csv(
        pa.BufferReader(("\n".join(texts) + "\n").encode()),
        read_options=csv.ReadOptions(column_names=list(columns), block_size=_BLOCK),
        convert_options=csv.ConvertOptions(column_types=columns, null_values=[""]),
    )
    return in_order(table)


def in_order(members: Any) -> Any:
    """A table of participants in order of record numbers (`record`), and of their `place` where it has one."""
    import numpy as np

    record = members["record"].to_numpy()
    if "place" in members.column_names:
        return members.take(np.lexsort((members["place"].to_numpy(), record)))
    if np.any(record[1:] < record[:-1]):
        return members.take(np.argsort(record, kind="stable"))
    return members


def lists_of_members(numbers: Any, table: Any, of: Any) -> Any:
    """A table of `parse_members` as one list for each of the row numbers."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    seq = numbers.to_numpy()
    if table is None:
        return pa.array([[]], type=of).take(pa.array(np.zeros(len(seq), np.int64)))
    record = table["record"].to_numpy()
    members = pa.StructArray.from_arrays(
        [table["id"].combine_chunks(), table["role"].combine_chunks()], names=["id", "role"]
    )
    order = np.argsort(seq, kind="stable")
    starts = np.searchsorted(record, seq[order], side="left")
    ends = np.searchsorted(record, seq[order], side="right")
    if len(seq) and not (starts[0] == 0 and ends[-1] == len(record) and np.array_equal(starts[1:], ends[:-1])):
        # Members of rows that are not asked for (they came after the look at the rows) stay out.
        wanted = pc.is_in(table["record"], value_set=pa.array(seq)).combine_chunks()
        members, record = members.filter(wanted), record[wanted.to_numpy(zero_copy_only=False)]
        ends = np.searchsorted(record, seq[order], side="right")
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), members).cast(of)
    if np.array_equal(order, np.arange(len(seq))):
        return lists
    return lists.take(pa.array(np.argsort(order, kind="stable")))

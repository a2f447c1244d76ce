"""Many records out of Neo4j at once: lists of values, a list for each field, as Arrow columns.

Lists cost the server less than rows or text. A code, day or text with a default is told of every record, a mark where
there is none; other values only of the records that have one, with the record's number. References and participants
are looked for apart: a path from each record costs more than to follow those that are there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graph_service.records.kind import Field, Kind, kept_schema
from graph_service.store.lines import filled, in_order, lists_of_members
from graph_service.store.neo4j import layout
from graph_service.store.neo4j.statements import cypher

#: What `dense_column` says where there is no value.
NOTHING = "\x00"


def told_of_all(each: Field) -> bool:
    """Whether a field's value is told of every record: it is a text, and mostly there."""
    shape = each.type.shape
    return not each.many and (shape in ("code", "date") or (shape == "text" and each.default is not None))


def expressions(kind: Kind) -> str:
    """`, collect(...) AS name, ...`: the fields of live records, and the load that they came with."""
    parts = [cypher("dense_column", value="n.batch", name="batch")]
    for each in kind.fields:
        if not layout.is_property(each):
            continue
        if each.many:
            parts.append(cypher("sparse_list", name=each.name))
        elif told_of_all(each):
            value = f"toString(n.{each.name})" if each.type.shape == "date" else f"n.{each.name}"
            parts.append(cypher("dense_column", value=value, name=each.name))
        else:
            parts.append(cypher("sparse_column", value=f"n.{each.name}", name=each.name))
    return "".join(f", {part}" for part in parts)


def piece(kind: Kind, record: Mapping[str, Any]) -> tuple[Any, Any]:
    """One piece as (record numbers, table of `kept_schema`); what is referred to is null until it is put in."""
    import pyarrow as pa

    numbers = pa.array(record["seq"], pa.int64())
    size = len(numbers)
    columns = {
        "id": pa.array(record["id"], pa.string()),
        "version": pa.array(record["version"], pa.int64()),
        "revision": pa.array([record["revision"]], pa.int64()).take(pa.array([0] * size, pa.int64())),
        "ended": pa.nulls(size, pa.int64()),
        "batch": _dense(record["batch"], pa.string()),
    }
    for each in kind.fields:
        if not layout.is_property(each):
            columns[each.name] = pa.nulls(size, each.arrow)
        elif told_of_all(each):
            columns[each.name] = filled(each, _dense(record[each.name], each.arrow))
        else:
            columns[each.name] = filled(each, _sparse(each, record[each.name], numbers))
    schema = kept_schema(kind)
    return numbers, pa.table([columns[name] for name in schema.names], schema=schema)


def _dense(values: Sequence[str], arrow: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    column = pa.array(values, pa.string())
    return pc.if_else(pc.equal(column, NOTHING), pa.scalar(None, pa.string()), column).cast(arrow)


def _sparse(each: Field, pairs: Sequence[Sequence[Any]], numbers: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    there = pa.array([number for number, _ in pairs], pa.int64())
    values = pa.array([value for _, value in pairs], each.arrow)
    if each.many:
        # An absent list is an empty list.
        values = pa.concat_arrays([values, pa.array([[]], each.arrow)])
        return values.take(pc.fill_null(pc.index_in(numbers, value_set=there), len(there)))
    return values.take(pc.index_in(numbers, value_set=there))


def members(record: Mapping[str, Any]) -> Any:
    """One piece of participants: record number, place, id, role."""
    import pyarrow as pa

    whole, text = pa.int64(), pa.string()
    types = {"record": whole, "place": whole, "id": text, "role": text}
    return pa.table({name: pa.array(record[name], of) for name, of in types.items()})


def references(record: Mapping[str, Any]) -> Any:
    """One piece of references: record number, id."""
    import pyarrow as pa

    types = {"record": pa.int64(), "id": pa.string()}
    return pa.table({name: pa.array(record[name], of) for name, of in types.items()})


def whole(kind: Kind, pieces: Sequence[tuple[Any, Any]], found: Mapping[str, Sequence[Any]]) -> Any:
    """The pieces as one table, with the participants and references that were found in their places."""
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = pa.chunked_array([numbers for numbers, _ in pieces])
    table = pa.concat_tables([table for _, table in pieces])
    for name, parts in found.items():
        if kind[name].roles:
            told = in_order(pa.concat_tables(parts)) if parts else None
            column = lists_of_members(numbers, told, kind[name].arrow)
        elif parts:
            told = pa.concat_tables(parts)
            places = pc.index_in(numbers, value_set=told["record"].combine_chunks())
            column = told["id"].combine_chunks().take(places).cast(kind[name].arrow)
        else:
            continue
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table

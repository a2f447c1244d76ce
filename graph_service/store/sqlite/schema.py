"""Tables out of declarations: made when a kind is first used, extended when a field is declared later."""

import json
from contextlib import suppress

import apsw

from graph_service.errors import NewerStore
from graph_service.records.kind import Kind
from graph_service.store.sqlite import rows
from graph_service.store.sqlite.statements import sql


def ensure(connection: apsw.Connection, kind: Kind) -> None:
    """Make or extend the kind's tables. Idempotent, and safe when several processes do it at once.

    Raises NewerStore when the store knows a field that this version does not.
    """
    fields = json.dumps([each.name for each in kind.fields])
    if _declared(connection, kind) == fields:
        return
    outer = not connection.in_transaction
    if outer:
        connection.execute(sql("begin_write")).fetchall()
    try:
        before = _declared(connection, kind)
        if before is None:
            for target in {each.type.target for each in kind.references} - {kind.name}:
                from graph_service.records.registry import kind as declared

                assert target is not None
                ensure(connection, declared(target))
            _make(connection, kind)
        else:
            _extend(connection, kind, json.loads(before))
        connection.execute(sql("declare"), {"kind": kind.name, "fields": fields}).fetchall()
    except BaseException:
        if outer:
            with suppress(apsw.Error):
                connection.execute(sql("rollback")).fetchall()
        raise
    if outer:
        connection.execute(sql("commit")).fetchall()


def _declared(connection: apsw.Connection, kind: Kind) -> str | None:
    found = connection.execute(sql("declared"), {"kind": kind.name}).fetchall()
    return str(found[0][0]) if found else None


def _make(connection: apsw.Connection, kind: Kind) -> None:
    own = rows.columns_of(kind)
    columns = "".join(f", {rows.column_type(each)}" for each in own)
    ended = "".join(f", {rows.column_type(each, history=True)}" for each in kind.fields)
    script = sql("kind", kind=kind.name, fields=columns, history_fields=ended)
    connection.execute(script).fetchall()
    for each in own:
        if each.type.shape == "ref" and not each.many:
            connection.execute(sql("reference", kind=kind.name, field=each.name)).fetchall()
    for each in rows.lists_of(kind):
        parts = {"kind": kind.name, "field": each.name, "target": each.type.target or ""}
        connection.execute(sql("participants", **parts)).fetchall()


def _extend(connection: apsw.Connection, kind: Kind, before: list[str]) -> None:
    if set(before) - set(kind.by_name):
        raise NewerStore(kind=kind.name)
    for each in kind.fields:
        if each.name in before:
            continue
        if not each.roles:
            parts = {"table": kind.name, "column": rows.added_column(each)}
            connection.execute(sql("add_field", **parts)).fetchall()
            if each.type.shape == "ref" and not each.many:
                connection.execute(sql("reference", kind=kind.name, field=each.name)).fetchall()
        else:
            parts = {"kind": kind.name, "field": each.name, "target": each.type.target or ""}
            connection.execute(sql("participants", **parts)).fetchall()
        column = rows.added_column(each, history=True)
        connection.execute(sql("add_field", table=f"{kind.name}_history", column=column)).fetchall()

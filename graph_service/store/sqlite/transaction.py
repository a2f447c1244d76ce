"""One write to the SQLite file: `BEGIN IMMEDIATE`, the Meta row first, then everything else."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import apsw

from graph_service import clock
from graph_service.errors import Conflict
from graph_service.records.kind import Kind
from graph_service.store.port import Columns, Entry, Live, Meta, Revision, Step
from graph_service.store.sqlite import rows
from graph_service.store.sqlite.records import versions
from graph_service.store.sqlite.schema import ensure
from graph_service.store.sqlite.statements import sql


def begin(connection: apsw.Connection, *, write: bool = True) -> None:
    connection.execute(sql("begin_write" if write else "begin_read")).fetchall()


def commit(connection: apsw.Connection) -> None:
    connection.execute(sql("commit")).fetchall()


def rollback(connection: apsw.Connection) -> None:
    connection.execute(sql("rollback")).fetchall()


class SQLiteTransaction:
    """See `port.Transaction`. Rows come as columns of plain values."""

    def __init__(self, connection: apsw.Connection, entry: Entry | None) -> None:
        self.connection, self.entry = connection, entry
        self.revision = 0
        self.recorded_at = 0
        self._open = False

    def _run(self, name: str, parameters: Any = None, **parts: str) -> list[Any]:
        found: list[Any] = self.connection.execute(sql(name, **parts), parameters).fetchall()
        return found

    def begin(self, now: int) -> None:
        begin(self.connection)
        self._open = True
        [(self.revision, self.recorded_at)] = self._run("take_revision", {"now": now})

    def finish(self) -> None:
        if not self._open:
            return
        if self.entry is not None:
            entry = {
                "revision": self.revision,
                "recorded_at": self.recorded_at,
                "actor": self.entry.actor,
                "action": self.entry.action,
                "batch": self.entry.batch,
            }
            self._run("log_revision", entry)
        try:
            commit(self.connection)
        except apsw.ConstraintError:
            self.abandon()
            raise Conflict("Other records still refer to what would be removed.") from None
        self._open = False

    def abandon(self) -> None:
        """Give the write up: nothing of it stays."""
        if self._open:
            self._open = False
            with suppress(apsw.Error):
                rollback(self.connection)

    # --- looking, after the lock ---------------------------------------------------------------------------
    def live(self, kind: Kind, ids: Sequence[str]) -> dict[str, Live]:
        ensure(self.connection, kind)
        found = self._run("live", {"ids": json.dumps(list(ids))}, kind=kind.name)
        return {id: Live(version, digest) for id, version, digest in found}

    def known(self, kind: Kind, ids: Sequence[str]) -> set[str]:
        ensure(self.connection, kind)
        return {row[0] for row in self._run("known", {"ids": json.dumps(list(ids))}, kind=kind.name)}

    def erased(self, ids: Sequence[str]) -> set[str]:
        return {row[0] for row in self._run("erased", {"ids": json.dumps(list(ids))})}

    def count(self, kind: Kind, equals: Mapping[str, Any]) -> int:
        ensure(self.connection, kind)
        conditions, values = rows.conditions(kind, equals)
        return int(self._run("count", values, kind=kind.name, conditions=conditions)[0][0])

    def trail(self, kind: Kind, batch: str, limit: int) -> list[Step]:
        ensure(self.connection, kind)
        return [Step(*row) for row in self._run("trail", {"batch": batch, "limit": limit}, kind=kind.name)]

    def versions(self, kind: Kind, field: str, values: Sequence[str]) -> list[dict[str, Any]]:
        ensure(self.connection, kind)
        return versions(self.connection, kind, field, values)

    # --- writing ----------------------------------------------------------------------------------------
    def insert(self, kind: Kind, columns: Columns) -> None:
        ensure(self.connection, kind)
        own = rows.columns_of(kind)
        [(last,)] = self._run("next_seq", kind=kind.name)
        numbers = range(last + 1, last + 1 + len(columns["id"]))
        kept = [columns[name] for name in ("id", "version", "revision", "batch", "digest")]
        values = zip(numbers, *kept, *(rows.encode(each, columns[each.name]) for each in own), strict=True)
        text = sql("insert", kind=kind.name, fields=rows.names(own), marks=", ?" * len(own))
        self.connection.executemany(text, values)
        for each in rows.lists_of(kind):
            self._insert_participants(kind, each.name, zip(numbers, columns[each.name], strict=True))

    def _insert_participants(self, kind: Kind, field: str, of: Any) -> None:
        members = ((number, ordinal, id, role) for number, pairs in of for ordinal, (id, role) in enumerate(pairs))
        self.connection.executemany(sql("insert_participants", kind=kind.name, field=field), members)

    def replace(self, kind: Kind, columns: Columns) -> None:
        self._keep_history(kind, columns["id"])
        self._update(kind, columns)

    def _update(self, kind: Kind, columns: Columns) -> None:
        own = rows.columns_of(kind)
        text = sql("update", kind=kind.name, assignments=rows.assignments(own))
        kept = [columns[name] for name in ("version", "revision", "batch", "digest")]
        encoded = [rows.encode(each, columns[each.name]) for each in own]
        numbers = [
            self.connection.execute(text, values).fetchall()[0][0]
            for values in zip(*kept, *encoded, columns["id"], strict=True)
        ]
        for each in rows.lists_of(kind):
            clear = sql("clear_participants", kind=kind.name, field=each.name)
            self.connection.executemany(clear, ((number,) for number in numbers))
            self._insert_participants(kind, each.name, zip(numbers, columns[each.name], strict=True))

    def end(self, kind: Kind, ids: Sequence[str]) -> None:
        self._keep_history(kind, ids)
        try:
            self._run("end", {"ids": json.dumps(list(ids))}, kind=kind.name)
        except apsw.ConstraintError:
            raise Conflict("Other records still refer to what would be removed.") from None

    def _keep_history(self, kind: Kind, ids: Sequence[str]) -> None:
        ensure(self.connection, kind)
        own, lists = rows.columns_of(kind), rows.lists_of(kind)
        members = "".join(", " + sql("participants_as_list", kind=kind.name, field=each.name) for each in lists)
        self._run(
            "keep_history",
            {"ids": json.dumps(list(ids)), "ended": self.revision},
            kind=kind.name,
            fields=rows.names(own),
            lists=rows.names(lists),
            live_fields=rows.names(own, "r."),
            list_values=members,
        )

    # --- putting a backup back -----------------------------------------------------------------------------
    def insert_ended(self, kind: Kind, columns: Columns) -> None:
        ensure(self.connection, kind)
        kept = [columns[name] for name in ("id", "version", "revision", "ended", "batch", "digest")]
        values = zip(*kept, *(rows.encode(each, columns[each.name]) for each in kind.fields), strict=True)
        text = sql("insert_ended", kind=kind.name, fields=rows.names(kind.fields), marks=", ?" * len(kind.fields))
        self.connection.executemany(text, values)

    def put_back_lines(self, lines: Sequence[Revision]) -> None:
        values = (
            (each.revision, clock.micros(each.recorded_at), each.actor, each.action, each.batch) for each in lines
        )
        self.connection.executemany(sql("put_back_line"), values)

    def settle(self, meta: Meta) -> None:
        recorded = None if meta.recorded_at is None else clock.micros(meta.recorded_at)
        values = {"epoch": meta.epoch, "revision": meta.revision, "recorded_at": recorded, "layout": meta.layout}
        self._run("settle_meta", values)

    # --- the one physical delete ---------------------------------------------------------------------------
    def rewrite(self, kind: Kind, columns: Columns, *, ended: bool) -> None:
        if not ended:
            self._update(kind, columns)
            return
        text = sql("rewrite_ended", kind=kind.name, assignments=rows.assignments(kind.fields))
        kept = [columns[name] for name in ("revision", "batch", "digest")]
        encoded = [rows.encode(each, columns[each.name]) for each in kind.fields]
        self.connection.executemany(text, zip(*kept, *encoded, columns["id"], columns["version"], strict=True))

    def delete(self, kind: Kind, ids: Sequence[str]) -> None:
        ensure(self.connection, kind)
        text = json.dumps(list(ids))
        self._run("erase_history", {"ids": text}, kind=kind.name)
        self._run("end", {"ids": text}, kind=kind.name)

    def record_erasures(self, kind: Kind, ids: Sequence[str]) -> None:
        self.connection.executemany(sql("record_erasure"), ((kind.name, id, self.revision) for id in ids))
        self.raise_epoch()

    def raise_epoch(self, least: int = 0) -> None:
        self._run("raise_epoch", {"least": least})

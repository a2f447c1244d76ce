"""The port's adapter for SQLite: WAL, STRICT tables, foreign keys, one writer at a time, several processes."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import apsw

from graph_service import clock
from graph_service.errors import NotOurStore
from graph_service.records.kind import Kind, kept_schema
from graph_service.store.lines import lists_of_members, parse_members, parse_rows
from graph_service.store.port import ANONYMOUS, Entry, Meta, Revision
from graph_service.store.sqlite import records, rows
from graph_service.store.sqlite.connections import Connections, translated
from graph_service.store.sqlite.schema import ensure
from graph_service.store.sqlite.statements import sql
from graph_service.store.sqlite.transaction import SQLiteTransaction, begin, commit, rollback

T = TypeVar("T")


class SQLiteEngine:
    """One SQLite file. Parameters: its path (made when first written to); `key`, 32 bytes, encrypts it at rest."""

    def __init__(self, path: Path, key: bytes | None = None) -> None:
        self.path, self.key = path, key
        self._connections = Connections(path, key)
        self._made: set[str] = set()

    @property
    def connection(self) -> apsw.Connection:
        """This thread's connection."""
        return self._connections.mine()

    def run(self, name: str, parameters: Any = None, **parts: str) -> list[Any]:
        """Run one statement; its rows."""
        with translated():
            found: list[Any] = self.connection.execute(sql(name, **parts), parameters).fetchall()
        return found

    # --- the port -----------------------------------------------------------------------------------------
    def meta(self) -> Meta | None:
        tables = {row[0] for row in self.run("is_ours")}
        if not tables:
            return None
        if not {"meta", "revision", "erasure"} <= tables:
            raise NotOurStore(file=self.path.name)
        found = self.run("read_meta")
        if not found:
            return None
        id, epoch, revision, recorded, fingerprint, layout = found[0]
        return Meta(id, epoch, revision, None if recorded is None else clock.moment_of(recorded), fingerprint, layout)

    def create(self, meta: Meta) -> None:
        with translated(), self._immediate():
            if self.meta() is None:
                self.connection.execute(sql("meta")).fetchall()
                values = {
                    "id": meta.id,
                    "epoch": meta.epoch,
                    "revision": meta.revision,
                    "fingerprint": meta.fingerprint,
                    "layout": meta.layout,
                }
                self.run("create_meta", values)

    @contextmanager
    def _immediate(self) -> Iterator[None]:
        begin(self.connection)
        try:
            yield
        except BaseException:
            with suppress(apsw.Error):
                rollback(self.connection)
            raise
        commit(self.connection)

    def _ensure(self, kind: Kind) -> None:
        """Make the kind's tables when they are first needed."""
        if kind.name in self._made:
            return
        with translated():
            ensure(self.connection, kind)
        self._made.add(kind.name)

    def write(self, entry: Entry | None, work: Callable[[SQLiteTransaction], T]) -> T:
        with translated():
            tx = SQLiteTransaction(self.connection, entry)
            try:
                tx.begin(clock.micros(clock.now()))
                result = work(tx)
            except BaseException:
                tx.abandon()
                raise
            tx.finish()
        return result

    @contextmanager
    def _reading(self, kind: Kind) -> Iterator[apsw.Connection]:
        """One consistent look at several tables."""
        self._ensure(kind)
        connection = self.connection
        with translated():
            if connection.in_transaction:
                yield connection
                return
            begin(connection, write=False)
            try:
                yield connection
            finally:
                commit(connection)

    @contextmanager
    def _meanwhile(self, work: Callable[[apsw.Connection], T], worth: bool) -> Iterator[Callable[[], T]]:
        """Do some of a look beside the rest of it; gives what waits for the result.

        SQLite reads in one thread per connection, so a large look uses a second one, if that sees the same moment
        as the first; else, or where it is not `worth` a thread, the work is done when it is asked for.
        """
        first = self.connection
        with translated(), ExitStack() as stack:
            # A look's moment is that of its first statement.
            moment = self.run("read_meta")
            second = stack.enter_context(self._connections.another()) if worth else first
            if second is not first:
                begin(second, write=False)
            if second is first or second.execute(sql("read_meta")).fetchall() != moment:
                yield lambda: work(first)
                return
            pool = stack.enter_context(ThreadPoolExecutor(1, "graph-service-read"))
            yield pool.submit(work, second).result

    def since(self, kind: Kind, revision: int, until: int) -> Any:
        import pyarrow as pa

        lists, bounds = rows.lists_of(kind), {"revision": revision, "until": until}
        line, ended_line = rows.line(rows.columns_of(kind), history=False), rows.line(kind.fields, history=True)
        suffix = "_all" if revision <= 0 else ""

        def members(connection: apsw.Connection) -> list[Any]:
            texts = (sql("since_participants" + suffix, kind=kind.name, field=each.name) for each in lists)
            looked = (connection.execute(text, bounds).fetchall() for text in texts)
            return [parse_members([text for (text,) in found if text]) for found in looked]

        with self._reading(kind), self._meanwhile(members, bool(lists and suffix)) as looked:
            found = [text for (text,) in self.run("since" + suffix, bounds, kind=kind.name, row=line) if text]
            ended = [row[0] for row in self.run("since_ended", bounds, kind=kind.name, row=ended_line)]
            tables = [kept_schema(kind).empty_table()]
            parsed = parse_rows(kind, found, without=lists) if found else None
            of_rows = looked()
        if parsed is not None:
            numbers, table = parsed
            for each, each_members in zip(lists, of_rows, strict=True):
                column = lists_of_members(numbers, each_members, each.arrow)
                table = table.set_column(table.schema.get_field_index(each.name), each.name, column)
            tables.append(table)
        if ended:
            tables.append(parse_rows(kind, ended)[1])
        return pa.concat_tables(tables)

    def get(self, kind: Kind, id: str) -> dict[str, Any] | None:
        with self._reading(kind) as connection:
            fields = rows.names(rows.columns_of(kind))
            rows_found = records.dicts(connection, "get", {"id": id}, kind=kind.name, fields=fields)
            found = records.live(connection, kind, rows_found)
        return found[0] if found else None

    def history(self, kind: Kind, id: str) -> list[dict[str, Any]]:
        with self._reading(kind) as connection:
            found = records.versions(connection, kind, "id", [id])
        return sorted(found, key=lambda row: int(row["version"]))

    def page(self, kind: Kind, after: str, limit: int, equals: Mapping[str, Any]) -> list[dict[str, Any]]:
        conditions, values = rows.conditions(kind, equals)
        parts = {"kind": kind.name, "fields": rows.names(rows.columns_of(kind)), "conditions": conditions}
        with self._reading(kind) as connection:
            found = records.dicts(connection, "page", values | {"after": after, "limit": limit}, **parts)
            return records.live(connection, kind, found)

    def count(self, kind: Kind, equals: Mapping[str, Any]) -> int:
        self._ensure(kind)
        conditions, values = rows.conditions(kind, equals)
        return int(self.run("count", values, kind=kind.name, conditions=conditions)[0][0])

    def known(self, kind: Kind, ids: Sequence[str]) -> set[str]:
        self._ensure(kind)
        return {row[0] for row in self.run("known", {"ids": json.dumps(list(ids))}, kind=kind.name)}

    def interactions_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]:
        from graph_service.records.contacts import INTERACTION

        values = {"person": person, "until": until, "limit": limit}
        with self._reading(INTERACTION) as connection:
            fields = rows.names(rows.columns_of(INTERACTION), "r.")
            found = records.dicts(connection, "interactions_of", values, fields=fields)
            return records.live(connection, INTERACTION, found)

    def contacts_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]:
        from graph_service.records.contacts import INTERACTION

        values = {"person": person, "anonymous": ANONYMOUS, "until": until, "limit": limit}
        with self._reading(INTERACTION) as connection:
            found = records.dicts(connection, "contacts_of", values)
        return [row | {"last": clock.day_of(row["last"]), "kinds": sorted(json.loads(row["kinds"]))} for row in found]

    def revisions(self, after: int, limit: int) -> Iterator[Revision]:
        for revision, recorded, actor, action, batch in self.run("revisions", {"after": after, "limit": limit}):
            yield Revision(revision, clock.moment_of(recorded), actor, action, batch)

    def erasures(self) -> list[tuple[str, str]]:
        return [(kind, id) for kind, id in self.run("erasures")]

    def purge(self) -> None:
        """Leave no byte of what was deleted: truncate the write-ahead log, rewrite the file."""
        with translated():
            self.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self.connection.execute(sql("vacuum")).fetchall()
            self.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def check(self) -> list[str]:
        """What the file's own consistency checks find; empty is well."""
        found = [row[0] for row in self.run("integrity") if row[0] != "ok"]
        return found + [f"a row of {row[0]} refers to a {row[2]} that is not there" for row in self.run("foreign_keys")]

    def copy_to(self, target: Path) -> None:
        """A consistent copy while others write (SQLite's backup)."""
        with translated():
            copy = apsw.Connection(str(target))
            target.chmod(0o600)
            if self.key is not None:
                copy.pragma("hexkey", self.key.hex())
            with copy.backup("main", self.connection, "main") as work:
                while not work.done:
                    work.step(1024)
            copy.close()

    def close(self) -> None:
        self._connections.close()

"""The port's adapter for SQLite: WAL, STRICT tables, foreign keys, one writer at a time, several processes."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from graph_service import clock
from graph_service.errors import (
    DamagedStore,
    NotOurStore,
    StoreBusy,
    StoreError,
    StoreUnreachable,
    WrongSecret,
)
from graph_service.records.kind import Kind, kept_schema
from graph_service.store.port import LAYOUT, Meta, Revision
from graph_service.store.sqlite import rows
from graph_service.store.sqlite.schema import ensure
from graph_service.store.sqlite.statements import sql
from graph_service.store.sqlite.transaction import SQLiteTransaction

#: How long a writer waits for another one before it says that the store is busy.
BUSY_MS = 30_000


def micros(moment: datetime) -> int:
    """Microseconds since 1970, in UTC."""
    return int((moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def moment(value: int) -> datetime:
    """The moment of a number of microseconds."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)


class SQLiteEngine:
    """One SQLite file.

    Parameters: the file's path (made when first written to); `key`, 32 bytes, encrypts it at rest.
    Every thread has a connection of its own; writers wait for each other up to `BUSY_MS`.
    """

    def __init__(self, path: Path, key: bytes | None = None) -> None:
        self.path, self.key = path, key
        self._local = threading.local()
        self._all: list[apsw.Connection] = []
        self._lock = threading.Lock()
        self._made: set[str] = set()

    # --- connections -------------------------------------------------------------------------------------
    @property
    def connection(self) -> apsw.Connection:
        found: apsw.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._open()
            self._local.connection = found
            with self._lock:
                self._all.append(found)
        return found

    def _open(self) -> apsw.Connection:
        if not self.path.parent.is_dir():
            raise StoreUnreachable("The folder of the store's file does not exist. Make it, or name another.")
        new = not self.path.exists()
        try:
            connection = apsw.Connection(str(self.path))
            if new:
                # Real people's data: nobody else on this machine may read the file.
                self.path.chmod(0o600)
            connection.set_busy_timeout(BUSY_MS)
            if self.key is not None:
                connection.pragma("hexkey", self.key.hex())
            for pragma, value in (
                ("journal_mode", "WAL"),
                ("synchronous", "FULL"),
                ("foreign_keys", True),
                ("secure_delete", True),
                ("cache_size", -65536),
                ("temp_store", "MEMORY"),
                ("wal_autocheckpoint", 4000),
            ):
                connection.pragma(pragma, value)
        except (apsw.CantOpenError, apsw.PermissionsError, apsw.ReadOnlyError, OSError):
            raise StoreUnreachable("The store's file cannot be opened or written. Check its permissions.") from None
        except apsw.NotADBError:
            raise _not_a_database(self.path, self.key) from None
        except (apsw.CorruptError, apsw.IOError):
            raise DamagedStore() from None
        except apsw.BusyError:
            raise StoreBusy() from None
        return connection

    def run(self, name: str, parameters: Any = None, **parts: str) -> list[Any]:
        """Run one statement; its rows."""
        with translated():
            found: list[Any] = self.connection.execute(sql(name, **parts), parameters).fetchall()
        return found

    def dicts(self, name: str, parameters: Any = None, **parts: str) -> list[dict[str, Any]]:
        """Run one statement; its rows by column name."""
        with translated():
            cursor = self.connection.execute(sql(name, **parts), parameters)
            first = next(cursor, None)
            if first is None:
                return []
            head = [column[0] for column in cursor.get_description()]
            return [dict(zip(head, row, strict=True)) for row in [first, *cursor]]

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
        return Meta(id, epoch, revision, None if recorded is None else moment(recorded), fingerprint, layout)

    def create(self, meta: Meta) -> None:
        with translated(), self._immediate():
            if self.meta() is None:
                self.connection.execute(sql("meta")).fetchall()
                values = {
                    "id": meta.id,
                    "epoch": meta.epoch,
                    "revision": meta.revision,
                    "fingerprint": meta.fingerprint,
                    "layout": LAYOUT,
                }
                self.run("create_meta", values)

    @contextmanager
    def _immediate(self) -> Iterator[None]:
        from graph_service.store.sqlite.transaction import begin, commit, rollback

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

    @contextmanager
    def write(self, actor: str, action: str, batch: str | None) -> Iterator[SQLiteTransaction]:
        with translated():
            tx = SQLiteTransaction(self.connection, actor, action, batch)
            try:
                tx.begin(micros(clock.now()))
                yield tx
            except BaseException:
                tx.abandon()
                raise
            tx.finish()

    def since(self, kind: Kind, revision: int, until: int) -> Any:
        import pyarrow as pa

        self._ensure(kind)
        own, lists = rows.columns_of(kind), rows.lists_of(kind)
        live_line = rows.line(kind, own, history=False)
        with translated(), self._reading():
            if revision <= 0:
                lines = self.run("since_all", {"until": until}, kind=kind.name, row=live_line)
            else:
                bounds = {"revision": revision, "until": until}
                lines = self.run("since", bounds, kind=kind.name, row=live_line)
            ended_line = rows.line(kind, kind.fields, history=True)
            ended = self.run("since_ended", {"revision": revision}, kind=kind.name, row=ended_line)
            members = {}
            for each in lists:
                if revision <= 0:
                    found = self.run("since_participants_all", None, kind=kind.name, field=each.name)
                else:
                    bounds = {"revision": revision, "until": until}
                    found = self.run("since_participants", bounds, kind=kind.name, field=each.name)
                members[each.name] = [row[0] for row in found]
        tables = []
        schema = kept_schema(kind)
        if lines:
            numbers, table = rows.as_table(kind, [row[0] for row in lines], own)
            for name, texts in members.items():
                column = participant_lists(numbers, texts, kind[name].arrow)
                table = table.append_column(name, column)
            tables.append(table.select(schema.names).cast(schema))
        if ended:
            _, table = rows.as_table(kind, [row[0] for row in ended], kind.fields)
            tables.append(table.select(schema.names).cast(schema))
        return pa.concat_tables(tables) if tables else schema.empty_table()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One consistent look at several tables."""
        from graph_service.store.sqlite.transaction import begin, commit

        if self.connection.in_transaction:
            yield
            return
        begin(self.connection, write=False)
        try:
            yield
        finally:
            commit(self.connection)

    def _records(self, kind: Kind, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for each in rows.lists_of(kind):
            if found and "seq" in found[0] and found[0].get("ended") is None:
                numbers = json.dumps([row["seq"] for row in found])
                members: dict[int, list[Any]] = {}
                for record, id, role in self.run(
                    "participants_of", {"records": numbers}, kind=kind.name, field=each.name
                ):
                    members.setdefault(record, []).append([id, role])
                for row in found:
                    row[each.name] = json.dumps(members.get(row["seq"], []))
        return [rows.record(kind, row) for row in found]

    def get(self, kind: Kind, id: str) -> dict[str, Any] | None:
        self._ensure(kind)
        fields = rows.names(rows.columns_of(kind))
        found = self._records(kind, self.dicts("get", {"id": id}, kind=kind.name, fields=fields))
        return found[0] if found else None

    def history(self, kind: Kind, id: str) -> list[dict[str, Any]]:
        self._ensure(kind)
        fields = rows.names(kind.fields)
        ended = [rows.record(kind, row) for row in self.dicts("history", {"id": id}, kind=kind.name, fields=fields)]
        live = self.get(kind, id)
        return ended + ([live] if live else [])

    def page(self, kind: Kind, after: str, limit: int, equals: Mapping[str, Any]) -> list[dict[str, Any]]:
        self._ensure(kind)
        conditions, values = _conditions(kind, equals)
        fields = rows.names(rows.columns_of(kind))
        values |= {"after": after, "limit": limit}
        return self._records(kind, self.dicts("page", values, kind=kind.name, fields=fields, conditions=conditions))

    def count(self, kind: Kind, equals: Mapping[str, Any]) -> int:
        self._ensure(kind)
        conditions, values = _conditions(kind, equals)
        return int(self.run("count", values, kind=kind.name, conditions=conditions)[0][0])

    def known(self, kind: Kind, ids: Sequence[str]) -> set[str]:
        self._ensure(kind)
        return {row[0] for row in self.run("known", {"ids": json.dumps(list(ids))}, kind=kind.name)}

    def batch(self, kind: Kind, batch: str) -> list[tuple[str, int]]:
        self._ensure(kind)
        return [(id, version) for id, version in self.run("batch", {"batch": batch}, kind=kind.name)]

    def interactions_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]:
        from graph_service.records.contacts import INTERACTION

        self._ensure(INTERACTION)
        fields = rows.names(rows.columns_of(INTERACTION), "r.")
        values = {"person": person, "until": until, "limit": limit}
        return self._records(INTERACTION, self.dicts("interactions_of", values, fields=fields))

    def contacts_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]:
        from graph_service.records.contacts import INTERACTION

        self._ensure(INTERACTION)
        found = self.dicts("contacts_of", {"person": person, "until": until, "limit": limit})
        return [row | {"last": clock.day_of(row["last"]), "kinds": sorted(json.loads(row["kinds"]))} for row in found]

    def revisions(self, after: int, limit: int) -> Iterator[Revision]:
        for revision, recorded, actor, action, batch in self.run("revisions", {"after": after, "limit": limit}):
            yield Revision(revision, moment(recorded), actor, action, batch)

    def erasures(self) -> list[tuple[str, str]]:
        return [(kind, id) for kind, id in self.run("erasures")]

    def purge(self) -> None:
        """Leave no byte of what was deleted: truncate the write-ahead log, rewrite the file."""
        with translated():
            self.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self.connection.execute(sql("vacuum")).fetchall()
            self.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def check(self) -> list[str]:
        """What the file's own consistency check finds; empty is well."""
        with translated():
            found = [str(value) for value in self.connection.pragma("integrity_check", 100) or [] if value]
            text = self.connection.pragma("quick_check")
            return [] if text == "ok" else [*found, str(text)]

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
        with self._lock:
            for connection in self._all:
                with suppress(apsw.Error):
                    connection.close()
            self._all.clear()
        self._local = threading.local()


def participant_lists(numbers: Any, texts: Sequence[str], of: Any) -> Any:
    """The participants' lines as one list per row, in the order of the rows' numbers."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as csv

    if not texts:
        return pa.array([[] for _ in range(len(numbers))], type=of)
    columns = {"record": pa.int64(), "id": pa.string(), "role": pa.string()}
    table = csv.read_csv(
        pa.BufferReader("\n".join(texts).encode()),
        read_options=csv.ReadOptions(column_names=list(columns), block_size=1 << 24),
        convert_options=csv.ConvertOptions(column_types=columns),
    )
    record = table["record"].to_numpy()
    seq = numbers.to_numpy()
    starts = np.searchsorted(record, seq, side="left")
    ends = np.searchsorted(record, seq, side="right")
    values = pa.StructArray.from_arrays(
        [table["id"].combine_chunks(), table["role"].combine_chunks()], names=["id", "role"]
    )
    if len(starts) and not np.array_equal(starts[1:], ends[:-1]):
        # Rows written between the two reads of another epoch; take exactly those that belong.
        keep = np.concatenate([np.arange(a, b) for a, b in zip(starts, ends, strict=True)])
        values = values.take(pa.array(keep))
        ends = np.cumsum(ends - starts)
        offsets = np.concatenate([[0], ends])
    else:
        values = values.slice(int(starts[0]), int(ends[-1] - starts[0])) if len(starts) else values
        offsets = np.concatenate([starts - starts[0], [ends[-1] - starts[0]]]) if len(starts) else np.array([0])
    return pa.ListArray.from_arrays(pa.array(offsets.astype("int32")), values).cast(of)


def _conditions(kind: Kind, equals: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    text, values = "", {}
    for name, value in equals.items():
        each = kind[name]
        wanted = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
        text += " " + sql("where_field", field=each.name)
        values[name] = json.dumps([_kept(each.type.shape, one) for one in wanted])
    return text, values


def _kept(shape: str, value: Any) -> Any:
    if shape == "date" and value is not None:
        return clock.day_number(value)
    return int(value) if shape == "bool" and value is not None else value


def _not_a_database(path: Path, key: bytes | None) -> StoreError:
    if key is not None:
        return WrongSecret("The store's file cannot be opened with this encryption key.")
    return NotOurStore("The file is not a SQLite database, or it is encrypted and no key was given.")


@contextmanager
def translated() -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except (apsw.BusyError, apsw.LockedError):
        raise StoreBusy() from None
    except apsw.NotADBError:
        raise NotOurStore("The file is not a SQLite database, or it is encrypted and no key was given.") from None
    except apsw.CorruptError:
        raise DamagedStore() from None
    except apsw.FullError:
        raise StoreError("The disk is full. Nothing of this write was kept.") from None
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.IOError, apsw.PermissionsError):
        raise StoreUnreachable("The store's file cannot be read or written. Check the disk and permissions.") from None

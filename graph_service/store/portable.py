"""A store as one file that either engine can be filled from: every version of every record, the log, the erased.

The file is a zip of `about.json` and an Arrow file for each kind. It is in the clear, also where the store is not.
"""

import json
import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph_service.errors import HalfRestored, NewerStore, StoreBusy, StoreNotEmpty, UnreadableFile, WrongSecret
from graph_service.records.kind import Kind, kept_schema
from graph_service.records.registry import KINDS
from graph_service.store.port import LAYOUT, Columns, Engine, Meta, Revision
from graph_service.store.prepared import digests_of, plain_columns
from graph_service.store.store import Store, fingerprint

FORMAT, ABOUT = 1, "about.json"
#: Records in one write of a restore.
PIECE = 10_000
#: How often a copy is begun again because something was erased meanwhile.
TRIES = 5


def is_portable(file: Path) -> bool:
    """Whether a backup is of this form."""
    return zipfile.is_zipfile(file)


def dump(store: Store, target: Path) -> None:
    """Write all of a store, as of its last revision, while others go on working. Raises StoreBusy."""
    for _ in range(TRIES):
        meta = store.meta()
        with open_private(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            _write(store, meta, archive)
        # A copy that was begun before an erasure may hold what was erased.
        if store.meta().epoch == meta.epoch:
            return
    raise StoreBusy("Records are being erased all the time. Nothing was written.")


@contextmanager
def open_private(path: Path) -> Iterator[Any]:
    """A file for its owner alone, on the disk when it is closed."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _write(store: Store, meta: Meta, archive: zipfile.ZipFile) -> None:
    import pyarrow as pa

    counts = {}
    for kind in KINDS.values():
        table = store.since(kind.name, 0, meta.revision)
        counts[kind.name] = table.num_rows
        if table.num_rows:
            member = archive.open(f"{kind.name}.arrow", "w", force_zip64=True)
            with member as file, pa.ipc.new_stream(file, table.schema) as sink:
                sink.write_table(table)
    log = [each for each in store.revisions(0, 2**31 - 1) if each.revision <= meta.revision]
    about = {
        "format": FORMAT,
        "made_by": "graph-service",
        "meta": {**vars(meta), "recorded_at": meta.recorded_at.isoformat() if meta.recorded_at else None},
        "records": counts,
        "log": [[each.revision, each.recorded_at.isoformat(), each.actor, each.action, each.batch] for each in log],
        "erasures": store.erasures(),
    }
    archive.writestr(ABOUT, json.dumps(about))


def fill(engine: Engine, copy: Path, secret: bytes) -> Meta:
    """Fill an empty database from a copy; the store's new Meta row.

    Its epoch is one that no process has seen, so that no cache of the store's former life is taken for this one.
    Raises StoreNotEmpty, WrongSecret, NewerStore, UnreadableFile. A fill that is broken off leaves a store that
    nothing can open (HalfRestored).
    """
    try:
        with zipfile.ZipFile(copy) as archive:
            about = json.loads(archive.read(ABOUT))
            meta = _meta(about)
            if fingerprint(secret) != meta.fingerprint:
                raise WrongSecret()
            there = engine.meta()
            if there is not None:
                raise HalfRestored() if there.layout == 0 else StoreNotEmpty()
            engine.create(replace(meta, revision=0, recorded_at=None, layout=0))
            for kind in KINDS.values():
                if about["records"].get(kind.name):
                    _fill_kind(engine, kind, archive, secret)
            lines = [Revision(at, _moment(when), *rest) for at, when, *rest in about["log"]]
            for start in range(0, len(lines), PIECE):
                engine.write(None, lambda tx, start=start: tx.put_back_lines(lines[start : start + PIECE]))  # type: ignore[misc]
            engine.write(None, lambda tx: _finish(tx, meta, about["erasures"]))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise UnreadableFile("The backup is damaged or not one of graph-service.") from error
    return meta


def _meta(about: Any) -> Meta:
    told = about["meta"]
    if about["format"] > FORMAT or told["layout"] > LAYOUT:
        raise NewerStore(layout=told["layout"])
    unknown = sorted(set(about["records"]) - set(KINDS))
    if any(about["records"][name] for name in unknown):
        raise NewerStore(kind=", ".join(unknown))
    recorded = None if told["recorded_at"] is None else _moment(told["recorded_at"])
    return Meta(**{**told, "recorded_at": recorded, "layout": LAYOUT, "epoch": new_epoch(told["epoch"])})


def new_epoch(before: int) -> int:
    """An epoch later than any that the store can have had."""
    return max(before + 1, int(time.time()))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _fill_kind(engine: Engine, kind: Kind, archive: zipfile.ZipFile, secret: bytes) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    with archive.open(f"{kind.name}.arrow") as file, pa.ipc.open_stream(file) as source:
        table = _as_declared(kind, source.read_all())
    for part in _waves(kind, table.filter(pc.is_null(table["ended"]))):
        for columns in _pieces(kind, part, secret):
            engine.write(None, lambda tx, columns=columns: tx.insert(kind, columns))  # type: ignore[misc]
    for columns in _pieces(kind, table.filter(pc.is_valid(table["ended"])), secret):
        engine.write(None, lambda tx, columns=columns: tx.insert_ended(kind, columns))  # type: ignore[misc]


def _as_declared(kind: Kind, table: Any) -> Any:
    """A table of an earlier version in today's declaration: fields that were declared since have their default."""
    import pyarrow as pa

    schema = kept_schema(kind)
    if set(table.column_names) - set(schema.names):
        raise NewerStore(kind=kind.name)
    columns = {name: table[name] if name in table.column_names else None for name in schema.names}
    for each in kind.fields:
        if columns[each.name] is None:
            value = [] if each.many else each.default
            columns[each.name] = pa.array([value] * table.num_rows, each.arrow)
    return pa.table(list(columns.values()), schema=schema)


def _waves(kind: Kind, table: Any) -> Iterator[Any]:
    """The live records, those that others of the kind refer to first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    own = [each.name for each in kind.references if each.type.target == kind.name and not each.roles]
    while own and table.num_rows:
        waits = pa.array([False] * table.num_rows)
        for name in own:
            waits = pc.or_(waits, pc.fill_null(pc.is_in(table[name], value_set=table["id"].combine_chunks()), False))
        ready = table.filter(pc.invert(waits))
        if not ready.num_rows:
            # They refer to each other in a ring: together they can be written.
            break
        yield ready
        table = table.filter(waits)
    yield table


def _pieces(kind: Kind, table: Any, secret: bytes) -> Iterator[Columns]:
    for start in range(0, table.num_rows, PIECE):
        part = table.slice(start, PIECE).combine_chunks()
        columns = plain_columns(kind, part)
        digests = digests_of(secret, kind, columns)
        kept = {name: part[name].to_pylist() for name in ("version", "revision", "ended", "batch")}
        yield {**columns, **kept, "digest": digests}


def _finish(tx: Any, meta: Meta, erasures: list[list[str]]) -> None:
    for kind in dict.fromkeys(name for name, _ in erasures):
        tx.record_erasures(KINDS[kind], [id for of, id in erasures if of == kind])
    tx.settle(meta)

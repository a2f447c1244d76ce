"""The store: what every engine does the same way. Append-only, versioned, ordered by revision.

Every record is a row with an id and a version. Appending a row whose id is unknown adds it; the same row again
changes nothing; another row under a known id ends the old version and adds the next. Retraction ends a row
without a successor. So what was known at any revision can be read again.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from graph_service import clock
from graph_service.errors import (
    CapacityFull,
    Conflict,
    InvalidRecord,
    NewerStore,
    StaleVersion,
    WrongSecret,
)
from graph_service.records.identity import digest, internal_id
from graph_service.records.kind import Kind
from graph_service.records.registry import KINDS, kind
from graph_service.records.validation import validate, validate_records
from graph_service.store.port import ANONYMOUS, LAYOUT, Engine, Guard, Meta, Revision, Transaction


@dataclass(frozen=True)
class Receipt:
    """What one write did. `refused` are ids of people who were erased and must not come back."""

    revision: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[str, ...] = field(default=())


class Store:
    """One programme's records behind one engine. Open it with `graph_service.store.opening.open_store`."""

    def __init__(self, engine: Engine, secret: bytes, url: str) -> None:
        self.engine, self.secret, self.url = engine, secret, url
        meta = engine.meta()
        if meta is None:
            meta = Meta(uuid.uuid4().hex, 0, 0, None, self.fingerprint, LAYOUT)
            engine.create(meta)
            meta = engine.meta() or meta
        if meta.layout > LAYOUT:
            raise NewerStore(layout=meta.layout)
        if meta.fingerprint != self.fingerprint:
            raise WrongSecret()
        self.id = meta.id

    @property
    def fingerprint(self) -> str:
        return hashlib.blake2b(b"graph-service fingerprint", digest_size=16, key=self.secret).hexdigest()

    def internal_id(self, kind_name: str, source: str, key: str) -> str:
        """The id under which this store keeps the record with that key."""
        return internal_id(self.secret, kind_name, source, key)

    # --- reading -----------------------------------------------------------------------------------------
    def meta(self) -> Meta:
        meta = self.engine.meta()
        assert meta is not None
        return meta

    def revision(self) -> int:
        """The last revision."""
        return self.meta().revision

    def since(self, kind_name: str, revision: int = 0, until: int | None = None) -> Any:
        """Rows of a kind that were added, ended or replaced after a revision, as an Arrow table.

        The table has the kind's fields and version, revision, ended, batch; a row that ended after `revision`
        comes again with `ended` set. No order is promised.
        """
        return self.engine.since(kind(kind_name), revision, self.revision() if until is None else until)

    def get(self, kind_name: str, id: str) -> dict[str, Any] | None:
        """The live record of that id, or None; dates as dates."""
        return self.engine.get(kind(kind_name), id)

    def history(self, kind_name: str, id: str) -> list[dict[str, Any]]:
        """All versions of a record, oldest first."""
        return self.engine.history(kind(kind_name), id)

    def page(self, kind_name: str, after: str = "", limit: int = 100, **equals: Any) -> list[dict[str, Any]]:
        """Live records in order of id, after an id: keyset paging."""
        return self.engine.page(kind(kind_name), after, limit, equals)

    def find(self, kind_name: str, **equals: Any) -> list[dict[str, Any]]:
        """All live records with these values (a list means any of them)."""
        return self.engine.page(kind(kind_name), "", 2**31 - 1, equals)

    def count(self, kind_name: str, **equals: Any) -> int:
        """How many live records have these values."""
        return self.engine.count(kind(kind_name), equals)

    def known(self, kind_name: str, ids: Sequence[str]) -> set[str]:
        """Which of the ids are live records of the kind."""
        return self.engine.known(kind(kind_name), ids)

    def interactions_of(self, person: str, until: date, limit: int = 100) -> list[dict[str, Any]]:
        """The latest contacts that a person took part in, newest first."""
        return self.engine.interactions_of(person, clock.day_number(until), limit)

    def contacts_of(self, person: str, until: date, limit: int = 100) -> list[dict[str, Any]]:
        """Whom a person was in contact with: alter, last day, kinds; newest first."""
        return self.engine.contacts_of(person, clock.day_number(until), limit)

    def revisions(self, after: int = 0, limit: int = 1000) -> Iterator[Revision]:
        """The log of writes."""
        return self.engine.revisions(after, limit)

    def erasures(self) -> list[tuple[str, str]]:
        """The erasure ledger: (kind, id) of what must not come back."""
        return self.engine.erasures()

    def revision_at(self, known_at: date | datetime | int | None, zone: str = "UTC") -> int:
        """The last revision recorded by the end of a day (or a moment); None means now."""
        if known_at is None:
            return self.revision()
        if isinstance(known_at, int):
            return known_at
        if not isinstance(known_at, datetime):
            midnight = datetime.combine(known_at + timedelta(days=1), time(0), ZoneInfo(zone))
            known_at = midnight - timedelta(microseconds=1)
        moment = known_at.astimezone(UTC)
        last = 0
        for entry in self.engine.revisions(0, 2**31 - 1):
            if entry.recorded_at > moment:
                break
            last = entry.revision
        return last

    # --- writing -----------------------------------------------------------------------------------------
    def append(self, kind_name: str, table: Any, **write: Any) -> Receipt:
        """Append one table of records; see `append_all`."""
        return self.append_all([(kind_name, table)], **write)

    def put(self, kind_name: str, *records: Mapping[str, Any], **write: Any) -> Receipt:
        """Append a few records given as mappings. Raises InvalidRecord."""
        return self.append_all([(kind_name, validate_records(kind(kind_name), records))], **write)

    def append_all(
        self,
        tables: Sequence[tuple[str, Any]],
        *,
        actor: str = "",
        action: str = "append",
        batch: str | None = None,
        expect: Mapping[tuple[str, str], int] | None = None,
        guards: Sequence[Guard] = (),
    ) -> Receipt:
        """Append tables of several kinds in one transaction: all of it is kept, or nothing.

        expect: (kind, id) to the version that the caller read; 0 means "not there yet".
        guards: conditions on live rows, read after the lock.
        Raises InvalidRecord, StaleVersion, CapacityFull; a write that changes nothing takes no revision.
        """
        total = Receipt(0)
        with self.engine.write(actor, action, batch) as tx:
            for (kind_name, id), version in (expect or {}).items():
                known = tx.live(kind(kind_name), [id]).get(id)
                actual = known.version if known is not None and known.digest is not None else 0
                if actual != version:
                    raise StaleVersion(kind=kind_name, version=actual)
            for guard in guards:
                if tx.count(guard.kind, guard.equals) >= guard.limit:
                    raise CapacityFull(limit=guard.limit)
            for kind_name, table in tables:
                total = _sum(total, self._append(tx, kind(kind_name), table, batch))
            if not total.added and not total.changed:
                tx.abandon()
                return Receipt(tx.revision - 1, 0, 0, total.unchanged, total.refused)
            return Receipt(tx.revision, total.added, total.changed, total.unchanged, total.refused)

    def _append(self, tx: Transaction, of: Kind, table: Any, batch: str | None) -> Receipt:
        checked = validate(of, table)
        if checked.problems:
            first = checked.problems[0]
            raise InvalidRecord(
                f"{of.name}, row {first.row}: {first.field}: found {first.found}, expected {first.expected}.",
                problems=[problem.as_dict() for problem in checked.problems],
            )
        columns = plain_columns(of, checked.table)
        ids = columns["id"]
        digests = [digest(self.secret, row) for row in zip(*columns.values(), strict=True)]
        if len(set(ids)) != len(ids):
            columns, digests = _without_repeats(of, columns, digests)
            ids = columns["id"]
        self._check_references(tx, of, columns)
        erased = tx.erased(ids) if of.keyed else set()
        live = tx.live(of, ids)
        new: list[int] = []
        changed: list[int] = []
        versions: list[int] = []
        for at, (id, mark) in enumerate(zip(ids, digests, strict=True)):
            before = live.get(id)
            versions.append(before.version + 1 if before else 1)
            if id in erased or (before is not None and before.digest == mark):
                continue
            (new if before is None or before.digest is None else changed).append(at)
        for rows, put in ((new, tx.insert), (changed, tx.replace)):
            if rows:
                kept: dict[str, list[Any]] = {
                    "version": [versions[at] for at in rows],
                    "revision": [tx.revision] * len(rows),
                    "batch": [batch] * len(rows),
                    "digest": [digests[at] for at in rows],
                }
                put(of, {name: [values[at] for at in rows] for name, values in columns.items()} | kept)
        same = len(ids) - len(new) - len(changed) - len(erased)
        return Receipt(tx.revision, len(new), len(changed), same, tuple(sorted(erased)))

    def _check_references(self, tx: Transaction, of: Kind, columns: Mapping[str, Sequence[Any]]) -> None:
        for each in of.references:
            assert each.type.target is not None
            wanted = referenced(each.many, bool(each.roles), columns[each.name])
            own = set(columns["id"]) if each.type.target == of.name else set()
            missing = tx.missing(kind(each.type.target), sorted(wanted - own)) if wanted else set()
            if missing:
                rows = [
                    at
                    for at, value in enumerate(columns[each.name])
                    if referenced(each.many, bool(each.roles), [value]) & missing
                ]
                problems = [
                    {
                        "row": row,
                        "field": each.name,
                        "found": "nobody",
                        "expected": f"a known {each.type.target}",
                    }
                    for row in rows
                ]
                raise InvalidRecord(
                    f"{of.name}: {len(rows)} rows refer to a {each.type.target} that is not there.",
                    problems=problems,
                )

    def retract(self, kind_name: str, ids: Sequence[str], *, actor: str = "", action: str = "retract") -> Receipt:
        """End records without a successor. Unknown ids are left alone."""
        of = kind(kind_name)
        with self.engine.write(actor, action, None) as tx:
            live = tx.live(of, ids)
            there = [id for id in ids if (known := live.get(id)) is not None and known.digest is not None]
            if not there:
                tx.abandon()
                return Receipt(tx.revision - 1)
            tx.end(of, there)
            return Receipt(tx.revision, 0, len(there))

    def undo(self, batch: str, *, actor: str = "") -> Receipt:
        """Retract everything that one load brought, and bring back what it replaced. Raises Conflict.

        What was changed again after the load stays as it is: only rows still in the load's own version go.
        """
        ended = restored = 0
        with self.engine.write(actor, "undo", None) as tx:
            for of in reversed(KINDS.values()):
                if of.name == "load":
                    continue
                mine = self.engine.batch(of, batch)
                if not mine:
                    continue
                first = [id for id, version in mine if version == 1]
                later = [(id, version) for id, version in mine if version > 1]
                for id, version in later:
                    before = [row for row in self.engine.history(of, id) if row["version"] == version - 1]
                    if before and before[0]["ended"] is not None and before[0]["batch"] != batch:
                        tx.replace(of, self._again(of, before[0], version + 1, tx.revision))
                        restored += 1
                    else:
                        first.append(id)
                if first:
                    tx.end(of, first)
                    ended += len(first)
            if not ended and not restored:
                tx.abandon()
                return Receipt(tx.revision - 1)
            return Receipt(tx.revision, restored, ended)

    def _again(self, of: Kind, row: Mapping[str, Any], version: int, revision: int) -> dict[str, list[Any]]:
        table = validate_records(of, [{name: row[name] for name in ["id", *of.by_name]}])
        columns = plain_columns(of, table)
        mark = digest(self.secret, tuple(values[0] for values in columns.values()))
        return {name: list(values) for name, values in columns.items()} | {
            "version": [version],
            "revision": [revision],
            "batch": [row["batch"]],
            "digest": [mark],
        }

    def erase(self, kind_name: str, ids: Sequence[str], *, actor: str = "") -> int:
        """Physically delete records and what hangs on them; participations become anonymous.

        The only physical delete. The ids are kept in the erasure ledger, so that neither a later load nor a
        restored backup brings them back. Returns how many records were touched.
        """
        person = kind("person")
        stand_in = {"id": ANONYMOUS, "id_source": "service", "key": ANONYMOUS, "status": "removed"}
        with self.engine.write(actor, "erase", None) as tx:
            self._append(tx, person, validate_records(person, [stand_in]), None)
            touched = tx.erase(kind(kind_name), ids)
        self.engine.purge()
        return touched

    def close(self) -> None:
        self.engine.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _sum(a: Receipt, b: Receipt) -> Receipt:
    return Receipt(
        b.revision, a.added + b.added, a.changed + b.changed, a.unchanged + b.unchanged, a.refused + b.refused
    )


def plain_columns(of: Kind, table: Any) -> dict[str, list[Any]]:
    """The columns of a checked table as plain values: dates as days, participants as (id, role)."""
    import pyarrow as pa

    columns: dict[str, list[Any]] = {"id": table["id"].to_pylist()}
    for each in of.fields:
        column = table[each.name]
        if each.roles:
            flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
            values = flat.flatten()
            pairs = list(zip(values.field("id").to_pylist(), values.field("role").to_pylist(), strict=True))
            ends = flat.value_lengths().to_pylist()
            rows, at = [], 0
            for length in ends:
                rows.append(pairs[at : at + length])
                at += length
            columns[each.name] = rows
        elif each.type.shape == "date":
            columns[each.name] = column.cast(pa.int32()).to_pylist()
        else:
            columns[each.name] = column.to_pylist()
    return columns


def referenced(many: bool, roles: bool, values: Sequence[Any]) -> set[str]:
    """The ids that a column of references names (the anonymous participant apart)."""
    if roles:
        found = {pair[0] for row in values for pair in row}
    elif many:
        found = {id for row in values for id in row}
    else:
        found = {value for value in values if value is not None}
    return found - {ANONYMOUS}


def _without_repeats(
    of: Kind, columns: dict[str, list[Any]], digests: list[int]
) -> tuple[dict[str, list[Any]], list[int]]:
    """The same record twice in a table is one record; two different ones under one id are refused."""
    first: dict[str, int] = {}
    for at, id in enumerate(columns["id"]):
        if id in first and digests[first[id]] != digests[at]:
            raise Conflict(f"Two different records of kind {of.name} have the same id (rows {first[id]}, {at}).")
        first.setdefault(id, at)
    rows = list(first.values())
    return {name: [values[at] for at in rows] for name, values in columns.items()}, [digests[at] for at in rows]

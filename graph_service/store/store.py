"""The store: what every engine does the same way. Append-only, versioned, ordered by revision.

Every record is a row with an id and a version. Appending a row whose id is unknown adds it; the same row again
changes nothing; another row under a known id ends the old version and adds the next. Retraction ends a row
without a successor. So what was known at any revision can be read again.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from graph_service import clock
from graph_service.errors import CapacityFull, HalfRestored, InvalidRecord, NewerStore, StaleVersion, WrongSecret
from graph_service.records.identity import internal_id, internal_ids
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.erasing import empty, erase
from graph_service.store.ledger import Ledger
from graph_service.store.port import ANONYMOUS, LAYOUT, Engine, Entry, Guard, Meta, Revision, Transaction
from graph_service.store.prepared import Prepared, prepare, referenced
from graph_service.store.scrubbing import places, scrub, wording
from graph_service.store.shown import ShownLog
from graph_service.store.undoing import undo_some
from graph_service.store.written import WrittenFiles


@dataclass(frozen=True)
class Receipt:
    """What one write did: the revision it took (the last one, when it changed nothing) and how many records it
    added, changed or found unchanged. `refused` are ids of the erased, who must not come back; a record that
    cannot be without one of them is left out and counted in `left_out`.
    """

    revision: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[str, ...] = field(default=())
    left_out: int = 0

    def __add__(self, other: "Receipt") -> "Receipt":
        refused = tuple(sorted({*self.refused, *other.refused}))
        return Receipt(
            max(self.revision, other.revision),
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            refused,
            self.left_out + other.left_out,
        )


def fingerprint(secret: bytes) -> str:
    """A hash by which a store knows its secret."""
    return hashlib.blake2b(b"graph-service fingerprint", digest_size=16, key=secret).hexdigest()


class Store:
    """One programme's records behind one engine. Open it with `graph_service.store.opening.open_store`."""

    def __init__(self, engine: Engine, secret: bytes, url: str) -> None:
        self.engine, self.secret, self.url = engine, secret, url
        self.ledger: Ledger | None = None
        self.shown: ShownLog | None = None
        self.written: WrittenFiles | None = None
        meta = engine.meta()
        if meta is None:
            meta = Meta(uuid.uuid4().hex, 0, 0, None, self.fingerprint, LAYOUT)
            engine.create(meta)
            meta = engine.meta() or meta
        if meta.layout == 0:
            raise HalfRestored()
        if meta.layout > LAYOUT:
            raise NewerStore(layout=meta.layout)
        if meta.fingerprint != self.fingerprint:
            raise WrongSecret()
        self.id = meta.id

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.secret)

    def internal_id(self, kind_name: str, source: str, key: str) -> str:
        """The id under which this store keeps the record with that key."""
        return internal_id(self.secret, kind_name, source, key)

    def internal_ids(self, kind_name: str, source: str, keys: Sequence[str]) -> list[str]:
        """The ids of many keys of one source."""
        return internal_ids(self.secret, kind_name, source, keys)

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
        # What needs no look at the store is done before anybody has to wait for the lock.
        prepared = [prepare(self.secret, kind(name), table) for name, table in tables]

        def work(tx: Transaction) -> Receipt:
            for (name, id), version in (expect or {}).items():
                found = tx.live(kind(name), [id]).get(id)
                actual = found.version if found is not None and found.digest is not None else 0
                if actual != version:
                    raise StaleVersion(kind=name, version=actual)
            for guard in guards:
                if tx.count(guard.kind, guard.equals) >= guard.limit:
                    raise CapacityFull(limit=guard.limit)
            total = Receipt(tx.revision)
            for each in prepared:
                total += self._append(tx, each.fresh(), batch)
            if not total.added and not total.changed:
                tx.abandon()
                return replace(total, revision=tx.revision - 1)
            return total

        return self.engine.write(Entry(actor, action, batch), work)

    def _append(self, tx: Transaction, rows: Prepared, batch: str | None) -> Receipt:
        erased = tx.erased(rows.ids) if rows.kind.keyed else set()
        refused, left_out = self._check_references(tx, rows)
        skipped = {at for at, id in enumerate(rows.ids) if id in erased} | left_out
        live = tx.live(rows.kind, rows.ids)
        new: list[int] = []
        changed: list[int] = []
        for at, (id, mark) in enumerate(zip(rows.ids, rows.digests, strict=True)):
            before = live.get(id)
            if at in skipped or (before is not None and before.digest == mark):
                continue
            (new if before is None or before.digest is None else changed).append(at)
        for some, put in ((new, tx.insert), (changed, tx.replace)):
            if some:
                versions = [live[id].version + 1 if id in live else 1 for id in (rows.ids[at] for at in some)]
                revisions, batches = [tx.revision] * len(some), [batch] * len(some)
                put(rows.kind, rows.some(some, version=versions, revision=revisions, batch=batches))
        same = len(rows.ids) - len(new) - len(changed) - len(skipped)
        return Receipt(tx.revision, len(new), len(changed), same, tuple(sorted(erased | refused)), len(left_out))

    def _check_references(self, tx: Transaction, rows: Prepared) -> tuple[set[str], set[int]]:
        """Refuse references to nothing; let references to the erased go, and the rows that need them.

        Returns the ids of the erased, and the rows to leave out. Raises InvalidRecord.
        """
        refused: set[str] = set()
        left_out: set[int] = set()
        for each in rows.kind.references:
            assert each.type.target is not None
            target, column = kind(each.type.target), rows.columns[each.name]
            own = set(rows.ids) if target is rows.kind else set()
            wanted = sorted(referenced(each, column) - own)
            missing = set(wanted) - tx.known(target, wanted) if wanted else set()
            if not missing:
                continue
            erased = tx.erased(sorted(missing))
            at_fault = [at for at, value in enumerate(column) if referenced(each, [value]) & missing]
            nobody = [at for at in at_fault if referenced(each, [column[at]]) & (missing - erased)]
            if nobody:
                expected = f"a known {target.name}"
                raise InvalidRecord(
                    f"{rows.kind.name}: {len(nobody)} rows refer to a {target.name} that is not there.",
                    problems=[
                        {"row": row, "field": each.name, "found": "nobody", "expected": expected} for row in nobody
                    ],
                )
            refused |= erased
            rows.columns[each.name] = column = list(column)
            for at in at_fault:
                if each.roles:
                    column[at] = [(ANONYMOUS if id in erased else id, role) for id, role in column[at]]
                elif each.optional:
                    column[at] = None
                else:
                    left_out.add(at)
            rows.marked_again(self.secret, at_fault)
        return refused, left_out

    def retract(
        self,
        kind_name: str,
        ids: Sequence[str],
        *,
        actor: str = "",
        action: str = "retract",
        batch: str | None = None,
    ) -> Receipt:
        """End records without a successor. Unknown ids are left alone. Raises Conflict when others refer to them."""
        of = kind(kind_name)

        def work(tx: Transaction) -> Receipt:
            live = tx.live(of, ids)
            there = [id for id, found in live.items() if found.digest is not None]
            if not there:
                tx.abandon()
                return Receipt(tx.revision - 1)
            tx.end(of, there)
            return Receipt(tx.revision, 0, len(there))

        return self.engine.write(Entry(actor, action, batch), work)

    def undo(self, batch: str, *, actor: str = "") -> Receipt:
        """Retract everything that one load brought, and bring back what it replaced or retracted.

        What was changed again after the load stays as it is. `added` counts what holds again, `changed` what
        was retracted. Raises Conflict when later records refer to what would go; nothing of that part is then
        undone. A large load is undone in several writes; done again after a break, it goes on.
        """

        def work(tx: Transaction) -> Receipt:
            ended, restored = undo_some(tx, self.secret, batch, mine)
            if not ended and not restored:
                tx.abandon()
                return Receipt(tx.revision - 1)
            return Receipt(tx.revision, restored, ended)

        mine = frozenset(entry.revision for entry in self.revisions(0, 2**31 - 1) if entry.batch == batch)
        total = Receipt(0)
        while True:
            part = self.engine.write(Entry(actor, "undo"), work)
            total += part
            if not part.added and not part.changed:
                return total

    def erase(self, kind_name: str, ids: Sequence[str], *, actor: str = "") -> int:
        """Physically delete records and what cannot be without them; participations become anonymous.

        The only physical delete. People's names, addresses and keys are taken out of everybody's free text too.
        The ids are kept in the erasure ledger, so that neither a later load nor a restored backup brings them back.
        Returns how many records were touched.
        """
        if self.ledger is not None:
            self.ledger.note(kind_name, ids)
        person = kind("person")
        stand_in = {"id": ANONYMOUS, "id_source": "service", "key": ANONYMOUS, "status": "removed"}
        prepared = prepare(self.secret, person, validate_records(person, [stand_in]))
        pattern = wording(self, ids) if kind_name == person.name else None
        looked = self.revision()
        where = {} if pattern is None else places(self, pattern)

        def work(tx: Transaction) -> int:
            self._append(tx, prepared.fresh(), None)
            named = 0 if pattern is None else scrub(tx, self.secret, where, pattern)
            return named + erase(tx, self.secret, kind(kind_name), ids)

        touched = self.engine.write(Entry(actor, "erase"), work)
        if pattern is not None and (late := places(self, pattern, looked)):
            # Somebody wrote the name while it was being looked for.
            touched += self.engine.write(Entry(actor, "erase"), lambda tx: scrub(tx, self.secret, late, pattern))
        self.engine.purge()
        return touched

    def empty(self, kind_name: str, ids: Sequence[str], fields: Sequence[str], *, actor: str = "") -> int:
        """Physically empty optional fields of records, in all versions. Returns how many held something there."""
        of = kind(kind_name)
        touched = self.engine.write(Entry(actor, "empty"), lambda tx: empty(tx, self.secret, of, ids, fields))
        self.engine.purge()
        return touched

    def close(self) -> None:
        self.engine.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

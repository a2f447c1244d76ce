"""The port's adapter for Neo4j 5.26 and later."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from neo4j.exceptions import Neo4jError

from graph_service import clock
from graph_service.errors import NewerStore, NotOurStore, StoreBusy, StoreTimeout
from graph_service.records.kind import Field, Kind, kept_schema
from graph_service.records.registry import KINDS
from graph_service.settings import Settings
from graph_service.store.lines import parse_rows
from graph_service.store.neo4j import columns, layout
from graph_service.store.neo4j.door import Door, Lost, Open, run, translation
from graph_service.store.neo4j.statements import cypher, script
from graph_service.store.neo4j.transaction import Neo4jTransaction
from graph_service.store.port import ANONYMOUS, Entry, Meta, Revision

T = TypeVar("T")


class Neo4jEngine:
    """One database of a Neo4j server. Credentials come from the settings, never from the address."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.door = Door(url, settings)
        self._made = False

    def _read(self, name: str, parameters: Mapping[str, Any] | None = None, **parts: str) -> list[dict[str, Any]]:
        return self.door.read(cypher(name, **parts), parameters)

    # --- what the store is ---------------------------------------------------------------------------------
    def meta(self) -> Meta | None:
        found = self._read("read_meta")
        if not found:
            if not self._read("is_ours"):
                return None
            # What is there may be what another process made of it a moment ago.
            found = self._read("read_meta")
            if not found:
                raise NotOurStore()
        row = found[0]
        recorded = row["recorded_at"]
        moment = None if recorded is None else clock.moment_of(recorded)
        return Meta(row["id"], row["epoch"], row["revision"], moment, row["fingerprint"], row["layout"])

    def create(self, meta: Meta) -> None:
        self.door.change(script("meta"))
        values = {"id": meta.id, "epoch": meta.epoch, "revision": meta.revision}
        values |= {"fingerprint": meta.fingerprint, "layout": meta.layout}
        self.door.writing(lambda tx: run(tx, cypher("create_meta"), values))
        self._ensure()

    def _ensure(self) -> None:
        """Constraints and indexes of every kind, made when the store is, and for kinds declared later.

        Raises NewerStore when the store knows a field that this version does not.
        """
        if self._made:
            return
        known = {row["kind"]: json.loads(row["fields"]) for row in self._read("declared")}
        todo = [kind for kind in KINDS.values() if known.get(kind.name) != list(kind.by_name)]
        for kind in todo:
            if set(known.get(kind.name, ())) - set(kind.by_name):
                raise NewerStore(kind=kind.name)
        for kind in todo:
            self.door.change(script("kind", kind=kind.name, label=kind.label))
            for each in kind.fields if kind.name in known else ():
                default = [] if each.many else layout.kept(each, each.default)
                if each.name not in known[kind.name] and default is not None and layout.is_property(each):
                    for label in (kind.label, f"{kind.label}History"):
                        self.door.piecewise(cypher("add_field", label=label, field=each.name), {"value": default})
        if todo:
            self.door.change(script("ready"))
            self.door.writing(lambda tx: [run(tx, cypher("declare"), _declaration(kind)) for kind in todo])
        self._made = True

    # --- writing ----------------------------------------------------------------------------------------
    def write(self, entry: Entry | None, work: Callable[[Neo4jTransaction], T]) -> T:
        self._ensure()
        token = uuid.uuid4().hex
        last: tuple[int, T] | None = None

        def once(attempt: int) -> T:
            nonlocal last
            if last is not None:
                # The answer to our commit was lost: look whether it was kept before doing it again.
                revision, result = last
                [row] = self._read_once("written", {"token": token, "revision": revision})
                if row["n"]:
                    return result
                last = None
            opened = self.door.transaction()
            try:
                tx = self._begun(opened)
                result = work(tx)
                if tx.abandoned:
                    return result
                if entry is not None:
                    opened.run(cypher("log_revision"), _line(tx, entry, token))
                try:
                    opened.commit()
                except Lost:
                    # What leaves no line in the log cannot be looked for; done again, it would be refused.
                    last = None if entry is None else (tx.revision, result)
                    raise
                return result
            finally:
                opened.close()

        return self.door.retried(once)

    def _begun(self, opened: Open) -> Neo4jTransaction:
        try:
            return Neo4jTransaction(opened.run, clock.micros(clock.now()))
        except Neo4jError as error:
            if isinstance(translation(error), StoreTimeout):
                # The first statement only waits for the Meta node's lock: somebody else writes all the time.
                raise StoreBusy() from None
            raise

    def _read_once(self, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        opened = self.door.transaction()
        try:
            return opened.run(cypher(name), parameters)
        finally:
            opened.close()

    # --- reading everything ----------------------------------------------------------------------------------
    def since(self, kind: Kind, revision: int, until: int) -> Any:
        """See `port.Engine`.

        Neo4j shows each reader what is committed at that moment, record by record. So first every writer up to
        `until` is waited for; then live records are read without holding anybody up; at last, with writers held
        for a moment, what ended. A record that changed while it was read is taken from its ended version.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        self._ensure()
        bounds = {"revision": revision, "until": until}
        self.door.writing(lambda tx: run(tx, cypher("hold")))
        # Live ones first: what ends between the two looks is in the second.
        if not any(self._read("there_are", label=label)[0]["n"] for label in (kind.label, f"{kind.label}History")):
            return kept_schema(kind).empty_table()
        text = cypher("since", label=kind.label, columns=columns.expressions(kind))
        # The server answers each session by a thread of its own: one reads records, the other what they refer to.
        with ThreadPoolExecutor(1, "graph-service-read") as pool:
            asked = {each.name: pool.submit(self._referred, kind, each, bounds) for each in kind.references}
            found = self.door.pieces(text, bounds, lambda record: columns.piece(kind, record))
            referred = {name: answer.result() for name, answer in asked.items()}
        row = layout.line(kind, kind.fields, ended=True)
        ended = self._ended(cypher("since_ended", label=kind.label, row=row), bounds)
        tables = [kept_schema(kind).empty_table()]
        replaced = None
        if ended:
            table = parse_rows(kind, ended, iso=True)[1]
            tables.append(table)
            replaced = table.filter(pc.is_null(table["ended"]))["id"].combine_chunks()
        if found:
            table = columns.whole(kind, found, referred)
            if replaced is not None and len(replaced):
                table = table.filter(pc.invert(pc.is_in(table["id"], value_set=replaced)))
            tables.append(table)
        return pa.concat_tables(tables)

    def _referred(self, kind: Kind, each: Field, bounds: Mapping[str, Any]) -> list[Any]:
        name = "since_participants" if each.roles else "since_references"
        take = columns.members if each.roles else columns.references
        return self.door.pieces(cypher(name, **layout.path(kind, each)), bounds, take)

    def _ended(self, text: str, bounds: Mapping[str, Any]) -> list[str]:
        def held(tx: Any) -> list[dict[str, Any]]:
            run(tx, cypher("hold"))
            return run(tx, text, bounds)

        return [line for row in self.door.writing(held, bulk=True) for line in row["lines"]]

    # --- reading some ---------------------------------------------------------------------------------------
    def get(self, kind: Kind, id: str) -> dict[str, Any] | None:
        found = self._read("get", {"id": id}, label=kind.label, fields=layout.projection(kind))
        return layout.record(kind, found[0]) if found else None

    def history(self, kind: Kind, id: str) -> list[dict[str, Any]]:
        parts = {"label": kind.label, "field": "id", "fields": layout.projection(kind, ended=True)}
        found = self._read("versions_ended", {"values": [id]}, **parts)
        live = self.get(kind, id)
        ended = [layout.record(kind, row) for row in found]
        # A version that ended between the two looks would come twice.
        ended = [row for row in ended if live is None or row["version"] < live["version"]]
        return sorted(ended + ([live] if live else []), key=lambda row: int(row["version"]))

    def page(self, kind: Kind, after: str, limit: int, equals: Mapping[str, Any]) -> list[dict[str, Any]]:
        matches, conditions, values = layout.conditions(kind, equals)
        parts = {"label": kind.label, "fields": layout.projection(kind), "matches": matches, "conditions": conditions}
        return [
            layout.record(kind, row) for row in self._read("page", values | {"after": after, "limit": limit}, **parts)
        ]

    def count(self, kind: Kind, equals: Mapping[str, Any]) -> int:
        matches, conditions, values = layout.conditions(kind, equals)
        [row] = self._read("count", values, label=kind.label, matches=matches, conditions=conditions)
        return int(row["n"])

    def known(self, kind: Kind, ids: Sequence[str]) -> set[str]:
        return {row["id"] for row in self._read("known", {"ids": list(ids)}, label=kind.label)}

    def interactions_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]:
        from graph_service.records.contacts import INTERACTION

        values = {"person": person, "until": clock.day_of(until), "limit": limit}
        found = self._read("interactions_of", values, fields=layout.projection(INTERACTION))
        return [layout.record(INTERACTION, row) for row in found]

    def contacts_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]:
        values = {"person": person, "anonymous": ANONYMOUS, "until": clock.day_of(until), "limit": limit}
        found = self._read("contacts_of", values)
        return [row | {"last": row["last"].to_native(), "kinds": sorted(row["kinds"])} for row in found]

    def revisions(self, after: int, limit: int) -> Iterator[Revision]:
        for row in self._read("revisions", {"after": after, "limit": limit}):
            moment = clock.moment_of(row["recorded_at"])
            yield Revision(row["revision"], moment, row["actor"], row["action"], row["batch"])

    def erasures(self) -> list[tuple[str, str]]:
        return [(row["kind"], row["id"]) for row in self._read("erasures")]

    # --- care --------------------------------------------------------------------------------------------
    def purge(self) -> None:
        """Nothing to do online: Community rotates its transaction log by itself (see docs on erasure)."""

    def check(self) -> list[str]:
        """What is not as declared: constraints that are missing, records without a reference they must have."""
        there = {row["name"] for row in self._read("constraints")}
        found = [f"the constraint {name} is missing" for name in sorted(_constraints() - there)]
        for kind in KINDS.values():
            for each in kind.references:
                if not each.optional and not each.roles:
                    [row] = self.door.read(cypher("unreferred", **layout.path(kind, each)), bulk=True)
                    if row["n"]:
                        found.append(f"{row['n']} records of kind {kind.name} have no {each.name}")
        return found

    def close(self) -> None:
        self.door.close()


def _constraints() -> set[str]:
    texts = [*script("meta"), *(text for kind in KINDS.values() for text in script("kind", kind=kind.name))]
    # The second word of a schema statement says what it makes, the third names it.
    return {words[2] for words in (text.split() for text in texts) if words[1] == "CONSTRAINT"}


def _declaration(kind: Kind) -> dict[str, Any]:
    return {"kind": kind.name, "fields": json.dumps(list(kind.by_name))}


def _line(tx: Neo4jTransaction, entry: Entry, token: str) -> dict[str, Any]:
    line = {"revision": tx.revision, "recorded_at": tx.recorded_at, "token": token}
    return line | {"actor": entry.actor, "action": entry.action, "batch": entry.batch}

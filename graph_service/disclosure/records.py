"""Single records as one actor may see them: what no grant of the policy covers is not there."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph_service.disclosure.policy import LEARNERS, Grant, grants
from graph_service.disclosure.scope import Actor, ScopedReader
from graph_service.errors import NotFound, NotYours
from graph_service.records.registry import KINDS
from graph_service.records.resources import Resource

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot
    from graph_service.store.store import Store

#: Records read at once while looking for those that an actor sees.
CHUNK = 500
#: Records that one page looks at; beyond, the page is short and the next one goes on from there.
MOST = 50_000


class RecordReader:
    """Records of a store as an actor may see them on a day."""

    def __init__(self, store: "Store", reader: ScopedReader, as_of: date) -> None:
        self._store, self._reader, self._as_of = store, reader, as_of
        self.actor: Actor = reader.actor

    # --- what is told ------------------------------------------------------------------------------------
    def get(self, of: Resource, id: str) -> dict[str, Any]:
        """One record. Raises NotYours, NotFound, also for what is out of scope: its existence is not told."""
        self._allowed(of)
        found = self._store.get(of.kind, id)
        grant = None if found is None else self.grant(of, found)
        if found is None or grant is None:
            raise NotFound()
        self._reader.note_ids(of.path, _about(of, found))
        return self.shown(of, found, grant)

    def page(self, of: Resource, after: str, limit: int, equals: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
        """Records in order of id after one, and the id from which the next page goes on ("" at the end)."""
        narrow = self._narrowed(of)
        if isinstance(narrow, list):
            rows = [row for row in narrow if row["id"] > after and all(row[name] == equals[name] for name in equals)]
            return self._paged(of, self._seen(of, sorted(rows, key=lambda row: str(row["id"]))), limit)
        if any(name in narrow and value not in narrow[name] for name, value in equals.items()):
            return [], ""
        found: list[dict[str, Any]] = []
        wanted = {**narrow, **equals}
        for _ in range(MOST // CHUNK):
            rows = self._store.page(of.kind, after, CHUNK, **wanted)
            found += self._seen(of, rows)
            if len(rows) < CHUNK or len(found) > limit:
                return self._paged(of, found, limit)
            after = rows[-1]["id"]
        return self._paged(of, found, limit)[0], after

    def _paged(self, of: Resource, found: list[dict[str, Any]], limit: int) -> tuple[list[dict[str, Any]], str]:
        self._reader.note_ids(of.path, (id for row in found[:limit] for id in _about(of, row)))
        return found[:limit], found[limit - 1]["id"] if len(found) > limit else ""

    def history(self, of: Resource, id: str) -> list[dict[str, Any]]:
        """All versions of a record that the actor sees, oldest first. Raises NotFound."""
        self.get(of, id)
        return self._seen(of, self._store.history(of.kind, id))

    def shown(self, of: Resource, record: Mapping[str, Any], grant: Grant | None = None) -> dict[str, Any]:
        """The record without the fields that are not the actor's to read."""
        kind = KINDS[of.kind]
        told: dict[str, Any] = {"id": record["id"]}
        for each in kind:
            if each.name in of.hidden:
                continue
            value = record[each.name]
            if grant is not None and grant.fields and each.name not in grant.fields:
                value = [] if each.many else None
            elif grant is not None and each.name in grant.alone:
                value = [part for part in value if part["id"] == self.actor.person or self._adult(part["id"])]
            told[each.name] = value
        return told | {name: record.get(name) for name in ("version", "revision", "ended")}

    # --- who may -----------------------------------------------------------------------------------------
    def grant(self, of: Resource, record: Mapping[str, Any], *, writes: bool = False) -> Grant | None:
        """The first grant of the policy that covers a record, or None."""
        for each in grants(self.actor.role, of.kind):
            if writes and not each.writes:
                continue
            # What a learner marks as private is seen by nobody else; staff who write it down see it no more.
            if record.get("private") and each.relation != "self" and not writes:
                continue
            if getattr(self, f"_{each.relation}")(of, record):
                return each
        return None

    def sees(self, of: Resource, record: Mapping[str, Any]) -> bool:
        """Whether a record is there for the actor."""
        return self.grant(of, record) is not None

    def require(self, of: Resource, record: Mapping[str, Any]) -> None:
        """Raises NotYours where the actor may not write such a record."""
        if not self.actor.writes or self.grant(of, record, writes=True) is None:
            raise NotYours()

    def _allowed(self, of: Resource) -> None:
        if not grants(self.actor.role, of.kind):
            raise NotYours()

    def _seen(self, of: Resource, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = ((row, self.grant(of, row)) for row in rows)
        return [self.shown(of, row, grant) for row, grant in found if grant is not None]

    def _narrowed(self, of: Resource) -> dict[str, list[str]] | list[dict[str, Any]]:
        """What a list is narrowed to before it is read: fields and values, or the few records themselves."""
        self._allowed(of)
        relations = {each.relation for each in grants(self.actor.role, of.kind)}
        if relations == {"self"}:
            if self.actor.person is None:
                return []
            if of.people == ("id",):
                found = self._store.get(of.kind, self.actor.person)
                return [] if found is None else [found]
            if KINDS[of.kind][of.people[0]].many:
                return self._store.interactions_of(self.actor.person, date.max, 10**6)
            return {of.people[0]: [self.actor.person]}
        if relations == {"workplace"}:
            if of.kind == "organization":
                return [row for id in sorted(self._workplaces) if (row := self._store.get(of.kind, id)) is not None]
            return {_place(of): sorted(self._workplaces)} if self._workplaces else []
        return {}

    # --- the relations of the policy ---------------------------------------------------------------------
    def _programme(self, of: Resource, record: Mapping[str, Any]) -> bool:
        return True

    def _released(self, of: Resource, record: Mapping[str, Any]) -> bool:
        return bool(record.get("released"))

    def _scope(self, of: Resource, record: Mapping[str, Any]) -> bool:
        return not self._shut or not any(id in self._shut for id in _about(of, record))

    def _basis(self, of: Resource, record: Mapping[str, Any]) -> bool:
        return self._opened and self._scope(of, record)

    def _partners(self, of: Resource, record: Mapping[str, Any]) -> bool:
        return all(id in self._professionals for id in _about(of, record))

    def _self(self, of: Resource, record: Mapping[str, Any]) -> bool:
        return self.actor.person is not None and self.actor.person in _about(of, record)

    def _workplace(self, of: Resource, record: Mapping[str, Any]) -> bool:
        return record["id" if of.kind == "organization" else _place(of)] in self._workplaces

    # --- what they rest on -------------------------------------------------------------------------------
    @property
    def _snapshot(self) -> "Snapshot":
        return self._reader.snapshot(self._as_of)

    @cached_property
    def _shut(self) -> frozenset[str]:
        """Internal ids of learners whom the actor does not see, and of people whose data is restricted."""
        everybody = self.actor.sites is None and LEARNERS.get(self.actor.role) == "scope"
        if everybody and not self._store.count("restriction") and not self._store.count("legal_basis"):
            return frozenset()
        snapshot = self._snapshot
        assert snapshot.people is not None
        mine, ids = self._reader.mine(snapshot), snapshot.people.ids
        unseen = (snapshot.people.learner & ~mine) | self._reader.shut(snapshot)
        shut = {ids[at] for at in unseen.nonzero()[0].tolist()}
        # A record that was merged into a learner's is as much about that learner.
        merges = {row["duplicate"]: row["kept"] for row in self._store.find("merge")} if shut else {}
        for first in merges:
            seen, now = {first}, first
            while now in merges and merges[now] not in seen:
                now = merges[now]
                seen.add(now)
            if now in shut:
                shut.add(first)
        return frozenset(shut)

    @cached_property
    def _opened(self) -> bool:
        return bool(self._reader.mine(self._snapshot).any())

    @cached_property
    def _professionals(self) -> frozenset[str]:
        """Internal ids of adults whom the programme meets as professionals or staff."""
        from graph_service.snapshot.people import PROFESSIONAL, RELATIONS

        people = self._snapshot.people
        assert people is not None
        known = {RELATIONS.index(code) for code in PROFESSIONAL}
        shut = self._reader.shut(self._snapshot)
        chosen = [
            at
            for at in (~people.learner & ~shut).nonzero()[0].tolist()
            if people.staff[at] or int(people.relation[at]) in known
        ]
        ids = people.ids
        return frozenset(ids[at] for at in chosen)

    @cached_property
    def _workplaces(self) -> frozenset[str]:
        if self.actor.person is None:
            return frozenset()
        rows = self._store.find("affiliation", person=self.actor.person, relation="works_at")
        return frozenset(row["organization"] for row in rows if row["until"] is None or row["until"] >= self._as_of)

    def _adult(self, id: str) -> bool:
        people = self._snapshot.people
        assert people is not None
        return id not in {people.ids[at] for at in people.learner.nonzero()[0].tolist()}


def _about(of: Resource, record: Mapping[str, Any]) -> list[str]:
    """Internal ids of whom a record is about."""
    found: list[str] = []
    for name in of.people:
        value = record.get(name)
        if isinstance(value, list):
            found += [each["id"] if isinstance(each, Mapping) else each for each in value]
        elif value is not None:
            found.append(value)
    return found


def _place(of: Resource) -> str:
    """The field that says whose organisation's a record is."""
    return next(each.name for each in KINDS[of.kind] if each.type.target == "organization")

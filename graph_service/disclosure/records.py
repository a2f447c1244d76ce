"""Single records as one actor may see them: what is about learners out of scope is not there."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from graph_service.disclosure.scope import Actor, ScopedReader
from graph_service.errors import NotFound, NotYours
from graph_service.records.registry import KINDS
from graph_service.records.resources import Resource

if TYPE_CHECKING:
    from graph_service.store.store import Store


class RecordReader:
    """Records of a store as an actor may see them on a day."""

    def __init__(self, store: "Store", reader: ScopedReader, as_of: date) -> None:
        self._store, self._reader, self._as_of = store, reader, as_of
        self.actor: Actor = reader.actor
        self._shut: frozenset[str] | None = None

    def _out_of_scope(self) -> frozenset[str]:
        """Internal ids of learners whom the actor does not see; empty where the whole programme is in scope."""
        if self._shut is None:
            if self.actor.sites is None:
                self._shut = frozenset()
            else:
                snapshot = self._reader.snapshot(self._as_of)
                assert snapshot.people is not None
                ids = snapshot.people.ids
                mine = set(self._reader.learners(snapshot).tolist())
                learners = snapshot.people.learner.nonzero()[0].tolist()
                self._shut = frozenset(ids[at] for at in learners if at not in mine)
        return self._shut

    def sees(self, of: Resource, record: Mapping[str, Any]) -> bool:
        """Whether a record is in the actor's scope: everybody it is about is."""
        shut = self._out_of_scope()
        if record.get("private"):
            return False
        return not shut or not any(id in shut for name in of.people for id in _ids(record.get(name)))

    def require(self, of: Resource, record: Mapping[str, Any]) -> None:
        """Raises NotYours where a record is about learners out of scope, or the actor may not write."""
        if not self.actor.writes or self.actor.role not in ("coordinator", "admin"):
            raise NotYours()
        if not self.sees(of, {**record, "private": False}):
            raise NotYours()

    def get(self, of: Resource, id: str) -> dict[str, Any]:
        """One record. Raises NotFound, also for what is out of scope: its existence is not told."""
        found = self._store.get(of.kind, id)
        if found is None or not self.sees(of, found):
            raise NotFound()
        return self.shown(of, found)

    def page(self, of: Resource, after: str, limit: int, equals: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
        """Records in order of id after one, and the id from which the next page goes on ("" at the end)."""
        found: list[dict[str, Any]] = []
        while len(found) <= limit:
            asked = limit + 1 - len(found)
            rows = self._store.page(of.kind, after, asked, **equals)
            found += [self.shown(of, row) for row in rows if self.sees(of, row)]
            if len(rows) < asked:
                return found[:limit], found[limit - 1]["id"] if len(found) > limit else ""
            after = rows[-1]["id"]
        return found[:limit], found[limit - 1]["id"]

    def history(self, of: Resource, id: str) -> list[dict[str, Any]]:
        """All versions of a record, oldest first."""
        self.get(of, id)
        return [self.shown(of, row) for row in self._store.history(of.kind, id)]

    def shown(self, of: Resource, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record without the fields that nobody reads."""
        kept = {name: record[name] for name in KINDS[of.kind].by_name if name not in of.hidden}
        more = {name: record.get(name) for name in ("version", "revision", "ended")}
        return {"id": record["id"], **kept, **more}


def _ids(value: Any) -> list[str]:
    if isinstance(value, list):
        return [each["id"] if isinstance(each, Mapping) else each for each in value]
    return [] if value is None else [value]

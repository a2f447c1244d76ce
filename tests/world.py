"""A small made-up programme for tests: people and contacts in a line each, on any store."""

from __future__ import annotations

from datetime import date
from typing import Any

from graph_service.clock import as_date
from graph_service.measured import Snapshot
from graph_service.programme import Programme


class World:
    """A programme that is told what happened.

    >>> import tempfile, graph_service as gs
    >>> world = World(gs.open(f"sqlite:///{tempfile.mkdtemp()}/w.db"))
    >>> world.learners("ana", "bo")
    >>> world.log("meeting", "ana", "bo", on="2026-03-01")
    >>> sorted(world.snapshot("2026-03-02").ties)
    [('ana', 'bo')]
    """

    def __init__(self, programme: Programme) -> None:
        self.programme, self.store = programme, programme.store
        self._events = 0

    def id(self, key: str, kind: str = "person") -> str:
        return self.store.internal_id(kind, "local", key)

    def person(self, key: str, *roles: str, **fields: Any) -> None:
        self.store.put("person", {"id": self.id(key), "key": key, "roles": list(roles or ("learner",)), **fields})

    def learners(self, *keys: str) -> None:
        for key in keys:
            self.person(key, "learner")

    def organization(self, key: str, kind: str = "employer", **fields: Any) -> None:
        record = {"id": self.id(key, "organization"), "key": key, "name": key.title(), "kind": kind, **fields}
        self.store.put("organization", record)

    def affiliate(self, person: str, organization: str, relation: str = "works_at", **fields: Any) -> None:
        record = {
            "id": self.store.internal_id("affiliation", "local", f"{person}|{organization}|{relation}"),
            "person": self.id(person),
            "organization": self.id(organization, "organization"),
            "relation": relation,
            **{name: as_date(value) if name in ("since", "until") else value for name, value in fields.items()},
        }
        self.store.put("affiliation", record)

    def log(self, kind: str, *people: str, on: str | date, **fields: Any) -> str:
        """A contact; a participant is `key` or `key:role`."""
        self._events += 1
        id = self.store.internal_id("interaction", "local", str(self._events))
        members = []
        for each in people:
            key, _, role = each.partition(":")
            members.append({"id": self.id(key), "role": role or "participant"})
        if "host" in fields:
            fields["host"] = self.id(fields["host"], "organization")
        self.store.put("interaction", {"id": id, "date": as_date(on), "kind": kind, "participants": members, **fields})
        return id

    def state(self, ego: str, alter: str, *, wave: str = "w1", on: str = "2026-03-01", **fields: Any) -> None:
        id = self.store.internal_id("stated_tie", "local", f"{ego}|{alter}|{wave}")
        record = {"id": id, "ego": self.id(ego), "alter": self.id(alter), "wave": wave, "date": as_date(on), **fields}
        self.store.put("stated_tie", record)

    def relate(self, ego: str, alter: str, relation: str) -> None:
        id = self.store.internal_id("relation", "local", f"{ego}|{alter}")
        self.store.put("relation", {"id": id, "ego": self.id(ego), "alter": self.id(alter), "relation": relation})

    def merge(self, duplicate: str, kept: str) -> str:
        id = self.store.internal_id("merge", "local", f"{duplicate}|{kept}")
        self.store.put("merge", {"id": id, "duplicate": self.id(duplicate), "kept": self.id(kept)})
        return id

    def snapshot(self, as_of: str | date, **choices: Any) -> Snapshot:
        return self.programme.snapshot(as_of, **choices)

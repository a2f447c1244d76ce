"""Scope: one place that decides which people, organisations and fields an actor sees.

A desk is given a `ScopedReader` and nothing else: it cannot reach a store around it.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from graph_service.errors import UnknownPerson
from graph_service.snapshot.build import build
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from graph_service.store.evidence import Evidence


#: Raised whenever a rule of scope changes, so that no answer outlives the rule it was made under.
POLICY_REVISION = 2


@dataclass(frozen=True)
class Actor:
    """Somebody who asks.

    role: coordinator, mentor, evaluator, learner, director, lead, admin. sites: internal ids of the
    organisations whose learners the actor may see; None: all of the programme. person: the actor's own record.
    writes: the actor may write, not only read.
    """

    name: str
    role: str
    sites: frozenset[str] | None = None
    person: str | None = None
    writes: bool = True


#: Whoever runs the programme on their own machine (solo, demo, command line).
OWNER = Actor("owner", "coordinator")


class ScopedReader:
    """The evidence as one actor may see it. What is out of scope is not there."""

    def __init__(self, evidence: "Evidence", actor: Actor, parameters: Parameters, zone: str = "UTC") -> None:
        self._evidence, self.actor, self.parameters, self.zone = evidence, actor, parameters, zone
        self._snapshots: dict[tuple[date, int, Parameters], Snapshot] = {}

    @property
    def revision(self) -> int:
        return self._evidence.refresh()

    def snapshot(self, as_of: date, parameters: Parameters | None = None, revision: int | None = None) -> Snapshot:
        """The snapshot of a day; kept while the store does not change."""
        chosen = parameters or self.parameters
        at = self.revision if revision is None else revision
        key = (as_of, at, chosen)
        if key not in self._snapshots:
            stale = [old for old in self._snapshots if old[1] != at]
            for old in stale:
                del self._snapshots[old]
            self._snapshots[key] = build(self._evidence, as_of, revision=at, parameters=chosen, into=Snapshot)
        return self._snapshots[key]

    def learners(self, snapshot: Snapshot) -> np.ndarray:
        """Positions of the learners on the roster whom the actor may see, by person_id."""
        rows = snapshot.learners()
        if self.actor.sites is None or snapshot.people is None:
            return rows
        organizations = snapshot.people.organizations.table["id"].to_pylist()
        allowed = np.array([id in self.actor.sites for id in organizations] + [False])
        chosen: np.ndarray = rows[allowed[snapshot.people.site[rows]]]
        return chosen

    def learner(self, snapshot: Snapshot, key: str) -> int:
        """The position of one learner. Raises UnknownPerson, also outside the actor's scope: that is not told."""
        at = snapshot.position(key)
        if not snapshot.roster[at] or at not in set(self.learners(snapshot).tolist()):
            raise UnknownPerson()
        return at

    def table(self, kind: str) -> Any:
        """All versions of the records of a kind, for the desk's own look-ups."""
        return self._evidence.table(kind)

    @property
    def evidence(self) -> "Evidence":
        """The evidence itself, for computations that go beyond a snapshot (introductions)."""
        return self._evidence

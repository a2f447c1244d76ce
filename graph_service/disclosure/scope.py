"""Scope: one place that decides which people, organisations and fields an actor sees.

A desk is given a `ScopedReader` and nothing else: it cannot reach a store around it. Who may see what is data in
`disclosure.policy`; this module says which learners are an actor's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graph_service import clock
from graph_service.disclosure import policy
from graph_service.errors import NotYours, UnknownPerson
from graph_service.records.registry import KINDS
from graph_service.snapshot.build import build
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.rows import known, on_day
from graph_service.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from graph_service.store.evidence import Evidence
    from graph_service.store.store import Store

Mask = NDArray[np.bool_]

#: Part of every ETag: no answer outlives the rules it was made under.
POLICY_REVISION = policy.REVISION


@dataclass(frozen=True)
class Actor:
    """Somebody who asks.

    role: coordinator, mentor, employer, evaluator, learner, director, lead (safeguarding), admin. sites: internal
    ids of the organisations whose learners the actor may see, with everything that is part of them; None: all of
    the programme. person: the actor's own record. writes: the actor may write, not only read.
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

    # --- whose learners ----------------------------------------------------------------------------------
    def learners(self, snapshot: Snapshot) -> np.ndarray:
        """Positions of the learners on the roster whom the actor may open one by one, by person_id."""
        rows = snapshot.learners()
        chosen: np.ndarray = rows[self.mine(snapshot)[rows]]
        return chosen

    def counted(self, snapshot: Snapshot) -> np.ndarray:
        """Positions of the learners on the roster who are in the actor's counts. Raises NotYours."""
        if self.actor.role not in policy.COUNTED:
            raise NotYours()
        rows = snapshot.learners()
        chosen: np.ndarray = rows[self._at_sites(snapshot)[rows] | self.mine(snapshot)[rows]]
        return chosen

    def counted_ids(self) -> frozenset[str]:
        """Internal ids of the learners who are in the actor's counts today. Raises NotYours."""
        snapshot = self.snapshot(clock.today(self.zone))
        assert snapshot.people is not None
        ids = snapshot.people.ids
        return frozenset(ids[at] for at in self.counted(snapshot).tolist())

    @property
    def suppressed(self) -> bool:
        """Whether small counts are hidden from this actor."""
        return policy.COUNTED.get(self.actor.role) != "plain"

    def learner(self, snapshot: Snapshot, key: str) -> int:
        """The position of one learner. Raises UnknownPerson, also outside the actor's scope: that is not told."""
        at = snapshot.position(key)
        if not snapshot.roster[at] or not self.mine(snapshot)[at]:
            raise UnknownPerson()
        return at

    def own(self, snapshot: Snapshot) -> int:
        """The actor's own position. Raises UnknownPerson where the account is nobody's of the programme."""
        # By internal id alone: an own key that somebody chose must not stand in for it.
        ids = [] if snapshot.people is None else snapshot.people.ids
        if self.actor.person not in ids:
            raise UnknownPerson("This account belongs to nobody of the programme.")
        return ids.index(self.actor.person)

    def mine(self, snapshot: Snapshot) -> Mask:
        """Truth per position: a learner whom the actor may see."""
        # A legal basis ends with a day, so that what it opens is not kept beyond that day.
        key = ("scope", self.actor, clock.today(self.zone) if self.actor.role == "director" else None)
        found: Mask = snapshot.memo(key, lambda: self._mine_now(snapshot))
        return found

    def _mine_now(self, snapshot: Snapshot) -> Mask:
        relation = policy.LEARNERS.get(self.actor.role)
        n = len(snapshot)
        if snapshot.people is None:
            return np.full(n, relation == "scope")
        if relation == "scope":
            return np.asarray((self._at_sites(snapshot) | self._in_caseload(snapshot)) & snapshot.people.learner)
        if relation == "basis":
            return np.asarray(self._with_basis(snapshot) & snapshot.people.learner)
        if relation == "self":
            own = np.array([id == self.actor.person for id in snapshot.people.ids], bool)
            return np.asarray(own & snapshot.people.learner)
        return np.zeros(n, bool)

    def _at_sites(self, snapshot: Snapshot) -> Mask:
        """Truth per position: enrolled at the actor's sites, or anywhere where those are all."""
        people = snapshot.people
        if self.actor.sites is None or people is None:
            return np.ones(len(snapshot), bool)
        return np.asarray(_under(snapshot, self.actor.sites)[people.site])

    def _in_caseload(self, snapshot: Snapshot) -> Mask:
        """Truth per position: a learner for whom the actor is assigned."""
        people = snapshot.people
        assert people is not None
        if self.actor.person is None:
            return np.zeros(len(snapshot), bool)
        rows = on_day(known(self.table("caseload"), snapshot.revision), snapshot.as_of).to_pylist()
        cared = {row["learner"] for row in rows if row["adult"] == self.actor.person}
        return np.array([id in cared for id in people.ids], bool) if cared else np.zeros(len(snapshot), bool)

    def _with_basis(self, snapshot: Snapshot) -> Mask:
        """Truth per position: a learner of the actor's whom a legal basis in force opens to the actor's role."""
        people = snapshot.people
        assert people is not None
        if "legal_basis" not in KINDS:
            return np.zeros(len(snapshot), bool)
        today = clock.today(self.zone)
        rows = on_day(known(self.table("legal_basis"), snapshot.revision), today).to_pylist()
        opened = [row["organization"] for row in rows if row["role"] == self.actor.role]
        if None in opened:
            return self._at_sites(snapshot)
        return np.asarray(self._at_sites(snapshot) & _under(snapshot, frozenset(opened))[people.site])

    # --- what is handed on -------------------------------------------------------------------------------
    def pseudonym(self, study: str, person: str) -> str:
        """What a person is called in one study and nowhere else; keyed, so that two studies cannot be joined."""
        return self._evidence.store.internal_id("pseudonym", study, person)

    def table(self, kind: str) -> Any:
        """All versions of the records of a kind, for the desk's own look-ups."""
        return self._evidence.table(kind)

    @property
    def evidence(self) -> "Evidence":
        """The evidence itself, for computations that go beyond a snapshot (introductions)."""
        return self._evidence


def _under(snapshot: Snapshot, sites: frozenset[str]) -> Mask:
    """Truth per organisation: one of the sites, or part of one; and false for none (position -1)."""
    assert snapshot.people is not None
    organizations = snapshot.people.organizations
    allowed = np.array([id in sites for id in organizations.table["id"].to_pylist()] + [False])
    parent = np.append(organizations.parent, -1)
    for _ in range(len(parent)):
        grown = allowed | allowed[parent]
        grown[-1] = False
        if np.array_equal(grown, allowed):
            break
        allowed = grown
    return allowed


def covers(store: "Store", actor: Actor, learner: str) -> bool:
    """Whether one learner is at the actor's sites or on the actor's caseload, read from the store alone.

    For decisions that cannot wait for a snapshot, such as a move of an introduction.
    """
    if actor.sites is None:
        return True
    places = [row["organization"] for row in store.find("affiliation", person=learner, relation="enrolled_at")]
    seen: set[str] = set()
    while places:
        place = places.pop()
        if place in actor.sites:
            return True
        seen.add(place)
        found: Mapping[str, Any] | None = store.get("organization", place)
        if found is not None and found["parent"] is not None and found["parent"] not in seen:
            places.append(found["parent"])
    return actor.person is not None and bool(store.find("caseload", learner=learner, adult=actor.person))

"""Scope: one place that decides which people, organisations and fields an actor sees.

A desk is given a `ScopedReader` and nothing else: it cannot reach a store around it. Who may see what is data in
`disclosure.policy`; this module says which learners are an actor's.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graph_service import clock
from graph_service.disclosure import policy
from graph_service.errors import NotYours, UnknownPerson
from graph_service.snapshot.build import build
from graph_service.snapshot.live import SMALL, Live, Moment
from graph_service.snapshot.near import around
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.people import Resolver
from graph_service.snapshot.rows import known, on_day
from graph_service.snapshot.snapshot import Snapshot
from graph_service.store.port import ANONYMOUS

if TYPE_CHECKING:
    from graph_service.disclosure.differencing import Label
    from graph_service.disclosure.figures import Told
    from graph_service.disclosure.microdata import Protected
    from graph_service.disclosure.suppression import Published, Rule
    from graph_service.disclosure.tables import Table
    from graph_service.store.evidence import Evidence
    from graph_service.store.shown import Shown, ShownLog
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


#: Seconds for which a reader relies on its last look at what closes access.
LOOK = 0.3


class ScopedReader:
    """The evidence as one actor may see it. What is out of scope is not there.

    shown: where it is noted whose data was shown; whoever runs the programme on their own machine is not noted.
    """

    def __init__(
        self,
        evidence: "Evidence",
        actor: Actor,
        parameters: Parameters,
        zone: str = "UTC",
        shown: "ShownLog | None" = None,
        live: Live | None = None,
    ) -> None:
        self._evidence, self.actor, self.parameters, self.zone = evidence, actor, parameters, zone
        self._log = shown
        self._live = live or Live(evidence)
        self._pinned: Moment | None = None
        self._earlier: dict[tuple[date, int, Parameters], Snapshot] = {}
        self._closed: tuple[float, Closed] | None = None

    @property
    def revision(self) -> int:
        return self.moment.revision

    @property
    def moment(self) -> Moment:
        """What is answered from: the pinned moment, else the present one."""
        return self._pinned or self._live.moment()

    def pinned(self) -> "ScopedReader":
        """The same reader, for one request: all its snapshots are of one revision."""
        made = copy(self)
        made._pinned = self._live.moment()
        return made

    @property
    def store_id(self) -> str:
        """Which store is read: it tells of nobody, and keeps answers of two programmes apart."""
        return self._evidence.store.meta().id

    def snapshot(self, as_of: date, parameters: Parameters | None = None, revision: int | None = None) -> Snapshot:
        """The snapshot of a day; kept while the store does not change, and one for all readers of a process."""
        chosen = parameters or self.parameters
        moment = self.moment
        if revision is None or revision == moment.revision:
            return moment.snapshot(as_of, chosen)
        key = (as_of, revision, chosen)
        if key not in self._earlier:
            self._earlier = {key: build(self._evidence, as_of, revision=revision, parameters=chosen, into=Snapshot)}
        return self._earlier[key]

    def around(self, at: int, days: Sequence[date]) -> tuple[list[Snapshot], int, np.ndarray | None]:
        """The snapshots of some days around one person, with contacts that came a moment ago.

        Returns them, the person's position in them, and the positions in the whole of who is in them (None: the
        programme is small, they are the whole).
        """
        moment = self.moment
        bases = [moment.snapshot(day, self.parameters) for day in days]
        if moment.size <= SMALL or self.parameters.layer != "logged":
            return bases, at, None
        more = [self._live.later(moment, day, self.parameters) for day in days]
        parts, inside = around(bases, np.array([at]), more)
        return parts, int(np.searchsorted(inside, at)), inside

    def look_again(self) -> None:
        """Somebody has just written a contact: the next page looks for it at once."""
        self._live.look_again()

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
        there = self._at_sites(snapshot) & self._in_force(snapshot) & ~self.shut(snapshot)
        chosen: np.ndarray = rows[there[rows] | self.mine(snapshot)[rows]]
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
        key = ("scope", self.actor, clock.today(self.zone), self._now.marks)
        found: Mask = snapshot.memo(key, lambda: self._mine_now(snapshot))
        return found

    def _mine_now(self, snapshot: Snapshot) -> Mask:
        relation = policy.LEARNERS.get(self.actor.role)
        n = len(snapshot)
        if snapshot.people is None:
            return np.full(n, relation == "scope")
        if relation == "scope":
            near = (self._at_sites(snapshot) | self._in_caseload(snapshot)) & self._in_force(snapshot)
            return np.asarray(near & snapshot.people.learner & ~self.shut(snapshot))
        if relation == "basis":
            return np.asarray(self._with_basis(snapshot) & snapshot.people.learner & ~self.shut(snapshot))
        if relation == "self":
            own = np.array([id == self.actor.person for id in snapshot.people.ids], bool)
            return np.asarray(own & snapshot.people.learner)
        return np.zeros(n, bool)

    def reach(self, snapshot: Snapshot) -> Mask:
        """Truth per position: a learner whom the actor could open if every legal basis held and nobody was restricted.

        For the worksheet of a breach, which asks what an account could have shown, and would rather name too many.
        """
        relation, people = policy.LEARNERS.get(self.actor.role), snapshot.people
        if relation in ("scope", "basis") and people is not None:
            return np.asarray((self._at_sites(snapshot) | self._in_caseload(snapshot)) & people.learner)
        return self.mine(snapshot)

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
        mine = [row for row in self._now.bases if row["role"] == self.actor.role]
        opened = in_force(mine, self.actor, self.zone) if mine else frozenset()
        if opened is None:
            return self._at_sites(snapshot)
        return np.asarray(self._at_sites(snapshot) & _under(snapshot, opened)[people.site])

    def _in_force(self, snapshot: Snapshot) -> Mask:
        """Truth per position: the legal basis of the actor's role holds there today, where the programme records any.

        Once a basis is recorded for a role, what none covers today is closed to that role.
        """
        n, people = len(snapshot), snapshot.people
        opened = in_force(self._now.bases, self.actor, self.zone)
        if opened is None or people is None:
            return np.ones(n, bool)
        return np.asarray(_under(snapshot, opened)[people.site])

    def shut(self, snapshot: Snapshot) -> Mask:
        """Truth per position: their data is restricted today: held, and shown to nobody but themselves."""
        today, now = clock.today(self.zone), self._now
        shut = [row["person"] for row in now.restrictions if _lasts(row, today)]
        key = ("restricted", today, now.marks)
        found: Mask = snapshot.memo(key, lambda: _places(self._evidence, snapshot, shut))
        return found

    @property
    def _now(self) -> "Closed":
        """What closes access, as it is now: a snapshot may be of a moment ago, and a restriction counts at once."""
        if self._closed is None or time.monotonic() - self._closed[0] > LOOK:
            store = self._evidence.store
            closed = Closed(tuple(store.find("restriction")), tuple(store.find("legal_basis")))
            self._closed = (time.monotonic(), closed)
        return self._closed[1]

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """What changes whenever a restriction or a legal basis does: whatever is kept of a scope is kept under it."""
        return self._now.marks

    @property
    def sees_all(self) -> bool:
        """Whether every learner of the programme is the actor's: no site, basis or restriction leaves any out."""
        whole = self.actor.sites is None and policy.LEARNERS.get(self.actor.role) == "scope"
        return whole and not self._now.restrictions and not self._now.bases

    def unseen(self, snapshot: Snapshot) -> Mask:
        """Truth per position: not named to the actor: restricted, or a learner out of scope. They are a count."""
        shut = self.shut(snapshot)
        if snapshot.people is None or policy.LEARNERS.get(self.actor.role) == "self":
            return shut
        return np.asarray(shut | (snapshot.people.learner & ~self.mine(snapshot)))

    # --- what was shown ----------------------------------------------------------------------------------
    def note(self, what: str, snapshot: Snapshot, rows: np.ndarray) -> None:
        """Note that people (positions) were shown on a page or in an answer."""
        if snapshot.people is not None and len(rows):
            self.note_ids(what, snapshot.people.table["id"].take(np.asarray(rows, np.int64)).to_pylist())

    def note_ids(self, what: str, ids: Iterable[str]) -> None:
        """The same by internal id. One's own data shown to oneself is no disclosure."""
        others = [id for id in ids if id not in (self.actor.person, ANONYMOUS)]
        if self._log is not None and self.actor != OWNER and others:
            self._log.note(clock.today(self.zone), self.actor.name, self.actor.role, what, others)

    def looks(self) -> "list[Shown]":
        """What was shown to members and tokens, as noted; for access files, which hold one person's lines each."""
        return [] if self._log is None else list(self._log.entries())

    # --- what leaves -------------------------------------------------------------------------------------
    def publish(
        self,
        name: str,
        as_of: date,
        table: "Table",
        members: "Mapping[Label, Iterable[str]]",
        *,
        rule: "Rule",
        recipient: str | None = None,
        seconds: float = 60.0,
    ) -> "Published":
        """A table of learners as it may leave now: protected, judged together with all that left before, logged.

        members: per inner cell the internal ids that it counts. Raises NotYours for roles that have no counts.
        """
        from graph_service.disclosure.release_log import ReleaseLog

        if self.actor.role not in policy.COUNTED:
            raise NotYours()
        return ReleaseLog(self._evidence).publish(
            name,
            as_of,
            table,
            members,
            rule=rule,
            by=self.actor.name,
            today=clock.today(self.zone),
            recipient=recipient,
            seconds=seconds,
        )

    def publish_figures(self, name: str, as_of: date, told: "Sequence[Told]", result: str, rule: "Rule") -> str:
        """Log a report before it leaves; see `FigureLog.publish`. Returns its id. Raises WouldTell, NotYours."""
        from graph_service.disclosure.figure_log import FigureLog

        if self.actor.role not in policy.COUNTED:
            raise NotYours()
        today = clock.today(self.zone)
        return FigureLog(self._evidence).publish(name, as_of, told, result, rule=rule, by=self.actor.name, today=today)

    def publish_records(
        self, agreement: Mapping[str, Any], as_of: date, made: "Protected", ids: Sequence[str], rule: "Rule"
    ) -> "tuple[str, Protected]":
        """Log a file of records under an agreement, before it leaves; see `FigureLog.records`."""
        from graph_service.disclosure.figure_log import FigureLog

        log, today = FigureLog(self._evidence), clock.today(self.zone)
        return log.records(agreement, as_of, made, ids, rule=rule, by=self.actor.name, today=today)

    # --- what is handed on -------------------------------------------------------------------------------
    def pseudonym(self, study: str, person: str) -> str:
        """What a person is called in one study and nowhere else; keyed, so that two studies cannot be joined."""
        return self._evidence.store.internal_id("pseudonym", study, person)

    def table(self, kind: str) -> Any:
        """All versions of the records of a kind, for the desk's own look-ups."""
        if self._pinned is not None:
            # What was written a moment ago counts here, however old the moment is that snapshots are of.
            self._evidence.refresh()
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


@dataclass(frozen=True)
class Closed:
    """Live restrictions and legal bases."""

    restrictions: tuple[dict[str, Any], ...]
    bases: tuple[dict[str, Any], ...]

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """What changes whenever any of them does."""
        return tuple((row["id"], row["version"]) for row in (*self.restrictions, *self.bases))


def _lasts(row: Mapping[str, Any], today: date) -> bool:
    return bool(row["since"] <= today and (row["until"] is None or row["until"] >= today))


def _places(evidence: Any, snapshot: Snapshot, people: list[str]) -> Mask:
    """Truth per position: one of these people, or whom one of them was merged into."""
    import pyarrow as pa

    found = np.zeros(len(snapshot), bool)
    if people:
        places = Resolver(evidence, snapshot.revision).positions(pa.array(people, pa.string()))
        found[places[places >= 0]] = True
    return found


def in_force(rows: Iterable[Mapping[str, Any]], actor: Actor, zone: str = "UTC") -> frozenset[str] | None:
    """Organisations that the legal bases of an actor's role open today; None: everything.

    rows: the programme's live legal bases. Whoever runs the programme on their own machine needs none.
    """
    mine = [row for row in rows if row["role"] == actor.role]
    if not mine or actor == OWNER:
        return None
    today = clock.today(zone)
    now = [row["organization"] for row in mine if _lasts(row, today)]
    return None if None in now else frozenset(now)


def covers(store: "Store", actor: Actor, learner: str) -> bool:
    """Whether one learner is at the actor's sites or on the actor's caseload, read from the store alone.

    For decisions that cannot wait for a snapshot, such as a move of an introduction.
    """
    opened = in_force(store.find("legal_basis"), actor)
    if actor.sites is None and opened is None:
        return True
    places = [row["organization"] for row in store.find("affiliation", person=learner, relation="enrolled_at")]
    above: set[str] = set()
    while places:
        place = places.pop()
        above.add(place)
        found: Mapping[str, Any] | None = store.get("organization", place)
        if found is not None and found["parent"] is not None and found["parent"] not in above:
            places.append(found["parent"])
    if opened is not None and not opened & above:
        return False
    if actor.sites is None or actor.sites & above:
        return True
    return actor.person is not None and bool(store.find("caseload", learner=learner, adult=actor.person))

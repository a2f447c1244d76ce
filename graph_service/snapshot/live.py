"""Snapshots of a store that is written to: kept while nothing changes, built again behind where that takes long.

A small programme is built anew whenever it changed. A large one goes on answering from the last moment while the next
is built in a thread; contacts that came after the moment are put in for whom a page is about (`near`), so that they
show at once. After an erasure nobody is answered from before it.
"""

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import reduce
from threading import Lock, RLock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from graph_service.snapshot.build import build
from graph_service.snapshot.near import Later, later, only_new
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from graph_service.store.evidence import Evidence

T = TypeVar("T")
Key = tuple[date, Parameters]

#: People and contacts up to which a programme is built again while somebody waits (some 50 ms of work).
SMALL = 20_000
#: Seconds between two looks for later contacts; what is logged shows within this and a page's own time.
LOOK = 0.3
#: How long a moment counts at least: so many times as long as it took to build, so that building takes a small share
#: of a processor.
REST = 40
#: Seconds after which the next one is built in any case.
OLDEST = 240.0
#: Seconds after which what nobody asked for is not built again, and how many days of the calendar are kept at most.
UNUSED, KEPT = 900.0, 8


class Moment:
    """The snapshots of one revision, and what was computed of them; built when they are first asked for."""

    def __init__(self, evidence: "Evidence", revision: int, epoch: int) -> None:
        self.evidence, self.revision, self.epoch = evidence, revision, epoch
        self.size = 0
        self._snapshots: dict[Key, Snapshot] = {}
        self._derived: dict[Hashable, Callable[[Moment], Any]] = {}
        self._used: dict[Hashable, float] = {}
        self._values: dict[Hashable, Any] = {}
        self._lock = RLock()
        self.made_at, self.cost, self._counting = time.monotonic(), 0.0, False

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Add what is computed inside to the moment's cost (processor seconds); what is inside that, once."""
        if self._counting:
            yield
            return
        self._counting, begun = True, time.thread_time()
        try:
            yield
        finally:
            self.cost += time.thread_time() - begun
            self._counting = False

    def snapshot(self, as_of: date, parameters: Parameters) -> Snapshot:
        """The snapshot of a day."""
        key = (as_of, parameters)
        self._used[key] = time.monotonic()
        found = self._snapshots.get(key)
        if found is None:
            with self._lock:
                found = self._snapshots.get(key)
                if found is None:
                    with self._counted():
                        found = self._build(key)
        return found

    def _build(self, key: Key) -> Snapshot:
        found = build(self.evidence, key[0], revision=self.revision, parameters=key[1], into=Snapshot)
        self.size = max(self.size, len(found) + (0 if found.contacts is None else len(found.contacts)))
        while len(self._snapshots) >= KEPT:
            oldest = min(self._snapshots, key=lambda each: self._used.get(each, 0.0))
            del self._snapshots[oldest]
        self._snapshots[key] = found
        return found

    def derived(self, key: Hashable, compute: "Callable[[Moment], T]") -> T:
        """Something computed of the moment's snapshots; for the next moment it is computed before that one counts."""
        self._used[key] = time.monotonic()
        if key not in self._values:
            with self._lock:
                if key not in self._values:
                    self._derived[key] = compute
                    with self._counted():
                        self._values[key] = compute(self)
        found: T = self._values[key]
        return found

    def next(self, revision: int) -> "Moment":
        """The same snapshots and what was computed of them, at a later revision: what was asked for lately."""
        made = Moment(self.evidence, revision, self.epoch)
        now = time.monotonic()
        lately = {key: at for key, at in list(self._used.items()) if now - at < UNUSED}
        for key in list(self._snapshots):
            if key in lately:
                made.snapshot(*key)
        for name, compute in list(self._derived.items()):
            if name in lately:
                made.derived(name, compute)
        # When each was last asked for by somebody, not by the builder.
        made._used = {key: lately.get(key, now) for key in made._used}
        return made


class Live:
    """The moments of one store, for every reader of a process."""

    def __init__(self, evidence: "Evidence") -> None:
        self.evidence = evidence
        self._moment: Moment | None = None
        self._lock, self._looking = RLock(), Lock()
        self._builder: Thread | None = None
        self._later: tuple[Moment, int, tuple[Any, ...]] | None = None
        self._parts: dict[tuple[Moment, Key], tuple[int, Later]] = {}
        self._looked = 0.0

    def moment(self) -> Moment:
        """What to answer from: of now where that is soon built, else the last one while the next is built."""
        current = self._moment
        meta = self.evidence.store.meta()
        if current is not None and (meta.epoch, meta.revision) == (current.epoch, current.revision):
            return current
        if current is None or meta.epoch != current.epoch or current.size <= SMALL:
            with self._lock:
                revision = self.evidence.refresh()
                if self._moment is None or (self._moment.epoch, self._moment.revision) != (
                    self.evidence.epoch,
                    revision,
                ):
                    self._moment = Moment(self.evidence, revision, self.evidence.epoch)
                return self._moment
        self._build_behind(current)
        return current

    def _build_behind(self, current: Moment) -> None:
        with self._lock:
            building = self._builder is not None and self._builder.is_alive()
            resting = time.monotonic() < current.made_at + min(REST * current.cost, OLDEST)
            if building or resting or self._moment is not current:
                return
            self._builder = Thread(target=self._build, args=(current,), name="graph-service-snapshot", daemon=True)
            self._builder.start()

    def _build(self, current: Moment) -> None:
        revision = self.evidence.refresh()
        if self.evidence.epoch != current.epoch:
            return
        made = current.next(revision)
        made.made_at = time.monotonic()
        with self._lock:
            if self._moment is current:
                self._moment = made

    def later(self, moment: Moment, as_of: date, parameters: Parameters) -> Later | None:
        """What came after a moment, for the snapshot of a day; None where nothing did."""
        pieces = self._pieces_after(moment)
        if not pieces:
            return None
        key = (moment, (as_of, parameters))
        known = self._parts.get(key)
        if known is None or known[0] < len(pieces):
            made = self._put_together(moment.snapshot(as_of, parameters), pieces, known)
            known = (len(pieces), made)
            self._parts = {each: part for each, part in self._parts.items() if each[0] is moment} | {key: known}
        return known[1]

    def _put_together(self, base: Snapshot, pieces: Sequence[Any], known: tuple[int, Later] | None) -> Later:
        """What came later of all looks: the new looks alone where they brought nothing but new contacts."""
        from graph_service.store.evidence import merged

        at, made = known or (0, None)
        if made is None or not all(only_new(piece) for piece in pieces[at:]):
            return later(base, reduce(merged, pieces))
        return made.and_then(later(base, reduce(merged, pieces[at:])))

    def _pieces_after(self, moment: Moment) -> tuple[Any, ...]:
        """Rows of contacts that changed after a moment, a table for each look that found some.

        Looked for at most every `LOOK` seconds, by one thread: others go on with what is known.
        """
        known = self._later
        of_moment = known is not None and known[0] is moment
        if known is not None and of_moment and time.monotonic() - self._looked < LOOK:
            return known[2]
        if not self._looking.acquire(blocking=not of_moment):
            return () if known is None else known[2]
        try:
            known = self._later
            _, at, pieces = known if known is not None and known[0] is moment else (moment, moment.revision, ())
            now = self.evidence.store.revision()
            if now > at:
                new = self.evidence.store.since("interaction", at, now)
                pieces = (*pieces, new) if new.num_rows else pieces
            self._later, self._looked = (moment, now, pieces), time.monotonic()
            return pieces
        finally:
            self._looking.release()

    def look_again(self) -> None:
        """Let the next page look for later contacts at once: somebody has just written one."""
        self._looked = 0.0

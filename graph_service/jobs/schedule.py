"""Work that comes round by itself: each piece is one job record, begun again when its time has come.

Every process of the service has a clock; the record's version lets one of them begin a round, and the job's lease lets
one worker do it. A process that dies in a round leaves it to the others, as with any job.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from graph_service.errors import Conflict, ServiceError
from graph_service.jobs import queue
from graph_service.store.store import Store

#: Who asks for work that nobody asked for.
ASKED_BY = "schedule"
#: Seconds between two looks at what is due, at most.
LOOK = 15.0


@dataclass(frozen=True)
class Schedule:
    """work: a kind of job; every: from one beginning to the next, at least.

    needed: whether a round would find anything to do; one that would not is left out, and writes nothing.
    """

    work: str
    every: timedelta
    needed: Callable[[], bool] = lambda: True


class Rounds:
    """The clock of one process. `wake` is called whenever something may be due: see `Runner.wake`."""

    def __init__(self, store: Store, schedules: Sequence[Schedule], wake: Callable[[], None]) -> None:
        self._store, self._schedules, self._wake = store, schedules, wake
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Begin no further round."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(LOOK)

    def _run(self) -> None:
        shortest = min((each.every.total_seconds() for each in self._schedules), default=LOOK)
        while not self._over.is_set():
            try:
                if look(self._store, self._schedules):
                    self._wake()
            except ServiceError:
                # A store that is away or busy: the next look is soon.
                pass
            self._over.wait(min(LOOK, shortest / 2))


def look(store: Store, schedules: Sequence[Schedule]) -> bool:
    """Begin every round whose time has come. Returns whether there is anything to do, also what others left."""
    for each in schedules:
        id = store.internal_id("job", ASKED_BY, each.work)
        try:
            if queue.may_begin(store, id, each.every) and each.needed():
                queue.again(store, each.work, ASKED_BY, id)
        except Conflict:
            # Another process was first.
            continue
    return bool(queue.waiting(store))

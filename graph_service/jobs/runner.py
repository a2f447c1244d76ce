"""The thread that does the work of jobs in one process; many processes share one queue."""

import os
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from graph_service.errors import Conflict, ServiceError
from graph_service.jobs import queue
from graph_service.store.store import Store

#: Called with (parts done, parts in all).
Progress = Callable[[int, int], None]
#: Does the work of a job and returns its result as plain values.
Work = Callable[[queue.Job, Progress], Any]
#: Seconds between two signs of life.
BEAT = 2.0


class Failure(ServiceError):
    """Anything that the work did not expect; its text may hold data and is not told."""

    code, title = "failure", "Something went wrong"
    hint = "The good part of the work is kept. Ask for it again; the log has the job's id."


class Runner:
    """Does jobs, one at a time, for as long as there are any.

    works: kind of work to what does it. `wake` is called whenever there may be something to do: after a job was
    asked for, and whenever somebody looks at one, so that what another process left is taken up again.
    """

    def __init__(self, store: Store, works: Mapping[str, Work]) -> None:
        self._store, self._works = store, works
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def wake(self) -> None:
        """Begin to work, unless it is being done."""
        with self._lock:
            if (self._thread is None or not self._thread.is_alive()) and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait until nothing is left to do here."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def close(self) -> None:
        """Take no further job, and let the present one end where its worker next says that it lives."""
        self._stop.set()
        self.wait(BEAT * 5)

    def _run(self) -> None:
        while not self._stop.is_set() and (job := queue.take(self._store, self.name)) is not None:
            self._do(job)

    def _do(self, job: queue.Job) -> None:
        held = _Held(self._store, job, self._stop)
        try:
            with held:
                result = self._works[job.work](job, held.progress)
            queue.finish(self._store, held.job, result)
        except (Conflict, _Stopped):
            # Somebody else has the job now, or will take it up when this worker's heart has stopped.
            return
        except ServiceError as error:
            queue.fail(self._store, held.job, error)
        except Exception:
            queue.fail(self._store, held.job, Failure())


class _Stopped(Exception):
    """The process is going down."""


class _Held:
    """A job while a worker is at it: a second thread says every few seconds that it lives."""

    def __init__(self, store: Store, job: queue.Job, stop: threading.Event) -> None:
        self.job, self._store, self._stop = job, store, stop
        self._at = (job.done, job.total)
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beats, name="job heart", daemon=True)
        self._lost: Conflict | None = None

    def progress(self, done: int, total: int) -> None:
        """How far the work is; raises when the job is no longer this worker's."""
        self._at = (done, total)
        if self._stop.is_set():
            raise _Stopped
        if self._lost is not None:
            raise self._lost

    def __enter__(self) -> "_Held":
        self._heart.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._heart.join()

    def _beats(self) -> None:
        while not self._over.wait(BEAT):
            try:
                self.job = queue.beat(self._store, self.job, *self._at)
            except Conflict as error:
                self._lost = error
                return
            except ServiceError:
                # A busy store is no reason to give up: the next beat may come through before the lease is over.
                continue

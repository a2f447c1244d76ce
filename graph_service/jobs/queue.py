"""Job records: asked for, taken by one worker, kept alive by its heartbeat, ended once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graph_service import clock
from graph_service.errors import Conflict, NotFound, ServiceError
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.store import Store

#: Seconds without a heartbeat after which a job is taken up by another worker.
LEASE = 30
#: Beginnings after which a job is given up: whatever kills its worker must not kill them all.
ATTEMPTS = 3
OPEN = ("queued", "running")


class GaveUp(ServiceError):
    """The worker was lost too often."""

    code, title = "gave_up", "The work was begun several times and never ended"
    hint = "Ask for it again with less at once."


@dataclass(frozen=True)
class Job:
    """A job as it stands. options, result: plain values."""

    id: str
    version: int
    work: str
    state: str
    asked_by: str
    asked_at: str
    options: Mapping[str, Any]
    done: int
    total: int
    attempts: int
    worker: str | None
    beat: int | None
    result: Any
    code: str | None
    detail: str | None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Job":
        """A job from its record."""
        plain = {name: record[name] for name in cls.__dataclass_fields__}
        plain["options"] = json.loads(record["options"] or "{}")
        plain["result"] = None if record["result"] is None else json.loads(record["result"])
        return cls(**plain)


def ask(store: Store, work: str, by: str, id: str, options: Mapping[str, Any]) -> Job:
    """Record that work is asked for. The same id again is the same job."""
    if store.get("job", id) is None:
        record = {"id": id, "work": work, "asked_by": by, "asked_at": clock.now().isoformat(timespec="seconds")}
        _write(store, {**record, "options": json.dumps(options, default=str)}, 0, by)
    return get(store, id)


def may_begin(store: Store, id: str, every: timedelta) -> bool:
    """Whether work that comes round may begin: never begun, or ended and begun so long ago."""
    record = store.get("job", id)
    if record is None:
        return True
    return record["state"] not in OPEN and clock.now() >= datetime.fromisoformat(record["asked_at"]) + every


def again(store: Store, work: str, by: str, id: str) -> Job:
    """Ask for work that comes round once more. Raises Conflict when another process did so meanwhile."""
    if store.get("job", id) is None:
        return ask(store, work, by, id, {})
    job = get(store, id)
    if job.state in OPEN:
        return job
    anew = {"state": "queued", "asked_at": clock.now().isoformat(timespec="seconds"), "attempts": 0, "worker": None}
    return _changed(store, job, by, **anew, done=0, total=0, result=None, code=None, detail=None)


def get(store: Store, id: str) -> Job:
    """One job. Raises NotFound."""
    record = store.get("job", id)
    if record is None:
        raise NotFound()
    return Job.of(record)


def listed(store: Store, work: str) -> list[Job]:
    """Jobs of one kind of work, the latest first."""
    found = [Job.of(record) for record in store.find("job", work=work)]
    return sorted(found, key=lambda job: (job.asked_at, job.id), reverse=True)


def waiting(store: Store) -> list[Job]:
    """Jobs that nobody is at: asked for, or left by a worker whose heart stopped; the oldest first."""
    now = int(clock.now().timestamp())
    found = [Job.of(record) for record in store.find("job", state=list(OPEN))]
    free = [job for job in found if job.state == "queued" or (job.beat or 0) + LEASE < now]
    return sorted(free, key=lambda job: (job.asked_at, job.id))


def take(store: Store, worker: str) -> Job | None:
    """Take the oldest waiting job, or None. Of several workers one gets it."""
    for job in waiting(store):
        try:
            if job.attempts >= ATTEMPTS:
                fail(store, job, GaveUp())
                continue
            return _changed(store, job, worker, state="running", worker=worker, attempts=job.attempts + 1)
        except Conflict:
            continue
    return None


def beat(store: Store, job: Job, done: int, total: int) -> Job:
    """A sign of life, with how far the work is. Raises Conflict when another worker has taken it."""
    return _changed(store, job, job.worker or "", done=done, total=total)


def finish(store: Store, job: Job, result: Any) -> Job:
    """End it well."""
    told = json.dumps(result, default=str, allow_nan=False)
    return _changed(store, job, job.worker or "", state="done", result=told, done=max(job.done, job.total))


def fail(store: Store, job: Job, error: ServiceError) -> Job:
    """End it with an error."""
    return _changed(store, job, job.worker or "", state="failed", code=error.code, detail=error.message[:4000])


def _changed(store: Store, job: Job, by: str, **values: Any) -> Job:
    record = store.get("job", job.id)
    if record is None:
        raise NotFound()
    same = {name: record[name] for name in ("id", *kind("job").by_name)}
    # Held to the version that this worker knows: whoever lost the job cannot write over the one who has it.
    _write(store, {**same, "beat": int(clock.now().timestamp()), **values}, job.version, by)
    return get(store, job.id)


def _write(store: Store, record: Mapping[str, Any], version: int, by: str) -> None:
    table = validate_records(kind("job"), [record])
    store.append_all([("job", table)], actor=by, action="job", expect={("job", str(record["id"])): version})

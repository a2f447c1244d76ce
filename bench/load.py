"""`python -m bench.load`: pages under load while contacts are written, two workers, a made-up programme on loopback.

By default a short run on a new small programme. `--people 100000 --seconds 300 --reads 50 --writes 100` is the run that
the service promises to hold; `--store URL` takes a store that is there (a copy: the run writes into it), `--as-of` its
last day; `--neo4j URI` an empty server (credentials from the environment). It ends by itself and stops what it started.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.wire import Broken, Wire

PAGES = ("worklist", "learner")
#: Seconds between two contacts whose way into the page is followed, and how long one is waited for.
PROBE, PATIENCE = 3.0, 20.0
#: Seconds in which sixteen pages come from workers that are warm; and between two looks at their memory.
WARM, WATCH = 1.5, 30.0


@dataclass
class Seen:
    """What the run saw: seconds of each answer, errors by kind, seconds until a new contact was in the page."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in (*PAGES, "write")})
    errors: dict[str, int] = field(default_factory=dict)
    fresh: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def failed(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1


def prepare(url: str, people: int, as_of: date) -> tuple[str, list[str], list[str]]:
    """A programme in the store (made up where it is empty), a token for a script; learners and mentors by id."""
    import graph_service as gs
    from graph_service.actions import membership
    from graph_service.actions.rehearsal import load_synthetic

    with gs.open(url) as programme:
        store = programme.store
        if store.revision() == 0:
            load_synthetic(store, people=people, seed=1, as_of=as_of)
        from graph_service import clock

        today = clock.today()
        _, token = membership.issue_token(
            store, "load", "coordinator", today=today, until=today + timedelta(days=1), writes=True
        )
        found = programme.snapshot(as_of).people
        learners = [found.ids[at] for at in np.flatnonzero(found.roster)]
        others = [found.ids[at] for at in np.flatnonzero(~found.learner & ~found.staff)]
        return token, learners, others


class Service:
    """The service as a child of this process, with its workers."""

    def __init__(self, url: str, workers: int, cache: str) -> None:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = door.getsockname()[1]
        # Scripts sign in with a token of the programme: the provider is named and never asked.
        told = {
            "GRAPH_SERVICE_STORE": url,
            "GRAPH_SERVICE_OIDC_ISSUER": "http://localhost:9",
            "GRAPH_SERVICE_OIDC_AUDIENCE": "load",
            "GRAPH_SERVICE_CACHE_DIR": cache,
            "GRAPH_SERVICE_RATE_LIMIT": "0",
            "GRAPH_SERVICE_ENCRYPTED_AT_REST": "made-up people",
        }
        words = [sys.executable, "-m", "graph_service", "serve", "--port", str(self.port), "--workers", str(workers)]
        self.process = subprocess.Popen(words, env=os.environ | told)

    def measured(self) -> dict[str, float]:
        """Memory (MB) and processor time (s) of all its processes."""
        parts = [self.process.pid, *(each.pid for each in psutil.Process(self.process.pid).children(recursive=True))]
        alive = [psutil.Process(pid) for pid in parts if psutil.pid_exists(pid)]
        memory = sum(each.memory_full_info().uss for each in alive) / 2**20
        return {"memory": memory, "processor": sum(sum(each.cpu_times()[:2]) for each in alive)}

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Run:
    """Requests at a fixed pace, whatever the answers take: a slow service is not spared."""

    def __init__(self, wire: Wire, options: Any, learners: list[str], others: list[str]) -> None:
        self.wire, self.options, self.learners, self.others = wire, options, learners, others
        self.draw = np.random.default_rng(7)
        self.seen = Seen()
        self.query = f"?as_of={options.as_of}"
        self.running: set[asyncio.Task[None]] = set()

    def one_of(self, ids: list[str]) -> str:
        return ids[int(self.draw.integers(len(ids)))]

    def path(self, what: str) -> str:
        return (f"/learners/{self.one_of(self.learners)}" if what == "learner" else "/worklist") + self.query

    async def read(self, what: str) -> None:
        path = self.path(what)
        begun = time.perf_counter()
        try:
            status, _ = await self.wire.get(path)
            self.seen.seconds[what].append(time.perf_counter() - begun)
            if status != 200:
                self.seen.failed(f"{what} {status}")
        except Broken as error:
            self.seen.failed(f"{what} {error}")

    async def write(self, learner: str | None = None) -> bool:
        members = ((learner or self.one_of(self.learners), "learner"), (self.one_of(self.others), "participant"))
        people = [{"id": id, "role": role} for id, role in members]
        body = {"date": str(self.options.as_of), "kind": "meeting", "participants": people}
        begun = time.perf_counter()
        try:
            status, _ = await self.wire.post("/api/v1/interactions", json.dumps(body).encode())
            self.seen.seconds["write"].append(time.perf_counter() - begun)
            if status != 201:
                self.seen.failed(f"write {status}")
            return status == 201
        except Broken as error:
            self.seen.failed(f"write {error}")
            return False

    async def contacts(self, learner: str) -> int:
        """How many contacts a learner's page tells of."""
        _, body = await self.wire.get(f"/learners/{learner}.json{self.query}", packed=False)
        return int(json.loads(body)["timeline_total"])

    async def follow(self) -> None:
        """Write a contact and ask until it is in the learner's page."""
        learner = self.one_of(self.learners)
        try:
            before = await self.contacts(learner)
            if not await self.write(learner):
                return
            begun = time.perf_counter()
            while time.perf_counter() - begun < PATIENCE:
                if await self.contacts(learner) > before:
                    self.seen.fresh.append(time.perf_counter() - begun)
                    return
                await asyncio.sleep(0.1)
            self.seen.failed("contact not in the page")
        except (Broken, KeyError, ValueError) as error:
            self.seen.failed(f"follow {type(error).__name__}")

    async def warm(self) -> None:
        """Ask over new connections until every worker has made its first snapshot."""
        for _ in range(100):
            begun = time.perf_counter()
            await asyncio.gather(*(self.wire.get(self.path(PAGES[at % 2]), fresh=True) for at in range(16)))
            if time.perf_counter() - begun < WARM:
                return
        raise SystemExit("The service did not become warm.")

    def start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def pace(self, rate: float, begin: Any) -> None:
        """Begin something so many times a second until the time is over."""
        begun, number = time.perf_counter(), 0
        while (now := time.perf_counter() - begun) < self.options.seconds and rate > 0:
            if number / rate > now:
                await asyncio.sleep(number / rate - now)
            self.start(begin(number))
            number += 1

    async def watch(self, service: Service) -> None:
        """Note the memory of the service from time to time."""
        for _ in range(int(self.options.seconds / WATCH)):
            await asyncio.sleep(WATCH)
            self.seen.memory.append(service.measured()["memory"])

    async def run(self) -> Seen:
        await asyncio.gather(
            self.pace(self.options.reads, lambda number: self.read(PAGES[number % 2])),
            self.pace(self.options.writes, lambda _: self.write()),
            self.pace(1 / PROBE, lambda _: self.follow()),
        )
        await asyncio.wait(self.running, timeout=PATIENCE) if self.running else None
        return self.seen


async def drive(service: Service, options: Any, token: str, learners: list[str], others: list[str]) -> dict[str, Any]:
    """Warm every worker, run, and say what was seen."""
    wire = Wire(service.port, token)
    for _ in range(600):
        try:
            if (await wire.get("/healthz"))[0] == 200:
                break
        except Broken:
            if service.process.poll() is not None:
                raise SystemExit("The service did not start.") from None
            await asyncio.sleep(0.2)
    run = Run(wire, options, learners, others)
    await run.warm()
    before, begun, own = service.measured(), time.perf_counter(), time.process_time()
    run.start(run.watch(service))
    seen = await run.run()
    after, took = service.measured(), time.perf_counter() - begun
    driver = (time.process_time() - own) / took
    wire.close()
    found: dict[str, Any] = {
        "seconds": options.seconds,
        "workers": options.workers,
        "people": len(learners) + len(others),
    }
    for name, seconds in seen.seconds.items():
        if seconds:
            marks = np.percentile(np.array(seconds) * 1000, [50, 95, 99])
            found[name] = {
                "n": len(seconds),
                **dict(zip(("p50_ms", "p95_ms", "p99_ms"), np.round(marks, 1).tolist(), strict=True)),
            }
    if seen.fresh:
        found["in_the_page_after_s"] = {"n": len(seen.fresh), "max": round(max(seen.fresh), 2)}
    found["errors"] = seen.errors
    found["memory_mb"] = [round(each) for each in (before["memory"], *seen.memory, after["memory"])]
    found["processors_used"] = round((after["processor"] - before["processor"]) / took, 2)
    found["processors_of_the_driver"] = round(driver, 2)
    found["load_of_the_machine"] = round(os.getloadavg()[0], 1)
    return found


def main() -> int:
    """Run, print what was seen; exit 1 when there was an error."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--reads", type=float, default=50.0, help="pages a second")
    parser.add_argument("--writes", type=float, default=100.0, help="contacts a second")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--store", help="a store that is there; the run writes into it")
    parser.add_argument("--neo4j", metavar="URI", help="an empty server instead of a file")
    parser.add_argument("--cache", help="folder of the columnar cache; default a new one")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date.today())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.store or options.neo4j or f"sqlite:///{Path(folder).as_posix()}/load.db"
        token, learners, others = prepare(url, options.people, options.as_of)
        service = Service(url, options.workers, options.cache or f"{folder}/cache")
        try:
            found = asyncio.run(drive(service, options, token, learners, others))
        finally:
            service.stop()
    print(json.dumps(found, indent=1))
    return 1 if found["errors"] else 0


if __name__ == "__main__":
    raise SystemExit(main())

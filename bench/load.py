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

import httpx
import numpy as np
import psutil

PAGES = ("worklist", "learner")
#: Seconds between two contacts whose way into the page is followed, and how long one is waited for.
PROBE, PATIENCE = 3.0, 20.0


@dataclass
class Seen:
    """What the run saw: seconds of each answer, errors by kind, seconds until a new contact was in the page."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in (*PAGES, "write")})
    errors: dict[str, int] = field(default_factory=dict)
    fresh: list[float] = field(default_factory=list)

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
        self.address = f"http://127.0.0.1:{self.port}"

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

    def __init__(self, client: httpx.AsyncClient, options: Any, learners: list[str], others: list[str]) -> None:
        self.client, self.options, self.learners, self.others = client, options, learners, others
        self.draw = np.random.default_rng(7)
        self.seen = Seen()
        self.query = f"?as_of={options.as_of}"
        self.running: set[asyncio.Task[None]] = set()

    def one_of(self, ids: list[str]) -> str:
        return ids[int(self.draw.integers(len(ids)))]

    async def read(self, what: str) -> None:
        path = "/worklist" if what == "worklist" else f"/learners/{self.one_of(self.learners)}"
        begun = time.perf_counter()
        try:
            answer = await self.client.get(path + self.query)
            self.seen.seconds[what].append(time.perf_counter() - begun)
            if answer.status_code != 200:
                self.seen.failed(f"{what} {answer.status_code}")
        except httpx.HTTPError as error:
            self.seen.failed(f"{what} {type(error).__name__}")

    async def write(self, learner: str | None = None) -> bool:
        members = ((learner or self.one_of(self.learners), "learner"), (self.one_of(self.others), "participant"))
        people = [{"id": id, "role": role} for id, role in members]
        body = {"date": str(self.options.as_of), "kind": "meeting", "participants": people}
        begun = time.perf_counter()
        try:
            answer = await self.client.post("/api/v1/interactions", json=body)
            self.seen.seconds["write"].append(time.perf_counter() - begun)
            if answer.status_code != 201:
                self.seen.failed(f"write {answer.status_code}")
            return answer.status_code == 201
        except httpx.HTTPError as error:
            self.seen.failed(f"write {type(error).__name__}")
            return False

    async def follow(self) -> None:
        """Write a contact and ask until it is in the learner's page."""
        learner = self.one_of(self.learners)
        path = f"/learners/{learner}.json{self.query}"
        try:
            before = (await self.client.get(path)).json()["timeline_total"]
            if not await self.write(learner):
                return
            begun = time.perf_counter()
            while time.perf_counter() - begun < PATIENCE:
                if (await self.client.get(path)).json()["timeline_total"] > before:
                    self.seen.fresh.append(time.perf_counter() - begun)
                    return
                await asyncio.sleep(0.1)
            self.seen.failed("contact not in the page")
        except (httpx.HTTPError, KeyError, ValueError) as error:
            self.seen.failed(f"follow {type(error).__name__}")

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
    # A connection that rested is not used again: the server may be closing it at that moment.
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200, keepalive_expiry=5.0)
    head = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=service.address, headers=head, limits=limits, timeout=60.0) as client:
        for _ in range(600):
            try:
                if (await client.get("/healthz")).status_code == 200:
                    break
            except httpx.HTTPError:
                if service.process.poll() is not None:
                    raise SystemExit("The service did not start.") from None
                await asyncio.sleep(0.2)
        run = Run(client, options, learners, others)
        # Each worker makes its first snapshot; connections spread over them.
        await asyncio.gather(*(client.get(path + run.query, timeout=600) for path in ["/worklist"] * 8))
        warm = [f"/learners/{run.one_of(learners)}" for _ in range(16)]
        await asyncio.gather(*(client.get(path + run.query, timeout=600) for path in warm))
        before, begun = service.measured(), time.perf_counter()
        seen = await run.run()
        after, took = service.measured(), time.perf_counter() - begun
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
    found["memory_mb"] = [round(before["memory"]), round(after["memory"])]
    found["processors_used"] = round((after["processor"] - before["processor"]) / took, 2)
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

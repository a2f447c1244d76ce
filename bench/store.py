"""`python -m bench.store [--interactions N ...] [--with-neo4j]`, `python3 dev.py bench stores`: records in and out.

People and interactions a second, the first load and the same one again; the first snapshot of a process, the next
one after 1,000 more contacts, one of a new process; memory. `--with-neo4j` starts a real server as the tests do (or
takes the one that GRAPH_SERVICE_TEST_NEO4J_URI names, if it is empty) and lets the bare driver load the same batches
beside ours, batch by batch. Loops and modules are compiled once before, as an installed product would have them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from . import stores_page
from .machine import machine
from .one import peak

BATCH = 10_000
DAY = date(2026, 3, 1)
ROOT = Path(__file__).resolve().parent.parent


def tables(store: Any, interactions: int, prefix: str = "") -> tuple[list[Any], list[Any]]:
    """Batches of people (a tenth as many) and of meetings of two, the same for every store; keys have the prefix."""
    import pyarrow as pa

    people = max(interactions // 10, 10)
    keys = [f"{prefix}p{at}" for at in range(people)]
    ids = pa.array(store.internal_ids("person", "local", keys))
    everybody = pa.table({"id": ids, "key": keys, "roles": [["learner"]] * people})
    events = pa.array(store.internal_ids("interaction", "local", [f"{prefix}{at}" for at in range(interactions)]))
    draw = np.random.default_rng(1)
    meetings = []
    for start in range(0, interactions, BATCH):
        size = min(BATCH, interactions - start)
        ends = draw.integers(0, people, (size, 2))
        ends[:, 1] = np.where(ends[:, 0] == ends[:, 1], (ends[:, 1] + 1) % people, ends[:, 1])
        names = ["id", "role"]
        roles = pa.array(["participant"] * 2 * size)
        members = pa.StructArray.from_arrays([ids.take(pa.array(ends.ravel())), roles], names)
        lists = pa.ListArray.from_arrays(pa.array(np.arange(0, 2 * size + 1, 2, dtype=np.int32)), members)
        days = pa.array((20_000 + draw.integers(0, 500, size)).astype(np.int32)).cast(pa.date32())
        columns = {"id": events.slice(start, size), "date": days, "kind": ["meeting"] * size, "participants": lists}
        meetings.append(pa.table(columns))
    return [everybody.slice(at, BATCH) for at in range(0, people, BATCH)], meetings


def load(url: str, interactions: int, folder: str) -> dict[str, Any]:
    """Load everything, then once more; beside it the bare driver, where there is one."""
    import graph_service as gs

    found: dict[str, Any] = {}
    bare = None
    with gs.open(url, cache_dir=folder) as programme:
        if not url.startswith("sqlite"):
            from .bare import Bare

            bare = Bare(url)
            # A server that has just been started plans and compiles the first statements: for nobody's figures.
            for kind, parts in zip(("person", "interaction"), tables(programme.store, 2000, "warm "), strict=True):
                programme.store.append(kind, parts[0])
                bare.load(kind, parts[0])
        people, meetings = tables(programme.store, interactions)
        for name, kind, parts in (("people", "person", people), ("interactions", "interaction", meetings)):
            rows = sum(part.num_rows for part in parts)
            for when in ("first", "again"):
                ours = theirs = 0.0
                for part in parts:
                    ours += timed(lambda kind=kind, part=part: programme.store.append(kind, part))  # type: ignore[misc]
                    theirs += bare.load(kind, part) if bare else 0.0
                found[f"{name}_{when}_per_s"] = round(rows / ours)
                if bare:
                    found[f"bare_{name}_{when}_per_s"] = round(rows / theirs)
        if bare:
            # The better of two each, in turn: a server plans and compiles at the first.
            both = [(bare.read(), timed(lambda: read_everything(programme.store))) for _ in range(2)]
            found["bare_read_s"], found["read_s"] = (round(min(each), 2) for each in zip(*both, strict=True))
            bare.close()
    found["load_peak_mb"] = round(peak() / 1e6)
    return found


def read_everything(store: Any) -> None:
    """What a first snapshot reads, without a cache."""
    for kind in ("person", "interaction"):
        store.since(kind)


def look(url: str, interactions: int, folder: str) -> dict[str, Any]:
    """The first snapshot of this process; then the next one, after 1,000 more contacts."""
    begun = time.perf_counter()
    import graph_service as gs

    with gs.open(url, cache_dir=folder) as programme:
        found = {"start_s": round(time.perf_counter() - begun, 2)}
        found["snapshot_s"] = round(timed(lambda: programme.snapshot(DAY)), 2)
        found["snapshot_peak_mb"] = round(peak() / 1e6)
        programme.evidence.settle()
        store = programme.store
        more = tables(store, interactions)[1][0].slice(0, 1000)
        ids = store.internal_ids("interaction", "local", [f"more {time.time_ns()} {at}" for at in range(more.num_rows)])
        store.append("interaction", more.set_column(0, "id", [ids]))
        found["next_s"] = round(timed(lambda: programme.snapshot(DAY)), 2)
    return found


def timed(work: Any) -> float:
    """Seconds that something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


LIBRARIES = ("apsw-sqlite3mc", "pyarrow", "numpy", "numba")
SERVER = ("neo4j", "neo4j-rust-ext")
PARTS = {"load": load, "look": look}


def one(environment: dict[str, str], part: str, url: str, interactions: int, folder: str) -> dict[str, Any]:
    """One part in a process of its own."""
    words = [sys.executable, "-m", "bench.store", "--one", part, url, str(interactions), folder]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd=ROOT)
    if done.returncode:
        raise SystemExit((done.stderr.strip().splitlines() or ["no output"])[-1])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(environment: dict[str, str], url: str, interactions: int) -> dict[str, Any]:
    """Every figure of one empty store."""
    found: dict[str, Any] = {"store": "SQLite" if url.startswith("sqlite") else "Neo4j", "interactions": interactions}
    with tempfile.TemporaryDirectory() as folder:
        found |= one(environment, "load", url, interactions, folder)
        found |= one(environment, "look", url, interactions, folder)
        again = one(environment, "look", url, interactions, folder)
    return found | {"again_start_s": again["start_s"], "again_snapshot_s": again["snapshot_s"]}


@contextmanager
def server(wanted: bool) -> Iterator[tuple[str, dict[str, str]] | None]:
    """A real Neo4j, its address and what the environment must say of it."""
    if not wanted:
        yield None
        return
    from tests.servers.neo4j import open_server

    opened = open_server()
    try:
        yield opened.uri, opened.environment
    finally:
        opened.close()


def main(words: list[str] | None = None) -> int:
    """Measure each store, print the table, write results and pages where asked."""
    parser = argparse.ArgumentParser(prog="bench stores", description=__doc__.splitlines()[0])
    parser.add_argument("--interactions", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--with-neo4j", action="store_true", help="start a real server and measure it as well")
    parser.add_argument("--neo4j-most", type=int, default=100_000, help="interactions into Neo4j at the most")
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks-store.md and the README's table")
    parser.add_argument("--one", nargs=4, metavar=("PART", "URL", "N", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.one:
        part, url, count, folder = options.one
        print(json.dumps(PARTS[part](url, int(count), folder)), flush=True)
        # What was measured is told: threads that a library still has are not waited for.
        os._exit(0)
    rows = []
    with tempfile.TemporaryDirectory() as kept, server(options.with_neo4j) as neo4j:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": f"{kept}/bytecode", "XDG_CONFIG_HOME": f"{kept}/config"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        # The first process of all compiles; no figure is taken of it.
        first = measure(environment, f"sqlite:///{kept}/compile.db", 1000)
        print(f"compiled in {first['start_s'] + first['snapshot_s']:.1f} s", file=sys.stderr)
        for count in options.interactions:
            rows.append(measure(environment, f"sqlite:///{kept}/{count}.db", count))
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
            if neo4j and count <= options.neo4j_most:
                rows.append(measure({**environment, **neo4j[1]}, neo4j[0], count))
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    results = {"machine": machine(LIBRARIES if neo4j is None else (*LIBRARIES, *SERVER)), "rows": rows}
    print(stores_page.page(results))
    if options.docs:
        stores_page.write(results, ROOT)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

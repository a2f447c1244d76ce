"""`python -m bench.store [--interactions N] [--neo4j URI]`: how fast records go into a store and out as a snapshot.

People and interactions a second, first load and again; the first snapshot, the next one after 1,000 more contacts,
peak memory. `--neo4j URI` measures an empty server too (user and password from the environment).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

BATCH = 10_000
DAY = date(2026, 3, 1)


def tables(store: Any, interactions: int) -> tuple[list[Any], list[Any]]:
    """Batches of people (a tenth as many) and of meetings of two, the same for every store."""
    import pyarrow as pa

    people = max(interactions // 10, 10)
    keys = [f"p{at}" for at in range(people)]
    ids = pa.array(store.internal_ids("person", "local", keys))
    everybody = pa.table({"id": ids, "key": keys, "roles": [["learner"]] * people})
    events = pa.array(store.internal_ids("interaction", "local", [str(at) for at in range(interactions)]))
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


def measure(url: str, interactions: int) -> dict[str, Any]:
    """Every figure of one store, in this process."""
    import graph_service as gs

    found: dict[str, Any] = {"store": url.partition("://")[0], "interactions": interactions}
    with tempfile.TemporaryDirectory() as cache, gs.open(url, cache_dir=cache) as programme:
        store = programme.store
        people, meetings = tables(store, interactions)
        for name, kind, parts in (("people", "person", people), ("interactions", "interaction", meetings)):
            for when in ("first", "again"):
                begun = time.perf_counter()
                for part in parts:
                    store.append(kind, part)
                rows = sum(part.num_rows for part in parts)
                found[f"{name}_{when}_per_s"] = round(rows / (time.perf_counter() - begun))
        found["first_snapshot_s"] = _timed(lambda: programme.snapshot(DAY))
        more = meetings[0].slice(0, 1000)
        ids = store.internal_ids("interaction", "local", [f"more{at}" for at in range(more.num_rows)])
        store.append("interaction", more.set_column(0, "id", [ids]))
        found["next_snapshot_s"] = _timed(lambda: programme.snapshot(DAY))
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return round(time.perf_counter() - begun, 2)


def page(rows: list[dict[str, Any]]) -> str:
    """A Markdown table."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = ["| " + " | ".join(column.replace("_", " ") for column in columns) + " |", "|" + "---|" * len(columns)]
    for row in rows:
        cells = [f"{row[c]:,}" if isinstance(row.get(c), int) else str(row.get(c, "–")) for c in columns]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure each store in a process of its own, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.store")
    parser.add_argument("--interactions", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--neo4j", metavar="URI", help="an empty server to measure as well")
    parser.add_argument("--one", nargs=2, metavar=("URL", "N"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one[0], int(options.one[1]))))
        return 0
    rows = []
    for count in options.interactions:
        with tempfile.TemporaryDirectory() as folder:
            urls = [f"sqlite:///{Path(folder).as_posix()}/bench.db"]
            if options.neo4j and count == min(options.interactions):
                urls.append(options.neo4j)
            for url in urls:
                words = [sys.executable, "-m", "bench.store", "--one", url, str(count)]
                done = subprocess.run(words, capture_output=True, text=True, env=dict(os.environ))
                if done.returncode:
                    print(done.stderr.splitlines()[-1], file=sys.stderr)
                    return 1
                rows.append(json.loads(done.stdout))
    print(page(rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

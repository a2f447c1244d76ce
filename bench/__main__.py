"""`python -m bench [--sizes 10k,100k,1m] [--works ...] [--output FOLDER] [--docs FILE]`, `python -m bench stores`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import chart, report, worlds
from .contenders import CONTENDERS, WORKS
from .machine import load, machine

HERE = Path(__file__).parent
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON", "VECLIB")} | {
    "POLARS_MAX_THREADS": "1"
}
LIBRARIES = ("numpy", "numba", "networkx", "igraph", "scipy", "duckdb", "polars", "pyarrow")
HUBS = (0, 100, 1_000, 10_000, 50_000)
TERMS = (1, 2, 4, 8, 16)


def main() -> int:
    """Measure, print the table, write results.json, a chart and, if asked, the page."""
    if sys.argv[1:2] == ["stores"]:
        from .store import main as stores

        return stores(sys.argv[2:])
    options = _options()
    results: dict[str, Any] = {"machine": machine(LIBRARIES), "runs": [], "hubs": [], "terms": []}
    with tempfile.TemporaryDirectory() as kept:
        for people in options.sizes:
            folder = Path(kept) / str(people)
            worlds.make(people).save(folder)
            for (work, library), contender in CONTENDERS.items():
                if work in options.works and people <= contender.largest:
                    found = _run(folder, work, library)
                    found |= {"work": work, "library": library, "sample": contender.sample, "people": people}
                    results["runs"].append(found)
                    print(report.line(found), flush=True)
        if options.growth:
            results["hubs"] = list(_hubs(Path(kept), options.growth))
            results["terms"] = list(_terms(Path(kept), options.growth))
    results["machine"]["load"] = max(results["machine"]["load"], load())
    wrong = report.disagreements(results["runs"])
    page = report.page(results)
    print("\n" + page)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (options.output / "results.svg").write_text(chart.svg(results["runs"]))
    if options.docs:
        options.docs.write_text(page)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def _hubs(kept: Path, people: int) -> Any:
    for hub in HUBS:
        if hub < people:
            folder = kept / f"hub-{hub}"
            worlds.make(people, hub=hub).save(folder)
            for library in ("ours", "igraph"):
                yield {"hub": hub, "library": library, **_run(folder, "constraint", library)}


def _terms(kept: Path, people: int) -> Any:
    import time

    import numpy as np

    from graph_service.measures.kernels.lanes import lanes

    from .contenders import term_weights

    world = worlds.make(people)
    for terms in TERMS:
        weights = term_weights(world, terms)
        taken = []
        for _ in range(6):
            begun = time.process_time()
            lanes(world.indptr, world.indices, weights)
            taken.append(time.process_time() - begun)
        yield {"terms": terms, "cpu": float(np.median(taken[1:]))}


def _run(folder: Path, work: str, library: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.one", str(folder), work, library],
        env={**os.environ, **ONE_THREAD},
        cwd=HERE.parent,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no output"])[-1]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=_sizes("10k,100k,1m"), help="people, such as 10k,100k")
    parser.add_argument("--works", type=lambda text: text.split(","), default=list(WORKS), help=", ".join(WORKS))
    parser.add_argument("--growth", type=int, default=100_000, help="people in the tables by hub and terms; 0: none")
    parser.add_argument("--output", type=Path, default=HERE, help="folder of results.json and results.svg")
    parser.add_argument("--docs", type=Path, help="also write the page there")
    return parser.parse_args()


def _sizes(text: str) -> list[int]:
    factors = {"k": 1_000, "m": 1_000_000}
    return [int(float(size.strip("kmKM")) * factors.get(size[-1].lower(), 1)) for size in text.split(",")]


if __name__ == "__main__":
    raise SystemExit(main())

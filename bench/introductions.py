"""`python -m bench.introductions [--people N] [--assign N] [--docs FILE]`: introductions beside other engines.

A made-up programme, no store in between. All three join the two hops, judge the gates of pairs, leave out who is known
already, recompute the six terms of lift, and keep each learner's best five: on one thread, inputs ready in memory.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
RUNS = 5
LIST = 5
ASKED = 3000


class Memory:
    """A made-up programme as the evidence of a store that was just loaded."""

    def __init__(self, people: int) -> None:
        import pyarrow as pa

        from graph_service.records.identity import internal_ids
        from graph_service.records.kind import kept_schema
        from graph_service.records.registry import KINDS
        from loaders.synthetic import generate, resolve

        made = generate(people=people, seed=1)
        self.as_of, self.revision, self.store = made.as_of, 1, self
        self.id = "bench"
        parts: dict[str, list[Any]] = {}

        def ids(kind: str, source: str, keys: list[str]) -> list[str]:
            return internal_ids(b"bench", kind, source, keys)

        for block in made.batches():
            for name, table in resolve(block, ids).items():
                if table.num_rows:
                    parts.setdefault(name, []).append(table)
        self._tables = {}
        for name, kind in KINDS.items():
            whole = pa.concat_tables(parts[name]) if name in parts else kind.schema.empty_table()
            rows = whole.num_rows
            extra = [
                np.ones(rows, np.int64),
                np.ones(rows, np.int64),
                pa.nulls(rows, pa.int64()),
                pa.nulls(rows, pa.string()),
            ]
            arrays = [whole[column] for column in whole.column_names] + [pa.array(each) for each in extra]
            self._tables[name] = pa.table(arrays, schema=kept_schema(kind))

    def table(self, kind: str) -> Any:
        return self._tables[kind]

    def refresh(self) -> int:
        return self.revision


def main() -> int:
    """Measure, print the page, write it if asked; 1 if the contenders disagree."""
    parser = argparse.ArgumentParser(prog="bench.introductions", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--assign", type=int, default=17_400, help="people of the programme whose plan is timed")
    parser.add_argument("--docs", type=Path, help="write the page there")
    options = parser.parse_args()
    # Read by the libraries when they are imported, which is later.
    for name in ("OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON", "VECLIB"):
        os.environ.setdefault(f"{name}_NUM_THREADS", "1")
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    told = measure(options.people)
    told["plan"] = plan(options.assign)
    page = write(told)
    print(page)
    if options.docs:
        options.docs.write_text(page, encoding="utf-8")
    if told["wrong"]:
        print("The contenders disagree.", file=sys.stderr)
    return int(bool(told["wrong"]))


def timed(run: Callable[[], Any]) -> tuple[Any, float, float]:
    """The last result; median processor and wall seconds of some runs after a first one."""
    result = run()
    taken = []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        result = run()
        taken.append((time.process_time() - cpu, time.perf_counter() - wall))
        if sum(each for _, each in taken) > 20:
            break
    return result, statistics.median(each for each, _ in taken), statistics.median(each for _, each in taken)


def snapshot_of(memory: Memory) -> Any:
    from graph_service.measured import Snapshot
    from graph_service.snapshot.build import build

    return build(memory, memory.as_of, into=Snapshot)  # type: ignore[arg-type]


def measure(people: int) -> dict[str, Any]:
    """Candidates and score three ways, and one learner's list."""
    from graph_service.introductions.recommend import field_of, learners, recommend
    from graph_service.introductions.suggestions import suggest

    from . import introductions_join as join

    memory = Memory(people)
    snapshot = snapshot_of(memory)
    begun = time.process_time()
    field = field_of(snapshot, memory)
    told: dict[str, Any] = {"people": people, "field": time.process_time() - begun}
    rows = learners(field)
    found, *ours = timed(lambda: recommend(field, rows, LIST))
    told |= {"learners": len(rows), "candidates": int(found.reached.sum()), "runs": [("ours", *ours)]}
    inputs = join.inputs(field, rows)
    wrong = []
    for name, prepare in (("duckdb", join.duckdb), ("polars", join.polars)):
        theirs, *taken = timed(prepare(inputs))
        told["runs"].append((name, *taken))
        if not join.agrees(found, theirs):
            wrong.append(name)
    told["wrong"] = wrong
    keys = [snapshot.keys[row] for row in np.random.default_rng(1).choice(rows, ASKED)]
    suggest(snapshot, memory, keys[0], LIST).as_dict()
    each = np.zeros((len(keys), 2))
    for at, key in enumerate(keys):
        cpu, wall = time.process_time(), time.perf_counter()
        suggest(snapshot, memory, key, LIST).as_dict()
        each[at] = time.process_time() - cpu, time.perf_counter() - wall
    told["one"] = {q: np.quantile(each, q, axis=0).tolist() for q in (0.5, 0.99, 0.999)}
    return told


def plan(people: int) -> dict[str, Any]:
    """A plan for a whole programme: seconds, and its figures beside greedy's and lists'."""
    from graph_service.introductions.plan import plan as assign
    from graph_service.introductions.recommend import field_of

    memory = Memory(people)
    snapshot = snapshot_of(memory)
    field_of(snapshot, memory)
    wall, cpu = time.perf_counter(), time.process_time()
    made = assign(snapshot, memory)
    taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    below = [
        (attribute, value)
        for attribute, values in made.subgroups(memory).items()
        for value, each in values.items()
        if each["served"] < each["greedy"]
    ]
    return made.figures() | taken | {"proven": made.proven, "parts": made.parts, "below_greedy": below}


def write(told: dict[str, Any]) -> str:
    """The page."""
    from .machine import machine as described

    machine = described(("numpy", "numba", "scipy", "duckdb", "polars"))
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    ours = told["runs"][0][1]
    rows = [
        f"| {name} | {cpu * 1000:,.0f} ms | {wall * 1000:,.0f} ms | {cpu / ours:.1f} |"
        for name, cpu, wall in told["runs"]
    ]
    made = told["plan"]
    methods = [
        f"| {each['name']} | {each['served']:,} | {each['served_with_nobody']:,} | {each['score']:.0f} | "
        f"{each['mentor_load_gini']:.3f} | {each['load_gini']:.3f} | {each['beyond_capacity']:,} |"
        for each in made["methods"]
    ]
    return "\n".join(
        [
            "# Benchmarks of introductions",
            "",
            "Made by `python -m bench.introductions --docs docs/benchmarks-introductions.md`; one run, one thread.",
            f"Machine: {machine['processors']} processors ({machine['processor']}), Python {machine['python']};",
            f"{libraries}. Load over the last five minutes: {machine['load']:.1f}.",
            "",
            "## Candidates and score",
            "",
            f"A made-up programme of {told['people']:,} people: {told['learners']:,} learners, "
            f"{told['candidates']:,} candidates who pass every",
            "gate. All three join both hops, judge the gates of pairs, leave out who is known, recompute the six",
            "terms of lift and keep each learner's best five; they agree on the lists and, to nine digits, the scores.",
            "",
            "| library | processor | wall | times ours |",
            "|---|---|---|---|",
            *rows,
            "",
            f"Reading facts, gates and both hops of everyone before that: {told['field']:.1f} s, once for a snapshot.",
            "",
            "## One learner's list",
            "",
            f"From a warm snapshot of that programme, with every term, reasons and what is missing: {ASKED:,} learners",
            "drawn at random, one after the other. On a busy machine the clock counts others' time too.",
            "",
            "| | median | p99 | p99.9 |",
            "|---|---|---|---|",
            *(
                f"| {name} | " + " | ".join(f"{told['one'][q][at] * 1000:.2f} ms" for q in (0.5, 0.99, 0.999)) + " |"
                for at, name in enumerate(("processor", "wall"))
            ),
            "",
            "## A plan for everyone",
            "",
            f"{made['learners']:,} learners in {made['parts']} parts, proven: {made['proven']}. "
            f"{made['cpu']:.1f} s of processor time, {made['wall']:.1f} s on the clock.",
            "",
            f"Of {made['with_nobody']:,} learners with nobody {made['with_nobody_and_a_path']:,} "
            f"({made['share_of_nobody_with_a_path']:.1%}) have a verified path that every gate lets pass",
            f"({made['with_nobody_refused']:,} more are held back by a gate about themselves, most by a missing",
            f"consent); of those with a path {made['share_of_nobody_with_a_path_served']:.1%}",
            f"get an introduction, {made['group_meetings']:,} of the meetings are small groups.",
            "Subgroups of ten and more served less than by greedy: "
            + (", ".join(f"{a} {v}" for a, v in made["below_greedy"]) or "none")
            + ".",
            "",
            "| method | served | of them with nobody | score | mentors load Gini | all adults | beyond capacity |",
            "|---|---|---|---|---|---|---|",
            *methods,
            "",
            "assigned: the plan. greedy: learner by learner, the best that still has places. top_k: everybody's best,",
            "as a list gives it; its load counts what it would ask of each adult, its score what can take place.",
            "Mentors: every adult who might be asked and is no staff.",
            "",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m bench.brokering [--learners N] [--places N] [--docs FILE]`: who gets which place, three ways side by side.

A made-up programme in a store of its own: learners without an experience, places that its employers offer. Where they
offer fewer than asked for, the same offers are made again.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from .machine import machine

#: People of a made-up programme for each learner asked for, so that enough are without an experience.
PEOPLE = 2.2
AS_OF = date(2026, 3, 31)


def main() -> int:
    """Print the table and, if asked, write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--learners", type=int, default=5000)
    options.add_argument("--places", type=int, default=2000)
    options.add_argument("--docs", type=Path)
    said = options.parse_args()
    told = page(measured(said.learners, said.places))
    print(told)
    if said.docs:
        said.docs.write_text(told)
    return 0


def measured(wanted: int, offered: int) -> dict[str, Any]:
    """Both sides' values and each way of choosing, timed."""
    import graph_service as gs
    from graph_service.actions.rehearsal import load_synthetic
    from graph_service.desks.work import work_of
    from graph_service.disclosure.scope import OWNER
    from graph_service.wbl.brokering import compare, sides
    from graph_service.wbl.fit import fit

    with tempfile.TemporaryDirectory() as folder, gs.open(f"sqlite:///{folder}/bench.db") as programme:
        load_synthetic(programme.store, people=int(wanted * PEOPLE), seed=1, as_of=AS_OF)
        reader = programme.reader(OWNER)
        snapshot, work = reader.snapshot(AS_OF), work_of(reader, AS_OF)
        learners, places, site = sides(work)
        learners, places = learners[:wanted], list(islice(cycle(places), offered))
        income = {row["person"]: row["value"] for row in work.rows("subgroup") if row["attribute"] == "low_income"}
        groups = [f"low income: {income[row['id']]}" if row["id"] in income else "not known" for row in learners]
        began = time.perf_counter()
        both = fit(work, snapshot, learners, places, site)
        fitted = time.perf_counter() - began
        _, methods = compare(both.learner, groups, both.host)
    return {"learners": len(learners), "places": len(places), "fit": fitted, "methods": methods}


def page(found: dict[str, Any]) -> str:
    """The page of the docs."""
    about = machine(("numpy", "scipy"))
    rows = [
        f"| {each.method} | {each.placed:,} | {each.total_fit:,} | {each.least_group} | {each.least_share:.1%} | "
        f"{each.blocking:,} | {'yes' if each.proven else 'no'} | {each.seconds:.2f} s |"
        for each in found["methods"]
    ]
    return f"""# Benchmark of brokering

Made by `python -m bench.brokering --docs docs/benchmarks-brokering.md`; one run.
Machine: {about["processors"]} processors ({about["processor"]}), Python {about["python"]}; numpy
{about["libraries"]["numpy"]}, scipy {about["libraries"]["scipy"]}. Load over the last five minutes: {about["load"]}.

{found["learners"]:,} learners without an experience, {found["places"]:,} places, a made-up programme. What each is
worth to the other (goal, travel, mode, network lift, equity, the host's wishes) was computed in {found["fit"]:.2f} s.
A pair would rather swap where learner and place both prefer each other to what they got.

| way | placed | total fit | least-served group | placed of them | pairs who would rather swap | proven best | time |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

The optimum's time includes its proof: prices of the places whose sum with the learners' gains equals its total fit, so
that no other assignment has more. Deferred acceptance gives up fit for stability; greedy has neither.
"""


if __name__ == "__main__":
    raise SystemExit(main())

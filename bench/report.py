"""Results as lines, and as a page of tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .contenders import WORKS

NAMES = {10_000: "10 thousand", 100_000: "100 thousand", 1_000_000: "1 million"}


def seconds(found: dict[str, Any], clock: str = "cpu") -> float:
    """Seconds for everyone, also where only a sample was measured."""
    share = found["people"] / found["sample"] if found.get("sample") else 1.0
    return float(found[clock]) * share


def readable(value: float) -> str:
    """Milliseconds below one second, seconds above, three digits."""
    return f"{value * 1e3:.3g} ms" if value < 0.9995 else f"{value:.3g} s"


def line(found: dict[str, Any]) -> str:
    """One result for the terminal."""
    head = f"{found['people']:>9,} {found['work']:<16} {found['library']:<18}"
    if "failed" in found:
        return f"{head} failed: {found['failed']}"
    about = "about " if found["sample"] else ""
    return (
        f"{head} {about}{readable(seconds(found))} processor, {readable(seconds(found, 'wall'))} wall, "
        f"{found['added_mb']:.0f} MB more"
    )


def disagreements(runs: Iterable[dict[str, Any]]) -> list[str]:
    """What contenders of one work on one world do not agree on, to nine digits."""
    lines, ours = [], {}
    whole = [run for run in runs if "failed" not in run and not run["sample"]]
    for run in sorted(whole, key=lambda run: run["library"] != "ours"):
        expected = ours.setdefault((run["work"], run["people"]), run["value"])
        if abs(run["value"] - expected) > 1e-9 * abs(expected):
            lines.append(f"{run['work']} of {run['people']:,}: {run['library']} says {run['value']}, ours {expected}")
    return lines


def page(results: dict[str, Any]) -> str:
    """The page of the documentation, as Markdown."""
    machine = results["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    parts = [
        "# Benchmarks",
        "",
        "Made by `python3 dev.py bench` (`python -m bench --docs docs/benchmarks.md`). Every contender runs in a",
        "process of its own, on one thread, on the same graph; the time is the processor's, the median of the runs",
        "after the first; memory is what a run adds to the process at its highest. Preparing a library's own form of",
        "the graph is not counted, except in the rows that say so. All contenders of a row agree to nine digits.",
        "",
        f"Machine: {machine['processors']} processors ({machine['processor']}), Python {machine['python']};",
        f"{libraries}.",
        *_load(machine),
        "",
        "The graph: schools of 250 with close neighbours, one person in a hundred a hub; everyone draws ten ties,",
        "which makes eighteen a person. People are numbered at random, as a store that orders them by key gives them.",
        "`bench/worlds.py` says it exactly.",
    ]
    for work, text in WORKS.items():
        rows = [run for run in results["runs"] if run["work"] == work]
        if rows:
            parts += ["", f"## {work.capitalize()}", "", text[0].upper() + text[1:] + ".", "", *_table(rows)]
    parts += _ratios(results["runs"])
    if results["hubs"]:
        parts += ["", "## Growth with the largest hub", "", *_hubs(results["hubs"])]
    if results["terms"]:
        first = results["terms"][0]["cpu"]
        parts += ["", "## Growth with terms", "", "| terms in one pass | processor | of one term |", "|---|---|---|"]
        parts += [f"| {t['terms']} | {readable(t['cpu'])} | {t['cpu'] / first:.2f} |" for t in results["terms"]]
        parts += ["", "One term in this table pays for eight lanes; the plain pass is in the first table."]
    return "\n".join(parts) + "\n"


def _load(machine: dict[str, Any]) -> list[str]:
    load, processors = machine.get("load", 0), machine["processors"]
    if load <= processors:
        return []
    return [
        f"The machine was not quiet: up to {load:.0f} processes wanted its {processors} processors. Wall time",
        "and everything bound by memory is slower than on a quiet one; rows of one size met a like load.",
    ]


def _table(rows: list[dict[str, Any]]) -> list[str]:
    lines = ["| people | library | processor | wall | memory | times ours |", "|---|---|---|---|---|---|"]
    for people in sorted({row["people"] for row in rows}):
        here = [row for row in rows if row["people"] == people]
        done = sorted((row for row in here if "failed" not in row), key=seconds)
        ours = next((seconds(row) for row in done if row["library"] == "ours"), None)
        for row in done:
            about = "about " if row["sample"] else ""
            times = f"{seconds(row) / ours:.1f}" if ours else ""
            lines.append(
                f"| {NAMES.get(people, f'{people:,}')} | {row['library']} | {about}{readable(seconds(row))} "
                f"| {about}{readable(seconds(row, 'wall'))} | {row['added_mb']:.0f} MB | {times} |"
            )
        lines += [
            f"| {people:,} | {row['library']} | failed: {row['failed']} | | | |" for row in here if "failed" in row
        ]
    if any(row["sample"] for row in rows):
        lines += ["", "*About*: measured on a random sample of people and multiplied up."]
    return lines


def _ratios(runs: list[dict[str, Any]]) -> list[str]:
    ours = {
        (run["work"], run["people"]): seconds(run) for run in runs if run["library"] == "ours" and "failed" not in run
    }
    lines = []
    for people in sorted({run["people"] for run in runs}):
        one = ours.get(("constraint", people))
        parts = [ours.get((work, people)) for work in ("ego model", "eight terms")]
        if one and all(parts):
            lines.append(f"| {NAMES.get(people, f'{people:,}')} | {parts[0] / one:.2f} | {parts[1] / one:.2f} |")  # type: ignore[operator]
    if not lines:
        return []
    return ["", "## Against one plain pass", "", "| people | ego model | eight terms |", "|---|---|---|", *lines]


def _hubs(rows: list[dict[str, Any]]) -> list[str]:
    lines = ["One person is given that many ties more.", "", "| ties more | ours | igraph |", "|---|---|---|"]
    for hub in sorted({row["hub"] for row in rows}):
        times = {row["library"]: row for row in rows if row["hub"] == hub}
        cells = [readable(times[name]["cpu"]) if "cpu" in times[name] else "failed" for name in ("ours", "igraph")]
        lines.append(f"| {hub:,} | {cells[0]} | {cells[1]} |")
    return lines

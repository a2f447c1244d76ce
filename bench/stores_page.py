"""Results of `bench.store` as the page of the documentation and as the short table of the README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

#: Where the README's table stands; what is between the two lines is written by the benchmark.
BEGIN, END = "<!-- stores: begin -->\n", "<!-- stores: end -->\n"
COMMAND = "python3 dev.py bench stores --with-neo4j --docs"

#: The rows of the page's table: what it says, how it is written, the figure.
LINES = (
    ("people a second, first load", "{:,}", "people_first_per_s"),
    ("the same load again", "{:,}", "people_again_per_s"),
    ("the bare driver, first load", "{:,}", "bare_people_first_per_s"),
    ("the bare driver again", "{:,}", "bare_people_again_per_s"),
    ("interactions a second, first load", "{:,}", "interactions_first_per_s"),
    ("the same load again", "{:,}", "interactions_again_per_s"),
    ("the bare driver, first load", "{:,}", "bare_interactions_first_per_s"),
    ("the bare driver again", "{:,}", "bare_interactions_again_per_s"),
    ("reading every person and interaction, whole", "{:.2f} s", "read_s"),
    ("the bare driver, four fields of the contacts of each person as lists", "{:.2f} s", "bare_read_s"),
    ("start of a process, store opened", "{:.2f} s", "start_s"),
    ("first snapshot", "{:.2f} s", "snapshot_s"),
    ("next snapshot, after 1,000 more interactions", "{:.2f} s", "next_s"),
    ("first snapshot of another process, from the cache", "{:.2f} s", "again_snapshot_s"),
    ("memory at its highest, loading", "{:,} MB", "load_peak_mb"),
    ("memory at its highest, first snapshot", "{:,} MB", "snapshot_peak_mb"),
)


def page(results: dict[str, Any]) -> str:
    """The whole page, as Markdown."""
    rows, about = results["rows"], results["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in about["libraries"].items())
    lines = [
        "# The stores, measured",
        "",
        f"Made by `{COMMAND}`. Meetings of two, a tenth as many people, in batches of 10,000,",
        "validated and committed one by one. Each look is a process of its own; modules and loops were compiled once",
        "before. The bare driver loads the same batches between ours, with `MERGE` on a unique id, and no more.",
        "",
        f"Machine: {about['processors']} processors ({about['processor']}), Python {about['python']}; {libraries}.",
    ]
    lines += [busy(about)] if busy(about) else []
    heads = [f"{row['store']}, {row['interactions']:,} interactions" for row in rows]
    lines += ["", "| | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(rows)]
    for text, form, name in LINES:
        if any(name in row for row in rows):
            cells = [form.format(row[name]) if name in row else "" for row in rows]
            lines.append(f"| {text} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def busy(about: dict[str, Any]) -> str:
    """A sentence where others used the machine as well; the server and the benchmark are two by themselves."""
    if not about["load"] or about["load"] <= about["processors"] + 0.5:
        return ""
    return f"The machine was not quiet: {about['load']:.0f} processes wanted its processors; alone it is faster."


def short(results: dict[str, Any]) -> str:
    """The README's table."""
    about = results["machine"]
    head = ("store", "interactions", "people/s", "interactions/s", "loaded again", "first snapshot", "next", "memory")
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    for row in results["rows"]:
        cells = [
            row["store"],
            f"{row['interactions']:,}",
            f"{row['people_first_per_s']:,}",
            f"{row['interactions_first_per_s']:,}",
            f"{row['interactions_again_per_s']:,}/s",
            f"{row['snapshot_s']:.2f} s",
            f"{row['next_s']:.2f} s",
            f"{max(row['load_peak_mb'], row['snapshot_peak_mb']):,} MB",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        f"Measured on {about['processors']} processors ({about['processor']}), validation included; `{COMMAND}`",
        "makes this table and [the whole one](docs/benchmarks-store.md), with the bare Neo4j driver beside it.",
    ]
    lines += [busy(about)] if busy(about) else []
    return "\n".join(lines) + "\n"


def write(results: dict[str, Any], root: Path) -> None:
    """Write the page, and the README's table in its place."""
    (root / "docs" / "benchmarks-store.md").write_text(page(results))
    readme = root / "README.md"
    before, _, rest = readme.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(before + BEGIN + short(results) + END + after)

"""Results as one chart: a bar per contender on a logarithmic scale, written as SVG by hand."""

from __future__ import annotations

from html import escape
from math import floor, log10
from typing import Any

from .report import readable, seconds

ROW, LEFT, WIDTH, FONT = 18, 330, 900, "font-family='sans-serif' font-size='12'"
OURS, OTHERS = "#0b6e4f", "#8a8f98"


def svg(runs: list[dict[str, Any]]) -> str:
    """The chart of all runs that did not fail; processor seconds, a decade a step."""
    done = [run for run in runs if "failed" not in run]
    if not done:
        return "<svg xmlns='http://www.w3.org/2000/svg'/>"
    done.sort(key=lambda run: (run["work"], run["people"], seconds(run)))
    low = floor(log10(min(map(seconds, done))))
    high = log10(max(map(seconds, done)))
    step = (WIDTH - LEFT - 90) / max(high - low, 1)
    rows, y, before = [], 40, None
    for run in done:
        head = (run["work"], run["people"])
        if head != before:
            y += 10
            rows.append(f"<text x='8' y='{y + 13}' {FONT} font-weight='bold'>{escape(head[0])}, {head[1]:,}</text>")
            before = head
        length = max((log10(seconds(run)) - low) * step, 2)
        colour = OURS if run["library"].startswith("ours") else OTHERS
        rows += [
            f"<text x='{LEFT - 8}' y='{y + 13}' {FONT} text-anchor='end'>{escape(run['library'])}</text>",
            f"<rect x='{LEFT}' y='{y + 2}' width='{length:.1f}' height='{ROW - 4}' fill='{colour}'/>",
            f"<text x='{LEFT + length + 6:.1f}' y='{y + 13}' {FONT}>{readable(seconds(run))}</text>",
        ]
        y += ROW
    title = "Processor time, one thread, logarithmic scale"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{y + 20}' role='img' aria-label='{title}'>"
        f"<rect width='100%' height='100%' fill='white'/><text x='8' y='22' {FONT}>{title}</text>"
        + "".join(rows)
        + "</svg>\n"
    )

"""The audit of the recommender as a chart: each ranker with its interval, ours apart from the baselines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from viz.spec import Cell, Chart
from viz.words import Words

#: Figures that the chart shows, with what they are called; those without an interval show a point.
SHOWN = {
    "precision_at_5": "Precision at 5",
    "hits_at_10": "Hits at 10",
    "mrr": "Mean reciprocal rank",
    "coverage": "Coverage",
    "novelty": "New sectors",
    "exposure_gini": "Gini of who is shown",
}
OURS = ("plain_tie", "lift")


def audit_chart(result: Mapping[str, Any], words: Words | None = None) -> Chart:
    """The chart of an audit's result."""
    words = words or Words()
    rows: list[dict[str, Cell]] = []
    for figure, name in SHOWN.items():
        for ranker in result["rankers"]:
            if ranker[figure] is None:
                continue
            low, high = ranker["intervals"].get(figure, (ranker[figure], ranker[figure]))
            rows.append(
                {
                    "metric": words.text(name),
                    "ranker": ranker["name"],
                    "value": ranker[figure],
                    "lower": low,
                    "upper": high,
                    "kind": "this service" if ranker["name"] in OURS else "baseline",
                }
            )
    about = {"learners": result["learners_judged"], "since": result["split"], "until": result["until"]}
    sentence = words.text("Rankers judged on %(learners)d learners and their new contacts from %(since)s to %(until)s.")
    notes = [words.text("Lines are 95 % bootstrap intervals over learners; a figure without a line has none.")]
    changed = ", ".join(f"{name} {value:+.4f}" for name, value in result["trade"].items() if value is not None)
    notes.append(words.text("What lift changes against plain_tie: %(changed)s.") % {"changed": changed})
    notes.append(f"Seed {result['seed']}, data {result['data_hash']}.")
    return Chart("audit", words.text("The recommender beside its baselines"), sentence % about, rows, tuple(notes))

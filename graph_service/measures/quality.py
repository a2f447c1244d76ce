"""Quality: how strong and how alive a learner's ties are."""

from graph_service.measures.catalogue import Column, measure
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.strength import DORMANT, STRONG, WEAK

STATE = {
    "code": "T3",
    "dimension": "quality",
    "unit": "ties",
    "range": "0..n",
    "whole_number": True,
    "source": "thresholds are this project's own and travel with the result",
}


@measure("strong_ties", formula=r"|\{j : b_{ij} \ge \theta_s\}|", better="more", **STATE)
def strong_ties(snapshot: Snapshot) -> Column:
    """Ties at or above the strong threshold."""
    return Column.full(snapshot.state_counts(STRONG))


@measure("weak_ties", formula=r"|\{j : \theta \le b_{ij} < \theta_s\}|", **STATE)
def weak_ties(snapshot: Snapshot) -> Column:
    """Ties that are alive but not strong."""
    return Column.full(snapshot.state_counts(WEAK))


@measure("dormant_ties", formula=r"|\{j : b_{ij} < \theta \le \max_{t' < t} b_{ij}\}|", **STATE)
def dormant_ties(snapshot: Snapshot) -> Column:
    """Ties that were alive once and have gone quiet: they can be taken up again."""
    return Column.full(snapshot.state_counts(DORMANT))

"""Quality: how strong and how alive a learner's ties are."""

import numpy as np

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


@measure(
    "mean_closeness",
    code="T2",
    formula=r"\frac{1}{|S_i|} \sum_{j \in S_i} \frac{x_{ij} - 1}{m - 1}",
    dimension="quality",
    unit="share of the scale",
    range="0..1",
    better="more",
    undefined=("not_asked", "no_known_value"),
    source="Marsden & Campbell 1984, 2012; never averaged with logged strength",
    inputs=("stated ties",),
)
def mean_closeness(snapshot: Snapshot) -> Column:
    """How close the learner says to be to the people named in the latest wave, on average."""
    n = len(snapshot)
    stated = snapshot.stated
    if stated is None:
        return Column(np.zeros(n), np.ones(n, bool), "not_asked")
    answered = ~np.isnan(stated.closeness)
    counts = np.bincount(stated.ego[answered], minlength=n)
    total = np.bincount(stated.ego[answered], weights=stated.closeness[answered], minlength=n)
    reason = np.where(stated.asked, "no_known_value", "not_asked").astype(object)
    return Column(total / np.maximum(counts, 1), counts == 0, reason, counts)


@measure(
    "multiplex_share",
    code="T4",
    formula=r"|\{j \in N(i) : \text{contexts}_{ij} \ge 2\}| / n",
    dimension="quality",
    unit="share",
    range="0..1",
    undefined="no_ties",
    source="Verbrugge 1979",
    inputs=("interactions",),
)
def multiplex_share(snapshot: Snapshot) -> Column:
    """Share of a learner's ties that live in two or more contexts (project, class, activity)."""
    from graph_service.measures.passes import egos, pair_context

    graph, n = snapshot.graph, len(snapshot)
    degree = np.diff(graph.indptr)
    if snapshot.pairs is None:
        return Column(np.zeros(n), np.ones(n, bool), "no_ties", degree)
    several = np.append(pair_context(snapshot) >= 2, False)[graph.pair]
    counts = np.bincount(egos(snapshot)[several], minlength=n)
    return Column(counts / np.maximum(degree, 1), degree == 0, "no_ties", degree)


@measure(
    "resources_received",
    code="T7",
    formula=r"|\bigcup_j R_{ji}|",
    dimension="quality",
    unit="kinds of help",
    range="0..6",
    better="more",
    whole_number=True,
    source="SCALE-type instruments: information, advice, skill, connection, reference, opportunity",
    inputs=("interactions", "stated ties"),
)
def resources_received(snapshot: Snapshot) -> Column:
    """Distinct kinds of help that contacts gave the learner, as recorded or stated."""
    from graph_service.measures.mobilise import help_received

    return Column.full(help_received(snapshot).any_kind.sum(axis=1))

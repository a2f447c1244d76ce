"""Measures of a single tie: one value per entry of the graph (the tie as seen from ego)."""

from typing import Any

import numpy as np

from graph_service.measures.catalogue import Column, measure, of_level
from graph_service.measures.passes import egos, pair_context
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.strength import STRONG

TIE = {"level": "tie", "dimension": "quality"}


@measure(
    "tie_strength",
    code="T1",
    formula=r"b_{ij}(t) = \sum_e w_e \exp(-\lambda (t - t_e))",
    unit="meetings",
    range="> 0",
    better="more",
    source="Ahmad, Porter & Beguerisse-Diaz 2021, arXiv 1805.00193; Newman 2001",
    inputs=("interactions",),
    **TIE,
)
def tie_strength(snapshot: Snapshot) -> Column:
    """How much contact there was, older contact counting less: one meeting today is 1."""
    return Column.full(snapshot.graph.weights)


@measure(
    "tie_is_strong",
    code="T3",
    formula=r"[b_{ij} \ge \theta_s]",
    unit="truth (1 or 0)",
    range="0 or 1",
    whole_number=True,
    source="thresholds are this project's own and travel with the result",
    **TIE,
)
def tie_is_strong(snapshot: Snapshot) -> Column:
    """1 where the tie is at or above the strong threshold."""
    if snapshot.pairs is None:
        strong = snapshot.graph.weights >= snapshot.parameters.theta_strong
    else:
        strong = np.append(snapshot.pairs.state == STRONG, False)[snapshot.graph.pair]
    return Column.full(strong.astype(np.int64))


@measure(
    "multiplexity",
    code="T4",
    formula=r"|\text{contexts}_{ij}|",
    unit="contexts",
    range="1..n",
    whole_number=True,
    undefined="no_events",
    source="Verbrugge 1979",
    inputs=("interactions",),
    **TIE,
)
def multiplexity(snapshot: Snapshot) -> Column:
    """Distinct contexts (site, project, class, activity) in which the two met."""
    if snapshot.pairs is None:
        width = len(snapshot.graph.indices)
        return Column(np.zeros(width), np.ones(width, bool), "no_events")
    counts = np.append(pair_context(snapshot), 0)[snapshot.graph.pair]
    return Column(counts, counts == 0, "no_events")


@measure(
    "embeddedness",
    code="T6",
    formula=r"m_{ij} = |N(i) \cap N(j)|",
    unit="people",
    range="0..n",
    whole_number=True,
    source="Granovetter 1985; Onnela et al. 2007",
    **TIE,
)
def embeddedness(snapshot: Snapshot) -> Column:
    """Contacts that both ends share."""
    return Column.full(_overlap(snapshot).shared)


@measure(
    "overlap",
    code="T6",
    formula=r"O_{ij} = m_{ij} / ((k_i-1) + (k_j-1) - m_{ij})",
    unit="share",
    range="0..1",
    undefined="no_other_ends",
    source="Onnela et al. 2007",
    **TIE,
)
def overlap(snapshot: Snapshot) -> Column:
    """Share of the two ends' other contacts that they have in common."""
    return Column.of(_overlap(snapshot).overlap, "no_other_ends")


@measure(
    "local_constraint",
    code="S4",
    formula=r"c_{ij} = \bigl(p_{ij} + \sum_q p_{iq} p_{qj}\bigr)^2",
    unit="index",
    range="0 < c <= 1",
    source="Burt 1992, ch. 2",
    **(TIE | {"dimension": "structure"}),
)
def local_constraint(snapshot: Snapshot) -> Column:
    """How far this contact, directly and through others, holds ego's time and energy; sums to constraint."""
    from graph_service.measures.kernels.ties import local_constraint as of_entries

    graph = snapshot.graph
    return Column.full(of_entries(graph.indptr, graph.indices, graph.weights))


def _overlap(snapshot: Snapshot) -> Any:
    from graph_service.measures.kernels.ties import overlap as of_entries

    return snapshot.memo("overlap", lambda: of_entries(snapshot.graph.indptr, snapshot.graph.indices))


def tie_table(snapshot: Snapshot) -> Any:
    """Every tie of the roster as seen from ego: person_id, alter, and every measure of a tie (Arrow)."""
    import pyarrow as pa

    from graph_service.measures.catalogue import as_array

    ego, alter = egos(snapshot), snapshot.graph.indices
    place = np.full(len(snapshot), -1, np.int64)
    rows = snapshot.roster_rows
    place[rows] = np.arange(len(rows))
    byte_order = np.argsort(np.array([str(key).encode() for key in snapshot.keys], object), kind="stable")
    rank = np.empty(len(snapshot), np.int64)
    rank[byte_order] = np.arange(len(snapshot))
    order = np.lexsort((rank[alter], place[ego]))
    order = order[place[ego[order]] >= 0]
    keys = np.array([str(key) for key in snapshot.keys], object)
    columns: dict[str, Any] = {
        "person_id": pa.array(keys[ego[order]], pa.string()),
        "alter": pa.array(keys[alter[order]], pa.string()),
    }
    for id, each in of_level("tie").items():
        columns[id] = as_array(each.compute(snapshot).take(order), whole_number=each.whole_number)
    return pa.table(columns)

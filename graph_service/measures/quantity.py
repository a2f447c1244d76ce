"""Quantity: how many people a learner knows."""

import numpy as np

from graph_service.measures.catalogue import Column, measure
from graph_service.measures.passes import relation_counts
from graph_service.snapshot.people import PROFESSIONAL, RELATIONS
from graph_service.snapshot.snapshot import Snapshot

COUNT = {"dimension": "quantity", "unit": "people", "range": "0..n", "better": "more", "whole_number": True}


@measure("network_size", code="Q1", formula=r"d_i", source="Wasserman & Faust 1994, ch. 4", **COUNT)
def network_size(snapshot: Snapshot) -> Column:
    """People with a live (strong or weak) tie to the learner, staff of school and programme aside."""
    return Column.full(np.diff(snapshot.graph.indptr))


@measure(
    "professional_network_size",
    code="Q2",
    formula=r"\sum_j a_{ij} [\text{relation}_{ij} \in P]",
    source="Christensen Institute, The Missing Metrics, 2020",
    inputs=("ties", "relations"),
    **COUNT,
)
def professional_network_size(snapshot: Snapshot) -> Column:
    """Contacts who are a mentor, employer contact, near peer at work, alum or other professional."""
    chosen = [RELATIONS.index(code) for code in PROFESSIONAL]
    return Column.full(relation_counts(snapshot)[:, chosen].sum(axis=1))


@measure(
    "unconnected",
    code="Q3",
    formula=r"[Q2 = 0]",
    dimension="quantity",
    unit="truth (1 or 0)",
    range="0 or 1",
    better="less",
    whole_number=True,
    see_with="recorded_contacts",
    source="Harvard MCC, Relationship Mapping Strategy",
    inputs=("ties", "relations"),
)
def unconnected(snapshot: Snapshot) -> Column:
    """1 when the learner has no professional contact. Read it with recorded_contacts: 0 there is no data yet."""
    return Column.full((professional_network_size(snapshot).values == 0).astype(np.int64))


@measure(
    "recorded_contacts",
    code="Q0",
    formula=r"|\{e : i \in e\}|",
    dimension="quantity",
    unit="contacts",
    range="0..n",
    whole_number=True,
    source="this project",
    inputs=("interactions",),
)
def recorded_contacts(snapshot: Snapshot) -> Column:
    """Contacts of any kind recorded by the day, mass events included; 0 means that nothing is recorded yet."""
    if snapshot.recorded is None:
        return Column.full(np.diff(snapshot.graph.indptr))
    return Column.full(snapshot.recorded)

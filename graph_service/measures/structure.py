"""Structure: how a learner's contacts are tied among each other (Burt's structural holes and kin)."""

import numpy as np

from graph_service.measures.catalogue import Column, Model, measure
from graph_service.measures.passes import shared, triangle_pass
from graph_service.snapshot.snapshot import Snapshot

STRUCTURE = {"dimension": "structure", "better": None, "see_with": "network_size"}


@measure(
    "ego_density",
    code="S1",
    formula=r"2t/(n(n-1))",
    unit="share",
    range="0..1",
    undefined="fewer_than_two_ties",
    source="Wasserman & Faust 1994; equals unweighted local clustering",
    **STRUCTURE,
)
def ego_density(snapshot: Snapshot) -> Column:
    """Share of the pairs of a learner's contacts who know each other."""
    found = triangle_pass(snapshot)
    return Column.of(found.density, "fewer_than_two_ties", found.degree)


@measure(
    "effective_size",
    code="S2",
    formula=r"\sum_j \bigl[1 - \sum_{q \ne i,j} p_{iq} m_{jq}\bigr]",
    unit="contacts",
    range="1..n",
    undefined="no_ties",
    models=True,
    source="Burt 1992, ch. 2; Borgatti 1997",
    **STRUCTURE,
)
def effective_size(snapshot: Snapshot, model: Model = "whole") -> Column:
    """Contacts that lead to different people: contacts minus their redundancy."""
    found = triangle_pass(snapshot, model)
    return Column.of(found.effective_size, "no_ties", found.degree)


@measure(
    "efficiency",
    code="S3",
    formula=r"S2/n",
    unit="share",
    range="1/n..1",
    undefined="no_ties",
    models=True,
    source="Burt 1992, ch. 2",
    **STRUCTURE,
)
def efficiency(snapshot: Snapshot, model: Model = "whole") -> Column:
    """Effective size per contact."""
    found = triangle_pass(snapshot, model)
    return Column.of(found.efficiency, "no_ties", found.degree)


@measure(
    "constraint",
    code="S4",
    formula=r"\sum_j \bigl(p_{ij} + \sum_{q \ne i,j} p_{iq} p_{qj}\bigr)^2",
    unit="index",
    range="0 < C < 2",
    undefined="no_ties",
    models=True,
    source="Burt 1992, ch. 2",
    **STRUCTURE,
)
def constraint(snapshot: Snapshot, model: Model = "whole") -> Column:
    """How far a learner's contacts lead back to the same people."""
    found = triangle_pass(snapshot, model)
    return Column.of(found.constraint, "no_ties", found.degree)


@measure(
    "hierarchy",
    code="S5",
    formula=r"\sum_j r_j \ln r_j / (n \ln n),\; r_j = c_{ij} / (C/n)",
    unit="index",
    range="0..1",
    undefined="no_ties",
    models=True,
    source="Burt 1992, ch. 2 (Coleman-Theil)",
    **STRUCTURE,
)
def hierarchy(snapshot: Snapshot, model: Model = "whole") -> Column:
    """How far the constraint comes from one contact."""
    found = triangle_pass(snapshot, model)
    return Column.of(found.hierarchy, "no_ties", found.degree)


@measure(
    "support_ratio",
    code="S8",
    formula=r"|\{j : m_{ij} > 0\}| / n",
    unit="share",
    range="0..1",
    undefined="no_ties",
    source="Jackson, Rodriguez-Barraquer & Tan 2012",
    **STRUCTURE,
)
def support_ratio(snapshot: Snapshot) -> Column:
    """Share of a learner's ties that at least one common contact backs."""
    found = triangle_pass(snapshot)
    return Column.of(found.support_ratio, "no_ties", found.degree)


@measure(
    "ego_betweenness",
    code="S6",
    formula=r"\frac{2}{n(n-1)} \sum_{\{j,k\} \not\sim} \frac{1}{1 + c_{jk}}",
    unit="share",
    range="0..1",
    undefined="fewer_than_two_ties",
    source="Everett & Borgatti 2005",
    extra=True,
    **STRUCTURE,
)
def ego_betweenness(snapshot: Snapshot) -> Column:
    """Share of the shortest ways between the learner's contacts that lead through the learner."""
    from graph_service.measures.kernels.ego_betweenness import ego_betweenness as between

    graph = snapshot.graph
    return Column.of(
        between(graph.indptr, graph.indices, shared(snapshot)), "fewer_than_two_ties", np.diff(graph.indptr)
    )


@measure(
    "separate_worlds",
    code="S7",
    formula=r"\text{components of } G[N(i)]",
    unit="groups",
    range="0..n",
    whole_number=True,
    source="Burt 1992; Everett & Borgatti 2020",
    extra=True,
    **STRUCTURE,
)
def separate_worlds(snapshot: Snapshot) -> Column:
    """Groups of contacts who would not know of each other without the learner."""
    from graph_service.measures.kernels.components import separate_worlds as worlds

    return Column.full(worlds(snapshot.graph.indptr, snapshot.graph.indices, shared(snapshot)))


@measure(
    "local_bridges",
    code="S9",
    formula=r"|\{j : m_{ij} = 0\}|",
    unit="ties",
    range="0..n",
    whole_number=True,
    source="Granovetter 1973; a pendant tie counts",
    **STRUCTURE,
)
def local_bridges(snapshot: Snapshot) -> Column:
    """Ties without a common contact: each is the learner's only way to where it leads."""
    return Column.full(triangle_pass(snapshot).local_bridges)


@measure(
    "local_bridge_share",
    code="S9",
    formula=r"1 - S8",
    unit="share",
    range="0..1",
    undefined="no_ties",
    source="Granovetter 1973",
    **STRUCTURE,
)
def local_bridge_share(snapshot: Snapshot) -> Column:
    """Share of a learner's ties that no common contact backs."""
    found = triangle_pass(snapshot)
    return Column.of(1.0 - found.support_ratio, "no_ties", found.degree)

"""Passes over the graph that several measures share, computed once for a snapshot."""

from typing import TYPE_CHECKING

import numpy as np

from graph_service.snapshot.people import PROFESSIONAL, RELATIONS
from graph_service.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from graph_service.measures.catalogue import Model
    from graph_service.measures.kernels.structure import Structure


def triangle_pass(snapshot: Snapshot, model: "Model" = "whole") -> "Structure":
    """Constraint, effective size and their kin of everyone, in one visit of every triangle."""

    def run() -> "Structure":
        from graph_service.measures.kernels.ego_model import ego
        from graph_service.measures.kernels.triangles import whole

        graph = snapshot.graph
        return (whole if model == "whole" else ego)(graph.indptr, graph.indices, graph.weights)

    found: Structure = snapshot.memo(("triangles", model), run)
    return found


def relation_counts(snapshot: Snapshot) -> np.ndarray:
    """int64[people, relations]: contacts of each person by what they are to them."""

    def run() -> np.ndarray:
        n, width = len(snapshot), len(RELATIONS)
        if snapshot.relation is None:
            counts = np.zeros((n, width), np.int64)
            counts[:, RELATIONS.index("peer")] = np.diff(snapshot.graph.indptr)
            return counts
        egos = np.repeat(np.arange(n), np.diff(snapshot.graph.indptr))
        code = egos * width + snapshot.relation
        return np.bincount(code, minlength=n * width).reshape(n, width).astype(np.int64)

    found: np.ndarray = snapshot.memo("relations", run)
    return found


def is_professional(snapshot: Snapshot) -> np.ndarray:
    """Truth per entry of the graph: the alter is a professional contact to ego."""
    if snapshot.relation is None:
        return np.zeros(len(snapshot.graph.indices), bool)
    kinds = np.array([code in PROFESSIONAL for code in RELATIONS])
    found: np.ndarray = kinds[snapshot.relation]
    return found

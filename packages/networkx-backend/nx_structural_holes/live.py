"""A networkx graph as arrays: its ties are kept, its weights are read anew in each call.

networkx keeps a backend's graph until the original changes, but does not notice `G[u][v]["weight"] = x`. Weights
are therefore never kept; ties, which cannot change unnoticed, are.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from .loops import assembly


class LiveGraph:
    """What this backend works on: the networkx graph itself, and its ties as arrays once they are needed."""

    __networkx_backend__ = "structural_holes"

    def __init__(self, graph: Any) -> None:
        self.graph = graph

    def is_directed(self) -> bool:
        return bool(self.graph.is_directed())

    def is_multigraph(self) -> bool:
        return bool(self.graph.is_multigraph())

    @cached_property
    def index(self) -> dict[Any, int]:
        """Position of each node, in the order of the graph."""
        return {node: position for position, node in enumerate(self.graph)}

    @cached_property
    def pattern(self) -> Any:
        """The ties as an `Assembly`; arcs in the order of the adjacency."""
        rows = self.graph._adj
        people = len(self.index)
        degrees = np.fromiter(map(len, rows.values()), dtype=np.int64, count=people)
        source = np.repeat(np.arange(people), degrees)
        ends = chain.from_iterable(rows.values())
        if list(self.index) != list(range(people)):
            ends = map(self.index.__getitem__, ends)
        target = np.fromiter(ends, dtype=np.int64, count=len(source))
        return assembly.assemble(people, source, target, mirrored=not self.is_directed())

    def arc_weights(self, weight: Any) -> Any:
        """One weight per arc, parallel ties summed. Raises NotImplementedError for what is left to networkx."""
        rows = self.graph._adj.values()
        count = sum(map(len, rows))
        ties = chain.from_iterable(row.values() for row in rows)
        if self.is_multigraph():
            read: Any = (sum(tie.get(weight, 1) for tie in parallel.values()) for parallel in ties)
        elif weight is None:
            return np.ones(count)
        else:
            read = (tie.get(weight, 1) for tie in ties)
        try:
            arcs = np.fromiter(read, dtype=np.float64, count=count)
        except (TypeError, ValueError) as error:
            raise NotImplementedError("weights that are not numbers") from error
        if not ((arcs > 0) & (arcs < np.inf)).all():
            raise NotImplementedError("weights that are not positive finite numbers")
        return arcs


def mutual_weights(graph: Any, node: Any, weight: Any) -> dict[Any, Any]:
    """Weight of each tie of a node, both directions and parallel ties summed, without self-loops."""
    ties: dict[Any, Any] = {}
    for rows in (graph._succ, graph._pred) if graph.is_directed() else (graph._adj,):
        for other, data in rows[node].items():
            if other != node:
                parallel = data.values() if graph.is_multigraph() else (data,)
                ties[other] = ties.get(other, 0) + sum(tie.get(weight, 1) for tie in parallel)
    return ties

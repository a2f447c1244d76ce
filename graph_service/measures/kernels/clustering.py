"""Closed triads of every person, each with the product of its three weights: what clustering coefficients count."""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import kernel
from .csr import Floats, csr
from .oriented import ONE
from .triangles import PRODUCT, WEIGHT, visited


def closed_triads(indptr: Any, indices: Any, weights: Any = None) -> Floats:
    """Sum over ordered pairs (j, q) of tied alters of a_ij a_jq a_qi, float64[n]: twice the triangles if all are 1.

    Parameters and errors as for `triangles.whole`.

    >>> import numpy as np
    >>> closed_triads(np.array([0, 2, 4, 6]), np.array([1, 2, 0, 2, 0, 1]))
    array([2., 2., 2.])
    """
    graph = visited(csr(indptr, indices, weights))
    total = np.zeros(len(graph.degree))
    _sum(graph.start, graph.head, graph.tie, total)
    return total / graph.scale**3


@kernel
def _sum(start, head, tie, total):
    for u in range(np.uint64(total.shape[0])):
        for k in range(start[u], start[u + ONE]):
            product = tie[k, WEIGHT] * tie[k, PRODUCT]
            total[u] += product
            total[head[k]] += product

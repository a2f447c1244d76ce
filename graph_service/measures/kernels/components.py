"""Separate worlds (S7): the groups that an ego's alters fall into when ego is taken away."""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import kernel
from .csr import Ints
from .oriented import ONE
from .shared_alters import Shared, shared_alters


def separate_worlds(indptr: Any, indices: Any, shared: Shared | None = None) -> Ints:
    """Number of connected components among the alters of everyone, without ego (S7): int64[n], 0 without ties.

    Parameters as in `csr.csr`; `shared` where the lists have been made already.

    >>> import numpy as np
    >>> separate_worlds(np.array([0, 2, 3, 4]), np.array([1, 2, 0, 0]))
    array([2, 1, 1])
    """
    lists = shared or shared_alters(indptr, indices)
    graph = lists.graph
    result = np.empty(graph.people, dtype=np.int64)
    _components(graph.indptr, graph.indices, *lists[1:], np.empty(graph.people, dtype=np.uint32), result)
    return result


@kernel
def _components(indptr, indices, first, person, tie, parent, result):
    for i in range(np.uint64(result.shape[0])):
        low = indptr[i]
        high = indptr[i + ONE]
        worlds = np.int64(high - low)
        for e in range(low, high):
            parent[indices[e]] = indices[e]
        for e in range(low, high):
            if worlds == 1:
                break
            j = indices[e]
            for x in range(first[tie[e]], first[np.uint64(tie[e]) + ONE]):
                q = person[x]
                if q < j:
                    a = _root(parent, j)
                    b = _root(parent, q)
                    parent[max(a, b)] = min(a, b)
                    worlds -= np.int64(a != b)
        result[i] = worlds


@kernel
def _root(parent, a):
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    return a

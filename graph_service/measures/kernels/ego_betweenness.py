"""How far an ego stands between its alters: S6.

Every pair of alters without a tie adds 1 / (1 + c), c = the other alters tied to both: the 1 is the path
through ego. The pairs with c > 0 are found by walking alter - shared alter - shared alter, so the work is the
sum of squares of shared alters, not of degrees.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import kernel
from .csr import Floats
from .oriented import ONE
from .shared_alters import Shared, shared_alters


def ego_betweenness(indptr: Any, indices: Any, shared: Shared | None = None) -> Floats:
    """Normalised ego betweenness of everyone (S6), unweighted; NaN below two ties.

    Parameters as in `csr.csr`; `shared` where the lists have been made already.
    Equals `nx.betweenness_centrality(nx.ego_graph(G, i))[i]`. Source: Everett & Borgatti 2005.

    >>> import numpy as np
    >>> ego_betweenness(np.array([0, 2, 3, 4]), np.array([1, 2, 0, 0]))
    array([ 1., nan, nan])
    """
    lists = shared or shared_alters(indptr, indices)
    graph = lists.graph
    result = np.empty(graph.people)
    stamp, ways, reached, tie_to = np.zeros((4, graph.people), dtype=np.uint32)
    _between(graph.indptr, graph.indices, *lists[1:], stamp, ways, reached, tie_to, result)
    return result


@kernel
def _between(indptr, indices, first, person, tie, stamp, ways, reached, tie_to, result):
    seen = np.uint32(0)
    for i in range(np.uint64(result.shape[0])):
        n = np.float64(indptr[i + ONE] - indptr[i])
        if n < 2.0:
            result[i] = np.nan
            continue
        for e in range(indptr[i], indptr[i + ONE]):
            tie_to[indices[e]] = tie[e]
        closed = 0.0
        detours = 0.0
        for e in range(indptr[i], indptr[i + ONE]):
            j = indices[e]
            own = tie[e]
            begin = first[own]
            end = first[np.uint64(own) + ONE]
            closed += np.float64(end - begin)
            if end == begin:
                continue
            seen += np.uint32(1)
            for x in range(begin, end):
                stamp[person[x]] = seen
            total = np.uint64(0)
            for x in range(begin, end):
                between = tie_to[person[x]]
                for y in range(first[between], first[np.uint64(between) + ONE]):
                    k = person[y]
                    counts = (k > j) & (stamp[k] != seen)
                    reached[total] = k
                    total += np.uint64(counts & (ways[k] == 0))
                    ways[k] += np.uint32(counts)
            for x in range(total):
                k = reached[x]
                c = np.float64(ways[k])
                ways[k] = np.uint32(0)
                detours += c / (1.0 + c)
        pairs = 0.5 * n * (n - 1.0)
        result[i] = (pairs - 0.5 * closed - detours) / pairs

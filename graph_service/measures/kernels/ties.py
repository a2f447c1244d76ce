"""Values of single ties, one for every entry of the CSR: local constraint, shared alters, overlap."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from . import ego_model, triangles
from .compiled import kernel
from .csr import Floats, Ints, csr, frozen
from .oriented import ONE, Oriented


class Overlap(NamedTuple):
    """`shared` int64[m2], alters that both ends have (T6 embeddedness); `overlap` float64[m2] (T6), NaN where
    neither end has another alter.
    """

    shared: Ints
    overlap: Floats


def local_constraint(
    indptr: Any, indices: Any, weights: Any = None, model: Literal["whole", "ego"] = "whole"
) -> Floats:
    """c_ij = (p_ij + sum_q p_iq p_qj)^2 of every entry ij; a row sums to constraint.

    Parameters and errors as for `triangles.whole`; `model` says whether p_qj runs over all ties of q
    (`whole`) or over its ties to i and to the alters of i (`ego`). Source: Burt 1992.

    >>> import numpy as np
    >>> local_constraint(np.array([0, 2, 3, 4]), np.array([1, 2, 0, 0]))
    array([0.25, 0.25, 1.  , 1.  ])
    """
    if model == "whole":
        graph = triangles.visited(csr(indptr, indices, weights))
        indirect = entries(graph, indptr, indices, triangles.INDIRECT, triangles.INDIRECT)
    else:
        graph = ego_model.visited(csr(indptr, indices, weights))
        indirect = entries(graph, indptr, indices, ego_model.INDIRECT_OUT, ego_model.INDIRECT_BACK)
    direct = graph.scale if weights is None else np.asarray(weights) * graph.scale
    invested: Floats = (direct + indirect) / np.repeat(graph.strength, graph.degree)
    return invested**2


def overlap(indptr: Any, indices: Any) -> Overlap:
    """Shared alters m and overlap m / ((k_i - 1) + (k_j - 1) - m) of every entry, in the order of `indices`.

    Source: Onnela et al. 2007.
    """
    graph = triangles.visited(csr(indptr, indices))
    shared = entries(graph, indptr, indices, triangles.SHARED, triangles.SHARED)
    degree = graph.degree.astype(np.float64)
    others = np.repeat(degree - 1, graph.degree) + degree[np.asarray(indices)] - 1 - shared
    with np.errstate(invalid="ignore"):
        share = np.where(others > 0, shared / np.where(others > 0, others, 1), np.nan)
    return Overlap(shared.astype(np.int64), share)


def entries(graph: Oriented, indptr: Any, indices: Any, out: int, back: int) -> Floats:
    """Spread a column of the ties' records over the entries: `out` along a tie's orientation, else `back`."""
    into = np.empty(len(indices))
    starts, heads = frozen(indptr, np.int64).view(np.uint64), frozen(indices, np.int32).view(np.uint32)
    _spread(starts, heads, graph.start, graph.tie, graph.degree, out, back, into)
    return into


@kernel
def _spread(indptr, indices, start, tie, degree, out, back, into):
    n = np.uint64(degree.shape[0])
    # Ties point to each person in ascending order of their tails: one cursor a tail finds the next.
    cursor = start[:-1].copy()
    for i in range(n):
        own = start[i]
        mine = degree[i]
        for e in range(indptr[i], indptr[i + ONE]):
            j = indices[e]
            theirs = degree[j]
            if (theirs > mine) | ((theirs == mine) & (j > i)):
                into[e] = tie[own, out]
                own += ONE
            else:
                into[e] = tie[cursor[j], back]
                cursor[j] += ONE

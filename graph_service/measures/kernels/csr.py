"""The form in which every kernel takes a graph, and what is refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class BadGraph(ValueError):
    """The arrays are not a symmetric CSR graph with positive finite weights."""


class Csr(NamedTuple):
    """A graph as the compiled loops take it: unsigned, so that no index is checked for being negative."""

    indptr: npt.NDArray[np.uint64]
    indices: npt.NDArray[np.uint32]
    weights: Floats
    unit: bool

    @property
    def people(self) -> int:
        return len(self.indptr) - 1

    @property
    def ties(self) -> int:
        return len(self.indices) // 2


def csr(indptr: Any, indices: Any, weights: Any = None) -> Csr:
    """Take a symmetric CSR graph; refuse what has the wrong shape.

    Parameters: `indptr` int64[n+1] from 0 to m2; `indices` int32[m2], ascending in each row, no self-loops;
    `weights` float64[m2] (symmetric, positive, finite) or None (every tie 1). Memory is shared, not copied,
    when types fit. Raises `BadGraph`. What needs a look at every entry is checked by the loop that first
    reads it, at no extra pass.
    """
    indptr, indices = np.asarray(indptr), np.asarray(indices)
    if indptr.ndim != 1 or indices.ndim != 1 or len(indptr) < 1:
        raise BadGraph("indptr and indices must be one-dimensional, indptr of length people + 1")
    if len(indptr) - 1 > np.iinfo(np.int32).max:
        raise BadGraph("more than 2**31 - 1 people")
    if indptr[0] != 0 or indptr[-1] != len(indices) or np.any(indptr[1:] < indptr[:-1]):
        raise BadGraph("indptr must rise from 0 to the length of indices")
    if len(indices) % 2:
        raise BadGraph("the graph is not symmetric: an odd number of entries")
    starts = frozen(indptr, np.int64).view(np.uint64)
    ends = frozen(indices, np.int32).view(np.uint32)
    if weights is None:
        return Csr(starts, ends, frozen(np.ones(1), np.float64), True)
    weights = np.asarray(weights)
    if weights.shape != indices.shape:
        raise BadGraph(f"weights has shape {weights.shape}, indices {indices.shape}")
    return Csr(starts, ends, frozen(weights, np.float64), False)


def frozen(values: Any, dtype: type) -> npt.NDArray[Any]:
    """A read-only view: arrays in memory and memory-mapped ones then share one compiled version."""
    view: npt.NDArray[Any] = np.ascontiguousarray(values, dtype=dtype).view()
    view.flags.writeable = False
    return view


def cache_lines(*shape: int) -> Floats:
    """Zeros that begin at a cache line: a record of 64 bytes is then one line, not parts of two."""
    size = int(np.prod(shape))
    raw = np.zeros(size + 7)
    first = -raw.ctypes.data % 64 // 8
    return raw[first : first + size].reshape(shape)

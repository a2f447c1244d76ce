"""A symmetric graph as compressed rows, and how pairs become one."""

from dataclasses import dataclass

import numpy as np

from graph_service.compiled import kernel


@dataclass(frozen=True, eq=False)
class Graph:
    """indptr int64[n+1]; indices int32[m2], ascending in each row; weights float64[m2]; pair int64[m2]: the
    row of the pair that each entry came from."""

    indptr: np.ndarray
    indices: np.ndarray
    weights: np.ndarray
    pair: np.ndarray

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def row(self, at: int) -> np.ndarray:
        """The alters of one person, ascending."""
        return self.indices[self.indptr[at] : self.indptr[at + 1]]


@kernel
def _fill(n, a, b, weight):  # type: ignore[no-untyped-def]
    """Rows in ascending order: pairs come sorted by (a, b), so two counting passes keep them so."""
    indptr = np.zeros(n + 1, np.int64)
    for at in range(len(a)):
        indptr[a[at] + 1] += 1
        indptr[b[at] + 1] += 1
    for at in range(n):
        indptr[at + 1] += indptr[at]
    to = indptr[:-1].copy()
    indices = np.empty(2 * len(a), np.int32)
    weights = np.empty(2 * len(a), np.float64)
    pair = np.empty(2 * len(a), np.int64)
    # First the smaller ends (b's row gets a, ascending since pairs are sorted by a), then the larger ones.
    for at in range(len(a)):
        place = to[b[at]]
        indices[place], weights[place], pair[place] = a[at], weight[at], at
        to[b[at]] = place + 1
    for at in range(len(a)):
        place = to[a[at]]
        indices[place], weights[place], pair[place] = b[at], weight[at], at
        to[a[at]] = place + 1
    return indptr, indices, weights, pair


def graph_of(n: int, a: np.ndarray, b: np.ndarray, weight: np.ndarray, rows: np.ndarray | None = None) -> Graph:
    """The graph of pairs a < b, sorted by (a, b) and without repeats.

    rows: for each pair, the number it has elsewhere (kept in `pair`).

    >>> graph_of(3, np.array([0, 1], np.int32), np.array([1, 2], np.int32), np.ones(2)).row(1).tolist()
    [0, 2]
    """
    indptr, indices, weights, pair = _fill(n, a.astype(np.int32), b.astype(np.int32), weight.astype(np.float64))
    return Graph(indptr, indices, weights, pair if rows is None else rows[pair])

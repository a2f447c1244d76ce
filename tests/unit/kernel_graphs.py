"""Small graphs in the form the kernels take."""

from __future__ import annotations

import numpy as np


def csr_of(ties, weighted=True, isolates=()):
    """Names in order of first mention, and (indptr, indices, weights or None) of undirected named ties."""
    names = list(dict.fromkeys([name for a, b, *_ in ties for name in (a, b)] + list(isolates)))
    index = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    for a, b, *weight in ties:
        matrix[index[a], index[b]] += weight[0] if weight else 1
        matrix[index[b], index[a]] = matrix[index[a], index[b]]
    indptr, indices, weights = csr_of_matrix(matrix)
    return names, (indptr, indices, weights if weighted else None)


def csr_of_matrix(matrix):
    """CSR of a symmetric matrix of weights."""
    rows, columns = np.nonzero(matrix)
    indptr = np.searchsorted(rows, np.arange(len(matrix) + 1)).astype(np.int64)
    return indptr, columns.astype(np.int32), matrix[rows, columns].astype(np.float64)


def random_matrix(people, chance, seed):
    """A symmetric matrix of random positive weights."""
    random = np.random.default_rng(seed)
    upper = np.triu(random.random((people, people)) < chance, 1) * random.gamma(1.0, 1.0, (people, people))
    return upper + upper.T

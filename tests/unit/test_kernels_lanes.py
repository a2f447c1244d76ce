"""Several terms in one pass equal the same terms one by one."""

from __future__ import annotations

import numpy as np
import pytest

from graph_service.measures.kernels.csr import BadGraph
from graph_service.measures.kernels.lanes import lanes
from graph_service.measures.kernels.triangles import whole
from tests.unit.kernel_graphs import csr_of_matrix, random_matrix


def terms(people, chance, count, seed):
    """Matrices of several terms, and the union as CSR with a column of weights per term."""
    matrices = [random_matrix(people, chance, seed + k) for k in range(count)]
    union = csr_of_matrix(np.sum(matrices, axis=0))
    rows = np.repeat(np.arange(people), np.diff(union[0]))
    weights = np.stack([matrix[rows, union[1]] for matrix in matrices], axis=1)
    return matrices, union[0], union[1], weights


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9, 17])
@pytest.mark.parametrize("chance", [0.02, 0.1, 0.4])
def test_each_lane_is_its_term(count, chance):
    matrices, indptr, indices, weights = terms(50, chance, count, 11)
    together = lanes(indptr, indices, weights)
    for lane, matrix in enumerate(matrices):
        alone = whole(*csr_of_matrix(matrix))
        for name in alone._fields:
            np.testing.assert_allclose(
                getattr(together, name)[:, lane], getattr(alone, name), rtol=1e-12, atol=1e-13, err_msg=name
            )


def test_a_term_in_which_nothing_lives_is_undefined_throughout():
    _, indptr, indices, weights = terms(20, 0.3, 2, 3)
    weights[:, 1] = 0
    result = lanes(indptr, indices, weights)
    assert not result.degree[:, 1].any()
    assert np.isnan(result.constraint[:, 1]).all()


@pytest.mark.parametrize("factor", [1e-250, 1e250])
def test_lanes_keep_their_proportions_at_the_ends_of_the_range(factor):
    _, indptr, indices, weights = terms(20, 0.3, 2, 5)
    near, far = lanes(indptr, indices, weights), lanes(indptr, indices, weights * factor)
    np.testing.assert_allclose(far.constraint, near.constraint, rtol=1e-12)


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        ([[1.0, 1.0], [1.0, 2.0]], "another weight"),
        ([[-1.0, 1.0], [-1.0, 1.0]], "positive"),
        ([[np.nan, 1.0], [np.nan, 1.0]], "positive"),
        ([1.0, 1.0], "shape"),
        ([[1.0, 1.0]], "shape"),
    ],
)
def test_lanes_that_are_no_graph_are_refused(weights, why):
    with pytest.raises(BadGraph, match=why):
        lanes(np.array([0, 1, 2]), np.array([1, 0]), np.array(weights))

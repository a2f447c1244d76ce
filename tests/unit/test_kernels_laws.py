"""Laws that hold on any graph: relabelling, strangers, union, scale, a pendant, merged ties, a live edit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.measures.kernels import ego_model, triangles
from graph_service.measures.kernels.csr import BadGraph
from graph_service.measures.kernels.edit import affected, structure_of
from graph_service.measures.kernels.ego_betweenness import ego_betweenness
from graph_service.measures.kernels.ego_model import ego
from graph_service.measures.kernels.triangles import whole
from tests.unit.kernel_graphs import csr_of_matrix, random_matrix

MODELS = {"whole": whole, "ego": ego}
laws = settings(max_examples=40, deadline=None)
matrices = st.builds(random_matrix, st.integers(1, 25), st.floats(0.05, 1), st.integers(0, 10**6))


def structure(matrix, model):
    return MODELS[model](*csr_of_matrix(matrix))


def assert_same(a, b, rtol=1e-10, atol=1e-12):
    for name in a._fields:
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=rtol, atol=atol, err_msg=name)


def part(result, rows):
    return result._make(column[rows] for column in result)


@pytest.mark.parametrize("model", MODELS)
@given(matrix=matrices, seed=st.integers(0, 10**6))
@laws
def test_names_do_not_matter(model, matrix, seed):
    order = np.random.default_rng(seed).permutation(len(matrix))
    assert_same(structure(matrix[np.ix_(order, order)], model), part(structure(matrix, model), order))


@pytest.mark.parametrize("model", MODELS)
@given(matrix=matrices)
@laws
def test_a_person_without_ties_changes_nobody(model, matrix):
    n = len(matrix)
    bigger = np.zeros((n + 1, n + 1))
    bigger[:n, :n] = matrix
    for a, b in zip(part(structure(bigger, model), slice(0, n)), structure(matrix, model), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("model", MODELS)
@given(matrix=matrices, other=matrices)
@laws
def test_two_programmes_side_by_side_are_measured_as_each_alone(model, matrix, other):
    n, m = len(matrix), len(other)
    both = np.zeros((n + m, n + m))
    both[:n, :n], both[n:, n:] = matrix, other
    together = structure(both, model)
    for rows, alone in [(slice(0, n), matrix), (slice(n, n + m), other)]:
        for a, b in zip(part(together, rows), structure(alone, model), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("model", MODELS)
@given(matrix=matrices, factor=st.floats(1e-200, 1e200))
@laws
def test_the_unit_of_the_weights_does_not_matter(model, matrix, factor):
    a, b = structure(matrix, model), structure(matrix * factor, model)
    assert_same(a._replace(strength=b.strength), b)


@pytest.mark.parametrize("model", MODELS)
@given(matrix=matrices, weight=st.floats(0.01, 100))
@laws
def test_a_pendant_gets_constraint_one_and_adds_one_to_effective_size_without_weights(model, matrix, weight):
    n = len(matrix)
    bigger = np.zeros((n + 1, n + 1))
    bigger[:n, :n] = matrix
    bigger[0, n] = bigger[n, 0] = weight
    after, before = structure(bigger, model), structure(matrix, model)
    last = {name: column[n] for name, column in after._asdict().items()}
    assert last["degree"] == last["effective_size"] == last["constraint"] == last["hierarchy"] == 1
    assert last["local_bridges"] == 1
    assert last["support_ratio"] == 0
    assert after.triangles[0] == before.triangles[0]
    assert after.local_bridges[0] == before.local_bridges[0] + 1
    if before.degree[0]:
        indptr, indices, _ = csr_of_matrix(bigger)
        size, d, t = MODELS[model](indptr, indices).effective_size[0], after.degree[0], after.triangles[0]
        assert size == pytest.approx(d - 2 * t / d)


@given(a=st.builds(random_matrix, st.just(15), st.floats(0.1, 0.6), st.integers(0, 999)),
       b=st.builds(random_matrix, st.just(15), st.floats(0.1, 0.6), st.integers(0, 999)))  # fmt: skip
@laws
def test_parallel_ties_are_merged_by_sum(a, b):
    nx = pytest.importorskip("networkx")
    parallel = nx.MultiGraph()
    parallel.add_nodes_from(range(15))
    for matrix in (a, b):
        parallel.add_weighted_edges_from(
            (i, j, matrix[i, j]) for i, j in zip(*np.nonzero(np.triu(matrix)), strict=True)
        )
    merged = nx.to_numpy_array(parallel)
    assert_same(structure(a + b, "whole"), structure(merged, "whole"))


@pytest.mark.parametrize("model", MODELS)
@given(matrix=matrices)
@laws
def test_every_value_lies_in_its_range(model, matrix):
    got = structure(matrix, model)
    some = got.degree > 0
    assert np.isnan(got.constraint[~some]).all()
    assert ((got.constraint[some] > 0) & (got.constraint[some] < 2)).all()
    assert (got.effective_size[some] >= 1 - 1e-9).all()
    assert (got.effective_size[some] <= got.degree[some] + 1e-9).all()
    assert ((got.hierarchy[some] >= 0) & (got.hierarchy[some] <= 1)).all()
    between = ego_betweenness(*csr_of_matrix(matrix)[:2])[got.degree > 1]
    assert ((between >= 0) & (between <= 1)).all()


@pytest.mark.parametrize("model", MODELS)
@given(matrix=matrices, data=st.data(), weighted=st.booleans())
@laws
def test_a_live_edit_equals_a_full_pass_to_the_last_bit(model, matrix, data, weighted):
    n = len(matrix)
    before = matrix
    after = matrix.copy()
    ends = data.draw(st.lists(st.tuples(*[st.integers(0, n - 1)] * 2), min_size=1, max_size=3))
    ends = [(i, j) for i, j in ends if i != j]
    for i, j in ends:
        after[i, j] = after[j, i] = data.draw(st.sampled_from([0.0, 0.3, 2.0, 1e3]))
    indptr, indices, weights = csr_of_matrix(after)
    weights = weights if weighted else None
    changed = affected(indptr, indices, [i for pair in ends for i in pair])
    people, values = structure_of(indptr, indices, weights, changed, model)
    full = MODELS[model](indptr, indices, weights)
    np.testing.assert_array_equal(people, changed)
    for a, b in zip(values, part(full, people), strict=True):
        np.testing.assert_array_equal(a, b)
    others = np.setdiff1d(np.arange(n), people)
    earlier = csr_of_matrix(before)
    earlier = MODELS[model](*earlier[:2], earlier[2] if weighted else None)
    for a, b in zip(part(earlier, others), part(full, others), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("model", ["whole", "ego"])
def test_a_live_edit_measures_two_ends_and_their_neighbours_and_nobody_else(model, monkeypatch):
    # A ring of 400 people, each tied to the two next ones on both sides; one tie across it is new.
    people, near = 400, [1, 2, 398, 399]
    matrix = np.zeros((people, people))
    for i in range(people):
        matrix[i, [(i + step) % people for step in near]] = 1.0
    matrix[0, 200] = matrix[200, 0] = 2.5
    graph = csr_of_matrix(matrix)
    kernel = {"whole": triangles, "ego": ego_model}[model]
    passed, measure = [], kernel.measure
    monkeypatch.setattr(kernel, "measure", lambda part, margins: passed.append(part.people) or measure(part, margins))
    changed = affected(*graph[:2], [0, 200])
    assert changed.tolist() == [0, 1, 2, 198, 199, 200, 201, 202, 398, 399]
    structure_of(*graph, changed, model)
    # Read besides are the ties that these ten have: two people further on each side of both ends.
    assert passed == [18]


def test_an_edit_of_someone_unknown_is_refused():
    with pytest.raises(BadGraph, match="not a person"):
        affected(*csr_of_matrix(random_matrix(5, 0.5, 1))[:2], [5])

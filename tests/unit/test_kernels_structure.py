"""The triangle passes against other implementations, by the definition's own words, and at their edges."""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from graph_service.measures.kernels.assembly import assemble
from graph_service.measures.kernels.csr import BadGraph, csr
from graph_service.measures.kernels.ego_model import ego
from graph_service.measures.kernels.oriented import orient
from graph_service.measures.kernels.ties import local_constraint, overlap
from graph_service.measures.kernels.triangles import whole
from tests.unit.kernel_graphs import csr_of, csr_of_matrix, random_matrix

nx = pytest.importorskip("networkx")
MODELS = {"whole": whole, "ego": ego}
GRAPHS = [(12, 0.5, 1), (40, 0.15, 2), (60, 0.5, 3), (25, 1.0, 4), (30, 0.04, 5)]


def by_definition(matrix, i, model):
    """Burt's words, in plain loops, for one person: constraint of each alter and effective size."""
    people = range(len(matrix))
    alters = [j for j in people if matrix[i, j] > 0]
    local, size = {}, 0.0

    def among(q):
        return people if model == "whole" else [i, *alters]

    def p(a, b):
        return matrix[a, b] / sum(matrix[a, k] for k in (people if a == i else among(a)))

    def m(a, b):
        return matrix[a, b] / max(matrix[a, k] for k in among(a))

    for j in alters:
        others = [q for q in alters if q != j]
        local[j] = (p(i, j) + sum(p(i, q) * p(q, j) for q in others)) ** 2
        size += 1 - sum(p(i, q) * m(j, q) for q in others)
    return local, size


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("graph", GRAPHS[:4], ids=str)
def test_both_models_equal_the_definition_in_plain_loops(model, graph):
    matrix = random_matrix(*graph)
    csr = csr_of_matrix(matrix)
    result, local = MODELS[model](*csr), local_constraint(*csr, model=model)
    for i in range(len(matrix)):
        expected, size = by_definition(matrix, i, model)
        row = slice(csr[0][i], csr[0][i + 1])
        assert local[row] == pytest.approx(list(expected.values()), rel=1e-12)
        if expected:
            c = np.array(list(expected.values()))
            assert result.constraint[i] == pytest.approx(c.sum(), rel=1e-12)
            assert result.effective_size[i] == pytest.approx(size, rel=1e-12)
            if len(c) > 1:
                r = c / c.mean()
                by_coleman = (r * np.log(r)).sum() / (len(r) * np.log(len(r)))
                assert result.hierarchy[i] == pytest.approx(by_coleman, abs=1e-12)


@pytest.mark.parametrize("graph", GRAPHS, ids=str)
def test_the_whole_model_agrees_with_networkx_on_its_right_paths(graph):
    matrix = random_matrix(*graph)
    g = nx.from_numpy_array(matrix)
    result = whole(*csr_of_matrix(matrix))
    constraint = nx.constraint(g, nodes=list(g), weight="weight")
    size = nx.effective_size(g, nodes=list(g), weight="weight")
    np.testing.assert_allclose(result.constraint, list(constraint.values()), rtol=1e-9)
    np.testing.assert_allclose(result.effective_size, list(size.values()), rtol=1e-9)
    alters = result.degree > 1
    clustering = np.array(list(nx.clustering(g).values()))
    np.testing.assert_allclose(result.density[alters], clustering[alters], rtol=1e-12)


@pytest.mark.parametrize("graph", GRAPHS, ids=str)
def test_the_unweighted_pass_agrees_with_networkx(graph):
    matrix = random_matrix(*graph)
    g = nx.from_numpy_array(matrix)
    result = whole(*csr_of_matrix(matrix)[:2])
    np.testing.assert_allclose(result.constraint, list(nx.constraint(g).values()), rtol=1e-9)
    np.testing.assert_allclose(result.effective_size, list(nx.effective_size(g).values()), rtol=1e-9)
    assert list(result.triangles) == list(nx.triangles(g).values())


@pytest.mark.parametrize("graph", GRAPHS, ids=str)
def test_constraint_agrees_with_igraph_on_weighted_graphs(graph):
    igraph = pytest.importorskip("igraph")
    matrix = random_matrix(*graph)
    rows, columns = np.nonzero(np.triu(matrix))
    g = igraph.Graph(len(matrix), list(zip(rows.tolist(), columns.tolist(), strict=True)))
    expected = g.constraint(weights=matrix[rows, columns].tolist())
    np.testing.assert_allclose(whole(*csr_of_matrix(matrix)).constraint, expected, rtol=1e-9)


@pytest.mark.parametrize("graph", GRAPHS, ids=str)
def test_the_models_agree_on_what_needs_no_weights(graph):
    csr = csr_of_matrix(random_matrix(*graph))
    a, b = whole(*csr), ego(*csr)
    for name in ("degree", "triangles", "density", "local_bridges", "support_ratio"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    unweighted = whole(*csr[:2]).effective_size, ego(*csr[:2]).effective_size
    np.testing.assert_allclose(*unweighted, rtol=1e-12)


def test_overlap_counts_shared_alters_per_tie():
    ties = [("a", "b"), ("b", "c"), ("a", "c"), ("a", "d"), ("e", "f")]
    names, (indptr, indices, _) = csr_of(ties)
    got = overlap(indptr, indices)
    owners = np.repeat(np.arange(len(names)), np.diff(indptr))
    table = {
        names[i] + names[j]: (int(m), o) for i, j, m, o in zip(owners, indices, got.shared, got.overlap, strict=True)
    }
    assert table["ab"] == table["ba"] == (1, pytest.approx(1 / 2))
    assert table["bc"] == (1, pytest.approx(1))
    assert table["ad"] == (0, 0)
    assert table["ef"][0] == 0
    assert np.isnan(table["ef"][1])


@pytest.mark.parametrize("model", MODELS)
def test_nobody_and_one_person_are_graphs_too(model):
    assert len(MODELS[model](np.array([0]), np.array([])).degree) == 0
    assert np.isnan(MODELS[model](np.array([0, 0]), np.array([])).constraint[0])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("factor", [1e-250, 1e-120, 1e120, 1e250])
def test_weights_at_the_ends_of_the_range_keep_their_proportions(model, factor):
    indptr, indices, weights = csr_of_matrix(random_matrix(20, 0.4, 7))
    near, far = MODELS[model](indptr, indices, weights), MODELS[model](indptr, indices, weights * factor)
    np.testing.assert_allclose(far.constraint, near.constraint, rtol=1e-12)
    np.testing.assert_allclose(far.effective_size, near.effective_size, rtol=1e-12)
    np.testing.assert_allclose(far.strength, near.strength * factor, rtol=1e-12)


BAD = {
    "not a person": ([0, 1, 2], [1, 2], [1.0, 1.0]),
    "not ascending": ([0, 2, 3, 4], [2, 1, 0, 0], [1.0, 1.0, 1.0, 1.0]),
    "holds a person twice": ([0, 2, 4], [1, 1, 0, 0], [1.0, 1.0, 1.0, 1.0]),
    "self-loop": ([0, 2, 4], [0, 1, 0, 1], [1.0, 1.0, 1.0, 1.0]),
    "positive": ([0, 1, 2], [1, 0], [0.0, 0.0]),
    "finite": ([0, 1, 2], [1, 0], [np.nan, np.nan]),
    "number": ([0, 1, 2], [1, 0], [np.inf, np.inf]),
    "without its reverse": ([0, 1, 2, 3], [1, 2, 0], None),
    "another weight": ([0, 1, 2], [1, 0], [1.0, 2.0]),
    "odd number": ([0, 1, 1], [1], [1.0]),
    "rise from 0": ([0, 3, 2], [1, 0], [1.0, 1.0]),
    "shape": ([0, 1, 2], [1, 0], [1.0]),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("why", BAD)
def test_a_graph_that_is_none_is_refused_with_the_reason(model, why):
    indptr, indices, weights = BAD[why]
    if why == "without its reverse":
        indptr, indices = [0, 1, 2, 3, 4], [1, 2, 3, 0]
    weights = None if weights is None else np.array(weights)
    with pytest.raises(BadGraph, match=why):
        MODELS[model](np.array(indptr), np.array(indices), weights)


def test_a_hub_is_met_in_more_than_one_batch():
    people = 400
    matrix = np.ones((people, people)) - np.eye(people)
    result = whole(*csr_of_matrix(matrix))
    assert result.triangles == pytest.approx((people - 1) * (people - 2) / 2)
    assert result.effective_size == pytest.approx(1)


@pytest.mark.parametrize("model", MODELS)
def test_several_calls_at_once_give_what_one_gives(model):
    graphs = [csr_of_matrix(random_matrix(150, 0.2, seed)) for seed in range(6)]
    alone = [MODELS[model](*graph) for graph in graphs]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda graph: MODELS[model](*graph), graphs * 4))
    for k, result in enumerate(together):
        for a, b in zip(result, alone[k % 6], strict=True):
            np.testing.assert_array_equal(a, b)


def test_the_whole_pass_takes_at_most_fifty_bytes_a_tie():
    people = 20_000
    random = np.random.default_rng(1)
    made = assemble(people, *random.integers(0, people, (2, 10 * people)))
    weights = made.weights(np.ones(10 * people))
    whole(made.indptr, made.indices, weights)
    tracemalloc.start()
    whole(made.indptr, made.indices, weights)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak / (len(made.indices) / 2) < 50


@pytest.mark.parametrize("hub", [0, 1_000, 4_999])
def test_the_work_does_not_grow_with_the_largest_hub(hub):
    people = 5_000
    random = np.random.default_rng(3)
    a, b = random.integers(0, people, (2, 5 * people))
    hub_ties = random.choice(np.arange(1, people), hub, replace=False)
    made = assemble(people, np.concatenate([a, np.zeros(hub, int)]), np.concatenate([b, hub_ties]))
    oriented = orient(csr(made.indptr, made.indices), 1)
    rows = np.diff(oriented.start).astype(int)
    looked_at = rows[oriented.head[:-1]].sum()
    assert oriented.widest <= np.sqrt(2 * len(made.indices) / 2)
    assert looked_at < 8 * len(made.indices)

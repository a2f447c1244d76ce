"""Ego betweenness and separate worlds: what an ego stands between."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from graph_service.measures.kernels.components import separate_worlds
from graph_service.measures.kernels.ego_betweenness import ego_betweenness
from graph_service.measures.kernels.shared_alters import shared_alters
from tests.unit.kernel_graphs import csr_of, csr_of_matrix, random_matrix
from tests.unit.test_kernels_published_values import BORGATTI, HUB, K4

GRAPHS = [(12, 0.5, 1), (60, 0.15, 2), (40, 0.5, 3), (20, 1.0, 4), (80, 0.03, 5)]


def test_borgattis_example_has_its_published_ego_betweenness():
    names, (indptr, indices, _) = csr_of(BORGATTI)
    got = dict(zip(names, ego_betweenness(indptr, indices), strict=True))
    assert got["A"] == pytest.approx(0.25)
    assert got["B"] == pytest.approx(0.166667, abs=5e-7)
    assert got["G"] == pytest.approx(0.6)


def test_a_hub_stands_between_all_its_leaves_and_a_member_of_a_clique_between_nobody():
    for ties, person, value in [(HUB, "h", 1.0), (K4, "a", 0.0)]:
        names, (indptr, indices, _) = csr_of(ties)
        assert ego_betweenness(indptr, indices)[names.index(person)] == value


@pytest.mark.parametrize("graph", GRAPHS, ids=str)
def test_ego_betweenness_is_betweenness_in_the_ego_graph(graph):
    matrix = random_matrix(*graph)
    g = nx.from_numpy_array(matrix)
    got = ego_betweenness(*csr_of_matrix(matrix)[:2])
    for i in g:
        if g.degree(i) < 2:
            assert np.isnan(got[i])
        else:
            assert got[i] == pytest.approx(nx.betweenness_centrality(nx.ego_graph(g, i))[i], abs=1e-12)


@pytest.mark.parametrize("graph", GRAPHS, ids=str)
def test_separate_worlds_are_the_components_of_the_alters_without_ego(graph):
    matrix = random_matrix(*graph)
    g = nx.from_numpy_array(matrix)
    got = separate_worlds(*csr_of_matrix(matrix)[:2])
    assert list(got) == [nx.number_connected_components(g.subgraph(g[i])) if g.degree(i) else 0 for i in g]


def test_lists_made_once_serve_both():
    csr = csr_of_matrix(random_matrix(30, 0.3, 6))[:2]
    lists = shared_alters(*csr)
    np.testing.assert_array_equal(separate_worlds(*csr, shared=lists), separate_worlds(*csr))
    np.testing.assert_array_equal(ego_betweenness(*csr, shared=lists), ego_betweenness(*csr))


def test_a_graph_without_people_has_no_ego_networks():
    assert len(ego_betweenness(np.array([0]), np.array([]))) == 0
    assert len(separate_worlds(np.array([0]), np.array([]))) == 0

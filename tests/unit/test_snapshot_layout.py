"""Places on the programme map: the same for the same graph, meaningful, and nobody lost."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.snapshot.layout import positions


def rows(graph: nx.Graph) -> tuple[np.ndarray, np.ndarray]:
    """A graph on 0..n-1 as compressed rows."""
    neighbours = [sorted(graph[k]) for k in range(len(graph))]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in neighbours])]).astype(np.int64)
    return indptr, np.array([j for row in neighbours for j in row], np.int32)


def away(placed: np.ndarray, people: list[int]) -> np.ndarray:
    return np.sqrt((placed[people] ** 2).sum(axis=1))


def test_the_same_graph_is_laid_out_the_same_twice():
    graph = rows(nx.gnm_random_graph(300, 900, seed=4))
    assert positions(*graph).tobytes() == positions(*graph).tobytes()


def test_another_seed_gives_another_drawing():
    graph = rows(nx.gnm_random_graph(60, 120, seed=4))
    assert positions(*graph).tobytes() != positions(*graph, seed=1).tobytes()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 60), st.integers(0, 80), st.integers(0, 5))
def test_everyone_has_a_place_inside_the_circle_and_nobody_shares_it(n, m, seed):
    placed = positions(*rows(nx.gnm_random_graph(n, m, seed=seed)))
    assert placed.shape == (n, 2) and placed.dtype == np.float32
    assert np.isfinite(placed).all()
    assert (np.sqrt((placed.astype(float) ** 2).sum(axis=1)) <= 1).all()
    assert len({tuple(place) for place in placed.tolist()}) == n


def test_people_of_one_site_stand_together():
    sites = nx.planted_partition_graph(6, 60, 0.2, 0.004, seed=3)
    placed = positions(*rows(sites))
    middles = np.array([placed[60 * k : 60 * k + 60].mean(axis=0) for k in range(6)])
    within = np.mean([np.linalg.norm(placed[60 * k : 60 * k + 60] - middles[k], axis=1).mean() for k in range(6)])
    between = np.mean([np.linalg.norm(middles[a] - middles[b]) for a in range(6) for b in range(a)])
    assert between > 2.5 * within


def test_a_tie_is_much_shorter_than_the_way_between_two_people_anywhere():
    graph = nx.connected_watts_strogatz_graph(500, 6, 0.05, seed=1)
    placed = positions(*rows(graph))
    ties = np.array(graph.edges)
    tie = np.linalg.norm(placed[ties[:, 0]] - placed[ties[:, 1]], axis=1).mean()
    drawn = np.random.default_rng(0).integers(500, size=(4000, 2))
    assert tie < 0.3 * np.linalg.norm(placed[drawn[:, 0]] - placed[drawn[:, 1]], axis=1).mean()


def test_small_components_stand_around_the_largest_and_people_without_ties_outside():
    graph = nx.disjoint_union_all([nx.connected_watts_strogatz_graph(200, 6, 0.1, seed=1), nx.path_graph(5)])
    graph = nx.disjoint_union_all([graph, *[nx.path_graph(2)] * 9, nx.empty_graph(40)])
    placed = positions(*rows(graph))
    main, small, alone = list(range(200)), list(range(200, 223)), list(range(223, 263))
    assert away(placed, main).max() < away(placed, small).min()
    assert away(placed, small).max() < away(placed, alone).min()


def test_small_components_do_not_overlap():
    graph = nx.disjoint_union_all([nx.path_graph(30), *[nx.cycle_graph(5)] * 12, *[nx.path_graph(2)] * 40])
    placed = positions(*rows(graph)).astype(float)
    parts = [sorted(part) for part in nx.connected_components(graph)]
    middles = [(placed[p].min(axis=0) + placed[p].max(axis=0)) / 2 for p in parts]
    radii = [np.linalg.norm(placed[p] - m, axis=1).max() for p, m in zip(parts, middles, strict=True)]
    for a in range(len(parts)):
        for b in range(a):
            assert np.linalg.norm(middles[a] - middles[b]) > radii[a] + radii[b]


@pytest.mark.parametrize("n", [0, 1, 2, 50])
def test_a_programme_without_any_tie_is_spread_evenly(n):
    placed = positions(*rows(nx.empty_graph(n)))
    if n > 1:
        gaps = np.linalg.norm(placed[:, None] - placed[None], axis=2)[~np.eye(n, dtype=bool)]
        assert gaps.min() > 0.5 / np.sqrt(n)


def test_a_hub_and_its_contacts_do_not_collapse_to_a_point():
    placed = positions(*rows(nx.star_graph(300)))
    assert len(np.unique(np.round(placed / 0.02), axis=0)) > 150

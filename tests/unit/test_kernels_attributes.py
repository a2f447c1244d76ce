"""Variety, likeness, positions and reach against their definitions in plain loops."""

from __future__ import annotations

from math import log

import networkx as nx
import numpy as np
import pytest

from graph_service.measures.kernels.attributes import likeness, positions, variety
from graph_service.measures.kernels.csr import BadGraph
from graph_service.measures.kernels.reach import (
    employers_reached,
    employers_within_two,
    second_degree_reach,
)
from tests.unit.kernel_graphs import csr_of, csr_of_matrix, random_matrix

STAR = [("i", alter, 1) for alter in "abcdef"]


def world(people, chance, kinds, seed):
    """A random graph, a code per person (some unknown), and the alters of each."""
    matrix = random_matrix(people, chance, seed)
    codes = np.random.default_rng(seed).integers(-1, kinds, people).astype(np.int32)
    return csr_of_matrix(matrix)[:2], codes, [np.flatnonzero(row) for row in matrix]


@pytest.mark.parametrize("seed", range(4))
def test_variety_by_its_definition(seed):
    csr, codes, alters = world(40, 0.15, 5, seed)
    got = variety(*csr, codes, 5)
    for i, who in enumerate(alters):
        known = [codes[j] for j in who if codes[j] >= 0]
        shares = [known.count(c) / len(known) for c in set(known)] if known else []
        assert got.known[i] == len(known)
        assert got.richness[i] == len(shares)
        if not known:
            assert np.isnan([got.blau[i], got.iqv[i], got.entropy[i]]).all()
            continue
        blau = 1 - sum(p * p for p in shares)
        assert got.blau[i] == pytest.approx(blau)
        assert got.iqv[i] == pytest.approx(blau * 5 / 4)
        assert got.entropy[i] == pytest.approx(-sum(p * log(p) for p in shares), abs=1e-12)


def test_contacts_of_one_kind_have_no_variety_at_all():
    _, (indptr, indices, _) = csr_of(STAR)
    got = variety(indptr, indices, np.full(7, 2), 3)
    assert got.blau[0] == 0
    assert got.entropy[0] == 0


def test_variety_over_one_category_has_no_iqv():
    _, (indptr, indices, _) = csr_of(STAR)
    assert np.isnan(variety(indptr, indices, np.zeros(7, int), 1).iqv).all()


@pytest.mark.parametrize("seed", range(4))
def test_likeness_by_its_definition(seed):
    csr, codes, alters = world(40, 0.2, 3, seed)
    got = likeness(*csr, codes)
    sizes = {c: int((codes == c).sum()) for c in range(3)}
    total = sum(sizes.values())
    for i, who in enumerate(alters):
        same = sum(codes[j] == codes[i] for j in who if codes[j] >= 0)
        known = sum(codes[j] >= 0 for j in who)
        assert got.known[i] == known
        if codes[i] < 0 or known == 0:
            assert np.isnan(got.e_i_index[i])
            continue
        group = sizes[codes[i]]
        e, w = (known - same) / (total - group), same / (group - 1)
        chance = (group - 1) / (total - 1)
        assert got.e_i_index[i] == pytest.approx((known - 2 * same) / known)
        assert got.e_i_rescaled[i] == pytest.approx((e - w) / (e + w))
        assert got.inbreeding[i] == pytest.approx((same / known - chance) / (1 - chance))


def test_likeness_has_no_value_where_the_pool_holds_nobody_else_like_ego():
    _, (indptr, indices, _) = csr_of(STAR)
    got = likeness(indptr, indices, np.array([0, 1, 1, 1, 1, 1, 1]))
    assert got.e_i_index[0] == 1
    assert np.isnan(got.e_i_rescaled[0])


def test_a_filter_leaves_contacts_out():
    _, (indptr, indices, _) = csr_of(STAR)
    codes = np.array([0, 1, 1, 1, 2, 2, -1])
    keep = np.ones(len(indices), bool)
    keep[[3, 4]] = False
    assert variety(indptr, indices, codes, 3).richness[0] == 2
    assert variety(indptr, indices, codes, 3, keep).richness[0] == 1
    assert likeness(indptr, indices, codes, keep=keep).known[0] == 3


def test_positions_count_each_occupation_once():
    _, (indptr, indices, _) = csr_of(STAR)
    occupation = np.array([-1, 0, 0, 1, 2, 3, -1])
    got = positions(indptr, indices, occupation, np.array([2.0, 5.0, 3.0, np.nan]))
    row = {name: float(column[0]) for name, column in got._asdict().items()}
    assert row == {
        "known": 5, "extensity": 4, "unscaled": 1,
        "upper_reachability": 5, "range": 3, "average": pytest.approx(10 / 3), "total": 10,
    }  # fmt: skip


def test_positions_without_occupations_are_zero_or_undefined():
    _, (indptr, indices, _) = csr_of(STAR)
    got = positions(indptr, indices, np.full(7, -1), np.array([1.0]))
    assert got.extensity[0] == got.total[0] == 0
    assert np.isnan([got.upper_reachability[0], got.range[0], got.average[0]]).all()


def within_two(alters, i, through):
    one = set(alters[i])
    return one, (one | {k for j in one if through[j] for k in alters[j]}) - {i}


@pytest.mark.parametrize("kinds", [3, 900])
@pytest.mark.parametrize("chance", [0.01, 0.05, 0.5])
def test_reach_by_its_definition(chance, kinds):
    csr, employer, alters = world(260, chance, kinds, 9)
    through = np.random.default_rng(3).random(260) < 0.7
    reached = employers_reached(*csr, employer)
    two = employers_within_two(*csr, employer, through)
    people = second_degree_reach(*csr, through)
    for i in range(260):
        one, both = within_two(alters, i, through)
        assert reached[i] == len({employer[j] for j in one} - {-1})
        assert two[i] == len({employer[j] for j in both} - {-1})
        assert people[i] == len(both - one)


def test_hubs_are_reached_through_as_sets_and_count_the_same():
    g = nx.barabasi_albert_graph(3000, 4, seed=5)
    g.add_edges_from((0, k) for k in range(1, 2000))
    g.add_edges_from((1, k) for k in range(500, 2900))
    matrix = nx.to_scipy_sparse_array(g, format="csr")
    csr = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)
    alters = [list(g[i]) for i in range(len(g))]
    employer = np.random.default_rng(2).integers(-1, 400, len(g)).astype(np.int32)
    rows = np.arange(0, 3000, 37)
    two = employers_within_two(*csr, employer, rows=rows)
    people = second_degree_reach(*csr, rows=rows)
    for x, i in enumerate(rows):
        one, both = within_two(alters, i, np.ones(3000, bool))
        assert two[x] == len({employer[j] for j in both} - {-1})
        assert people[x] == len(both - one)


@pytest.mark.parametrize(
    "call",
    [
        lambda csr: variety(*csr, np.array([0, 3]), 2),
        lambda csr: variety(*csr, np.array([0, -2]), 2),
        lambda csr: variety(*csr, np.array([0]), 2),
        lambda csr: likeness(*csr, np.array([0, 1]), keep=np.ones(5, bool)),
        lambda csr: employers_within_two(*csr, np.array([0, 1]), rows=[2]),
        lambda csr: second_degree_reach(*csr, through=np.ones(3, bool)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(call):
    with pytest.raises(BadGraph):
        call((np.array([0, 1, 2]), np.array([1, 0])))

"""Cross-group access of a cohort, and growth between two waves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.measures.kernels.cross_group import cross_group
from graph_service.measures.kernels.csr import BadGraph
from graph_service.measures.kernels.growth import growth
from tests.unit.kernel_graphs import csr_of_matrix, random_matrix


def pattern(matrix):
    return csr_of_matrix(matrix)[:2]


def rooms_of(*rooms):
    return np.cumsum([0, *map(len, rooms)]), np.concatenate(rooms)


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 30), st.floats(0.1, 0.9), st.integers(0, 10**6))
def test_in_one_room_connectedness_is_exposure_times_what_bias_leaves(people, chance, seed):
    csr = pattern(random_matrix(people, chance, seed))
    high = np.random.default_rng(seed).random(people) < 0.4
    target = np.where(high, -1, 0)
    got = cross_group(*csr, target, high, rooms=rooms_of(np.arange(people)))
    if got.learners and high.any():
        assert got.economic_connectedness == pytest.approx(got.room_exposure[0] * (1 - got.room_bias[0]), abs=1e-12)
        assert got.friending_bias == pytest.approx(got.room_bias[0], abs=1e-12)
        assert got.exposure == pytest.approx(1)


def test_contacts_like_the_pool_are_parity():
    matrix = np.ones((4, 4)) - np.eye(4)
    got = cross_group(*pattern(matrix), np.array([0, 0, -1, -1]), np.array([False, False, True, True]))
    assert got.learners == 2
    assert got.share[:2] == pytest.approx([2 / 3, 2 / 3])
    assert np.isnan(got.share[2])
    assert got.economic_connectedness == pytest.approx((2 / 3) / (2 / 4))


def test_several_rooms_by_hand():
    # Learners 0, 1; high people 2, 3; 4 is known and not high. Learner 0 knows 2 and 4, learner 1 knows 4.
    matrix = np.zeros((5, 5))
    for a, b in [(0, 2), (0, 4), (1, 4)]:
        matrix[a, b] = matrix[b, a] = 1
    high = np.array([False, False, True, True, False])
    rooms = rooms_of([0, 2, 3, 4], [0, 1, 4])
    got = cross_group(*pattern(matrix), np.array([0, 0, -1, -1, -1]), high, rooms=rooms)
    parity = 2 / 5
    assert got.economic_connectedness == pytest.approx((1 / 2 + 0) / 2 / parity)
    assert got.exposure == pytest.approx((2 / 5 + 0) / 2 / parity)
    assert got.friending_bias == pytest.approx(1 - got.economic_connectedness / got.exposure)
    assert got.room_exposure == pytest.approx([2 / 4 / parity, 0])
    assert got.room_bias[0] == pytest.approx(1 - (1 / 2) / (2 / 4))
    assert np.isnan(got.room_bias[1])
    assert list(got.room_learners) == [1, 0]


def test_each_learner_is_measured_against_their_own_target():
    matrix = np.zeros((4, 4))
    for a, b in [(0, 2), (1, 2)]:
        matrix[a, b] = matrix[b, a] = 1
    high = np.array([[False, False, True, False], [False, False, False, True]])
    got = cross_group(*pattern(matrix), np.array([0, 1, -1, -1]), high)
    assert list(got.share[:2]) == [1, 0]
    assert got.economic_connectedness == pytest.approx((1 / 0.25 + 0) / 2)


def test_a_learner_without_known_contacts_is_in_no_mean():
    got = cross_group(*pattern(np.zeros((2, 2))), np.array([0, -1]), np.array([False, True]))
    assert got.learners == 0
    assert np.isnan([got.economic_connectedness, got.exposure, got.friending_bias]).all()


def test_a_filter_and_unknown_groups_leave_contacts_out():
    matrix = np.zeros((4, 4))
    matrix[0, 1:] = matrix[1:, 0] = 1
    indptr, indices = pattern(matrix)
    target, high = np.array([0, -1, -1, -1]), np.array([False, True, False, False])
    known = np.array([True, True, True, False])
    keep = np.ones(len(indices), bool)
    keep[0] = False
    assert cross_group(indptr, indices, target, high, known).share[0] == 1 / 2
    assert cross_group(indptr, indices, target, high, known, keep=keep).share[0] == 0


@pytest.mark.parametrize("seed", range(5))
def test_growth_by_sets(seed):
    random = np.random.default_rng(seed)
    a, b, before, decayed = (random_matrix(40, random.uniform(0.02, 0.3), seed * 9 + k) > 0 for k in range(4))
    got = growth(*(pattern(m.astype(float)) for m in (a, b, before, decayed)))
    for i in range(40):
        A, B, past, slept = (set(np.flatnonzero(m[i])) for m in (a, b, before, decayed))
        assert got.gained[i] == len(B - A)
        assert got.reactivated[i] == len((B - A) & past)
        assert got.kept[i] == len(A & B)
        assert got.lost[i] == len(A - B)
        assert got.dormant[i] == len((A - B) & slept)
        assert got.ended[i] == len((A - B) - slept)
        assert got.net[i] == len(B) - len(A) == got.gained[i] - got.lost[i]
        assert got.gross[i] == len(A ^ B)
        if A:
            assert got.stability[i] == pytest.approx(len(A & B) / len(A))
        else:
            assert np.isnan(got.stability[i])
        if A | B:
            assert got.jaccard[i] == pytest.approx(len(A & B) / len(A | B))
        else:
            assert np.isnan(got.jaccard[i])


def test_waves_over_different_people_are_refused():
    with pytest.raises(BadGraph, match="same people"):
        growth(pattern(np.zeros((2, 2))), pattern(np.zeros((3, 3))))


@pytest.mark.parametrize(
    ("target", "high", "rooms"),
    [
        ([0], [False, True], None),
        ([1, -1], [False, True], None),
        ([0, -1], [False, True], ([0, 1], [2])),
        ([0, -1], [False, True], ([0, 2], [1])),
    ],
)
def test_a_cohort_that_does_not_fit_is_refused(target, high, rooms):
    with pytest.raises(BadGraph):
        cross_group(*pattern(np.zeros((2, 2))), np.array(target), np.array(high), rooms=rooms)

"""Laws that every measure of the catalogue keeps on graphs given as edges, whatever the graph."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.measured import Snapshot
from graph_service.measures import catalogue

PEOPLE = [f"p{at}" for at in range(7)]
MEASURES = list(catalogue.of_level("learner"))
#: What is counted against everybody in the pool moves with the pool; names of strata need no pool.
ALONE = [id for id in MEASURES if catalogue.get(id).code not in ("V6", "V7")]

edges = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(1, 8).map(lambda n: n / 4)).filter(
        lambda edge: edge[0] != edge[1]
    ),
    max_size=14,
)


def measured(ties, people=PEOPLE, ids=ALONE):
    frame = Snapshot.from_edges(ties, weight=2, people=people).measure(ids)
    return {key: row.tolist() for key, row in frame.iterrows()}


def same(a, b, tolerance=1e-9):
    return all(
        (math.isnan(x) and math.isnan(y)) or math.isclose(x, y, abs_tol=tolerance) for x, y in zip(a, b, strict=True)
    )


@settings(max_examples=15, deadline=None)
@given(edges, st.randoms(use_true_random=False))
def test_names_and_the_order_of_rows_do_not_matter(ties, random):
    names = dict(zip(PEOPLE, random.sample([f"q{at}" for at in range(7)], 7), strict=True))
    turned = [(names[b], names[a], w) if random.random() < 0.5 else (names[a], names[b], w) for a, b, w in ties]
    random.shuffle(turned)
    here, there = measured(ties), measured(turned, list(names.values()))
    assert all(same(here[key], there[names[key]]) for key in PEOPLE)


@settings(max_examples=15, deadline=None)
@given(edges)
def test_a_person_without_ties_changes_nobody_and_has_zeros_and_nulls(ties):
    here, there = measured(ties), measured(ties, [*PEOPLE, "alone"])
    assert all(same(here[key], there[key]) for key in PEOPLE)
    alone = dict(zip(ALONE, there["alone"], strict=True))
    assert alone["network_size"] == 0 and all(
        math.isnan(alone[id]) for id in ("constraint", "effective_size", "efficiency")
    )


@settings(max_examples=15, deadline=None)
@given(edges, edges)
def test_two_programmes_side_by_side_are_measured_as_each_alone(ties, others):
    apart = [(f"z{a}", f"z{b}", w) for a, b, w in others]
    together = measured([*ties, *apart], [*PEOPLE, *(f"z{key}" for key in PEOPLE)])
    one, two = measured(ties), measured(others)
    assert all(same(one[key], together[key]) and same(two[key], together[f"z{key}"]) for key in PEOPLE)


@settings(max_examples=15, deadline=None)
@given(edges, st.sampled_from([0.5, 3.0, 1024.0]))
def test_the_unit_of_the_weights_does_not_matter_to_structure(ties, factor):
    ids = [id for id in MEASURES if catalogue.get(id).dimension == "structure"]
    here, there = measured(ties, ids=ids), measured([(a, b, w * factor) for a, b, w in ties], ids=ids)
    assert all(same(here[key], there[key]) for key in PEOPLE)


@settings(max_examples=15, deadline=None)
@given(edges)
def test_parallel_ties_are_one_tie_of_their_sum_and_a_tie_to_oneself_is_none(ties):
    split = [(a, b, w / 2) for a, b, w in ties for _ in range(2)] + [("p0", "p0", 5.0)]
    here, there = measured(ties), measured(split)
    assert all(same(here[key], there[key]) for key in PEOPLE)


@settings(max_examples=15, deadline=None)
@given(edges, st.sampled_from(PEOPLE))
def test_a_pendant_adds_one_contact_and_has_constraint_one(ties, ego):
    ids = ["network_size", "constraint", "effective_size", "local_bridges"]
    here, there = measured(ties, ids=ids), measured([*ties, (ego, "pendant", 1.0)], [*PEOPLE, "pendant"], ids=ids)
    assert there["pendant"] == [1, 1, 1, 1]
    assert there[ego][0] == here[ego][0] + 1 and there[ego][3] == here[ego][3] + 1


def test_weighted_constraint_and_isolates_agree_with_igraph():
    igraph = pytest.importorskip("igraph")
    rng = np.random.default_rng(11)
    for people, ties in ((12, 20), (60, 240), (200, 1500)):
        pairs = sorted(
            {tuple(sorted(pair)) for pair in rng.integers(0, people, (ties, 2)).tolist() if pair[0] != pair[1]}
        )
        weights = rng.uniform(0.01, 9, len(pairs)).tolist()
        named = [(f"{a:03}", f"{b:03}", w) for (a, b), w in zip(pairs, weights, strict=True)]
        ours = Snapshot.from_edges(named, weight=2, people=[f"{at:03}" for at in range(people)]).measure(["constraint"])
        theirs = igraph.Graph(people, pairs).constraint(weights=weights)
        assert ours["constraint"].tolist() == pytest.approx(theirs, abs=1e-9, nan_ok=True)

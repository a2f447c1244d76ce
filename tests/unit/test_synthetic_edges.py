"""Arrays of ties for graph kernels."""

import hashlib

import numpy as np
import pytest

from graph_service.errors import UnknownParameter
from loaders.synthetic import edges

#: Of n=2000, seed=4.
FINGERPRINT = "21962826fb33e65cd0d0444b79a18de799300780ad3f376e93995096531cbfaa"


def test_the_same_seed_gives_the_same_ties_on_every_machine():
    data = b"".join(each.astype("<i8").tobytes() for each in edges(2000, seed=4))
    assert hashlib.sha256(data).hexdigest() == FINGERPRINT


@pytest.mark.parametrize(("n", "degree", "hubs"), [(50, 4, True), (2000, 10, False), (20_000, 10, True)])
def test_there_are_exactly_as_many_ties_as_asked_each_pair_once(n, degree, hubs):
    source, target, weight = edges(n, degree, hubs, seed=2)
    assert len(source) == n * degree // 2
    assert (source < target).all() and source.min() >= 0 and target.max() < n
    assert len(np.unique(source * n + target)) == len(source)
    assert weight.min() == 1 and weight.max() <= 40


def test_hubs_are_many_times_the_mean_and_absent_when_not_asked_for():
    def most(hubs):
        source, target, _ = edges(20_000, 10, hubs, seed=2)
        return np.bincount(np.concatenate([source, target])).max()

    assert most(True) > 150
    assert most(False) < 40


def test_contacts_of_a_person_know_each_other():
    import networkx as nx

    source, target, _ = edges(3000, 10, seed=2)
    graph = nx.Graph(list(zip(source.tolist(), target.tolist(), strict=True)))
    assert nx.average_clustering(graph) > 0.05


def test_more_ties_than_fit_are_refused():
    with pytest.raises(UnknownParameter):
        edges(10, mean_degree=10)

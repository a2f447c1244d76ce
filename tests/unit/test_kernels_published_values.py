"""Other people's numbers, typed in from the publications, in both models of structural holes."""

from __future__ import annotations

import numpy as np
import pytest

from graph_service.measures.kernels.ego_model import ego
from graph_service.measures.kernels.triangles import whole
from tests.unit.kernel_graphs import csr_of

HUB = [("h", leaf, 1) for leaf in "abcd"]
K4 = [(a, b, 1) for a, b in ("ab", "ac", "ad", "bc", "bd", "cd")]
DYAD = [("a", "b", 1)]
TRIANGLE = [("a", "b", 1), ("b", "c", 1), ("a", "c", 1)]
FIXTURE = [("u", "v", 1.0), ("u", "w", 0.5), ("v", "w", 0.25), ("v", "x", 2.0)]
BORGATTI = [
    ("A", "B", 2),
    ("A", "F", 3),
    ("A", "G", 5),
    ("A", "E", 2),
    ("E", "G", 8),
    ("F", "G", 3),
    ("B", "G", 4),
    ("B", "D", 1),
    ("D", "G", 3),
    ("G", "C", 10),
]
MODELS = {"whole": whole, "ego": ego}


def measured(model, ties, person, weighted=False):
    names, graph = csr_of(ties, weighted)
    result = MODELS[model](*graph)
    row = names.index(person)
    return {name: float(column[row]) for name, column in result._asdict().items()}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("ties", "person", "degree", "effective_size", "efficiency", "constraint", "hierarchy"),
    [
        (HUB, "h", 4, 4, 1, 0.25, 0),
        (K4, "a", 3, 1, 1 / 3, (1 / 3 + 2 / 9) ** 2 * 3, 0),
        (DYAD, "a", 1, 1, 1, 1, 1),
        (TRIANGLE, "a", 2, 1, 0.5, 1.125, 0),
    ],
    ids=["hub with four leaves", "member of K4", "dyad", "triangle"],
)
def test_the_reference_shapes_have_their_published_values(
    model, ties, person, degree, effective_size, efficiency, constraint, hierarchy
):
    got = measured(model, ties, person)
    assert got["degree"] == degree
    assert got["effective_size"] == pytest.approx(effective_size, abs=1e-14)
    assert got["efficiency"] == pytest.approx(efficiency, abs=1e-14)
    assert got["constraint"] == pytest.approx(constraint, abs=1e-14)
    assert got["hierarchy"] == pytest.approx(hierarchy, abs=1e-14)


@pytest.mark.parametrize(
    ("model", "effective_size", "constraint"),
    [
        ("whole", [1.625, 2.6538, 1.3333, 1], [0.752867, 0.539776, 1.196654, 1]),
        ("ego", [1.583333, 2.653846, 1, 1], [0.822716, 0.539776, 1.476049, 1]),
    ],
)
def test_the_weighted_fixture_differs_between_the_models_as_published(model, effective_size, constraint):
    got = [measured(model, FIXTURE, person, weighted=True) for person in "uvwx"]
    assert [row["effective_size"] for row in got] == pytest.approx(effective_size, abs=5e-5)
    assert [row["constraint"] for row in got] == pytest.approx(constraint, abs=5e-7)


@pytest.mark.parametrize(
    ("model", "weighted", "measure", "values", "tolerance"),
    [
        ("whole", False, "effective_size", {"G": 4.667, "A": 2.5, "C": 1}, 5e-4),
        ("whole", False, "constraint", {"G": 0.400, "A": 0.595, "C": 1}, 5e-4),
        ("whole", True, "effective_size", {"G": 5.472, "A": 2.475, "C": 1}, 5e-4),
        ("whole", True, "constraint", {"G": 0.299, "A": 0.795, "C": 1}, 5e-4),
        ("ego", False, "constraint", {"A": 0.683594, "B": 0.839506, "G": 0.400270}, 5e-7),
        ("ego", True, "constraint", {"A": 0.889238, "B": 1.135085, "G": 0.298852}, 5e-7),
        ("ego", True, "effective_size", {"A": 2.40625, "B": 1.485714, "G": 5.471717}, 5e-7),
        ("ego", False, "effective_size", {"G": 4.667, "A": 2.5, "C": 1}, 5e-4),
    ],
)
def test_borgattis_example_graph(model, weighted, measure, values, tolerance):
    got = {person: measured(model, BORGATTI, person, weighted)[measure] for person in values}
    assert got == pytest.approx(values, abs=tolerance)


@pytest.mark.parametrize("model", MODELS)
def test_five_open_contacts_against_the_clique_their_shared_event_would_make(model):
    open_contacts = [("i", alter, 1) for alter in "abcde"]
    clique = open_contacts + [(a, b, 1) for a in "abcde" for b in "abcde" if a < b]
    assert measured(model, open_contacts, "i")["constraint"] == pytest.approx(0.2)
    assert measured(model, open_contacts, "i")["effective_size"] == pytest.approx(5)
    assert measured(model, clique, "i")["constraint"] == pytest.approx(0.648)
    assert measured(model, clique, "i")["effective_size"] == pytest.approx(1)


@pytest.mark.parametrize("model", MODELS)
def test_density_support_and_local_bridges_count_shared_alters(model):
    got = measured(model, [*TRIANGLE, ("a", "d", 1)], "a")
    assert got["triangles"] == 1
    assert got["density"] == pytest.approx(1 / 3)
    assert got["local_bridges"] == 1
    assert got["support_ratio"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("model", MODELS)
def test_someone_without_ties_is_undefined_not_zero(model):
    result = MODELS[model](np.array([0, 1, 2, 2]), np.array([1, 0]))
    alone = {name: column[2] for name, column in result._asdict().items()}
    assert alone.pop("degree") == alone.pop("strength") == alone.pop("triangles") == 0
    assert alone.pop("local_bridges") == 0
    assert all(np.isnan(value) for value in alone.values())


@pytest.mark.parametrize("model", MODELS)
def test_density_of_one_contact_is_undefined(model):
    assert np.isnan(measured(model, DYAD, "a")["density"])

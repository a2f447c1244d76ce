"""Other people's data and numbers, with their noted errata (folder `structural-holes`, s50)."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from graph_service.measures.kernels.assembly import assemble
from graph_service.measures.kernels.ego_betweenness import ego_betweenness
from graph_service.measures.kernels.growth import growth
from graph_service.measures.kernels.ties import local_constraint
from graph_service.measures.kernels.triangles import whole

MEASURES = {
    "degree": "degree",
    "effective_size": "effective_size",
    "efficiency": "efficiency",
    "constraint": "constraint",
    "constraint_whole_network": "constraint",
    "constraint_sum_of_both_directions": "constraint",
    "hierarchy": "hierarchy",
    "density": "density",
}
#: Borgatti prints 2.47 for the weighted A, whose value is 2.475.
ROUNDED = {("borgatti-1997", "effective_size", "A"): 2.475}


@pytest.fixture(scope="module")
def cases(reference_data):
    listed = json.loads((reference_data / "structural-holes" / "cases.json").read_text())["cases"]
    return {case["id"]: case for case in listed if "ties" in case}


def graph_of(ties, weighted=True, isolates=()):
    names = list(dict.fromkeys([str(name) for a, b, *_ in ties for name in (a, b)] + list(isolates)))
    index = {name: k for k, name in enumerate(names)}
    made = assemble(len(names), [index[str(a)] for a, *_ in ties], [index[str(b)] for _, b, *_ in ties])
    arcs = [weight if weighted else 1 for *_, weight in ties]
    return index, (made.indptr, made.indices, made.weights(arcs))


@pytest.mark.parametrize(
    ("case", "weighted"),
    [
        ("borgatti-1997", False),
        ("borgatti-1997", True),
        ("networkx-directed-triangle", False),
        ("networkx-directed-triangle", True),
    ],
)
def test_published_values_per_measure(cases, case, weighted):
    index, graph = graph_of(cases[case]["ties"], weighted)
    got = whole(*graph)
    published = cases[case]["published"]["weighted" if weighted else "unweighted"]
    for measure, values in published.items():
        for person, value in values.items():
            expected = ROUNDED.get((case, measure, person), value) if weighted else value
            tolerance = cases[case]["tolerance"][measure]
            assert getattr(got, measure)[index[person]] == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("case", ["star-of-4", "triangle", "star-weighted-directed"])
def test_published_values_per_person(cases, case):
    index, graph = graph_of(cases[case]["ties"])
    got = whole(*graph)
    for person, values in cases[case]["published"].items():
        for name, value in values.items():
            if name in MEASURES:
                assert getattr(got, MEASURES[name])[index[person]] == pytest.approx(value), name


def test_the_star_whose_name_says_four_has_three_leaves(cases):
    index, graph = graph_of(cases["star-of-4"]["ties"])
    published = cases["star-of-4"]["published"]["a"]
    ordered_pairs = ego_betweenness(*graph[:2])[index["a"]] * 3 * 2
    assert ordered_pairs == pytest.approx(published["ego_betweenness_ordered_pairs"])


def test_dyadic_constraint_of_the_triangle(cases):
    index, graph = graph_of(cases["triangle"]["ties"])
    row = local_constraint(*graph)[: graph[0][1]]
    assert index["a"] == 0
    assert row == pytest.approx([cases["triangle"]["published"]["a"]["dyadic_constraint_a_b"]] * 2)


@pytest.mark.parametrize("case", ["borgatti-1997", "coleman-8-girls"])
def test_values_by_formula_of_everyone(cases, case):
    by_formula = cases[case]["all_nodes_by_formula"]
    kinds = by_formula if "unweighted" in by_formula else {"unweighted": by_formula}
    for kind, people in kinds.items():
        index, graph = graph_of(cases[case]["ties"], kind == "weighted")
        got = whole(*graph)
        for person, values in people.items():
            for name, value in values.items():
                if name in MEASURES:
                    assert getattr(got, MEASURES[name])[index[person]] == pytest.approx(value, abs=1e-6), name


def test_colemans_girls_have_their_published_constraint(cases):
    index, graph = graph_of(cases["coleman-8-girls"]["ties"])
    got = whole(*graph).constraint
    for person, value in cases["coleman-8-girls"]["published"]["constraint"].items():
        assert got[index[person]] == pytest.approx(value, abs=0.005)


def test_isolates_of_ucinets_example_are_undefined(cases):
    case = cases["ucinet-g9_iso"]
    index, graph = graph_of(case["ties"], isolates=case["isolates"])
    got = whole(*graph)
    assert {name: int(got.degree[k]) for name, k in index.items()} == case["published"]["degree"]
    assert np.isnan(got.constraint[[index[name] for name in case["isolates"]]]).all()


def test_florentine_families_have_influencers_effective_size(reference_data):
    folder = reference_data / "structural-holes"
    with (folder / "florentine-ties.csv").open() as file:
        ties = [(int(row["source"]), int(row["target"])) for row in csv.DictReader(file)]
    with (folder / "florentine-influenceR.csv").open() as file:
        printed = {int(row["node"]): row for row in csv.DictReader(file)}
    made = assemble(len(printed), *zip(*ties, strict=True))
    got = whole(made.indptr, made.indices)
    for node, row in printed.items():
        if node == 11:  # the isolate is 0 there, undefined here
            assert np.isnan(got.effective_size[node])
        else:
            assert got.effective_size[node] == pytest.approx(float(row["effective_size"]))
    # Its constraint uses a transposed product: node 10 is printed as .645062.
    assert float(printed[10]["constraint"]) == pytest.approx(0.645062, abs=5e-7)
    assert got.constraint[10] == pytest.approx(0.655864, abs=5e-7)


def test_glasgow_pupils_made_lost_and_kept_friends(reference_data):
    waves = {1: [], 2: [], 3: []}
    with (reference_data / "s50-glasgow" / "ties.csv").open() as file:
        for row in csv.DictReader(file):
            waves[int(row["wave"])].append((int(row["ego"]) - 1, int(row["alter"]) - 1))
    union = {wave: assemble(50, *zip(*ties, strict=True)) for wave, ties in waves.items()}
    for (a, b), expected in {(1, 2): (38, 31, 43), (2, 3): (30, 34, 47)}.items():
        got = growth(*((union[wave].indptr, union[wave].indices) for wave in (a, b)))
        assert tuple(int(column.sum()) // 2 for column in (got.gained, got.lost, got.kept)) == expected

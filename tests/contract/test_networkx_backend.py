"""The networkx backend: networkx's own tests, and the traps of networkx 3.6.1 that it must not step into."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from graph_service.measures.kernels.assembly import assemble
from graph_service.measures.kernels.triangles import whole

PACKAGE = Path(__file__).parents[2] / "packages" / "networkx-backend"
TRAPPED = pytest.mark.xfail(nx.__version__ == "3.6.1", reason="the mistake of networkx 3.6.1", strict=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The backend as users get it: built, unpacked, without the rest of graph-service."""
    where = tmp_path_factory.mktemp("backend")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(where)]
    subprocess.run(build, cwd=PACKAGE, check=True, capture_output=True)
    with zipfile.ZipFile(next(where.glob("*.whl"))) as wheel:
        wheel.extractall(where / "site")
    return where / "site"


def in_its_own_process(site, *arguments, **environment):
    """Run Python with the built backend, and with graph-service out of reach."""
    (site / "graph_service.py").write_text("raise ImportError('the backend must stand alone')\n")
    keep = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**keep, "PYTHONPATH": str(site), **environment},
        cwd=site,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.slow
def test_networkx_own_tests_pass_with_it(site):
    tests = [f"networkx.algorithms.tests.test_{name}" for name in ("structuralholes", "cluster")]
    out = in_its_own_process(
        site, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs", *tests,
        NETWORKX_TEST_BACKEND="structural_holes", NETWORKX_FALLBACK_TO_NX="True",
    )  # fmt: skip
    assert " passed" in out
    assert " failed" not in out


def test_networkx_finds_it_and_a_weight_changed_in_place_is_seen(site):
    out = in_its_own_process(
        site,
        "-W",
        "ignore",
        "-c",
        "import networkx as nx\n"
        "G = nx.Graph([(0, 1, {'weight': 1.0}), (0, 2, {'weight': 1.0}), (1, 2, {'weight': 1.0})])\n"
        "f = lambda: nx.constraint(G, weight='weight', backend='structural_holes')[0]\n"
        "a = f(); G[0][1]['weight'] = 50.0; b = f()\n"
        "c = nx.constraint(G, weight='weight', backend='networkx')[0]\n"
        "nx.config.backend_priority.algos = ['structural_holes']\n"
        "print(a != b, abs(b - c) < 1e-12, nx.clustering(G) == {0: 1, 1: 1, 2: 1})\n",
    )
    assert out.split() == ["True", "True", "True"]


@pytest.fixture(scope="module")
def backend():
    sys.path.insert(0, str(PACKAGE))
    try:
        from nx_structural_holes import backend
    finally:
        sys.path.remove(str(PACKAGE))
    return backend


@pytest.fixture(params=["ours", pytest.param("networkx", marks=TRAPPED)])
def call(request, backend):
    """A function of networkx by name, as we compute it and as networkx does."""

    def ours(name, graph, *args, **kwargs):
        return getattr(backend, name)(backend.convert_from_nx(graph), *args, **kwargs)

    def theirs(name, graph, *args, **kwargs):
        return getattr(nx, name)(graph, *args, **kwargs)

    return ours if request.param == "ours" else theirs


def weighted_fixture():
    G = nx.Graph()
    G.add_weighted_edges_from([("u", "v", 1.0), ("u", "w", 0.5), ("v", "w", 0.25), ("v", "x", 2.0)])
    return G


def test_weighted_effective_size_divides_by_the_largest_tie_of_the_alter(call):
    got = call("effective_size", weighted_fixture(), weight="weight")
    assert got == pytest.approx({"u": 1.625, "v": 2.6538, "w": 1.3333, "x": 1}, abs=5e-5)


def test_directed_effective_size_is_the_same_with_and_without_nodes(call):
    D = nx.DiGraph([(0, 1), (0, 2), (1, 0), (2, 1)])
    got = call("effective_size", D)
    assert got == pytest.approx({0: 7 / 6, 1: 7 / 6, 2: 1})


def test_a_person_with_in_ties_only_is_no_isolate(call):
    D = nx.DiGraph([(0, 1), (2, 1)])
    assert call("constraint", D, nodes=[1])[1] == pytest.approx(0.5)
    assert call("effective_size", D, nodes=[1])[1] == pytest.approx(2)


@pytest.mark.parametrize("name", ["constraint", "effective_size"])
def test_a_self_loop_is_no_tie(call, name):
    G = weighted_fixture()
    without = call(name, G, nodes=["u", "v"], weight="weight")
    G.add_edge("u", "u", weight=7.0)
    assert call(name, G, nodes=["u", "v"], weight="weight") == pytest.approx(without)


def test_parallel_ties_are_summed_first(call):
    M, G = nx.MultiGraph(), weighted_fixture()
    for a, b, data in G.edges(data=True):
        M.add_edge(a, b, weight=data["weight"] / 4)
        M.add_edge(a, b, weight=data["weight"] * 3 / 4)
    expected = nx.constraint(G, weight="weight")
    assert call("constraint", M, nodes=list(M), weight="weight") == pytest.approx(expected)


@pytest.mark.parametrize("by", ["ours", pytest.param("networkx", marks=TRAPPED)])
def test_efficiency_divides_by_distinct_alters_not_by_arcs(by):
    D = nx.DiGraph([("i", a) for a in "abc"] + [(a, "i") for a in "abc"])
    if by == "ours":
        index = {node: k for k, node in enumerate(D)}
        made = assemble(len(D), [index[a] for a, _ in D.edges], [index[b] for _, b in D.edges])
        efficiency = whole(made.indptr, made.indices, made.weights(np.ones(6))).efficiency[index["i"]]
    else:
        efficiency = nx.effective_size(D, nodes=["i"])["i"] / D.degree("i")
    assert efficiency == pytest.approx(1)


def test_weights_are_ignored_unless_asked_for(backend):
    G = weighted_fixture()
    plain = nx.Graph(G.edges)
    for name in ("constraint", "effective_size", "clustering"):
        got = getattr(backend, name)(backend.convert_from_nx(G))
        assert got == pytest.approx(getattr(nx, name)(plain))


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_simple_graphs_of_every_kind_have_the_values_of_networkx(backend, kind, weight):
    G = kind(nx.gnp_random_graph(40, 0.12, seed=3, directed=issubclass(kind, nx.DiGraph)))
    random = np.random.default_rng(4)
    for *_, data in G.edges(data=True):
        data["weight"] = float(random.gamma(1.0))
    G.add_node("alone")
    live = backend.convert_from_nx(G)
    expected = nx.constraint(G, weight=weight)
    assert backend.constraint(live, weight=weight) == pytest.approx(expected, rel=1e-9, nan_ok=True)
    simple = nx.DiGraph(G) if G.is_directed() else nx.Graph(G)
    nodes = [v for v in simple if simple.degree(v)]
    both = nx.Graph()
    for a, b, data in simple.edges(data=True):
        value = 1 if weight is None else data[weight]
        both.add_edge(a, b, weight=value + (both[a][b]["weight"] if both.has_edge(a, b) else 0))
    expected = nx.effective_size(both, nodes=nodes, weight="weight")
    assert backend.effective_size(live, nodes=nodes, weight=weight) == pytest.approx(expected, rel=1e-9)
    u, v = next(iter(both.edges))
    local = nx.local_constraint(both, u, v, weight="weight")
    assert backend.local_constraint(live, u, v, weight) == pytest.approx(local)
    if not G.is_multigraph():
        expected = nx.clustering(G, weight=weight)
        assert backend.clustering(live, weight=weight) == pytest.approx(expected)
        assert backend.clustering(live, [0, 1], weight) == pytest.approx({k: expected[k] for k in (0, 1)})


def test_what_is_left_to_networkx_is_answered_by_networkx(backend):
    G = nx.path_graph(4)
    nx.set_edge_attributes(G, 0, "weight")
    G[0][1]["weight"] = 2
    live = backend.convert_from_nx(G)
    got = backend.constraint(live, weight="weight")
    assert got[0] == pytest.approx(1)
    assert backend.can_run("clustering", (nx.MultiGraph(),), {}) is not True


def test_isolates_are_nan_as_networkx_users_expect(backend):
    G = nx.Graph([(0, 1)])
    G.add_node(2)
    assert math.isnan(backend.constraint(backend.convert_from_nx(G))[2])
    assert math.isnan(backend.effective_size(backend.convert_from_nx(G))[2])


def test_an_unknown_node_is_an_error(backend):
    live = backend.convert_from_nx(nx.path_graph(3))
    with pytest.raises(KeyError):
        backend.constraint(live, nodes=[9])
    with pytest.raises(nx.NetworkXError):
        backend.local_constraint(live, 9, 0)

"""Who does what: for each work and library a preparation (not counted) that returns what is measured.

What is measured returns one number that all contenders of a work must agree on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .worlds import SECTORS, World

Measured = Callable[[], float]


class Contender(NamedTuple):
    """`largest`: people beyond which it takes too long or too much memory; `sample`: people measured, if not all."""

    prepare: Callable[[World], Measured]
    largest: int = 1_000_000
    sample: int | None = None


WORKS: dict[str, str] = {
    "constraint": "constraint of everyone (ours: with effective size, efficiency, hierarchy, density, support)",
    "ego model": "the same in the ego model",
    "eight terms": "the same for eight terms",
    "attributes": "variety, likeness and employers within two steps",
    "ego betweenness": "ego betweenness of everyone",
    "arrow": "Arrow tables of people and ties to an Arrow table of every measure but ego betweenness",
    "networkx call": "nx.constraint(G), backend cold",
}
CONTENDERS: dict[tuple[str, str], Contender] = {}


def contender(work: str, library: str, **limits: Any) -> Callable[[Any], Any]:
    def keep(prepare: Callable[[World], Measured]) -> Callable[[World], Measured]:
        CONTENDERS[work, library] = Contender(prepare, **limits)
        return prepare

    return keep


@contender("constraint", "ours")
def whole(world: World) -> Measured:
    from graph_service.measures.kernels.triangles import whole

    return lambda: np.nansum(whole(world.indptr, world.indices, world.weights).constraint)


@contender("constraint", "igraph")
def igraph_constraint(world: World) -> Measured:
    import igraph

    source, target, weights = world.ends()
    graph = igraph.Graph(len(world), np.stack([source, target], axis=1))
    strengths = weights.tolist()
    return lambda: np.nansum(graph.constraint(weights=strengths))


@contender("constraint", "networkx", largest=100_000)
def networkx_constraint(world: World) -> Measured:
    graph = networkx_graph(world)
    import networkx as nx

    return lambda: np.nansum(list(nx.constraint(graph, weight="weight").values()))


@contender("constraint", "scipy", largest=100_000)
def scipy_constraint(world: World) -> Measured:
    from scipy.sparse import csr_array

    people = len(world)

    def run() -> float:
        ties = csr_array((world.weights, world.indices, world.indptr), shape=(people, people))
        p = ties / ties.sum(axis=1)[:, None]
        local = p + (p @ p) * (ties > 0)
        return float(local.power(2).sum())

    return run


SQL_CONSTRAINT = """
WITH p AS (SELECT a, b, w / sum(w) OVER (PARTITION BY a) AS p FROM ties),
     q AS (SELECT x.a, y.b, sum(x.p * y.p) AS q FROM p x JOIN p y ON x.b = y.a
           WHERE EXISTS (SELECT 1 FROM p z WHERE z.a = x.a AND z.b = y.b) GROUP BY x.a, y.b)
SELECT sum((p.p + coalesce(q.q, 0)) ** 2) FROM p LEFT JOIN q ON p.a = q.a AND p.b = q.b
"""


@contender("constraint", "duckdb", largest=100_000)
def duckdb_constraint(world: World) -> Measured:
    base = duckdb_tables(world)
    return lambda: base.execute(SQL_CONSTRAINT).fetchone()[0]


@contender("constraint", "polars", largest=10_000)
def polars_constraint(world: World) -> Measured:
    import polars as pl

    source, target, weights = both_ways(world)
    ties = pl.DataFrame({"a": source, "b": target, "w": weights})

    def run() -> float:
        p = ties.lazy().with_columns(p=pl.col("w") / pl.col("w").sum().over("a")).select("a", "b", "p")
        paths = p.join(p.rename({"a": "b", "b": "c", "p": "r"}), on="b")
        closed = paths.join(p.select("a", c="b"), on=["a", "c"], how="semi")
        indirect = closed.group_by("a", b="c").agg(q=(pl.col("p") * pl.col("r")).sum())
        local = p.join(indirect, on=["a", "b"], how="left")
        return local.select(((pl.col("p") + pl.col("q").fill_null(0.0)) ** 2).sum()).collect().item()

    return run


@contender("ego model", "ours")
def ego_model(world: World) -> Measured:
    from graph_service.measures.kernels.ego_model import ego

    return lambda: np.nansum(ego(world.indptr, world.indices, world.weights).constraint)


def term_weights(world: World, terms: int) -> np.ndarray:
    """Each tie lives in about four terms of five, with a strength that changes."""
    source = np.repeat(np.arange(len(world)), np.diff(world.indptr))
    pair = np.minimum(source, world.indices) * 7919 + np.maximum(source, world.indices)
    lives = (pair[:, None] * (31 * np.arange(terms) + 7) >> 5) % 10 > 1
    return np.where(lives, world.weights[:, None] * (1 + 0.1 * np.arange(terms)), 0.0)


@contender("eight terms", "ours")
def eight_terms(world: World) -> Measured:
    from graph_service.measures.kernels.lanes import lanes

    weights = term_weights(world, 8)
    return lambda: np.nansum(lanes(world.indptr, world.indices, weights).constraint)


@contender("eight terms", "ours, one by one")
def one_by_one(world: World) -> Measured:
    from graph_service.measures.kernels.triangles import whole

    weights = term_weights(world, 8)
    source = np.repeat(np.arange(len(world)), np.diff(world.indptr))
    graphs = []
    for term in range(8):
        lives = weights[:, term] > 0
        indptr = np.concatenate([[0], np.cumsum(np.bincount(source[lives], minlength=len(world)))])
        graphs.append((indptr, world.indices[lives], np.ascontiguousarray(weights[lives, term])))
    return lambda: sum(np.nansum(whole(*graph).constraint) for graph in graphs)


@contender("attributes", "ours")
def attributes(world: World) -> Measured:
    from graph_service.measures.kernels.attributes import likeness, variety
    from graph_service.measures.kernels.reach import employers_within_two

    def run() -> float:
        mixed = variety(world.indptr, world.indices, world.sector, SECTORS)
        alike = likeness(world.indptr, world.indices, world.sector)
        reached = employers_within_two(world.indptr, world.indices, world.employer)
        return np.nansum(mixed.blau) + np.nansum(alike.e_i_index) + reached.sum()

    return run


@contender("attributes", "scipy", largest=100_000)
def scipy_attributes(world: World) -> Measured:
    from scipy.sparse import csr_array

    people, everyone = len(world), np.arange(len(world))

    def run() -> float:
        ties = csr_array((np.ones(len(world.indices)), world.indices, world.indptr), shape=(people, people))
        kinds = csr_array((np.ones(people), (everyone, world.sector)), shape=(people, SECTORS))
        counts = (ties @ kinds).toarray()
        total = counts.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            blau = 1 - ((counts / total[:, None]) ** 2).sum(axis=1)
            same = counts[everyone, world.sector]
            e_i = (total - 2 * same) / total
        some = world.employer >= 0
        works = csr_array(
            (np.ones(some.sum()), (everyone[some], world.employer[some])),
            shape=(people, int(world.employer.max()) + 1),
        )
        offers = (ties @ works).tocsr()
        reached = ((ties @ offers) + offers).tocsr()
        # Back to oneself through an alter is no way to reach one's own employer.
        own = csr_array((total[some], (everyone[some], world.employer[some])), shape=reached.shape)
        reached = reached - own
        return np.nansum(blau) + np.nansum(e_i) + (reached.data > 0.5).sum()

    return run


SQL_ATTRIBUTES = """
WITH mix AS (SELECT a, sector, count(*) AS n FROM ties JOIN people ON b = id GROUP BY a, sector),
     sums AS (SELECT a, sum(n) AS n, sum(n * n) AS squares FROM mix GROUP BY a),
     own AS (SELECT sums.a, sums.n, squares, coalesce(mix.n, 0) AS same FROM sums JOIN people ON sums.a = id
             LEFT JOIN mix ON mix.a = sums.a AND mix.sector = people.sector),
     offers AS (SELECT a, b, employer FROM ties JOIN people ON b = id WHERE employer >= 0),
     reached AS (SELECT a, employer FROM offers UNION
                 SELECT ties.a, employer FROM ties JOIN offers ON ties.b = offers.a AND offers.b <> ties.a)
SELECT (SELECT sum(1 - squares / (n * n)::DOUBLE + (n - 2 * same) / n::DOUBLE) FROM own)
       + (SELECT count(*) FROM reached)
"""


@contender("attributes", "duckdb", largest=100_000)
def duckdb_attributes(world: World) -> Measured:
    base = duckdb_tables(world)
    return lambda: base.execute(SQL_ATTRIBUTES).fetchone()[0]


@contender("attributes", "polars", largest=100_000)
def polars_attributes(world: World) -> Measured:
    import polars as pl

    source, target, _ = both_ways(world)
    ties = pl.DataFrame({"a": source, "b": target})
    people = pl.DataFrame({"id": np.arange(len(world)), "sector": world.sector, "employer": world.employer})

    def run() -> float:
        lazy, who = ties.lazy(), people.lazy()
        known = lazy.join(who, left_on="b", right_on="id")
        mix = known.group_by("a", "sector").agg(n=pl.len().cast(pl.Float64))
        sums = mix.group_by("a").agg(n=pl.col("n").sum(), squares=(pl.col("n") ** 2).sum())
        own = sums.join(who, left_on="a", right_on="id").join(mix.rename({"n": "same"}), on=["a", "sector"], how="left")
        value = own.select(
            (1 - pl.col("squares") / pl.col("n") ** 2 + 1 - 2 * pl.col("same").fill_null(0) / pl.col("n")).sum()
        )
        offers = known.filter(pl.col("employer") >= 0).select("a", "b", "employer")
        second = lazy.join(offers.rename({"a": "b", "b": "c"}), on="b").filter(pl.col("c") != pl.col("a"))
        reached = pl.concat([offers.select("a", "employer"), second.select("a", "employer")]).unique()
        return value.collect().item() + reached.select(pl.len()).collect().item()

    return run


@contender("ego betweenness", "ours")
def betweenness(world: World) -> Measured:
    from graph_service.measures.kernels.ego_betweenness import ego_betweenness

    return lambda: np.nansum(ego_betweenness(world.indptr, world.indices))


@contender("ego betweenness", "networkx", largest=10_000, sample=200)
def networkx_betweenness(world: World) -> Measured:
    graph = networkx_graph(world)
    import networkx as nx

    some = np.random.default_rng(0).choice(len(world), min(200, len(world)), replace=False).tolist()
    return lambda: sum(nx.betweenness_centrality(nx.ego_graph(graph, i))[i] for i in some)


@contender("ego betweenness", "igraph", largest=10_000, sample=200)
def igraph_betweenness(world: World) -> Measured:
    import igraph

    source, target, _ = world.ends()
    graph = igraph.Graph(len(world), np.stack([source, target], axis=1))
    some = np.random.default_rng(0).choice(len(world), min(200, len(world)), replace=False).tolist()

    def run() -> float:
        total = 0.0
        for i in some:
            around = graph.neighborhood(i)
            part = graph.induced_subgraph(around)
            n = len(around) - 1
            at = sorted(around).index(i)
            total += part.betweenness(at) / (n * (n - 1) / 2) if n > 1 else 0.0
        return total

    return run


@contender("arrow", "ours")
def arrow(world: World) -> Measured:
    import pyarrow as pa
    import pyarrow.compute as pc

    from graph_service.measures.kernels.assembly import assemble
    from graph_service.measures.kernels.attributes import likeness, positions, variety
    from graph_service.measures.kernels.components import separate_worlds
    from graph_service.measures.kernels.ego_model import ego
    from graph_service.measures.kernels.reach import employers_reached, employers_within_two
    from graph_service.measures.kernels.triangles import whole

    names = pa.array([f"p{i:07d}" for i in range(len(world))])
    people = pa.table({"id": names, "sector": world.sector, "employer": world.employer})
    source, target, weights = world.ends()
    ties = pa.table({"a": names.take(pa.array(source)), "b": names.take(pa.array(target)), "w": weights})
    scale = np.linspace(1, 5, SECTORS)

    def run() -> float:
        a, b = (pc.index_in(ties[c], people["id"]).to_numpy() for c in "ab")
        made = assemble(len(people), a, b)
        graph = made.indptr, made.indices
        sector, employer = people["sector"].to_numpy(), people["employer"].to_numpy()
        strengths = made.weights(ties["w"].to_numpy())
        columns = {"id": people["id"]}
        for prefix, part in {
            "": whole(*graph, strengths)._asdict(),
            "ego_": ego(*graph, strengths)._asdict(),
            "sector_": variety(*graph, sector, SECTORS)._asdict(),
            "like_": likeness(*graph, sector)._asdict(),
            "position_": positions(*graph, sector, scale)._asdict(),
            "reach_": {
                "employers": employers_reached(*graph, employer),
                "within_two": employers_within_two(*graph, employer),
                "worlds": separate_worlds(*graph),
            },
        }.items():
            columns |= {prefix + name: pa.array(column, from_pandas=True) for name, column in part.items()}
        return pc.sum(pa.table(columns)["constraint"]).as_py()

    return run


@contender("networkx call", "networkx", largest=100_000)
def plain_call(world: World) -> Measured:
    graph = networkx_graph(world)
    import networkx as nx

    return lambda: np.nansum(list(nx.constraint(graph).values()))


@contender("networkx call", "ours", largest=100_000)
def backend_call(world: World) -> Measured:
    graph = networkx_graph(world)
    sys.path.insert(0, str(Path(__file__).parents[1] / "packages" / "networkx-backend"))
    from nx_structural_holes import backend

    # What networkx does when it hands a graph over for the first time: convert, call.
    return lambda: np.nansum(list(backend.constraint(backend.convert_from_nx(graph)).values()))


def networkx_graph(world: World) -> Any:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(world)))
    graph.add_weighted_edges_from(zip(*(column.tolist() for column in world.ends()), strict=True))
    return graph


def duckdb_tables(world: World) -> Any:
    import duckdb

    base = duckdb.connect(config={"threads": 1})
    ties = dict(zip("abw", both_ways(world), strict=True))
    people = {"id": np.arange(len(world)), "sector": world.sector, "employer": world.employer}
    import pyarrow as pa

    for name, columns in {"ties": ties, "people": people}.items():
        table = pa.table(columns)
        base.register("given", table)
        base.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        base.unregister("given")
    return base


def both_ways(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    source = np.repeat(np.arange(len(world)), np.diff(world.indptr))
    return source, world.indices.astype(np.int64), world.weights

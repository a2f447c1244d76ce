"""Several looks at one programme as one graph: a row per pair of people, a lane per look.

What became of ties, and the structure of every look, come out of one pass over this graph instead of a pass for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from graph_service.errors import UnknownParameter
from graph_service.snapshot.graph import graph_of
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.strength import DORMANT

if TYPE_CHECKING:
    from graph_service.measures.kernels.structure import Structure


@dataclass(frozen=True, eq=False)
class Union:
    """Every pair that was live or dormant at some look.

    people: how many there are in any of the looks; those of the last one come first, in its order.
    places: of each look, where its people stand among them. a, b (a < b): the pairs. live, quiet (bool[pairs, looks]):
    the tie is strong or weak, or dormant, then. weight (float64[pairs, looks]): 0 where it is not live.
    """

    people: int
    places: tuple[np.ndarray, ...]
    a: np.ndarray
    b: np.ndarray
    live: np.ndarray
    quiet: np.ndarray
    weight: np.ndarray

    def per_person(self, pairs: np.ndarray) -> np.ndarray:
        """How many of the chosen pairs each person has."""
        counts = np.bincount(self.a[pairs], minlength=self.people)
        counts += np.bincount(self.b[pairs], minlength=self.people)
        return counts.astype(np.int64)


def union(snapshots: Sequence[Snapshot]) -> Union:
    """The union graph of snapshots of one programme. Raises UnknownParameter unless they share their parameters."""
    if not snapshots:
        raise UnknownParameter("Growth needs at least one day to look at.")
    told = [each.parameters.as_dict() for each in snapshots]
    differ = [name for name in told[0] if any(each[name] != told[0][name] for each in told)]
    if differ:
        said = "; ".join(f"{name}: {' and '.join(str(each[name]) for each in told)}" for name in differ)
        raise UnknownParameter(f"What is compared needs the same layer, half-life, weights and thresholds. {said}.")
    places, n = _places(snapshots)
    alive = [_live(snapshot, place, n) for snapshot, place in zip(snapshots, places, strict=True)]
    asleep = [_quiet(snapshot, place, n) for snapshot, place in zip(snapshots, places, strict=True)]
    codes = np.unique(np.concatenate([*(code for code, _ in alive), *asleep]))
    shape = (len(codes), len(snapshots))
    weight, quiet = np.zeros(shape), np.zeros(shape, bool)
    for lane, ((code, value), sleeping) in enumerate(zip(alive, asleep, strict=True)):
        weight[np.searchsorted(codes, code), lane] = value
        quiet[np.searchsorted(codes, sleeping), lane] = True
    return Union(n, places, codes // max(n, 1), codes % max(n, 1), weight > 0, quiet, weight)


def share_structure(snapshots: Sequence[Snapshot], of: Union) -> None:
    """Measure the structure of all looks in one pass (model `whole`) and leave it where measures look for it.

    Values equal those of a pass for each to 1e-12; their last bits may differ, since sums run in another order.
    """
    from graph_service.measures.kernels.lanes import lanes

    rows = np.flatnonzero(of.live.any(axis=1))
    graph = graph_of(of.people, of.a[rows], of.b[rows], np.ones(len(rows)))
    found = lanes(graph.indptr, graph.indices, of.weight[rows][graph.pair])
    for lane, (snapshot, place) in enumerate(zip(snapshots, of.places, strict=True)):
        snapshot.memo(("triangles", "whole"), partial(_lane, found, place, lane))


def _lane(found: "Structure", place: np.ndarray, lane: int) -> "Structure":
    return type(found)(*(column[place, lane] for column in found))


def _places(snapshots: Sequence[Snapshot]) -> tuple[tuple[np.ndarray, ...], int]:
    """Where the people of each look stand among all of them."""
    last = snapshots[-1]
    names = [each.keys if each.people is None or last.people is None else each.people.ids for each in snapshots]
    place = {name: at for at, name in enumerate(names[-1])}
    found = []
    for mine in names:
        for name in mine:
            place.setdefault(name, len(place))
        found.append(np.array([place[name] for name in mine], np.int64))
    return tuple(found), len(place)


def _live(snapshot: Snapshot, place: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The live pairs as whole numbers, and their weights."""
    graph = snapshot.graph
    egos = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    forward = egos < graph.indices
    return _codes(place[egos[forward]], place[graph.indices[forward]], n), graph.weights[forward]


def _quiet(snapshot: Snapshot, place: np.ndarray, n: int) -> np.ndarray:
    if snapshot.pairs is None:
        return np.zeros(0, np.int64)
    rows = np.flatnonzero((snapshot.pairs.state == DORMANT) & snapshot.counted_pairs())
    return _codes(place[snapshot.pairs.a[rows]], place[snapshot.pairs.b[rows]], n)


def _codes(x: np.ndarray, y: np.ndarray, n: int) -> np.ndarray:
    codes: np.ndarray = np.minimum(x, y) * n + np.maximum(x, y)
    return codes

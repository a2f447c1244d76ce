"""A live edit: only the two ends and their neighbours are measured again.

The people whose values can change and everyone they are tied to are cut out of the graph, in the order they
have in it, and go through the same pass with the degree, strength and largest weight of the whole graph. So every
sum adds the same numbers in the same order, and the new values equal a full pass to the last bit.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from . import ego_model, triangles
from .compiled import kernel
from .csr import BadGraph, Csr, Ints, csr, frozen
from .oriented import ONE, Margins
from .structure import Structure

Model = Literal["whole", "ego"]


def affected(indptr: Any, indices: Any, ends: Any) -> Ints:
    """Whose structure an edit can change: the `ends` of edited ties and their neighbours, ascending.

    The graph is the one after the edit; the other end of a removed tie must be among `ends`, as both ends of any
    edited tie must.
    """
    graph = csr(indptr, indices)
    ends = _people(graph, ends)
    rows = [graph.indices[int(graph.indptr[i]) : int(graph.indptr[i + 1])] for i in ends]
    return np.unique(np.concatenate([ends, *rows]).astype(np.int64))


def structure_of(
    indptr: Any, indices: Any, weights: Any, people: Any, model: Model = "whole"
) -> tuple[Ints, Structure]:
    """The structure of some people, equal bit for bit to theirs in a pass over everyone.

    Parameters: the graph as in `csr.csr`; `people` int64[k]. Returns the people, ascending, each once, and a
    `Structure` of arrays[k]. Costs what a pass over them and everyone they are tied to costs.

    >>> import numpy as np
    >>> path = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1])
    >>> structure_of(*path, None, affected(*path, [0, 1]))[1].degree
    array([1, 2, 1])
    """
    graph = csr(indptr, indices, weights)
    people = _people(graph, people)
    inside = np.zeros(graph.people, dtype=np.uint32)
    _mark(graph.indptr, graph.indices, people, inside)
    kept = np.flatnonzero(inside)
    inside[kept] = np.arange(1, len(kept) + 1)
    part = _induced(graph, kept, inside)
    degree = np.diff(graph.indptr)[kept].astype(np.uint32)
    strength, top = np.empty((2, len(kept)))
    _margins(graph.indptr, graph.weights, graph.unit, kept, strength, top)

    measure = triangles.measure if model == "whole" else ego_model.measure
    passed = measure(part, Margins(degree, strength, top))
    rows = inside[people].astype(np.int64) - 1
    return people, Structure._make(column[rows] for column in passed)


def _people(graph: Csr, people: Any) -> Ints:
    found = np.unique(np.asarray(people, dtype=np.int64))
    if len(found) and (found[0] < 0 or found[-1] >= graph.people):
        raise BadGraph("someone who is not a person of the graph")
    return found


def _induced(graph: Csr, kept: Ints, inside: Any) -> Csr:
    """The ties among `kept`, renumbered in the same order."""
    first = np.zeros(len(kept) + 1, dtype=np.int64)
    _count(graph.indptr, graph.indices, kept, inside, first)
    np.cumsum(first, out=first)
    ends = np.empty(int(first[-1]), dtype=np.uint32)
    weights = np.empty(1 if graph.unit else len(ends))
    weights[:1] = 1.0
    _copy(graph.indptr, graph.indices, graph.weights, graph.unit, kept, inside, first, ends, weights)
    return Csr(
        frozen(first, np.int64).view(np.uint64), frozen(ends, np.uint32), frozen(weights, np.float64), graph.unit
    )


@kernel
def _mark(indptr, indices, people, inside):
    for x in range(people.shape[0]):
        i = np.uint64(people[x])
        inside[i] = 1
        for e in range(indptr[i], indptr[i + ONE]):
            inside[indices[e]] = 1


@kernel
def _margins(indptr, weights, unit, kept, strength, top):
    for x in range(kept.shape[0]):
        i = np.uint64(kept[x])
        total = 0.0
        largest = 0.0
        for e in range(indptr[i], indptr[i + ONE]):
            a = 1.0 if unit else weights[e]
            total += a
            largest = max(largest, a)
        strength[x] = total
        top[x] = largest


@kernel
def _count(indptr, indices, kept, inside, first):
    for x in range(kept.shape[0]):
        i = np.uint64(kept[x])
        for e in range(indptr[i], indptr[i + ONE]):
            first[x + 1] += inside[indices[e]] != 0


@kernel
def _copy(indptr, indices, weights, unit, kept, inside, first, ends, copied):
    for x in range(kept.shape[0]):
        i = np.uint64(kept[x])
        to = first[x]
        for e in range(indptr[i], indptr[i + ONE]):
            j = inside[indices[e]]
            if j:
                ends[to] = j - np.uint32(1)
                if not unit:
                    copied[to] = weights[e]
                to += 1

"""Count tables with their totals, and the sums that tie their cells together.

What an attacker can compute is exactly what those sums imply, so a table carries them: one equation per line
that adds up. Tables whose equations form a network (one-way, two-way, rows nested in groups) are protected by
network flows; all others (three ways and more) by linear programmes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.errors import DataError

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
TOTAL = "total"


@dataclass(frozen=True, eq=False)
class Table:
    """A table of counts of people, totals included.

    Attributes:
        values: counts with a last entry of totals along every axis; shape as `names`.
        names: names along every axis, the last one `total`.
        groups: for rows nested in groups (sites in districts): the group of each row; empty otherwise.
            Group subtotals are then rows of their own before the total.
        structural: cells that cannot hold anybody (a grade that a school does not have); they may be shown.

    Build one with `one_way`, `two_way`, `nested` or `cube`.

    >>> two_way([[12, 3], [20, 15]], ["north", "south"], ["mentor", "none"]).values.tolist()
    [[12, 3, 15], [20, 15, 35], [32, 18, 50]]
    """

    values: Counts
    names: tuple[tuple[str, ...], ...]
    structural: Mask
    groups: tuple[str, ...] = ()

    @property
    def cells(self) -> Counts:
        """The counts as one row of cells, in the order that all masks here use."""
        return self.values.ravel()

    def layout(self) -> dict[str, Any]:
        """The table as plain values, to be kept: counts, names, groups, impossible cells."""
        return {
            "values": self.values.tolist(),
            "names": [list(axis) for axis in self.names],
            "groups": list(self.groups),
            "structural": self.structural.tolist(),
        }

    @cached_property
    def equations(self) -> Any:
        """Sparse matrix A (sums, cells), entries 1, -1, 0, with A x = 0 for the true counts."""
        from scipy import sparse

        lines = _nested_lines(self) if self.groups else _lines(self.values.shape)
        rows = np.repeat(np.arange(len(lines)), [len(parts) + 1 for parts, _ in lines])
        columns = np.concatenate([[*parts, whole] for parts, whole in lines])
        signs = np.concatenate([[*[1] * len(parts), -1] for parts, _ in lines])
        return sparse.csr_array((signs, (rows, columns)), shape=(len(lines), self.values.size))

    @cached_property
    def network(self) -> tuple[Counts, Counts] | None:
        """Per cell the node its count leaves and the node it enters, when the sums form a network."""
        return _as_network(self.equations.tocsc())

    @cached_property
    def cost(self) -> Counts:
        """What hiding a cell costs: the number of inner cells it sums (1 for an inner cell).

        Readers lose most with totals, so a total is hidden only where nothing else protects.
        """
        from scipy import sparse

        inner = self.inner.ravel()
        cost = inner.astype(np.int64)
        equations = sparse.csr_array(self.equations)
        for _ in range(self.values.ndim + 1):  # totals of totals need one more pass per axis
            for row in range(equations.shape[0]):
                part = slice(equations.indptr[row], equations.indptr[row + 1])
                cells, signs = equations.indices[part], equations.data[part]
                whole = cells[signs < 0][0]
                cost[whole] = max(cost[whole], cost[cells[signs > 0]].sum())
        return cost

    @cached_property
    def inner(self) -> Mask:
        """Cells that are no total of others."""
        inside = np.ones(self.values.shape, dtype=np.bool_)
        for axis in range(self.values.ndim):
            last = self.values.shape[axis] - 1
            np.moveaxis(inside, axis, 0)[last] = False
        if self.groups:
            inside[len(self.groups) :] = False
        return inside


def parsed(layout: dict[str, Any]) -> Table:
    """The table of a layout.

    >>> parsed(two_way([[12, 3], [20, 15]]).layout()).values.tolist()
    [[12, 3, 15], [20, 15, 35], [32, 18, 50]]
    """
    return Table(
        np.asarray(layout["values"], np.int64),
        tuple(tuple(axis) for axis in layout["names"]),
        np.asarray(layout["structural"], np.bool_),
        tuple(layout["groups"]),
    )


def one_way(counts: Any, names: Sequence[str] | None = None, structural: Any = None) -> Table:
    """A row of counts with its total."""
    return cube(counts, None if names is None else [names], structural)


def two_way(
    counts: Any, rows: Sequence[str] | None = None, columns: Sequence[str] | None = None, structural: Any = None
) -> Table:
    """Rows by columns, with totals of both."""
    names = None if rows is None or columns is None else [rows, columns]
    return cube(counts, names, structural)


def cube(counts: Any, names: Sequence[Sequence[str]] | None = None, structural: Any = None) -> Table:
    """A table of any number of ways, with totals over every axis and combination of axes.

    Raises DataError for negative or fractional counts, and for names that do not fit.
    """
    inner = _whole(counts)
    if inner.ndim < 1 or inner.size == 0:
        raise DataError("A table has at least one cell.")
    empty = np.zeros(inner.shape, dtype=np.bool_) if structural is None else np.asarray(structural, dtype=np.bool_)
    if empty.shape != inner.shape or inner[empty].any():
        raise DataError("A cell that cannot hold anybody is empty.")
    values, impossible = inner, empty
    for axis in range(inner.ndim):
        values = np.concatenate([values, values.sum(axis=axis, keepdims=True)], axis=axis)
        impossible = np.concatenate([impossible, impossible.all(axis=axis, keepdims=True)], axis=axis)
    known = names or [[str(i + 1) for i in range(size)] for size in inner.shape]
    if tuple(len(axis) for axis in known) != inner.shape:
        raise DataError("A table needs one name for each of its rows and columns.")
    return Table(values, tuple((*map(str, axis), TOTAL) for axis in known), impossible)


def nested(
    counts: Any, rows: Sequence[str], groups: Sequence[str], columns: Sequence[str], structural: Any = None
) -> Table:
    """Rows nested in groups (sites in districts) by columns: group subtotals are rows before the total."""
    flat = two_way(counts, rows, columns, structural)
    if len(groups) != len(rows):
        raise DataError("Every row belongs to one group.")
    order = tuple(dict.fromkeys(map(str, groups)))
    member = np.array([[group == name for group in map(str, groups)] for name in order])
    body, last = flat.values[:-1], flat.values[-1:]
    subtotals = member.astype(np.int64) @ body
    impossible = np.array([flat.structural[:-1][mine].all(axis=0) for mine in member])
    return Table(
        np.concatenate([body, subtotals, last]),
        ((*map(str, rows), *order, TOTAL), flat.names[1]),
        np.concatenate([flat.structural[:-1], impossible, flat.structural[-1:]]),
        tuple(map(str, groups)),
    )


def _whole(counts: Any) -> Counts:
    array = np.asarray(counts)
    if array.dtype.kind not in "iub" and not (array.dtype.kind == "f" and (array == np.floor(array)).all()):
        raise DataError("A table holds whole counts.")
    whole = array.astype(np.int64)
    if (whole < 0).any():
        raise DataError("A table holds no negative counts.")
    return whole


def _lines(shape: tuple[int, ...]) -> list[tuple[list[int], int]]:
    """Every line of the table: the cells that are added and the cell that is their sum."""
    index = np.arange(int(np.prod(shape))).reshape(shape)
    lines = []
    for axis, size in enumerate(shape):
        others = [range(n) for other, n in enumerate(shape) if other != axis]
        along = np.moveaxis(index, axis, -1)
        for place in product(*others):
            line = along[place]
            lines.append(([int(cell) for cell in line[: size - 1]], int(line[size - 1])))
    return lines


def _nested_lines(table: Table) -> list[tuple[list[int], int]]:
    """Rows, groups and the total; the sums along group rows follow from these and are left out."""
    rows, columns = table.values.shape
    index = np.arange(rows * columns).reshape(rows, columns)
    inner, order = len(table.groups), list(dict.fromkeys(table.groups))
    lines = [([int(c) for c in index[row, :-1]], int(index[row, -1])) for row in range(inner)]
    for column in range(columns):
        for number, name in enumerate(order):
            members = [int(index[row, column]) for row in range(inner) if table.groups[row] == name]
            lines.append((members, int(index[inner + number, column])))
        subtotals = [int(index[inner + number, column]) for number in range(len(order))]
        lines.append((subtotals, int(index[-1, column])))
    return lines


def _as_network(columns: Any) -> tuple[Counts, Counts] | None:
    """Signs for the sums such that every cell leaves one and enters another; None when there are none.

    A cell in a single sum has the outside as its other end.
    """
    sums, cells = columns.shape
    outside = sums
    sign = np.zeros(sums + 1, dtype=np.int64)
    sign[outside] = 1
    at: list[list[tuple[int, int]]] = [[] for _ in range(sums)]
    pairs = []
    for cell in range(cells):
        part = slice(columns.indptr[cell], columns.indptr[cell + 1])
        found = [(int(s), int(v)) for s, v in zip(columns.indices[part], columns.data[part], strict=True)]
        if len(found) > 2 or not found:
            return None
        pairs.append(found)
        if len(found) == 2:
            (a, u), (b, v) = found
            at[a].append((b, -u * v))
            at[b].append((a, -u * v))
    for start in range(sums):
        if sign[start]:
            continue
        sign[start], waiting = 1, [start]
        while waiting:
            here = waiting.pop()
            for there, relation in at[here]:
                if sign[there] == 0:
                    sign[there] = sign[here] * relation
                    waiting.append(there)
                elif sign[there] != sign[here] * relation:
                    return None
    tail, head = np.empty(cells, dtype=np.int64), np.empty(cells, dtype=np.int64)
    for cell, found in enumerate(pairs):
        ends = [(s, v * sign[s]) for s, v in found]
        if len(ends) == 1:
            ends.append((outside, -ends[0][1]))
        (a, u), (b, _) = ends
        tail[cell], head[cell] = (a, b) if u > 0 else (b, a)
    return tail, head

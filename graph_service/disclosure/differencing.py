"""What a new table would give away beside the tables that have already left: differencing across releases.

Tables that are each safe can be subtracted from each other: last month's and this month's mentored learners of a
site differ by the one who joined. So the release log keeps what every number counted, and a new table is judged
together with all earlier ones on the same subject, as if they were one table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.disclosure.tables import Mask, Table
from graph_service.errors import DataError

Label = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A table in the release log.

    Attributes:
        id: of the release.
        subject: what is counted and as of when, such as `learners@2026-05-01`. Numbers on different subjects
            count different facts and cannot be subtracted.
        members: per inner cell the people counted (pseudonyms; they never leave the log), empty cells too.
        parts: per cell of the table, totals included, the inner cells that it sums.
        shown: the cells whose count is told.

    >>> log = Release("r1", "s", {("a",): frozenset("xyz")}, {("a",): (("a",),)}, frozenset())
    >>> log.shown
    frozenset()
    """

    id: str
    subject: str
    members: Mapping[Label, frozenset[str]]
    parts: Mapping[Label, tuple[Label, ...]]
    shown: frozenset[Label]


@dataclass(frozen=True, slots=True)
class Exposed:
    """People whose number an attacker could narrow down: how many, in which cells of the new table."""

    people: int
    cells: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a table may leave.

    Attributes:
        allowed: as proposed.
        exposed: what it would give away together with earlier releases.
        withhold: cells to hide as well, so that it may leave; null when nothing is left worth showing.
    """

    allowed: bool
    exposed: tuple[Exposed, ...]
    withhold: frozenset[Label] | None


def release_of(id: str, subject: str, table: Table, hidden: Mask, members: Mapping[Label, Iterable[str]]) -> Release:
    """The log's entry of a table with its pattern. Raises DataError when members and counts disagree."""
    inner_rows = len(table.groups) or table.values.shape[0] - 1
    of_group = {name: [row for row in range(inner_rows) if table.groups[row] == name] for name in set(table.groups)}

    def summed(axis: int, place: int) -> list[int]:
        size = inner_rows if axis == 0 else table.values.shape[axis] - 1
        if place < size:
            return [place]
        name = table.names[axis][place]
        return of_group[name] if axis == 0 and place < table.values.shape[0] - 1 else list(range(size))

    inner = [label for label, inside in zip(_labels(table), table.inner.ravel(), strict=True) if inside]
    people = {label: frozenset(map(str, members.get(label, ()))) for label in inner}
    parts, shown = {}, set()
    for cell, label in enumerate(_labels(table)):
        places = np.unravel_index(cell, table.values.shape)
        along = [[table.names[axis][row] for row in summed(axis, int(place))] for axis, place in enumerate(places)]
        parts[label] = tuple(product(*along))
        if sum(len(people[part]) for part in parts[label]) != table.cells[cell]:
            raise DataError("The members of a table are those it counts.")
        if not hidden.ravel()[cell]:
            shown.add(label)
    return Release(id, subject, people, parts, frozenset(shown))


def decide(earlier: Sequence[Release], new: Release, k: int) -> Decision:
    """Whether `new` may leave, given what has left before.

    The people of all tables fall into sets that no table separates. Every shown count is the size of a union
    of such sets; a set of fewer than k people is safe while its possible sizes, given all shown counts, reach
    from nobody to at least k. What earlier releases alone give away is not held against the new one.

    >>> def row(id, a, b):
    ...     members = {("a",): frozenset(a), ("b",): frozenset(b)}
    ...     parts = {("a",): (("a",),), ("b",): (("b",),), ("total",): (("a",), ("b",))}
    ...     return Release(id, "mentored", members, parts, frozenset(parts))
    >>> may = row("r1", map(str, range(20)), map(str, range(20, 50)))
    >>> june = row("r2", map(str, range(20)), map(str, range(20, 51)))
    >>> decide([], may, 10).allowed, decide([may], june, 10).allowed
    (True, False)
    """
    log = [release for release in earlier if release.subject == new.subject]
    known = _exposed_sets(log, k)
    found = _news(log, new, known, k)
    if not found:
        return Decision(True, (), frozenset())
    told = tuple(Exposed(len(people), _cells_with(new, people)) for people in found)
    return Decision(False, told, _withhold(log, new, known, found, k))


def exposed_by(earlier: Sequence[Release], new: Release, k: int) -> tuple[Exposed, ...]:
    """What `new` would give away together with all that left before; nothing: it may leave."""
    log = [release for release in earlier if release.subject == new.subject]
    found = _news(log, new, _exposed_sets(log, k), k)
    return tuple(Exposed(len(people), _cells_with(new, people)) for people in found)


def _withhold(
    log: list[Release],
    new: Release,
    known: set[frozenset[str]],
    found: list[frozenset[str]],
    k: int,
) -> frozenset[Label] | None:
    """Hides cell after cell of the new table that counts exposed people, the smallest first."""
    reduced = new
    while found:
        touching = [
            label
            for label in sorted(reduced.shown)
            if any(people & members for people in found for members in [_people(reduced, label)])
        ] or sorted(reduced.shown)
        if not touching:
            return None
        smallest = min(touching, key=lambda label: (len(_people(reduced, label)), label))
        reduced = replace(reduced, shown=reduced.shown - {smallest})
        found = _news(log, reduced, known, k)
    return new.shown - reduced.shown if reduced.shown else None


def _news(log: list[Release], new: Release, known: set[frozenset[str]], k: int) -> list[frozenset[str]]:
    sets = _exposed_sets([*log, new], k)
    return sorted((s for s in sets if not any(s <= old for old in known)), key=lambda s: (len(s), sorted(s)))


def _exposed_sets(log: Sequence[Release], k: int) -> set[frozenset[str]]:
    if not log:
        return set()
    from scipy import sparse

    atoms = _atoms(log)
    columns_of: dict[tuple[str, Label], list[int]] = {}
    for column, (signature, _) in enumerate(atoms):
        for place in signature.items():
            columns_of.setdefault(place, []).append(column)
    starts: list[int] = [0]
    columns: list[int] = []
    for release in log:
        for label in sorted(release.shown):
            for part in release.parts[label]:
                columns.extend(columns_of.get((release.id, part), ()))
            starts.append(len(columns))
    if not columns:
        return set()
    matrix = sparse.csr_array((np.ones(len(columns)), columns, starts), shape=(len(starts) - 1, len(atoms)))
    sizes = np.array([len(people) for _, people in atoms], dtype=np.float64)
    return {atoms[column][1] for column in narrowed(matrix, sizes, np.flatnonzero(sizes < k), k)}


def _atoms(log: Sequence[Release]) -> list[tuple[dict[str, Label], frozenset[str]]]:
    """Sets that no table separates: for each release the inner cell (or none) that all of them are in.

    An empty inner cell is a set too, because nobody outside knows that it is empty; it is taken as the same
    one in all releases where it is empty under the same name.
    """
    place: dict[str, dict[str, Label]] = {}
    for release in log:
        for label, people in release.members.items():
            for person in people:
                place.setdefault(person, {})[release.id] = label
    groups: dict[tuple[tuple[str, Label], ...], set[str]] = {}
    for person, signature in place.items():
        groups.setdefault(tuple(sorted(signature.items())), set()).add(person)
    empty: dict[Label, dict[str, Label]] = {}
    for release in log:
        for label, people in release.members.items():
            if not people:
                empty.setdefault(label, {})[release.id] = label
    nobody: list[tuple[dict[str, Label], frozenset[str]]] = [(s, frozenset()) for s in empty.values()]
    return [(dict(key), frozenset(people)) for key, people in sorted(groups.items())] + nobody


def narrowed(matrix: NDArray[np.float64], sizes: NDArray[np.float64], small: NDArray[np.int64], k: int) -> list[int]:
    """Small sets whose size, given matrix @ sizes, cannot be 0 or cannot be k; sizes are never negative.

    Programmes for many sets at once settle most of them: every solution is a possible world, and a set is
    settled as soon as one world has nobody in it and another at least k. The rest is asked one by one.
    """
    from scipy.optimize import linprog

    told = matrix @ sizes
    enough = 4.0 * (k + float(sizes.max(initial=0.0))) * len(sizes)
    bounds = np.column_stack([np.zeros(len(sizes)), np.full(len(sizes), enough)])

    def world(aim: NDArray[np.float64]) -> Any:
        result = linprog(aim, A_eq=matrix, b_eq=told, bounds=bounds, method="highs")
        if result.status != 0:
            raise DataError("The releases contradict each other.")
        return result.x

    open_low, open_high = set(small.tolist()), set(small.tolist())
    exposed: set[int] = set()
    for waiting, direction in ((open_low, 1.0), (open_high, -1.0)):
        together = True
        while waiting:
            aim = np.zeros(len(sizes))
            asked = sorted(waiting) if together else [min(waiting)]
            aim[asked] = direction
            found = world(aim)
            reached = {s for s in waiting if (found[s] <= 1e-6 if direction > 0 else found[s] >= k - 1e-6)}
            if not reached and not together:
                exposed.update(asked)
                reached = set(asked)
            together = together and bool(reached)
            waiting -= reached
    return sorted(exposed)


def _labels(table: Table) -> list[Label]:
    shape = table.values.shape
    return [
        tuple(table.names[axis][place] for axis, place in enumerate(np.unravel_index(cell, shape)))
        for cell in range(table.values.size)
    ]


def _people(release: Release, label: Label) -> frozenset[str]:
    return frozenset().union(*(release.members[part] for part in release.parts[label]))


def _cells_with(release: Release, people: frozenset[str]) -> tuple[Label, ...]:
    return tuple(sorted(label for label, members in release.members.items() if members & people))

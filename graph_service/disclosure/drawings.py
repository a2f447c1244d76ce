"""Drawings and ties between groups: the shape of a network can single somebody out without a name.

A node is as recognisable as its place: the only one with eleven contacts, or the only one whose contacts have
two each. A drawing without names may leave only when every place is shared by at least k people; ties between
groups may be told when k people stand on both sides.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graph_service.disclosure.suppression import Rule, Withheld
from graph_service.disclosure.tables import Counts, Mask, Table, two_way
from graph_service.errors import DataError


def places(people: int, ties: Sequence[tuple[int, int]], colours: Sequence[Any] | None = None) -> list[int]:
    """The place of every node: nodes with equal numbers cannot be told apart by degree, by the degrees around
    them, by those around these, and so on (colour refinement, Weisfeiler & Leman 1968).

    Parameters:
        people: number of nodes, 0 to people - 1.
        ties: undirected ties.
        colours: what the drawing shows of each node (role, site), if anything.

    >>> places(5, [(0, 1), (1, 2), (3, 4)])
    [0, 1, 0, 2, 2]
    """
    around: list[list[int]] = [[] for _ in range(people)]
    for a, b in ties:
        if not (0 <= a < people and 0 <= b < people):
            raise DataError("A tie joins two of the people drawn.")
        around[a].append(b)
        around[b].append(a)
    now = _numbered([str(colour) for colour in colours] if colours is not None else [""] * people)
    while True:
        finer = _numbered([(now[node], *sorted(now[other] for other in around[node])) for node in range(people)])
        if max(finer, default=0) == max(now, default=0):
            return finer
        now = finer


def drawing_withheld(
    people: int, ties: Sequence[tuple[int, int]], rule: Rule | None = None, colours: Sequence[Any] | None = None
) -> Withheld | None:
    """Whether a drawing without names is withheld: `small_group`, or `unique_shape` when a place has fewer
    than k people in it.

    >>> star = [(0, leaf) for leaf in range(1, 12)]
    >>> drawing_withheld(12, star)
    Withheld(reason='unique_shape')
    """
    rule = rule or Rule()
    if people < rule.k:
        return Withheld("small_group")
    sizes = np.bincount(places(people, ties, colours))
    return Withheld("unique_shape") if sizes.min() < rule.k else None


def ties_between(
    ego: Sequence[Any], alter: Sequence[Any], ego_group: Sequence[str], alter_group: Sequence[str], rule: Rule
) -> tuple[Table, Mask]:
    """Ties by ego group and alter group, with the cells that must not be told: fewer than k ties, or fewer
    than k different people on either side, totals included.

    One row per tie. The mask has one entry per cell; hand both to `complementary.protect`.
    """
    if len({len(ego), len(alter), len(ego_group), len(alter_group)}) > 1 or not len(ego):
        raise DataError("Every tie has an ego, an alter and the group of each.")
    rows, columns = sorted(set(ego_group)), sorted(set(alter_group))
    shape = (len(rows), len(columns))
    sides: dict[tuple[int, int], tuple[set[Any], set[Any]]] = {}
    counts: Counts = np.zeros(shape, dtype=np.int64)
    for who, whom, here, there in zip(ego, alter, ego_group, alter_group, strict=True):
        place = rows.index(here), columns.index(there)
        counts[place] += 1
        for row in (place[0], len(rows)):
            for column in (place[1], len(columns)):
                egos, alters = sides.setdefault((row, column), (set(), set()))
                egos.add(who)
                alters.add(whom)
    table = two_way(counts, rows, columns)
    fewest = np.zeros(table.values.shape, dtype=np.int64)
    for (row, column), (egos, alters) in sides.items():
        fewest[row, column] = min(len(egos), len(alters), table.values[row, column])
    return table, (fewest < rule.k).ravel()


def _numbered(keys: list[Any]) -> list[int]:
    """Equal keys get equal numbers, in order of first appearance."""
    number: dict[Any, int] = {}
    return [number.setdefault(key, len(number)) for key in keys]

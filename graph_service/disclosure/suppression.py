"""Which cells and numbers are too small to leave the coordinator's scope, before and after totals are told.

A zero is as small as a three: it says of everybody in the group that they have none. So a cell is shown only
with at least `k` people in it, and the sums around a hidden cell are broken by hiding others until somebody who
subtracts still has to think of anything from nobody to `k` people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

import numpy as np

from graph_service.disclosure.tables import Counts, Mask, Table, one_way
from graph_service.errors import DataError, SettingsError

Reason = Literal["small_cell", "small_group", "small_wave", "small_side", "complementary", "unique_shape"]
SMALLEST_K, LARGEST_K = 5, 30


@dataclass(frozen=True, slots=True)
class Rule:
    """The programme's setting.

    Attributes:
        k: minimum cell, 5 to 30 people.
        low, high: percentages below and above these are coded, not told.

    Raises SettingsError for a k outside 5..30.
    """

    k: int = 10
    low: float = 5.0
    high: float = 95.0

    def __post_init__(self) -> None:
        if not SMALLEST_K <= self.k <= LARGEST_K:
            raise SettingsError(f"The minimum cell is {SMALLEST_K} to {LARGEST_K} people.")
        if not 0 < self.low < self.high < 100:
            raise SettingsError("Percentages are coded below a low and above a high one.")


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a number is not shown."""

    reason: Reason


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A table as it leaves: counts, with null where hidden.

    Attributes:
        table: names of rows and columns.
        hidden: shape of the table; true where no count is shown. Small cells and the cells hidden with
            them carry the same mark, because a reader who can tell them apart knows more.
        gap: how far the number of cells hidden beyond the small ones may be from the least possible, as a
            share of the cost; 0 when it is the least.
    """

    names: tuple[tuple[str, ...], ...]
    counts: tuple[Any, ...]
    hidden: Mask
    gap: float


def small(table: Table, rule: Rule) -> Mask:
    """Cells with fewer than k people, zeros included, structural zeros not; one entry per cell.

    >>> small(one_way([12, 3, 0, 40]), Rule()).tolist()
    [False, True, True, False, False]
    """
    return np.asarray((table.cells < rule.k) & ~table.structural.ravel())


def group_withheld(rule: Rule, n: int) -> Withheld | None:
    """Whether a number about a group of n people is withheld."""
    return Withheld("small_group") if n < rule.k else None


def change_withheld(rule: Rule, n_before: int, n_after: int) -> Withheld | None:
    """A change needs k people in both waves.

    >>> change_withheld(Rule(), 40, 9)
    Withheld(reason='small_wave')
    """
    return Withheld("small_wave") if min(n_before, n_after) < rule.k else None


def network_withheld(rule: Rule, egos: int, alters: int) -> Withheld | None:
    """A number about ties between two groups needs k people in the ego group and k in the alter group."""
    return Withheld("small_side") if min(egos, alters) < rule.k else None


def coded_percent(count: int, n: int, rule: Rule | None = None) -> str | Withheld:
    """A percentage as it may be told: a whole number, `<5`, `>95`, or withheld.

    Withheld below k people in the group, and where the count or the rest of the group is below k; but a
    coded end is told when the counts that it stands for are at least k, because it then hides the count
    among them (with 10 people, `<5` would say that nobody does).

    >>> [coded_percent(c, 400) for c in (3, 100, 395, 100)]
    ['<5', '25', '>95', '25']
    >>> coded_percent(1, 60), coded_percent(55, 60), coded_percent(0, 12)
    (Withheld(reason='small_cell'), Withheld(reason='small_cell'), Withheld(reason='small_cell'))
    """
    rule = rule or Rule()
    if n < rule.k:
        return Withheld("small_group")
    share = 100 * count / n
    if share < rule.low and ceil(n * rule.low / 100) >= rule.k:
        return f"<{rule.low:g}"
    if share > rule.high and ceil(n * (100 - rule.high) / 100) >= rule.k:
        return f">{rule.high:g}"
    if min(count, n - count) < rule.k:
        return Withheld("small_cell")
    return f"{share:.0f}"


def publish(table: Table, rule: Rule | None = None, *, seconds: float = 60.0) -> Published:
    """The table with small cells hidden, and others with them until nothing can be subtracted.

    >>> from graph_service.disclosure.tables import two_way
    >>> published = publish(two_way([[12, 3, 20], [20, 15, 30], [25, 40, 35]]))
    >>> [list(row) for row in published.counts[0:2]]
    [[None, None, 20, 35], [None, None, 30, 65]]
    """
    from graph_service.disclosure.complementary import protect

    rule = rule or Rule()
    pattern = protect(table, small(table, rule), rule.k, seconds=seconds)
    hidden = pattern.hidden.reshape(table.values.shape)
    return Published(table.names, with_nulls(table.values, hidden), hidden, pattern.gap)


def publish_changes(before: Table, after: Table, rule: Rule | None = None, *, seconds: float = 60.0) -> Published:
    """Differences of two waves' tables, shown only where both counts may be shown.

    Both tables are protected on their own; a difference whose counts are not both shown would give the hidden
    one away, and one with fewer than k people at either wave says too much of few.
    Raises DataError when the two tables have different rows or columns.

    >>> from graph_service.disclosure.tables import one_way
    >>> publish_changes(one_way([20, 30, 9, 40]), one_way([25, 28, 30, 41])).counts
    (None, -2, None, 1, 25)
    """
    if before.names != after.names:
        raise DataError("A change is of the same rows and columns.")
    first, second = publish(before, rule, seconds=seconds / 2), publish(after, rule, seconds=seconds / 2)
    hidden = np.asarray(first.hidden | second.hidden)
    difference = with_nulls(after.values - before.values, hidden)
    return Published(after.names, difference, hidden, max(first.gap, second.gap))


def groups_withheld(sizes: Sequence[int], rule: Rule | None = None) -> list[Withheld | None]:
    """Which groups of a partition lose their numbers when the numbers of all together are told.

    A mean of everybody and the means of all groups but one give the last one's, so a small group takes
    another with it.

    >>> groups_withheld([40, 4, 25])
    [None, Withheld(reason='small_group'), Withheld(reason='complementary')]
    """
    from graph_service.disclosure.complementary import protect

    rule = rule or Rule()
    table = one_way(sizes)
    primary = small(table, rule)
    hidden = protect(table, primary, rule.k).hidden
    return [
        None if not gone else Withheld("small_group" if tiny else "complementary")
        for gone, tiny in zip(hidden[:-1], primary[:-1], strict=True)
    ]


def with_nulls(values: Counts, hidden: Mask) -> tuple[Any, ...]:
    """The counts with null where hidden, nested as the table is."""
    if values.ndim == 1:
        return tuple(None if gone else int(count) for count, gone in zip(values.tolist(), hidden.tolist(), strict=True))
    return tuple(with_nulls(row, gone) for row, gone in zip(values, hidden, strict=True))

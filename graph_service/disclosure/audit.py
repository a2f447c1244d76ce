"""What somebody who subtracts can find out about a published table: the possible counts of hidden cells.

Kept apart from the code that chooses what to hide, and computed another way, so that it can judge it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graph_service.disclosure.tables import Mask, Table
from graph_service.errors import DataError


@dataclass(frozen=True, slots=True)
class Range:
    """The least and largest count that a hidden cell can have; `high` null: without limit."""

    cell: int
    low: float
    high: float | None

    @property
    def exact(self) -> bool:
        """Whether the count is known."""
        return self.high is not None and self.high - self.low < 1


def possible_counts(table: Table, hidden: Mask, cells: Iterable[int] | None = None) -> list[Range]:
    """Range of every hidden cell (or of `cells`), given what is shown, all sums, and that counts are >= 0.

    One pair of linear programmes per cell. Raises DataError when the sums contradict what is shown.

    >>> from graph_service.disclosure.tables import two_way
    >>> table = two_way([[12, 3], [20, 15]])
    >>> only_small = table.cells < 10
    >>> possible_counts(table, only_small)
    [Range(cell=1, low=3.0, high=3.0)]
    """
    from scipy.optimize import linprog

    unknown = np.flatnonzero(hidden)
    sums = table.equations.tocsc()
    known = np.flatnonzero(~hidden)
    seen = sums[:, known] @ table.cells[known]
    part = sums[:, unknown]
    place = {int(cell): column for column, cell in enumerate(unknown)}
    found = []
    for cell in unknown if cells is None else cells:
        ends: list[float | None] = []
        for direction in (1.0, -1.0):
            aim = np.zeros(len(unknown))
            aim[place[int(cell)]] = direction
            result = linprog(aim, A_eq=part, b_eq=-seen, bounds=(0, None), method="highs")
            if result.status not in (0, 3):
                raise DataError("The sums contradict what is shown.")
            ends.append(None if result.status == 3 else round(float(result.x[place[int(cell)]]), 6))
        found.append(Range(int(cell), ends[0] or 0.0, ends[1]))
    return found


def revealed(table: Table, hidden: Mask, small: Mask, k: int) -> list[Range]:
    """Hidden cells that the sums give away: exact counts, and small cells not open from 0 to k."""
    return [
        r
        for r in possible_counts(table, hidden)
        if r.exact or (small[r.cell] and (r.low > 0 or (r.high is not None and r.high < k)))
    ]

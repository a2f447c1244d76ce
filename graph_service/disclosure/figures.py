"""What figures that left tell together: means, shares, counts of reports, columns of files of records.

A figure about people is known as a sum over them. Any sums and differences of what left are known too, of however many
releases: from A and B, and B and C, follows A and C. So a new figure is judged with all that left on the same fact, and
does not leave where some combination is about fewer people than may be told of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

#: Figures of days as near as this are taken for the same fact: few learners' networks change in between.
NEAR = timedelta(days=31)
#: Combinations with larger coefficients than this are not looked for: each release adds the error of its rounding.
LARGEST = 20.0
#: Seconds for one judgement; what is not proven by then does not leave.
SECONDS = 20.0

People = frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """One figure, or one column of a class of records: the fact, its day or days, and whom it is about."""

    fact: str
    days: tuple[date, ...]
    people: People

    def beside(self, other: "Told") -> bool:
        """Whether two figures are of one fact."""
        same = self.fact == other.fact and len(self.days) == len(other.days)
        return same and all(abs(one - two) <= NEAR for one, two in zip(self.days, other.days, strict=True))


def exposes(earlier: Sequence[Told], new: Sequence[Told], k: int) -> bool:
    """Whether the new figures, beside those that left before, tell something about fewer than k people.

    >>> day = (date(2026, 5, 1),)
    >>> def mean(*people):
    ...     return Told("size", day, frozenset(people))
    >>> three = [mean(*range(0, 40)), mean(*range(0, 20)), mean(*range(20, 43))]
    >>> exposes(three[:1], three[1:2], 10), exposes(three[:2], three[2:], 10)
    (False, True)
    """
    judged: set[tuple[frozenset[People], frozenset[People]]] = set()
    for fact, days in dict.fromkeys((each.fact, each.days) for each in new):
        mine = [each for each in new if each.fact == fact and each.beside(Told(fact, days, frozenset()))]
        before = {old.people for old in earlier if any(old.beside(each) for each in mine)}
        now = {each.people for each in mine}
        key = (frozenset(before), frozenset(now))
        if key not in judged and tells_of_few(before, now, k):
            return True
        judged.add(key)
    return False


def tells_of_few(before: Iterable[People], now: Iterable[People], k: int) -> bool:
    """Whether sums and differences of sets of people, a new one among them, leave fewer than k people.

    What the sets before tell alone is not held against the new ones.
    """
    old = sorted({each for each in before if each}, key=sorted)
    new = sorted({each for each in now if each} - set(old), key=sorted)
    matrix, sizes = _incidence([*old, *new])
    small = sizes < k
    if not new or not small.any():
        return False
    kept_old, kept_new = _independent(matrix, len(old))
    if not kept_new:
        return False
    rows = matrix[[*kept_old, *kept_new]]
    if np.linalg.matrix_rank(rows[:, ~small]) == len(rows):
        # Every combination still counts somebody of a large set.
        return False
    return _found(rows, len(kept_old), sizes, small, k)


def _incidence(sets: Sequence[People]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sets by groups of people whom no set tells apart (truth), and how many are in each group."""
    places: dict[str, list[int]] = {}
    for at, people in enumerate(sets):
        for one in people:
            places.setdefault(one, []).append(at)
    groups: dict[tuple[int, ...], int] = {}
    for inside in places.values():
        groups[tuple(inside)] = groups.get(tuple(inside), 0) + 1
    matrix = np.zeros((len(sets), len(groups)))
    for column, members in enumerate(groups):
        matrix[list(members), column] = 1.0
    return matrix, np.array(list(groups.values()), np.int64)


def _independent(matrix: NDArray[np.float64], old: int) -> tuple[list[int], list[int]]:
    """Rows that say something beyond those before them: of the old ones, of the new ones."""
    basis = np.zeros((0, matrix.shape[1]))
    kept: list[int] = []
    for at, row in enumerate(matrix):
        rest = row - basis.T @ (basis @ row)
        rest -= basis.T @ (basis @ rest)
        length = float(np.linalg.norm(rest))
        if length > 1e-8 * max(1.0, float(np.linalg.norm(row))):
            basis = np.vstack([basis, rest / length])
            kept.append(at)
    return [at for at in kept if at < old], [at for at in kept if at >= old]


def _found(rows: NDArray[np.float64], old: int, sizes: NDArray[np.int64], small: NDArray[np.bool_], k: int) -> bool:
    """Whether a combination exists that counts nobody of a large group and, in all, fewer than k of small ones.

    An integer programme: coefficients y of the sets, z whether a small group remains, p which new set has the largest
    coefficient (taken as 1). Its people are independent of the old ones, so that whatever is found is news.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    count, new, groups = len(rows), len(rows) - old, int(small.sum())
    y, z, p = (slice(0, count), slice(count, count + groups), slice(count + groups, count + groups + new))
    width = count + groups + new
    most = LARGEST * count

    def line(height: int) -> NDArray[np.float64]:
        return np.zeros((height, width))

    nobody = line(int((~small).sum()))
    nobody[:, y] = rows[:, ~small].T
    above, below = line(groups), line(groups)
    above[:, y], above[:, z] = rows[:, small].T, -most * np.eye(groups)
    below[:, y], below[:, z] = -rows[:, small].T, -most * np.eye(groups)
    largest = line(new)
    largest[:, slice(old, count)], largest[:, p] = np.eye(new), -2.0 * np.eye(new)
    one, few = line(1), line(1)
    one[:, p], few[:, z] = 1.0, sizes[small]
    low, high = np.zeros(width), np.ones(width)
    low[:old], high[:old] = -LARGEST, LARGEST
    low[old:count] = -1.0
    whole = np.zeros(width)
    whole[count:] = 1
    result = milp(
        np.concatenate([np.zeros(count), sizes[small].astype(np.float64), np.zeros(new)]),
        constraints=[
            LinearConstraint(nobody, 0, 0),
            LinearConstraint(above, -np.inf, 0),
            LinearConstraint(below, -np.inf, 0),
            LinearConstraint(largest, -1, np.inf),
            LinearConstraint(one, 1, 1),
            LinearConstraint(few, -np.inf, k - 1),
        ],
        bounds=Bounds(low, high),
        integrality=whole,
        options={"time_limit": SECONDS},
    )
    # Status 2 is a proof that there is none.
    return bool(result.status != 2)

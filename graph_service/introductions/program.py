"""The integer programme of one part of an assignment: its columns, its rows, and HiGHS to solve it.

Columns: one per option taken alone; one per further unit of load of an adult (each dearer than the one before);
one per option taken in a group; one per group that may meet. Rows: a learner has one introduction; the units of an
adult are what is taken of them; a group has two to six learners, or none.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graph_service.introductions.problem import Problem

SMALLEST, LARGEST = 2, 6
#: Units of an adult's load that are priced one by one; what comes after costs as much each as the last of these.
PRICED = 24
#: Seconds after which the solver stops without a proof.
SECONDS = 60.0
#: What is off a whole number by less is that number (the solver's own tolerance).
WHOLE = 1e-6


class Rows:
    """Rows of a sparse matrix, added block by block."""

    def __init__(self, columns: int) -> None:
        self.columns, self.count = columns, 0
        self.entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.low: list[np.ndarray] = []
        self.high: list[np.ndarray] = []

    def add(self, count: int, low: float, high: float, *terms: tuple[np.ndarray, np.ndarray, float]) -> None:
        """A block of `count` rows between two bounds; a term is (row in the block, column, factor)."""
        for row, column, factor in terms:
            self.entries.append((row + self.count, column, np.full(len(column), factor)))
        self.low.append(np.full(count, low))
        self.high.append(np.full(count, high))
        self.count += count

    def matrix(self) -> Any:
        from scipy.sparse import coo_array

        at, to, factor = (np.concatenate(each) for each in zip(*self.entries, strict=True))
        return coo_array((factor, (at, to)), shape=(self.count, self.columns)).tocsr()


@dataclass(frozen=True, eq=False)
class Program:
    """matrix, low, high: the rows; upper: of each column; cost: of units of load, in values.

    options, units, groups: how many columns of each; option_of, group_of: of each member's column. learner: whom
    an option serves, then whom a member's column serves. needy, draw: per learner of this part. pairs: connector and
    target of each group (positions).
    """

    options: int
    units: int
    groups: int
    learner: np.ndarray
    option_of: np.ndarray
    group_of: np.ndarray
    pairs: np.ndarray
    needy: np.ndarray
    draw: np.ndarray
    value: np.ndarray
    cost: np.ndarray
    upper: np.ndarray
    matrix: Any
    low: np.ndarray
    high: np.ndarray

    @property
    def learners(self) -> int:
        return len(self.needy)

    @property
    def members(self) -> slice:
        """The columns of options taken in a group."""
        start = self.options + self.units
        return slice(start, start + len(self.option_of))

    def serving_columns(self) -> np.ndarray:
        """The columns that serve a learner, beside `learner`."""
        return np.concatenate([np.arange(self.options), np.arange(self.members.start, self.members.stop)])

    def covers(self, weight: np.ndarray) -> np.ndarray:
        """An objective: how many learners are served, each of this weight."""
        objective = np.zeros(len(self.upper))
        objective[self.serving_columns()] = weight[self.learner]
        return objective

    def worth(self, parts: int) -> np.ndarray:
        """An objective: values in whole parts, less the cost of loads, plus a draw too small to outweigh a part."""
        objective = np.zeros(len(self.upper))
        taken = np.concatenate([self.value, self.value[self.option_of]])
        objective[self.serving_columns()] = np.rint(taken * parts) + self.draw[self.learner] / (2 * self.learners + 2)
        objective[self.options : self.options + self.units] = -self.cost * parts
        return objective

    def promising(self, mask: np.ndarray, at_least: int) -> "Program":
        """The same, with the promise that so many of these learners are served."""
        from scipy.sparse import csr_array, vstack

        row = csr_array(self.covers(mask)[None, :])
        matrix = vstack([self.matrix, row], format="csr")
        return replace(self, matrix=matrix, low=np.r_[self.low, at_least], high=np.r_[self.high, np.inf])

    def within(self, found: "Solution", columns: slice) -> "Program":
        """The same, with no more in these columns than a solution has there."""
        upper = self.upper.copy()
        upper[columns] = np.rint(found.x[columns])
        return replace(self, upper=upper)


@dataclass(frozen=True, eq=False)
class Solution:
    """x: a value per column; proven: no solution is better than by the gap that was allowed."""

    x: np.ndarray
    proven: bool

    def served(self, made: Program) -> np.ndarray:
        """Learners of the part (by place) who get an introduction."""
        return np.unique(made.learner[self.x[made.serving_columns()] > 0.5])

    def needy(self, made: Program) -> int:
        """How many of them have nobody."""
        return int(made.needy[self.served(made)].sum())


def program(problem: Problem, rows: np.ndarray, *, meeting: np.ndarray | None = None, choose: bool = False) -> Program:
    """The programme of the options at `rows`.

    meeting: pairs of connector and target (positions) of groups that meet, whoever of the part comes; choose: let
    the solver choose which groups of learners with nobody meet.
    """
    who, learner = np.unique(problem.learner[rows], return_inverse=True)
    adults, ends = np.unique(np.concatenate([problem.connector[rows], problem.target[rows]]), return_inverse=True)
    connector, target, n = ends[: len(rows)], ends[len(rows) :], len(rows)
    open_to = problem.needy[who][learner] if choose else np.full(n, meeting is not None)
    option_of, group_of, pairs = _groups(connector, target, open_to, len(adults))
    if meeting is not None:
        met = _code(np.searchsorted(adults, meeting[:, 0]), np.searchsorted(adults, meeting[:, 1]), len(adults))
        keep = np.isin(_code(pairs[:, 0], pairs[:, 1], len(adults)), met)
        inside = keep[group_of]
        option_of, group_of, pairs = option_of[inside], (np.cumsum(keep) - 1)[group_of[inside]], pairs[keep]
    held = np.bincount(pairs.ravel(), minlength=len(adults)) if meeting is not None else np.zeros(len(adults), int)
    unit_of, cost, upper = _units(problem, adults, np.bincount(ends, minlength=len(adults)), held)
    units, members, groups = len(unit_of), len(option_of), len(pairs) if choose else 0
    first_member, first_group = n + units, n + units + members
    rule = Rows(first_group + groups)
    column, group = np.arange(first_member, first_group), first_group + np.arange(groups)
    rule.add(len(who), 0.0, 1.0, (learner, np.arange(n), 1.0), (learner[option_of], column, 1.0))
    taken = [(end, np.arange(n), 1.0) for end in (connector, target)]
    taken += [(pairs[:, side], group, 1.0) for side in (0, 1)] if choose else []
    rule.add(len(adults), 0.0, 0.0, *taken, (unit_of, np.arange(n, first_member), -1.0))
    if choose:
        rule.add(groups, 0.0, np.inf, (group_of, column, 1.0), (np.arange(groups), group, -float(SMALLEST)))
        rule.add(groups, -np.inf, 0.0, (group_of, column, 1.0), (np.arange(groups), group, -float(LARGEST)))
        # Nobody is in a group that does not meet: said for each, it makes the bound tighter.
        each = np.arange(members)
        rule.add(members, -np.inf, 0.0, (each, column, 1.0), (each, first_group + group_of, -1.0))
    elif len(pairs):
        rule.add(len(pairs), float(SMALLEST), float(LARGEST), (group_of, column, 1.0))
    one, two = _apart(problem, who[learner[option_of]], group_of)
    each = np.arange(len(one))
    rule.add(len(one), -np.inf, 1.0, (each, first_member + one, 1.0), (each, first_member + two, 1.0))
    return Program(
        n, units, groups, np.concatenate([learner, learner[option_of]]), option_of, group_of, adults[pairs],
        problem.needy[who], problem.draw[who], problem.value[rows], cost,
        np.concatenate([np.ones(n), upper, np.ones(members + groups)]),
        rule.matrix(), np.concatenate(rule.low), np.concatenate(rule.high),
    )  # fmt: skip


def _code(connector: np.ndarray, target: np.ndarray, adults: int) -> np.ndarray:
    found: np.ndarray = connector * adults + target
    return found


def _units(
    problem: Problem, adults: np.ndarray, asked: np.ndarray, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The units of load: whose, at what cost, how many at that cost. No more than are left, or are asked for."""
    left = problem.left[adults]
    most = np.where(left < 0, asked, np.minimum(left - held, asked))
    priced = np.minimum(most, PRICED)
    unit_of = np.repeat(np.arange(len(adults)), priced)
    step = np.arange(len(unit_of)) - np.repeat(np.cumsum(priced) - priced, priced)
    upper = np.ones(len(unit_of))
    upper[np.cumsum(priced)[priced > 0] - 1] += (most - priced)[priced > 0]
    cost = problem.evenness * problem.unit * ((problem.load[adults] + held)[unit_of] + step)
    return unit_of, cost, upper


def _groups(
    connector: np.ndarray, target: np.ndarray, open_to: np.ndarray, adults: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Groups that could meet: options of those it is open to who share connector and target; which group; its two."""
    mine = np.flatnonzero(open_to)
    kind, number, size = np.unique(
        _code(connector[mine], target[mine], adults), return_inverse=True, return_counts=True
    )
    enough = size >= SMALLEST
    keep = enough[number]
    renumber = np.cumsum(enough) - 1
    pairs = np.stack([kind[enough] // adults, kind[enough] % adults], axis=1)
    return mine[keep], renumber[number[keep]], pairs


def _apart(problem: Problem, who: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Members (by place) of one group who must not meet each other."""
    one, two = [], []
    if problem.apart:
        place = {(int(g), int(i)): at for at, (g, i) in enumerate(zip(group, who, strict=True))}
        for (g, i), at in place.items():
            for other in (b for a, b in problem.apart if a == i):
                if (g, other) in place and i < other:
                    one.append(at)
                    two.append(place[g, other])
    return np.array(one, np.int64), np.array(two, np.int64)


def solve(made: Program, objective: np.ndarray, gap: float = 0.0, *, only_groups: bool = False) -> Solution:
    """The column values that make the objective greatest; gap: what may be left to gain, as a share of it.

    Fractions are allowed at first: what is best among them and happens to be whole is best among whole numbers too.
    Most parts end there, in a tenth of the time. only_groups: whole numbers are asked of the groups alone.
    """
    whole = np.ones(len(made.upper))
    # Units follow from the rest: whole by themselves, since what they sum to is whole and the cheap ones come first.
    whole[made.options : made.options + made.units] = 0
    if only_groups:
        whole[: made.members.stop] = 0
    else:
        easy = _milp(made, objective, np.zeros(len(made.upper)), 0.0)
        if easy.status == 0 and np.abs(easy.x - np.rint(easy.x))[whole > 0].max(initial=0.0) < WHOLE:
            return Solution(np.asarray(easy.x), True)
    found = _milp(made, objective, whole, gap)
    x = np.zeros(len(made.upper)) if found.x is None else np.asarray(found.x)
    return Solution(x, found.status == 0)


def bound(made: Program, objective: np.ndarray) -> int:
    """A whole number that no solution of a whole objective exceeds."""
    found = _milp(made, objective, np.zeros(len(made.upper)), 0.0)
    return int(np.floor(-found.fun + 1e-6)) if found.x is not None else int(objective.sum())


def _milp(made: Program, objective: np.ndarray, whole: np.ndarray, gap: float) -> Any:
    from scipy.optimize import Bounds, LinearConstraint, milp

    return milp(
        -objective,
        integrality=whole,
        bounds=Bounds(np.zeros(len(made.upper)), made.upper),
        constraints=LinearConstraint(made.matrix, made.low, made.high),
        options={"mip_rel_gap": gap, "time_limit": SECONDS},
    )

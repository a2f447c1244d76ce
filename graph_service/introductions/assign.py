"""Assignment: who is introduced to whom through whom, for a whole programme at once, proven the best.

A path takes a unit of its connector and of its target, so that this is no matching of two sides but a small integer
programme, solved exactly by HiGHS for each part that shares no adult with another. In order:

1. as many learners who have nobody as possible get an introduction;
2. as many learners as possible get one;
3. the sum of values is greatest, less what loads cost: each further introduction through or to the same adult costs
   more than the one before, so that few are not asked for many;
4. what is still equal is decided by a seeded draw per learner.
"""

from dataclasses import dataclass

import numpy as np

from graph_service.introductions.problem import Problem
from graph_service.introductions.program import Program, bound, program, solve

#: What a better choice of groups might add, as a share; closer costs seconds for a learner or two.
GROUP_GAP = 0.001
#: Values are compared to this many parts of 1: what differs by less is equal, and a draw decides.
PARTS = 10_000


@dataclass(frozen=True, eq=False)
class Assigned:
    """option: the chosen options, ascending; group: number of the group meeting of each, -1 for one of its own.

    proven: the solver proved that nothing is better. parts: how many independent parts there were; shortage: in how
    many of them not everybody with an option could be served.
    """

    option: np.ndarray
    group: np.ndarray
    proven: bool
    parts: int
    shortage: int


def assign(problem: Problem) -> Assigned:
    """The best assignment; the same for the same problem on every machine of one HiGHS version.

    >>> two = Problem(
    ...     learner=np.array([0, 0, 1]), connector=np.array([0, 0, 0]), target=np.array([1, 2, 1]),
    ...     value=np.array([0.9, 0.5, 0.8]), needy=np.array([False, False]), draw=np.array([0.5, 0.5]),
    ...     left=np.array([-1, 1, 1]), load=np.zeros(3, int),
    ... )
    >>> assign(two).option.tolist()  # the first learner gives the better one up, so that both get somebody
    [1, 2]
    """
    part = _parts(problem)
    order = np.argsort(part, kind="stable")
    bounds = np.flatnonzero(np.r_[True, np.diff(part[order]) > 0, True]) if len(order) else np.zeros(1, np.int64)
    option, group, proven, shortage, groups = [], [], True, 0, 0
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        rows = np.sort(order[start:end])
        chosen, together, exact, short = _solve_part(problem, rows)
        option.append(rows[chosen])
        group.append(np.where(together >= 0, together + groups, -1))
        groups += int(together.max(initial=-1)) + 1
        proven &= exact
        shortage += short
    chosen = np.concatenate(option) if option else np.zeros(0, np.int64)
    together = np.concatenate(group) if group else np.zeros(0, np.int64)
    at = np.argsort(chosen, kind="stable")
    return Assigned(chosen[at], together[at], proven, len(option), shortage)


def _parts(problem: Problem) -> np.ndarray:
    """Options that share a learner or an adult, directly or through others, are of one part: its number per option."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    learners, adults = len(problem.needy), len(problem.left)
    one = np.concatenate([problem.learner, problem.learner])
    two = np.concatenate([problem.connector, problem.target]) + learners
    size = learners + adults
    _, part = connected_components(coo_array((np.ones(len(one), np.int8), (one, two)), shape=(size, size)), False)
    found: np.ndarray = part[problem.learner]
    return found


def _solve_part(problem: Problem, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool, bool]:
    """One part: places of the chosen options in `rows`, their groups, whether that is proven, whether it was short."""
    made = program(problem, rows)
    everyone = np.ones(made.learners)
    # One more with nobody outweighs everybody else together.
    first = everyone + made.needy * made.learners
    # Without whole numbers the solver gives a bound of what can be reached, and gives it at once.
    short = bound(made, made.covers(everyone)) < made.learners
    if problem.groups and short:
        alone = bound(made, made.covers(made.needy.astype(np.float64)))
        if alone < int(made.needy.sum()):
            made = _with_groups(problem, rows, made, first, alone)
    best = solve(made, made.covers(first), gap=0.5 / float(first.sum()))
    served = best.served(made)
    made = made.promising(made.needy, int(made.needy[served].sum())).promising(everyone, len(served))
    final = solve(made, made.worth(PARTS))
    if not final.x.any():
        # Out of time before anything was found: as many are served, whoever to whom.
        final = best
    return *_chosen(made, final.x), best.proven and final.proven, len(served) < made.learners


def _with_groups(problem: Problem, rows: np.ndarray, alone: Program, first: np.ndarray, reached: int) -> Program:
    """The programme in which the groups meet that let more learners with nobody be served; else the one without.

    Which groups meet is decided with everything else in fractions: a choice of groups, not a proof that no other
    choice is better. Who comes to them is decided exactly.
    """
    wider = program(problem, rows, choose=True)
    if not wider.groups:
        return alone
    objective = wider.covers(first)
    start = wider.members.stop
    objective[start:] = -0.4 / wider.groups
    meeting = wider.pairs[solve(wider, objective, gap=GROUP_GAP, only_groups=True).x[start:] > 0.5]
    made = program(problem, rows, meeting=meeting)
    found = solve(made, made.covers(made.needy.astype(np.float64)), gap=0.5 / max(int(made.needy.sum()), 1))
    return made if found.x.any() and int(made.needy[found.served(made)].sum()) > reached else alone


def _chosen(made: Program, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Options taken alone, and those taken in a group, by place; groups numbered from 0."""
    alone = np.flatnonzero(x[: made.options] > 0.5)
    member = np.flatnonzero(x[made.members] > 0.5)
    number = np.unique(made.group_of[member], return_inverse=True)[1] if len(member) else member
    places = np.concatenate([alone, made.option_of[member]])
    group = np.concatenate([np.full(len(alone), -1, np.int64), number.astype(np.int64)])
    order = np.argsort(places, kind="stable")
    return places[order], group[order]

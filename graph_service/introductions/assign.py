"""Assignment: who is introduced to whom through whom, for a whole programme at once, proven the best.

A path takes a unit of its connector and of its target, so that this is no matching of two sides but a small integer
programme, solved exactly by HiGHS for each part that shares no adult with another. In order:

1. as many learners who have nobody as possible get an introduction;
2. as many learners as possible get one;
3. the sum of values is greatest, less what loads cost: each further introduction through or to the same adult costs
   more than the one before, so that few are not asked for many;
4. what is still equal is decided by a seeded draw per learner.
"""

from dataclasses import dataclass, replace

import numpy as np

from graph_service.introductions.problem import Problem
from graph_service.introductions.program import Program, Solution, bound, program, solve

#: What a better choice of groups might add, as a share, at the first attempt; mostly nothing is left to gain.
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
    best = _most_served(made)
    sure = best.proven
    if problem.groups and best.needy(made) < int(made.needy.sum()):
        made, best, sure = _with_groups(problem, rows, made, best)
    served = best.served(made)
    held = made.promising(made.needy, best.needy(made)).promising(np.ones(made.learners), len(served))
    final = solve(held, held.worth(PARTS))
    if not final.x.any() and best.x.any():
        # Out of time before anything was found: the groups stay as they are, and only the rest is chosen by value.
        again = solve(held.within(best, held.members), held.worth(PARTS))
        final = replace(again if again.x.any() else best, proven=False)
    return *_chosen(made, final.x), sure and final.proven, len(served) < made.learners


def _weights(made: Program) -> np.ndarray:
    """What serving each learner counts: one more with nobody outweighs everybody else together."""
    found: np.ndarray = 1.0 + made.needy * made.learners
    return found


def _most_served(made: Program) -> Solution:
    weights = _weights(made)
    return solve(made, made.covers(weights), gap=0.5 / float(weights.sum()))


def _with_groups(problem: Problem, rows: np.ndarray, alone: Program, best: Solution) -> tuple[Program, Solution, bool]:
    """The programme in which the groups meet that let the most learners with nobody be served, and who is served.

    Which groups meet is first decided with everything else in fractions, in little time. Where that falls short of
    what no choice of groups exceeds, the choice is made in whole numbers, which is proven or runs out of time. Where
    groups serve no more with nobody, the programme without them. Third: whether no choice of groups serves more.
    """
    wider = program(problem, rows, choose=True)
    if not wider.groups:
        return alone, best, best.proven
    most = bound(wider, wider.covers(wider.needy.astype(np.float64)))
    objective = wider.covers(_weights(wider))
    start = wider.members.stop
    objective[start:] = -0.4 / wider.groups
    found, sure = (alone, best), False
    for only_groups, gap in ((True, GROUP_GAP), (False, 0.5 / float(_weights(wider).sum()))):
        choice = solve(wider, objective, gap=gap, only_groups=only_groups)
        made = program(problem, rows, meeting=wider.pairs[choice.x[start:] > 0.5])
        served = _most_served(made)
        if served.needy(made) > found[1].needy(found[0]):
            found = made, served
        reached = found[1].needy(found[0])
        sure = reached >= most or (not only_groups and choice.proven)
        if sure:
            break
    return *found, sure and found[1].proven


def _chosen(made: Program, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Options taken alone, and those taken in a group, by place; groups numbered from 0."""
    alone = np.flatnonzero(x[: made.options] > 0.5)
    member = np.flatnonzero(x[made.members] > 0.5)
    number = np.unique(made.group_of[member], return_inverse=True)[1] if len(member) else member
    places = np.concatenate([alone, made.option_of[member]])
    group = np.concatenate([np.full(len(alone), -1, np.int64), number.astype(np.int64)])
    order = np.argsort(places, kind="stable")
    return places[order], group[order]

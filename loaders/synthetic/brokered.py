"""The history of introductions: half of the planted ties came of one, others were declined, lapsed, are in flight.

Every introduction kept the gates on its days: the learner's consents and age, the adults' status, screening and
capacity. What is known of an adult's answers is therefore a fair sample of the hidden response.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.records.vocabulary import vocabulary
from loaders.synthetic import permissions, roster
from loaders.synthetic.draws import Draws, Ints, Mask, distinct
from loaders.synthetic.outcomes import Planted
from loaders.synthetic.people import GOAL_ONE, GOAL_SEVERAL, Population
from loaders.synthetic.span import EPOCH

STATES = vocabulary("introduction_states").codes
#: The way of an introduction that succeeds.
WAY = (
    "suggested", "requested", "approved", "connector_asked", "connector_agreed", "target_asked", "target_agreed",
    "made", "met", "followed_up", "closed",
)  # fmt: skip
CONNECTOR_ASKED, TARGET_ASKED, MADE, MET = (
    WAY.index(each) for each in ("connector_asked", "target_asked", "made", "met")
)
#: Who takes each step, by place in WAY.
MOVERS = (
    "system", "learner", "coordinator", "coordinator", "connector", "coordinator", "target", "coordinator",
    "coordinator", "coordinator", "coordinator",
)  # fmt: skip
#: Days from one step to the next, from ... to ...
GAPS = ((1, 5), (0, 3), (0, 1), (1, 7), (0, 2), (1, 9), (0, 2), (2, 12), (7, 21), (5, 25))
ASKS = ("talk", "shadow", "mock_interview", "mentoring", "project")


@dataclass(frozen=True)
class End:
    """How an introduction can end short of a meeting: after which step, by whom, for which reasons; share of 100."""

    state: str
    after: int
    by: str
    reasons: tuple[str, ...]
    share: int


ENDS = (
    End("declined", CONNECTOR_ASKED, "connector", ("no_time", "do_not_know_well", "left_role"), 10),
    End("declined", TARGET_ASKED, "target", ("no_time", "not_my_field", "not_this_time"), 20),
    End("declined", 0, "learner", ("prefers_other_help", "changed_goal"), 6),
    End("lapsed", CONNECTOR_ASKED, "system", ("silence",), 8),
    End("lapsed", TARGET_ASKED, "system", ("silence",), 18),
    End("withdrawn", 2, "learner", ("prefers_other_help", "changed_goal"), 8),
    End("withheld", 1, "coordinator", ("not_ready", "better_path", "not_suitable"), 9),
    End("blocked", 2, "system", ("consent_lost", "clearance_lost", "removed", "concern"), 7),
)
IN_FLIGHT_SHARE = 28
REASONS = vocabulary("introduction_reasons").codes
#: Steps in which an introduction in flight can stand.
OPEN_STEPS = MADE + 1


@dataclass(frozen=True, eq=False)
class Brokered:
    """Introductions. steps: day of each step of WAY, -1 where it was not taken; end: place in ENDS, -1 if none;
    row: row of `Planted`; met: those that came to a meeting; reason: place in REASONS, -1 if none."""

    row: Ints
    learner: Ints
    connector: Ints
    target: Ints
    steps: Ints
    end: Ints
    end_day: Ints
    reason: Ints
    ask: Ints
    goal: Ints
    assigned: Mask
    met: Mask

    def __len__(self) -> int:
        return len(self.row)

    def reached(self, step: int) -> Mask:
        """Which of them took that step."""
        found: Mask = self.steps[:, step] >= 0
        return found


def broker(people: Population, planted: Planted, a: Ints, b: Ints, day: Ints) -> Brokered:
    """Introductions out of the planted candidates. a, b, day: pairs tied by the contacts before."""
    draws = people.draws("introductions")
    profile, span = people.profile, people.span
    allowed = permissions.introducible(people)
    free = permissions.cleared(people, span.split - 45)
    connects = permissions.connecting(people, span.split - 45)
    old = span.september() - 14 * 365
    born = roster.births(people)[: people.learners]
    learner, target, connector = planted.learner, planted.target, planted.connector
    fits = (allowed[learner] <= span.split - 45) & (born[learner] >= 0) & (born[learner] <= old)
    fits &= free[target] & connects[connector] & (people.capacity[target] != 0)
    n = len(learner)
    came = planted.met & fits & draws.chance(profile.brokered, n)
    # Asks that came to nothing: as likely as the terms make them, whatever the target would have answered.
    refused = np.minimum(planted.chance / planted.response * (1.05 - planted.response) * profile.refusals, 0.9)
    failed = ~planted.met & fits & draws.chance(refused, n)
    row = np.flatnonzero(came | failed)
    met = came[row]
    k = len(row)
    steps, end, end_day, reason = _courses(people, draws, planted, row, met)
    known = distinct(a[day < span.split] * len(people.role) + b[day < span.split])
    low, high = np.minimum(learner[row], connector[row]), np.maximum(learner[row], connector[row])
    code = low * len(people.role) + high
    tied = (
        known[np.minimum(np.searchsorted(known, code), max(len(known) - 1, 0))] == code if len(known) else met & False
    )
    goal = np.where(np.isin(people.aim[learner[row]], (GOAL_ONE, GOAL_SEVERAL)), people.goal[learner[row]], -1)
    found = Brokered(
        row, learner[row], connector[row], target[row], steps, end, end_day, reason,
        draws.pick((50, 16, 12, 16, 6), k), goal, ~tied, met,
    )  # fmt: skip
    return _chosen(found, (steps[:, 0] >= span.first) & _within_capacity(people, found))


def _courses(people: Population, draws: Draws, planted: Planted, row: Ints, met: Mask) -> tuple[Ints, Ints, Ints, Ints]:
    """The days of all steps, how and when it ended, why."""
    span, k = people.span, len(row)
    ordinal = np.zeros(k, np.int64)
    ordinal[~met] = np.arange(int((~met).sum()))
    fate = draws.pick([*(each.share for each in ENDS), IN_FLIGHT_SHARE], k)
    flying = (fate == len(ENDS)) & ~met
    end = np.where(met | flying, -1, fate)
    after = np.array([each.after for each in ENDS] + [0])
    # States in flight and reasons are dealt out in turn, so that each is there in a programme of any size.
    last = np.where(met, MET, np.where(flying, ordinal % OPEN_STEPS, after[fate]))
    until = np.where(
        flying, span.on_school_days(span.last - draws.between(0, 12, k)), span.draw(draws, span.split, span.last - 8, k)
    )
    anchor = np.where(met, planted.day[row], until)
    steps = np.full((k, len(WAY)), -1)
    gaps = np.stack([draws.between(low, high, k) for low, high in GAPS], axis=1)
    for step in range(len(WAY)):
        between = np.arange(len(GAPS))
        back = np.where((between >= step) & (between < last[:, None]), gaps, 0).sum(axis=1)
        steps[:, step] = np.where(step <= last, anchor - back, -1)
    for step in (MET + 1, MET + 2):
        later = steps[:, step - 1] + gaps[:, step - 1]
        goes = met & (steps[:, step - 1] >= 0) & (later <= span.last) & draws.chance(0.9, k)
        steps[:, step] = np.where(goes, later, -1)
    taken = steps >= 0
    steps[taken] = np.minimum(
        span.on_school_days(steps[taken]), np.repeat(anchor, taken.sum(axis=1)).clip(steps[taken])
    )
    waits = np.where(np.isin(end, [at for at, each in enumerate(ENDS) if each.state == "lapsed"]), 28, 1)
    end_day = np.where(end >= 0, np.minimum(anchor + waits + draws.below(6, k), span.last), -1)
    reason = np.full(k, -1)
    for at, each in enumerate(ENDS):
        mine = np.flatnonzero(end == at)
        reason[mine] = np.array([REASONS.index(code) for code in each.reasons])[
            np.arange(len(mine)) % len(each.reasons)
        ]
    return steps, end, end_day, reason


def slots(people: Population, found: Brokered) -> tuple[Ints, Ints, Ints, Ints]:
    """Units of capacity held: person, introduction, side (0 connector, 1 target), slot.

    slot: 0 in flight, -1 given back, else the month in which it was made (year * 12 + month - 1).
    """
    made = np.where(found.reached(MADE), _months(found.steps[:, MADE]), 0)
    slot = np.where(found.end >= 0, -1, made)
    who, which, side, kept = [], [], [], []
    for at, (step, person) in enumerate(((CONNECTOR_ASKED, found.connector), (TARGET_ASKED, found.target))):
        rows = np.flatnonzero(found.reached(step))
        who.append(person[rows])
        which.append(rows)
        side.append(np.full(len(rows), at))
        kept.append(slot[rows])
    return np.concatenate(who), np.concatenate(which), np.concatenate(side), np.concatenate(kept)


def _months(days: Ints) -> Ints:
    """Months of day numbers, as year * 12 + month - 1."""
    found: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + EPOCH.year * 12
    return found


def _within_capacity(people: Population, found: Brokered) -> Mask:
    """No adult holds more than the capacity in any month; what is in flight counts for the last one."""
    who, which, _, slot = slots(people, found)
    month = np.where(slot == 0, _months(np.array([people.span.last]))[0], slot)
    holds = np.flatnonzero(slot >= 0)
    code = who[holds] * 100_000 + month[holds]
    order = np.lexsort((which[holds], code))
    ordered = code[order]
    place = np.arange(len(ordered)) - np.searchsorted(ordered, ordered, side="left")
    capacity = people.capacity[who[holds[order]]]
    over = (capacity >= 0) & (place >= capacity)
    keeps = np.ones(len(found), bool)
    keeps[which[holds[order[over]]]] = False
    return keeps


def _chosen(found: Brokered, mask: Mask) -> Brokered:
    return Brokered(**{name: getattr(found, name)[mask] for name in found.__dataclass_fields__})


def number_of(found: Brokered, planted: Planted) -> Any:
    """For each row of `Planted`: the number of the introduction that led to the meeting, or -1."""
    numbers = np.full(len(planted.learner), -1)
    numbers[found.row[found.met]] = np.flatnonzero(found.met)
    return numbers

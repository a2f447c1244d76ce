"""The tables of introductions: states, steps, reserved capacity, outcomes; standing consents, blocks, concerns."""

from typing import Any

import numpy as np

from graph_service.records import introductions as declared
from graph_service.records.vocabulary import vocabulary
from loaders.synthetic import permissions
from loaders.synthetic.brokered import ASKS, ENDS, MET, MOVERS, REASONS, STATES, WAY, Brokered, slots
from loaders.synthetic.columns import chosen, coded, days, flags, table, whole
from loaders.synthetic.contacts import RESOURCES, Contacts
from loaders.synthetic.draws import Ints
from loaders.synthetic.labour import sectors
from loaders.synthetic.people import Population
from loaders.synthetic.roster import ids

MESSAGES = (
    "I would like to hear how you came to your work and what a first year in it is like.",
    "I am building a small project and would be glad of half an hour of your advice.",
    "I am choosing courses for next year. May I ask you what helped you most?",
)
STEPS = vocabulary("outcome_steps").codes
SIDES = ("connector", "target")


def keys(people: Population, brokered: Brokered) -> Any:
    """The keys of the introductions."""
    return ids(people, "IX", len(brokered))


def tables(
    people: Population, brokered: Brokered, met: Contacts, pairs: tuple[Ints, Ints, Ints, Ints], interactions: Any
) -> dict[str, Any]:
    """All tables of introductions. met, pairs: the contacts and whom they tie; interactions: their keys."""
    key = keys(people, brokered)
    return {
        "introduction": _introductions(people, brokered, key),
        "introduction_event": _events(people, brokered, key),
        "reservation": _reservations(people, brokered, key),
        "introduction_outcome": _outcomes(people, brokered, met, pairs, key, interactions),
        "standing_consent": _standing(people),
        "block": _blocks(people),
        "concern": _concerns(people),
    }


def _introductions(people: Population, brokered: Brokered, key: Any) -> Any:
    draws = people.draws("introduction table")
    n = len(brokered)
    last = (brokered.steps >= 0).sum(axis=1) - 1
    way = np.array([STATES.index(each) for each in WAY])
    ends = np.array([STATES.index(each.state) for each in ENDS] + [-1])
    ended = brokered.end >= 0
    return table(
        declared.INTRODUCTION,
        id=key,
        learner=chosen(brokered.learner, people.key),
        connector=chosen(brokered.connector, people.key),
        target=chosen(brokered.target, people.key),
        state=coded(np.where(ended, ends[brokered.end], way[last]), STATES),
        since=days(np.where(ended, brokered.end_day, brokered.steps[np.arange(n), last])),
        suggested=days(brokered.steps[:, 0]),
        requested=days(brokered.steps[:, 1]),
        ask=coded(brokered.ask, ASKS),
        goal=coded(brokered.goal, sectors().codes),
        assigned=flags(brokered.assigned),
        message=coded(np.where(draws.chance(0.6, n), draws.below(len(MESSAGES), n), -1), MESSAGES),
        meeting=days(brokered.steps[:, MET]),
    )


def _events(people: Population, brokered: Brokered, key: Any) -> Any:
    which, step = np.nonzero(brokered.steps >= 0)
    ended = np.flatnonzero(brokered.end >= 0)
    movers = list(dict.fromkeys(MOVERS))
    way = np.array([STATES.index(each) for each in WAY])
    last = (brokered.steps >= 0).sum(axis=1) - 1
    fate = brokered.end[ended]
    number = np.concatenate([step + 1, last[ended] + 2])
    introduction = np.concatenate([which, ended])
    order = np.lexsort((number, introduction))
    mover = np.concatenate(
        [
            np.array([movers.index(each) for each in MOVERS])[step],
            np.array([movers.index(each.by) for each in ENDS])[fate] if len(fate) else fate,
        ]
    )
    to = np.concatenate([way[step], np.array([STATES.index(each.state) for each in ENDS])[fate]])
    source = np.concatenate([np.where(step > 0, way[step - 1], -1), way[last[ended]]])
    day = np.concatenate([brokered.steps[which, step], brokered.end_day[ended]])
    reason = np.concatenate([np.full(len(step), -1), brokered.reason[ended]])
    return table(
        declared.INTRODUCTION_EVENT,
        id=ids(people, "IE", len(order)),
        introduction=chosen(introduction[order], key),
        step=whole(number[order]),
        date=days(day[order]),
        source=coded(source[order], STATES),
        state=coded(to[order], STATES),
        actor=coded(mover[order], movers),
        role=coded(mover[order], movers),
        reason=coded(reason[order], REASONS),
    )


def _reservations(people: Population, brokered: Brokered, key: Any) -> Any:
    who, which, side, slot = slots(people, brokered)
    months = np.unique(slot[slot > 0]).tolist()
    labels = ["open", "back", *(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months)]
    code = np.where(slot == 0, 0, np.where(slot < 0, 1, 2 + np.searchsorted(months, slot)))
    return table(
        declared.RESERVATION,
        id=ids(people, "RV", len(who)),
        person=chosen(who, people.key),
        holder=chosen(which, key),
        side=coded(side, SIDES),
        slot=coded(code, labels),
    )


def _outcomes(
    people: Population, brokered: Brokered, met: Contacts, pairs: tuple[Ints, Ints, Ints, Ints], key: Any, log: Any
) -> Any:
    """The rungs that were reached: the meeting, a second contact within 90 days, help, an interview, more."""
    draws = people.draws("introduction outcomes")
    span, n = people.span, len(people.role)
    number = np.flatnonzero(brokered.met)
    event_of = np.full(len(brokered), -1)
    led = np.flatnonzero(met.introduced >= 0)
    event_of[met.introduced[led]] = led
    day = brokered.steps[number, MET]
    rows = [(number, np.zeros(len(number), int), day, np.full(len(number), -1), event_of[number])]

    a, b, when, event = pairs
    mine = np.minimum(brokered.learner, brokered.target) * n + np.maximum(brokered.learner, brokered.target)
    order = np.argsort(mine[number], kind="stable")
    place = np.minimum(np.searchsorted(mine[number][order], a * n + b), max(len(number) - 1, 0))
    later = np.zeros(len(a), bool)
    if len(number):
        which = number[order][place]
        later = (mine[which] == a * n + b) & (when > brokered.steps[which, MET])
        later &= when <= brokered.steps[which, MET] + 90
        sequence = np.flatnonzero(later)[np.lexsort((when[later], which[later]))]
        second = sequence[np.unique(which[sequence], return_index=True)[1]]
        rows.append((which[second], np.full(len(second), 1), when[second], np.full(len(second), -1), event[second]))
    helped = np.where(event_of[number] >= 0, met.resources[event_of[number]], 0)
    at, resource = np.nonzero((helped[:, None] >> np.arange(len(RESOURCES))) & 1)
    rows.append((number[at], np.full(len(at), 2), day[at], resource, event_of[number[at]]))
    for rung, share, wait in ((3, 0.12, 30), (4, 0.07, 45), (5, 0.04, 60)):
        yes = draws.chance(share, len(number)) & (day + wait <= span.last)
        k = int(yes.sum())
        rows.append((number[yes], np.full(k, rung), day[yes] + wait, np.full(k, -1), np.full(k, -1)))
    which, step, date, given, source = (np.concatenate(column) for column in zip(*rows, strict=True))
    return table(
        declared.OUTCOME,
        id=ids(people, "IO", len(which)),
        introduction=chosen(which, key),
        step=coded(step, STEPS),
        date=days(date),
        resource=coded(given, RESOURCES),
        interaction=chosen(source, log),
    )


def _standing(people: Population) -> Any:
    """Adults who said yes in advance."""
    draws = people.draws("standing consents")
    free = permissions.cleared(people, people.span.last)
    adults = people.rows("mentor", "employer_contact", "near_peer")
    adults = adults[free[adults] & draws.chance(0.18, len(adults)) & (people.capacity[adults] != 0)]
    n = len(adults)
    since = people.span.last - draws.between(20, 300, n)
    return table(
        declared.STANDING_CONSENT,
        id=ids(people, "SC", n),
        person=chosen(adults, people.key),
        side=coded(np.where(draws.chance(0.75, n), 1, 0), SIDES),
        ask=coded(draws.pick((50, 15, 15, 12, 8), n), ASKS),
        monthly=whole(draws.between(1, 2, n)),
        since=days(since),
        until=days(np.where(draws.chance(0.15, n), people.span.last + 90, -1)),
    )


def _per_region(people: Population, times: int) -> Ints:
    """The regions, each so many times."""
    return np.repeat(np.arange(int(people.region.max()) + 1), times)


def _blocks(people: Population) -> Any:
    """Two people a region who are not to be brought together."""
    draws = people.draws("blocks")
    region = _per_region(people, 2)
    n = len(region)
    learners = people.region[: people.learners]
    first = np.searchsorted(learners, region, side="left")
    there = np.searchsorted(learners, region, side="right") - first
    by = first + draws.below(there, n)
    about = people.by_region("mentor", "employer_contact").draw(draws, region)
    since = people.span.last - draws.between(5, 90, n)
    return table(
        declared.BLOCK,
        id=ids(people, "BL", n),
        by=chosen(by, people.key),
        about=chosen(about, people.key),
        since=days(since),
    )


def _concerns(people: Population) -> Any:
    """Two concerns a region: one closed, one open, which freezes a mentor's offers."""
    draws = people.draws("concerns")
    region = _per_region(people, 2)
    n = len(region)
    about = people.by_region("mentor").draw(draws, region)
    open = np.arange(n) % 2
    return table(
        declared.CONCERN,
        id=ids(people, "CO", n),
        about=chosen(about, people.key),
        raised_by=coded(np.zeros(n), ("coordinator",)),
        date=days(people.span.last - np.where(open, draws.between(0, 6, n), draws.between(40, 100, n))),
        state=coded(open, ("closed", "open")),
    )

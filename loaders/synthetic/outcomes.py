"""Planted outcomes: later ties drawn from a hidden propensity, so that an evaluation can know the truth.

For each learner and each professional at distance two (through somebody tied to both before the split day, or
through an adult assigned to the learner), the propensity is

    fit * mutual * availability * response * drive

fit: 1 in the sector of a goal, .6 where the learner has none, .25 otherwise; mutual: an inverted U in the number
of people between them; availability: mean over these of what their capacity leaves; response: the target's own;
drive: how likely the learner is to be asked for, lower where nobody brought the learner to a professional before.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from loaders.synthetic import permissions
from loaders.synthetic.contacts import ADULT, LEARNER, Contacts, events, helped
from loaders.synthetic.contacts import KINDS as KIND_CODES
from loaders.synthetic.draws import Floats, Ints, Mask, distinct
from loaders.synthetic.people import GOAL_EXPLORING, GOAL_NONE, GOAL_SEVERAL, NO_PROFESSIONAL, NOTHING, Population
from loaders.synthetic.ties import PROFESSIONALS, expanded

#: Propensity by number of people between (0, 1, 2, ...; the last counts for more).
INVERTED_U = (0.0, 0.45, 0.7, 0.9, 1.0, 1.0, 0.9, 0.75, 0.6, 0.45, 0.3, 0.15)


@dataclass(frozen=True, eq=False)
class Planted:
    """Candidates with the terms of their propensity; chance is the probability that was used, met what was drawn."""

    learner: Ints
    target: Ints
    connector: Ints
    between: Ints
    fit: Floats
    mutual: Floats
    availability: Floats
    response: Floats
    drive: Floats
    chance: Floats
    met: Mask
    day: Ints

    def table(self, people: Population) -> Any:
        """As an Arrow table with the users' keys; `day` is null where they did not meet. Never loaded."""
        import pyarrow as pa

        from loaders.synthetic.columns import chosen, days, flags, whole

        return pa.table(
            {
                "learner": chosen(self.learner, people.key),
                "target": chosen(self.target, people.key),
                "connector": chosen(self.connector, people.key),
                "between": whole(self.between),
                "fit": pa.array(self.fit),
                "mutual": pa.array(self.mutual),
                "availability": pa.array(self.availability),
                "response": pa.array(self.response),
                "drive": pa.array(self.drive),
                "chance": pa.array(self.chance),
                "met": flags(self.met),
                "day": days(self.day),
            }
        )


def availability(people: Population) -> Floats:
    """What each person's capacity leaves, 0..1; .5 where none is known."""
    capacity = people.capacity
    return np.where(capacity < 0, 0.5, np.minimum(capacity, 4) / 4)


def plant(people: Population, a: Ints, b: Ints, day: Ints, assigned: dict[str, Ints]) -> Planted:
    """Candidates at distance two before the split day, and who of them met after it.

    a, b, day: the pairs that events tie; assigned: caseloads.
    """
    from scipy import sparse

    draws = people.draws("outcomes")
    span, profile, n, learners = people.span, people.profile, len(people.role), people.learners
    before = day < span.split
    one, two = np.concatenate([a[before], b[before]]), np.concatenate([b[before], a[before]])
    ties = _matrix(one, two, n)
    current = (assigned["since"] < span.split) & ((assigned["until"] < 0) | (assigned["until"] >= span.split))
    adult, learner = assigned["adult"][current], assigned["learner"][current]
    # An adult's first hop is a tie or an assignment; the second hop must be a tie.
    first_hop = _matrix(np.concatenate([one, learner]), np.concatenate([two, adult]), n)[:learners]
    first_hop = sparse.csr_matrix(first_hop[:, learners:])
    second_hop = sparse.csr_matrix(ties[learners:, learners:])
    free = (availability(people)[learners:] * 1000).astype(np.int64)
    paths = first_hop @ second_hop
    weighted = first_hop.copy()
    weighted.data = free[weighted.indices]
    left = weighted @ second_hop
    paths.sort_indices()
    left.sort_indices()
    who = np.repeat(np.arange(learners), np.diff(paths.indptr))
    target = paths.indices.astype(np.int64) + learners
    between = paths.data.astype(np.int64)
    total = np.zeros(len(between), np.int64)
    # A path whose connectors have nothing left is not stored in `left`: find the others by their place.
    place_left = np.repeat(np.arange(learners), np.diff(left.indptr)) * n + left.indices
    total[np.searchsorted(who * n + target - learners, place_left)] = left.data
    professional = np.isin(people.role, np.unique(people.role[people.rows(*PROFESSIONALS)]))
    known = distinct(one * n + two)
    code = who * n + target
    found = known[np.minimum(np.searchsorted(known, code), len(known) - 1)] == code
    enrolled = (people.entered[who] < span.split) & (people.left[who] < 0) & (people.state[who] != NOTHING)
    keep = professional[target] & ~found & enrolled
    who, target, between, total = who[keep], target[keep], between[keep], total[keep]
    who, target, between, total = _some(people, draws.uniform(len(who)), who, target, between, total)

    fit = _fit(people, who, target)
    mutual = np.asarray(INVERTED_U)[np.minimum(between, len(INVERTED_U) - 1)]
    free_mean = total / (1000.0 * between)
    response = people.response[target]
    drive = np.where(people.state[who] == NO_PROFESSIONAL, profile.outcomes_no_professional, 1.0)
    raw = fit * mutual * free_mean * response * drive
    # Scaled so that the expected number of new ties is what the profile says; in whole millionths, to be exact.
    millionths = (raw * 1e6).astype(np.int64)
    wanted = profile.outcomes * int((people.state != NOTHING).sum())
    scale = wanted * 1e6 / max(int(millionths.sum()), 1)
    chance = np.minimum(millionths * 1e-6 * scale, 0.95)
    met = draws.chance(chance, len(who))
    when = span.draw(draws, np.full(len(who), span.split), np.full(len(who), span.last - 10), len(who))
    connector = _connectors(people, first_hop, second_hop, who, target - learners) + learners
    return Planted(
        who, target, connector, between, fit, mutual,
        free_mean, response, drive, chance, met, np.where(met, when, -1),
    )  # fmt: skip


def _matrix(one: Ints, two: Ints, n: int) -> Any:
    from scipy import sparse

    code = distinct(one * n + two)
    ones = np.ones(len(code), np.int64)
    return sparse.csr_array((ones, (code // n, code % n)), shape=(n, n))


def _some(people: Population, u: Floats, who: Ints, *columns: Ints) -> tuple[Ints, ...]:
    """At most so many candidates of each learner, drawn at random; the order of rows is kept."""
    order = np.lexsort((u, who))
    first = np.searchsorted(who, who, side="left")
    place = np.empty(len(who), np.int64)
    place[order] = np.arange(len(who))
    keep = place - first < people.profile.candidates
    return (who[keep], *(column[keep] for column in columns))


def _fit(people: Population, who: Ints, target: Ints) -> Floats:
    aim, sector = people.aim[who], people.sector[target]
    hit = (sector == people.goal[who]) | ((aim == GOAL_SEVERAL) & (sector == people.goal2[who]))
    return np.where(np.isin(aim, (GOAL_NONE, GOAL_EXPLORING)), 0.6, np.where(hit, 1.0, 0.25))


def _connectors(people: Population, first_hop: Any, second_hop: Any, who: Ints, target: Ints) -> Ints:
    """Somebody through whom each pair is joined: one who may be asked today, where there is one."""
    from scipy import sparse

    asked = permissions.connecting(people, people.span.split - 45)[people.learners :]
    some = sparse.csr_array(first_hop.multiply(asked[None, :].astype(np.int64)))
    some.eliminate_zeros()
    some.sort_indices()
    found = _connector(some, second_hop, who, target)
    rest = np.flatnonzero(found < 0)
    found[rest] = _connector(first_hop, second_hop, who[rest], target[rest])
    return found


def _connector(first_hop: Any, second_hop: Any, who: Ints, target: Ints) -> Ints:
    """One person through whom each pair is joined: the first in order."""
    found = np.full(len(who), -1, np.int64)
    start, degree = first_hop.indptr[who], np.diff(first_hop.indptr)[who]
    width = np.int64(second_hop.shape[0])
    edges = np.repeat(np.arange(width), np.diff(second_hop.indptr)) * width + second_hop.indices
    edges = np.sort(edges)
    for at in range(int(degree.max(initial=0))):
        open = np.flatnonzero((found < 0) & (degree > at))
        if not len(open):
            break
        middle = first_hop.indices[start[open] + at].astype(np.int64)
        code = middle * width + target[open]
        hit = edges[np.minimum(np.searchsorted(edges, code), len(edges) - 1)] == code
        found[open[hit]] = middle[hit]
    return found


def contacts(people: Population, planted: Planted, introduction: Ints) -> list[Contacts]:
    """The contacts in which planted ties show: a first meeting, and what is kept up.

    introduction: number of the introduction that led to it, by row of `planted`; -1 where none did.
    """
    draws = people.draws("outcome contacts")
    who, target, day = planted.learner[planted.met], planted.target[planted.met], planted.day[planted.met]
    n = len(who)
    introduced = introduction[planted.met]
    brokered = introduced >= 0
    pieces = []
    for kind, mask in (("introduction_meeting", brokered), ("informational_interview", ~brokered)):
        k = int(mask.sum())
        bits, direction = helped(draws, np.full(k, KIND_CODES.index(kind)))
        pieces.append(
            events(
                day[mask], kind, [who[mask], target[mask]], (LEARNER, ADULT), np.where(draws.chance(0.55, k), 1, 0),
                minutes=30, help=direction, resources=bits, line="brokering", logger="coordinator",
                activity="informational_interview" if kind == "informational_interview" else -1, evidence="verified",
                introduced=introduced[mask],
            )
        )  # fmt: skip
    row, place = expanded(np.where(draws.chance(0.55, n), draws.between(1, 3, n), 0))
    pieces.append(
        events(
            people.span.on_weekdays(day[row] + 14 + place * 28), "meeting", [who[row], target[row]], (LEARNER, ADULT),
            np.ones(len(row), np.int64), minutes=30, evidence="stated", logger="learner", line="equity",
        )
    )  # fmt: skip
    return pieces

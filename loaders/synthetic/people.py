"""People of a block of regions, as arrays: who they are, where they belong, what they are like.

What they are like (drive, goal, heat, response) is hidden: ties are drawn from it, no record holds it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from loaders.synthetic.columns import keys
from loaders.synthetic.draws import Draws, Floats, Ints, Mask, Pool
from loaders.synthetic.labour import sectors
from loaders.synthetic.places import Places
from loaders.synthetic.profile import ROLES, Profile
from loaders.synthetic.span import Span

ROLE_NAMES = tuple(ROLES)
TIERS = ("near_peer", "mid", "senior")
STATUSES = ("named_only", "invited", "consented", "removed")
NEAR, MID, SENIOR = 0, 1, 2
NOTHING, NO_PROFESSIONAL, CONNECTED = 0, 1, 2
GOAL_NONE, GOAL_ONE, GOAL_SEVERAL, GOAL_EXPLORING = 0, 1, 2, 3

#: Tiers (near peer, mid, senior) of each role that works, out of 100.
TIER_MIX = {
    "mentor": (15, 55, 30),
    "employer_contact": (14, 56, 30),
    "near_peer": (100, 0, 0),
    "alum": (70, 30, 0),
    "other_professional": (10, 60, 30),
}
#: Statuses (named only, invited, consented, removed) of contacts, out of 100.
STATUS_MIX = {
    "mentor": (4, 9, 86, 1),
    "employer_contact": (28, 20, 50, 2),
    "near_peer": (20, 15, 64, 1),
    "alum": (20, 18, 62, 0),
    "other_professional": (40, 18, 41, 1),
}


@dataclass(eq=False)
class Population:
    """One block. Arrays run over all its people, learners first; `start[role]`, `count[role]` find the others.

    place: position of the organisation (in `places`) where a person belongs, or -1. heat: how often an adult
    is met, relative to others; its tail makes the hubs. response: hidden share of asks that an adult answers.
    """

    block: int
    seed: int
    profile: Profile
    span: Span
    places: Places
    start: dict[str, int]
    count: dict[str, int]
    key: Any
    role: Ints
    region: Ints
    place: Ints
    sector: Ints
    tier: Ints
    status: Ints
    capacity: Ints
    heat: Ints
    response: Floats
    # Of learners only.
    grade: Ints
    low: Mask
    entered: Ints
    left: Ints
    state: Ints
    drive: Floats
    goal: Ints
    goal2: Ints
    aim: Ints

    @property
    def learners(self) -> int:
        return self.count["learner"]

    def rows(self, *roles: str) -> Ints:
        """Positions of the people with one of the roles."""
        return np.concatenate([np.arange(self.start[role], self.start[role] + self.count[role]) for role in roles])

    def draws(self, *path: object) -> Draws:
        """A stream of draws of this block."""
        return Draws(self.seed, self.block, *path)

    def by_place(self, *roles: str) -> Pool:
        """The people of these roles, grouped by the place where they belong."""
        who = self.rows(*roles)
        who = who[self.place[who] >= 0]
        return Pool(who, self.place[who], self.heat[who], len(self.places.kind))

    def by_region(self, *roles: str) -> Pool:
        """The people of these roles, grouped by region."""
        who = self.rows(*roles)
        return Pool(who, self.region[who], self.heat[who], int(self.region.max()) + 1)

    def by_region_and_sector(self, *roles: str) -> Pool:
        """The people of these roles, grouped by region * number of sectors + sector."""
        who = self.rows(*roles)
        who = who[self.sector[who] >= 0]
        wide = len(sectors().codes)
        return Pool(
            who, self.region[who] * wide + self.sector[who], self.heat[who], (int(self.region.max()) + 1) * wide
        )


def build(
    seed: int, block: int, profile: Profile, span: Span, places: Places, counts: dict[str, Ints], before: dict[str, int]
) -> Population:
    """The people of a block. counts: people of each role in each region; before: those of earlier blocks."""
    import pyarrow as pa

    draws = Draws(seed, block, "people")
    count = {role: int(counts[role].sum()) for role in ROLE_NAMES}
    start, at = {}, 0
    for name in ROLE_NAMES:
        start[name] = at
        at += count[name]
    n, learners = at, count["learner"]
    regions = len(counts["learner"])
    role = np.repeat(np.arange(len(ROLE_NAMES)), [count[each] for each in ROLE_NAMES])
    region = np.concatenate([np.repeat(np.arange(regions), counts[each]) for each in ROLE_NAMES])
    key = pa.concat_arrays([keys(ROLES[each][0], before[each] + np.arange(count[each]) + 1, 7) for each in ROLE_NAMES])
    people = Population(
        block=block, seed=seed, profile=profile, span=span, places=places, start=start, count=count,
        key=key, role=role, region=region,
        place=np.full(n, -1, np.int64), sector=np.full(n, -1, np.int64), tier=np.full(n, -1, np.int64),
        status=np.full(n, STATUSES.index("consented"), np.int64), capacity=np.full(n, -1, np.int64),
        heat=(draws.heavy(n, 30.0) * 1000).astype(np.int64), response=0.15 + 0.8 * draws.uniform(n),
        grade=np.zeros(learners, np.int64), low=np.zeros(learners, bool), entered=np.zeros(learners, np.int64),
        left=np.full(learners, -1, np.int64), state=np.zeros(learners, np.int64), drive=np.zeros(learners),
        goal=np.zeros(learners, np.int64), goal2=np.zeros(learners, np.int64), aim=np.zeros(learners, np.int64),
    )  # fmt: skip
    _adults(people, Draws(seed, block, "adults"))
    _learners(people, Draws(seed, block, "learners"))
    return people


def _adults(people: Population, draws: Draws) -> None:
    places = people.places
    employers = places.rows("employer")
    hiring = (draws.heavy(len(employers), 12.0) * 100).astype(np.int64)
    regions = int(people.region.max()) + 1
    firms = Pool(employers, places.region[employers], hiring, regions)
    for role in TIER_MIX:
        who = people.rows(role)
        people.place[who] = firms.draw(draws, people.region[who])
        people.tier[who] = draws.pick(TIER_MIX[role], len(who))
        people.status[who] = draws.pick(STATUS_MIX[role], len(who))
    # Every employer has one contact before any has two: who comes first in a region takes the next employer.
    who = people.rows("employer_contact")
    ordinal = np.arange(len(who)) - np.searchsorted(people.region[who], people.region[who], side="left")
    first = np.searchsorted(places.region[employers], people.region[who], side="left")
    there = np.searchsorted(places.region[employers], people.region[who], side="right") - first
    people.place[who] = np.where(ordinal < there, employers[0] + first + ordinal, people.place[who])
    # Some mentors are retired or self-employed: they belong to no employer, yet have a sector.
    mentors = people.rows("mentor")
    loose = draws.chance(0.1, len(mentors))
    working = people.rows(*TIER_MIX)
    people.sector[working] = places.sector[people.place[working]]
    people.place[mentors[loose]] = -1
    for role, homes in (
        ("coordinator", ("intermediary", "school", "district")),
        ("counsellor", ("school",)),
        ("teacher", ("school",)),
        ("program_staff", ("intermediary",)),
    ):
        who = people.rows(role)
        people.place[who] = _in_turn(people, who, homes)
    teachers = people.rows("teacher")
    people.sector[teachers] = draws.pick(sectors().goals, len(teachers))
    asked = people.rows("mentor", "employer_contact", "near_peer", "alum", "other_professional")
    people.capacity[asked] = draws.pick((8, 30, 30, 14, 8, 10), len(asked))
    people.capacity[asked] = np.where(people.capacity[asked] == 5, -1, people.capacity[asked])
    staff = people.rows("coordinator", "counsellor", "teacher", "program_staff")
    people.capacity[staff] = draws.between(8, 20, len(staff))
    people.status[people.rows("guardian", "family")] = STATUSES.index("named_only")


def _in_turn(people: Population, who: Ints, homes: tuple[str, ...]) -> Ints:
    """Each region's people spread over its organisations of these kinds, one after the other."""
    places = people.places
    rows = np.concatenate([places.rows(kind) for kind in homes])
    order = np.argsort(places.region[rows], kind="stable")
    rows = rows[order]
    first = np.searchsorted(places.region[rows], people.region[who], side="left")
    there = np.searchsorted(places.region[rows], people.region[who], side="right") - first
    ordinal = np.arange(len(who)) - np.searchsorted(people.region[who], people.region[who], side="left")
    return rows[first + ordinal % there]


def _learners(people: Population, draws: Draws) -> None:
    profile, span, places = people.profile, people.span, people.places
    n = people.learners
    who = np.arange(n)
    people.place[who] = np.sort(_in_turn(people, who, ("school",)))
    people.region[who] = places.region[people.place[who]]
    # Grades 8 to 12, and 13 for the few who are at the college by now.
    people.grade[:] = 8 + draws.pick((2, 22, 25, 26, 21, 4), n)
    districts = places.district[people.place[who]] - places.first["district"]
    shares = np.asarray(profile.low_income)
    people.low[:] = draws.chance(shares[districts % len(shares)], n)

    late = draws.uniform(n)
    before = span.september(2 if span.september(1) > span.first else 1)
    entered = np.where(late < 0.68, before, span.september())
    joined = span.draw(draws, np.full(n, span.first), np.full(n, span.last - 5), n)
    # Who is at the college by now was at the school before.
    older = people.grade == 13
    people.entered[:] = np.where(older, before, np.where(late > 0.92, joined, entered))
    gone = draws.chance(0.05, n) & (people.entered < span.last - 90) & ~older
    leaving = span.draw(draws, np.maximum(people.entered + 60, span.first + 30), np.full(n, span.last - 1), n)
    people.left[:] = np.where(gone, leaving, -1)

    share = np.where(people.low, profile.no_professional_low, profile.no_professional)
    nothing = np.where(people.entered > span.last - 60, 0.6, profile.nothing_recorded)
    u = draws.uniform(n)
    people.state[:] = np.where(u < nothing, NOTHING, np.where(u < nothing + share, NO_PROFESSIONAL, CONNECTED))
    spread = 0.55 + 0.45 * draws.heavy(n, 5.0)
    people.drive[:] = spread * np.where(people.low, profile.ties_low, profile.ties) / 1.35

    people.aim[:] = np.array([GOAL_NONE, GOAL_ONE, GOAL_SEVERAL, GOAL_EXPLORING])[draws.pick((15, 46, 19, 20), n)]
    people.goal[:] = draws.pick(sectors().goals, n)
    other = draws.pick(sectors().goals, n)
    wide = len(sectors().codes)
    people.goal2[:] = np.where(other == people.goal, (other + 1) % wide, other)
    people.status[who] = np.array([0, 1, 2, 3])[draws.pick((6, 14, 80, 0), n)]

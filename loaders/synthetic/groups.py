"""Small groups: industry projects, simulated workplaces, student enterprises, mentors' groups."""

from dataclasses import dataclass

import numpy as np

from loaders.synthetic.contacts import ADULT, HOST, LEARNER, MENTOR, STAFF, Contacts, events, helped
from loaders.synthetic.contacts import KINDS as KIND_CODES
from loaders.synthetic.draws import Ints
from loaders.synthetic.people import CONNECTED, Population
from loaders.synthetic.ties import adult_for, expanded

SEATS = 5


@dataclass(frozen=True)
class Group:
    """share: of all groups out of 100; sessions: range; modes as in a channel; named: learners really paired."""

    kind: str
    activity: str | None
    share: int
    sessions: tuple[int, int]
    minutes: int
    modes: tuple[int, int, int, int, int]
    role: str
    part: int
    line: str
    named: bool = False


GROUPS = (
    Group(
        "industry_project",
        "industry_project",
        30,
        (3, 7),
        90,
        (15, 25, 20, 40, 0),
        "employer_contact",
        HOST,
        "pathways",
    ),
    Group("simulated_workplace", "simulated_workplace", 18, (3, 6), 120, (0, 10, 0, 0, 90), "mentor", ADULT, "quality"),
    Group(
        "student_enterprise", "student_enterprise", 14, (4, 9), 60, (0, 0, 0, 100, 0), "mentor", MENTOR, "quality", True
    ),
    Group(
        "group_meeting", "pre_apprenticeship", 16, (4, 9), 120, (50, 0, 0, 50, 0), "employer_contact", HOST, "pathways"
    ),
    Group("group_meeting", "mentoring", 22, (2, 7), 45, (35, 45, 20, 0, 0), "mentor", MENTOR, "equity"),
)


def small(people: Population) -> list[Contacts]:
    """All sessions of all groups: three to five connected learners of one school with one professional."""
    draws = people.draws("groups")
    connected = np.flatnonzero(people.state == CONNECTED)
    if not len(connected):
        return []
    count = int(draws.about(people.learners * people.profile.groups_per_100 / 100, 1)[0])
    begin = draws.below(len(connected), count)
    seats = np.minimum(begin[:, None] + np.arange(SEATS), len(connected) - 1)
    members = connected[seats]
    together = people.place[members] == people.place[members[:, :1]]
    members = np.where(together & (np.arange(SEATS) < draws.between(3, SEATS, count)[:, None]), members, -1)
    which = draws.pick([each.share for each in GROUPS], count)
    pieces = []
    for at, each in enumerate(GROUPS):
        mine = members[which == at]
        n = len(mine)
        adult = adult_for(people, draws, mine[:, 0], (each.role,))
        teacher = people.by_place("teacher").draw(draws, people.place[mine[:, 0]])
        teacher = np.where(draws.chance(0.5, n), teacher, -1)
        span = people.span
        start = span.draw(draws, np.full(n, span.first), np.full(n, span.split), n)
        row, place = expanded(draws.between(*each.sessions, n))
        day = span.on_school_days(start[row] + place * draws.between(7, 21, n)[row])
        kind = np.full(len(row), KIND_CODES.index(each.kind))
        bits, direction = helped(draws, kind)
        parts = np.array([each.part, STAFF] + [LEARNER] * SEATS)
        host = np.where(adult >= 0, people.place[adult], -1)
        pieces.append(
            events(
                day, kind, np.column_stack([adult, teacher, mine])[row], parts, draws.pick(each.modes, n)[row],
                minutes=each.minutes, host=host[row], activity=each.activity or -1, line=each.line, help=direction,
                resources=bits, logger="teacher", context="project", evidence="verified",
            )
        )  # fmt: skip
        if each.named:
            pieces.append(_partners(people, mine, adult, day, row))
    return pieces


def _partners(people: Population, members: Ints, adult: Ints, day: Ints, row: Ints) -> Contacts:
    """Sessions in which the record names who worked with whom: the mentor and one learner, two learners."""
    whole = (members[:, :3] >= 0).all(axis=1) & (adult >= 0)
    keep = whole[row]
    chosen, when = row[keep], day[keep]
    who, parts = np.column_stack([adult, members[:, :3]])[chosen], (MENTOR, LEARNER, LEARNER, LEARNER)
    return events(
        when + 1, "student_enterprise", who, parts,
        np.full(len(chosen), 3), minutes=45, activity="student_enterprise", line="preparing", logger="teacher",
        pairs=1, context="project", evidence="observed",
    )  # fmt: skip

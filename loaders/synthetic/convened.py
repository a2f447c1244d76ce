"""Convenings: on which days, who comes, in which role-alike group; and the contacts of those groups."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from loaders.synthetic.contacts import MODES, PARTICIPANT, TABLE_OF_FOUR, Contacts, events
from loaders.synthetic.people import Population

#: Role-alike groups, and how many people come at most.
GROUPS, COMING = ("coordinators", "leaders"), 24
SEATS = 4


@dataclass(frozen=True)
class Convened:
    """One convening. came: positions of people with their group."""

    number: int
    day: int
    mode: int
    host: int
    came: tuple[tuple[int, str], ...]


def convened(who: Population) -> Iterator[Convened]:
    """The convenings of a block, one in each mode, the latest first."""
    staff = [int(each) for each in who.rows("coordinator", "counsellor")][:COMING]
    lead = int(who.places.rows("intermediary")[0])
    came = tuple((person, GROUPS[at % len(GROUPS)]) for at, person in enumerate(staff))
    for n in range(len(MODES)):
        yield Convened(n, int(who.span.last) - 90 * n - 10, n, lead, came)


def met(who: Population) -> list[Contacts]:
    """The talk at each table of a role-alike group: four people, or the two who are left over."""
    fours, twos = [], []
    for each in convened(who):
        about = (each.day, each.mode, each.host)
        for name in GROUPS:
            group = [person for person, mine in each.came if mine == name]
            whole = len(group) // SEATS * SEATS
            fours += [(*about, *group[at : at + SEATS]) for at in range(0, whole, SEATS)]
            if len(group) - whole >= 2:
                twos.append((*about, *group[whole : whole + 2]))
    found = []
    for rows, pairs in ((fours, TABLE_OF_FOUR), (twos, -1)):
        if rows:
            day, mode, host, *people = np.array(rows, np.int64).T
            found.append(
                events(
                    day, "group_meeting", people, (PARTICIPANT,) * len(people), mode, minutes=60, host=host,
                    line="partners", evidence="verified", logger="coordinator", context="event", pairs=pairs,
                )
            )  # fmt: skip
    return found

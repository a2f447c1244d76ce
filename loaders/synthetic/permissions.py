"""Consents of learners and contacts, clearances of adults: given, missing, withdrawn, expired, refused."""

from typing import Any

import numpy as np

from graph_service.records.contacts import CLEARANCE, CONSENT
from loaders.synthetic.columns import chosen, coded, days, flags, table
from loaders.synthetic.draws import Ints, Mask
from loaders.synthetic.people import STATUSES, Population
from loaders.synthetic.roster import ids

PURPOSES = (
    "suggest_to_mentors", "suggest_to_employers", "introduce", "share_name", "messages", "research", "photo",
    "directory_opt_out",
)  # fmt: skip
METHODS = ("form", "link", "paper")
#: Learners out of 100: everything granted, nothing recorded, mentors only, withdrawn, opted out of the directory.
LEARNERS = (72, 13, 6, 5, 4)
GRANTED, MISSING, MENTORS_ONLY, WITHDRAWN, OPTED_OUT = range(5)


Row = tuple[Ints, Ints, Ints, Ints, Ints]


def given(people: Population) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """What learners and contacts allowed: person, purpose (place in PURPOSES), granted (0, 1), first day, last day."""
    draws = people.draws("consents")
    span, n = people.span, people.learners
    fate = draws.pick(LEARNERS, n)
    since = np.minimum(np.maximum(people.entered, span.first) + draws.between(1, 25, n), span.last - 1)
    rows: list[Row] = []

    def add(who: Ints, purpose: str, granted: int, start: Ints, until: Ints) -> None:
        code = np.full(len(who), PURPOSES.index(purpose))
        rows.append((who, code, np.full(len(who), granted), start, until))

    who = np.arange(n)
    shares = {"suggest_to_mentors": 1.0, "suggest_to_employers": 0.93, "introduce": 0.97, "share_name": 0.9,
              "messages": 0.95, "research": 0.7, "photo": 0.55}  # fmt: skip
    withdrawn = span.draw(draws, since, np.full(n, span.last), n)
    for purpose, share in shares.items():
        asked = np.isin(fate, (GRANTED, WITHDRAWN, OPTED_OUT)) | (
            (fate == MENTORS_ONLY) & (purpose in ("suggest_to_mentors", "messages"))
        )
        yes = draws.chance(share, n)
        for grant, mask in ((1, asked & yes), (0, asked & ~yes & draws.chance(0.5, n))):
            ends = np.where((fate == WITHDRAWN) & (grant == 1), withdrawn, -1)
            add(who[mask], purpose, grant, since[mask], ends[mask])
    for purpose in ("introduce", "suggest_to_mentors", "suggest_to_employers"):
        gone = (fate == WITHDRAWN) & draws.chance(0.6, n) & (withdrawn < span.last)
        add(who[gone], purpose, 0, withdrawn[gone] + 1, np.full(int(gone.sum()), -1))
    out = fate == OPTED_OUT
    add(who[out], "directory_opt_out", 1, since[out], np.full(int(out.sum()), -1))

    contacts = people.rows("mentor", "employer_contact", "near_peer", "alum", "other_professional")
    contacts = contacts[people.status[contacts] == STATUSES.index("consented")]
    begin = span.first + draws.below(span.days - 1, len(contacts))
    for purpose, share in (("introduce", 0.97), ("messages", 0.9), ("share_name", 0.8)):
        yes = draws.chance(share, len(contacts))
        add(contacts[yes], purpose, 1, begin[yes], np.full(int(yes.sum()), -1))

    joined = [np.concatenate(column) for column in zip(*rows, strict=True)]
    return joined[0], joined[1], joined[2], joined[3], joined[4]


def introducible(people: Population) -> Ints:
    """Learners: the day from which all that an introduction needs is allowed and stays so; past all days if never."""
    person, purpose, granted, start, until = given(people)
    never = people.span.last + 1
    found = np.full(people.learners, -1)
    mine = person < people.learners
    for needed in ("introduce", "suggest_to_mentors", "suggest_to_employers"):
        yes = mine & (purpose == PURPOSES.index(needed)) & (granted == 1) & (until < 0)
        day = np.full(people.learners, never)
        day[person[yes]] = start[yes]
        found = np.maximum(found, day)
    refused = mine & ((granted == 0) | (purpose == PURPOSES.index("directory_opt_out")))
    found[person[refused]] = never
    return found


def consents(people: Population, births: Ints) -> Any:
    """The table of consents. births: day of birth by person, -1 where unknown."""
    draws = people.draws("consents table")
    n = people.learners
    person, purpose_code, granted, start, until = given(people)
    # Rights pass to the student at eighteen; where the birth date is unknown the learner counts as a minor.
    minor = (person < n) & ((births[person] < 0) | (start - births[person] < 18 * 1461 // 4))
    m = len(person)
    return table(
        CONSENT,
        id=ids(people, "CN", m),
        person=chosen(person, people.key),
        purpose=coded(purpose_code, PURPOSES),
        granted=flags(granted),
        by=coded(minor, ("self", "guardian")),
        since=days(start),
        until=days(until),
        method=coded(draws.pick((50, 35, 15), m), METHODS),
    )


def screened(people: Population) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Screening of adults: person, kind, result, first day, last day (places in the tuples that `clearances` names).

    Most are valid, some expired or about to expire, some pending, refused or missing.
    """
    draws = people.draws("clearances")
    span = people.span
    adults = people.rows("mentor", "employer_contact", "near_peer", "alum", "other_professional")
    adults = adults[people.status[adults] >= STATUSES.index("invited")]
    n = len(adults)
    mentor = people.role[adults] == people.role[people.start["mentor"]] if people.count["mentor"] else np.zeros(n, bool)
    fate = np.where(mentor, draws.pick((76, 8, 7, 4, 1, 4), n), draws.pick((60, 8, 6, 5, 1, 20), n))
    valid, expired, soon, pending, refused = (fate == each for each in range(5))
    until = np.where(valid, span.last + draws.between(60, 640, n), -1)
    until = np.where(expired, span.last - draws.between(1, 200, n), until)
    until = np.where(soon, span.last + draws.between(0, 28, n), until)
    since = np.where(until > 0, until - 730, span.last - draws.between(1, 60, n))
    there = fate < 5
    rows = [(adults[there], np.zeros(int(there.sum()), int), np.where(pending, 2, np.where(refused, 1, 0))[there],
             since[there], until[there])]  # fmt: skip
    for code, share in ((1, 0.9), (2, 0.75)):
        also = there & mentor & ~refused & draws.chance(share, n)
        k = int(also.sum())
        rows.append((adults[also], np.full(k, code), np.zeros(k, int), since[also] - 20, np.full(k, -1)))
    staff = people.rows("coordinator", "counsellor", "teacher", "program_staff")
    k = len(staff)
    rows.append((staff, np.zeros(k, int), np.zeros(k, int), np.full(k, span.last - 500), np.full(k, span.last + 900)))
    joined = [np.concatenate(column) for column in zip(*rows, strict=True)]
    return joined[0], joined[1], joined[2], joined[3], joined[4]


def cleared(people: Population, first: int) -> Mask:
    """Adults who are consented and whose record check is valid from a day to the last."""
    who, kind, result, start, end = screened(people)
    valid = (kind == 0) & (result == 0) & (start <= first) & (end >= people.span.last)
    found = np.zeros(len(people.role), bool)
    found[who[valid]] = True
    found &= people.status == STATUSES.index("consented")
    return found


def connecting(people: Population, first: int) -> Mask:
    """Adults through whom others can be met from a day on: cleared ones and staff, with capacity left."""
    found = cleared(people, first)
    found[people.rows("coordinator", "counsellor", "teacher", "program_staff")] = True
    found &= people.capacity != 0
    return found


def clearances(people: Population) -> Any:
    """The table of clearances."""
    who, kind, result, start, end = screened(people)
    return table(
        CLEARANCE,
        id=ids(people, "CR", len(who)),
        person=chosen(who, people.key),
        kind=coded(kind, ("record_check", "application", "training")),
        result=coded(result, ("cleared", "refused", "pending")),
        since=days(start),
        until=days(end),
        authority=coded(np.where(kind == 0, 0, 1), ("Example State Registry", "Programme office")),
    )

"""One-to-one ties: who meets whom through what, and how often it is kept up.

A channel is a way in which a learner comes to know one adult; what follows is a series of dated contacts.
"""

from dataclasses import dataclass

import numpy as np

from loaders.synthetic.contacts import (
    ACTIVITIES,
    ADULT,
    EVIDENCE,
    HOST,
    KINDS,
    LEARNER,
    LINES,
    LOGGERS,
    MENTOR,
    PARTICIPANT,
    RECIPIENT,
    SENDER,
    STAFF,
    TIMES,
    Contacts,
    events,
    helped,
)
from loaders.synthetic.draws import Draws, Ints, Mask
from loaders.synthetic.labour import sectors
from loaders.synthetic.people import CONNECTED, GOAL_EXPLORING, GOAL_NONE, GOAL_SEVERAL, NOTHING, SENIOR, Population


@dataclass(frozen=True)
class Channel:
    """share: of all ties out of 100; count, gap (days), minutes: ranges; modes: in person, virtual, hybrid,
    school based, simulated out of 100; roles: whom the learner meets; part: the adult's part in the event."""

    kind: str
    share: int
    roles: tuple[str, ...]
    part: int
    count: tuple[int, int]
    gap: tuple[int, int]
    minutes: tuple[int, int]
    modes: tuple[int, int, int, int, int]
    activity: str | None = None
    later: str | None = None
    evidence: str = "observed"
    logger: str = "coordinator"
    line: str = "preparing"


PROFESSIONALS = ("mentor", "employer_contact", "near_peer", "alum", "other_professional")
CHANNELS = (
    Channel("mentoring_session", 20, ("mentor",), MENTOR, (2, 14), (14, 35), (40, 60), (35, 35, 10, 20, 0),
            "mentoring", "mentorship", logger="mentor"),
    Channel("informational_interview", 20, ("mentor", "employer_contact", "other_professional"), ADULT, (1, 1),
            (30, 60), (20, 45), (30, 55, 5, 10, 0), "informational_interview", evidence="stated", logger="learner"),
    Channel("job_shadow", 18, ("employer_contact",), HOST, (1, 2), (7, 30), (180, 420), (76, 14, 0, 0, 10),
            "job_shadow", evidence="verified", line="brokering"),
    Channel("mock_interview", 16, ("mentor", "employer_contact"), ADULT, (1, 2), (20, 60), (20, 40),
            (10, 35, 0, 45, 10), "mock_interview", logger="teacher"),
    Channel("meeting", 12, ("near_peer", "alum"), ADULT, (1, 6), (20, 60), (20, 60), (50, 35, 5, 10, 0),
            evidence="stated", logger="learner", line="equity"),
    Channel("call", 6, ("mentor", "alum", "other_professional"), ADULT, (2, 6), (15, 50), (15, 30), (0, 100, 0, 0, 0),
            evidence="imported", logger="mentor"),
    Channel("message", 8, ("near_peer", "employer_contact", "alum"), RECIPIENT, (3, 14), (4, 25), (-1, -1),
            (0, 100, 0, 0, 0), evidence="imported", logger="learner"),
)  # fmt: skip


def expanded(count: Ints) -> tuple[Ints, Ints]:
    """Row of the series, and place within it, for each of its events."""
    series = np.repeat(np.arange(len(count)), count)
    return series, np.arange(len(series)) - np.repeat(np.cumsum(count) - count, count)


def adult_for(people: Population, draws: Draws, learner: Ints, roles: tuple[str, ...]) -> Ints:
    """An adult for each learner: in the sector of the goal as often as the learner's goal fit says, and for
    low-income learners less often a senior one."""
    profile, n = people.profile, len(learner)
    low = people.low[learner]
    fits = draws.chance(np.where(low, profile.goal_fit_low, profile.goal_fit), n)
    fits &= np.isin(people.aim[learner], (GOAL_NONE, GOAL_EXPLORING), invert=True)
    second = (people.aim[learner] == GOAL_SEVERAL) & draws.chance(0.4, n)
    sector = np.where(second, people.goal2[learner], people.goal[learner])
    region = people.region[learner]
    near = people.by_region_and_sector(*roles)
    anyone = people.by_region(*roles)
    found = np.full(n, -1, np.int64)
    # A second draw replaces a senior adult for some low-income learners: whom they meet differs, not only how many.
    for attempt in range(2):
        drawn = np.where(fits, near.draw(draws, region * len(sectors().codes) + sector), -1)
        other = anyone.draw(draws, region)
        drawn = np.where(drawn < 0, other, drawn)
        again = (found >= 0) & (people.tier[found] == SENIOR) & low & draws.chance(0.5, n)
        found = np.where(found < 0, drawn, np.where(again, drawn, found)) if attempt else drawn
    return found


def series(
    people: Population,
    draws: Draws,
    learner: Ints,
    adult: Ints,
    channel: Channel,
    start: Ints,
    count: Ints | None = None,
) -> Contacts:
    """The contacts of pairs through one channel, from their first days on."""
    n = len(learner)
    if count is None:
        low, high = channel.count
        # Most series are short: the smaller of two draws.
        count = np.minimum(draws.between(low, high, n), draws.between(low, high, n))
        count = np.maximum(draws.about(count * people.profile.intensity, n), 1)
    gap = draws.between(*channel.gap, n)
    row, place = expanded(count)
    m = len(row)
    day = start[row] + place * gap[row] + np.where(place > 0, draws.between(-3, 3, m), 0)
    day = people.span.on_school_days(day) if channel.kind != "message" else day
    kind = np.full(m, KINDS.index(channel.kind))
    mode = draws.pick(channel.modes, n)[row]
    activity = np.full(m, -1)
    if channel.activity:
        activity[:] = ACTIVITIES.index(channel.activity)
    if channel.later:
        activity[place >= 3] = ACTIVITIES.index(channel.later)
    bits, direction = helped(draws, kind)
    parts = np.broadcast_to(np.array([LEARNER, channel.part]), (m, 2))
    if channel.kind == "message":
        asks = draws.chance(0.55, m)
        parts = np.where(asks[:, None], (SENDER, RECIPIENT), (RECIPIENT, SENDER))
    minutes = draws.between(*channel.minutes, m)
    minutes = np.where(minutes > 0, minutes // 5 * 5, -1)
    host = np.where(people.place[adult] >= 0, people.place[adult], -1)[row]
    hosted = channel.kind in ("job_shadow", "informational_interview")
    return events(
        day, kind, [learner[row], adult[row]], parts, mode,
        minutes=minutes, activity=activity, line=LINES.index(channel.line), evidence=channel.evidence,
        logger=channel.logger, help=direction, resources=bits, host=host if hosted else -1,
        time=np.where(draws.chance(0.3, m), draws.below(len(TIMES), m), -1),
        context="online" if channel.kind in ("message", "call") else "programme",
    )  # fmt: skip


def first_days(people: Population, draws: Draws, learner: Ints) -> Ints:
    """First days of ties: between the learner's entry and the day from which outcomes are planted."""
    span = people.span
    low = np.maximum(people.entered[learner] + 10, span.first)
    high = np.maximum(span.split - 1, low + 20)
    n = len(learner)
    # Most ties are old: the earlier of two days, for three in four.
    one, two = draws.between(low, high, n), draws.between(low, high, n)
    return span.on_school_days(np.where(draws.chance(0.75, n), np.minimum(one, two), one))


def professional(people: Population) -> list[Contacts]:
    """Ties of connected learners to professionals, through every channel."""
    draws = people.draws("ties")
    n = people.learners
    wanted = np.where(people.state == CONNECTED, np.clip(draws.about(people.drive, n), 1, 12), 0)
    learner = np.repeat(np.arange(n), wanted)
    channel = draws.pick([each.share for each in CHANNELS], len(learner))
    pieces = []
    for at, each in enumerate(CHANNELS):
        mine = learner[channel == at]
        adult = adult_for(people, draws, mine, each.roles)
        mine, adult = mine[adult >= 0], adult[adult >= 0]
        pieces.append(series(people, draws, mine, adult, each, first_days(people, draws, mine)))
    return pieces


def staff(people: Population, assigned: dict[str, Ints]) -> list[Contacts]:
    """Check-ins of learners with the adults assigned to them."""
    draws = people.draws("staff")
    adult, learner = assigned["adult"], assigned["learner"]
    count = draws.about(
        people.profile.staff_meetings * people.profile.intensity * draws.uniform(len(adult)) * 2, len(adult)
    )
    row, _ = expanded(count)
    m = len(row)
    until = np.where(assigned["until"] >= 0, assigned["until"], people.span.last)
    day = people.span.draw(draws, assigned["since"][row], until[row], m)
    bits, direction = helped(draws, np.full(m, KINDS.index("meeting")))
    logger = np.array([LOGGERS.index(each) for each in ("coordinator", "counsellor", "teacher")])[assigned["role"]]
    return [
        events(
            day, "meeting", [adult[row], learner[row]], (STAFF, LEARNER), np.where(draws.chance(0.15, m), 1, 3),
            minutes=draws.between(2, 6, m) * 5, line="preparing", logger=logger[row], help=direction, resources=bits,
            evidence=np.where(draws.chance(0.03, m), EVIDENCE.index("inferred"), EVIDENCE.index("observed")),
            context="class",
        )
    ]  # fmt: skip


def peers(people: Population) -> list[Contacts]:
    """Messages between learners of one school."""
    draws = people.draws("peers")
    n = people.learners
    active = people.state != NOTHING
    count = np.where(active, draws.about(people.profile.peers * people.profile.intensity * draws.uniform(n) * 2, n), 0)
    learner = np.repeat(np.arange(n), count)
    school = people.place[:n]
    first = np.searchsorted(school, school[learner], side="left")
    there = np.searchsorted(school, school[learner], side="right") - first
    other = first + (learner - first + draws.between(1, 6, len(learner))) % there
    keep = other != learner
    learner, other = learner[keep], other[keep]
    row, place = expanded(draws.between(1, 4, len(learner)))
    start = people.span.first + draws.below(people.span.days, len(learner))
    ends = np.where((place % 2 == 0)[:, None], (SENDER, RECIPIENT), (RECIPIENT, SENDER))
    return [
        events(
            start[row] + place * 3, "message", [learner[row], other[row]], ends, np.full(len(row), 1),
            evidence="imported", logger="learner", context="online",
        )
    ]  # fmt: skip


def adults(people: Population) -> list[Contacts]:
    """Contacts among adults: what makes a coordinator or a mentor somebody through whom others can be met."""
    draws = people.draws("adults met")
    profile, span = people.profile, people.span
    professionals = people.rows(*PROFESSIONALS)
    counts = np.minimum(draws.about(profile.adult_ties * people.heat[professionals] / 2000, len(professionals)), 40)
    one = np.repeat(professionals, counts)
    wide = len(sectors().codes)
    near = people.by_region_and_sector(*PROFESSIONALS)
    anyone = people.by_region(*PROFESSIONALS)
    same = draws.chance(0.6, len(one)) & (people.sector[one] >= 0)
    group = people.region[one] * wide + np.maximum(people.sector[one], 0)
    two = np.where(same, near.draw(draws, group), -1)
    two = np.where(two < 0, anyone.draw(draws, people.region[one]), two)

    staff = people.rows("coordinator", "program_staff", "counsellor", "teacher")
    # Some coordinators know half the town, others are new to it.
    rate = np.where(np.isin(staff, people.rows("coordinator", "program_staff")), profile.coordinator_ties / 1.8, 2.0)
    met = np.repeat(staff, draws.about(rate * np.minimum(people.heat[staff] / 1000 - 0.4, 4.0), len(staff)))
    known = anyone.draw(draws, people.region[met])
    a, b = np.concatenate([one, met]), np.concatenate([two, known])
    keep = (a != b) & (b >= 0)
    a, b = a[keep], b[keep]
    official: Mask = np.isin(people.role[a], np.unique(people.role[staff]))
    row, place = expanded(np.where(official, draws.between(1, 5, len(a)), draws.between(1, 3, len(a))))
    start = span.first + draws.below(span.days, len(a))
    m = len(row)
    day = span.on_weekdays(start[row] + place * draws.between(25, 90, len(a))[row])
    kind = np.array([KINDS.index(each) for each in ("meeting", "call", "message")])[draws.pick((50, 30, 20), m)]
    message = kind == KINDS.index("message")
    parts = np.where(message[:, None], (SENDER, RECIPIENT), (PARTICIPANT, PARTICIPANT))
    parts = np.where(official[row][:, None] & ~message[:, None], (STAFF, ADULT), parts)
    mode = np.where(kind == KINDS.index("meeting"), draws.pick((70, 20, 10), m), 1)
    return [
        events(
            day, kind, [a[row], b[row]], parts, mode, minutes=np.where(message, -1, draws.between(3, 12, m) * 5),
            line=np.where(official[row], LINES.index("employers"), -1), evidence="imported",
            logger=np.where(official[row], LOGGERS.index("coordinator"), LOGGERS.index("mentor")),
        )
    ]  # fmt: skip

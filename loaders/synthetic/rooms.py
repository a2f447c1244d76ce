"""Mass events: fairs, speakers, panels, tours, workshops. Exposure only; a tie needs a named follow-up."""

import numpy as np

from loaders.synthetic.contacts import ADULT, LEARNER, MODES, PARTICIPANT, SPEAKER, STAFF, Contacts, events, helped
from loaders.synthetic.contacts import KINDS as KIND_CODES
from loaders.synthetic.draws import Draws, Ints
from loaders.synthetic.people import CONNECTED, SENIOR, Population
from loaders.synthetic.ties import PROFESSIONALS, expanded

CLASS = 24
HALL = 30


class Schools:
    """The schools of a block: their learners are neighbours in the order of people."""

    def __init__(self, people: Population) -> None:
        self.place = people.places.rows("school")
        self.region = people.places.region[self.place]
        school = people.place[: people.learners]
        self.first = np.searchsorted(school, self.place, side="left")
        self.size = np.searchsorted(school, self.place, side="right") - self.first
        low = np.concatenate([[0], np.cumsum(people.low)])
        self.low_share = (low[self.first + self.size] - low[self.first]) / np.maximum(self.size, 1)

    def group(self, draws: Draws, school: Ints, size: int) -> Ints:
        """A class of `size` learners of each school, as a matrix; -1 where the school is smaller."""
        there = self.size[school]
        begin = draws.below(there, len(school))
        seat = np.arange(size)
        who = self.first[school][:, None] + (begin[:, None] + seat) % np.maximum(there, 1)[:, None]
        return np.where(seat < there[:, None], who, -1)


def mass(people: Population) -> list[Contacts]:
    """All events with many people in one room, and what named follow-ups came of them."""
    draws = people.draws("rooms")
    schools = Schools(people)
    pieces = [
        *_speakers(people, draws, schools),
        *_fairs_and_panels(people, draws, schools),
        *_tours(people, draws, schools),
        *_workshops(people, draws),
    ]
    return pieces


def _speaker(people: Population, draws: Draws, region: Ints, prefer_senior: Ints) -> Ints:
    """A speaker for each event: of two who could come, the more senior one where the school is sought after."""
    pool = people.by_region("mentor", "employer_contact")
    one, two = pool.draw(draws, region), pool.draw(draws, region)
    higher = np.where(people.tier[one] >= people.tier[two], one, two)
    lower = np.where(people.tier[one] >= people.tier[two], two, one)
    return np.where(draws.uniform(len(region)) < np.where(prefer_senior, 0.75, 0.3), higher, lower)


def _speakers(people: Population, draws: Draws, schools: Schools) -> list[Contacts]:
    profile, span = people.profile, people.span
    poor = schools.low_share > 0.45
    rate = np.where(poor, profile.speakers_per_year_low, profile.speakers_per_year)
    school = np.repeat(np.arange(len(schools.place)), draws.about(rate * span.years, len(rate)))
    n = len(school)
    day = span.draw(draws, np.full(n, span.first), np.full(n, span.last), n)
    speaker = _speaker(people, draws, schools.region[school], ~poor[school])
    teacher = people.by_place("teacher").draw(draws, schools.place[school])
    learners = schools.group(draws, school, CLASS)
    who = np.column_stack([speaker, teacher, learners])
    parts = np.array([SPEAKER, STAFF] + [LEARNER] * CLASS)
    mode = np.where(draws.chance(0.25, n), MODES.index("virtual"), MODES.index("school_based"))
    room = events(
        day, "guest_speaker", who, parts, mode, minutes=np.full(n, 45), host=people.place[speaker],
        activity="guest_speaker", line="pathways", logger="teacher", context="class",
    )  # fmt: skip
    return [room, *_followed(people, draws, day, learners, np.broadcast_to(speaker[:, None], learners.shape))]


def _fairs_and_panels(people: Population, draws: Draws, schools: Schools) -> list[Contacts]:
    profile, span, places = people.profile, people.span, people.places
    pieces: list[Contacts] = []
    districts = places.rows("district")
    for kind, rate, adults, mode_weights in (
        ("career_fair", profile.fairs_per_year, 8, (85, 10, 5)),
        ("panel", profile.panels_per_year, 4, (20, 50, 30)),
    ):
        event = np.repeat(districts, draws.about(np.full(len(districts), rate * span.years), len(districts)))
        n = len(event)
        day = span.draw(draws, np.full(n, span.first), np.full(n, span.last), n)
        # Two schools of the district send a hall each.
        of_district = places.district[schools.place]
        order = np.argsort(of_district, kind="stable")
        first = np.searchsorted(of_district[order], event, side="left")
        there = np.searchsorted(of_district[order], event, side="right") - first
        pick = draws.below(there, n)
        one, two = order[first + pick], order[first + (pick + 1) % np.maximum(there, 1)]
        halls = [schools.group(draws, one, HALL), np.where((one != two)[:, None], schools.group(draws, two, HALL), -1)]
        learners = np.concatenate(halls, axis=1)
        region = places.region[event]
        prefer = schools.low_share[one] <= 0.45
        stands = np.column_stack([_speaker(people, draws, region, prefer) for _ in range(adults)])
        staff = people.by_region("coordinator").draw(draws, region)
        who = np.column_stack([stands, staff, learners])
        parts = np.array([SPEAKER] * adults + [STAFF] + [LEARNER] * learners.shape[1])
        host = places.first["intermediary"] + region * 3 + draws.below(3, n)
        mode = np.array([0, 1, 2])[draws.pick(mode_weights, n)]
        pieces.append(
            events(
                day, kind, who, parts, mode, minutes=np.full(n, 120), host=host, activity=kind,
                line="labour_market" if kind == "panel" else "partners", logger="coordinator", context="event",
            )
        )  # fmt: skip
        seat = draws.below(adults, learners.size).reshape(learners.shape)
        pieces += _followed(people, draws, day, learners, np.take_along_axis(stands, seat, axis=1))
    return pieces


def _tours(people: Population, draws: Draws, schools: Schools) -> list[Contacts]:
    profile, span = people.profile, people.span
    n_schools = len(schools.place)
    school = np.repeat(
        np.arange(n_schools), draws.about(np.full(n_schools, profile.tours_per_year * span.years), n_schools)
    )
    n = len(school)
    day = span.draw(draws, np.full(n, span.first), np.full(n, span.last), n)
    host = people.by_region("employer_contact").draw(draws, schools.region[school])
    teacher = people.by_place("teacher").draw(draws, schools.place[school])
    learners = schools.group(draws, school, 15)
    who = np.column_stack([host, teacher, learners])
    mode = np.where(draws.chance(0.15, n), MODES.index("virtual"), MODES.index("in_person"))
    room = events(
        day, "worksite_tour", who, np.array([SPEAKER, STAFF] + [LEARNER] * 15), mode, minutes=np.full(n, 90),
        host=people.place[host], activity="worksite_tour", line="partners", logger="teacher", context="site",
    )  # fmt: skip
    return [room, *_followed(people, draws, day, learners, np.broadcast_to(host[:, None], learners.shape))]


def _workshops(people: Population, draws: Draws) -> list[Contacts]:
    """Convenings of the intermediary's people: role-alike sessions, supervisors' training, equity."""
    profile, span, places = people.profile, people.span, people.places
    hosts = places.rows("intermediary")
    event = np.repeat(hosts, draws.about(np.full(len(hosts), profile.workshops_per_year * span.years / 3), len(hosts)))
    n = len(event)
    region = places.region[event]
    staff, partners = people.by_region("coordinator", "program_staff", "teacher"), people.by_region(*PROFESSIONALS)
    columns = [staff.draw(draws, region) for _ in range(5)] + [partners.draw(draws, region) for _ in range(6)]
    who = np.stack(columns, axis=1)
    day = span.draw(draws, np.full(n, span.first), np.full(n, span.last), n)
    lines = np.array([1, 6, 8, 7, 2])[draws.pick((30, 25, 20, 15, 10), n)]
    parts, mode = np.array([STAFF] * 5 + [PARTICIPANT] * 6), np.array([0, 1, 2])[draws.pick((40, 40, 20), n)]
    room = events(
        day, "workshop", who, parts, mode,
        minutes=np.full(n, 180), host=event, line=lines, logger="program_staff", context="event",
    )  # fmt: skip
    met = draws.chance(0.35, n) & (columns[0] != columns[5])
    talk = events(
        span.on_weekdays(day + draws.between(3, 20, n))[met], "follow_up", [columns[0][met], columns[5][met]],
        (STAFF, ADULT), np.ones(int(met.sum()), np.int64), minutes=30, line="partners", logger="coordinator",
    )  # fmt: skip
    return [room, talk]


def _followed(people: Population, draws: Draws, day: Ints, learners: Ints, speakers: Ints) -> list[Contacts]:
    """Named follow-ups of learners with somebody whom they heard; friending bias by low income."""
    profile = people.profile
    flat, met = learners.reshape(-1), speakers.reshape(-1)
    when = np.repeat(day, learners.shape[1])
    there = np.where(flat >= 0, flat, 0)
    share = np.where(people.low[there], profile.follow_up_low, profile.follow_up)
    # The bias is against senior speakers: these are asked by who already knows how to ask.
    share = share * np.where(people.low[there] & (people.tier[met] == SENIOR), 0.6, 1.0)
    yes = draws.chance(share, len(flat)) & (flat >= 0) & (people.state[there] == CONNECTED)
    flat, met, when = flat[yes], met[yes], when[yes]
    n = len(flat)
    day = people.span.on_weekdays(when + draws.between(3, 21, n))
    bits, direction = helped(draws, np.full(n, KIND_CODES.index("follow_up")))
    first = events(
        day, "follow_up", [flat, met], (LEARNER, ADULT), np.where(draws.chance(0.7, n), 1, 0),
        minutes=draws.between(3, 6, n) * 5, resources=bits, help=direction, evidence="stated", logger="learner",
        line="equity", context="event",
    )  # fmt: skip
    more = np.where(draws.chance(0.4, n), draws.between(1, 3, n), 0)
    row, place = expanded(more)
    later = events(
        people.span.on_weekdays(day[row] + 25 + place * 30), "call", [flat[row], met[row]], (LEARNER, ADULT),
        np.ones(len(row), np.int64), minutes=20, evidence="stated", logger="learner", context="online",
    )  # fmt: skip
    return [first, later]

"""What people say (stated ties in two waves) and what pairs are to each other (relations)."""

from typing import Any

import numpy as np

from graph_service.records.contacts import RELATION, STATED_TIE
from graph_service.records.vocabulary import vocabulary
from loaders.synthetic.columns import chosen, coded, days, flags, sets, table, whole
from loaders.synthetic.contacts import CONTEXTS, RESOURCES
from loaders.synthetic.draws import Draws, Floats, Ints
from loaders.synthetic.people import NOTHING, ROLE_NAMES, Population
from loaders.synthetic.roster import ids

RELATIONS = vocabulary("relations").codes
#: What a person of each role is to a learner.
AS = {
    "learner": "peer", "mentor": "mentor", "employer_contact": "employer_contact", "near_peer": "near_peer",
    "alum": "alum", "other_professional": "other_professional", "coordinator": "program_staff",
    "counsellor": "school_staff", "teacher": "school_staff", "program_staff": "program_staff", "guardian": "family",
    "family": "family",
}  # fmt: skip
SCALE = 5
INSTRUMENT = "Example network inventory 1.0"
WAVES = ("wave-1", "wave-2")


def _as(people: Population, who: Ints) -> Ints:
    return np.array([RELATIONS.index(AS[role]) for role in ROLE_NAMES])[people.role[who]]


def learner_pairs(people: Population, a: Ints, b: Ints, day: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Each learner's people in the log: learner, other, first day, number of contacts."""
    n, learners = len(people.role), people.learners
    mine = a < learners
    code = a[mine] * n + b[mine]
    order = np.lexsort((day[mine], code))
    pair, first, count = np.unique(code[order], return_index=True, return_counts=True)
    return pair // n, pair % n, day[mine][order][first], count


def stated(people: Population, a: Ints, b: Ints, day: Ints) -> Any:
    """Who says they know whom, in a wave near the beginning and one near the end.

    Learners name a share of the people of the log, closer ones more often, and others whom no log knows: people
    of the family, of the neighbourhood. Low-income learners know fewer professionals that way. Half of the mentors
    answer too, so that some pairs were both asked.
    """
    profile, span, n = people.profile, people.span, people.learners
    pieces: list[tuple[Ints, ...]] = []
    for wave, when in enumerate((span.first + 75, span.last - 16)):
        draws = people.draws("said", wave)
        answers = (people.state != NOTHING) & draws.chance(profile.answered, n)
        answers &= (people.entered <= when) & ((people.left < 0) | (people.left > when))
        known = day <= when
        ego, alter, _, count = learner_pairs(people, a[known], b[known], day[known])
        names = answers[ego] & draws.chance(np.minimum(profile.named + 0.04 * count, 0.95), len(ego))
        adult = alter >= n
        back = adult & draws.chance(0.45, len(ego)) & (people.role[alter] == ROLE_NAMES.index("mentor"))
        ties = _closeness(draws, count)
        logged = np.ones(len(ego), np.int64)
        pieces.append(_piece(ego[names], alter[names], wave, when, ties[names], logged[names]))
        told = np.clip(ties + draws.between(-1, 1, len(ego)), 1, SCALE)
        pieces.append(_piece(alter[back], ego[back], wave, when, told[back], logged[back]))
        other, whom = _unlogged(people, draws, answers)
        pieces.append(_piece(other, whom, wave, when, draws.between(2, 5, len(other)), np.zeros(len(other), np.int64)))
    ego, alter, wave_code, when_day, close, in_log = (np.concatenate(column) for column in zip(*pieces, strict=True))
    # One row for each ego, alter and wave: what comes first counts.
    code = (wave_code * len(people.role) + ego) * len(people.role) + alter
    _, keep = np.unique(code, return_index=True)
    keep.sort()
    ego, alter, wave_code, when_day, close, in_log = (
        column[keep] for column in (ego, alter, wave_code, when_day, close, in_log)
    )
    return _stated_table(people, ego, alter, wave_code, when_day, close, in_log)


def _closeness(draws: Draws, count: Ints) -> Ints:
    """1..5: grows with the number of contacts."""
    n = len(count)
    found: Ints = np.clip(1 + np.minimum(count, 8) // 2 + draws.between(-1, 1, n), 1, SCALE)
    return found


def _piece(ego: Ints, alter: Ints, wave: int, when: int, close: Ints, logged: Ints) -> tuple[Ints, ...]:
    n = len(ego)
    return ego, alter, np.full(n, wave), np.full(n, when), close, logged


def _unlogged(people: Population, draws: Draws, answers: Any) -> tuple[Ints, Ints]:
    profile, n = people.profile, people.learners
    mean: Floats = profile.named_unlogged * np.where(people.low, 0.7, 1.2)
    count = np.where(answers, draws.about(mean, n), 0)
    ego = np.repeat(np.arange(n), count)
    region = people.region[ego]
    family = people.by_region("guardian", "family").draw(draws, region)
    neighbour = people.by_region("other_professional", "alum", "near_peer").draw(draws, region)
    friend = np.clip(ego + draws.between(1, 9, len(ego)), 0, n - 1)
    kind = draws.pick((25, 25, 50), len(ego))
    alter = np.where(kind == 0, family, np.where(kind == 1, neighbour, friend))
    keep = (alter >= 0) & (alter != ego)
    return ego[keep], alter[keep]


def _stated_table(people: Population, ego: Ints, alter: Ints, wave: Ints, when: Ints, close: Ints, logged: Ints) -> Any:
    draws = people.draws("stated table")
    n = len(ego)
    learner_says = ego < people.learners
    relation = np.where(learner_says, _as(people, alter), -1)
    family = relation == RELATIONS.index("family")
    contexts = (1 << draws.below(len(CONTEXTS), n)) | np.where(draws.chance(0.3, n), 1 << draws.below(6, n), 0)
    bits = np.zeros(n, np.int64)
    for at, share in enumerate((0.35, 0.4, 0.12, 0.08, 0.05, 0.08)):
        bits |= draws.chance(share * (0.4 + 0.2 * close), n).astype(np.int64) << at
    unanswered = draws.chance(0.04, n)
    return table(
        STATED_TIE,
        id=ids(people, "ST", n),
        ego=chosen(ego, people.key),
        alter=chosen(alter, people.key),
        wave=coded(wave, WAVES),
        date=days(when + draws.below(10, n)),
        closeness=_scores(np.where(unanswered, -1, close)),
        scale=whole(np.full(n, SCALE)),
        relation=coded(relation, RELATIONS),
        contexts=sets(contexts, CONTEXTS),
        instrument=coded(np.zeros(n), (INSTRUMENT,)),
        resources=sets(bits, RESOURCES),
        private=flags(family | ((logged == 0) & draws.chance(0.1, n))),
    )


def _scores(values: Ints) -> Any:
    import pyarrow as pa

    return pa.array(values.astype(np.float64), mask=values < 0)


def relations(people: Population, a: Ints, b: Ints, day: Ints) -> Any:
    """What people are to learners, where the programme wrote it down."""
    draws = people.draws("relations")
    ego, alter, first, count = learner_pairs(people, a, b, day)
    share = np.where(alter < people.learners, 0.25, np.minimum(0.35 + 0.08 * count, 0.8))
    keep = draws.chance(share, len(ego))
    ego, alter, first = ego[keep], alter[keep], first[keep]
    code = _as(people, alter)
    # Some pairs are more than one thing to each other: a contact at an employer becomes a mentor.
    grown = (code == RELATIONS.index("employer_contact")) & draws.chance(0.06, len(ego))
    ended = draws.chance(0.05, len(ego)) & (first < people.span.last - 60)

    guardians = people.rows("guardian", "family")
    n = people.learners
    child = draws.below(n, len(guardians))
    there = np.searchsorted(people.region[:n], people.region[guardians], side="right")
    begin = np.searchsorted(people.region[:n], people.region[guardians], side="left")
    child = begin + child % np.maximum(there - begin, 1)

    who = np.concatenate([ego, ego[grown], child])
    whom = np.concatenate([alter, alter[grown], guardians])
    what = np.concatenate(
        [code, np.full(int(grown.sum()), RELATIONS.index("mentor")), np.full(len(child), RELATIONS.index("family"))]
    )
    since = np.concatenate([first, np.minimum(first[grown] + 30, people.span.last), np.full(len(child), -1)])
    until = np.concatenate([np.where(ended, first + 60, -1), np.full(int(grown.sum()) + len(child), -1)])
    m = len(who)
    return table(
        RELATION,
        id=ids(people, "RE", m),
        ego=chosen(who, people.key),
        alter=chosen(whom, people.key),
        relation=coded(what, RELATIONS),
        since=days(since),
        until=days(until),
        private=flags(what == RELATIONS.index("family")),
    )

"""The gates: hard rules before any score, each with a reason code, in one list.

A rule about one person is a function of the facts; a rule about two people is a condition of `_refusals`,
the one loop that the search, the recheck before every move of an introduction, and the tests all go through.
Bit k of a refusal is gate k of `GATES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from graph_service.compiled import kernel
from graph_service.introductions.choices import Choices
from graph_service.introductions.facts import Facts

About = Literal["learner", "adult", "pair"]
Rule = Callable[[Facts, Choices], np.ndarray]


@dataclass(frozen=True)
class Gate:
    """code: told to staff; about: whom it looks at; says: what it refuses; mends: what a coordinator can do.

    rule: truth per person "refused" (None: decided for a pair). consent: not applicable to research data.
    """

    code: str
    about: About
    says: str
    mends: str
    rule: Rule | None = None
    consent: bool = False


GATES: tuple[Gate, ...] = (
    Gate(
        "consent_missing",
        "learner",
        "nobody allowed the learner to be shown to mentors or employers",
        "send the consent form (to a guardian while the learner is under 18 or the birth date is unknown)",
        lambda facts, choices: ~(facts.consents[0] | facts.consents[1]),
        consent=True,
    ),
    Gate(
        "directory_opt_out",
        "learner",
        "the learner is opted out of the directory",
        "ask the family whether the opt-out should stay",
        lambda facts, choices: facts.opted_out,
        consent=True,
    ),
    Gate(
        "too_young",
        "learner",
        "the learner is under the age floor",
        "wait until the learner is old enough",
        lambda facts, choices: (facts.age >= 0) & (facts.age < choices.age_floor),
        consent=True,
    ),
    Gate(
        "age_unknown",
        "learner",
        "neither birth date nor grade is known",
        "record the birth date or the grade",
        lambda facts, choices: facts.age < 0,
        consent=True,
    ),
    Gate(
        "learner_restricted",
        "learner",
        "the learner's data is held and not used",
        "nothing, until the restriction is lifted",
        lambda facts, choices: facts.restricted,
    ),
    Gate("learner_removed", "learner", "the learner was removed", "nothing", lambda facts, choices: facts.removed),
    Gate(
        "not_consented",
        "adult",
        "the adult has not agreed to be part of the programme",
        "invite the adult",
        lambda facts, choices: ~facts.consented & ~facts.removed,
        consent=True,
    ),
    Gate(
        "restricted",
        "adult",
        "the adult's data is held and not used",
        "nothing, until the restriction is lifted",
        lambda facts, choices: facts.restricted,
    ),
    Gate("removed", "adult", "the adult was removed", "nothing", lambda facts, choices: facts.removed),
    Gate(
        "frozen",
        "adult",
        "an open concern freezes the adult's offers",
        "the safeguarding lead decides",
        lambda facts, choices: facts.history.frozen,
    ),
    Gate(
        "paused",
        "adult",
        "the adult takes a break",
        "wait until the break is over, or ask somebody else",
        lambda facts, choices: facts.paused,
    ),
    Gate(
        "no_capacity",
        "adult",
        "no place is left this month, offers in flight counted",
        "wait for the next month or raise the capacity",
        lambda facts, choices: (facts.capacity >= 0) & (facts.history.used >= facts.capacity),
    ),
    Gate(
        "excluded_organization",
        "adult",
        "the programme's settings leave this organisation out",
        "change the setting",
        lambda facts, choices: facts.excluded,
    ),
    Gate(
        "no_clearance",
        "pair",
        "the adult has no valid clearance and the learner is a minor",
        "renew the adult's clearance",
        consent=True,
    ),
    Gate(
        "audience_not_consented",
        "pair",
        "the learner may not be shown to this kind of person",
        "send the consent form for this kind of person",
        consent=True,
    ),
    Gate("blocked", "pair", "one of the two does not want to meet the other", "nothing"),
    Gate("cooldown", "pair", "one of the two declined a short while ago", "wait, and suggest somebody else"),
    Gate("in_flight", "pair", "an introduction of the two is on its way", "follow the one on its way"),
    Gate("other_language", "pair", "the two share no language", "find a contact who speaks the learner's language"),
    Gate("other_mode", "pair", "the two share no mode of meeting", "ask whether another mode would do"),
    Gate("other_region", "pair", "the two are in different regions", "find a host nearby"),
)
CODES = tuple(gate.code for gate in GATES)
BIT = {code: 1 << at for at, code in enumerate(CODES)}
_CLEARANCE, _AUDIENCE, _BLOCKED, _COOLDOWN, _FLIGHT, _LANGUAGE, _MODE, _REGION = (
    BIT[code]
    for code in (
        "no_clearance", "audience_not_consented", "blocked", "cooldown", "in_flight", "other_language", "other_mode",
        "other_region",
    )
)  # fmt: skip


class Rules(NamedTuple):
    """The facts as the compiled loops take them: refusals of single people, and what pairs are judged by.

    paired: the person is in some pair that is blocked, cooling down or in flight; on_staff: cleared by some school.
    """

    learner: np.ndarray
    adult: np.ndarray
    minor: np.ndarray
    research: np.ndarray
    cleared: np.ndarray
    site: np.ndarray
    organizations: int
    at_school: np.ndarray
    audience: np.ndarray
    consents: np.ndarray
    languages: np.ndarray
    modes: np.ndarray
    region: np.ndarray
    blocked: np.ndarray
    cooldown: np.ndarray
    in_flight: np.ndarray
    paired: np.ndarray
    on_staff: np.ndarray


def rules_of(facts: Facts, site: np.ndarray, organizations: int, choices: Choices) -> Rules:
    """Every gate about one person applied to everyone."""
    bits = {"learner": np.zeros(len(facts), np.int64), "adult": np.zeros(len(facts), np.int64)}
    for gate in GATES:
        if gate.rule is None:
            continue
        refused = gate.rule(facts, choices)
        if gate.consent:
            refused = refused & ~facts.research
        bits[gate.about] |= np.where(refused, BIT[gate.code], 0)
    history, n = facts.history, max(len(facts), 1)
    pairs = {name: history.pair_codes(name) for name in ("blocked", "cooldown", "in_flight")}
    paired, on_staff = np.zeros(len(facts), bool), np.zeros(len(facts), bool)
    for codes in pairs.values():
        paired[codes // n] = True
    on_staff[facts.at_school // max(organizations, 1)] = True
    return Rules(
        bits["learner"],
        bits["adult"],
        facts.minor,
        facts.research,
        facts.cleared,
        site.astype(np.int64),
        organizations,
        facts.at_school,
        facts.audience,
        facts.consents.astype(np.uint8),
        facts.languages,
        facts.modes,
        facts.region,
        pairs["blocked"],
        pairs["cooldown"],
        pairs["in_flight"],
        paired,
        on_staff,
    )


@kernel
def among(codes, code):  # type: ignore[no-untyped-def]
    """Whether a sorted array holds a whole number."""
    at = np.searchsorted(codes, code)
    return at < len(codes) and codes[at] == code


@kernel
def _refusals(  # type: ignore[no-untyped-def]
    learners, adults, as_target, refused, minor, research, cleared, site, organizations, at_school, audience, consents,
    languages, modes, region, blocked, cooldown, in_flight, paired, on_staff, bits,
):  # fmt: skip
    """The gates that refuse learner i and adult j as a pair; `as_target`: j is whom i would meet."""
    n = len(minor)
    for at in range(len(learners)):
        i, j = learners[at], adults[at]
        found = refused[j]
        if minor[i] and not cleared[j] and not (research[i] and research[j]):
            # Staff of the learner's own school are cleared by their employer.
            own_school = on_staff[j] and site[i] >= 0 and among(at_school, j * organizations + site[i])
            found |= 0 if own_school else _CLEARANCE
        # Few people are in such a pair, so that most are spared the search for it.
        both = paired[i] and paired[j]
        if both and among(blocked, i * n + j):
            found |= _BLOCKED
        if both and among(cooldown, i * n + j):
            found |= _COOLDOWN
        if as_target:
            if not research[i] and not consents[audience[j], i]:
                found |= _AUDIENCE
            if both and among(in_flight, i * n + j):
                found |= _FLIGHT
            if languages[i] and languages[j] and not languages[i] & languages[j]:
                found |= _LANGUAGE
            if modes[i] and modes[j] and not modes[i] & modes[j]:
                found |= _MODE
            if region[i] >= 0 and region[j] >= 0 and region[i] != region[j]:
                found |= _REGION
        bits[at] = found


def refusals(rules: Rules, learners: np.ndarray, adults: np.ndarray, *, as_target: bool) -> np.ndarray:
    """The gates that refuse each adult for each learner (of the same place in the two arrays), as bits."""
    found = np.zeros(len(learners), np.int64)
    _refusals(np.asarray(learners, np.int64), np.asarray(adults, np.int64), as_target, *rules[1:], found)
    return found


def names(bits: int) -> list[str]:
    """The codes of a refusal, in the order of `GATES`.

    >>> names(BIT["blocked"] | BIT["frozen"])
    ['frozen', 'blocked']
    """
    return [code for code in CODES if BIT[code] & int(bits)]

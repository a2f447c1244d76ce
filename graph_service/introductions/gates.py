"""The gates: hard rules before any score, each with a reason code, in one list.

A rule about one person is a function of the facts; a rule about two people is a condition of `pair_refusals`,
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
    """The facts as the compiled loops take them: refusals of single people, and what pairs are judged by."""

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
    history = facts.history
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
        history.pair_codes("blocked"),
        history.pair_codes("cooldown"),
        history.pair_codes("in_flight"),
    )


@kernel
def among(codes, code):  # type: ignore[no-untyped-def]
    """Whether a sorted array holds a whole number."""
    at = np.searchsorted(codes, code)
    return at < len(codes) and codes[at] == code


@kernel
def pair_refusal(rules, i, j, as_target):  # type: ignore[no-untyped-def]
    """The gates that refuse learner i and adult j as a pair; `as_target`: j is whom i would meet."""
    n = len(rules.minor)
    bits = 0
    if rules.minor[i] and not rules.cleared[j] and not (rules.research[i] and rules.research[j]):
        at_school = rules.site[i] >= 0 and among(rules.at_school, j * rules.organizations + rules.site[i])
        if not at_school:
            bits |= _CLEARANCE
    if len(rules.blocked) and among(rules.blocked, i * n + j):
        bits |= _BLOCKED
    if len(rules.cooldown) and among(rules.cooldown, i * n + j):
        bits |= _COOLDOWN
    if as_target:
        if not rules.research[i] and not rules.consents[rules.audience[j], i]:
            bits |= _AUDIENCE
        if len(rules.in_flight) and among(rules.in_flight, i * n + j):
            bits |= _FLIGHT
        if rules.languages[i] and rules.languages[j] and not rules.languages[i] & rules.languages[j]:
            bits |= _LANGUAGE
        if rules.modes[i] and rules.modes[j] and not rules.modes[i] & rules.modes[j]:
            bits |= _MODE
        if rules.region[i] >= 0 and rules.region[j] >= 0 and rules.region[i] != rules.region[j]:
            bits |= _REGION
    return bits


@kernel
def _refusals(rules, learners, adults, as_target):  # type: ignore[no-untyped-def]
    bits = np.zeros(len(learners), np.int64)
    for at in range(len(learners)):
        bits[at] = rules.adult[adults[at]] | pair_refusal(rules, learners[at], adults[at], as_target)
    return bits


def refusals(rules: Rules, learners: np.ndarray, adults: np.ndarray, *, as_target: bool) -> np.ndarray:
    """The gates that refuse each adult for each learner (of the same place in the two arrays), as bits."""
    found: np.ndarray = _refusals(rules, learners.astype(np.int64), adults.astype(np.int64), as_target)
    return found


def names(bits: int) -> list[str]:
    """The codes of a refusal, in the order of `GATES`.

    >>> names(BIT["blocked"] | BIT["frozen"])
    ['frozen', 'blocked']
    """
    return [code for code in CODES if BIT[code] & int(bits)]

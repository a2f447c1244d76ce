"""Recommendations for one learner or all: the facts, the paths and the search put together."""

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from graph_service.errors import BadGraph, NotFound, UnknownParameter
from graph_service.introductions.calibration import Calibration, calibrate
from graph_service.introductions.choices import Choices
from graph_service.introductions.facts import Facts, day_of_snapshot, read_facts
from graph_service.introductions.gates import Rules, rules_of
from graph_service.introductions.history import Reader
from graph_service.introductions.lift import lifts
from graph_service.introductions.paths import Paths, paths_of
from graph_service.introductions.reach import Marks
from graph_service.introductions.score import Network, Scales, availability, network_of, response, scales_of
from graph_service.introductions.search import Found, Ways, gate_counts, search, ways_of

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot

#: More suggestions than this for one learner are a list to scroll, not advice.
MOST = 200


@dataclass(frozen=True, eq=False)
class Field:
    """Everything that a search needs, made once for a snapshot and its choices."""

    snapshot: "Snapshot"
    choices: Choices
    facts: Facts
    rules: Rules
    paths: Paths
    network: Network
    scales: Scales
    ways: Ways
    marks: Marks
    calibration: Calibration
    lock: Any


def field_of(snapshot: "Snapshot", evidence: Reader, choices: Choices | None = None) -> Field:
    """The field of a snapshot; kept with it, since the next question is usually about the same day.

    Raises BadGraph for a snapshot of bare edges: gates need people's records.
    """
    if snapshot.people is None or snapshot.as_of is None:
        raise BadGraph("Introductions need a programme's records, not edges alone.")
    chosen = choices or Choices.shipped()
    made: Field = snapshot.memo(("introductions", repr(chosen)), lambda: _make(snapshot, evidence, chosen))
    return made


def _make(snapshot: "Snapshot", evidence: Reader, choices: Choices) -> Field:
    people = snapshot.people
    assert people is not None
    facts = read_facts(snapshot, evidence, choices)
    rules = rules_of(facts, people.site, max(len(people.organizations), 1), choices)
    paths = paths_of(snapshot, facts, rules, choices)
    network = network_of(snapshot, facts)
    scales = scales_of(network, np.flatnonzero(facts.professional | facts.research), choices)
    rate = availability(facts, paths.degree, day_of_snapshot(snapshot), choices)
    ways = ways_of(paths, rate, response(facts, choices), rules.adult)
    marks = Marks.of(len(snapshot), len(people.occupations), len(people.organizations))
    assert snapshot.as_of is not None
    fit = calibrate(evidence, snapshot.as_of, snapshot.revision)
    return Field(snapshot, choices, facts, rules, paths, network, scales, ways, marks, fit, Lock())


def recommend(field: Field, rows: np.ndarray, limit: int = 5) -> Found:
    """The best targets for the learners at these positions. Raises UnknownParameter for a limit out of range."""
    if not 1 <= limit <= MOST:
        raise UnknownParameter(f"The limit is a whole number from 1 to {MOST}.")
    with field.lock:
        return search(rows, limit, field.rules, field.paths, field.ways, field.network, field.scales, field.marks)


def terms_of(field: Field, learner: int, target: int) -> np.ndarray:
    """The terms of lift of a tie between two people (positions), in the order of `TERMS`; no gate is looked at."""
    ptr = np.array([0, 1])
    with field.lock:
        found = lifts(
            np.array([learner]), ptr, np.array([target]), np.ones(1), field.network, field.scales, field.marks
        )
    terms: np.ndarray = found.terms[0]
    return terms


def refused_by(field: Field, rows: np.ndarray) -> np.ndarray:
    """How many hops and targets each gate refuses to the learners at these positions: [learners, gates]."""
    with field.lock:
        return gate_counts(rows, field.rules, field.paths, field.ways, field.marks)


def learner_at(field: Field, key: Any) -> int:
    """The position of a learner by own key. Raises UnknownPerson, NotFound for somebody who is no learner."""
    at = field.snapshot.position(key)
    if not (field.facts.learner[at] or field.facts.research[at]):
        raise NotFound("This person is not a learner: introductions are made for learners.")
    return at


def learners(field: Field) -> np.ndarray:
    """Positions of everyone that introductions are for, in the order of printed tables."""
    return field.snapshot.roster_rows

"""What a ranker would do to the network: rounds of suggestions, some accepted, before it is switched on."""

from typing import Any

import numpy as np

from graph_service.introductions.figures import Ranking, gini
from graph_service.introductions.history import Reader
from graph_service.introductions.rankers import RANKERS
from graph_service.introductions.recommend import Field, field_of
from graph_service.introductions.trial import active, candidates_of, with_more_ties

#: Rankers whose effect is simulated: the recommender, the strongest baseline, the rich-get-richer one, and chance.
SIMULATED = ("lift", "plain_tie", "adamic_adar", "popularity", "random")
#: Chance that a suggestion is taken up, the same for every ranker so that only the order differs.
TAKEN_UP = 0.5


def simulate(field: Field, evidence: Reader, *, seed: int, rounds: int) -> dict[str, Any]:
    """For each ranker and round: every learner is offered the first candidate, half take it up, the rest go on.

    Told per round: new ties, Gini of contacts per person, learners without any contact, share of people shown so
    far, load Gini of the connectors. Everything else stays as it was on the day.
    """
    return {
        "taken_up": TAKEN_UP,
        "rounds": rounds,
        "rankers": {name: _rounds(field, evidence, name, seed, rounds) for name in SIMULATED},
    }


def _rounds(field: Field, evidence: Reader, name: str, seed: int, rounds: int) -> list[dict[str, Any]]:
    at, ranker = next((at, each) for at, each in enumerate(RANKERS) if each.name == name)
    alive = active(field.snapshot)
    here, shown, load = field, np.zeros(len(field.snapshot), bool), np.zeros(len(field.snapshot), np.int64)
    told = [_state(here, shown, load, 0)]
    for turn in range(rounds):
        candidates = candidates_of(here, alive)
        draw = np.random.default_rng([seed, at, turn])
        score = ranker.score(here, candidates, draw)
        ranking = Ranking.of(candidates, score, draw.random(len(candidates)), above=0.0 if name == "lift" else None)
        first = ranking.top(1)
        learner, target = candidates.learners[candidates.owner[first]], candidates.target[first]
        shown[target] = True
        accepted = draw.random(len(learner)) < TAKEN_UP
        connectors = candidates.sums.connector[first].astype(np.int64)
        load += np.bincount(connectors[accepted], minlength=len(load))
        weight = field.choices.new_tie_weight
        snapshot = with_more_ties(here.snapshot, learner[accepted], target[accepted], weight)
        here = field_of(snapshot, evidence, field.choices)
        told.append(_state(here, shown, load, int(accepted.sum())))
    return told


def _state(field: Field, shown: np.ndarray, load: np.ndarray, new: int) -> dict[str, Any]:
    degree = np.diff(field.snapshot.graph.indptr)
    on_roster = field.snapshot.roster
    return {
        "new_ties": new,
        "contacts_gini": gini(degree[field.facts.professional | field.facts.research]),
        "learners_without_contact": int((degree[on_roster] == 0).sum()),
        "people_shown": int(shown.sum()),
        "broker_load_gini": gini(load[load > 0]),
    }

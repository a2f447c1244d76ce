"""What the search scores with: availability and response per adult, and what a new tie would add to whom.

p(path) = a(c) f(i,c) f(c,j); p(target) = r(j) [1 - prod (1 - p(path))]; score = lift p(target).
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graph_service.introductions.choices import TERMS, Choices
from graph_service.introductions.facts import Facts
from graph_service.measures.passes import triangle_pass
from graph_service.snapshot.people import SECTORS

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot


class Network(NamedTuple):
    """Arrays of the structure graph and of what its people stand for, as the search takes them.

    top: the largest weight of each row; redundancy: the triangle sum of effective size; employers: compressed
    rows of the distinct organisations that a person and that person's contacts work at.
    """

    indptr: np.ndarray
    indices: np.ndarray
    weights: np.ndarray
    top: np.ndarray
    strength: np.ndarray
    redundancy: np.ndarray
    sector: np.ndarray
    occupation: np.ndarray
    tier: np.ndarray
    employer_ptr: np.ndarray
    employers: np.ndarray
    goals: np.ndarray


class Scales(NamedTuple):
    """The choices as numbers: weights of lift (0 where the programme has no data), and the discounts."""

    lift: np.ndarray
    new_tie: float
    mutual: float
    sectors: int
    strong_sector: np.ndarray


def response(facts: Facts, choices: Choices) -> np.ndarray:
    """r: agreed of answered, times answered of asked, each as if `prior_asks` earlier ones had gone well.

    1 where nobody ever asked. Silence is counted apart from a no.

    Source: posterior mean of a Beta prior that leans to yes (ours).
    """
    history, prior = facts.history, choices.prior_asks
    answered = history.agreed + history.declined
    agreeing = (history.agreed + prior) / (answered + prior)
    answering = (answered + prior) / (answered + history.lapsed + prior)
    found: np.ndarray = agreeing * answering
    return found


def availability(facts: Facts, degree: np.ndarray, today: int, choices: Choices) -> np.ndarray:
    """a in 0..1: what is left of the capacity (by degree where none is known), times r, times rest since asked."""
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.clip((facts.capacity - facts.history.used) / np.maximum(facts.capacity, 1), 0.0, 1.0)
    by_degree = np.minimum(1.0, 1.0 / np.log(1.0 + np.maximum(degree, 1)))
    share = np.where(facts.capacity >= 0, left, by_degree)
    asked = facts.history.last_ask
    rested = np.where(asked < 0, 1.0, 1.0 - 0.5 ** ((today - asked + 1) / choices.rest_half_life))
    found: np.ndarray = share * response(facts, choices) * rested
    return found


def network_of(snapshot: "Snapshot", facts: Facts) -> Network:
    """The arrays of a snapshot."""
    people, graph, n = snapshot.people, snapshot.graph, len(snapshot)
    assert people is not None
    structure = triangle_pass(snapshot, "whole")
    degree = np.diff(graph.indptr)
    redundancy = np.nan_to_num((degree - structure.effective_size) * structure.strength)
    top = np.zeros(n)
    some = degree > 0
    if some.any():
        top[some] = np.maximum.reduceat(graph.weights, graph.indptr[:-1][some])
    ptr, employers = _employers(graph.indptr, graph.indices, people.employer, len(people.organizations))
    return Network(
        graph.indptr,
        graph.indices,
        graph.weights,
        top,
        np.asarray(structure.strength),
        redundancy,
        people.sector.astype(np.int64),
        people.occupation.astype(np.int64),
        people.tier.astype(np.int64),
        ptr,
        employers,
        facts.goals,
    )


def _employers(
    indptr: np.ndarray, indices: np.ndarray, employer: np.ndarray, organizations: int
) -> tuple[np.ndarray, np.ndarray]:
    """The distinct employers of each person and the person's contacts, as compressed rows."""
    n = len(indptr) - 1
    ego = np.concatenate([np.arange(n), np.repeat(np.arange(n), np.diff(indptr))])
    where = np.concatenate([employer, employer[indices]]).astype(np.int64)
    keep = where >= 0
    code = np.unique(ego[keep] * max(organizations, 1) + where[keep])
    ptr = np.concatenate([[0], np.cumsum(np.bincount(code // max(organizations, 1), minlength=n))])
    return ptr.astype(np.int64), code % max(organizations, 1)


def scales_of(network: Network, targets: np.ndarray, choices: Choices) -> Scales:
    """The weights in force: a term that no target of the programme has data for weighs nothing."""
    has = {
        "effective_size": True,
        "sector_variety": bool((network.sector[targets] >= 0).any()),
        "new_occupations": bool((network.occupation[targets] >= 0).any()),
        "new_employers": bool(len(network.employers)),
        "tier": bool((network.tier[targets] > 0).any()),
        "goal_sector": bool((network.sector[targets] >= 0).any()) and bool(network.goals.any()),
    }
    lift = np.array([choices.lift[term] if has[term] else 0.0 for term in TERMS])
    strong = np.array([code in choices.strong_tie_sectors for code in SECTORS])
    return Scales(lift, choices.new_tie_weight, float(choices.mutual_contacts), len(SECTORS), strong)

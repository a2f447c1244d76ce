"""The rankers of the audit, declared: the recommender with and without lift, and what it is measured against."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph_service.compiled import kernel
from graph_service.introductions.recommend import Field
from graph_service.introductions.trial import Candidates

Score = Callable[[Field, Candidates, np.random.Generator], np.ndarray]
#: Chance of going on from a contact to a contact's contact (Page et al. 1999).
DAMPING = 0.85
#: What of the restart's mass may be left unspread, per tie.
TOLERANCE = 1e-7


@dataclass(frozen=True)
class Ranker:
    """One way of putting a learner's candidates in order: the highest score first."""

    name: str
    meaning: str
    source: str
    score: Score


def _p(field: Field, candidates: Candidates) -> np.ndarray:
    found: np.ndarray = field.ways.response[candidates.target] * (1.0 - candidates.sums.miss)
    return found


def _pagerank(field: Field, candidates: Candidates, draw: np.random.Generator) -> np.ndarray:
    graph = field.snapshot.graph
    found = np.zeros(len(candidates))
    _push(
        graph.indptr, graph.indices, candidates.learners, candidates.ptr, candidates.target, DAMPING, TOLERANCE, found
    )
    return found


RANKERS: tuple[Ranker, ...] = (
    Ranker(
        "plain_tie",
        "the recommender with all lifts equal: the probability that the path holds",
        "this project",
        lambda field, candidates, draw: _p(field, candidates),
    ),
    Ranker(
        "lift",
        "the recommender: lift times that probability",
        "this project",
        lambda field, candidates, draw: _p(field, candidates) * candidates.sums.lift,
    ),
    Ranker(
        "adamic_adar",
        "contacts in common, each weighing 1 / ln of its contacts",
        "Adamic & Adar 2003",
        lambda field, candidates, draw: candidates.sums.adamic_adar,
    ),
    Ranker(
        "common_contacts",
        "how many contacts the two have in common",
        "Liben-Nowell & Kleinberg 2007",
        lambda field, candidates, draw: candidates.sums.common,
    ),
    Ranker(
        "resource_allocation",
        "contacts in common, each weighing 1 / its contacts",
        "Zhou, Lü & Zhang 2009",
        lambda field, candidates, draw: candidates.sums.resource,
    ),
    Ranker(
        "popularity",
        "how many contacts the candidate has",
        "Barabási & Albert 1999",
        lambda field, candidates, draw: field.paths.degree[candidates.target].astype(np.float64),
    ),
    Ranker(
        "personalised_pagerank",
        "how often a walk that restarts at the learner comes by",
        "Page et al. 1999",
        _pagerank,
    ),
    Ranker(
        "memoriser",
        "what was seen last is expected next: the latest contact between candidate and a contact of the learner",
        "after Poursafaei et al. 2022",
        lambda field, candidates, draw: candidates.sums.recent,
    ),
    Ranker("random", "a seeded draw", "", lambda field, candidates, draw: draw.random(len(candidates))),
)
NAMES = tuple(each.name for each in RANKERS)


@kernel
def _push(indptr, indices, learners, ptr, target, damping, tolerance, found):  # type: ignore[no-untyped-def]
    """Personalised PageRank by pushing (Andersen, Chung & Lang 2006), one learner at a time."""
    n = len(indptr) - 1
    rank = np.zeros(n)
    rest = np.zeros(n)
    queued = np.zeros(n, np.bool_)
    queue = np.empty(n + 1, np.int64)
    touched = np.empty(n, np.int64)
    was = np.zeros(n, np.bool_)
    for at in range(len(learners)):
        i = learners[at]
        rest[i] = 1.0
        queue[0] = i
        queued[i] = True
        touched[0] = i
        was[i] = True
        count = 1
        head, tail = 0, 1
        while head != tail:
            v = queue[head]
            head = (head + 1) % (n + 1)
            queued[v] = False
            amount = rest[v]
            rest[v] = 0.0
            rank[v] += (1.0 - damping) * amount
            degree = indptr[v + 1] - indptr[v]
            if not degree:
                continue
            share = damping * amount / degree
            for e in range(indptr[v], indptr[v + 1]):
                u = indices[e]
                rest[u] += share
                if not was[u]:
                    was[u] = True
                    touched[count] = u
                    count += 1
                if not queued[u] and rest[u] > tolerance * (indptr[u + 1] - indptr[u]):
                    queued[u] = True
                    queue[tail] = u
                    tail = (tail + 1) % (n + 1)
        for row in range(ptr[at], ptr[at + 1]):
            found[row] = rank[target[row]]
        for k in range(count):
            rank[touched[k]] = 0.0
            rest[touched[k]] = 0.0
            was[touched[k]] = False

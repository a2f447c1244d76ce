"""The recommender measured on a programme's own history, beside the baselines it has to beat."""

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from graph_service import clock
from graph_service.errors import BadDate, NotFound
from graph_service.introductions.calibration import calibrate
from graph_service.introductions.choices import Choices
from graph_service.introductions.figures import (
    DRAWS,
    LEVEL,
    Ranking,
    interval,
    judged,
    per_learner,
    reach,
)
from graph_service.introductions.history import Reader
from graph_service.introductions.rankers import RANKERS
from graph_service.introductions.recommend import Field, field_of
from graph_service.introductions.subgroups import LEAST, members
from graph_service.introductions.trial import EVERY_TIE, INACTIVE, Candidates, active, candidates_of, new_ties

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot

VERSION = "1"


class Looks(Protocol):
    """How the audit gets its two days: a snapshot of a day with some parameters changed."""

    def __call__(self, as_of: date, **choices: Any) -> "Snapshot": ...


def audit(
    look: Looks,
    evidence: Reader,
    split: date,
    until: date,
    *,
    seed: int = 0,
    choices: Choices | None = None,
    inactive: int = INACTIVE,
    rounds: int = 0,
    **parameters: Any,
) -> dict[str, Any]:
    """Train on every day before `split`, test on `split` to `until`, and compare the rankers.

    look: gives the snapshot of a day; seed: of equal scores, of the random ranker and of the intervals;
    inactive: days without contact after which somebody is left out; rounds: of simulated acceptance (0: none).
    Raises BadDate unless until >= split, NotFound when nobody can be judged: nothing before, or nothing after.
    Plain values, the same for the same data and seed.
    """
    if until < split:
        raise BadDate("The test ends before it begins: --until is not before --split.")
    before = look(split - timedelta(days=1), theta=EVERY_TIE, theta_strong=EVERY_TIE, **parameters)
    after = look(until, theta=EVERY_TIE, theta_strong=EVERY_TIE, **parameters)
    field = field_of(before, evidence, choices)
    alive = active(before, inactive)
    fits = alive & (field.facts.professional | field.facts.research)
    candidates, truth = candidates_of(field, alive), new_ties(before, after, fits)
    chosen = judged(candidates, truth)
    if not chosen.any():
        raise NotFound("Nobody can be judged: no learner has both a candidate before and a new tie in the test period.")
    owner = candidates.owner
    hit = truth.hits(candidates.learners[owner], candidates.target)
    subgroups = {
        attribute: {value: mask & chosen for value, mask in values.items()}
        for attribute, values in members(evidence, before, candidates.learners, split).items()
    }
    told = []
    for ranking, name in rankings(field, candidates, seed):
        told.append(_row(field, candidates, ranking, name, hit, chosen, subgroups, seed))
    result = {
        "version": VERSION,
        "split": str(split),
        "until": str(until),
        "seed": seed,
        "data_hash": data_hash(after, split),
        "parameters": before.parameters.as_dict() | {"theta": None, "theta_strong": None},
        "choices": field.choices.as_dict(),
        "tau": field.paths.tau,
        "inactive_days": inactive,
        "interval": {"level": LEVEL, "resamples": DRAWS, "over": "learners"},
        "people": len(before),
        "learners": len(candidates.learners),
        "learners_judged": int(chosen.sum()),
        "candidates": len(candidates),
        "new_ties": len(truth.new),
        "new_ties_at_candidates": int(hit.sum()),
        "rankers": told,
        "trade": trade(told),
        "calibration": calibrate(evidence, split - timedelta(days=1), before.revision).report(),
    }
    if rounds:
        from graph_service.introductions.simulation import simulate

        result["simulation"] = simulate(field, evidence, seed=seed, rounds=rounds)
    return result


def rankings(field: Field, candidates: Candidates, seed: int) -> list[tuple[Ranking, str]]:
    """Every ranker's order of the candidates."""
    found = []
    for at, ranker in enumerate(RANKERS):
        draw = np.random.default_rng([seed, at])
        score, tie = ranker.score(field, candidates, draw), draw.random(len(candidates))
        above = 0.0 if ranker.name == "lift" else None
        found.append((Ranking.of(candidates, score, tie, above=above), ranker.name))
    return found


def _row(
    field: Field,
    candidates: Candidates,
    ranking: Ranking,
    name: str,
    hit: np.ndarray,
    chosen: np.ndarray,
    subgroups: dict[str, dict[str, np.ndarray]],
    seed: int,
) -> dict[str, Any]:
    figures = per_learner(candidates, ranking, hit)
    draws = np.random.default_rng([seed, 10_000]).integers(0, int(chosen.sum()), (DRAWS, int(chosen.sum())))
    told: dict[str, Any] = {"name": name}
    bounds = {}
    for measure, values in figures.items():
        found = interval(values[chosen], draws)
        told[measure] = found["value"]
        bounds[measure] = [found["low"], found["high"]]
    brokers = np.unique(candidates.sums.connector.astype(np.int64))
    told |= reach(candidates, ranking, field.paths.degree, bool(field.scales.lift[1]), brokers)
    told["intervals"] = bounds
    told["subgroups"] = {
        attribute: _gap({value: figures["precision_at_5"][mask] for value, mask in masks.items()})
        for attribute, masks in subgroups.items()
    }
    return told


def _gap(groups: dict[str, np.ndarray]) -> dict[str, Any]:
    """Precision by value of an attribute, and the largest difference; small groups are not told apart."""
    shown = {value: values for value, values in groups.items() if len(values) >= LEAST}
    means = {value: float(values.mean()) for value, values in shown.items()}
    return {
        "precision_at_5": means,
        "n": {value: len(values) for value, values in shown.items()},
        "gap": max(means.values()) - min(means.values()) if len(means) > 1 else None,
    }


def trade(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    """What lift costs in precision, and what it gains in new sectors, reach and in who is shown."""
    by_name = {row["name"]: row for row in rows}
    plain, full = by_name["plain_tie"], by_name["lift"]

    def change(name: str) -> float | None:
        a, b = plain[name], full[name]
        return None if a is None or b is None else float(b - a)

    names = ("precision_at_5", "novelty", "reach", "coverage", "coverage_least_connected", "exposure_gini")
    return {name: change(name) for name in names}


def data_hash(snapshot: "Snapshot", split: date) -> str:
    """A fingerprint of the ties that the audit saw: own keys, days, strengths; the same from every store."""
    pairs = snapshot.pairs
    assert pairs is not None
    digest = hashlib.blake2b(digest_size=16)
    digest.update("\x1f".join(str(key) for key in snapshot.keys).encode())
    for column in (pairs.a, pairs.b, pairs.first, pairs.last, pairs.events):
        digest.update(np.ascontiguousarray(column, "<i8").tobytes())
    digest.update(f"{clock.day_number(split)}".encode())
    return digest.hexdigest()

"""What is told of a recommendation, as plain values: own keys, no internal ids, the same from every store.

This is the staff's answer; what a learner or an asked adult reads is made by `explain`.
"""

import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from graph_service import clock
from graph_service.introductions.choices import TERMS
from graph_service.introductions.gates import CODES, GATES
from graph_service.introductions.history import SEVERAL
from graph_service.introductions.recommend import Field, refused_by
from graph_service.introductions.search import Found
from graph_service.introductions.ties_told import in_words, label
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.graph import Graph, graph_of
from graph_service.snapshot.people import SECTORS
from graph_service.snapshot.strength import DORMANT

VERSION = "1"


@cache
def texts(audience: str, language: str = "en") -> dict[str, dict[str, str]]:
    """The shipped sentences for an audience in a language."""
    path = files("graph_service.introductions") / "data" / "texts" / f"{audience}.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def gate_words(language: str = "en") -> dict[str, str]:
    """What each gate refuses, in words for staff."""
    said = texts("coordinator", language).get("gates", {})
    return {gate.code: said.get(gate.code, gate.says) for gate in GATES}


def mending_words(language: str = "en") -> dict[str, str]:
    """What a coordinator can do about each gate, in words for staff."""
    said = texts("coordinator", language).get("mends", {})
    return {gate.code: said.get(gate.code, gate.mends) for gate in GATES}


def header(field: Field) -> dict[str, Any]:
    """What every answer rests on: day, parameters, choices, whether probabilities were held against outcomes."""
    snapshot = field.snapshot
    left_out = [term for term, weight in zip(TERMS, field.scales.lift, strict=True) if weight == 0]
    return {
        "version": VERSION,
        "as_of": str(snapshot.as_of),
        "parameters": snapshot.parameters.as_dict(),
        "choices": field.choices.as_dict(),
        "tau": field.paths.tau,
        "terms_without_data": left_out,
        "calibrated": field.calibration.calibrated,
        "outcomes": len(field.calibration.stated),
    }


def one(field: Field, found: Found, at: int) -> dict[str, Any]:
    """One learner's part of an answer.

    status: `ok`, `no_verified_path` (with `missing`: what would make a path), or `refused` (a gate about the
    learner). `alerts`, for staff alone: several introductions came to nothing lately. Where only the consent is
    missing no adult is named.
    """
    row = int(found.rows[at])
    research = bool(field.facts.research[row])
    chosen = [place for place in range(found.target.shape[1]) if found.target[at, place] >= 0]
    own = refusing(field, row)
    status = "refused" if own else "ok" if chosen else "no_verified_path"
    told: dict[str, Any] = {
        "learner": key(field, row),
        "basis": "research" if research else "programme",
        "status": status,
        "exploring": not field.network.goals[row],
        "gates": gates(field, row, research),
        "suggestions": [suggestion(field, found, at, place) for place in chosen],
    }
    if field.facts.history.fruitless[row] >= SEVERAL:
        told["alerts"] = [{"code": "several_declines", "text": texts("coordinator")["alerts"]["several_declines"]}]
    if not chosen:
        told["missing"] = missing(field, found, at, own)
    return told


def refusing(field: Field, row: int) -> list[str]:
    """The gates about the learner alone that refuse."""
    return [code for place, code in enumerate(CODES) if field.rules.learner[row] >> place & 1]


def key(field: Field, at: int) -> str:
    """A person's own key, as every table prints it."""
    return str(field.snapshot.keys[at])


def gates(field: Field, row: int, research: bool) -> list[dict[str, str]]:
    """Every gate and what it says of the learner; those about adults are applied to every path."""
    told = []
    for gate in GATES:
        if research and gate.consent:
            result = "not_applicable"
        elif gate.about == "learner":
            result = "refused" if field.rules.learner[row] >> CODES.index(gate.code) & 1 else "passed"
        else:
            result = "applied"
        told.append({"gate": gate.code, "result": result})
    return told


def suggestion(field: Field, found: Found, at: int, place: int) -> dict[str, Any]:
    """One suggestion: path, score with every term, reasons with evidence, what is not known, what next."""
    learner, target = int(found.rows[at]), int(found.target[at, place])
    near, far = int(found.near[at, place]), int(found.far[at, place])
    connector = int(field.paths.first.who[near])
    first, second = hop(field, learner, connector, near, near=True), hop(field, connector, target, far, near=False)
    terms = {}
    for term, value, weight in zip(TERMS, found.terms[at, place], field.scales.lift, strict=True):
        used = weight > 0 and (term != "goal_sector" or field.network.goals[learner] != 0)
        terms[term] = float(value) if used else None
    weakest = min((first, second), key=lambda each: float(each["familiarity"]))
    others = other_connectors(field, learner, target, connector)
    return {
        "rank": place + 1,
        "basis": "research" if field.facts.research[learner] else "programme",
        "target": key(field, target),
        "connector": key(field, connector),
        "score": float(found.score[at, place]),
        "p_target": float(found.probability[at, place]),
        "p_calibrated": field.calibration.of(float(found.probability[at, place])),
        "lift": float(found.lift[at, place]),
        "lift_terms": terms,
        "discount": float(found.discount[at, place]),
        "p_path": float(
            field.ways.availability[connector]
            * field.paths.first.familiarity[near]
            * field.paths.second.familiarity[far]
        ),
        "availability": float(field.ways.availability[connector]),
        "response": float(field.ways.response[target]),
        "paths": int(found.ways[at, place]),
        "mutual_contacts": int(found.mutual[at, place]),
        "path": [first, second],
        "weakest_link": {"from": weakest["from"], "to": weakest["to"], "familiarity": weakest["familiarity"]},
        "reasons": reasons(field, found, at, place, first, second),
        "not_known": unknown(field, target, terms),
        "next": next_steps(field, connector, others),
    }


def hop(field: Field, start: int, end: int, at: int, *, near: bool) -> dict[str, Any]:
    """One hop as it is told: between whom, how strong, how familiar, since when nothing happened."""
    hops = field.paths.first if near else field.paths.second
    last = int(hops.last[at])
    return {
        "from": key(field, start),
        "to": key(field, end),
        "strength": float(hops.strength[at]),
        "familiarity": float(hops.familiarity[at]),
        "evidence": "assigned"
        if hops.assigned[at]
        else "logged"
        if field.snapshot.parameters.layer == "logged"
        else "stated",
        "last_contact": None if last < 0 else str(clock.day_of(last)),
    }


def reasons(field: Field, found: Found, at: int, place: int, first: Any, second: Any) -> list[dict[str, str]]:
    """Two or three reasons in words, the strongest first, each with the evidence that it rests on."""
    words, tiers = texts("coordinator")["reasons"], vocabulary("tiers")
    told = []
    ends = int(found.rows[at]), int(found.target[at, place])
    for code, about in reason_codes(field, *ends, found.terms[at, place], int(found.ways[at, place]))[:2]:
        evidence = dict(about)
        if "sector" in evidence:
            evidence["sector"] = vocabulary("career_clusters").label(evidence["sector"])
        if "tier" in evidence:
            evidence["tier"] = tiers.label(evidence["tier"])
        told.append({"code": code, "text": words[code].format(**evidence)})
    by = "assigned" if first["evidence"] == "assigned" and first["last_contact"] is None else "path"
    about = {"connector": first["to"], "near": first["last_contact"], "far": second["last_contact"]}
    told.append({"code": by, "text": words[by].format(**about)})
    return told


def reason_codes(
    field: Field, learner: int, target: int, terms: np.ndarray, ways: int = 1
) -> list[tuple[str, dict[str, Any]]]:
    """The reasons for two people (positions) as codes with their evidence, the strongest first.

    terms: of lift, in the order of `TERMS`; ways: connectors who could introduce them.
    """
    value = dict(zip(TERMS, terms.tolist(), strict=True))
    sector, tier = field.network.sector[target], int(field.network.tier[target])
    tiers = vocabulary("tiers").codes
    named = {"sector": SECTORS[sector]} if sector >= 0 else {}
    goal = bool(value["goal_sector"]) and field.network.goals[learner] != 0
    every: list[tuple[str, bool, dict[str, Any]]] = [
        ("goal", goal, named),
        ("sector", sector >= 0 and value["sector_variety"] > 0 and not value["goal_sector"], named),
        ("near_peer", tier == 1, {}),
        ("tier", value["tier"] > 0 and tier > 1, {"tier": tiers[tier - 1]}),
        ("occupation", value["new_occupations"] > 0, {}),
        ("employers", value["new_employers"] > 0, {}),
        ("ways", ways > 1, {"ways": ways}),
        ("reach", value["effective_size"] > 0, {"gain": f"{value['effective_size']:.2f}"}),
    ]
    return [(code, evidence) for code, holds, evidence in every if holds]


def unknown(field: Field, target: int, terms: dict[str, float | None]) -> list[str]:
    """What is not known of the target and was counted as adding nothing."""
    network = field.network
    told = {
        "sector": network.sector[target] < 0 and terms["sector_variety"] is not None,
        "occupation": network.occupation[target] < 0 and terms["new_occupations"] is not None,
        "tier": network.tier[target] == 0 and terms["tier"] is not None,
        "response": bool(field.facts.history.last_ask[target] < 0),
        "capacity": bool(field.facts.capacity[target] < 0),
    }
    return [name for name, so in told.items() if so]


def other_connectors(field: Field, learner: int, target: int, best: int) -> list[int]:
    """Further connectors on standing paths to the same target, the best first."""
    first, second = field.paths.first, field.paths.second
    found = []
    for h in first.row(learner):
        c = int(first.who[h])
        if c == best or first.bits[h]:
            continue
        start, end = second.ptr[c], second.ptr[c + 1]
        t = int(start + np.searchsorted(second.who[start:end], target))
        if t < end and second.who[t] == target and not second.bits[t]:
            p = field.ways.availability[c] * first.familiarity[h] * second.familiarity[t]
            found.append((-float(p), c))
    return [c for _, c in sorted(found)]


def next_steps(field: Field, connector: int, others: list[int]) -> dict[str, str]:
    words = texts("coordinator")["next"]
    name = key(field, connector)
    fallback = (
        words["fallback"].format(connector=name, other=key(field, others[0]))
        if others
        else words["no_fallback"].format(connector=name)
    )
    return {"action": words["suggested"].format(connector=name), "fallback": fallback}


def missing(
    field: Field, found: Found, at: int, own: list[str], language: str = "en", name: Callable[[int], str] | None = None
) -> list[dict[str, Any]]:
    """What would make a suggestion possible: for staff alone, and without names of adults before consent.

    name: what somebody at a position is called in the texts; the own key where it is left out.
    """
    words, rules = texts("coordinator", language)["missing"], gate_words(language)
    row = int(found.rows[at])
    contacts = field.snapshot.contacts
    if contacts is not None and not len(contacts):
        return [{"code": "before_data", "text": words["before_data"].format(day=str(field.snapshot.as_of))}]
    if own == ["consent_missing"]:
        return [{"code": "consent_missing", "text": words["consent"]}]
    if own:
        return [
            {
                "code": "refused",
                "gates": own,
                "text": words["gated_learner"].format(gates=", ".join(rules[code] for code in own)),
            }
        ]
    told: list[dict[str, Any]] = []
    refused = {CODES[k]: int(n) for k, n in enumerate(refused_by(field, np.array([row]))[0]) if n}
    first, second = field.paths.first, field.paths.second
    hops = first.row(row)
    standing = [int(first.who[h]) for h in hops if not first.bits[h]]
    if not len(hops):
        told.append({"code": "no_contacts", "text": words["no_contacts"]})
    if refused:
        named = ", ".join(f"{rules[code]} ({n})" for code, n in refused.items())
        told.append({"code": "gated", "gates": refused, "text": words["gated"].format(gates=named)})
    for connector, last in quiet_connectors(field, row):
        day = str(clock.day_of(last))
        who = key(field, connector) if name is None else name(connector)
        text = words["warm"].format(connector=who, last=in_words(clock.day_of(last), language) if name else day)
        told.append({"code": "warm", "connector": key(field, connector), "last_contact": day, "text": text})
    if found.useless[at]:
        told.append({"code": "no_lift", "targets": int(found.useless[at]), "text": words["no_lift"]})
    elif standing and not refused and not any(len(second.row(c)) for c in standing):
        sectors = goal_sectors(int(field.network.goals[row]), language) or [words["outside"]]
        told.append({"code": "host_needed", "text": words["no_reach"].format(sector=", ".join(sectors))})
    if not told:
        sectors = goal_sectors(int(field.network.goals[row]), language) or [words["outside"]]
        told.append({"code": "host_needed", "text": words["no_reach"].format(sector=", ".join(sectors))})
    return told


def goal_sectors(goals: int, language: str = "en") -> list[str]:
    return [label("career_clusters", code, language) for k, code in enumerate(SECTORS) if goals >> k & 1]


def quiet_connectors(field: Field, row: int, most: int = 3) -> Iterable[tuple[int, int]]:
    """Contacts of the learner whose tie has gone quiet and who know targets: the most recent first."""
    quiet, facts, found = quiet_ties(field), field.facts, []
    for e in range(int(quiet.indptr[row]), int(quiet.indptr[row + 1])):
        other = int(quiet.indices[e])
        reaches = len(field.paths.second.row(other)) > 0
        if reaches and (facts.adult[other] or facts.research[other]) and not field.rules.adult[other]:
            found.append((-int(quiet.weights[e]), other))
    return [(other, -last) for last, other in sorted(found)[:most]]


def quiet_ties(field: Field) -> Graph:
    """The ties that have gone quiet, each weighing the day number of its last contact."""

    def make() -> Graph:
        pairs = field.snapshot.pairs
        assert pairs is not None
        quiet = pairs.state == DORMANT
        return graph_of(len(field.snapshot), pairs.a[quiet], pairs.b[quiet], pairs.last[quiet].astype(np.float64))

    found: Graph = field.snapshot.memo("quiet ties", make)
    return found

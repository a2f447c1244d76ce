"""Fix a study before its outcomes are known, open them, report what was planned.

The plan and the sample are stored with their digest while the outcome wave does not exist yet. A report follows the
stored study and nothing else; an erasure takes a learner out of the sample without breaking the digest.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np

from graph_service.actions.waves import Wave, authorise, frozen
from graph_service.actions.waves import get as wave_of
from graph_service.disclosure.scope import Actor
from graph_service.errors import Conflict, InvalidRecord, NotFound
from graph_service.measures import catalogue
from graph_service.measures.cohort.coverage import coverage
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.observation import Observation
from graph_service.measures.cohort.observed import of_arm, source_of
from graph_service.measures.cohort.resampling import Resampling
from graph_service.measures.cohort.study import ArmName, Seal, Study
from graph_service.measures.cohort.study_outcome import Collected, StudyData
from graph_service.measures.cohort.study_report import StudyReport, report
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.store import Store

ARMS: tuple[ArmName, ...] = ("treatment", "comparison")


@dataclass(frozen=True)
class Stored:
    """A study as it was fixed. opened_on: None while nobody has looked at its outcomes."""

    id: str
    version: int
    key: str
    title: str
    plan: Mapping[str, Any]
    digest: str
    leaves: tuple[str, ...]
    sealed_on: date
    opened_on: date | None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """A study from its record."""
        same = ("id", "version", "key", "title", "sealed_on", "opened_on")
        plan, leaves = json.loads(record["plan"]), tuple(record["leaves"])
        return cls(**{name: record[name] for name in same}, digest=record["seal"], plan=plan, leaves=leaves)

    @property
    def waves(self) -> tuple[str, str]:
        """Names of the baseline wave and the outcome wave."""
        return self.plan["waves"][0], self.plan["waves"][1]


def fix(
    store: Store,
    actor: Actor,
    key: str,
    plan: Mapping[str, Any],
    sample: Sequence[Mapping[str, Any]],
    *,
    today: date,
    id_source: str = "local",
) -> Stored:
    """Store a study with its digest. sample: learner (own key), arm, site, block, excluded.

    id_source: the system that the keys come from. Raises InvalidRecord with every problem of the plan; Conflict when a
    study of that name is fixed, or when the outcome wave was taken already: then its outcomes can be known.
    """
    authorise(actor)
    id = store.internal_id("study", "local", key)
    if store.get("study", id) is not None:
        raise Conflict("A study of that name is fixed. Fix another one under another name.")
    people = store.internal_ids("person", id_source, [str(row.get("learner") or "") for row in sample])
    nobody = len(people) - len(store.known("person", people) & set(people))
    if nobody:
        problem = {"field": "sample", "found": f"{nobody} unknown learners", "expected": "own keys of the programme"}
        raise InvalidRecord(f"{nobody} rows of the sample name nobody of the programme.", problems=[problem])
    study = _study(plan, [{**row, "learner": person} for row, person in zip(sample, people, strict=True)])
    if store.get("wave", store.internal_id("wave", "local", study.waves[1])) is not None:
        raise Conflict(
            f"The wave {study.waves[1]} was taken already: a study is fixed before its outcomes can be known."
        )
    record = {
        "id": id,
        "key": key,
        "title": study.title,
        "plan": json.dumps({name: value for name, value in json.loads(study.canonical()).items() if name != "sample"}),
        "seal": study.digest(),
        "leaves": sorted(row.leaf() for row in study.sample),
        "sealed_on": today,
    }
    members = [
        {
            "id": store.internal_id("study_member", "study", f"{id}|{row.learner}"),
            "study": id,
            "person": row.learner,
            **{name: getattr(row, name) for name in ("arm", "site", "block", "excluded")},
        }
        for row in study.sample
    ]
    tables = [
        (name, validate_records(kind(name), rows)) for name, rows in (("study", [record]), ("study_member", members))
    ]
    store.append_all(tables, actor=actor.name, action="study:fix", expect={("study", id): 0})
    return get(store, key)


def unseal(store: Store, actor: Actor, key: str, *, today: date) -> Stored:
    """Open a study's outcomes: the day is written down once. Raises NotFound where a wave is not taken yet."""
    authorise(actor)
    stored = get(store, key)
    for name in stored.waves:
        wave_of(store, name)
    if stored.opened_on is None:
        record = store.get("study", stored.id)
        assert record is not None
        changed = {name: record[name] for name in ["id", *kind("study").by_name]} | {"opened_on": today}
        table = validate_records(kind("study"), [changed])
        expect = {("study", stored.id): stored.version}
        store.append_all([("study", table)], actor=actor.name, action="study:open", expect=expect)
    return get(store, key)


def listed(store: Store) -> list[Stored]:
    """Every study, by the day it was fixed."""
    return sorted((Stored.of(row) for row in store.find("study")), key=lambda each: (each.sealed_on, each.key))


def get(store: Store, key: str) -> Stored:
    """The study of that name. Raises NotFound."""
    record = store.get("study", store.internal_id("study", "local", key))
    if record is None:
        raise NotFound("There is no study of that name. `graph-service study list` names them.")
    return Stored.of(record)


def follow(
    store: Store, key: str, look: Callable[[Wave], Any], *, also: Sequence[str] = (), how: Resampling | None = None
) -> StudyReport:
    """The report of an opened study: as planned, over its two waves.

    look: the snapshot of a wave. also: further measures, reported as undeclared and exploratory.
    Raises Conflict while outcomes are not opened, StudyChanged where the stored study is not the fixed one.
    """
    stored = get(store, key)
    if stored.opened_on is None:
        raise Conflict(f"The outcomes of the study are not opened yet: `graph-service study open {key}`.")
    members = store.find("study_member", study=stored.id)
    sample = [
        {"learner": row["person"], **{n: row[n] for n in ("arm", "site", "block", "excluded")}} for row in members
    ]
    study = _study(stored.plan, sample)
    there = {row.leaf() for row in study.sample}
    data = _opened(store, stored, study, look, also, tuple(leaf for leaf in stored.leaves if leaf not in there))
    return report(study, data, Seal(stored.digest, stored.sealed_on), how=how)


def _study(plan: Mapping[str, Any], sample: Sequence[Mapping[str, Any]]) -> Study:
    """Raises InvalidRecord for a plan that lacks something or holds what no plan has."""
    named = {"attrition": "cautious", "icc": 0.1, "r2": 0.0, "exclusions": [], "parameters": [], **plan}
    rows = [{name: row.get(name) or None for name in ("learner", "arm", "site", "block", "excluded")} for row in sample]
    try:
        if isinstance(named["assigned_on"], date):
            named["assigned_on"] = named["assigned_on"].isoformat()
        if isinstance(named["parameters"], Mapping):
            named["parameters"] = [(name, str(value)) for name, value in named["parameters"].items()]
        if any(row["arm"] not in ARMS for row in rows):
            raise ValueError("arm")
        study = Study.from_json({**named, "sample": rows})
    except (KeyError, TypeError, ValueError, IndexError) as error:
        problem = {
            "field": str(error).strip("'")[:60],
            "found": "nothing or something else",
            "expected": "see the guide",
        }
        raise InvalidRecord(f"The plan is not complete: {problem['field']}.", problems=[problem]) from None
    known = catalogue.of_level("learner")
    problems = [
        {"field": "outcomes", "found": each.measure, "expected": "a measure of learners: `graph-service measures list`"}
        for each in study.outcomes
        if each.measure not in known
    ]
    if problems:
        raise InvalidRecord(f"There is no measure {problems[0]['found']} of learners.", problems=problems)
    return study


def _opened(
    store: Store,
    stored: Stored,
    study: Study,
    look: Callable[[Wave], Any],
    also: Sequence[str],
    erased: tuple[str, ...],
) -> StudyData:
    waves = [wave_of(store, name) for name in stored.waves]
    if waves[0].parameters != waves[1].parameters or waves[0].model != waves[1].model:
        raise Conflict("The two waves of the study were taken with different parameters.")
    snapshots = [look(wave) for wave in waves]
    rosters = [_roster(snapshot) for snapshot in snapshots]
    arm_of = {row.learner: row.arm for row in study.sample}
    everyone = sorted(set(rosters[0]) | set(rosters[1]) | set(arm_of))
    ids = dict.fromkeys([*(outcome.measure for outcome in study.outcomes), *also])
    columns = [
        _values(store, wave, snapshot, roster, list(ids))
        for wave, snapshot, roster in zip(waves, snapshots, rosters, strict=True)
    ]
    collected = tuple(
        Collected(
            id,
            everyone,
            [columns[0][id].get(who) for who in everyone],
            [columns[1][id].get(who) for who in everyone],
            _observed(snapshots[0], rosters[0], arm_of, id),
            _observed(snapshots[1], rosters[1], arm_of, id),
            domain=catalogue.get(id).dimension,
        )
        for id in ids
    )
    assert stored.opened_on is not None
    covered = _covered(snapshots[1], rosters[1], arm_of)
    joined = _joined(study, snapshots[1], rosters[1])
    return StudyData(stored.opened_on, collected, {}, joined, covered, erased)


def _roster(snapshot: Any) -> dict[str, int]:
    ids = snapshot.people.ids
    return {ids[at]: int(at) for at in snapshot.roster_rows.tolist()}


def _values(
    store: Store, wave: Wave, snapshot: Any, roster: Mapping[str, int], ids: Sequence[str]
) -> dict[str, dict[str, float | None]]:
    """Values of a wave's roster: the stored ones, and what the wave did not store computed from what was known."""
    stored = {person: json.loads(text) for person, (_, text) in frozen(store, wave).items()}
    found: dict[str, dict[str, float | None]] = {}
    for id in ids:
        if id in wave.measures:
            told = {person: values[id] for person, values in stored.items()}
            found[id] = {person: None if isinstance(value, str) else float(value) for person, value in told.items()}
        else:
            column = catalogue.compute(snapshot, [id], wave.model)[id]
            found[id] = {who: None if column.null[at] else float(column.values[at]) for who, at in roster.items()}
    return found


def _observed(
    snapshot: Any, roster: Mapping[str, int], arm_of: Mapping[str, ArmName], id: str
) -> dict[ArmName, Observation]:
    found: dict[ArmName, Observation] = {}
    for arm in ARMS:
        rows = np.array([at for who, at in roster.items() if arm_of.get(who) == arm], np.int64)
        seen = of_arm(snapshot, rows, source_of(id, snapshot.parameters.layer))
        if seen is not None:
            found[arm] = seen
    return found


def _covered(snapshot: Any, roster: Mapping[str, int], arm_of: Mapping[str, ArmName]) -> dict[ArmName, Estimate]:
    found: dict[ArmName, Estimate] = {}
    for arm in ARMS:
        rows = [at for who, at in roster.items() if arm_of.get(who) == arm]
        if rows:
            found[arm] = coverage(snapshot.recorded[rows] > 0)
    return found


def _joined(study: Study, snapshot: Any, roster: Mapping[str, int]) -> dict[str, ArmName]:
    """The arm of learners who came later: that of their site, where sites were assigned."""
    if study.unit != "site":
        return {}
    arm_of_site = {row.site: row.arm for row in study.sample}
    names = [*snapshot.people.organizations.keys(), None]
    known = {row.learner for row in study.sample}
    sites = {who: names[snapshot.people.site[at]] for who, at in roster.items() if who not in known}
    return {who: arm_of_site[site] for who, site in sites.items() if site in arm_of_site}

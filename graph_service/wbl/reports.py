"""Report definitions: who is counted, who counts as yes, by what it is cut; and whom a report cannot classify."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from graph_service.errors import UnknownParameter, UsageError
from graph_service.records.vocabulary import vocabulary
from graph_service.wbl.employers import REAL
from graph_service.wbl.experiences import QUALITIES, Experience, experiences
from graph_service.wbl.work import Work
from graph_service.wbl.yaml_file import load, shown, translated

SHIPPED = "reports.yaml"
ON_SITE = ("in_person", "hybrid")
#: The value of a cut for those of whom it is not recorded.
UNKNOWN = "not recorded"
#: The cut and the value of everybody.
ALL = "all"


class BadDefinition(UsageError):
    code, title, exit = "bad_definition", "The report definitions have errors", 3
    hint = "Correct the file at the places named; `graph-service reports list` shows the shipped ones."


@dataclass(frozen=True)
class Definition:
    """One report. unit: learners, each counted once, or experiences."""

    id: str
    version: str
    title: Mapping[str, str]
    source: str
    unit: str
    population: str
    numerator: str
    cuts: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """What a report counts for one cut: value to (yes, all, learners among all, learners among yes)."""

    cut: str
    values: Mapping[str, tuple[int, int, int, int]]


@dataclass(frozen=True)
class Report:
    """Counts of a period. unclassified: how many could not be taken in, by reason. people: by cut and value, learners.

    The line of everybody is the cut `all` with the value `all`.
    """

    definition: Definition
    first: date
    last: date
    total: tuple[int, int, int, int]
    cuts: tuple[Counted, ...]
    unclassified: Mapping[str, int]
    people: Mapping[tuple[str, str], frozenset[str]]


def read(path: Path | None = None) -> tuple[Definition, ...]:
    """The definitions of a file, or the shipped ones. Raises BadDefinition with every error and its place.

    >>> [each.id for each in read()][:2]
    ['perkins-5s3', 'access']
    """
    content = load(path or files("graph_service.wbl") / "data" / SHIPPED, BadDefinition, "file of definitions")
    problems = check(content)
    if problems:
        raise BadDefinition("The definitions have errors: " + "; ".join(problems) + ".", errors=len(problems))
    version = f"{content['id']} {content['version']}"
    return tuple(Definition(**{**each, "cuts": tuple(each["cuts"]), "version": version}) for each in content["reports"])


def check(content: Any) -> list[str]:
    """Everything wrong with a file of definitions, each with its place."""
    if not isinstance(content, dict):
        return ["the file: a mapping with id, version and reports is needed"]
    problems = [f"{name}: text is needed" for name in ("id", "version") if not isinstance(content.get(name), str)]
    reports = content.get("reports")
    if not isinstance(reports, list) or not reports:
        return [*problems, "reports: a list is needed"]
    seen: set[str] = set()
    for at, each in enumerate(reports, 1):
        problems += _wrong(each, f"report {at}", seen)
    return problems


def _wrong(each: Any, where: str, seen: set[str]) -> list[str]:
    if not isinstance(each, dict):
        return [f"{where}: a mapping is needed"]
    problems = [f"{where}: {name}: text is needed" for name in ("id", "source") if not isinstance(each.get(name), str)]
    if each.get("id") in seen:
        problems.append(f"{where}: the id {shown(each['id'])} is there twice")
    seen.add(str(each.get("id")))
    problems += translated(each.get("title"), f"{where}, title")
    unit = each.get("unit")
    if unit not in UNITS:
        return [*problems, f"{where}: unit is one of {', '.join(UNITS)}"]
    populations, numerators, cuts = UNITS[unit]
    if each.get("population") not in populations:
        problems.append(f"{where}: population is one of {', '.join(populations)}")
    if each.get("numerator") not in numerators:
        problems.append(f"{where}: numerator is one of {', '.join(numerators)}")
    given = each.get("cuts")
    if not isinstance(given, list) or not given:
        problems.append(f"{where}: cuts: a list is needed")
    else:
        problems += [f"{where}: cuts: {shown(cut)} is not one of {', '.join(cuts)}" for cut in given if cut not in cuts]
    fields = ("id", "title", "source", "unit", "population", "numerator", "cuts")
    return problems + [f"{where}: {shown(name)} is not known" for name in each if name not in fields]


def chosen(id: str, path: Path | None = None) -> Definition:
    """The definition of that id. Raises UnknownParameter."""
    found = {each.id: each for each in read(path)}
    if id not in found:
        raise UnknownParameter(f"There is no report {shown(id)}. Known: {', '.join(found)}.")
    return found[id]


def run(
    work: Work, definition: Definition, first: date, last: date, growth: Callable[[], Mapping[str, float]] = dict
) -> Report:
    """Count a report over a period. Raises UsageError where the period ends before it begins.

    growth: gives what learners gained in professional ties over the period, for reports that ask for it.
    """
    if last < first:
        raise UsageError("The period ends before it begins.")
    facts = Facts(work, first, last, growth)
    populations, numerators, cuts = UNITS[definition.unit]
    people, unclassified = populations[definition.population](facts)
    yes = numerators[definition.numerator](facts)
    # Each unit with its learner: a learner is its own.
    units = {id: facts.owner(id) for id in people}
    parts = {cut: _parts(units, cuts[cut](facts, cut)) for cut in definition.cuts}
    about = {(cut, value): frozenset(mine.values()) for cut, found in parts.items() for value, mine in found.items()}
    return Report(
        definition, first, last, _sums(units, yes),
        tuple(
            Counted(cut, {value: _sums(mine, yes) for value, mine in found.items()}) for cut, found in parts.items()
        ),
        {reason: count for reason, count in unclassified.items() if count},
        about | {(ALL, ALL): frozenset(units.values())},
    )  # fmt: skip


def _sums(units: Mapping[str, str], yes: set[str]) -> tuple[int, int, int, int]:
    counted = [id for id in units if id in yes]
    return len(counted), len(units), len(set(units.values())), len({units[id] for id in counted})


def _parts(units: Mapping[str, str], values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """By value the units that have it, with their learners; those of whom it is not recorded come last."""
    found: dict[str, dict[str, str]] = {}
    for id, owner in units.items():
        found.setdefault(values.get(id, UNKNOWN), {})[id] = owner
    return dict(sorted(found.items(), key=lambda each: (each[0] == UNKNOWN, each[0])))


class Facts:
    """What the populations, numerators and cuts of reports are made of."""

    def __init__(self, work: Work, first: date, last: date, growth: Callable[[], Mapping[str, float]] = dict) -> None:
        self.work, self.first, self.last, self.growth = work, first, last, growth

    @cached_property
    def learners(self) -> set[str]:
        seen = self.work.seen
        rows = (row for row in self.work.rows("person") if "learner" in row["roles"])
        return {row["id"] for row in rows if seen is None or row["id"] in seen}

    @cached_property
    def begun(self) -> dict[str, Experience]:
        """Experiences that took place and began by the end of the period."""
        found = {each.id: each for each in experiences(self.work)}
        rows = self.work.experiences
        return {
            id: each
            for id, each in found.items()
            if rows[id]["state"] in REAL and each.since is not None and each.since <= self.last
        }

    @cached_property
    def in_period(self) -> dict[str, Experience]:
        return {id: each for id, each in self.begun.items() if each.since is not None and each.since >= self.first}

    def owner(self, id: str) -> str:
        """The learner of an experience; a learner is its own."""
        row = self.work.experiences.get(id)
        return row["learner"] if row else id

    def of_learners(self, keep: Callable[[Experience], bool]) -> set[str]:
        return {self.owner(id) for id, each in self.begun.items() if keep(each)}


Population = tuple[set[str], dict[str, int]]


def _learners(facts: Facts) -> Population:
    return facts.learners, {}


def _evaluated(facts: Facts) -> Population:
    """Learners of whom an experience of the period was judged on all three qualities; those not judged told apart."""
    placed = {facts.owner(id) for id in facts.in_period}
    judged = {facts.owner(id) for id, each in facts.in_period.items() if each.qualities is not None}
    return judged, {"not evaluated": len(placed - judged)}


def _placed(facts: Facts) -> Population:
    return {facts.owner(id) for id in facts.in_period}, {}


def _graduated(facts: Facts) -> Population:
    """Concentrators and completers who graduated in the period; those who left without a recorded day are told."""
    graduated: set[str] = set()
    unknown: set[str] = set()
    for row in facts.work.rows("programme_status"):
        if row["status"] == "participant" or row["learner"] not in facts.learners:
            continue
        day = row["graduated"]
        if day is not None and facts.first <= day <= facts.last:
            graduated.add(row["learner"])
        elif day is None and row["until"] is not None and facts.first <= row["until"] <= facts.last:
            unknown.add(row["learner"])
    return graduated, {"status ended without a day of graduation": len(unknown - graduated)}


def _begun_experiences(facts: Facts) -> Population:
    undated = sum(1 for row in facts.work.experiences.values() if row["state"] in REAL and row["since"] is None)
    return set(facts.in_period), {"begun on a day that is not recorded": undated}


def _subgroup(facts: Facts, attribute: str) -> dict[str, str]:
    rows = [row for row in facts.work.rows("subgroup") if row["attribute"] == attribute]
    values = {row["person"]: row["value"] for row in sorted(rows, key=lambda each: each["since"] or date.min)}
    return _for_units(facts, values)


def _site(facts: Facts, cut: str) -> dict[str, str]:
    found: dict[str, str] = {}
    rows = [row for row in facts.work.rows("affiliation") if row["relation"] == "enrolled_at"]
    for row in sorted(rows, key=lambda each: each["since"] or date.min):
        if row["since"] is None or row["since"] <= facts.last:
            found[row["person"]] = facts.work.name(row["organization"]) or UNKNOWN
    return _for_units(facts, found)


def _grade(facts: Facts, cut: str) -> dict[str, str]:
    return {row["id"]: row["grade"] for row in facts.work.rows("person") if row["grade"]}


def _sector(facts: Facts, cut: str) -> dict[str, str]:
    """Of an experience its own; of a learner that of the pathway, else the first goal."""
    pathways = {row["id"]: row["sector"] for row in facts.work.rows("pathway")}
    found = {row["id"]: row["goals"][0] for row in facts.work.rows("person") if row["goals"]}
    for row in facts.work.rows("programme_status"):
        if row["pathway"] in pathways:
            found[row["learner"]] = pathways[row["pathway"]]
    own = {id: row["sector"] for id, row in facts.work.experiences.items() if row["sector"]}
    return {**found, **own}


def _activity(facts: Facts, cut: str) -> dict[str, str]:
    codes = vocabulary("activities").rows
    return {
        id: f"{row['activity']} (CEDS {codes[row['activity']]['ceds'] or 'none'})"
        for id, row in facts.work.experiences.items()
    }


def _mode(facts: Facts, cut: str) -> dict[str, str]:
    return {id: row["mode"] for id, row in facts.work.experiences.items()}


def _for_units(facts: Facts, values: Mapping[str, str]) -> dict[str, str]:
    """Values of learners, for their experiences too."""
    return {
        **values,
        **{id: values[row["learner"]] for id, row in facts.work.experiences.items() if row["learner"] in values},
    }


Cut = Callable[[Facts, str], dict[str, str]]
_SUBGROUPS: dict[str, Cut] = dict.fromkeys(vocabulary("subgroup_attributes").codes, _subgroup)
_COMMON: dict[str, Cut] = {"site": _site, "sector": _sector, **_SUBGROUPS}
#: Unit to its populations, numerators and cuts.
UNITS: dict[
    str, tuple[dict[str, Callable[[Facts], Population]], dict[str, Callable[[Facts], set[str]]], dict[str, Cut]]
] = {
    "learners": (
        {
            "learners": _learners,
            "placed_learners": _placed,
            "evaluated_learners": _evaluated,
            "graduated_concentrators": _graduated,
        },
        {
            "begun_experience": lambda facts: facts.of_learners(lambda each: True),
            "counted_experience": lambda facts: facts.of_learners(lambda each: each.counts),
            "paid_experience": lambda facts: facts.of_learners(lambda each: each.paid),
            "three_qualities": lambda facts: facts.of_learners(lambda each: each.qualities == len(QUALITIES)),
            "grown_network": lambda facts: {id for id, gained in facts.growth().items() if gained > 0},
            "on_site_experience": lambda facts: facts.of_learners(lambda each: each.mode in ON_SITE),
        },
        {**_COMMON, "grade": _grade},
    ),
    "experiences": (
        {"begun_experiences": _begun_experiences},
        {
            "counted": lambda facts: {id for id, each in facts.in_period.items() if each.counts},
            "paid": lambda facts: {id for id, each in facts.in_period.items() if each.paid},
        },
        {**_COMMON, "activity": _activity, "mode": _mode},
    ),
}

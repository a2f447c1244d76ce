"""A study fixed before its outcomes are opened: who, how assigned, what will be looked at. Then hashed.

The digest covers everything that could be chosen after the fact. A report names it and refuses a study that
no longer has it, so a reader can tell what was planned from what was found.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, Self

from graph_service.errors import InvalidRecord, StudyChanged
from graph_service.measures.cohort.attrition import Assumption

Design = Literal["lottery", "matched", "single_group"]
Unit = Literal["learner", "site"]
ArmName = Literal["treatment", "comparison"]
OutcomeKind = Literal["mean", "count", "share"]

DIGEST_VERSION = "study/2"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What will be looked at: a measure of the catalogue, the domain it is tested in, and its role.

    `kind`: `count` adds a rate ratio, `share` (a yes/no measure) a Cox index.
    """

    measure: str
    domain: str
    confirmatory: bool
    kind: OutcomeKind = "mean"


@dataclass(frozen=True, slots=True)
class Assigned:
    """One learner of the baseline sample: the arm that the learner (or the site) was assigned to.

    `excluded`: code of the declared exclusion that applies to the learner at baseline.
    """

    learner: str
    arm: ArmName
    site: str | None = None
    block: str | None = None
    excluded: str | None = None

    def leaf(self) -> str:
        """The hash of this assignment: what of it goes into the study's digest."""
        return hashlib.sha256(_text(asdict(self)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A rule, known at baseline, by which a learner of the sample is not analysed in either arm."""

    code: str
    rule: str


@dataclass(frozen=True, slots=True)
class Study:
    """The plan. Construct it, `seal` it, open the outcomes, `report` on it.

    Attributes:
        title: of the study.
        design: lottery (assigned at random), matched (a chosen comparison), single_group (none).
        unit: of assignment: the learner, or the site with all its learners.
        assigned_on: day of the assignment; for a single group, of the start.
        waves: ids of the baseline wave and the outcome wave.
        sample: the baseline sample with arm, site and block (lottery block or matched set).
        outcomes: confirmatory and exploratory ones; all others are reported as undeclared and exploratory.
        exclusions: rules for leaving learners out of both arms.
        attrition: which of WWC's boundaries applies: `optimistic` only where the programme cannot itself
            make learners drop out.
        icc, r2: assumed for the minimum detectable effect.
        parameters: measure parameters (half-life, thresholds, layer, model), as name and value.

    Raises InvalidRecord with every problem found.

    >>> sample = (Assigned("l1", "treatment"), Assigned("l2", "comparison"))
    >>> outcome = Outcome("network_size", "quantity", confirmatory=True)
    >>> study = Study("Near peers", "lottery", "learner", date(2026, 9, 1), ("w1", "w2"), sample, (outcome,))
    >>> seal(study, date(2026, 9, 2)).digest == study.digest()
    True
    """

    title: str
    design: Design
    unit: Unit
    assigned_on: date
    waves: tuple[str, str]
    sample: tuple[Assigned, ...]
    outcomes: tuple[Outcome, ...]
    exclusions: tuple[Exclusion, ...] = ()
    attrition: Assumption = "cautious"
    icc: float = 0.1
    r2: float = 0.0
    parameters: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        problems = [
            {"field": field, "found": found, "expected": expected} for field, found, expected in _problems(self)
        ]
        if problems:
            first = "{field}: found {found}, expected {expected}".format(**problems[0])
            raise InvalidRecord(f"The study is not a plan that can be followed: {first}.", problems=problems)

    def canonical(self) -> str:
        """The study as JSON text that does not depend on the order in which it was written down."""
        content = asdict(self) | {"assigned_on": self.assigned_on.isoformat(), "version": DIGEST_VERSION}
        content["sample"] = sorted(content["sample"], key=lambda row: str(row["learner"]))
        content["outcomes"] = sorted(content["outcomes"], key=lambda row: str(row["measure"]))
        content["exclusions"] = sorted(content["exclusions"], key=lambda row: str(row["code"]))
        content["parameters"] = sorted(content["parameters"])
        return _text(content)

    def digest(self, gone: Iterable[str] = ()) -> str:
        """SHA-256 of the canonical text, each assignment by its own hash.

        gone: hashes of the assignments of learners who were erased since: without them nobody could tell an erasure
        from a changed sample.
        """
        content = json.loads(self.canonical())
        content["sample"] = sorted([*(row.leaf() for row in self.sample), *gone])
        return hashlib.sha256(_text(content).encode()).hexdigest()

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """A study from the mapping that `canonical` writes."""
        return cls(
            title=content["title"],
            design=content["design"],
            unit=content["unit"],
            assigned_on=date.fromisoformat(content["assigned_on"]),
            waves=(content["waves"][0], content["waves"][1]),
            sample=tuple(Assigned(**row) for row in content["sample"]),
            outcomes=tuple(Outcome(**row) for row in content["outcomes"]),
            exclusions=tuple(Exclusion(**row) for row in content["exclusions"]),
            attrition=content["attrition"],
            icc=content["icc"],
            r2=content["r2"],
            parameters=tuple((name, value) for name, value in content["parameters"]),
        )


@dataclass(frozen=True, slots=True)
class Seal:
    """The digest of a study and the day it was fixed."""

    digest: str
    sealed_on: date


def seal(study: Study, on: date) -> Seal:
    """Fixes a study. Store the seal where the study's authors cannot change it."""
    return Seal(study.digest(), on)


def require_sealed(study: Study, sealed: Seal, opened_on: date, gone: Iterable[str] = ()) -> None:
    """Raises StudyChanged when the study is not the sealed one, or was sealed after outcomes were opened."""
    if study.digest(gone) != sealed.digest:
        raise StudyChanged("The study was changed after it was fixed: its digest is another one.")
    if sealed.sealed_on > opened_on:
        raise StudyChanged("The study was fixed after its outcomes had been opened.")


def _text(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _problems(study: Study) -> list[tuple[str, Any, str]]:
    found: list[tuple[str, Any, str]] = []
    arms = Counter(row.arm for row in study.sample)
    if not study.sample:
        found.append(("sample", 0, "at least one learner"))
    if study.design == "single_group" and arms["comparison"]:
        found.append(("sample", arms["comparison"], "no comparison arm in a single group"))
    if study.design != "single_group" and study.sample and 0 in (arms["treatment"], arms["comparison"]):
        found.append(("sample", dict(arms), "learners in both arms"))
    twice = sum(count - 1 for count in Counter(row.learner for row in study.sample).values())
    if twice:
        found.append(("sample", twice, "each learner once"))
    if study.unit == "site":
        if any(row.site is None for row in study.sample):
            found.append(("sample.site", None, "a site for every learner when sites are assigned"))
        arms_of: dict[str | None, set[str]] = {}
        for row in study.sample:
            arms_of.setdefault(row.site, set()).add(row.arm)
        split = sum(len(names) > 1 for names in arms_of.values())
        if split:
            found.append(("sample.site", split, "one arm per site when sites are assigned"))
    if len({outcome.measure for outcome in study.outcomes}) < len(study.outcomes):
        found.append(("outcomes", len(study.outcomes), "each measure once"))
    if not any(outcome.confirmatory for outcome in study.outcomes):
        found.append(("outcomes", 0, "at least one confirmatory outcome"))
    if study.waves[0] == study.waves[1]:
        found.append(("waves", study.waves[0], "two waves"))
    if not (0 <= study.icc < 1 and 0 <= study.r2 < 1):
        found.append(("icc, r2", (study.icc, study.r2), "shares of variance below 1"))
    return found

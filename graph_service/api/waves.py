"""Waves: take a dated look at the programme, freeze it, compute it again. Studies: fix one, open its outcomes."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Path
from pydantic import BaseModel, BeforeValidator, Field, StrictBool, StrictStr

from graph_service.api.access import Asking, Running, desk
from graph_service.api.models import TEXT, Base, no_text
from graph_service.api.resources import READS, WRITES, problems
from graph_service.api.routing import Router
from graph_service.desks.measured import chosen

router = Router(prefix="/waves", tags=["waves"], dependencies=[Depends(desk("waves"))])
Name = Annotated[str, Path(max_length=300, pattern=r"^[^/\x00-\x1f\x7f]+$", description="name of the wave")]


class NewWave(Base):
    """A look to take."""

    name: Annotated[
        StrictStr, Field(min_length=1, max_length=300, pattern=r"^[^/\x00-\x1f\x7f]+$", examples=["autumn"])
    ]
    as_of: date | None = Field(None, description="the day to look at; default today", examples=["2026-10-01"])
    measures: list[Annotated[StrictStr, Field(max_length=60, pattern=TEXT)]] = Field(
        [], max_length=80, description="ids of measures; default: the usual ones", examples=[["network_size"]]
    )


class Aggregate(BaseModel):
    """One measure over everybody on the roster."""

    n: int
    null: int
    mean: float | None
    sd: float | None


class WaveTaken(BaseModel):
    """A stored wave."""

    id: str
    version: int
    key: str = Field(examples=["autumn"])
    as_of: date
    known_revision: int
    model: str
    measures: list[str]
    learners: int
    roster_hash: str | None
    results_hash: str | None
    aggregates: dict[str, Aggregate]
    catalogue: str
    code: str
    taken: date | None
    released_on: date | None
    erased: int


class Recomputed(BaseModel):
    """A wave computed again from what was known then."""

    key: str
    same: bool = Field(description="bit for bit, with nobody missing")
    compared: int
    erased: int = Field(description="people erased since it was taken")
    differing: dict[str, int]
    missing: int
    added: int
    sentence: str


def told(wave: Any) -> WaveTaken:
    """A wave as it is answered."""
    return WaveTaken(**{name: getattr(wave, name) for name in WaveTaken.model_fields})


@router.post("", operation_id="take_wave", status_code=201, responses=problems(*WRITES))
def take_wave(running: Running, who: Asking, body: NewWave) -> WaveTaken:
    """Store a dated look at the whole programme; one that is not released yet is taken anew."""
    waves = running.programme.waves
    costly = [id for id in body.measures if id not in chosen((), ())]
    measures = chosen(body.measures, costly) if body.measures else None
    return told(waves.take(body.name, body.as_of or running.today(), measures=measures, actor=who))


@router.post("/{name}/release", operation_id="release_wave", responses=problems(*WRITES))
def release_wave(running: Running, who: Asking, name: Name) -> WaveTaken:
    """Freeze a wave's results for good: evaluators read released waves only."""
    return told(running.programme.waves.release(name, actor=who))


@router.get("/{name}/recomputed", operation_id="recompute_wave", responses=problems(*READS))
def recompute_wave(running: Running, name: Name) -> Recomputed:
    """Compute a wave again: the same bit for bit, or what became of it."""
    found = running.programme.waves.recompute(name)
    same = ("same", "compared", "erased", "differing", "missing", "added")
    return Recomputed(key=found.wave.key, sentence=found.sentence(), **{each: getattr(found, each) for each in same})


studies = Router(prefix="/studies", tags=["studies"], dependencies=[Depends(desk("waves"))])
Key = Annotated[StrictStr, Field(max_length=300, pattern=TEXT)]


class NewOutcome(Base):
    """What the study will look at."""

    measure: Annotated[StrictStr, Field(max_length=60, pattern="^[a-z0-9_]+$", examples=["network_size"])]
    domain: Annotated[StrictStr, Field(max_length=60, pattern=TEXT, examples=["quantity"])]
    confirmatory: StrictBool
    kind: Literal["mean", "count", "share"] = "mean"


class NewExclusion(Base):
    """A rule, known at baseline, by which learners are in no arm."""

    code: Annotated[StrictStr, Field(min_length=1, max_length=60, pattern=TEXT)]
    rule: Annotated[StrictStr, Field(min_length=1, max_length=300, pattern=TEXT)]


class NewAssignment(Base):
    """One learner of the baseline sample, by own key."""

    learner: Annotated[StrictStr, Field(min_length=1, max_length=300, pattern=TEXT)]
    arm: Literal["treatment", "comparison"]
    site: Key | None = None
    block: Key | None = None
    excluded: Key | None = Field(None, description="code of the exclusion that applies")


class NewStudy(Base):
    """A study to fix: its plan and its baseline sample."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=300, pattern=r"^[^/\x00-\x1f\x7f]+$", examples=["near"])]
    title: Annotated[StrictStr, Field(min_length=1, max_length=300, pattern=TEXT)]
    design: Literal["lottery", "matched", "single_group"]
    unit: Literal["learner", "site"]
    assigned_on: date
    waves: tuple[Key, Key] = Field(description="baseline and outcome; the outcome wave is not taken yet")
    outcomes: list[NewOutcome] = Field(min_length=1, max_length=80)
    exclusions: list[NewExclusion] = Field([], max_length=80)
    attrition: Literal["cautious", "optimistic"] = "cautious"
    icc: Annotated[float, Field(ge=0, lt=1), BeforeValidator(no_text)] = 0.1
    r2: Annotated[float, Field(ge=0, lt=1), BeforeValidator(no_text)] = 0.0
    sample: list[NewAssignment] = Field(min_length=1, max_length=100_000)


class StudyFixed(BaseModel):
    """A study as it is stored."""

    study: str
    digest: str = Field(description="SHA-256 of plan and sample")
    learners: int
    sealed_on: date
    opened_on: date | None


def _fixed(stored: Any) -> StudyFixed:
    same = {name: getattr(stored, name) for name in ("digest", "sealed_on", "opened_on")}
    return StudyFixed(study=stored.key, learners=len(stored.leaves), **same)


@studies.post("", operation_id="fix_study", status_code=201, responses=problems(*WRITES))
def fix_study(running: Running, who: Asking, body: NewStudy) -> StudyFixed:
    """Fix a study with its digest, before its outcome wave is taken."""
    plan = body.model_dump(exclude={"name", "sample"})
    sample = [each.model_dump() for each in body.sample]
    return _fixed(running.programme.studies.fix(body.name, plan, sample, actor=who))


@studies.post("/{name}/open", operation_id="open_study", responses=problems(*WRITES))
def open_study(running: Running, who: Asking, name: Name) -> StudyFixed:
    """Open a study's outcomes, once both of its waves are taken; the day is written down once."""
    return _fixed(running.programme.studies.open(name, actor=who))

"""Waves: take a dated look at the programme, freeze it, compute it again, hold two against each other."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Path
from pydantic import BaseModel, Field, StrictStr

from graph_service.api.access import Asking, Running, desk
from graph_service.api.models import TEXT, Base
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

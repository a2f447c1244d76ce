"""Sectors as the generator knows them: industry and occupation codes, how many hire, how many aim there."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Sectors:
    """One row per career cluster, in the order of the file; occupations by tier (near peer, mid, senior)."""

    codes: tuple[str, ...]
    naics: tuple[str, ...]
    nouns: tuple[str, ...]
    occupations: tuple[str, ...]
    employers: tuple[int, ...]
    goals: tuple[int, ...]


@cache
def sectors() -> Sectors:
    """The shipped table: what hires and what learners aim for differ, as they do in the field.

    >>> len(sectors().codes), len(sectors().occupations)
    (14, 42)
    """
    text = (files("loaders.synthetic") / "data" / "sectors.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return Sectors(
        codes=tuple(row["code"] for row in rows),
        naics=tuple(row["naics"] for row in rows),
        nouns=tuple(row["noun"] for row in rows),
        occupations=tuple(row[tier] for row in rows for tier in ("near", "mid", "senior")),
        employers=tuple(int(row["employers"]) for row in rows),
        goals=tuple(int(row["goals"]) for row in rows),
    )

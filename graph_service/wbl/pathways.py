"""Priorities out of labour-market tables, and course sequences with learners' progress along them."""

from collections import Counter
from dataclasses import dataclass

from graph_service.wbl.work import Row, Work, grouped, share

ONGOING = ("requested", "matched", "agreed", "oriented", "running")


@dataclass(frozen=True)
class WageRule:
    """When an occupation is in demand and pays enough for a family.

    yearly: pay of a year from which it sustains a family in the programme's area; openings: of a year; years: how
    old a table may be. Each programme states its own; the shipped figures are an example, not a fact.
    """

    yearly: float = 52000.0
    openings: float = 100.0
    years: int = 2
    source: str = "example rule; state your own with its source"


@dataclass(frozen=True)
class Priority:
    """One occupation of a table: demand, pay, who aims there, who hires there, and what is missing."""

    soc: str
    title: str
    area: str
    year: int
    sector: str | None
    openings: float | None
    growth: float | None
    median_wage: float | None
    in_demand: bool | None
    family_sustaining: bool | None
    listed: bool
    outdated: bool
    learners_aiming: int
    employers: int
    open_places: int
    gap: int
    rule: str
    source: str


@dataclass(frozen=True)
class Pathway:
    """A course sequence: courses, activities embedded in it, learners on it and how far they are."""

    id: str
    name: str
    institution: str | None
    sector: str
    courses: int
    with_activity: int
    learners: int
    reached: float | None
    missed: int
    concentrators: int


def priorities(work: Work, rule: WageRule | None = None) -> tuple[Priority, ...]:
    """Occupations, those that are in demand and sustain a family first, with the gap to recruit for.

    gap: learners who aim for the sector beyond its open places.
    """
    chosen = rule or WageRule()
    listed = {row["soc"] for row in work.current("priority")}
    aiming = Counter(goal for row in _learners(work) for goal in row["goals"])
    hiring = Counter(row["sector"] for row in work.organizations.values() if row["kind"] == "employer")
    taken = Counter(row["slot"] for row in work.experiences.values() if row["slot"] and row["state"] in ONGOING)
    places = Counter[str]()
    for row in work.current("slot"):
        places[row["sector"] or ""] += max(0, row["places"] - taken[row["id"]])
    found = []
    for row in work.rows("occupation"):
        sector, wage, openings = row["sector"], row["median_wage"], row["openings"]
        free = places[sector or ""]
        found.append(
            Priority(
                row["soc"], row["title"], row["area"], row["year"], sector, openings, row["growth"], wage,
                None if openings is None else openings >= chosen.openings and (row["growth"] or 0) >= 0,
                None if wage is None else wage >= chosen.yearly, row["soc"] in listed,
                row["year"] < work.as_of.year - chosen.years, aiming[sector], hiring[sector], free,
                max(0, aiming[sector] - free), f"{chosen.yearly:.0f} a year, {chosen.openings:.0f} openings",
                row["source"],
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (not (each.in_demand and each.family_sustaining), -each.gap, each.soc)))


def pathways(work: Work) -> tuple[Pathway, ...]:
    """Course sequences of today, by cluster."""
    courses = grouped(work.rows("course"), "pathway")
    reached = grouped(work.rows("milestone"), "course")
    status = grouped([row for row in work.current("programme_status") if row["pathway"]], "pathway")
    found = []
    for row in work.current("pathway"):
        steps = courses.get(row["id"], [])
        marks = [mark for step in steps for mark in reached.get(step["id"], [])]
        done = sum(1 for mark in marks if mark["state"] == "reached")
        found.append(
            Pathway(
                row["id"], row["name"], work.name(row["organization"]), row["sector"], len(steps),
                sum(1 for step in steps if step["activity"]), len({mark["learner"] for mark in marks}),
                share(done, len(marks)), sum(1 for mark in marks if mark["state"] == "missed"),
                sum(1 for each in status.get(row["id"], []) if each["status"] != "participant"),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.sector, each.id)))


def _learners(work: Work) -> list[Row]:
    found = [row for row in work.rows("person") if "learner" in row["roles"]]
    return [row for row in found if work.seen is None or row["id"] in work.seen]

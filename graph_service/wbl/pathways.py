"""Priorities out of labour-market tables, and course sequences with learners' progress along them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from graph_service.wbl.wages import WageRule, read
from graph_service.wbl.work import Row, Work, grouped, share

ONGOING = ("requested", "matched", "agreed", "oriented", "running")


@dataclass(frozen=True)
class Priority:
    """One occupation of a table: demand, pay, who aims there, who hires there, and what is missing.

    in_demand, family_sustaining: by the rule, null where the tables do not say. outdated: older than the rule allows.
    """

    soc: str
    title: str
    area: str
    year: int | None
    sector: str | None
    openings: float | None
    growth: float | None
    median_wage: float | None
    in_demand: bool | None
    family_sustaining: bool | None
    job_zone: int | None
    listed: bool
    outdated: bool | None
    learners_aiming: int
    employers: int
    open_places: int
    gap: int
    rule: str
    source: str


@dataclass(frozen=True)
class Pathway:
    """A course sequence: courses, activities embedded in it, learners on it and how far they are; where it leads."""

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
    occupations: tuple[str, ...]
    in_demand: int


def priorities(work: Work, rule: WageRule | None = None) -> tuple[Priority, ...]:
    """Occupations, those that are in demand and sustain a family first, with the gap to recruit for.

    gap: learners who aim for the sector beyond its open places. Sector and preparation come from the crosswalks
    where the table of occupations does not say them.
    """
    chosen = rule or read()
    listed = {row["soc"] for row in work.current("priority")}
    zones, clusters = meanings(work, "job_zone"), meanings(work, "soc_cluster")
    aiming = Counter(goal for row in work.learners for goal in row["goals"])
    industries = meanings(work, "naics_cluster")
    hiring = Counter(sector_of(row, industries) for row in work.organizations.values() if row["kind"] == "employer")
    taken = Counter(row["slot"] for row in work.experiences.values() if row["slot"] and row["state"] in ONGOING)
    places = Counter[str]()
    for row in work.current("slot"):
        places[row["sector"] or ""] += max(0, row["places"] - taken[row["id"]])
    found = []
    for row in work.rows("occupation"):
        wage, openings, growth = row["median_wage"], row["openings"], row["growth"]
        sector = row["sector"] or next(iter(clusters.get(row["soc"], ())), None)
        zone = row["job_zone"] or next((int(each) for each in zones.get(row["soc"], ())), None)
        free = places[sector or ""]
        demanded = None if openings is None else openings >= chosen.openings and (growth or 0) >= chosen.growth
        found.append(
            Priority(
                row["soc"], row["title"], row["area"], row["year"], sector, openings, growth, wage,
                demanded and (zone is None or zone <= chosen.job_zone),
                None if wage is None else wage >= chosen.yearly, zone, row["soc"] in listed,
                None if row["year"] is None else row["year"] < work.as_of.year - chosen.years, aiming[sector],
                hiring[sector], free, max(0, aiming[sector] - free), str(chosen), row["source"],
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (not (each.in_demand and each.family_sustaining), -each.gap, each.soc)))


def meanings(work: Work, scheme: str) -> dict[str, tuple[str, ...]]:
    """What each code of a crosswalk means, in order; of several editions the latest counts."""
    rows = [row for row in work.rows("crosswalk") if row["scheme"] == scheme]
    latest = max((row["edition"] for row in rows), default="") if scheme == "cip_soc" else None
    found: dict[str, list[str]] = {}
    for row in rows:
        if latest is None or row["edition"] == latest:
            found.setdefault(row["code"], []).append(row["means"])
    return {code: tuple(sorted(means)) for code, means in found.items()}


def sector_of(organization: Row, clusters: Mapping[str, tuple[str, ...]]) -> str | None:
    """The career cluster of an employer: its own, else that of its industry by the longest code that is known."""
    sector: str | None = organization["sector"]
    code = organization["naics"] or ""
    if sector is None:
        return next((clusters[code[:end]][0] for end in range(len(code), 1, -1) if code[:end] in clusters), None)
    return sector


def pathways(work: Work, rule: WageRule | None = None) -> tuple[Pathway, ...]:
    """Course sequences of today, by cluster."""
    courses = grouped(work.rows("course"), "pathway")
    reached = grouped(work.rows("milestone"), "course")
    status = grouped([row for row in work.current("programme_status") if row["pathway"]], "pathway")
    leads, sought = meanings(work, "cip_soc"), {each.soc for each in priorities(work, rule) if each.in_demand}
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
                leads.get(row["cip"] or "", ()), sum(1 for soc in leads.get(row["cip"] or "", ()) if soc in sought),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.sector, each.id)))

"""Employers: level of engagement, asks and answers, contacts, silence, hosting from year to year; champions."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from graph_service.wbl.work import Row, Work, grouped, share

#: Days within which a second ask is shown before it is made, and days without a contact that count as silence.
WINDOW, SILENCE = 7, 90
#: The benchmark of the field: one employer in ten at the highest level.
HIGHEST, BENCHMARK = 5, 0.10
#: From a first meeting back to hosting on site, by level of engagement.
WAY_BACK = (
    "meet",
    "virtual talk to a group",
    "simulated or school-based project",
    "virtual internship",
    "host on site",
)
REAL = ("running", "evaluated", "closed", "thanked", "ended_early")


@dataclass(frozen=True)
class Employer:
    """One employer. `second_ask`: another school asked within the window; yes_rate: of the asks answered."""

    key: str
    name: str
    sector: str | None
    level: int | None
    owner: str | None
    contacts: int
    single_thread: bool
    asks: int
    asks_this_month: int
    yes_rate: float | None
    second_ask: bool
    last_contact: date | None
    silent: bool
    hosted_this_year: int
    hosted_last_year: int
    places: int
    next_step: str


@dataclass(frozen=True)
class Engagement:
    """All employers together; intensity = sum(level * count) / count."""

    employers: int
    intensity: float | None
    at_highest: float | None
    benchmark: float
    retention: float | None
    top_five_share: float | None


@dataclass(frozen=True)
class Champion:
    """Somebody of an employer who speaks for work-based learning."""

    person_id: str
    organization: str | None
    sector: str | None
    since: date
    reason: str | None


def employers(work: Work, window: int = WINDOW, silence: int = SILENCE) -> tuple[Employer, ...]:
    """Every employer, most engaged first."""
    asked, hosted = grouped(work.rows("employer_ask"), "organization"), _hosted(work)
    engaged = {row["organization"]: row for row in work.current("engagement")}
    staff = grouped([row for row in work.current("affiliation") if row["relation"] == "works_at"], "organization")
    places = Counter[str]()
    for row in work.current("slot"):
        places[row["host"]] += row["places"]
    last = _last_contacts(work)
    year = work.as_of - timedelta(days=365)
    found = []
    for id, row in work.organizations.items():
        if row["kind"] != "employer":
            continue
        asks, days = asked.get(id, []), hosted.get(id, [])
        answered = [each for each in asks if each["answer"] in ("yes", "no", "later")]
        now = sum(1 for each in days if year < each <= work.as_of)
        before = sum(1 for each in days if year - timedelta(days=365) < each <= year)
        people = len({each["person"] for each in staff.get(id, [])})
        level = engaged.get(id)
        seen = last.get(id)
        owner = work.keys.get(level["owner"] or "") if level else None
        found.append(
            Employer(
                row["key"], row["name"], row["sector"], level["level"] if level else None, owner, people, people == 1,
                len(asks), sum(1 for each in asks if each["date"] > work.as_of - timedelta(days=30)),
                share(sum(1 for each in answered if each["answer"] == "yes"), len(answered)),
                second_ask(asks, window), seen, seen is None or seen < work.as_of - timedelta(days=silence),
                now, before, places[id], _next(level["level"] if level else 0, now),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-(each.level or 0), each.key)))


def second_ask(asks: list[Row], window: int = WINDOW) -> bool:
    """Whether two different schools asked the same employer within the window (days)."""
    ordered = sorted(asks, key=lambda each: each["date"])
    return any(a["school"] != b["school"] and (b["date"] - a["date"]).days <= window for a, b in pairwise(ordered))


def conflicts(work: Work, organization: str, school: str | None, on: date, window: int = WINDOW) -> tuple[Row, ...]:
    """Asks of other schools within the window: shown before another ask is made, to be bundled or handed on."""
    near = (row for row in work.rows("employer_ask") if row["organization"] == organization)
    return tuple(row for row in near if row["school"] != school and abs((row["date"] - on).days) <= window)


def engagement(work: Work) -> Engagement:
    """Intensity, share at the highest level against the benchmark, retention of hosts, concentration."""
    every = employers(work)
    levels = [each.level for each in every if each.level is not None]
    hosts = [each for each in every if each.hosted_last_year]
    sizes = sorted((each.hosted_this_year for each in every), reverse=True)
    return Engagement(
        len(every),
        share(sum(levels), len(levels)),
        share(sum(1 for each in levels if each == HIGHEST), len(levels)),
        BENCHMARK,
        share(sum(1 for each in hosts if each.hosted_this_year), len(hosts)),
        share(sum(sizes[:5]), sum(sizes)),
    )


def champions(work: Work) -> tuple[Champion, ...]:
    """Champions of today, by employer."""
    found = []
    for row in work.current("champion"):
        place = work.organizations.get(row["organization"])
        name, sector = (place["name"], place["sector"]) if place else (None, None)
        found.append(Champion(work.keys[row["person"]], name, sector, row["since"], row["reason"]))
    return tuple(sorted(found, key=lambda each: (each.organization or "", each.person_id)))


def _hosted(work: Work) -> dict[str, list[date]]:
    """First days of experiences that really took place, by host."""
    found: dict[str, list[date]] = {}
    for row in work.experiences.values():
        if row["host"] and row["since"] and row["state"] in REAL:
            found.setdefault(row["host"], []).append(row["since"])
    return found


def _last_contacts(work: Work) -> dict[str, date]:
    """The last contact that each organisation hosted."""
    import pyarrow.compute as pc

    table = work.tables.table("interaction")
    table = table.filter(pc.and_(pc.is_null(table["ended"]), pc.is_valid(table["host"])))
    table = table.filter(pc.less_equal(table["date"], work.as_of))
    latest = table.group_by("host").aggregate([("date", "max")])
    return dict(zip(latest["host"].to_pylist(), latest["date_max"].to_pylist(), strict=True))


def _next(level: int, hosted: int) -> str:
    """The next step towards hosting on site, by where an employer stands."""
    if hosted:
        return "host again" if level < HIGHEST else "share the lead"
    return WAY_BACK[min(level, 4)]

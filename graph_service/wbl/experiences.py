"""Experiences: where they stand, what may come next, quality, and whether Perkins V counts them."""

from dataclasses import dataclass
from datetime import date

from graph_service.records.vocabulary import vocabulary
from graph_service.wbl.visits import Schedule
from graph_service.wbl.work import Row, Work, grouped, share

#: Activities that are one-off by nature: they never count as work-based learning under Perkins V.
ONE_OFF = ("career_fair", "guest_speaker", "panel", "worksite_tour", "informational_interview")
#: Sustained: at least so many hours, over at least so many days of work.
HOURS, SESSIONS = 20, 3
#: From this mean score of 1 to 5 on, a quality is present.
PRESENT = 4.0
QUALITIES = ("clarity", "supervision", "skills")


@dataclass(frozen=True)
class Experience:
    """One experience. `counts` is the Perkins V rule, `because` what is missing; visit_due: of a running one."""

    id: str
    learner: str
    activity: str
    ceds: str | None
    mode: str
    stage: str
    state: str
    next_states: tuple[str, ...]
    host: str | None
    since: date | None
    until: date | None
    hours_logged: float
    sessions: int
    visits: int
    visit_due: date | None
    signatures: int
    failed_rules: tuple[str, ...]
    clarity: float | None
    supervision: float | None
    skills: float | None
    qualities: int | None
    paid: bool
    tailored: bool
    counts: bool
    because: tuple[str, ...]


def experiences(work: Work, schedule: Schedule | None = None) -> tuple[Experience, ...]:
    """Every experience in scope, the latest first. schedule: of visits; default that of the shipped rule file."""
    schedule = schedule or Schedule()
    hours, visits = work.of_experience("hour_log"), work.of_experience("visit")
    signed, checked = work.of_experience("agreement"), work.of_experience("placement_check")
    judged = work.of_experience("evaluation")
    kinds, states = vocabulary("activities").rows, vocabulary("experience_states").column("next")
    found = []
    for id, row in work.experiences.items():
        worked = sum(each["hours"] for each in hours[id])
        because = missing(row, worked, len(hours[id]))
        scores = [mean([each[name] for each in judged[id]]) for name in QUALITIES]
        known = [each for each in scores if each is not None]
        found.append(
            Experience(
                id=id,
                learner=work.keys[row["learner"]],
                activity=row["activity"],
                ceds=kinds[row["activity"]]["ceds"] or None,
                mode=row["mode"],
                stage=kinds[row["activity"]]["stage"],
                state=row["state"],
                next_states=tuple(filter(None, states[row["state"]].split(";"))),
                host=work.name(row["host"]),
                since=row["since"],
                until=row["until"],
                hours_logged=worked,
                sessions=len(hours[id]),
                visits=len(visits[id]),
                visit_due=_visit_due(row, [each["date"] for each in visits[id]], schedule, work.as_of),
                signatures=len({each["party"] for each in signed[id]}),
                failed_rules=tuple(sorted({each["rule"] for each in checked[id] if each["result"] == "failed"})),
                clarity=scores[0],
                supervision=scores[1],
                skills=scores[2],
                qualities=sum(1 for each in known if each >= PRESENT) if len(known) == len(QUALITIES) else None,
                paid=row["paid"],
                tailored=row["tailored"],
                counts=not because,
                because=because,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.since is None, _late(each.since), each.id)))


#: States of a placement that took place and whose papers are still open.
UNCLOSED = ("running", "evaluated", "ended_early")


def over(row: Row, day: date) -> bool:
    """Whether a placement's last day has passed."""
    return row["until"] is not None and row["until"] < day


def unclosed(row: Row, day: date) -> bool:
    """Whether a placement ended before a day and nobody closed it."""
    return row["state"] in UNCLOSED and over(row, day)


def _visit_due(row: Row, visits: list[date], schedule: Schedule, day: date) -> date | None:
    """The day by which a running placement is to be visited next; none once its last day has passed."""
    if row["state"] != "running" or not row["since"] or over(row, day):
        return None
    return schedule.due(row["since"], visits)


def missing(row: Row, hours: float, sessions: int) -> tuple[str, ...]:
    """What an experience lacks to be counted: sustained, aligned with a course, a real or simulated workplace."""
    found = []
    if row["activity"] in ONE_OFF:
        found.append("one-off activity")
    if hours < HOURS:
        found.append(f"fewer than {HOURS} hours")
    if sessions < SESSIONS:
        found.append(f"fewer than {SESSIONS} sessions")
    if not row["course"]:
        found.append("not aligned with a course")
    return tuple(found)


@dataclass(frozen=True)
class ModeQuality:
    """Quality in one mode: how many were evaluated, mean of each quality, share with all three (95% interval)."""

    mode: str
    experiences: int
    evaluated: int
    clarity: float | None
    supervision: float | None
    skills: float | None
    all_three: float | None
    all_three_low: float | None
    all_three_high: float | None
    paid: float | None


def by_mode(work: Work) -> tuple[ModeQuality, ...]:
    """Quality and pay of experiences that began, by mode: is the virtual one as good?"""
    begun = [each for each in experiences(work) if each.since is not None]
    found = []
    for mode in vocabulary("modes").codes:
        mine = [each for each in begun if each.mode == mode]
        judged = [each for each in mine if each.qualities is not None]
        clarity, supervision, skills = (mean([getattr(each, name) for each in judged]) for name in QUALITIES)
        whole = sum(1 for each in judged if each.qualities == len(QUALITIES))
        every, (low, high) = share(whole, len(judged)), wilson(whole, len(judged))
        paid = share(sum(each.paid for each in mine), len(mine))
        found.append(ModeQuality(mode, len(mine), len(judged), clarity, supervision, skills, every, low, high, paid))
    return tuple(found)


def wilson(part: int, whole: int, z: float = 1.959964) -> tuple[float | None, float | None]:
    """The 95% interval of a share (Wilson 1927); of nothing, nulls.

    >>> [round(each, 3) for each in wilson(5, 10)]
    [0.237, 0.763]
    """
    if not whole:
        return None, None
    middle = (part + z * z / 2) / (whole + z * z)
    half = z * (part * (whole - part) / whole + z * z / 4) ** 0.5 / (whole + z * z)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Slot:
    """Places on offer: how many are offered, taken, completed and free."""

    id: str
    host: str | None
    activity: str
    mode: str
    sector: str | None
    offered: int
    filled: int
    completed: int
    free: int
    since: date
    until: date | None
    paid: bool


def slots(work: Work) -> tuple[Slot, ...]:
    """Places of today, by host."""
    taken = grouped([row for row in work.experiences.values() if row["slot"]], "slot")
    found = []
    for row in work.current("slot"):
        mine = [each["state"] for each in taken.get(row["id"], [])]
        filled = sum(1 for each in mine if each not in ("declined", "cancelled"))
        done = sum(1 for each in mine if each in ("evaluated", "closed", "thanked"))
        found.append(
            Slot(
                row["id"], work.name(row["host"]), row["activity"], row["mode"], row["sector"], row["places"], filled,
                done, max(0, row["places"] - filled), row["since"], row["until"], row["paid"],
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.host or "", each.id)))


def mean(values: list[float | None]) -> float | None:
    """The mean of what is known; of nothing, null."""
    known = [each for each in values if each is not None]
    return sum(known) / len(known) if known else None


def _late(day: date | None) -> int:
    return -day.toordinal() if day else 0

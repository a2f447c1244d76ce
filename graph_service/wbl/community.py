"""One community: what its raters said and agreed on, evidence and gaps, focus areas, plan, coach's log."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.snapshot import Snapshot
from graph_service.wbl import instruments, planning
from graph_service.wbl.instruments import Instrument
from graph_service.wbl.reach import Gap, gaps
from graph_service.wbl.work import Row, Work, grouped

#: A round of assessment that was begun so many days ago is still the one that others add to.
OPEN_DAYS = 60


@dataclass(frozen=True)
class Said:
    """One rater's word on an element, in the latest round."""

    rater: str
    stage: str
    note: str | None
    date: date


@dataclass(frozen=True)
class Judged:
    """One element of the instrument: raters side by side, what they agreed on (with its version), what the round
    before said, and the kinds of record that show it (records, 0: a gap)."""

    element: str
    service_line: str
    text: Mapping[str, str]
    said: tuple[Said, ...]
    differ: bool
    consensus: str | None
    note: str | None
    version: int
    before: str | None
    change: int | None
    focus: bool
    evidence: tuple[tuple[str, int], ...]
    resources: tuple[str, ...]


@dataclass(frozen=True)
class PlanStep:
    """A priority step; version: the one that was read, for changing it."""

    id: str
    version: int
    text: str
    service_line: str
    element: str | None
    owner: str
    due: date
    state: str
    late: bool
    barrier: str | None


@dataclass(frozen=True)
class Meeting:
    """An entry of the coach's log."""

    date: date
    coach: str
    focus: str
    advice: str | None
    next_step: str | None


@dataclass(frozen=True)
class CommunityPage:
    """Everything for a coach's meeting.

    open_round: the round that a rating of today belongs to. focus: service lines with a focus area, weakest first.
    barriers: id and text of the open ones. gaps: sectors that its learners aim for and do not reach.
    """

    id: str
    name: str
    cohort: str
    lead: str | None
    coach: str | None
    instrument: str
    stages: tuple[str, ...]
    round: str | None
    open_round: str
    elements: tuple[Judged, ...]
    focus: tuple[str, ...]
    steps: tuple[PlanStep, ...]
    meetings: tuple[Meeting, ...]
    barriers: tuple[tuple[str, str], ...]
    gaps: tuple[Gap, ...]


def community_page(
    work: Work, snapshot: Snapshot, id: str, instrument: Instrument | None = None
) -> CommunityPage | None:
    """The page of a community; None where there is none."""
    row = next((each for each in work.rows("community") if each["id"] == id), None)
    if row is None:
        return None
    chosen = instrument or instruments.read()
    mine = {kind: [each for each in work.rows(kind) if each["community"] == id] for kind in BELONGS}
    round_ = _latest(mine["rating"] + mine["consensus"])
    elements = _elements(work, chosen, mine["rating"], mine["consensus"], round_)
    weak: dict[str, int] = {}
    for each in elements:
        if each.focus and each.consensus is not None:
            weak[each.service_line] = min(weak.get(each.service_line, 99), planning.number(each.consensus))
    open_ = [(each["id"], each["text"]) for each in mine["barrier"] if each["removed"] is None]
    return CommunityPage(
        id, row["name"], row["cohort"], work.name(row["lead"]), work.names.get(row["coach"] or ""),
        str(chosen), chosen.stages, round_, _open_round(work, mine["rating"], round_), elements,
        tuple(sorted(weak, key=lambda line: (weak[line], vocabulary("service_lines").codes.index(line)))),
        _steps(work, mine["action_step"]), _meetings(work, mine["coach_log"]), tuple(sorted(open_, key=lambda e: e[1])),
        gaps(_of_learners(work, row), snapshot),
    )  # fmt: skip


#: Kinds of record that belong to one community.
BELONGS = ("rating", "consensus", "action_step", "coach_log", "barrier")


def _latest(rows: list[Row]) -> str | None:
    return max(rows, key=lambda each: (each["date"], each["round"]))["round"] if rows else None


def _open_round(work: Work, ratings: list[Row], round_: str | None) -> str:
    """The latest round while it is young, else one of this month."""
    last = max((each["date"] for each in ratings if each["round"] == round_), default=None)
    if round_ is not None and last is not None and last >= work.as_of - timedelta(days=OPEN_DAYS):
        return round_
    return f"{work.as_of:%Y-%m}"


def _elements(
    work: Work, instrument: Instrument, ratings: list[Row], agreed: list[Row], round_: str | None
) -> tuple[Judged, ...]:
    said, settled = grouped(ratings, "element"), grouped(agreed, "element")
    library = grouped(work.rows("resource_item"), "service_line")
    found = []
    for each in instrument.elements:
        now = [row for row in said.get(each.id, []) if row["round"] == round_]
        course = sorted(settled.get(each.id, []), key=lambda row: row["date"])
        kept = next((row for row in course if row["round"] == round_), None)
        earlier = next((row for row in reversed(course) if row["round"] != round_), None)
        stage, before = (None if row is None else str(row["stage"]) for row in (kept, earlier))
        level = None if stage is None else planning.number(stage)
        found.append(
            Judged(
                each.id, each.service_line, each.text,
                tuple(
                    Said(work.names[row["rater"]], row["stage"], row["note"], row["date"])
                    for row in sorted(now, key=lambda row: (row["date"], work.names[row["rater"]]))
                ),
                len({row["stage"] for row in now}) > 1, stage, kept["note"] if kept else None,
                kept["version"] if kept else 0, before,
                None if level is None or before is None else level - planning.number(before),
                level is not None and level <= planning.FOCUS,
                tuple((kind, len(work.rows(kind))) for kind in each.evidence),
                tuple(
                    row["title"] for row in library.get(each.service_line, [])
                    if row["element"] in (None, "", each.id)
                ),
            )
        )  # fmt: skip
    return tuple(found)


def _steps(work: Work, rows: list[Row]) -> tuple[PlanStep, ...]:
    barriers = {row["id"]: row["text"] for row in work.rows("barrier")}
    found = [
        PlanStep(
            row["id"], row["version"], row["text"], row["service_line"], row["element"],
            work.names.get(row["owner"], "–"), row["due"], row["state"], planning.late(row, work.as_of),
            barriers.get(row["barrier"] or ""),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.state in planning.OVER, not each.late, each.due, each.id)))


def _meetings(work: Work, rows: list[Row]) -> tuple[Meeting, ...]:
    found = [
        Meeting(row["date"], work.names.get(row["coach"], "–"), row["focus"], row["advice"], row["next_step"])
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: each.date, reverse=True))


def _of_learners(work: Work, community: Row) -> Work:
    """The same records, with the learners of a community's sites alone."""
    return replace(work, seen=frozenset(planning.learners_of(work, community)), _kept={})

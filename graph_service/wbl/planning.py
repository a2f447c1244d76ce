"""Self-assessments and plans: what raters said, what they agreed on, which steps follow, communities side by side."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from graph_service.records.vocabulary import vocabulary
from graph_service.wbl.employers import REAL
from graph_service.wbl.work import Row, Work, grouped, share

#: Stages at which an element is a focus area.
FOCUS = 2
#: States of a step that waits for nobody any more.
OVER = ("done", "dropped")


@dataclass(frozen=True)
class Element:
    """One element of one community's latest assessment: raters, how far they differ, consensus, change."""

    community: str
    instrument: str
    element: str
    round: str
    raters: int
    lowest: int | None
    highest: int | None
    differ: bool
    consensus: int | None
    before: int | None
    change: int | None
    focus: bool


@dataclass(frozen=True)
class Step:
    """A priority step of a plan; late: due before today and not done."""

    community: str
    step: str
    service_line: str
    element: str | None
    owner: str
    due: date
    state: str
    late: bool
    barrier: str | None


@dataclass(frozen=True)
class Site:
    """One community beside the others: partners, plan, convenings, and what its learners have."""

    id: str
    community: str
    cohort: str
    members: int
    consensus_mean: float | None
    consensus_before: float | None
    focus_areas: int
    steps: int
    steps_done: int
    steps_late: int
    barriers_open: int
    coach_meetings: int
    attended: int
    learners: int
    with_experience: float | None
    virtual_share: float | None


def number(stage: str) -> int:
    """The place of a stage of implementation, 1 to 5."""
    return int(vocabulary("implementation_stages").rows[stage]["number"])


def assessment(work: Work) -> tuple[Element, ...]:
    """The latest round of every community, element by element; contradictory ratings are shown, never averaged."""
    names = {row["id"]: row["name"] for row in work.rows("community")}
    rated = grouped(work.rows("rating"), "community")
    agreed = grouped(work.rows("consensus"), "community")
    found = []
    for id, name in names.items():
        ratings, consensus = grouped(rated.get(id, []), "element"), grouped(agreed.get(id, []), "element")
        for element in sorted({*ratings, *consensus}):
            found.append(_element(name, element, ratings.get(element, []), consensus.get(element, [])))
    return tuple(sorted(found, key=lambda each: (each.community, each.element)))


def _element(community: str, element: str, ratings: list[Row], agreed: list[Row]) -> Element:
    every = sorted([*ratings, *agreed], key=lambda each: each["date"])
    latest = every[-1]
    stages = [number(each["stage"]) for each in ratings if each["round"] == latest["round"]]
    course = [(each["round"], number(each["stage"])) for each in sorted(agreed, key=lambda each: each["date"])]
    now = next((stage for round_, stage in reversed(course) if round_ == latest["round"]), None)
    before = next((stage for round_, stage in reversed(course) if round_ != latest["round"]), None)
    return Element(
        community, latest["instrument"], element, latest["round"], len(stages), min(stages, default=None),
        max(stages, default=None), len(set(stages)) > 1, now, before,
        None if now is None or before is None else now - before, now is not None and now <= FOCUS,
    )  # fmt: skip


def steps(work: Work) -> tuple[Step, ...]:
    """All steps of all plans, what is late first."""
    names = {row["id"]: row["name"] for row in work.rows("community")}
    barriers = {row["id"]: row["text"] for row in work.rows("barrier")}
    found = []
    for row in work.rows("action_step"):
        found.append(
            Step(
                names[row["community"]], row["text"], row["service_line"], row["element"], work.keys[row["owner"]],
                row["due"], row["state"], late(row, work.as_of), barriers.get(row["barrier"] or ""),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (not each.late, each.due, each.community, each.step)))


def late(step: Row, day: date) -> bool:
    """Whether a step was due before a day and still waits."""
    return bool(step["due"] < day and step["state"] not in OVER)


def sites(work: Work) -> tuple[Site, ...]:
    """Communities of a cohort side by side."""
    elements, plan = grouped_by_name(assessment(work)), Counter[tuple[str, str]]()
    for step in steps(work):
        plan[step.community, "all"] += 1
        plan[step.community, step.state] += 1
        plan[step.community, "overdue"] += step.late
    barriers = Counter(row["community"] for row in work.rows("barrier") if row["removed"] is None)
    coached = Counter(row["community"] for row in work.rows("coach_log"))
    came = Counter(row["community"] for row in work.rows("attendance"))
    at_school = _enrolled(work)
    begun = [row for row in work.experiences.values() if row["state"] in REAL]
    found = []
    for row in work.rows("community"):
        rated, name = elements.get(row["name"], []), row["name"]
        members = set(row["members"])
        learners = _inside(at_school, members)
        mine = [each for each in begun if each["learner"] in learners]
        found.append(
            Site(
                row["id"], name, row["cohort"], len(members), _mean([each.consensus for each in rated]),
                _mean([each.before for each in rated]), sum(each.focus for each in rated), plan[name, "all"],
                plan[name, "done"], plan[name, "overdue"], barriers[row["id"]], coached[row["id"]], came[row["id"]],
                len(learners), share(len({each["learner"] for each in mine}), len(learners)),
                share(sum(1 for each in mine if each["mode"] == "virtual"), len(mine)),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.cohort, each.community)))


def grouped_by_name(elements: tuple[Element, ...]) -> dict[str, list[Element]]:
    """Elements by community."""
    found: dict[str, list[Element]] = {}
    for each in elements:
        found.setdefault(each.community, []).append(each)
    return found


def learners_of(work: Work, community: Row) -> set[str]:
    """Learners in scope at the sites of a community."""
    return _inside(_enrolled(work), set(community["members"]))


def _inside(at_school: dict[str, set[str]], members: set[str]) -> set[str]:
    return {id for key, ids in at_school.items() if key in members for id in ids}


def _enrolled(work: Work) -> dict[str, set[str]]:
    """Key of a school to the learners enrolled there, within the actor's scope."""
    found: dict[str, set[str]] = {}
    for row in work.current("affiliation"):
        person = row["person"]
        if row["relation"] == "enrolled_at" and (work.seen is None or person in work.seen):
            place = work.organizations.get(row["organization"])
            if place:
                found.setdefault(place["key"], set()).add(person)
    return found


def _mean(values: list[int | None]) -> float | None:
    known = [each for each in values if each is not None]
    return sum(known) / len(known) if known else None

"""Who covers whom: each school with its intermediaries, coordinators and the learners whom nobody looks after."""

from dataclasses import dataclass

from graph_service.wbl.work import Work, grouped

#: What a school or college lacks.
NOBODY, NO_COORDINATOR, NO_INTERMEDIARY, COVERED = "nobody", "no coordinator", "no intermediary", "covered"


@dataclass(frozen=True)
class Coverage:
    """One school or college.

    coordinators: of its own, its district or its region's intermediary. intermediaries: with a tie to it or its
    district. per_coordinator: learners for each coordinator; null where there is none. unassigned: learners on nobody's
    caseload. gap: nobody, no coordinator, no intermediary, covered.
    """

    school: str
    district: str | None
    location: str | None
    learners: int
    intermediaries: tuple[str, ...]
    coordinators: int
    per_coordinator: float | None
    unassigned: int
    gap: str


@dataclass(frozen=True)
class CaseloadOf:
    """What one coordinator carries. share: percent of full time; per_full_time: learners for a full-time post."""

    key: str
    name: str
    organization: str | None
    title: str | None
    learners: int
    share: int | None
    per_full_time: float | None
    experiences: int
    tailored: int
    also: tuple[str, ...]


def coverage(work: Work) -> tuple[Coverage, ...]:
    """Every school and college, those with the largest gap first."""
    places = work.organizations
    hubs = {id for id, row in places.items() if row["kind"] == "intermediary" or row["intermediary_kind"]}
    tied: dict[str, set[str]] = {}
    for row in work.current("partnership"):
        for one, other in ((row["one"], row["other"]), (row["other"], row["one"])):
            if one in hubs:
                tied.setdefault(other, set()).add(one)
    holds = grouped([row for row in work.current("affiliation") if row["relation"] == "coordinates"], "organization")
    enrolled: dict[str, set[str]] = {}
    for row in work.current("affiliation"):
        if row["relation"] == "enrolled_at" and row["main"] and (work.seen is None or row["person"] in work.seen):
            enrolled.setdefault(row["organization"], set()).add(row["person"])
    cared = {row["learner"] for row in work.current("caseload")}
    found = []
    for id, row in places.items():
        if row["kind"] not in ("school", "college"):
            continue
        above = row["parent"] or ""
        near = {hub for each in (id, above) for hub in tied.get(each, ())}
        people = {each["person"] for place in (id, above, *near) for each in holds.get(place, [])}
        learners = enrolled.get(id, set())
        gap = (NOBODY if not near else NO_COORDINATOR) if not people else NO_INTERMEDIARY if not near else COVERED
        found.append(
            Coverage(
                row["name"], work.name(above), row["location"], len(learners),
                tuple(sorted(places[each]["name"] for each in near)), len(people),
                len(learners) / len(people) if people else None, len(learners - cared), gap,
            )
        )  # fmt: skip
    order = (NOBODY, NO_COORDINATOR, NO_INTERMEDIARY, COVERED)
    return tuple(sorted(found, key=lambda each: (order.index(each.gap), -each.unassigned, each.school)))


def caseloads(work: Work) -> tuple[CaseloadOf, ...]:
    """Everybody who coordinates, advises a student organisation or teaches part of their time; the fullest first."""
    held = grouped([row for row in work.current("affiliation") if row["relation"] in POSTS], "person")
    load = grouped(work.current("caseload"), "adult")
    after = grouped([row for row in work.experiences.values() if row["coordinator"]], "coordinator")
    found = []
    for id, posts in held.items():
        main = next((each for each in posts if each["relation"] == "coordinates"), posts[0])
        learners = len(load.get(id, []))
        experiences = after.get(id, [])
        if id not in work.keys or (main["relation"] != "coordinates" and not learners and not experiences):
            continue
        found.append(
            CaseloadOf(
                work.keys[id], work.names[id], work.name(main["organization"]), main["title"], learners, main["share"],
                learners / (main["share"] / 100) if main["share"] else None, len(experiences),
                sum(1 for each in experiences if each["tailored"]),
                tuple(sorted({each["relation"] for each in posts if each is not main})),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.learners, each.name, each.key)))


#: How somebody who may carry a caseload belongs to an organisation.
POSTS = ("coordinates", "advises", "teaches_at", "counsels_at")

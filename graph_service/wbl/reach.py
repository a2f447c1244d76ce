"""What the networks say to an intermediary: sectors out of reach, visions against what is so, learners who leave."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from graph_service.measures.passes import is_professional
from graph_service.snapshot.people import SECTORS
from graph_service.snapshot.snapshot import Snapshot
from graph_service.wbl.employers import REAL, engagement
from graph_service.wbl.work import Row, Work, share

Mask = np.ndarray[Any, np.dtype[np.bool_]]
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Gap:
    """A sector that learners aim for: whose networks reach an employer of it, at one step or at two.

    out_of_reach: aim for it and know nobody who works at, or knows somebody at, one of its employers.
    """

    sector: str
    learners_aiming: int
    within_one: int
    within_two: int
    out_of_reach: int
    employers: int
    open_places: int


@dataclass(frozen=True)
class Vision:
    """A target of a community's vision against what is so today; null where the measure is not known here."""

    community: str
    measure: str
    text: str | None
    target: float
    now: float | None
    reached: bool | None
    due: date
    late: bool


@dataclass(frozen=True)
class Transition:
    """Learners who left a site within a year: whether they moved on, and who keeps contact.

    with_contact: of those with a contact recorded after they left; kept_by: what those people are, most often first.
    """

    site: str
    left: int
    enrolled_elsewhere: int
    with_professional: int
    with_contact: int
    without_contact: int
    kept_by: tuple[str, ...]


def gaps(work: Work, snapshot: Snapshot) -> tuple[Gap, ...]:
    """Every sector that a learner aims for, the most out of reach first."""
    one, two = _sectors_within(snapshot)
    place = _places(snapshot)
    hiring = Counter(row["sector"] for row in work.organizations.values() if row["kind"] == "employer")
    taken = Counter(row["slot"] for row in work.experiences.values() if row["slot"])
    free = Counter[str | None]()
    for row in work.current("slot"):
        free[row["sector"]] += max(0, row["places"] - taken[row["id"]])
    aiming: dict[str, list[int]] = {}
    for row in work.learners:
        for goal in row["goals"]:
            aiming.setdefault(goal, []).append(place.get(row["id"], -1))
    found = []
    for sector, who in aiming.items():
        at, column = np.array([each for each in who if each >= 0], dtype=np.int64), SECTORS.index(sector)
        near, far = int(one[at, column].sum()), int((one | two)[at, column].sum())
        found.append(Gap(sector, len(who), near, far, len(who) - far, hiring[sector], free[sector]))
    return tuple(sorted(found, key=lambda each: (-each.out_of_reach, each.sector)))


def visions(work: Work, snapshot: Snapshot) -> tuple[Vision, ...]:
    """Every target, what is late first."""
    communities = {row["id"]: row for row in work.rows("community")}
    found = []
    for row in work.rows("vision_target"):
        community = communities[row["community"]]
        now = _now(work, snapshot, community, row["measure"])
        reached = None if now is None else now >= row["target"]
        late = row["due"] < work.as_of and not reached
        found.append(
            Vision(community["name"], row["measure"], row["text"], row["target"], now, reached, row["due"], late)
        )
    return tuple(sorted(found, key=lambda each: (not each.late, each.due, each.community, each.measure)))


def transitions(work: Work, snapshot: Snapshot) -> tuple[Transition, ...]:
    """Sites that learners left in the last twelve months, most leavers first."""
    enrolled = [row for row in work.rows("affiliation") if row["relation"] == "enrolled_at"]
    learners = {row["id"] for row in work.learners}
    now = {row["person"] for row in enrolled if row["until"] is None or row["until"] >= work.as_of}
    left: dict[str, dict[str, date]] = {}
    for row in enrolled:
        until = row["until"]
        if until is not None and work.as_of - YEAR <= until < work.as_of and row["person"] in learners:
            left.setdefault(row["organization"], {})[row["person"]] = until
    professional, place = _professional(snapshot), _places(snapshot)
    kept = _contacts_after(work, {who: day for mine in left.values() for who, day in mine.items()})
    found = []
    for site, mine in left.items():
        sure = [who for who in mine if who in place and professional[place[who]]]
        talked = [who for who in mine if kept.get(who)]
        by = Counter(role for who in talked for role in kept[who])
        found.append(
            Transition(
                work.name(site) or site, len(mine), sum(1 for who in mine if who in now), len(sure), len(talked),
                len(mine) - len(talked), tuple(role for role, _ in by.most_common(3)),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.left, each.site)))


def _contacts_after(work: Work, left: dict[str, date]) -> dict[str, list[str]]:
    """Roles of those who met somebody after they had left."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not left:
        return {}
    table = work.tables.table("interaction")
    recent = pc.and_(pc.is_null(table["ended"]), pc.greater_equal(table["date"], pa.scalar(min(left.values()))))
    table = table.filter(pc.and_(recent, pc.less_equal(table["date"], pa.scalar(work.as_of)))).combine_chunks()
    people = table["participants"].combine_chunks()
    event = np.asarray(pc.list_parent_indices(people))
    who = people.flatten().field("id")
    wanted = np.isin(event, event[np.asarray(pc.is_in(who, value_set=pa.array(list(left))))])
    roles = {row["id"]: row["roles"][0] for row in work.rows("person") if row["roles"]}
    days = table["date"].to_pylist()
    members: dict[int, list[str]] = {}
    for at, id in zip(event[wanted].tolist(), who.filter(pa.array(wanted)).to_pylist(), strict=True):
        members.setdefault(at, []).append(id)
    found: dict[str, list[str]] = {}
    for at, ids in members.items():
        for id in ids:
            if id in left and days[at] > left[id]:
                others = [roles[each] for each in ids if each != id and roles.get(each, "learner") != "learner"]
                found.setdefault(id, []).extend(others)
    return found


def _now(work: Work, snapshot: Snapshot, community: Row, measure: str) -> float | None:
    """What a community's measure is today."""
    if measure == "employers_at_highest_level":
        return engagement(work).at_highest
    if measure == "host_retention":
        return engagement(work).retention
    members = set(community["members"])
    sites = {id for id, row in work.organizations.items() if row["key"] in members}
    learners = {
        row["person"]
        for row in work.current("affiliation")
        if row["relation"] == "enrolled_at" and row["organization"] in sites
    } & {row["id"] for row in work.learners}
    if measure == "learners_with_professional":
        professional, place = _professional(snapshot), _places(snapshot)
        known = [id for id in learners if id in place]
        return share(sum(1 for id in known if professional[place[id]]), len(known))
    if measure == "learners_with_experience":
        begun = {row["learner"] for row in work.experiences.values() if row["state"] in REAL}
        return share(len(learners & begun), len(learners))
    return None


#: Measures that a vision's target can be read against.
MEASURES = ("learners_with_professional", "learners_with_experience", "employers_at_highest_level", "host_retention")


def _professional(snapshot: Snapshot) -> Mask:
    """Who has a professional tie."""
    counts = np.diff(snapshot.graph.indptr)
    ego = np.repeat(np.arange(len(counts)), counts)[is_professional(snapshot)]
    return np.asarray(np.bincount(ego, minlength=len(counts)) > 0)


def _sectors_within(snapshot: Snapshot) -> tuple[Mask, Mask]:
    """Which sectors' employers have somebody among one's contacts, and among theirs: people x sectors each."""
    from scipy.sparse import csr_array

    people, graph = snapshot.people, snapshot.graph
    assert people is not None
    n = len(people)
    ties = csr_array((np.ones(len(graph.indices), np.float32), graph.indices, graph.indptr), shape=(n, n))
    sector = np.where(people.employer >= 0, people.organizations.sector[people.employer], -1)
    works = np.zeros((n, len(SECTORS)), np.float32)
    works[np.flatnonzero(sector >= 0), sector[sector >= 0]] = 1
    one = (ties @ works) > 0
    return np.asarray(one), np.asarray((ties @ one.astype(np.float32)) > 0)


def _places(snapshot: Snapshot) -> dict[str, int]:
    assert snapshot.people is not None
    return {id: at for at, id in enumerate(snapshot.people.ids)}

"""What a place is worth to a learner, and a learner to a place: whole numbers, so that the best can be proven."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graph_service.measures.passes import is_professional
from graph_service.snapshot.people import SECTORS
from graph_service.snapshot.snapshot import Snapshot
from graph_service.wbl.work import Row, Work

Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

#: To the learner: their goal, the way there, the mode they meet in; what it adds to their network (a first professional
#: tie, a sector where they know nobody); and that whoever had no experience yet comes first.
GOAL, TRAVEL, MODE, FIRST_TIE, NEW_SECTOR, NO_EXPERIENCE = 50, 15, 5, 20, 15, 20
#: To the host: a learner who aims for its field, of a grade and language that it asked for, known to its people.
AIMS, GRADE, LANGUAGE, KNOWN = 20, 15, 10, 15


@dataclass(frozen=True, eq=False)
class Fit:
    """learner, host: learners x places; 0 on both sides where the place is not for the learner. parts: what holds."""

    learner: Ints
    host: Ints
    parts: Mapping[str, Mask] = field(default_factory=dict)

    def why(self, learner: int, place: int) -> tuple[str, ...]:
        """What speaks for a place, by name."""
        return tuple(
            name for name, part in self.parts.items() if np.broadcast_to(part, self.host.shape)[learner, place]
        )


def fit(work: Work, snapshot: Snapshot, learners: Sequence[Row], places: Sequence[Row], site: dict[str, str]) -> Fit:
    """Both sides' values.

    learners: records of people. places: records of slots, one for each place. site: location of each learner's site.
    Without a goal in common, or a nearby place for a learner who is exploring, there is nothing to propose, however
    much somebody waits; nor for a learner younger than the place allows, or of unknown age.
    """
    shape = len(learners), len(places)
    if not all(shape):
        return Fit(np.zeros(shape, np.int64), np.zeros(shape, np.int64))
    had = {row["learner"] for row in work.experiences.values() if row["since"]}
    aims = _match([row["goals"] for row in learners], [[each["sector"]] for each in places])
    exploring = np.array([not row["goals"] for row in learners])[:, None]
    hosts = [work.organizations[each["host"]] for each in places]
    near = _equal([site[row["id"]] for row in learners], [each["location"] for each in hosts])
    near |= np.array([each["mode"] == "virtual" for each in places])
    allowed = (aims | (exploring & near)) & _old_enough(work, learners, places)
    first, new, known = _network(snapshot, learners, places)
    mode = _open([row["modes"] for row in learners])[:, None] | _match(
        [row["modes"] for row in learners], [[each["mode"]] for each in places]
    )
    fresh = np.array([row["id"] not in had for row in learners])[:, None]
    mine = GOAL * aims + TRAVEL * near + MODE * mode + FIRST_TIE * first + NEW_SECTOR * new + NO_EXPERIENCE * fresh
    grades, languages = [each["grades"] for each in places], [each["languages"] for each in places]
    grade = _open(grades) | _match([[row["grade"]] for row in learners], grades)
    language = _open(languages) | _match([row["languages"] for row in learners], languages)
    theirs = AIMS * aims + GRADE * grade + LANGUAGE * language + KNOWN * known
    parts = {
        "goal": aims, "near": near, "mode": mode, "first_tie": first, "new_sector": new, "no_experience": fresh,
        "grade": grade, "language": language, "known": known,
    }  # fmt: skip
    return Fit(np.where(allowed, mine, 0).astype(np.int64), np.where(allowed, theirs, 0).astype(np.int64), parts)


def _match(left: Sequence[Sequence[Any] | None], right: Sequence[Sequence[Any] | None]) -> Mask:
    """Whether a list of the left and one of the right have something in common: left x right."""
    values = {value: at for at, value in enumerate(sorted({each for some in right for each in some or () if each}))}
    one, other = (np.zeros((len(side), len(values) + 1), np.float32) for side in (left, right))
    for table, side in ((one, left), (other, right)):
        for at, some in enumerate(side):
            table[at, [values[each] for each in some or () if each in values]] = 1
    return np.asarray(one @ other.T > 0)


def _equal(left: Sequence[Any], right: Sequence[Any]) -> Mask:
    return _match([[each] for each in left], [[each] for each in right])


def _open(lists: Sequence[Sequence[Any] | None]) -> Mask:
    """Those that ask for nothing."""
    return np.array([not each for each in lists])


def _old_enough(work: Work, learners: Sequence[Row], places: Sequence[Row]) -> Mask:
    born = [row["birth_date"] for row in learners]
    age = np.array([-1.0 if each is None else (work.as_of - each).days // 365.25 for each in born])
    least = np.array([each["youngest"] or 0 for each in places])
    return np.asarray((least == 0) | (age[:, None] >= least))


def _network(snapshot: Snapshot, learners: Sequence[Row], places: Sequence[Row]) -> tuple[Mask, Mask, Mask]:
    """Whose first professional tie it would be; whose first tie into that sector; whom the host's people know."""
    people, graph = snapshot.people, snapshot.graph
    assert people is not None
    place = {id: at for at, id in enumerate(people.ids)}
    at = np.array([place.get(row["id"], -1) for row in learners])
    counts = np.diff(graph.indptr)
    ego, alter = np.repeat(np.arange(len(people)), counts), graph.indices
    professional = is_professional(snapshot)
    ties = np.bincount(ego[professional], minlength=len(people))
    sectors = np.zeros((len(people) + 1, len(SECTORS) + 1), bool)
    sectors[ego[professional], people.sector[alter[professional]]] = True
    sector = np.array([SECTORS.index(each["sector"]) if each["sector"] else -1 for each in places])
    new = ~sectors[at][:, sector] & (sector >= 0)
    hosts = np.array([people.organizations.places.get(each["host"], -2) for each in places])
    distinct, where = np.unique(hosts, return_inverse=True)
    column = {int(host): to for to, host in enumerate(distinct)}
    meets = np.zeros((len(people) + 1, len(distinct)), bool)
    works = np.array([column.get(int(each), -1) for each in people.employer])
    some = works[alter] >= 0
    meets[ego[some], works[alter][some]] = True
    first = np.where(at >= 0, ties[at] == 0, True)[:, None]
    return first, new, meets[at][:, where]

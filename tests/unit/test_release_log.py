"""Whatever left before: no release, and no release with any other, gives a small group's number away."""

from datetime import date, timedelta

import numpy as np
import pytest

import graph_service as gs
from graph_service.actions.rehearsal import load_synthetic
from graph_service.actions.rights import erasure
from graph_service.cli.app import run
from graph_service.desks.released import TABLES, counted, release
from graph_service.disclosure.release_log import ReleaseLog
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.disclosure.suppression import Rule
from graph_service.disclosure.tables import two_way
from graph_service.errors import NotYours, UnknownParameter
from tests.world import World

K = 10
DAY = date(2026, 3, 31)
AXES = {
    "sites": ("north", "south", "east", "west"),
    "grades": ("9", "10", "11", "12"),
    "income": ("yes", "no", "not recorded"),
}
HAS = ("none", "few", "many")


class Cohort:
    """Made-up learners whose attributes are drawn; some leave, some join, some move between releases."""

    def __init__(self, world: World, seed: int, learners: int = 140) -> None:
        self.world, self.rng = world, np.random.default_rng(seed)
        self.people: dict[str, dict[str, str]] = {}
        self.log = ReleaseLog(world.programme.evidence)
        self.join(learners)

    def join(self, n: int) -> None:
        keys = [f"l{len(self.people) + at}-{self.rng.integers(10**9)}" for at in range(n)]
        rows = [{"id": self.world.id(key), "key": key, "roles": ["learner"]} for key in keys]
        self.world.store.put("person", *rows)
        for row in rows:
            chosen = {axis: str(self.rng.choice(values)) for axis, values in AXES.items()}
            self.people[row["id"]] = chosen | {"has": str(self.rng.choice(HAS, p=[0.25, 0.15, 0.6]))}

    def change(self) -> None:
        for id in self.rng.choice(sorted(self.people), 4, replace=False).tolist():
            del self.people[id]
        for id in self.rng.choice(sorted(self.people), 5, replace=False).tolist():
            self.people[id]["has"] = str(self.rng.choice(HAS))
        self.join(3)

    def release(self, axis: str, day: date = DAY):
        members: dict[tuple[str, ...], list[str]] = {}
        for id, of in self.people.items():
            members.setdefault((of[axis], of["has"]), []).append(id)
        counts = [[len(members.get((line, has), ())) for has in HAS] for line in AXES[axis]]
        table = two_way(counts, AXES[axis], HAS)
        return self.log.publish(axis, day, table, members, rule=Rule(K), by="tester", today=DAY, seconds=2)


@pytest.fixture
def cohort(world):
    return lambda seed: Cohort(world, seed)


# --- attackers, who know nothing of how cells are chosen --------------------------------------------------------
def told(log: ReleaseLog) -> list[frozenset[str]]:
    """Every shown number as the set of people that it counts."""
    releases = log.releases()
    return [frozenset().union(*(r.members[part] for part in r.parts[label])) for r in releases for label in r.shown]


def small_groups(log: ReleaseLog) -> list[frozenset[str]]:
    """What must stay unknown: small cells, and people whom no table but their joiners and leavers tells apart."""
    found = set()
    for each in log.releases():
        found |= {frozenset(people) for people in each.members.values() if 0 < len(people) < K}
    return sorted(found, key=sorted)


def by_differencing(shown: list[frozenset[str]]) -> list[frozenset[str]]:
    """Any two nested numbers subtracted."""
    return [a - b for a in shown for b in shown if b < a and len(a - b) < K]


def by_algebra(shown: list[frozenset[str]], secrets: list[frozenset[str]]) -> list[frozenset[str]]:
    """Any sums and differences of all numbers at once: is the small group's count determined exactly?"""
    people = sorted(frozenset().union(*shown, *secrets))
    place = {person: at for at, person in enumerate(people)}

    def vector(group: frozenset[str]) -> np.ndarray:
        found = np.zeros(len(people))
        found[[place[person] for person in group]] = 1
        return found

    matrix = np.array([vector(group) for group in shown])
    basis = np.linalg.svd(matrix, full_matrices=False)
    rows = basis[2][basis[1] > 1e-9]
    return [s for s in secrets if np.linalg.norm(vector(s) - rows.T @ (rows @ vector(s))) < 1e-6]


def by_chance(shown: list[frozenset[str]], sequences: int, seed: int) -> list[int]:
    """Random sums and differences of up to four numbers that come out as a group of fewer than k people."""
    people = sorted(frozenset().union(*shown))
    matrix = np.array([[person in group for person in people] for group in shown], np.int8)
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(sequences):
        picked = rng.choice(len(shown), min(4, len(shown)), replace=False)
        result = rng.integers(-1, 2, len(picked), dtype=np.int8) @ matrix[picked]
        size = int(np.abs(result).sum())
        if 0 < size < K and (result.min() >= 0 or result.max() <= 0):
            found.append(size)
    return found


@pytest.mark.parametrize("seed", range(2))
def test_attackers_recover_nothing_from_all_tables_of_two_dates(cohort, seed):
    made = cohort(seed)
    shown_cells = [made.release(axis) for axis in AXES]
    made.change()
    shown_cells += [made.release(axis, DAY + timedelta(days=30)) for axis in AXES]
    shown = told(made.log)
    assert sum((~each.hidden).sum() for each in shown_cells) == len(shown) and len(shown) > 15
    assert by_differencing(shown) == []
    assert by_algebra(shown, small_groups(made.log)) == []
    assert by_chance(shown, 3_000, seed) == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_attackers_recover_nothing_from_a_year_of_releases(cohort, seed):
    made = cohort(seed)
    for month in range(6):
        for axis in AXES:
            made.release(axis, DAY + timedelta(days=30 * month))
        made.change()
    shown = told(made.log)
    assert by_differencing(shown) == [] and by_algebra(shown, small_groups(made.log)) == []
    assert by_chance(shown, 10_000, seed) == []


def test_the_attackers_do_work(cohort):
    """Tables that are each safe, but released without a look at each other, are taken apart."""
    made = cohort(1)
    before = frozenset(made.people)
    shown = [before, before - set(sorted(before)[:3])]
    assert len(by_differencing(shown)[0]) == 3
    assert by_algebra(shown, [shown[0] - shown[1]]) == [shown[0] - shown[1]]
    assert 3 in by_chance(shown, 100, 0)


def test_the_same_table_leaves_as_it_left_before(cohort):
    made = cohort(2)
    first = made.release("sites")
    revision = made.world.store.revision()
    again = made.release("sites")
    assert again.counts == first.counts and made.world.store.revision() == revision
    assert made.world.store.count("release") == 1


def test_one_learner_who_joined_is_not_told_by_two_tables(cohort):
    made = cohort(3)
    first = made.release("sites")
    made.join(1)
    second = made.release("sites", DAY + timedelta(days=1))
    both = [a is not None and b is not None and a != b for a, b in zip(flat(first), flat(second), strict=True)]
    assert not any(both), "a number that is told twice did not change by one learner"


def flat(published):
    return [count for line in published.counts for count in line]


def test_a_release_is_judged_by_what_erased_people_were_counted_in(cohort):
    made = cohort(4)
    made.release("sites")
    gone = sorted(made.people)[:2]
    sizes = [len(group) for group in told(made.log)]
    for id in gone:
        erasure.erase(made.world.store, OWNER, id, today=DAY)
        del made.people[id]
    made.world.programme.evidence.refresh()
    assert [len(group) for group in told(made.log)] == sizes, "the log still counts somebody in their place"
    rows = made.world.store.find("release_member")
    assert sum(row["person"] is None for row in rows) == 2 and not set(gone) & {row["person"] for row in rows}
    made.release("sites", DAY + timedelta(days=1))
    assert by_differencing(told(made.log)) == []


def test_a_release_that_others_overtake_is_judged_again(cohort):
    made = cohort(5)
    made.release("sites")
    row = made.world.store.find("release")[0]
    record = {name: row[name] for name in ("kind", "name", "subject", "as_of", "date", "k", "by", "layout")}
    late = {**record, "id": "other", "people": 1}
    assert made.log._write(late, {}, {}, before=0) is False, "somebody released in between"
    assert made.log._write(late, {}, {}, before=1) is True


# --- the declared tables on a programme --------------------------------------------------------------------------
@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('releases')}/p.db"
    with gs.open(url) as opened:
        load_synthetic(opened.store, people=300, seed=3, as_of=DAY)
        yield opened


def test_every_declared_table_counts_every_learner_once(programme):
    reader = programme.reader(OWNER)
    learners = len(reader.counted(reader.snapshot(DAY)))
    for each in TABLES.values():
        table, members = counted(reader, each, DAY)
        assert table.values[-1, -1] == learners == sum(map(len, members.values()))


def test_declared_tables_leave_protected_and_are_logged(programme, capsys):
    for name in ("sites", "equity_low_income"):
        release(programme.reader(Actor("member e", "evaluator")), name, DAY, seconds=4)
    log = ReleaseLog(programme.evidence)
    shown = told(log)
    assert shown and by_differencing(shown) == [] and by_algebra(shown, small_groups(log)) == []
    with pytest.raises(SystemExit) as end:
        run(["--store", programme.store.url, "release", "table", "sites", "--as-of", str(DAY), "--format", "csv"])
    out = capsys.readouterr().out
    assert end.value.code == 0 and out.startswith(",nothing_recorded,none_professional,few,connected,total")
    with pytest.raises(SystemExit):
        run(["--store", programme.store.url, "release", "list", "--format", "csv"])
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_mentors_and_learners_release_nothing(programme):
    for role in ("mentor", "employer", "learner", "lead"):
        with pytest.raises(NotYours):
            release(programme.reader(Actor("a", role)), "sites", DAY)
    with pytest.raises(UnknownParameter, match="sites, grades"):
        release(programme.reader(OWNER), "names", DAY)

"""Reports and files of records beside what left before: no combination of them is about few people."""

import itertools
import json
from collections import defaultdict
from datetime import timedelta

import numpy as np
import pytest

from graph_service import clock
from graph_service.actions import bases
from graph_service.cli.app import run
from graph_service.desks.restricted import release
from graph_service.disclosure.figure_log import FigureLog, WouldTell
from graph_service.disclosure.figures import Told, exposes, tells_of_few
from graph_service.disclosure.microdata import HIDDEN
from graph_service.disclosure.scope import OWNER
from graph_service.disclosure.suppression import Rule

K = 10
TODAY = clock.today()


def people(first: int, last: int) -> frozenset[str]:
    return frozenset(map(str, range(first, last)))


def test_two_reports_that_differ_by_few_are_not_both_told():
    assert tells_of_few([people(0, 40)], [people(0, 37)], K)
    assert not tells_of_few([people(0, 40)], [people(0, 20)], K)
    assert not tells_of_few([people(0, 40)], [people(0, 40)], K)


def test_a_chain_of_releases_is_judged_as_one():
    """Each pair differs by twelve; from all three, two learners are left."""
    whole, part, rest = people(0, 50), people(0, 24), people(24, 48)
    pairs = itertools.combinations((whole, part, rest), 2)
    assert not any(tells_of_few([one], [two], K) for one, two in pairs)
    assert tells_of_few([whole, part], [rest], K)
    steps = [people(0, 60), people(12, 60), people(12, 72)]
    assert tells_of_few(steps, [people(0, 74)], K)


def test_what_was_told_before_is_not_held_against_another_report():
    assert not tells_of_few([people(0, 40), people(0, 37)], [people(40, 80)], K)


def test_only_figures_of_one_fact_about_one_time_are_subtracted():
    day = (TODAY,)
    told = Told("network_size", day, people(0, 40))
    assert exposes([told], [Told("network_size", (TODAY + timedelta(days=30),), people(0, 37))], K)
    assert not exposes([told], [Told("network_size", (TODAY + timedelta(days=60),), people(0, 37))], K)
    assert not exposes([told], [Told("constraint", day, people(0, 37))], K)


def by_algebra(sets: list[frozenset[str]], groups: list[frozenset[str]]) -> list[frozenset[str]]:
    """An attacker of another kind: is the sum over a small group a combination of the sums that were told?"""
    everybody = sorted(frozenset().union(*sets, *groups))
    told = np.array([[one in each for one in everybody] for each in sets], float)
    basis = np.linalg.svd(told, full_matrices=False)
    rows = basis[2][basis[1] > 1e-9]
    found = []
    for group in groups:
        vector = np.array([one in group for one in everybody], float)
        if np.linalg.norm(vector - rows.T @ (rows @ vector)) < 1e-6:
            found.append(group)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_whatever_left_the_attacker_finds_nobody(seed):
    """A roster that loses and gains people, reports by three attributes; all that is let out, attacked at once."""
    rng = np.random.default_rng(seed)
    roster = {str(at): tuple(rng.integers(0, (2, 3, 4))) for at in range(150)}
    out: list[frozenset[str]] = []
    refused = 0
    for _ in range(10):
        axis = int(rng.integers(0, 4))
        sets = [frozenset(roster)] if axis == 3 else []
        sets += (
            [frozenset(p for p, of in roster.items() if of[axis] == v) for v in range((2, 3, 4)[axis])]
            if axis < 3
            else []
        )
        if tells_of_few(out, sets, K):
            refused += 1
        else:
            out += sets
        for one in rng.choice(sorted(roster), 2, replace=False).tolist():
            del roster[one]
        roster |= {f"{rng.integers(10**9)}": tuple(rng.integers(0, (2, 3, 4))) for _ in range(3)}
    assert out and refused
    apart: dict[tuple[bool, ...], set[str]] = defaultdict(set)
    for one in frozenset().union(*out):
        apart[tuple(one in each for each in out)].add(one)
    small = [frozenset(group) for group in apart.values() if len(group) < K]
    pairs = [a | b for a, b in itertools.combinations(small, 2) if len(a | b) < K]
    assert small and by_algebra(out, small + pairs) == []


# --- in the log ----------------------------------------------------------------------------------------------------
def shell(url: str, *words: str) -> int:
    with pytest.raises(SystemExit) as end:
        run(["--store", url, *words])
    return int(end.value.code or 0)


@pytest.fixture
def town(world):
    """Forty learners at North and twenty at South, with contacts."""
    for school in ("north", "south"):
        world.organization(school, "school")
    world.person("mo", "mentor", status="consented")
    for at in range(60):
        world.person(f"l{at}", "learner", grade=("9", "11")[at % 2])
        world.affiliate(f"l{at}", "north" if at < 40 else "south", "enrolled_at", since=TODAY - timedelta(days=300))
    for at in range(0, 60, 2):
        world.log("meeting", f"l{at}", "mo:mentor", on=TODAY - timedelta(days=3))
    return world


def test_a_report_is_logged_as_it_left_and_served_again_after_an_erasure(town, tmp_path, capsys):
    url = town.store.url
    period = ("--from", str(TODAY - timedelta(days=200)), "--to", str(TODAY), "--format", "json")
    files = [tmp_path / f"{name}.json" for name in ("first", "again")]
    report = ("reports", "run", "network-growth", *period)
    assert shell(url, *report, "--output", str(files[0])) == 0
    assert shell(url, *report) == 0
    (logged,) = town.store.find("release")
    assert logged["kind"] == "means" and logged["people"] == 60

    town.store.erase("person", [town.id("l3")])
    capsys.readouterr()
    assert shell(url, *report) == 1
    assert "few learners" in capsys.readouterr().err
    assert shell(url, *report, "--internal") == 0
    assert shell(url, "release", "show", logged["id"][:10], "--output", str(files[1])) == 0
    assert json.loads(files[1].read_text()) == json.loads(files[0].read_text())
    assert town.store.count("release") == 1


def test_a_cohort_and_graphs_for_own_tools_are_in_the_log_too(town, tmp_path):
    url = town.store.url
    words = ("cohort", "--from", str(TODAY - timedelta(days=100)), "--to", str(TODAY), "--no-sensitivity")
    assert shell(url, *words, "--measures", "network_size", "--format", "json") == 0
    assert shell(url, "export", "--output", str(tmp_path / "g.graphml"), "--as", "graphml") == 0
    assert {row["kind"]: row["people"] for row in town.store.find("release")} == {"means": 60, "graph": 61}


def test_two_reporters_at_once_do_not_slip_past_each_other(town):
    log = FigureLog(town.programme.evidence)
    day, ids = TODAY, [town.id(f"l{at}") for at in range(60)]

    def publish(name: str, some: list[str]) -> None:
        told = [Told("network_size", (day,), frozenset(some))]
        log.publish(name, day, told, "{}", rule=Rule(K), by="tester", today=day)

    publish("a", ids)
    earlier = log._earlier
    once = iter([True])

    def stale(subject: str) -> object:
        found = earlier(subject)
        if next(once, False):
            publish("b", ids[:40])
        return found

    log._earlier = stale  # type: ignore[method-assign,assignment]
    with pytest.raises(WouldTell):
        publish("c", ids[:37])


# --- files of records ----------------------------------------------------------------------------------------------
def candidates(files: list[tuple[dict[str, str], ...]], known: list[str], column: str, of: dict[str, dict[str, str]]):
    """What somebody who knows school and grade of a learner can say of the column after all files together."""
    for one, facts in of.items():
        open_: set[str] | None = None
        for rows in files:
            mine = [row for row in rows if all(row.get(name, HIDDEN) in (HIDDEN, facts[name]) for name in known)]
            exact = [row for row in mine if all(row.get(name, HIDDEN) != HIDDEN for name in known if name in row)]
            values = {row[column] for row in exact or mine}
            if values and HIDDEN not in values:
                open_ = values if open_ is None else open_ & values
        yield one, open_


def test_two_files_of_records_joined_tell_nothing_of_anybody(town):
    fields = ["school", "grade_band", "network"]
    bases.record_agreement(town.store, OWNER, "s1", "Example University", "a study", fields, "doc 1",
                           since=TODAY, until=TODAY + timedelta(days=30))  # fmt: skip
    reader = town.programme.reader(OWNER)
    by_school = release(reader, "s1", TODAY, ["school", "network"])
    by_grade = release(reader, "s1", TODAY, ["grade_band", "network"])
    assert {row["network"] for row in by_school.rows} - {HIDDEN}
    bands = {"9": "9-10", "11": "11-12"}
    north, south = ({row["school"] for row in by_school.rows if word in row["school"]} for word in ("north", "south"))
    facts = {
        f"l{at}": {"school": next(iter(north if at < 40 else south)), "grade_band": bands[("9", "11")[at % 2]]}
        for at in range(60)
    }
    files = [by_school.rows, by_grade.rows]
    for _, left in candidates(files, ["school", "grade_band"], "network", facts):
        assert left is None or len(left) > 1
    # One more learner at the school: the difference of the two files would be that learner's row.
    town.person("late", "learner", grade="9")
    town.affiliate("late", "north", "enrolled_at", since=TODAY)
    after = release(town.programme.reader(OWNER), "s1", TODAY, ["school", "network"])
    assert {row["network"] for row in after.rows if row["school"] in north} == {HIDDEN}
    assert {row["network"] for row in after.rows if row["school"] in south} - {HIDDEN}

"""The intermediary's work: brokering with its proof, instruments with their errors, the ledger of asks."""

from datetime import date
from itertools import permutations

import numpy as np
import pytest

from graph_service.desks.work import brokered, work_of
from graph_service.disclosure.scope import OWNER
from graph_service.wbl.brokering import blocking, bound, compare, deferred, greedy, optimum, total
from graph_service.wbl.employers import conflicts, employers, second_ask
from graph_service.wbl.experiences import missing
from graph_service.wbl.fit import AIMS, FIRST_TIE, KNOWN, LANGUAGE, NEW_SECTOR, fit
from graph_service.wbl.instruments import BadInstrument, read
from graph_service.wbl.planning import assessment
from graph_service.wbl.work import Work

BROKEN = """
id: mine
version: 2
title: {en: Ours}
stages: [established, perfect]
lines:
  - service_line: nonsense
    title: {en: A, es: B}
    elements:
      - {id: a, text: {en: A, es: B}, evidence: [unicorn]}
      - {id: a, text: {en: A, es: B}}
"""


def best_by_trying(fit):
    learners, places = fit.shape
    wide = np.hstack([fit, np.zeros((learners, learners), np.int64)])
    return max(
        sum(int(wide[at, to]) for at, to in enumerate(each))
        for each in permutations(range(places + learners), learners)
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_best_assignment_is_the_best_of_all_and_its_proof_holds(seed):
    draws = np.random.default_rng(seed)
    fit = draws.integers(0, 9, (3, 3 + seed % 2)) * draws.integers(0, 2, (3, 3 + seed % 2))
    found = optimum(fit)
    assert total(fit, found) == best_by_trying(fit) == bound(fit, found)


def test_a_worse_assignment_has_no_proof():
    fit = np.array([[9, 8], [8, 1]])
    worse = greedy(fit)
    assert total(fit, worse) == 10 and bound(fit, worse) != 10


@pytest.mark.parametrize("seed", range(5))
def test_after_deferred_acceptance_nobody_would_rather_swap(seed):
    fit = np.random.default_rng(seed).integers(0, 100, (60, 25))
    found = deferred(fit)
    taken = found[found >= 0]
    assert blocking(fit, found) == 0 and len(set(taken.tolist())) == len(taken)


@pytest.mark.parametrize("seed", range(5))
def test_with_two_sides_of_their_own_nobody_would_rather_swap_and_the_optimum_is_still_proven(seed):
    draws = np.random.default_rng(seed)
    there = draws.integers(0, 2, (50, 30))
    mine, theirs = draws.integers(1, 100, (50, 30)) * there, draws.integers(1, 100, (50, 30)) * there
    found = deferred(mine, theirs)
    assert blocking(mine, found, theirs) == 0
    best, (optimal, first, _) = compare(mine, (), theirs)
    assert optimal.proven and optimal.total_fit >= first.total_fit
    assert all(there[at, to] for at, to in enumerate(best.tolist()) if to >= 0)


def test_a_place_is_worth_more_where_it_brings_a_first_tie_and_a_learner_more_where_the_host_knows_them(world):
    world.learners("ana", "bo")
    for key in ("ana", "bo"):
        world.person(key, "learner", goals=["healthcare"], grade="11", birth_date=date(2009, 1, 1))
    world.organization("north", "school", location="Town")
    world.organization("clinic", sector="healthcare", location="Town")
    for key in ("ana", "bo"):
        world.affiliate(key, "north", "enrolled_at")
    world.person("eve", "employer_contact", sector="healthcare")
    world.affiliate("eve", "clinic")
    world.log("mentoring_session", "ana", "eve:mentor", on="2026-02-20")
    slot = {"host": world.id("clinic", "organization"), "activity": "internship_paid", "sector": "healthcare"}
    world.store.put("slot", {"id": "s", **slot, "since": date(2026, 1, 1), "grades": ["12"], "mode": "in_person"})
    reader, on = world.programme.reader(OWNER), date(2026, 3, 1)
    work = work_of(reader, on)
    people = sorted((row for row in work.rows("person") if row["grade"]), key=lambda row: row["key"])
    site = {row["id"]: "Town" for row in people}
    both = fit(work, reader.snapshot(on), people, work.rows("slot"), site)
    ana, bo = both.learner[:, 0]
    assert bo - ana == FIRST_TIE + NEW_SECTOR, "ana knows somebody there already"
    assert both.host[0, 0] - both.host[1, 0] == KNOWN and both.host[1, 0] == AIMS + LANGUAGE, "neither is in grade 12"
    (offer,) = brokered(reader, on).offers
    assert offer.fit == offer.to_learner + offer.to_host


def test_the_methods_stand_side_by_side_with_the_least_served_group():
    fit = np.random.default_rng(3).integers(0, 100, (40, 15))
    found, (best, first, swaps) = compare(fit, ["a", "b"] * 20)
    assert best.proven and best.total_fit >= max(first.total_fit, swaps.total_fit)
    assert best.placed == 15 == np.count_nonzero(found >= 0) and best.least_group in ("a", "b")


def test_nobody_is_given_a_place_that_is_not_for_them():
    fit = np.array([[0, 0], [5, 0]])
    assert optimum(fit).tolist() == greedy(fit).tolist() == deferred(fit).tolist() == [-1, 0]


def test_an_instrument_says_every_error_with_its_place(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(BROKEN)
    with pytest.raises(BadInstrument) as found:
        read(path)
    for text in (
        "version", "title: es is missing", "'perfect' is not a stage", "line 1: 'nonsense'", "'unicorn'", "twice",
    ):  # fmt: skip
        assert text in found.value.message


def test_a_file_that_is_not_an_instrument_is_told_so(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("a: [1,\nb: }")
    with pytest.raises(BadInstrument, match="line 2"):
        read(path)


def test_the_shipped_instrument_speaks_both_languages_and_covers_every_service_line():
    shipped = read()
    assert len({each.service_line for each in shipped.elements}) == 9
    assert all(each.text["en"] and each.text["es"] for each in shipped.elements)


def ask(world, number, school, on, answer="open"):
    record = {
        "id": world.id(str(number), "employer_ask"), "organization": world.id("acme", "organization"),
        "school": world.id(school, "organization"), "ask": "talk", "date": on, "answer": answer,
    }  # fmt: skip
    world.store.put("employer_ask", record)


def test_two_schools_that_ask_one_employer_in_one_week_are_shown_before_the_second_ask(world):
    world.organization("acme")
    world.organization("north", "school")
    world.organization("south", "school")
    ask(world, 1, "north", date(2026, 3, 2), "yes")
    reader = world.programme.evidence
    reader.refresh()
    acme, south = world.id("acme", "organization"), world.id("south", "organization")
    (first,) = conflicts(Work(reader, date(2026, 3, 5)), acme, south, date(2026, 3, 5))
    assert first["school"] == world.id("north", "organization")
    assert conflicts(Work(reader, date(2026, 3, 5)), acme, south, date(2026, 3, 20)) == ()
    ask(world, 2, "south", date(2026, 3, 5), "no")
    reader.refresh()
    (row,) = employers(Work(reader, date(2026, 3, 6)))
    assert (row.second_ask, row.asks, row.yes_rate, row.silent) == (True, 2, 0.5, True)


def test_two_asks_of_one_school_are_not_a_second_ask():
    asks = [{"school": "north", "date": date(2026, 3, day)} for day in (2, 3)]
    assert not second_ask(asks)


def test_contradictory_ratings_are_shown_and_not_averaged(world):
    world.organization("lead", "intermediary")
    world.person("ana", "coordinator")
    world.person("bo", "coordinator")
    community = world.id("c", "community")
    world.store.put(
        "community",
        {"id": community, "name": "Example", "cohort": "1", "lead": world.id("lead", "organization")},
    )
    for rater, stage in (("ana", "not_yet"), ("bo", "leading")):
        record = {
            "id": world.id(rater, "rating"), "community": community, "rater": world.id(rater), "round": "now",
            "instrument": "x 1", "element": "equity.a", "stage": stage, "date": date(2026, 3, 1),
        }  # fmt: skip
        world.store.put("rating", record)
    reader = world.programme.evidence
    reader.refresh()
    (row,) = assessment(Work(reader, date(2026, 3, 2)))
    assert (row.lowest, row.highest, row.differ, row.consensus, row.raters) == (1, 5, True, None, 2)


def test_a_fair_never_counts_and_an_aligned_sustained_placement_does():
    fair = missing({"activity": "career_fair", "course": "Health 1"}, 3.0, 1)
    assert "one-off activity" in fair
    assert missing({"activity": "internship_paid", "course": "Health 2"}, 40.0, 5) == ()

"""Growth by mode: matched on goal and site, with an interval; small groups are not told."""

from datetime import date

import pytest

from graph_service.desks.equity import modes
from graph_service.disclosure.scope import OWNER
from graph_service.errors import UsageError
from graph_service.wbl.mode_growth import Taking, differences

FIRST, LAST = date(2025, 9, 1), date(2026, 3, 1)


def taking(at, mode, growth, goal="healthcare", site="north"):
    return Taking(f"l{at}", mode, (goal, site), growth, None)


def test_modes_are_compared_within_goal_and_site_only():
    # Virtual learners are at a site where everybody gains two more: within the site they gain one less.
    found = [taking(at, "in_person", growth) for at, growth in enumerate((1, 2, 3, 2))]
    found += [taking(10 + at, "in_person", growth, site="south") for at, growth in enumerate((3, 4, 5, 4))]
    found += [taking(20 + at, "virtual", growth, site="south") for at, growth in enumerate((2, 3, 4, 3))]
    found += [taking(30, "virtual", 9, site="nowhere else")]
    row = next(each for each in differences(found) if each.outcome == "growth")
    assert (row.learners, row.against, row.matched, row.matched_against) == (5, 8, 4, 4)
    assert row.difference == pytest.approx(-1) and row.low < -1 < row.high
    assert row.mean > row.mean_against, "unmatched means say the opposite"


def test_nothing_matched_is_null_with_its_reason():
    row = differences([taking(1, "in_person", 1), taking(2, "virtual", 2, site="south")])[0]
    assert row.difference is None and row.reason == "too_few"


def experience(world, key, mode, on=date(2025, 10, 1)):
    id = world.store.internal_id("experience", key, mode)
    record = {"id": id, "learner": world.id(key), "activity": "internship_paid", "mode": mode, "state": "running"}
    world.store.put("experience", {**record, "state_since": on, "since": on})


def test_growth_is_of_professional_ties_between_the_two_days_and_learners_of_several_modes_are_counted_apart(world):
    world.learners("ana", "bo", "cy")
    world.person("eve", "mentor")
    for key, mode in (("ana", "virtual"), ("bo", "in_person"), ("cy", "virtual"), ("cy", "in_person")):
        experience(world, key, mode)
    world.log("mentoring_session", "ana", "eve:mentor", on="2026-02-01")
    found = modes(world.programme.reader(OWNER), FIRST, LAST, internal=True)
    row = next(each for each in found.rows if each.outcome == "growth")
    assert (row.mode, row.mean, row.mean_against, found.several_modes) == ("virtual", 1.0, 0.0, 1)
    told = modes(world.programme.reader(OWNER), FIRST, LAST)
    assert all(each.mean is None and each.reason == "small_group" for each in told.rows)
    assert told.several_modes is None


def test_days_in_the_wrong_order_are_refused(world):
    with pytest.raises(UsageError, match="after the first"):
        modes(world.programme.reader(OWNER), LAST, FIRST)

"""The attack suite: whatever is combined with whatever, no small group's number comes out.

Differencing (this release minus that one), complementary (subtracting from totals), repeated (the same table
again, hidden otherwise), homogeneous (everybody alike), unique degree or shape (drawings).
"""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.disclosure.audit import possible_counts, revealed
from graph_service.disclosure.complementary import protect
from graph_service.disclosure.differencing import decide, release_of
from graph_service.disclosure.drawings import drawing_withheld, places, ties_between
from graph_service.disclosure.suppression import Rule, Withheld, publish, small
from graph_service.disclosure.tables import cube, nested, one_way, two_way
from graph_service.errors import DataError

K = 10
SITES, HAS = ("north", "south", "east"), ("mentor", "none")


def programme(seed, learners=160):
    """Made-up learners: site and whether they have a mentor; some cells are small."""
    rng = np.random.default_rng(seed)
    site = rng.choice(SITES, learners, p=[0.6, 0.3, 0.1])
    has = np.where(rng.random(learners) < 0.35, *HAS)
    return {f"learner {i}": (str(site[i]), str(has[i])) for i in range(learners)}


def table_of(people):
    counts = [[sum(place == (s, h) for place in people.values()) for h in HAS] for s in SITES]
    return two_way(counts, SITES, HAS)


def members_of(people):
    cells = {}
    for person, place in people.items():
        cells.setdefault(place, set()).add(person)
    return cells


def released(id, people, hidden=None, subject="has a mentor@spring"):
    table = table_of(people)
    if hidden is None:
        hidden = publish(table).hidden
    return release_of(id, subject, table, hidden, members_of(people))


def total_of(release, label):
    return sum(len(release.members[part]) for part in release.parts[label])


def smallest_sets_told(releases):
    """An attacker of another kind: every difference of two shown nested cells, on sets instead of programmes."""
    shown = [frozenset().union(*(r.members[part] for part in r.parts[label])) for r in releases for label in r.shown]
    return [len(a - b) for a in shown for b in shown if b < a]


# --- differencing ---------------------------------------------------------------------------------------------
def test_one_learner_who_joined_cannot_be_told_by_subtracting_two_releases():
    before = programme(1)
    after = before | {"joiner": ("north", "mentor")}
    first, second = released("r1", before), released("r2", after)
    decision = decide([first], second, K)
    assert not decision.allowed and decision.exposed[0].people == 1
    assert decision.exposed[0].cells == (("north", "mentor"),)


def test_enough_joiners_in_every_cell_are_no_secret():
    before = programme(1)
    more = {f"joiner {i}": (s, h) for i, (s, h) in enumerate((s, h) for s in SITES for h in HAS for _ in range(12))}
    first, second = released("r1", before), released("r2", before | more)
    assert decide([first], second, K).allowed


def test_what_counts_something_else_is_not_compared():
    before = programme(1)
    after = before | {"joiner": ("north", "mentor")}
    second = released("r2", after, subject="has a mentor@autumn")
    assert decide([released("r1", before)], second, K).allowed


def test_hiding_what_the_decision_names_makes_the_table_safe():
    before = programme(1)
    after = before | {"joiner": ("north", "mentor")}
    first, second = released("r1", before), released("r2", after)
    decision = decide([first], second, K)
    hidden = np.array([label not in second.shown - (decision.withhold or second.shown) for label in second.parts])
    assert decide([first], released("r2", after, hidden), K).allowed


@given(seed=st.integers(0, 40), leavers=st.integers(0, 14), joiners=st.integers(0, 14))
@settings(max_examples=25, deadline=None)
def test_no_two_releases_that_may_both_leave_differ_by_a_small_group(seed, leavers, joiners):
    before = programme(seed)
    rng = np.random.default_rng(seed)
    gone = set(rng.choice(sorted(before), leavers, replace=False))
    new = {f"joiner {i}": place for i, place in enumerate(programme(seed + 1, joiners).values())}
    after = {who: place for who, place in before.items() if who not in gone} | new
    first, second = released("r1", before), released("r2", after)
    decision = decide([first], second, K)
    if not decision.allowed:
        shown = frozenset() if decision.withhold is None else second.shown - decision.withhold
        hidden = np.array([label not in shown for label in second.parts])
        second = released("r2", after, hidden)
    told = smallest_sets_told([first, second])
    assert all(size >= K for size in told), "a difference of two shown counts is a small group"


# --- repeated --------------------------------------------------------------------------------------------------
def test_the_same_table_hidden_otherwise_is_refused_and_hidden_alike_is_not():
    people = {f"learner {i}": (s, h) for i, (s, h) in enumerate(
        [("north", "mentor")] * 30 + [("north", "none")] * 40 + [("south", "mentor")] * 3
        + [("south", "none")] * 35 + [("east", "mentor")] * 25 + [("east", "none")] * 45
    )}  # fmt: skip
    table = table_of(people)
    primary = small(table, Rule())
    one_pattern = protect(table, primary, K).hidden
    others = [
        hidden for row in range(3) if row != 1 for hidden in [_square(table, row)] if not (hidden == one_pattern).all()
    ]
    assert others and all(revealed(table, hidden, primary, K) == [] for hidden in others)
    first = released("r1", people, one_pattern)
    assert decide([first], released("r2", people, one_pattern), K).allowed
    assert not decide([first], released("r2", people, others[0]), K).allowed


def _square(table, row):
    """Hides the small cell of the south with the same columns of another site."""
    hidden = np.zeros(table.values.shape, dtype=bool)
    hidden[[1, row], :2] = True
    return hidden.ravel()


def test_another_minimum_cell_later_gives_nothing_away():
    for seed in range(6):
        people = programme(seed)
        strict = publish(table_of(people), Rule(20)).hidden
        first = released("r1", people, strict)
        decision = decide([first], released("r2", people), 10)
        told = [first, released("r2", people)] if decision.allowed else [first]
        assert all(size >= 10 for size in smallest_sets_told(told))


# --- a single release -----------------------------------------------------------------------------------------
@given(st.integers(0, 300))
@settings(max_examples=25, deadline=None)
def test_every_published_table_may_leave_when_it_is_the_first(seed):
    assert decide([], released("r1", programme(seed)), K).allowed


@pytest.mark.parametrize("seed", range(8))
def test_random_questions_to_the_shown_numbers_find_nothing(seed):
    """Ten thousand random sums and differences of shown counts: none is the count of a small cell for certain.

    A combination pins a cell down exactly when its coefficients are those of the cell alone.
    """
    release = released("r1", programme(seed))
    inner = sorted(release.members)
    rows = np.array([[part in set(release.parts[label]) for part in inner] for label in sorted(release.shown)])
    rng = np.random.default_rng(seed)
    for _ in range(10_000 if len(rows) else 0):
        picked = rng.choice(len(rows), min(4, len(rows)), replace=False)
        combination = rng.integers(-1, 2, len(picked)) @ rows[picked].astype(int)
        if np.abs(combination).sum() == 1:
            cell = inner[int(np.flatnonzero(combination)[0])]
            assert len(release.members[cell]) >= K


def test_a_row_in_which_everybody_is_alike_says_nothing_of_its_learners():
    table = two_way([[0, 40], [30, 50], [35, 45]])
    hidden = publish(table).hidden.ravel()
    ranges = {r.cell: r for r in possible_counts(table, hidden)}
    assert ranges[0].low == 0 and ranges[0].high >= K and ranges[1].low <= 40 - K


def test_only_small_cells_hidden_would_be_subtracted():
    table = two_way([[12, 3], [20, 15]])
    told = revealed(table, small(table, Rule()), small(table, Rule()), K)
    assert [(r.cell, r.low, r.high) for r in told] == [(1, 3.0, 3.0)], "the attacker does work"


def test_releases_of_sites_in_districts_know_their_subtotals():
    table = nested([[12, 30], [14, 40], [25, 35]], ["a", "b", "c"], ["n", "n", "s"], HAS)
    cells = {}
    for row, site in enumerate("abc"):
        for column, has in enumerate(HAS):
            cells[site, has] = [f"{site} {has} {i}" for i in range(int(table.values[row, column]))]
    release = release_of("r", "s", table, np.zeros(table.values.shape, bool), cells)
    assert total_of(release, ("n", "mentor")) == 26 and total_of(release, ("total", "total")) == 156
    assert decide([], release, K).allowed
    with pytest.raises(DataError):
        release_of("r", "s", table, np.zeros(table.values.shape, bool), cells | {("a", "none"): []})


def test_releases_of_three_ways_add_up():
    counts = np.full((2, 2, 2), 15)
    table = cube(counts)
    cells = {
        (str(a + 1), str(b + 1), str(c + 1)): [f"{a}{b}{c}{i}" for i in range(15)]
        for a in range(2)
        for b in range(2)
        for c in range(2)
    }
    release = release_of("r", "s", table, np.zeros(table.values.shape, bool), cells)
    assert total_of(release, ("1", "total", "total")) == 60 and decide([], release, K).allowed


@pytest.mark.slow
def test_large_releases_are_compared_in_reasonable_time():
    rng = np.random.default_rng(3)
    counts = rng.poisson(rng.lognormal(3.5, 0.8, (60, 12)))
    rows, columns = [f"s{i}" for i in range(60)], [f"c{i}" for i in range(12)]
    cells = {
        (r, c): [f"{r} {c} {i}" for i in range(counts[a, b])] for a, r in enumerate(rows) for b, c in enumerate(columns)
    }
    table = two_way(counts, rows, columns)
    first = release_of("r1", "s", table, publish(table).hidden, cells)
    cells["s0", "c0"] = [*cells["s0", "c0"], "joiner"]
    counts[0, 0] += 1
    table = two_way(counts, rows, columns)
    second = release_of("r2", "s", table, publish(table).hidden, cells)
    began = time.perf_counter()
    assert not decide([first], second, K).allowed
    assert time.perf_counter() - began < 60


# --- drawings and ties ------------------------------------------------------------------------------------------
def ring(people, offset=0):
    return [(offset + i, offset + (i + 1) % people) for i in range(people)]


def test_the_only_hub_is_recognised_by_its_degree():
    assert drawing_withheld(31, [(0, leaf) for leaf in range(1, 31)]) == Withheld("unique_shape")


def test_the_only_triangle_is_recognised_though_all_degrees_are_equal_around_it():
    path = [(i, i + 1) for i in range(29)]
    assert drawing_withheld(30, [*path, (0, 2)]) == Withheld("unique_shape")


def test_a_ring_may_be_drawn_until_a_colour_marks_somebody():
    assert drawing_withheld(30, ring(30)) is None
    assert drawing_withheld(30, ring(30), colours=["mentor"] + ["learner"] * 29) == Withheld("unique_shape")
    assert drawing_withheld(9, ring(9)) == Withheld("small_group")


@given(st.integers(2, 12), st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30), st.randoms())
@settings(max_examples=40, deadline=None)
def test_places_do_not_depend_on_numbering_and_separate_what_degrees_separate(people, drawn, random):
    ties = sorted({(min(a, b), max(a, b)) for a, b in drawn if a != b and max(a, b) < people})
    mine = places(people, ties)
    order = list(range(people))
    random.shuffle(order)
    theirs = places(people, [(order[a], order[b]) for a, b in ties])
    degree = [sum(node in tie for tie in ties) for node in range(people)]
    for a in range(people):
        for b in range(people):
            assert (mine[a] == mine[b]) == (theirs[order[a]] == theirs[order[b]])
            assert mine[a] != mine[b] or degree[a] == degree[b]


def test_many_ties_of_two_people_are_still_a_small_cell():
    """Fifteen learners all tied to the same two mentors: thirty ties, but two people on one side."""
    ego = [f"learner {i}" for i in range(15) for _ in range(2)] + [f"learner {i}" for i in range(15, 45)]
    alter = ["mentor 1", "mentor 2"] * 15 + [f"peer {i}" for i in range(30)]
    groups = ["north"] * 30 + ["south"] * 30, ["mentor"] * 30 + ["peer"] * 30
    table, withheld = ties_between(ego, alter, *groups, Rule())
    shape = withheld.reshape(table.values.shape)
    assert table.values[0, 0] == 30 and shape[0, 0] and not shape[1, 1]
    hidden = protect(table, withheld, K).hidden
    ranges = {r.cell: r for r in possible_counts(table, hidden)}
    assert ranges[0].low <= 20 and (ranges[0].high is None or ranges[0].high >= 40)


def test_the_distribution_of_degrees_hides_the_one_with_most_contacts():
    published = publish(one_way([40, 30, 20, 1], ["0", "1-2", "3-5", "6 and more"]))
    assert published.counts[3] is None and published.counts[2] is None

"""Small counts stay hidden, whatever is subtracted: tables, percentages, changes, groups."""

import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graph_service.disclosure.audit import possible_counts, revealed
from graph_service.disclosure.complementary import protect
from graph_service.disclosure.suppression import (
    Rule,
    Withheld,
    change_withheld,
    coded_percent,
    group_withheld,
    groups_withheld,
    network_withheld,
    publish,
    publish_changes,
    small,
)
from graph_service.disclosure.tables import cube, nested, one_way, two_way
from graph_service.errors import DataError, SettingsError

K = 10
counts = st.one_of(st.integers(0, 12), st.integers(0, 60))
two_ways = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=counts)
)


def made_up(rows, columns, mean, seed=1, spread=0.5):
    """Learners by site and category: sites and categories of very different size."""
    rng = np.random.default_rng(seed)
    expected = np.outer(rng.lognormal(0, 0.6, rows), rng.lognormal(0, 0.6, columns))
    expected *= mean / expected.mean()
    return rng.poisson(expected * rng.gamma(1 / spread, spread, (rows, columns)))


def protected(table, k=K, **more):
    primary = small(table, Rule(k))
    pattern = protect(table, primary, k, **more)
    assert pattern.hidden[primary].all()
    return pattern


def assert_nothing_revealed(table, pattern, k=K):
    assert revealed(table, pattern.hidden, pattern.primary, k) == []


@given(two_ways)
@settings(max_examples=40, deadline=None)
def test_no_two_way_table_reveals_a_hidden_cell(inner):
    table = two_way(inner)
    assert_nothing_revealed(table, protected(table))


@given(st.lists(counts, min_size=1, max_size=9))
@settings(max_examples=40, deadline=None)
def test_no_row_of_counts_reveals_a_hidden_cell(inner):
    table = one_way(inner)
    assert_nothing_revealed(table, protected(table))


@given(arrays(np.int64, (4, 3), elements=counts), st.sampled_from(["aabb", "abab", "aaab", "abcd"]))
@settings(max_examples=25, deadline=None)
def test_no_table_of_sites_in_districts_reveals_a_hidden_cell(inner, groups):
    table = nested(inner, list("1234"), list(groups), list("xyz"))
    assert table.network is not None, "rows nested in groups are still a network"
    assert_nothing_revealed(table, protected(table))


@given(arrays(np.int64, (2, 3, 2), elements=counts))
@settings(max_examples=8, deadline=None)
def test_no_three_way_table_reveals_a_hidden_cell(inner):
    table = cube(inner)
    assert table.network is None
    assert_nothing_revealed(table, protected(table, seconds=2))


@given(two_ways, st.integers(5, 30))
@settings(max_examples=30, deadline=None)
def test_every_minimum_cell_that_may_be_set_is_kept(inner, k):
    table = two_way(inner)
    assert_nothing_revealed(table, protected(table, k), k)


def cheapest_by_trying(table, k):
    """Every set of further cells, the cheapest first, judged by the linear-programming attacker."""
    primary = small(table, Rule(k))
    free = np.flatnonzero(~primary)
    choices = sorted(
        (int(table.cost[list(chosen)].sum()), chosen)
        for size in range(len(free) + 1)
        for chosen in combinations(free.tolist(), size)
    )
    for cost, chosen in choices:
        hidden = primary.copy()
        hidden[list(chosen)] = True
        ranges = [r for r in possible_counts(table, hidden) if primary[r.cell]]
        if all(r.low == 0 and (r.high is None or r.high >= k) for r in ranges):
            return cost
    raise AssertionError("hiding everything protects")


@given(arrays(np.int64, (2, 2), elements=st.integers(0, 25)))
@settings(max_examples=25, deadline=None)
def test_the_pattern_is_the_cheapest_there_is(inner):
    table = two_way(inner)
    pattern = protected(table)
    assert pattern.gap == 0
    assert pattern.cost == cheapest_by_trying(table, K)


@given(st.lists(st.integers(0, 25), min_size=2, max_size=6))
@settings(max_examples=25, deadline=None)
def test_the_pattern_of_a_row_is_the_cheapest_there_is(inner):
    table = one_way(inner)
    assert protected(table).cost == cheapest_by_trying(table, K)


def test_flows_and_linear_programmes_agree():
    from graph_service.disclosure.attack_by_flow import FlowAttacker
    from graph_service.disclosure.attack_by_programme import ProgrammeAttacker

    table = two_way(made_up(6, 5, 25))
    primary = small(table, Rule(K))
    flow, programme = FlowAttacker(table, primary, K), ProgrammeAttacker(table, primary, K)
    rng = np.random.default_rng(0)
    for _ in range(30):
        open_ = np.maximum(primary, rng.random(primary.size) < 0.3).astype(float)
        assert bool(flow.cuts(open_)) == bool(programme.cuts(open_))
        for cells, strength in flow.cuts(open_) + programme.cuts(open_):
            assert (strength * open_[cells]).sum() < 1, "a cut is violated where it was found"
    best = protect(table, primary, K).hidden
    for _ in range(5):
        open_ = np.maximum(primary, rng.random(primary.size) < 0.3).astype(float)
        for cells, strength in flow.cuts(open_) + programme.cuts(open_):
            assert (strength * best[cells]).sum() >= 1 - 1e-9, "and holds for every pattern that protects"


@pytest.mark.slow
@pytest.mark.parametrize("mean", [5, 20, 60, 200])
def test_three_hundred_sites_by_forty_are_protected_in_under_a_minute(mean):
    table = two_way(made_up(300, 40, mean))
    began = time.perf_counter()
    pattern = protected(table)
    assert time.perf_counter() - began < 60
    assert pattern.gap <= 0.05, f"told: {pattern.gap}"
    rng = np.random.default_rng(0)
    few = rng.choice(np.flatnonzero(pattern.primary), 6, replace=False)
    for found in possible_counts(table, pattern.hidden, few):
        assert found.low == 0 and (found.high is None or found.high >= K)


def test_the_time_limit_is_kept_and_the_gap_told():
    table = two_way(made_up(60, 20, 200))
    pattern = protected(table, seconds=0.0)
    assert 0 < pattern.gap <= 1 and pattern.bound < pattern.cost


def test_a_single_small_cell_takes_three_others_with_it():
    pattern = protected(two_way([[12, 3, 20], [20, 15, 30], [25, 40, 35]]))
    assert pattern.hidden.sum() == 4 and pattern.cost == 3


def test_a_table_without_small_cells_is_shown_whole():
    published = publish(two_way([[12, 13], [14, 15]]))
    assert not published.hidden.any() and published.gap == 0
    assert published.counts == ((12, 13, 25), (14, 15, 29), (26, 28, 54))


def test_zeros_are_small_but_impossible_cells_are_not():
    inner = [[0, 40, 30], [25, 0, 35], [50, 45, 60]]
    assert small(two_way(inner), Rule()).sum() == 2
    impossible = [[True, False, False], [False, True, False], [False, False, False]]
    table = two_way(inner, structural=impossible)
    assert not publish(table).hidden.any()


def test_impossible_cells_protect_nobody():
    table = two_way([[3, 0, 30], [40, 25, 35], [0, 50, 60]], structural=[[0, 1, 0], [0, 0, 0], [1, 0, 0]])
    pattern = protected(table)
    assert not pattern.hidden[table.structural.ravel()].any()
    assert_nothing_revealed(table, pattern)


def test_a_homogeneous_row_is_hidden_because_the_rest_of_it_is_nobody():
    """All forty learners of a site without a mentor: the zero would say it of each of them."""
    published = publish(two_way([[0, 40], [30, 50], [35, 45]], ["a", "b", "c"], ["mentor", "none"]))
    assert published.hidden[0, 0] and published.hidden[0, 1]


def test_a_small_programme_publishes_nothing():
    assert publish(two_way([[1, 2], [0, 3]])).hidden.all()
    assert publish(one_way([4])).hidden.all()


def test_the_same_table_gives_the_same_pattern():
    table = two_way(made_up(20, 10, 40))
    assert (protected(table).hidden == protected(table).hidden).all()


def test_tables_add_up():
    table = cube(np.arange(24).reshape(2, 3, 4))
    assert (table.equations @ table.cells == 0).all()
    assert table.values[-1, -1, -1] == 276 and table.cost[-1] == 24
    table = nested([[1, 2], [3, 4], [5, 6]], ["a", "b", "c"], ["n", "s", "n"], ["x", "y"])
    assert table.values.tolist() == [[1, 2, 3], [3, 4, 7], [5, 6, 11], [6, 8, 14], [3, 4, 7], [9, 12, 21]]
    assert (table.equations @ table.cells == 0).all()
    assert table.names[0] == ("a", "b", "c", "n", "s", "total")
    assert table.inner.sum() == 6


def test_tables_refuse_what_is_no_count():
    for wrong in ([[1, -1]], [[0.5, 1]], [[]]):
        with pytest.raises(DataError):
            two_way(wrong)
    with pytest.raises(DataError):
        two_way([[1, 2]], ["a", "b"], ["x", "y"])
    with pytest.raises(DataError):
        two_way([[1, 2]], structural=[[True, False]])


@pytest.mark.parametrize("k", [4, 31])
def test_the_minimum_cell_has_bounds(k):
    with pytest.raises(SettingsError):
        Rule(k)


def test_groups_waves_and_sides_need_k():
    rule = Rule()
    assert group_withheld(rule, 9) == Withheld("small_group") and group_withheld(rule, 10) is None
    assert change_withheld(rule, 40, 9) == change_withheld(rule, 9, 40) == Withheld("small_wave")
    assert network_withheld(rule, 50, 9) == network_withheld(rule, 9, 50) == Withheld("small_side")
    assert network_withheld(rule, 10, 10) is None


@given(two_ways, st.data())
@settings(max_examples=20, deadline=None)
def test_a_change_is_shown_only_between_two_counts_that_are_shown(inner, data):
    later = data.draw(arrays(np.int64, inner.shape, elements=counts))
    before, after = two_way(inner), two_way(later)
    shown = ~publish_changes(before, after).hidden
    assert (before.values[shown] >= K).all() and (after.values[shown] >= K).all()
    assert not (shown & (publish(before).hidden | publish(after).hidden)).any()


def test_changes_are_of_the_same_rows():
    with pytest.raises(DataError):
        publish_changes(one_way([20, 30], ["a", "b"]), one_way([20, 30], ["a", "c"]))


def test_a_small_group_takes_another_with_it_when_the_total_is_told():
    withheld = groups_withheld([40, 4, 25])
    assert [w and w.reason for w in withheld] == [None, "small_group", "complementary"]
    assert groups_withheld([40, 25]) == [None, None]


@given(st.integers(0, 600), st.data())
@settings(max_examples=200, deadline=None)
def test_a_percentage_never_singles_out_fewer_than_k(n, data):
    """Among the counts with the same published text, the possible ones never lie all below k or above n - k."""
    count = data.draw(st.integers(0, n))
    told = coded_percent(count, n)
    if isinstance(told, Withheld):
        return
    alike = [c for c in range(n + 1) if coded_percent(c, n) == told]
    assert max(alike) >= K - 1 and n - min(alike) >= K - 1
    if told.startswith(("<", ">")):
        assert len(alike) >= K
    else:
        assert min(alike) >= K and n - max(alike) >= K

"""Two arms, subgroups, few sites, whole networks: inference that fits the design."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.errors import DataError
from graph_service.measures.cohort.comparison import Arm, compare
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.gaps import gaps
from graph_service.measures.cohort.observation import Observation
from graph_service.measures.cohort.permutation import permutation_within
from graph_service.measures.cohort.power import minimum_detectable_effect
from graph_service.measures.cohort.regression import arm_effect
from graph_service.measures.cohort.resampling import Resampling
from graph_service.measures.cohort.scales import reliability
from graph_service.measures.cohort.sensitivity import sensitivity
from graph_service.measures.cohort.survival import groups_differ, time_to_first_tie
from graph_service.measures.cohort.vertex import density, networks_differ, vertex_bootstrap

QUICK = Resampling(resamples=199)
LOG, SURVEY = Observation("coordinator_log"), Observation("scale_survey", "1", "stated")


def arm(before, after, observed=LOG, **more):
    return Arm(before, after, observed_before=observed, observed_after=observed, **more)


def programme(sites=12, per_site=8, effect=1.0, seed=5):
    """A made-up study: whole sites assigned in turn, learners of a site alike."""
    rng = np.random.default_rng(seed)
    site = np.repeat(np.arange(sites), per_site)
    treated = site % 2
    change = effect * treated + rng.normal(0, 0.5, sites)[site] + rng.normal(0, 1, len(site))
    return site, treated, change


def test_difference_in_differences_is_the_difference_of_the_mean_changes():
    found = compare(arm([1, 2, 3, 4], [3, 5, 5, 8]), arm([1, 2, 3, 4], [2, 2, 4, 5]))
    assert found.effect.estimate.value == pytest.approx(2.75 - 0.75)
    assert found.baseline.band == "equivalent" and not found.adjusted


@pytest.mark.parametrize("other", [SURVEY, Observation("roster"), None])
def test_arms_measured_differently_are_refused_with_the_baseline_still_shown(other):
    coverage = Estimate(0.4, 10, "coverage")
    found = compare(arm([1, 2, 3], [2, 3, 4], coverage=coverage), arm([1, 2, 3], [1, 2, 3], observed=other))
    assert found.refused.reason == "measured_differently"
    assert found.effect.estimate.reason == found.g.reason == "measured_differently"
    assert found.coverage == (coverage, None) and found.baseline.band == "equivalent"


def test_a_wave_observed_otherwise_is_refused_even_when_both_arms_changed_together():
    def changed(before, after):
        return Arm(before, after, observed_before=LOG, observed_after=SURVEY)

    found = compare(changed([1, 2, 3], [2, 3, 4]), changed([1, 2, 3], [1, 2, 3]))
    assert found.refused.reason == "instrument_changed"


def test_a_baseline_in_the_middle_band_is_adjusted_for():
    rng = np.random.default_rng(1)
    before_t, before_c = rng.normal(0.15, 1, 400), rng.normal(0, 1, 400)
    t = arm(before_t, 0.5 * before_t + 1 + rng.normal(0, 0.1, 400))
    c = arm(before_c, 0.5 * before_c + rng.normal(0, 0.1, 400))
    found = compare(t, c)
    assert found.baseline.band == "adjust" and found.adjusted
    assert found.effect.estimate.value == pytest.approx(1.0, abs=0.03)


@given(shift=st.floats(-5, 5), seed=st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_a_common_shift_of_both_arms_changes_no_comparison(shift, seed):
    rng = np.random.default_rng(seed)
    b, c = rng.normal(size=(2, 12))
    one = compare(arm(b, b + 1), arm(c, c + rng.normal(size=12) * 0))
    rng = np.random.default_rng(seed)
    b, c = rng.normal(size=(2, 12))
    two = compare(arm(b, b + 1 + shift), arm(c, c + shift))
    assert two.effect.estimate.value == pytest.approx(one.effect.estimate.value, abs=1e-8)


def naive_wild_p(y, x, sites, null=0.0):
    """Every sign vector, every regression fitted anew by statsmodels: slow, and obviously right."""
    import statsmodels.api as sm

    def t_of(outcome, at):
        fit = sm.OLS(outcome, sm.add_constant(x.astype(float))).fit(
            cov_type="cluster", cov_kwds={"groups": sites}, use_t=True
        )
        return (fit.params[1] - at) / fit.bse[1]

    observed = t_of(y, null)
    restricted = y - null * x
    fitted, residual = null * x + restricted.mean(), restricted - restricted.mean()
    draws = [
        t_of(fitted + residual * np.array(signs)[sites], null) for signs in product((-1, 1), repeat=len(set(sites)))
    ]
    return np.mean(np.abs(draws) >= abs(observed) * (1 - 1e-9))


def test_the_wild_cluster_bootstrap_agrees_with_refitting_every_draw():
    site, treated, change = programme(sites=8, per_site=5)
    found = arm_effect(change, treated, sites=site)
    assert "all sign vectors" in found.estimate.method
    assert found.estimate.p == pytest.approx(naive_wild_p(change, treated, site))


def test_its_interval_holds_exactly_the_hypotheses_it_does_not_reject():
    site, treated, change = programme(sites=8, per_site=5)
    interval = arm_effect(change, treated, sites=site).estimate.interval
    width = interval.high - interval.low
    assert naive_wild_p(change, treated, site, interval.low - 0.02 * width) <= 0.05
    assert naive_wild_p(change, treated, site, interval.high + 0.02 * width) <= 0.05
    assert naive_wild_p(change, treated, site, interval.low + 0.02 * width) > 0.05
    assert naive_wild_p(change, treated, site, interval.high - 0.02 * width) > 0.05


def test_below_twenty_sites_the_wild_bootstrap_leads_and_t_stands_beside():
    site, treated, change = programme(sites=14)
    few = arm_effect(change, treated, sites=site)
    assert "Webb" in few.estimate.method and few.beside.method.endswith("t(13)")
    site, treated, change = programme(sites=20)
    many = arm_effect(change, treated, sites=site)
    assert many.estimate.method.endswith("t(19)") and many.beside is None


def test_few_sites_reject_no_more_than_they_should():
    rejected = 0
    for seed in range(120):
        site, treated, change = programme(sites=8, per_site=6, effect=0.0, seed=seed)
        rejected += arm_effect(change, treated, sites=site).estimate.p <= 0.05
    assert rejected / 120 <= 0.10


def test_one_treated_site_gives_a_difference_but_no_inference():
    site = np.repeat(np.arange(6), 4)
    found = arm_effect(np.arange(24.0), site == 0, sites=site)
    assert found.estimate.value is not None and found.estimate.interval is None
    assert found.estimate.reason == "too_few_sites" and found.caution == "few_treated_sites"


def test_two_treated_sites_come_with_a_caution():
    site, _, change = programme(sites=8)
    assert arm_effect(change, site < 2, sites=site).caution == "few_treated_sites"


def test_an_arm_that_blocks_explain_is_not_identified():
    assert arm_effect([1, 2, 3, 4, 5, 7], [0, 0, 0, 1, 1, 1], blocks=list("aaabbb")).estimate.reason == (
        "not_identified"
    )
    assert arm_effect([1, 2, 3], [1, 1, 1]).estimate.reason == "one_arm"
    assert arm_effect([], []).estimate.reason == "too_few"


def test_blocks_compare_inside_blocks():
    outcome = [10, 11, 20, 21, 22]
    found = arm_effect(outcome, [0, 1, 0, 1, 1], blocks=["a", "a", "b", "b", "b"])
    within = permutation_within(outcome, [0, 1, 0, 1, 1], ["a", "a", "b", "b", "b"])
    assert found.estimate.value == pytest.approx(within.value)


def test_a_gap_is_the_difference_to_the_reference_group_with_its_n():
    rows = gaps(list("aaabbb"), [3, 4, 5, 1, 2, None], [1, 1, 1, 1, 1, 1], reference="a", how=QUICK)
    b = rows[1]
    assert (b.level.value, b.level.n, b.level_gap.value, b.level_gap.n) == (1.5, 2, -2.5, 5)
    assert (b.growth_gap.value, b.growth_gap.n) == (-2.5, 5)
    assert rows[0].level_gap.reason == "reference"
    assert b.level_gap.interval.high < 0


def test_gaps_say_what_they_cannot_tell():
    rows = gaps(["a", "a", "b", None], [1, 2, 3, 4], reference="a", how=QUICK)
    assert rows[1].level_gap.reason == "too_few" and rows[1].growth.reason == "one_wave"
    rows = gaps(["a", "a"], [1, 2], [1, 1], reference="a", observed=(LOG, SURVEY))
    assert rows[0].growth.reason == "instrument_changed"
    with pytest.raises(DataError):
        gaps(["a"], [1], reference="b")


def test_an_exact_permutation_agrees_with_scipy():
    from scipy import stats

    rng = np.random.default_rng(2)
    t, c = rng.normal(0.8, 1, 6), rng.normal(0, 1, 7)
    ours = permutation_within(np.concatenate([t, c]), [1] * 6 + [0] * 7)
    theirs = stats.permutation_test(
        (t, c), lambda a, b: abs(a.mean() - b.mean()), n_resamples=10_000, alternative="greater"
    )
    assert ours.p == pytest.approx(theirs.pvalue)


def test_labels_move_inside_their_site_only():
    """Two sites far apart, treatment mostly in the higher one: mixing sites would fake an effect."""
    outcome = [0, 0.1, 0.2, 0.3, 9, 9.1, 9.2, 9.3]
    treated = [1, 0, 0, 0, 0, 1, 1, 1]
    within = permutation_within(outcome, treated, ["low"] * 4 + ["high"] * 4)
    assert within.p >= 0.5 and abs(within.value) < 0.2
    assert permutation_within(outcome, treated).value > 4


def test_many_learners_are_permuted_at_random_but_repeatably():
    rng = np.random.default_rng(4)
    outcome, treated = rng.normal(size=100), np.arange(100) % 2
    first = permutation_within(outcome + 3 * treated, treated, how=QUICK)
    assert first == permutation_within(outcome + 3 * treated, treated, how=QUICK)
    assert first.p == pytest.approx(1 / 200) and "Monte Carlo" in first.method
    assert permutation_within([1, 1, 1, 1], [0, 1, 0, 1]).reason == "no_variation"
    assert permutation_within([1, 2], [1, 1]).reason == "too_few"


def test_more_sites_find_smaller_effects_and_more_learners_per_site_hardly_do():
    few = minimum_detectable_effect(500, sites=10, icc=0.2).value
    assert minimum_detectable_effect(1000, sites=20, icc=0.2).value < 0.72 * few
    assert minimum_detectable_effect(5000, sites=10, icc=0.2).value > 0.95 * few
    assert minimum_detectable_effect(500, r2=0.5).value < minimum_detectable_effect(500).value
    assert minimum_detectable_effect(10, 1.0).reason == "one_arm"
    assert minimum_detectable_effect(10, sites=2).reason == "too_few"


def test_the_minimum_detectable_effect_has_the_power_it_claims():
    from statsmodels.stats.power import TTestIndPower

    smallest = minimum_detectable_effect(120).value
    assert TTestIndPower().power(smallest, nobs1=60, alpha=0.05) == pytest.approx(0.80, abs=0.003)


def test_curves_start_at_everyone_and_null_medians_say_why():
    slow, quick = time_to_first_tie([10, 20, 30, 5, 6, 7], [0, 1, 0, 1, 1, 1], ["slow"] * 3 + ["quick"] * 3)[::-1]
    assert slow.group == "slow" and slow.without_at(0) == 1.0
    assert quick.median.value == 6 and quick.steps[-1].without == 0 and quick.steps[-1].interval is None
    (never,) = time_to_first_tie([10, 20], [0, 0])
    assert never.median.reason == "not_reached" and never.steps == ()
    assert groups_differ([1, 2], [1, 1], ["a", "a"]).reason == "one_group"
    assert groups_differ([1, 2], [0, 0], ["a", "b"]).reason == "no_events"


def test_omega_recovers_the_reliability_that_the_items_were_made_with():
    rng = np.random.default_rng(11)
    loadings = np.array([0.9, 0.7, 0.5, 0.4])
    trait = rng.normal(size=(4000, 1))
    items = trait * loadings + rng.normal(size=(4000, 4)) * np.sqrt(1 - loadings**2)
    found = reliability({f"q{i}": items[:, i] for i in range(4)}, how=QUICK)
    truth = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    assert found.omega.value == pytest.approx(truth, abs=0.02)
    assert found.alpha.value < found.omega.value, "unequal loadings: alpha is the lower bound"
    assert found.alpha.interval.holds(found.alpha.value)


def test_scales_that_cannot_be_judged_are_null():
    assert reliability({"a": [1, 2], "b": [1, 2]}).alpha.reason == "too_few"
    assert reliability({"a": [1, 1, 1], "b": [2, 2, 2]}).alpha.reason == "no_variation"
    found = reliability({"a": [1, 2, 3, 5], "b": [1, 2, None, 4], "c": [2, 2, 3, 4]}, how=QUICK)
    assert found.incomplete == 1 and found.omega.reason == "too_few"


def made_up_network(n=40, seed=0, share=0.15):
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.random((n, n)) < share, 1)
    return (upper + upper.T).astype(float)


def test_the_vertex_bootstrap_is_repeatable_and_wider_than_independent_ties_would_be():
    star = np.zeros((30, 30))
    star[0, 1:] = star[1:, 0] = 1
    found = vertex_bootstrap(star)
    assert found == vertex_bootstrap(star) and found.value == pytest.approx(2 / 30)
    independent = np.sqrt(found.value * (1 - found.value) / (30 * 29 / 2))
    assert (found.interval.high - found.interval.low) / (2 * 1.96) > 1.5 * independent


def test_a_network_does_not_differ_from_itself():
    network = made_up_network()
    assert networks_differ(network, network).reason == "no_variation"
    found = networks_differ(network, made_up_network(seed=1, share=0.6), how=QUICK)
    assert found.interval.low > 0.2 and found.p < 0.001


def test_the_vertex_bootstrap_takes_any_statistic_and_refuses_what_it_cannot_hold():
    from scipy import sparse

    network = made_up_network()
    isolates = vertex_bootstrap(sparse.csr_array(network), lambda a: float((a.sum(0) == 0).mean()), how=QUICK)
    assert isolates.value == pytest.approx(float((network.sum(0) == 0).mean()))
    assert density(network) == pytest.approx(network.sum() / (40 * 39))
    assert vertex_bootstrap(np.zeros((2, 2))).reason == "too_few"
    with pytest.raises(DataError):
        vertex_bootstrap([[0, 1], [0, 0]])


def test_the_sensitivity_panel_runs_every_setting_once_and_says_what_moves():
    seen = []

    def estimate(half_life, threshold):
        seen.append((half_life, threshold))
        value = (half_life or 1000) / 180 - 2 * threshold
        return Estimate.of(value, 20, "toy", low=value - 1, high=value + 1)

    panel = sensitivity(estimate, half_lives=(90.0, 365.0, None), thresholds=(0.25, 1.0))
    assert len(seen) == len(set(seen)) == 8 and panel.chosen.half_life == 180.0
    assert panel.same_sign is False and panel.same_verdict is False
    assert panel.smallest == pytest.approx(90 / 180 - 2)


def test_a_panel_without_values_judges_nothing():
    panel = sensitivity(lambda h, t: Estimate.null("too_few"))
    assert panel.smallest is None and panel.same_sign is None and panel.same_verdict is None

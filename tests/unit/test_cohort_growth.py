"""Growth of cohorts, effects, bands, attrition: what they answer, and when they answer null."""

import json
import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.errors import DataError, MissingExtra
from graph_service.measures.cohort.attrition import attrition, attrition_of_rows
from graph_service.measures.cohort.baseline import baseline_equivalence
from graph_service.measures.cohort.change import change, cox_index_of_waves, rate_ratio_of_waves
from graph_service.measures.cohort.columns import labels, numbers
from graph_service.measures.cohort.coverage import coverage, logging
from graph_service.measures.cohort.effects import cox_index, hedges_g, rate_ratio
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.extras import statistics_library
from graph_service.measures.cohort.multiplicity import adjusted_within
from graph_service.measures.cohort.observation import Observation, arms_refused, waves_refused
from graph_service.measures.cohort.resampling import Resampling

QUICK = Resampling(resamples=199)
LOG = Observation("coordinator_log")
sizes = st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=0, max_size=30)


@pytest.mark.parametrize(
    "column",
    [
        [1, None, 3],
        np.array([1.0, np.nan, 3.0]),
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1.0, None, 3.0]),
        pa.array([1, None, 3]),
        pa.chunked_array([[1, None], [3]]),
    ],
    ids=["list", "numpy", "pandas nullable", "pandas", "arrow", "arrow chunks"],
)
def test_a_column_may_come_from_anywhere(column):
    assert np.array_equal(numbers(column), [1.0, np.nan, 3.0], equal_nan=True)


def test_infinite_values_and_text_are_refused():
    with pytest.raises(DataError):
        numbers([1.0, math.inf])
    with pytest.raises(DataError):
        numbers(["many"])


def test_labels_keep_missing_apart():
    assert labels(pd.Series(["b", None, "a", ""])).codes.tolist() == [1, -1, 0, -1]


def test_an_estimate_is_never_nan():
    with pytest.raises(ValueError):
        Estimate(math.nan, 3, "mean")
    with pytest.raises(ValueError):
        Estimate(None, 3, "mean")
    assert Estimate.of(math.inf, 3, "mean").value is None


@given(before=sizes, data=st.data())
@settings(max_examples=40, deadline=None)
def test_growth_of_any_two_waves_is_finite_or_null_with_a_reason(before, data):
    after = data.draw(st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=len(before), max_size=len(before)))
    grown = change(before, after, how=QUICK)
    estimates = [grown.before, grown.after, grown.mean, grown.d_av, grown.g_av]
    estimates += [rate_ratio_of_waves(before, after, how=QUICK)]
    for estimate in estimates:
        assert (estimate.value is None) == (estimate.reason is not None and estimate.value is None)
        assert estimate.value is None or math.isfinite(estimate.value)
        assert estimate.interval is not None or estimate.reason is not None
    json.dumps([e.value for e in estimates], allow_nan=False)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=25))
@settings(max_examples=40, deadline=None)
def test_mean_change_is_the_difference_of_the_means(pairs):
    before, after = zip(*pairs, strict=True)
    grown = change(before, after, how=QUICK)
    assert grown.mean.value == pytest.approx(grown.after.value - grown.before.value, abs=1e-9)
    assert grown.mean.n == len(pairs)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    before, after = np.arange(40) % 7, np.arange(40) % 11
    first = change(before, after, how=Resampling(seed=1))
    assert first == change(before, after, how=Resampling(seed=1))
    assert first.mean.interval != change(before, after, how=Resampling(seed=2)).mean.interval


def test_learners_measured_once_are_counted_but_not_used():
    grown = change([1, None, 3, 4], [2, 5, None, 5], how=QUICK)
    assert (grown.mean.n, grown.incomplete) == (2, 2)


def test_ten_sites_are_resampled_as_sites_and_nine_are_not():
    before = np.zeros(60)
    after = np.repeat(np.arange(10), 6).astype(float)
    ten = change(before, after, sites=[f"school {i}" for i in np.repeat(np.arange(10), 6)], how=QUICK)
    nine = change(before, after, sites=[f"school {i % 9}" for i in range(60)], how=QUICK)
    assert "over sites" in ten.mean.method and ten.mean.clusters == 10
    assert "over learners" in nine.mean.method and nine.mean.clusters == 9
    wide = ten.mean.interval.high - ten.mean.interval.low
    narrow = nine.mean.interval.high - nine.mean.interval.low
    assert wide > 1.5 * narrow, "learners of one site move together here"


def test_a_bootstrap_interval_is_near_students_where_students_holds():
    from scipy import stats

    rng = np.random.default_rng(7)
    gain = rng.normal(1.0, 2.0, 400)
    interval = change(np.zeros(400), gain).mean.interval
    low, high = stats.t.interval(0.95, 399, gain.mean(), stats.sem(gain))
    assert interval.low == pytest.approx(low, abs=0.03) and interval.high == pytest.approx(high, abs=0.03)


def test_a_constant_gain_has_a_value_but_no_interval():
    grown = change([1, 2, 3], [2, 3, 4], how=QUICK)
    assert grown.mean.value == 1 and grown.mean.interval is None and grown.mean.reason == "no_variation"


def test_a_change_of_instrument_blocks_the_delta_but_not_the_levels():
    grown = change([1, 2, 4], [2, 3, 3], observed=(LOG, Observation("scale_survey", "2", "stated")), how=QUICK)
    assert grown.mean.value is None and grown.mean.reason == "instrument_changed"
    assert grown.d_av.reason == "instrument_changed"
    assert grown.before.value == pytest.approx(7 / 3)


def test_another_version_of_a_survey_is_another_instrument():
    refusal = waves_refused(Observation("scale_survey", "1"), Observation("scale_survey", "2"))
    assert refusal.reason == "instrument_changed" and "scale_survey 1" in refusal.sentence
    assert arms_refused(LOG, LOG) is None
    assert arms_refused(LOG, None).reason == "measured_differently"


def test_effects_are_null_where_they_are_undefined():
    assert hedges_g([1], [1, 2]).reason == "too_few"
    assert hedges_g([1, 1], [1, 1]).reason == "no_variation"
    assert cox_index([1, 1], [0, 1]).reason == "all_or_none"
    assert cox_index([], [0, 1]).reason == "too_few"
    assert cox_index_of_waves([0, 0], [1, 0]).reason == "all_or_none"
    assert rate_ratio([0, 0, 3], [1, 1, 0]).reason == "none_counted"
    assert rate_ratio([1, 2, 3], [1, 1, 1]).reason == "too_few"
    assert rate_ratio_of_waves([0, 0], [1, 1]).reason == "none_counted"


def test_overdispersed_counts_get_wider_intervals_than_a_poisson_law_gives():
    from statsmodels.stats.rates import confint_poisson_2indep

    rng = np.random.default_rng(3)
    counts = rng.negative_binomial(1, 0.2, 200)
    arm = np.arange(200) % 2
    robust = rate_ratio(counts, arm)
    low, high = confint_poisson_2indep(counts[arm == 1].sum(), 100, counts[arm == 0].sum(), 100, method="score")
    assert robust.value == pytest.approx(counts[arm == 1].sum() / counts[arm == 0].sum())
    assert robust.interval.high / robust.interval.low > high / low


def test_rate_ratio_by_site_says_how_many_sites():
    sites = np.repeat(list("abcdef"), 4)
    arm = np.repeat([0, 1], 12)
    found = rate_ratio(np.arange(24) % 5 + arm, arm, clusters=sites)
    assert found.clusters == 6 and "by site" in found.method


@pytest.mark.parametrize(("shift", "expected"), [(0.0, "equivalent"), (0.15, "adjust"), (0.5, "not_equivalent")])
def test_baseline_bands(shift, expected):
    values = np.linspace(-1.7, 1.7, 200)
    assert baseline_equivalence(values + shift, values).band == expected


def test_baseline_of_a_yes_no_measure_uses_the_cox_index():
    found = baseline_equivalence([1] * 50 + [0] * 50, [1] * 48 + [0] * 52)
    assert ("Cox" in found.difference.method and found.band == "equivalent") or found.band == "adjust"


def test_arms_that_all_start_at_zero_are_equivalent():
    assert baseline_equivalence([0, 0, 0], [0, 0]).band == "equivalent"
    assert baseline_equivalence([0, 0, 0], [1, 1]).band is None


def test_attrition_of_learners_is_counted_in_the_sites_that_stayed():
    treated = [1] * 6 + [0] * 6
    sites = ["a"] * 3 + ["b"] * 3 + ["c"] * 3 + ["d"] * 3
    observed = [1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    learners, by_site = attrition_of_rows(treated, observed, sites)
    assert (by_site.assigned, by_site.lost) == ((2, 2), (1, 0))
    assert (learners.assigned, learners.lost) == ((3, 6), (1, 0))


def test_sites_that_hold_both_arms_have_no_site_attrition():
    _, by_site = attrition_of_rows([1, 0, 1, 0], [1, 1, 0, 1], ["a", "a", "b", "b"])
    assert by_site is None


def test_attrition_with_one_arm_or_nobody_is_null():
    assert attrition((5, 0), (1, 0)).reason == "one_arm"
    assert attrition((0, 0), (0, 0)).overall is None
    with pytest.raises(DataError):
        attrition((5, 5), (6, 0))


@given(st.integers(1, 200), st.integers(1, 200), st.data())
@settings(max_examples=100, deadline=None)
def test_low_under_the_cautious_assumption_is_low_under_the_optimistic(a, b, data):
    lost = data.draw(st.integers(0, a)), data.draw(st.integers(0, b))
    found = attrition((a, b), lost)
    assert found.low["optimistic"] or not found.low["cautious"]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_adjusted_p_values_agree_with_statsmodels(p):
    from statsmodels.stats.multitest import multipletests

    named = {str(i): value for i, value in enumerate(p)}
    adjusted = adjusted_within(named | {"null": None}, dict.fromkeys([*named, "null"], "one"))
    assert adjusted.pop("null") is None
    assert list(adjusted.values()) == pytest.approx(list(multipletests(p, method="fdr_bh")[1]))


def test_coverage_and_logging_are_told():
    assert coverage([1, 0, 0, 1]).value == 0.5
    assert coverage([]).reason == "empty_roster"
    told = logging(["ana", "ana", "bo", None])
    assert (told.loggers, told.per_logger.value, told.largest_share.value) == (2, 1.5, 2 / 3)
    assert logging([None]).per_logger.reason == "nothing_logged"


def test_a_missing_extra_is_named():
    with pytest.raises(MissingExtra, match=r"graph-service\[statistics\]"):
        statistics_library("no_such_statistics_library", "this test")

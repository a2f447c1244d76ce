"""Cohort statistics against numbers that were published or can be checked by hand."""

import numpy as np
import pytest
from scipy.stats import norm

from graph_service.measures.cohort.attrition import BOUNDARIES, highest_low_differential
from graph_service.measures.cohort.change import change, cox_index_of_waves
from graph_service.measures.cohort.effects import cox_index, hedges_correction, hedges_g, rate_ratio
from graph_service.measures.cohort.multiplicity import adjusted_within
from graph_service.measures.cohort.permutation import permutation_within
from graph_service.measures.cohort.power import minimum_detectable_effect
from graph_service.measures.cohort.scales import reliability
from graph_service.measures.cohort.survival import groups_differ, time_to_first_tie

# Two sets of ten film ratings, Lakens 2013, Frontiers in Psychology 4:863, table 1.
FILM_1 = [9, 7, 8, 9, 8, 9, 9, 10, 9, 9]
FILM_2 = [9, 6, 7, 8, 7, 9, 8, 8, 8, 7]


def test_hedges_g_of_two_groups_is_the_published_one():
    assert hedges_g(FILM_1, FILM_2).value == pytest.approx(1.08, abs=0.005)


def test_d_av_is_the_difference_over_the_root_of_the_mean_variance():
    grown = change(FILM_2, FILM_1)
    assert grown.mean.value == pytest.approx(1.0)
    assert grown.d_av.value == pytest.approx(1.13, abs=0.005)
    assert grown.g_av.value == pytest.approx(grown.d_av.value * (1 - 3 / 35))


@pytest.mark.parametrize(("df", "j"), [(9, 32 / 35), (18, 68 / 71), (2, 4 / 7)])
def test_hedges_correction_follows_its_formula(df, j):
    assert hedges_correction(df) == pytest.approx(j)


def test_cox_index_of_sixty_against_fifty_percent():
    arm = [1] * 60 + [0] * 40, [1] * 50 + [0] * 50
    by_hand = np.log((0.6 / 0.4) / (0.5 / 0.5)) / 1.65
    assert cox_index(*arm).value == pytest.approx(by_hand)
    error = np.sqrt(1 / 60 + 1 / 40 + 1 / 50 + 1 / 50) / 1.65
    assert cox_index(*arm).interval.low == pytest.approx(by_hand - 1.959964 * error, abs=1e-6)
    assert cox_index_of_waves(arm[1], arm[0]).value == pytest.approx(by_hand)


def test_rate_ratio_of_doctors_who_smoke():
    """British doctors, ages 35-44: 32 deaths in 52,407 person-years against 2 in 18,790 (Breslow & Day 1987)."""
    ratio = rate_ratio([20, 12, 2], [1, 1, 0], exposure=[30000, 22407, 18790])
    assert ratio.value == pytest.approx(5.74, abs=0.005)


def test_benjamini_hochberg_rejects_the_four_of_the_paper():
    """Fifteen p-values of Benjamini & Hochberg 1995, section 3.1: four are rejected at .05."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    named = {f"o{i}": value for i, value in enumerate(p)}
    adjusted = adjusted_within(named, dict.fromkeys(named, "one"))
    assert [name for name, value in adjusted.items() if value <= 0.05] == ["o0", "o1", "o2", "o3"]


@pytest.mark.parametrize(
    ("assumption", "alphas", "bias"), [("cautious", (0.45, 0.39), 0.055), ("optimistic", (0.27, 0.22), 0.0543)]
)
def test_the_attrition_boundaries_are_those_of_wwcs_own_bias_model(assumption, alphas, bias):
    """At the boundary the model's bias is constant (about .05 standard deviations): a mistyped row would show.

    Latent response model: bias = a_t phi(z_t)/p_t - a_c phi(z_c)/p_c for response rates p.
    """
    percent = np.arange(6, len(BOUNDARIES[assumption]))
    half = np.array(BOUNDARIES[assumption])[percent] / 200
    lost_t, lost_c = percent / 100 + half, percent / 100 - half

    def selection(lost):
        return norm.pdf(norm.ppf(lost)) / (1 - lost)

    implied = np.abs(alphas[0] * selection(lost_t) - alphas[1] * selection(lost_c))
    assert np.abs(implied - bias).max() < 0.0008


def test_attrition_boundaries_at_known_rates():
    assert highest_low_differential(0.10) == 0.063
    assert highest_low_differential(0.10, "optimistic") == 0.109
    assert highest_low_differential(0.57) == 0.0
    assert highest_low_differential(0.58) is None
    assert highest_low_differential(0.65, "optimistic") == 0.003
    assert highest_low_differential(0.66, "optimistic") is None


def test_minimum_detectable_effects_of_the_power_tables():
    # multiplier 2.80 at 80 % power and .05 two-sided for many degrees of freedom (Bloom 1995)
    assert minimum_detectable_effect(1_000_000).value * np.sqrt(250_000) == pytest.approx(2.80, abs=0.005)
    # PowerUp! (Dong & Maynard 2013), model 1.0, n = 200 and model 3.1, rho .2, J = 20, n = 50 each
    assert minimum_detectable_effect(200).value == pytest.approx(0.398, abs=0.001)
    by_site = minimum_detectable_effect(1000, sites=20, icc=0.2)
    assert by_site.value == pytest.approx((2.1009 + 0.8620) * np.sqrt(0.2 / 5 + 0.8 / 250), rel=1e-3)


# Remission in weeks, 6-MP arm and placebo arm; Freireich et al. 1963, in Cox 1972. False: still in remission.
MP6 = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
MP6_SEEN = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_kaplan_meier_gives_the_published_curve():
    (curve,) = time_to_first_tie(MP6, MP6_SEEN)
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {int(s.day): round(s.without, 3) for s in curve.steps} == published
    assert curve.median.value == 23 and curve.events == 9
    assert all(s.interval.holds(s.without) for s in curve.steps)


def test_the_log_rank_test_gives_the_published_chi_square():
    test = groups_differ(MP6 + PLACEBO, MP6_SEEN + [1] * 21, ["6-MP"] * 21 + ["placebo"] * 21)
    assert test.value == pytest.approx(16.79, abs=0.01)


def test_cronbachs_alpha_of_a_published_table():
    """Ten people, five items; alpha .633 in Denis, Applied Univariate, Bivariate, and Multivariate Statistics."""
    items = np.array(
        [
            [10, 12, 15, 11, 12], [12, 18, 12, 12, 1], [8, 16, 14, 14, 4], [6, 8, 16, 8, 6], [4, 7, 8, 7, 5],
            [6, 6, 3, 7, 3], [3, 4, 6, 5, 8], [7, 3, 7, 9, 9], [8, 9, 4, 10, 10], [9, 5, 6, 11, 12],
        ]
    )  # fmt: skip
    found = reliability({f"item{i}": items[:, i] for i in range(5)})
    assert found.alpha.value == pytest.approx(0.633, abs=0.0005)


def test_the_lady_tasting_tea():
    """Fisher 1935: three of four cups right each way; p = 34/70 two-sided on the 70 arrangements."""
    said_milk = [1, 1, 1, 0, 1, 0, 0, 0]
    test = permutation_within(said_milk, [1, 1, 1, 1, 0, 0, 0, 0])
    assert test.p == pytest.approx(34 / 70)

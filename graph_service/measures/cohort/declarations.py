"""Every statistic of a cohort, declared once: the reference page, help and codebook are written from here."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

ROOM = "graph_service.measures.cohort"

#: Why a statistic, or its interval, is null. A code, and what it means in words.
REASONS: dict[str, str] = {
    "all_or_none": "everybody or nobody of an arm or wave: the odds are not finite",
    "empty_roster": "nobody was on the roster",
    "few_treated_sites": "an arm has fewer than three sites: read the inference with caution",
    "instrument_changed": "the waves were observed by different instruments or sources",
    "interval_open": "the curve does not come down far enough for both ends of an interval",
    "measured_differently": "the arms were observed by different instruments or sources",
    "negative_variance": "the factor model needs an item with negative variance (Heywood case)",
    "no_comparison": "the design has no comparison arm",
    "no_events": "nobody got a first tie",
    "no_joiners": "nobody joined after the baseline",
    "no_one": "the group is empty",
    "no_one_measured": "nobody of the group was measured",
    "no_variation": "nobody differs, or no resample does",
    "none_counted": "nothing was counted in an arm or at the first wave: the ratio is not finite",
    "not_converged": "the model did not converge",
    "not_identified": "blocks or controls explain the arm",
    "not_reached": "fewer than half of the group have a tie by the end of observation",
    "nothing_logged": "no evidence names who wrote it down",
    "one_arm": "there is only one arm",
    "one_group": "there is only one group",
    "one_wave": "there is only one wave",
    "reference": "this is the reference group itself",
    "too_few": "there are too few learners, items or draws",
    "too_few_sites": "there are too few sites for an inference over sites",
    "undefined": "the numbers do not define it",
}


@dataclass(frozen=True, slots=True)
class Statistic:
    """The declaration of a statistic.

    function: `module.name` inside this room. undefined: codes of REASONS. ours: what this project chose
    where no standard is published.
    """

    id: str
    name: str
    function: str
    formula: str
    unit: str
    range: str
    source: str
    undefined: tuple[str, ...] = ()
    ours: str = ""

    def compute(self) -> Any:
        """The function that computes it."""
        module, name = self.function.split(".")
        return getattr(import_module(f"{ROOM}.{module}"), name)

    @property
    def meaning(self) -> str:
        """The first sentence of the function's docstring."""
        return " ".join((self.compute().__doc__ or "").split("\n\n")[0].split())


STATISTICS: tuple[Statistic, ...] = (
    Statistic(
        "mean_change",
        "mean change, d_av and g_av",
        "change.change",
        "d_av = mean change / sqrt((s_a^2 + s_b^2)/2); g_av = d_av (1 - 3/(4(n - 1) - 1))",
        "of the measure; standard deviations",
        "any",
        "Cumming 2012, ch. 11",
        ("too_few", "no_variation", "instrument_changed"),
        "intervals by BCa bootstrap up to 500 units, percentile above; over sites from ten sites on",
    ),
    Statistic(
        "rate_ratio_of_waves",
        "rate ratio between waves",
        "change.rate_ratio_of_waves",
        "sum after / sum before, over learners counted at both waves",
        "ratio",
        "> 0",
        "Rothman, Greenland & Lash 2008",
        ("too_few", "none_counted", "no_variation"),
    ),
    Statistic(
        "cox_index_of_waves",
        "Cox index between waves",
        "change.cox_index_of_waves",
        "(ln odds after - ln odds before) / 1.65",
        "standard deviations",
        "any",
        "Cox 1970; Sanchez-Meca et al. 2003",
        ("too_few", "all_or_none", "no_variation"),
    ),
    Statistic(
        "hedges_g",
        "Hedges g between arms",
        "effects.hedges_g",
        "(1 - 3/(4 df - 1)) (m_t - m_c)/s_pooled, df = n_t + n_c - 2",
        "standard deviations",
        "any",
        "Hedges 1981; Hedges & Olkin 1985",
        ("too_few", "no_variation"),
    ),
    Statistic(
        "cox_index",
        "Cox index between arms",
        "effects.cox_index",
        "ln odds ratio / 1.65",
        "standard deviations",
        "any",
        "Cox 1970; Sanchez-Meca et al. 2003",
        ("too_few", "all_or_none"),
        "no constant is added to empty cells",
    ),
    Statistic(
        "rate_ratio",
        "rate ratio between arms",
        "effects.rate_ratio",
        "exp(b) of log E(count) = a + b arm + log exposure, robust covariance",
        "ratio",
        "> 0",
        "Zou 2004; Cameron & Trivedi 2013",
        ("too_few", "too_few_sites", "none_counted"),
    ),
    Statistic(
        "difference_in_differences",
        "difference-in-differences",
        "comparison.compare",
        "change ~ arm + block constants (+ value at baseline in the middle band)",
        "of the measure",
        "any",
        "Angrist & Pischke 2009, ch. 5",
        ("measured_differently", "instrument_changed", "too_few", "one_arm", "not_identified", "too_few_sites"),
    ),
    Statistic(
        "arm_effect",
        "effect with few sites",
        "regression.arm_effect",
        "least squares; t(G - 1) from 20 sites on, wild cluster bootstrap-t below",
        "of the outcome",
        "any",
        "Cameron, Gelbach & Miller 2008; MacKinnon, Nielsen & Webb 2023",
        ("too_few", "one_arm", "not_identified", "too_few_sites"),
        "20 sites; all sign vectors up to 12 sites, Webb weights above",
    ),
    Statistic(
        "baseline_equivalence",
        "baseline equivalence",
        "baseline.baseline_equivalence",
        "|g| <= .05 equivalent; .05 to .25 adjust; > .25 not equivalent",
        "standard deviations",
        "any",
        "WWC Standards Handbook 4.1",
        ("too_few", "no_variation", "all_or_none"),
    ),
    Statistic(
        "attrition",
        "overall and differential attrition",
        "attrition.attrition",
        "lost / assigned; |share lost in treatment - share lost in comparison|",
        "share",
        "0..1",
        "WWC Standards Handbook 4.1, table II.1",
        ("one_arm", "no_one"),
        "between two whole percents the stricter boundary holds",
    ),
    Statistic(
        "gaps",
        "level gap and growth gap",
        "gaps.gaps",
        "mean of the group - mean of the reference group, of levels and of changes",
        "of the measure",
        "any",
        "Efron & Tibshirani 1993 (intervals)",
        ("reference", "no_one_measured", "too_few", "one_wave", "instrument_changed", "no_variation"),
    ),
    Statistic(
        "permutation",
        "permutation within sites or blocks",
        "permutation.permutation_within",
        "mean over strata of (mean treated - mean others), labels exchanged within strata",
        "of the outcome",
        "any",
        "Fisher 1935; Phipson & Smyth 2010",
        ("too_few", "no_variation"),
        "exact up to 20,000 arrangements",
    ),
    Statistic(
        "adjusted_p",
        "p-values adjusted within a domain",
        "multiplicity.adjusted_within",
        "Benjamini-Hochberg step-up among the outcomes of one domain",
        "probability",
        "0..1",
        "Benjamini & Hochberg 1995",
    ),
    Statistic(
        "minimum_detectable_effect",
        "minimum detectable effect",
        "power.minimum_detectable_effect",
        "(t_{1 - alpha/2} + t_{power}) sqrt(V), V by learners or by sites",
        "standard deviations",
        "> 0",
        "Bloom 1995; Dong & Maynard 2013",
        ("too_few", "one_arm"),
    ),
    Statistic(
        "time_to_first_tie",
        "time to the first professional tie",
        "survival.time_to_first_tie",
        "product over days of (1 - events / at risk); log-log intervals",
        "share without a tie, by day",
        "0..1",
        "Kaplan & Meier 1958",
        ("no_one", "not_reached", "interval_open"),
    ),
    Statistic(
        "log_rank",
        "log-rank test of the curves",
        "survival.groups_differ",
        "chi-square, groups - 1 degrees of freedom",
        "chi-square",
        ">= 0",
        "Mantel 1966",
        ("one_group", "no_events"),
    ),
    Statistic(
        "reliability",
        "Cronbach's alpha and McDonald's omega",
        "scales.reliability",
        "alpha = k/(k-1) (1 - sum var(item)/var(sum)); omega = (sum l)^2/((sum l)^2 + sum u)",
        "share of variance",
        "<= 1",
        "Cronbach 1951; McDonald 1999",
        ("too_few", "no_variation", "not_converged", "negative_variance"),
    ),
    Statistic(
        "vertex_bootstrap",
        "vertex bootstrap of a network statistic",
        "vertex.vertex_bootstrap",
        "people drawn with replacement; the missing tie of a person drawn twice from the observed dyads",
        "of the statistic",
        "any",
        "Snijders & Borgatti 1999",
        ("too_few", "no_variation"),
    ),
    Statistic(
        "coverage",
        "coverage",
        "coverage.coverage",
        "learners with any logged contact / learners on the roster; Wilson interval",
        "share",
        "0..1",
        "Wilson 1927",
        ("empty_roster",),
    ),
    Statistic(
        "ties_per_logger",
        "ties per logger",
        "coverage.logging",
        "evidence / people who wrote it down; share of the busiest",
        "ties",
        "> 0",
        "this project",
        ("nothing_logged",),
    ),
    Statistic(
        "sensitivity",
        "sensitivity to half-life and threshold",
        "sensitivity.sensitivity",
        "the estimate over half-life x threshold",
        "of the estimate",
        "any",
        "this project",
        (),
        "half-lives 90, 180, 365 days; thresholds .125, .25, .5",
    ),
    Statistic(
        "study_report",
        "report of a sealed study",
        "study_report.report",
        "intent to treat; attrition at both levels; p within domain and role",
        "",
        "",
        "WWC Standards Handbook 4.1",
        ("no_comparison", "no_joiners", "measured_differently", "instrument_changed"),
    ),
)

"""A study is fixed before its outcomes are opened, and its report follows it."""

import dataclasses
import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from graph_service.errors import InvalidRecord, StudyChanged
from graph_service.measures.cohort.observation import Observation
from graph_service.measures.cohort.resampling import Resampling
from graph_service.measures.cohort.study import Assigned, Exclusion, Outcome, Study, seal
from graph_service.measures.cohort.study_outcome import Collected, StudyData
from graph_service.measures.cohort.study_report import report

QUICK = Resampling(resamples=199)
LOG = Observation("coordinator_log")
BOTH = {"treatment": LOG, "comparison": LOG}
START, SEALED, OPENED = date(2026, 9, 1), date(2026, 9, 15), date(2027, 5, 1)
SIZE = Outcome("network_size", "quantity", confirmatory=True)
PROFESSIONAL = Outcome("professional_network_size", "quantity", confirmatory=True, kind="count")
UNCONNECTED = Outcome("unconnected", "quantity", confirmatory=False, kind="share")


def sample(n=80, sites=16):
    """Sites assigned in turn: site 0 treatment, site 1 comparison, ..."""
    arms = ("treatment", "comparison")
    return tuple(Assigned(f"learner {i}", arms[i % sites % 2], f"site {i % sites}") for i in range(n))


def study(**changes):
    plan = {
        "title": "Near peers",
        "design": "lottery",
        "unit": "site",
        "assigned_on": START,
        "waves": ("autumn", "spring"),
        "sample": sample(),
        "outcomes": (SIZE, PROFESSIONAL, UNCONNECTED),
        "exclusions": (Exclusion("moved_before_start", "left the school before the assignment"),),
    }
    return Study(**(plan | changes))


def collected(plan, measure="network_size", effect=2.0, lost=(), extra=(), **more):
    rng = np.random.default_rng(8)
    ids = [row.learner for row in plan.sample if row.learner not in lost]
    arm_of = {row.learner: row.arm for row in plan.sample}
    before = rng.poisson(4, len(ids)).astype(float)
    after = before + rng.poisson(1, len(ids)) + [effect * (arm_of[i] == "treatment") for i in ids]
    ids, before, after = [*ids, *extra], [*before, *[None] * len(extra)], [*after, *[9.0] * len(extra)]
    return Collected(measure, pa.array(ids), before, after, BOTH, BOTH, **more)


def reported(plan, *items, **more):
    return report(plan, StudyData(OPENED, items, **more), seal(plan, SEALED), how=QUICK)


def test_the_digest_does_not_depend_on_the_order_of_writing():
    plan = study()
    turned = study(sample=plan.sample[::-1], outcomes=plan.outcomes[::-1])
    assert plan.digest() == turned.digest() and len(plan.digest()) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Near peers II"},
        {"outcomes": (SIZE,)},
        {"outcomes": (SIZE, dataclasses.replace(PROFESSIONAL, confirmatory=False), UNCONNECTED)},
        {"sample": sample(79)},
        {"exclusions": ()},
        {"attrition": "optimistic"},
        {"parameters": (("half_life", "90"),)},
        {"assigned_on": date(2026, 9, 2)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_is_changed_afterwards_is_refused(change):
    plan = study()
    with pytest.raises(StudyChanged):
        report(study(**change), StudyData(OPENED, ()), seal(plan, SEALED))


def test_a_study_sealed_after_opening_is_refused():
    plan = study()
    with pytest.raises(StudyChanged, match="after its outcomes"):
        report(plan, StudyData(OPENED, ()), seal(plan, date(2027, 5, 2)))


def test_a_study_survives_its_own_json():
    plan = study(parameters=(("half_life", "180"), ("layer", "logged")))
    assert Study.from_json(json.loads(plan.canonical())).digest() == plan.digest()


def test_a_plan_that_cannot_be_followed_lists_every_problem():
    mixed = (Assigned("a", "treatment", "s"), Assigned("a", "comparison", "s"), Assigned("b", "treatment"))
    with pytest.raises(InvalidRecord) as caught:
        study(sample=mixed, outcomes=(UNCONNECTED, UNCONNECTED), waves=("autumn", "autumn"))
    fields = [problem["field"] for problem in caught.value.problems]
    assert fields == ["sample", "sample.site", "sample.site", "outcomes", "outcomes", "waves"]


def test_a_single_group_has_no_comparison_arm():
    with pytest.raises(InvalidRecord):
        study(design="single_group")
    with pytest.raises(InvalidRecord):
        study(sample=tuple(row for row in sample() if row.arm == "treatment"))


def test_everybody_assigned_counts_whatever_they_took_part_in():
    plan = study()
    found = reported(plan, collected(plan))
    outcome = found.outcomes[0]
    assert outcome.comparison.effect.estimate.n == 80
    assert outcome.comparison.effect.estimate.value == pytest.approx(2.0, abs=0.6)
    assert outcome.comparison.effect.estimate.clusters == 16
    assert "wild" in outcome.comparison.effect.estimate.method
    assert outcome.randomisation.p < 0.05
    assert found.assigned == {"treatment": 40, "comparison": 40} and found.sites == {
        "treatment": 8,
        "comparison": 8,
    }


def test_attrition_is_counted_at_both_levels_and_decides_what_may_be_said():
    plan = study()
    whole_site = {row.learner for row in plan.sample if row.site == "site 0"}
    few = {"learner 1", "learner 2"}
    outcome = reported(plan, collected(plan, lost=few)).outcomes[0]
    assert outcome.learners.lost == (1, 1) and outcome.sites.lost == (0, 0)
    assert outcome.standing == "randomised_low_attrition"
    outcome = reported(plan, collected(plan, lost=whole_site)).outcomes[0]
    assert outcome.sites.lost == (1, 0) and outcome.learners.lost == (0, 0)
    assert outcome.standing != "randomised_low_attrition"


def test_joiners_are_shown_apart_and_change_nothing():
    plan = study()
    joiners = ["joiner 1", "joiner 2", "stranger"]
    joined = {"joiner 1": "treatment", "joiner 2": "treatment"}
    without = reported(plan, collected(plan)).outcomes[0]
    with_ = reported(plan, collected(plan, extra=joiners), joined=joined).outcomes[0]
    assert with_.comparison == without.comparison and with_.learners == without.learners
    assert (with_.joiners["treatment"].value, with_.joiners["treatment"].n) == (9.0, 2)
    assert with_.joiners["comparison"].reason == "no_joiners"


def test_only_declared_exclusions_are_applied():
    plan = study()
    excluded = {"learner 0": "moved_before_start", "learner 1": "did_not_like_it"}
    found = reported(plan, collected(plan), excluded=excluded)
    assert found.excluded == {"moved_before_start": 1} and found.undeclared_exclusions == 1
    assert found.outcomes[0].comparison.effect.estimate.n == 79


def test_what_was_not_declared_is_exploratory_and_what_is_missing_is_named():
    plan = study()
    found = reported(plan, collected(plan), collected(plan, "constraint", domain="structure"))
    by_measure = {row.measure: row for row in found.outcomes}
    assert by_measure["constraint"].role == "exploratory" and not by_measure["constraint"].declared
    assert by_measure["network_size"].role == "confirmatory"
    assert found.not_collected == ("professional_network_size", "unconnected")
    assert [row.role for row in found.outcomes] == ["confirmatory", "exploratory"]


def test_p_values_are_adjusted_within_domain_and_role():
    plan = study()
    items = [collected(plan), collected(plan, "professional_network_size", effect=0.5), collected(plan, "blau")]
    rows = {row.measure: row for row in reported(plan, *items).outcomes}
    two = sorted([rows["network_size"].p, rows["professional_network_size"].p])
    assert rows["professional_network_size"].p_adjusted == pytest.approx(two[1])
    assert rows["network_size"].p_adjusted == pytest.approx(min(2 * two[0], two[1]))
    assert rows["blau"].p_adjusted == rows["blau"].p


def test_counts_and_shares_have_sizes_of_their_own():
    plan = study()
    share = Collected(
        "unconnected",
        [row.learner for row in plan.sample],
        [1.0] * 80,
        [float(i % 3 == 0 or (i % 2 and i % 5 == 0)) for i in range(80)],
        BOTH,
        BOTH,
    )
    rows = {r.measure: r for r in reported(plan, collected(plan, "professional_network_size"), share).outcomes}
    assert "rate ratio" in rows["professional_network_size"].size.method
    assert "Cox" in rows["unconnected"].size.method


def test_arms_measured_differently_are_refused_in_a_study_too():
    plan = study()
    item = dataclasses.replace(collected(plan), observed_before={"treatment": LOG})
    outcome = reported(plan, item).outcomes[0]
    assert outcome.standing == "measured_differently" and outcome.p is None
    assert outcome.size.reason == outcome.randomisation.reason == "measured_differently"


def test_a_single_group_reports_growth_and_claims_no_effect():
    plan = study(design="single_group", sample=tuple(r for r in sample() if r.arm == "treatment"))
    found = reported(plan, collected(plan))
    outcome = found.outcomes[0]
    assert outcome.comparison is None and outcome.randomisation is None and outcome.standing == "no_comparison"
    assert outcome.growth["treatment"].mean.n == 40 and outcome.size.value is not None
    assert found.minimum_detectable.reason == "no_comparison"


def test_learners_drawn_by_lottery_in_blocks_are_compared_in_their_blocks():
    rows = tuple(
        Assigned(f"learner {i}", ("treatment", "comparison")[i % 2], f"site {i % 3}", f"block {i % 3}")
        for i in range(60)
    )
    plan = study(unit="learner", sample=rows)
    outcome = reported(plan, collected(plan)).outcomes[0]
    assert "HC3" in outcome.comparison.effect.estimate.method and outcome.sites is None
    assert outcome.randomisation.p < 0.05


def test_matched_sites_stand_or_fall_with_their_baseline():
    plan = study(design="matched")
    item = collected(plan)
    shifted = [b + 5 * (row.arm == "treatment") for b, row in zip(item.before, plan.sample, strict=True)]
    outcome = reported(plan, dataclasses.replace(item, before=shifted)).outcomes[0]
    assert outcome.standing == "not_equivalent" and outcome.randomisation is None


def test_the_report_names_no_learner():
    plan = study()
    text = repr(reported(plan, collected(plan, extra=["joiner 1"]), joined={"joiner 1": "treatment"}))
    assert "learner 1" not in text and "joiner 1" not in text


def test_a_learner_twice_is_refused():
    plan = study()
    with pytest.raises(InvalidRecord):
        reported(plan, Collected("network_size", ["learner 1", "learner 1"], [1, 2], [2, 3], BOTH, BOTH))


def test_the_same_study_and_data_give_the_same_report():
    plan = study()
    assert reported(plan, collected(plan)) == reported(plan, collected(plan))

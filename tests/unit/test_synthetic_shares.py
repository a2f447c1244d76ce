"""What is planted in a generated programme shows in it, in the size that is documented."""

from pathlib import Path

import numpy as np
import pytest

from loaders.synthetic import generate
from loaders.synthetic.figures import figures, gini, measured, strengths
from loaders.synthetic.people import SENIOR


@pytest.fixture(scope="module")
def programme():
    return generate(people=6000, seed=2)


@pytest.fixture(scope="module")
def block(programme):
    return measured(programme.block(0))


def share(mask):
    return float(np.mean(mask))


def test_some_learners_have_nothing_recorded_and_others_no_professional(block):
    on = block["l_enrolled"]
    recorded = block["l_recorded"]
    assert 0.09 < share(~recorded[on]) < 0.17
    assert 0.15 < share((recorded & (block["l_ever"] == 0))[on]) < 0.28
    assert 0.28 < share((block["l_live"] == 0)[on]) < 0.45


def test_low_income_learners_know_fewer_professionals_and_fewer_seniors(block):
    low, on = block["l_low"], block["l_enrolled"]
    few, many = block["l_live"][on & low].mean(), block["l_live"][on & ~low].mean()
    assert 0.5 < few / many < 0.8
    alive = block["t_now"] >= 0.25
    senior = block["t_tier"] == SENIOR
    assert share(senior[alive & block["t_low"]]) < share(senior[alive & ~block["t_low"]]) - 0.02


def test_low_income_learners_are_in_fewer_rooms_with_fewer_seniors_and_are_followed_up_less(block):
    seat, follow = block["s_low"], block["f_low"]
    connected = block["s_connected"]
    rate = {low: (follow == low).sum() / (connected & (seat == low)).sum() for low in (True, False)}
    assert 0.25 < rate[True] / rate[False] < 0.6
    assert block["s_senior"][seat].mean() < block["s_senior"][~seat].mean() - 0.02


def test_race_and_gender_make_no_difference(programme):
    tables = programme.tables
    low = {row["person"]: row["value"] for row in tables["subgroup"].to_pylist() if row["attribute"] == "low_income"}
    for attribute in ("gender", "race_ethnicity"):
        groups = {}
        for row in tables["subgroup"].to_pylist():
            if row["attribute"] == attribute and row["person"] in low:
                groups.setdefault(row["value"], []).append(low[row["person"]] == "yes")
        shares = [np.mean(values) for values in groups.values() if len(values) > 300]
        assert max(shares) - min(shares) < 0.07


def test_ties_fade(block):
    ever = block["t_most"] >= 0.25
    assert 0.1 < share((block["t_now"] < 0.25)[ever]) < 0.35
    assert 0.15 < share((block["t_now"] >= 2)[block["t_now"] >= 0.25]) < 0.45


def test_a_few_adults_are_hubs(block):
    known = block["a_learners"]
    assert known.max() > 8 * known.mean()
    assert 0.4 < gini(known) < 0.65


def test_a_placement_in_person_leaves_more_ties_than_a_virtual_one(block):
    mode, over = block["p_mode"], block["p_over"]
    assert share(block["p_colleague"][mode == 0]) > share(block["p_colleague"][mode == 1]) + 0.25
    assert share(block["p_kept"][(mode == 0) & over]) > share(block["p_kept"][(mode == 1) & over]) + 0.1


def test_planted_ties_follow_their_chance(programme):
    planted = programme.block(0).outcomes
    order = np.argsort(planted.chance, kind="stable")
    for part in np.array_split(order, 5):
        expected, seen = planted.chance[part].sum(), planted.met[part].sum()
        assert abs(seen - expected) < 4 * np.sqrt(expected) + 3


def test_planted_candidates_are_strangers_with_somebody_between_them_before_the_split():
    programme = generate(people=500, seed=3)
    split, ties, assigned = programme.split_day, {}, {}
    tables = programme.tables
    learners = {row["key"] for row in tables["person"].to_pylist() if "learner" in row["roles"]}
    a, b, day, _ = programme.block(0).pairs
    keys = tables["person"]["key"].to_pylist()
    for one, two, when in zip(a.tolist(), b.tolist(), day.tolist(), strict=True):
        if when < programme.span.split:
            ties.setdefault(keys[one], set()).add(keys[two])
            ties.setdefault(keys[two], set()).add(keys[one])
    for row in tables["caseload"].to_pylist():
        if row["since"] < split and (row["until"] is None or row["until"] >= split):
            assigned.setdefault(row["learner"], set()).add(row["adult"])
    planted = programme.planted.to_pylist()
    assert len(planted) > 1000
    for row in planted:
        learner, target, connector = row["learner"], row["target"], row["connector"]
        first = (ties.get(learner, set()) | assigned.get(learner, set())) - learners
        assert target not in ties.get(learner, set())
        assert connector in first and target in ties[connector]
        assert row["between"] == sum(target in ties.get(middle, set()) for middle in first)
        assert (row["day"] is not None) == row["met"]
        assert row["day"] is None or row["day"] >= split


def test_everybody_who_met_is_in_the_log(programme):
    made = programme.block(0)
    a, b, _, _ = made.pairs
    logged = set(zip(a.tolist(), b.tolist(), strict=True))
    planted = made.outcomes
    pairs = set(zip(planted.learner[planted.met].tolist(), planted.target[planted.met].tolist(), strict=True))
    assert pairs <= logged


def test_two_waves_were_answered_by_most_and_some_pairs_were_both_asked(programme):
    rows = programme.tables["stated_tie"].to_pylist()
    waves = {row["wave"] for row in rows}
    assert waves == {"wave-1", "wave-2"}
    said = {(row["ego"], row["alter"]) for row in rows if row["wave"] == "wave-2"}
    assert sum((two, one) in said for one, two in said) > 100


def test_consents_and_clearances_have_every_fate(programme):
    tables, last = programme.tables, programme.as_of
    learners = {row["key"] for row in tables["person"].to_pylist() if "learner" in row["roles"]}
    granted, withdrawn = set(), set()
    for row in tables["consent"].to_pylist():
        if row["person"] in learners and row["purpose"] == "introduce":
            live = row["until"] is None or row["until"] >= last
            (granted if row["granted"] and live else withdrawn).add(row["person"])
    assert 0.65 < len(granted) / len(learners) < 0.82
    assert len(withdrawn) > 20
    assert len(learners - granted - withdrawn) / len(learners) > 0.1
    checks = [row for row in tables["clearance"].to_pylist() if row["kind"] == "record_check"]
    left = [(row["until"] - last).days for row in checks if row["until"] and row["result"] == "cleared"]
    assert sum(days < 0 for days in left) > 20
    assert sum(0 <= days <= 30 for days in left) > 20


def test_strength_just_after_a_single_meeting_is_one():
    programme = generate(people=300, seed=1)
    block = programme.block(0)
    _, _, now, most = strengths(block, block.who.span.last)
    assert (most >= now - 1e-9).all()
    assert np.isclose(most, 1.0).sum() > 50


def test_the_figures_in_the_docs_are_those_of_the_generator():
    text = (Path(__file__).parents[2] / "docs" / "synthetic.md").read_text(encoding="utf-8")
    printed = [f"| {topic} | {what} | {value} |" for topic, what, value in figures(generate(people=20_000, seed=1))]
    shown = text[text.index("| topic | figure | value |") :].split("\n\n")[0].splitlines()[2:]
    assert shown == printed

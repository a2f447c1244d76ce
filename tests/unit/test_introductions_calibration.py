"""Stated probabilities are corrected by what came of introductions, once there is enough to go by."""

import json
from datetime import date
from pathlib import Path

import pytest

from graph_service.cli.app import run
from graph_service.introductions.calibration import ENOUGH, calibrate
from tests.introductions_world import TODAY, MadeUp, simple

DAY = date(2026, 2, 1)


def ended(made: MadeUp, count: int, p: float, met: float) -> None:
    """Introductions of others for which p was stated; a share of them met."""
    for at in range(count):
        key = f"learner {p} {at}"
        made.someone(key, roles=["learner"])
        ids = {end: made.id(who) for end, who in (("learner", key), ("connector", "mo"), ("target", "eva"))}
        state = "closed" if at < met * count else "declined"
        made.put("introduction", state=state, since=DAY, suggested=DAY, terms=json.dumps({"p_target": p}), **ids)


def test_with_few_outcomes_it_is_said_that_nothing_is_calibrated(tmp_path: Path) -> None:
    made = simple(f"sqlite:///{tmp_path}/made.db")
    ended(made, 10, 0.5, 0.2)
    told = made.suggest()
    assert (told["calibrated"], told["outcomes"]) == (False, 10)
    assert told["suggestions"][0]["p_calibrated"] is None


def test_with_enough_outcomes_what_is_told_is_what_came_true(tmp_path: Path) -> None:
    made = simple(f"sqlite:///{tmp_path}/made.db")
    ended(made, ENOUGH // 2, 0.2, 0.1)
    ended(made, ENOUGH // 2, 0.8, 0.4)
    evidence = made.programme.evidence
    evidence.refresh()
    found = calibrate(evidence, date(2026, 3, 1), evidence.revision)
    assert [found.of(p) for p in (0.2, 0.8, 0.0, 1.0)] == pytest.approx([0.1, 0.4, 0.1, 0.4])
    report = found.report()
    assert report["brier_after"] < report["brier"]
    assert report["after"][0]["stated"] == pytest.approx(report["after"][0]["came_true"])
    told = made.suggest()
    assert told["calibrated"] is True
    assert 0.1 <= told["suggestions"][0]["p_calibrated"] <= 0.4
    # What ended after the day is not known on the day.
    assert not calibrate(evidence, date(2026, 1, 1), evidence.revision).calibrated


def test_a_suggestion_put_on_its_way_keeps_what_was_stated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = simple(f"sqlite:///{tmp_path}/made.db")
    stated = made.suggest()["suggestions"][0]["p_target"]
    ends = ["--learner", "ana", "--connector", "mo", "--target", "eva"]
    with pytest.raises(SystemExit):
        run(["introductions", "propose", *ends, "--as-of", TODAY, "--store", made.store.url])
    [row] = made.store.find("introduction")
    assert json.loads(row["terms"])["p_target"] == pytest.approx(stated)

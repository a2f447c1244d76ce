"""The workflow's declaration, its page, school days, and who sees what."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph_service.errors import BadDate, UsageError
from graph_service.introductions.school_days import Calendar
from graph_service.introductions.visibility import NOT_THIS_TIME, fields, furthest, phase
from graph_service.introductions.waiting import state_on, wait
from graph_service.introductions.workflow import parse, workflow
from graph_service.introductions.workflow_page import page

ROOT = Path(__file__).resolve().parents[2]
MONDAY = date(2026, 3, 2)


def declaration() -> dict[str, Any]:
    text = (ROOT / "graph_service/introductions/data/workflow.yaml").read_text()
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def test_the_page_in_the_docs_is_drawn_from_the_declaration() -> None:
    kept = (ROOT / "docs" / "introductions-workflow.md").read_text(encoding="utf-8")
    assert kept == page(), "run: python -m graph_service.introductions.workflow_page > docs/introductions-workflow.md"


def test_from_every_state_there_is_a_way_to_an_ending() -> None:
    made = workflow()
    ends = {name for name, state in made.states.items() if state.ends}
    for _ in made.states:
        ends |= {move.source for move in made.moves if move.to in ends}
    assert ends == set(made.states)


def test_nobody_but_the_asked_adult_says_the_adults_yes() -> None:
    for move in workflow().moves:
        if move.name in ("connector_agree", "target_agree"):
            assert move.by == (move.name.removesuffix("_agree"),)


def test_every_move_that_tells_an_adult_something_passes_the_gates() -> None:
    telling = {"connector_asked", "target_asked", "made", "connector_agreed", "target_agreed"}
    for move in workflow().moves:
        if move.to in telling and move.name != "recall":
            assert "gates" in move.requires, move


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda read: read["moves"].append({"move": "fly", "from": ["moon"], "to": "met", "by": ["learner"]}), "moon"),
        (lambda read: read["moves"][0].update(by=["neighbour"]), "unknown party"),
        (lambda read: read["moves"][2].pop("reserves"), "reserves"),
        (lambda read: read["states"].pop("met"), "differ"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(change: Any, says: str) -> None:
    read = declaration()
    change(read)
    with pytest.raises(UsageError, match=says):
        parse(read)


def test_school_days_skip_weekends_breaks_and_the_time_between_terms() -> None:
    calendar = Calendar.of('{"terms": [["2026-01-05", "2026-06-12"]], "breaks": [["2026-03-09", "2026-03-13"]]}')
    assert calendar.after(MONDAY, 5) == date(2026, 3, 16)
    assert calendar.between(MONDAY, date(2026, 3, 16)) == 5
    assert calendar.after(date(2026, 6, 12), 1) is None
    assert calendar.between(date(2026, 3, 16), MONDAY) == 0
    with pytest.raises(BadDate):
        Calendar.of({"terms": [["then", "now"]]})


def test_silence_becomes_a_lapse_by_the_clock_alone() -> None:
    asked = {"state": "connector_asked", "since": MONDAY}
    calendar = Calendar()
    waiting = wait(asked, date(2026, 3, 16), calendar)
    assert (waiting.party, waiting.due, waiting.over, waiting.reminders) == (
        "connector", date(2026, 3, 31), False, (3, 10),
    )  # fmt: skip
    assert state_on(asked, date(2026, 3, 31), calendar) == "connector_asked"
    assert state_on(asked, date(2026, 4, 1), calendar) == "lapsed"
    assert wait(asked, date(2020, 1, 1), calendar).reminders == ()


def test_an_adult_who_was_never_asked_sees_nothing() -> None:
    assert fields("target", "connector_agreed") == ()
    assert fields("connector", "approved") == ()
    assert "goal" in fields("target", "target_asked")
    assert not {"learner", "history", "reasons", "terms"} & set(fields("target", "closed"))


def test_however_it_ends_early_the_learner_hears_the_same() -> None:
    early = ("declined", "lapsed", "withheld", "withdrawn", "blocked")
    assert {phase(state) for state in early} == {NOT_THIS_TIME}
    assert phase("connector_asked") == phase("target_agreed") == phase("requested")
    assert furthest([{"state": "suggested"}, {"state": "requested"}, {"state": "declined"}]) == "requested"
    assert not {"reasons", "history", "state"} & set(fields("learner", "closed"))

"""Placement rules: a versioned file, a state's file over it, and what each says of a placement."""

from datetime import date

import pytest

from graph_service.records.vocabulary import vocabulary
from graph_service.wbl.checking import Facts, judge
from graph_service.wbl.rules import BadRules, read

ON = date(2026, 3, 2)
#: Everything on record that a paid internship of a sixteen-year-old needs.
FACTS = Facts(
    activity="internship_paid", mode="in_person", starts=ON, birth_date=date(2010, 1, 1), hours_week=15, hazards=(),
    student_learner=False,
    documents=[
        {"document": name, "since": ON, "until": None}
        for name in ("permit", "insurance", "transport", "emergency_contact")
    ],
    clearances=[{"kind": "record_check", "result": "cleared", "since": ON, "until": date(2027, 1, 1)}],
    waived={},
)  # fmt: skip


def results(on=ON, rules=None, **changes):
    return {each.rule: each for each in judge(rules or read(), FACTS_WITH(changes), on)}


def FACTS_WITH(changes):
    from dataclasses import replace

    return replace(FACTS, **changes)


def test_a_placement_with_everything_on_record_passes_every_rule_and_says_until_when():
    found = results()
    assert {each.result for each in found.values()} == {"passed"}
    assert found["vetting"].until == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("rule", "changes", "reason"),
    [
        ("age", {"birth_date": date(2012, 12, 1)}, "the learner is 13, the rule asks for 14"),
        ("age", {"birth_date": None}, "the date of birth is not recorded"),
        ("hazards", {"hazards": ("16",)}, "29 CFR 570.67"),
        ("hours", {"birth_date": date(2010, 6, 1), "hours_week": 19}, "19 hours a week, the rule allows 18"),
        ("hours", {"birth_date": None, "hours_week": None}, "not recorded"),
        ("permit", {"documents": []}, "is not on file"),
        ("insurance", {"documents": [{"document": "insurance", "since": ON, "until": ON.replace(day=1)}]}, "ran out"),
        ("vetting", {"clearances": []}, "none of the supervisor is on record"),
        ("transport", {"documents": []}, "is not on file"),
        ("emergency_contact", {"documents": []}, "is not on file"),
    ],
)
def test_a_rule_that_fails_says_why_and_names_its_source(rule, changes, reason):
    found = results(**changes)[rule]
    assert found.result == "failed" and reason in found.reason and found.source


def test_a_refusal_after_a_clearance_ends_it():
    refused = {"kind": "record_check", "result": "refused", "since": ON.replace(month=4), "until": None}
    assert results(clearances=[*FACTS.clearances, refused])["vetting"].result == "failed"


def test_visits_follow_the_schedule_of_the_file_and_a_state_has_its_own(tmp_path):
    assert read().visits.due(ON, []) == date(2026, 3, 9)
    file = tmp_path / "state.yaml"
    head = "id: s\nversion: '1'\nextends: placement-rules\ntitle: {en: a, es: b}\n"
    file.write_text(head + "visits: {days: [3], then: 14}\n")
    assert read(file).visits.due(ON, [ON, date(2026, 3, 12)]) == date(2026, 3, 26)
    file.write_text(head + "visits: {days: [9, 3], then: 0}\n")
    with pytest.raises(BadRules, match="visits: days is a list of days"):
        read(file)


def test_student_learners_of_sixteen_are_exempt_from_the_seven_orders_that_allow_it_and_from_no_other():
    open_to = {
        order
        for order in vocabulary("hazardous_orders").codes
        if results(hazards=(order,), student_learner=True)["hazards"].result == "passed"
    }
    assert open_to == {"5", "8", "10", "12", "14", "16", "17"}
    younger = {"birth_date": date(2010, 6, 1), "student_learner": True}
    assert results(hazards=("16",), **younger)["hazards"].result == "failed"


def test_a_virtual_job_shadow_is_asked_less_than_a_paid_internship():
    assert list(results(activity="job_shadow", mode="virtual")) == ["vetting", "emergency_contact"]


def test_what_is_asked_below_an_age_is_not_asked_of_adults():
    assert "permit" not in results(birth_date=date(2008, 3, 1))


def test_a_waiver_holds_until_its_day():
    waived = {"permit": {"rule": "permit", "until": ON, "reason": "on its way"}}
    assert results(documents=[], waived=waived)["permit"].result == "waived"
    assert results(date(2026, 3, 3), documents=[], waived=waived)["permit"].result == "failed"


def test_a_state_changes_drops_and_adds_rules_by_a_file_of_its_own(tmp_path):
    file = tmp_path / "state.yaml"
    file.write_text(
        """
id: example-state
version: 2026-2
extends: placement-rules
title: {en: Example State, es: Estado de ejemplo}
drop: [transport]
rules:
  - {id: age, check: age, least: 18, text: {en: Old enough, es: Con edad}, source: Example Code 1}
  - {id: safety, check: document, document: safety_training, text: {en: Trained, es: Formado}, source: Example Code 2}
"""
    )
    rules = read(file)
    found = results(rules=rules)
    assert rules.version == "example-state 2026-2 over placement-rules 2026-1"
    assert found["age"].reason == "the learner is 16, the rule asks for 18" and found["age"].source == "Example Code 1"
    assert found["safety"].result == "failed" and "transport" not in found and "permit" in found


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("[", "not YAML in line"),
        ("- a", "a mapping with id"),
        ("{id: x, version: '1', title: {en: a, es: b}, rules: []}", "rules: a list is needed"),
        ("{id: x, version: '1', title: {en: a}, rules: [{}]}", "title: es is missing"),
        ("{id: x, version: '1', title: {en: a, es: b}, rules: [{id: a, check: luck}]}", "rule 1: check is one of"),
        (
            "{id: x, version: '1', title: {en: a, es: b}, rules: [{id: a, check: document, document: hat, source: s,"
            " text: {en: a, es: b}}]}",
            "rule 1: 'hat' is not one of permit",
        ),
        (
            "{id: x, version: '1', title: {en: a, es: b}, rules: [{id: a, check: age, source: s, more: 1,"
            " text: {en: a, es: b}}]}",
            "rule 1: least is needed for the check age; rule 1: 'more' is not known",
        ),
        ("{id: x, version: '1', title: {en: a, es: b}, extends: other, rules: []}", "only placement-rules can be"),
        ("{id: x, version: '1', title: {en: a, es: b}, extends: placement-rules, drop: [z]}", "'z' is not a rule"),
    ],
)
def test_a_file_with_errors_is_refused_with_their_places(tmp_path, content, error):
    file = tmp_path / "rules.yaml"
    file.write_text(content)
    with pytest.raises(BadRules, match=error.replace("(", r"\(")):
        read(file)

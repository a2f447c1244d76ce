"""Whether a placement may start: each rule that applies, held against what is on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.records.vocabulary import vocabulary
from graph_service.wbl.rules import Rule, Rules


@dataclass(frozen=True)
class Facts:
    """What is on record of one placement.

    starts: the day it starts; documents: of the experience and of its host; clearances: of the supervisor, all live
    records; waived: by rule, the latest waiver.
    """

    activity: str
    mode: str
    starts: date
    birth_date: date | None
    hours_week: int | None
    hazards: tuple[str, ...]
    student_learner: bool
    documents: Sequence[Mapping[str, Any]]
    clearances: Sequence[Mapping[str, Any]]
    waived: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Finding:
    """What came of one rule: passed, failed or waived; `until` when that ends; `reason` why it failed or was waived."""

    rule: str
    result: str
    until: date | None
    source: str
    reason: str | None


def facts_of(
    experience: Mapping[str, Any], learner: Mapping[str, Any], documents: Sequence[Mapping[str, Any]],
    clearances: Sequence[Mapping[str, Any]], checks: Sequence[Mapping[str, Any]], on: date,
) -> Facts:  # fmt: skip
    """Facts out of records: of the experience, its learner, documents, the supervisor's clearances, earlier checks."""
    past = sorted(checks, key=lambda each: each["date"])
    waived = {each["rule"]: each for each in past if each["result"] == "waived"}
    return Facts(
        experience["activity"], experience["mode"], experience["since"] or on, learner.get("birth_date"),
        experience["hours_week"], tuple(experience["hazards"] or ()), experience["student_learner"], documents,
        clearances, waived,
    )  # fmt: skip


def judge(rules: Rules, facts: Facts, on: date) -> tuple[Finding, ...]:
    """Every rule that applies, in the file's order. What is not recorded fails: nothing is taken for granted."""
    age = None if facts.birth_date is None else age_on(facts.birth_date, max(on, facts.starts))
    asked = (rule for rule in rules.rules if rule.applies(facts.activity, facts.mode, age))
    return tuple(_found(rule, facts, age, on) for rule in asked)


def _found(rule: Rule, facts: Facts, age: int | None, on: date) -> Finding:
    waiver = facts.waived.get(rule.id)
    if waiver is not None and (waiver["until"] is None or waiver["until"] >= on):
        return Finding(rule.id, "waived", waiver["until"], rule.source, waiver["reason"])
    until, reason = _CHECKS[rule.check](rule, facts, age, on)
    return Finding(rule.id, "failed" if reason else "passed", None if reason else until, rule.source, reason)


Outcome = tuple[date | None, str | None]


def _age(rule: Rule, facts: Facts, age: int | None, on: date) -> Outcome:
    if age is None:
        return None, "the date of birth is not recorded"
    least = rule.given["least"]
    return None, None if age >= least else f"the learner is {age}, the rule asks for {least}"


def _hazards(rule: Rule, facts: Facts, age: int | None, on: date) -> Outcome:
    if not facts.hazards:
        return None, None
    orders = vocabulary("hazardous_orders").rows
    sections = ", ".join(orders[each]["section"] for each in facts.hazards)
    if age is None:
        return None, f"the date of birth is not recorded, and the work falls under {sections}"
    if facts.student_learner and age >= rule.given["exempt_from"]:
        closed = [orders[each]["section"] for each in facts.hazards if orders[each]["student_learner"] != "yes"]
        return None, f"no student-learner exemption from {', '.join(closed)}" if closed else None
    return None, f"the work falls under {sections}"


def _hours(rule: Rule, facts: Facts, age: int | None, on: date) -> Outcome:
    if facts.hours_week is None:
        return None, "the hours a week are not recorded"
    week = rule.given["week"]
    return None, None if facts.hours_week <= week else f"{facts.hours_week} hours a week, the rule allows {week}"


def _document(rule: Rule, facts: Facts, age: int | None, on: date) -> Outcome:
    mine = [each for each in facts.documents if each["document"] == rule.given["document"]]
    return _valid(mine, on, "is not on file")


def _clearance(rule: Rule, facts: Facts, age: int | None, on: date) -> Outcome:
    mine = [each for each in facts.clearances if each["kind"] == rule.given["clearance"]]
    # The latest word counts: a refusal after a clearance ends it.
    mine.sort(key=lambda each: each["since"])
    if mine and mine[-1]["result"] != "cleared":
        return None, "the supervisor is not cleared"
    return _valid(mine[-1:], on, "none of the supervisor is on record")


def _valid(papers: Sequence[Mapping[str, Any]], on: date, absent: str) -> Outcome:
    begun = [each for each in papers if each["since"] <= on]
    open_ended = any(each["until"] is None for each in begun)
    last = max((each["until"] for each in begun if each["until"] is not None), default=None)
    if open_ended or (last is not None and last >= on):
        return None if open_ended else last, None
    return None, absent if last is None else f"ran out on {last}"


def age_on(born: date, day: date) -> int:
    """Whole years of age.

    >>> age_on(date(2010, 3, 2), date(2026, 3, 1)), age_on(date(2010, 3, 2), date(2026, 3, 2))
    (15, 16)
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


_CHECKS = {"age": _age, "hazards": _hazards, "hours": _hours, "document": _document, "clearance": _clearance}

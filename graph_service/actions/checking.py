"""Check a placement against the rules, record what came of each, and waive one with a reason."""

from datetime import date
from pathlib import Path
from typing import Any

from graph_service.errors import NotFound, UsageError
from graph_service.records.registry import KINDS
from graph_service.records.validation import validate_records
from graph_service.store.store import Receipt, Store
from graph_service.wbl.checking import Finding, facts_of, judge
from graph_service.wbl.rules import Rules, read


def rules_of(file: Path | None) -> Rules:
    """The rules of a file, or the shipped ones. Raises BadRules."""
    return read(file)


def findings(store: Store, experience: str, on: date, rules: Rules | None = None) -> tuple[Finding, ...]:
    """What each rule says of an experience on a day; nothing is written. Raises NotFound."""
    row = store.get("experience", experience)
    if row is None:
        raise NotFound()
    learner = store.get("person", row["learner"]) or {}
    documents = store.find("placement_document", experience=experience)
    if row["host"] is not None:
        documents = [*documents, *store.find("placement_document", host=row["host"])]
    supervisor = row["supervisor"]
    cleared = store.find("clearance", person=supervisor) if supervisor else []
    checks = store.find("placement_check", experience=experience)
    facts = facts_of(row, learner, documents, cleared, checks, on)
    return judge(rules or read(), facts, on)


def check_records(
    store: Store, experience: str, found: tuple[Finding, ...], on: date, rules: Rules | None = None
) -> list[dict[str, Any]]:
    """The records of a check: one per rule and experience, whose versions are its history."""
    version = (rules or read()).version
    return [
        {
            "id": store.internal_id("placement_check", experience, each.rule), "experience": experience,
            "rule": each.rule, "result": each.result, "date": on, "until": each.until, "source": each.source,
            "reason": each.reason, "rules": version,
        }
        for each in found
    ]  # fmt: skip


def check(store: Store, experience: str, on: date, rules: Rules | None = None, *, actor: str = "") -> Receipt:
    """Check every rule that applies and record the results. Raises NotFound."""
    made = check_records(store, experience, findings(store, experience, on, rules), on, rules)
    tables = [("placement_check", validate_records(KINDS["placement_check"], made))]
    return store.append_all(tables, actor=actor, action="check")


def waive(
    store: Store, experience: str, rule: str, reason: str, on: date, until: date | None = None,
    rules: Rules | None = None, *, actor: str = "",
) -> Receipt:  # fmt: skip
    """Let a placement start although a rule fails, by a person's word and for a reason.

    Raises NotFound, UsageError where the rule is not asked of this experience or no reason is given.
    """
    if not reason.strip():
        raise UsageError("A waiver needs a reason.")
    asked = {each.rule: each for each in findings(store, experience, on, rules)}
    if rule not in asked:
        raise UsageError(f"The rule is not asked of this experience. Asked: {', '.join(asked)}.")
    waived = Finding(rule, "waived", until, asked[rule].source, reason.strip())
    made = check_records(store, experience, (waived,), on, rules)
    tables = [("placement_check", validate_records(KINDS["placement_check"], made))]
    return store.append_all(tables, actor=actor, action="waive")

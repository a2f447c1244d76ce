"""What the cohort's code answers is what is declared: every reason, every statistic, nothing besides."""

import ast
from pathlib import Path

import pytest

from graph_service.measures.cohort.declarations import REASONS, STATISTICS

ROOM = Path(__file__).parents[2] / "graph_service" / "measures" / "cohort"
CALLS = {"null": 0, "Refusal": 0}


def reasons_in(source):
    """String constants that code gives as a reason: the first argument of `null` and `Refusal`, any
    `reason=`, any assignment to `reason`, `caution=`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = [node.args[CALLS[name]]] if name in CALLS and node.args else []
            given += [word.value for word in node.keywords if word.arg in ("reason", "caution")]
        elif isinstance(node, ast.Assign) and any(getattr(t, "id", "") in ("reason", "caution") for t in node.targets):
            given = [node.value]
        else:
            continue
        for each in given:
            yield from (c.value for c in ast.walk(each) if isinstance(c, ast.Constant) and isinstance(c.value, str))


def given_reasons():
    found = {"measured_differently", "instrument_changed"}  # constants of observation.py
    for path in ROOM.rglob("*.py"):
        if path.name != "declarations.py":
            found.update(reasons_in(path.read_text(encoding="utf-8")))
    return {reason for reason in found if reason.isidentifier()}


def test_every_reason_that_code_gives_is_declared_and_every_declared_one_is_given():
    given = given_reasons() | {"undefined"}
    assert given - set(REASONS) == set()
    assert set(REASONS) - given == set()


@pytest.mark.parametrize("statistic", STATISTICS, ids=lambda each: each.id)
def test_every_statistic_exists_and_says_what_it_means(statistic):
    assert callable(statistic.compute())
    assert statistic.meaning.endswith((".", ")"))
    assert set(statistic.undefined) <= set(REASONS)
    assert statistic.source and statistic.formula


def test_ids_are_unique():
    assert len({each.id for each in STATISTICS}) == len(STATISTICS)

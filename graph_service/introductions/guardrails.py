"""Promises that an audit must keep: a file of bounds, checked against its result."""

import operator
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graph_service.errors import Conflict, SettingsError

_COMPARE: dict[str, Callable[[float, float], bool]] = {"at_least": operator.ge, "at_most": operator.le}

SHIPPED = "shipped"


class PromiseBroken(Conflict):
    """The audit ran, and one of the promises of the guardrail file does not hold."""

    code, title = "promise_broken", "The recommender breaks a promise"
    hint = "Look at the audit's table before you switch it on."


def read_guardrails(path: Path | str = SHIPPED) -> list[dict[str, Any]]:
    """The promises of a file (`shipped`: ours). Raises SettingsError.

    Each has `ranker`, `measure`, and `at_least` or `at_most`: a number, or another ranker's name, whose value of
    the same measure is the bound; `by` multiplies it, `plus` is added.
    """
    if path == SHIPPED:
        from importlib.resources import files

        text = (files("graph_service.introductions") / "data" / "guardrails.toml").read_text(encoding="utf-8")
    else:
        try:
            text = Path(path).read_text(encoding="utf-8")
        except OSError:
            raise SettingsError("The guardrail file cannot be read.") from None
    try:
        found = tomllib.loads(text).get("promise", [])
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The guardrail file is not TOML: {error}.") from None
    for each in found:
        if not {"ranker", "measure"} <= set(each) or not set(each) & set(_COMPARE):
            raise SettingsError("Each promise of a guardrail file has ranker, measure, and at_least or at_most.")
    return list(found)


def check(result: Mapping[str, Any], promises: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each promise with its value, bound and whether it holds; None where the audit has no such value."""
    rows = {row["name"]: row for row in result["rankers"]}
    told = []
    for promise in promises:
        value = rows.get(promise["ranker"], {}).get(promise["measure"])
        for name, compare in _COMPARE.items():
            if name not in promise:
                continue
            wanted = promise[name]
            bound = rows.get(wanted, {}).get(promise["measure"]) if isinstance(wanted, str) else float(wanted)
            if bound is not None:
                bound = bound * promise.get("by", 1.0) + promise.get("plus", 0.0)
            kept = None if value is None or bound is None else bool(compare(value, bound))
            about = {key: promise[key] for key in ("ranker", "measure", name)}
            told.append(about | {"value": value, "bound": bound, "kept": kept})
    return told


def enforce(checked: list[dict[str, Any]]) -> None:
    """Raises PromiseBroken naming every promise that does not hold."""
    broken = [each for each in checked if each["kept"] is False]
    if broken:
        named = "; ".join(
            f"{each['ranker']} {each['measure']} is {each['value']:.4g}, promised "
            f"{'at least' if 'at_least' in each else 'at most'} {each['bound']:.4g}"
            for each in broken
        )
        raise PromiseBroken(f"The recommender breaks {len(broken)} promise(s): {named}.")

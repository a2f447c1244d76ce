"""When an occupation is in demand and pays enough for a family: a stated rule with its source, as a file."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from graph_service.errors import UsageError
from graph_service.wbl.yaml_file import load, shown, translated

SHIPPED = "wage_rule.yaml"
#: Numbers of a rule, and the least that each may be.
NUMBERS = {"yearly": 1, "openings": 0, "growth": -100, "job_zone": 1, "years": 0}


class BadWageRule(UsageError):
    code, title, exit = "bad_wage_rule", "The wage rule has errors", 3
    hint = "Correct the file at the places named; `graph-service priorities rule` shows the one in force."


@dataclass(frozen=True)
class WageRule:
    """The rule of a programme.

    yearly: median pay of a year (dollars) from which an occupation sustains the `household`; openings: least of a
    year; growth: least projected change (percent); job_zone: most preparation that still counts; years: how old a
    table may be.
    """

    id: str
    version: str
    yearly: float
    household: str
    openings: float
    growth: float
    job_zone: int
    years: int
    source: str

    def __str__(self) -> str:
        return (
            f"{self.id} {self.version}: {self.yearly:,.0f} a year for {self.household}, {self.openings:,.0f} openings, "
            f"{self.growth:g} % growth ({self.source})"
        )


def read(path: Path | None = None) -> WageRule:
    """The rule of a file, or the shipped example. Raises BadWageRule with every error.

    >>> read().yearly
    52000
    """
    content = load(path or files("graph_service.wbl") / "data" / SHIPPED, BadWageRule, "wage rule")
    problems = check(content)
    if problems:
        raise BadWageRule("The wage rule has errors: " + "; ".join(problems) + ".", errors=len(problems))
    return WageRule(**{name: value for name, value in content.items() if name != "title"})


def check(content: Any) -> list[str]:
    """Everything wrong with a rule, by field."""
    if not isinstance(content, dict):
        return ["the file: a mapping is needed"]
    texts = ("id", "version", "household", "source")
    problems = [f"{name}: text is needed" for name in texts if not isinstance(content.get(name), str)]
    problems += translated(content.get("title"), "title")
    for name, least in NUMBERS.items():
        value = content.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or value < least:
            problems.append(f"{name}: a number of at least {least} is needed, not {shown(value)}")
    known = {*texts, *NUMBERS, "title"}
    return problems + [f"{shown(name)} is not known" for name in content if name not in known]

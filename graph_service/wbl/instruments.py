"""Instruments of self-assessment: YAML files with service lines, elements, stages and the evidence asked for."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from graph_service.errors import UsageError
from graph_service.records.registry import KINDS
from graph_service.records.vocabulary import vocabulary
from graph_service.wbl.work import Work
from graph_service.wbl.yaml_file import load, shown, translated

SHIPPED = "intermediary_functions.yaml"


class BadInstrument(UsageError):
    code, title, exit = "bad_instrument", "The instrument has errors", 3
    hint = "Correct the file at the places named; the shipped instrument shows the form."


@dataclass(frozen=True)
class Element:
    """One element: what good practice looks like, in each language, and the kinds of record that show it."""

    id: str
    service_line: str
    text: dict[str, str]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Instrument:
    """A validated instrument."""

    id: str
    version: str
    title: dict[str, str]
    stages: tuple[str, ...]
    elements: tuple[Element, ...]

    def __str__(self) -> str:
        return f"{self.id} {self.version}"


@dataclass(frozen=True)
class Evidence:
    """What the records say about one element: how many of each kind; a gap where there is none."""

    element: str
    kind: str
    records: int
    gap: bool


def read(path: Path | None = None) -> Instrument:
    """The instrument of a file, or the shipped one. Raises BadInstrument with every error and its place.

    >>> len(read().elements)
    18
    """
    source = path if path is not None else files("graph_service.wbl") / "data" / SHIPPED
    content = load(source, BadInstrument, "instrument")
    problems = check(content)
    if problems:
        raise BadInstrument("The instrument has errors: " + "; ".join(problems) + ".", errors=len(problems))
    elements = tuple(
        Element(each["id"], line["service_line"], each["text"], tuple(each.get("evidence", ())))
        for line in content["lines"]
        for each in line["elements"]
    )
    stages = tuple(content["stages"])
    return Instrument(content["id"], content["version"], content["title"], stages, elements)


def check(content: Any) -> list[str]:
    """Everything wrong with an instrument, each with its place."""
    if not isinstance(content, dict):
        return ["the file: a mapping with id, version, title, stages and lines is needed"]
    problems = [f"{name}: text is needed" for name in ("id", "version") if not isinstance(content.get(name), str)]
    problems += translated(content.get("title"), "title")
    stages = content.get("stages")
    known = vocabulary("implementation_stages")
    if not isinstance(stages, list) or not stages:
        problems.append("stages: a list is needed")
    else:
        problems += [f"stages: {shown(each)} is not a stage" for each in stages if each not in known.codes]
    lines = content.get("lines")
    if not isinstance(lines, list) or not lines:
        return [*problems, "lines: a list of service lines is needed"]
    seen: set[str] = set()
    for at, line in enumerate(lines, 1):
        problems += _line(line, f"line {at}", seen)
    return problems


def _line(line: Any, where: str, seen: set[str]) -> list[str]:
    if not isinstance(line, dict):
        return [f"{where}: a mapping is needed"]
    problems = translated(line.get("title"), f"{where}, title")
    if line.get("service_line") not in vocabulary("service_lines").codes:
        problems.append(f"{where}: {shown(line.get('service_line'))} is not a service line")
    elements = line.get("elements")
    if not isinstance(elements, list) or not elements:
        return [*problems, f"{where}: elements are needed"]
    for number, each in enumerate(elements, 1):
        place = f"{where}, element {number}"
        if not isinstance(each, dict):
            problems.append(f"{place}: a mapping is needed")
            continue
        id = each.get("id")
        if not isinstance(id, str) or not id:
            problems.append(f"{place}: an id is needed")
        elif id in seen:
            problems.append(f"{place}: the id {shown(id)} is there twice")
        else:
            seen.add(id)
        problems += translated(each.get("text"), f"{place}, text")
        evidence = each.get("evidence", [])
        if not isinstance(evidence, list):
            problems.append(f"{place}: evidence is a list of kinds of record")
        else:
            problems += [f"{place}: {shown(kind)} is not a kind of record" for kind in evidence if kind not in KINDS]
    return problems


def evidence(work: Work, instrument: Instrument | None = None) -> tuple[Evidence, ...]:
    """Evidence and gaps that the records propose for every element."""
    chosen = instrument or read()
    return tuple(
        Evidence(each.id, kind, len(work.rows(kind)), not work.rows(kind))
        for each in chosen.elements
        for kind in each.evidence
    )

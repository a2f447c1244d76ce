"""Rows go into a chart's file: checked against the fields it declares, translated, and never with a NaN."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from viz.labels import short
from viz.spec import Cell, Chart, Column, Table
from viz.words import Words

FOLDER = Path(__file__).parent
TRANSLATED = ("title", "domain")
"""Keys of a file whose texts a reader sees."""


def names() -> tuple[str, ...]:
    """The charts there are.

    >>> "tie_flow" in names()
    True
    """
    return tuple(sorted(path.name.removesuffix(".vl.json") for path in FOLDER.glob("*.vl.json")))


@cache
def _file(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def source(name: str) -> dict[str, Any]:
    """A chart's file as written. Raises ValueError for a chart that does not exist."""
    if name not in names():
        raise ValueError(f"there is no chart {name!r}: choose one of {', '.join(names())}")
    return dict(json.loads(_file(f"{name}.vl.json")))


def config() -> dict[str, Any]:
    """The look that all charts share, colours by name."""
    return dict(json.loads(_file("config.json")))


def fields(name: str) -> dict[str, dict[str, Any]]:
    """The fields of a chart's rows: label, kind, and the codes of a coded one."""
    return dict(source(name)["usermeta"]["fields"])


def messages() -> frozenset[str]:
    """Every text of the chart files that a catalogue must translate."""
    found: set[str] = set()
    for name in names():
        spec = source(name)
        found.update(field["label"] for field in fields(name).values())
        found.update(code for field in fields(name).values() for code in field.get("codes", ()))
        found.update(text for text, _, _ in _texts(spec))
    return frozenset(found)


def filled(chart: Chart, words: Words) -> dict[str, Any]:
    """The Vega-Lite spec of a chart, with its rows, in the reader's language. Raises ValueError for bad rows."""
    spec = copy.deepcopy(source(chart.name))
    for text, holder, key in list(_texts(spec)):
        holder[key] = words.text(text)
    declared = fields(chart.name)
    spec["datasets"] = {
        "rows": [{"order": order, **_row(row, declared, words)} for order, row in enumerate(chart.rows)]
    }
    spec["description"] = short(chart.sentence, 400)
    return spec


def table(chart: Chart, words: Words) -> Table:
    """The equal of a chart: a row for each of its rows, or the two-way table that its file asks for."""
    wide = source(chart.name)["usermeta"].get("table")
    if wide:
        return _two_way(chart, wide["row"], wide["column"], wide["value"], words)
    columns = tuple(
        Column(key, words.text(field["label"]), "text" if field["kind"] == "code" else field["kind"])
        for key, field in fields(chart.name).items()
        if any(row.get(key) is not None for row in chart.rows)
    )
    coded = [key for key, field in fields(chart.name).items() if field["kind"] == "code"]
    rows = tuple({**row, **{key: words.text(str(row[key])) for key in coded}} for row in chart.rows)
    return Table(words.text("The same as a table"), columns, rows)


def _two_way(chart: Chart, row: str, column: str, value: str, words: Words) -> Table:
    declared = fields(chart.name)
    coded = declared[column]["kind"] == "code"
    across = list(dict.fromkeys(str(each[column]) for each in chart.rows))
    if coded:
        across = [code for code in declared[column]["codes"] if code in across]
    rows: dict[Cell, dict[str, Cell]] = {}
    for each in chart.rows:
        made = rows.setdefault(each[row], {row: each[row]})
        made[f"{column}{across.index(str(each[column]))}"] = each.get(value)
    columns = [Column(row, words.text(declared[row]["label"]), declared[row]["kind"])]
    for k, name in enumerate(across):
        columns.append(Column(f"{column}{k}", words.text(name) if coded else short(name, 60), declared[value]["kind"]))
    caption = words.text("The same as a table: %(what)s", what=words.text(declared[value]["label"]))
    return Table(caption, tuple(columns), tuple(rows.values()))


def _texts(node: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each text for readers, with the container and key that hold it."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in TRANSLATED and isinstance(value, str):
                yield value, node, key
            elif key in TRANSLATED and isinstance(value, list):
                yield from ((text, value, k) for k, text in enumerate(value) if isinstance(text, str))
            elif key != "usermeta":
                yield from _texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)


def _row(row: Mapping[str, Cell], declared: Mapping[str, Mapping[str, Any]], words: Words) -> dict[str, Any]:
    if unknown := row.keys() - declared.keys():
        raise ValueError(f"the chart has no field {', '.join(sorted(unknown))}")
    made: dict[str, Any] = {}
    for key, field in declared.items():
        value = row.get(key)
        made[key] = _value(key, value, field["kind"])
        if field["kind"] == "code":
            if value not in field["codes"]:
                raise ValueError(f"{key} is {value!r}, not one of {', '.join(field['codes'])}")
            made[f"{key}_label"] = words.text(str(value))
        made[f"word_{key}"] = words.text(field["label"])
    return made


def _value(key: str, value: Cell, kind: str) -> Any:
    if value is None:
        return None
    if kind in ("number", "percent"):
        if isinstance(value, str | date) or not isfinite(value):
            raise ValueError(f"{key} must be a finite number or None, not {value!r}")
        return value
    if kind == "date":
        if not isinstance(value, date):
            raise ValueError(f"{key} must be a date, not {value!r}")
        return value.isoformat()
    return short(str(value), 80)

"""The table under every picture: what it holds, ready for the template, with values to sort by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from viz.spec import Cell, Column, Table
from viz.words import Words

MOST_DIGITS = {"percent": 1}
"""Decimals shown at most, by kind of column; three elsewhere."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell as shown, and what it sorts by (empty sorts last)."""

    text: str
    sort: str
    kind: str


def shown(table: Table, words: Words) -> list[list[Shown]]:
    """The rows of a table as the template prints them; the numbers of a column have the same decimals."""
    digits = {column.key: _digits(column, table) for column in table.columns}
    return [[_cell(row, column, digits[column.key], words) for column in table.columns] for row in table.rows]


def _digits(column: Column, table: Table) -> int:
    most = MOST_DIGITS.get(column.kind, 3)
    scale = 100 if column.kind == "percent" else 1
    values = [value * scale for row in table.rows if isinstance(value := row.get(column.key), int | float)]
    return next((d for d in range(most) if all(round(v, d) == round(v, most) for v in values)), most)


def _cell(row: Mapping[str, Cell], column: Column, digits: int, words: Words) -> Shown:
    value = row.get(column.key)
    sort = row.get(f"{column.key}:sort", value)
    order = "" if sort is None else sort.isoformat() if isinstance(sort, date) else str(sort)
    return Shown(words.cell(value, column.kind, digits), order, column.kind)

"""The table under every picture: what it holds, ready for the template, with values to sort by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from viz.spec import Cell, Table
from viz.words import Words


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell as shown, and what it sorts by (empty sorts last)."""

    text: str
    sort: str
    kind: str


def shown(table: Table, words: Words) -> list[list[Shown]]:
    """The rows of a table as the template prints them."""
    return [[_cell(row, column.key, column.kind, words) for column in table.columns] for row in table.rows]


def _cell(row: Mapping[str, Cell], key: str, kind: str, words: Words) -> Shown:
    value = row.get(key)
    sort = row.get(f"{key}:sort", value)
    if sort is None:
        return Shown(words.cell(value, kind), "", kind)
    return Shown(words.cell(value, kind), sort.isoformat() if isinstance(sort, date) else str(sort), kind)

"""How the folders are written: UTF-8 comma-separated files with NA for missing, and checks of what goes in."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph_service.errors import DataError

MISSING = "NA"


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes of people as columns in the order of `people`."""

    people: tuple[str, ...]
    columns: Mapping[str, Sequence[Any]]

    def __post_init__(self) -> None:
        if len(set(self.people)) < len(self.people):
            raise DataError("Every person is listed once.")
        for name, column in self.columns.items():
            if len(column) != len(self.people):
                raise DataError(f"The attribute {name} needs one value for each of the people.")
            if not name.isidentifier():
                raise DataError(f"The attribute name {name!r} cannot be a column name in R.")

    def rows(self) -> list[list[Any]]:
        """One row per person: id and attribute values."""
        return [[person, *(column[row] for column in self.columns.values())] for row, person in enumerate(self.people)]


def plain(column: Any) -> list[Any]:
    """Values of a column (Arrow, pandas, numpy, list) as Python objects, missing ones as None."""
    values = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    return [None if value is None or value != value else value for value in values]


def attributes(people: Sequence[Any], columns: Mapping[str, Any] | None) -> Attributes:
    """People and their attribute columns, checked."""
    return Attributes(
        tuple(str(person) for person in plain(people)),
        {name: plain(column) for name, column in (columns or {}).items()},
    )


def ends(ties: tuple[Any, Any], people: Sequence[str]) -> list[tuple[int, int]]:
    """Ties as positions in `people`. Raises DataError for a stranger or a tie to oneself."""
    place = {person: row for row, person in enumerate(people)}
    first, second = plain(ties[0]), plain(ties[1])
    if len(first) != len(second):
        raise DataError("A tie has two ends.")
    unknown = sum(str(end) not in place for end in [*first, *second])
    if unknown:
        raise DataError(f"{unknown} ends of ties are not among the people listed.")
    pairs = [(place[str(a)], place[str(b)]) for a, b in zip(first, second, strict=True)]
    if any(a == b for a, b in pairs):
        raise DataError("Nobody is tied to themselves.")
    return pairs


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """Writes one file. A number that is a whole number is written without a point."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_text(value) for value in row] for row in rows)
    return path


def _text(value: Any) -> str:
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)

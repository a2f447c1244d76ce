"""The headers of published tables: which column is which, and the years that they name."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph_service.errors import MissingColumn, UnreadableFile
from loaders.batch import Rows
from loaders.options import LoadOptions
from loaders.tables import parse
from loaders.text import decode, read_bytes
from loaders.values import trimmed

FIRST_YEAR, LAST_YEAR = 1990, 2100


class WrongYear(UnreadableFile):
    code, title = "wrong_year", "The table is of another year"
    hint = "Load the edition that you mean, or name the year that this one is of: --constant year=YYYY."


@dataclass(frozen=True)
class Layout:
    """Columns of a table: field to the patterns that its header may match, in order of preference.

    needed: fields without which nothing can be read.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    needed: Sequence[str]

    def is_header(self, cells: Sequence[str]) -> bool:
        """Whether a row names the columns: tables have titles and notes above."""
        plain_cells = [plain(cell) for cell in cells]
        return all(self._place(name, plain_cells) is not None for name in self.needed)

    def find(self, rows: Rows) -> dict[str, list[str | None]]:
        """The cells of each field that has a column. Raises MissingColumn."""
        headers = [plain(each) for each in rows.header]
        found: dict[str, list[str | None]] = {}
        for name in self.columns:
            at = self._place(name, headers)
            if at is not None:
                found[name] = trimmed(rows.table.column(at)).to_pylist()
            elif name in self.needed:
                raise MissingColumn(
                    f"The table has no column for {name}; it needs {', '.join(self.needed)} ({self.name}).", field=name
                )
        return found

    def used(self, rows: Rows) -> dict[str, str]:
        headers = [plain(each) for each in rows.header]
        places = {name: self._place(name, headers) for name in self.columns}
        return {name: rows.header[at] for name, at in places.items() if at is not None}

    def _place(self, name: str, headers: Sequence[str]) -> int | None:
        for pattern in self.columns[name]:
            for at, header in enumerate(headers):
                if re.fullmatch(pattern, header):
                    return at
        return None


def reader(layout: Layout) -> Callable[[Path, LoadOptions], Rows]:
    """How a table of this layout is read: titles and notes above its header are left out."""

    def read(path: Path, options: LoadOptions) -> Rows:
        text, encoding = decode(read_bytes(path), options.encoding)
        try:
            return parse(text, encoding, path.name, layout.is_header)
        except UnreadableFile:
            # No row names all that is needed: the first one then says what is missing.
            rows = parse(text, encoding, path.name)
            layout.find(rows)
            raise

    return read


def plain(header: str) -> str:
    """A header without capitals and marks.

    >>> plain("2023 National Employment Matrix code"), plain("O*NET-SOC Code")
    ('2023 national employment matrix code', 'o net soc code')
    """
    return " ".join(re.findall(r"[a-z0-9%]+", header.lower()))


def years_in(text: str) -> list[int]:
    """Years that a header or the name of a file holds.

    >>> years_in("state_M2024_dl.csv"), years_in("Employment change, percent, 2023–33")
    ([2024], [2023])
    """
    found = [int(each) for each in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)]
    return [each for each in found if FIRST_YEAR <= each <= LAST_YEAR]


def year_of(table: str, named: Sequence[int], options: LoadOptions, this_year: int) -> int | None:
    """The year of a table: what the file says and what a person says have to agree. Raises WrongYear."""
    said = options.constants.get("year")
    stated = None
    if said is not None:
        if not re.fullmatch(r"\d{4}", said) or not FIRST_YEAR <= int(said) <= LAST_YEAR:
            raise WrongYear("--constant year takes a year such as 2024. Nothing was changed.")
        stated = int(said)
    own = named[0] if named else None
    if stated is not None and own is not None and stated != own:
        raise WrongYear(f"The {table} says that it is of {own}, not of {stated}. Nothing was changed.")
    year = own if stated is None else stated
    if year is not None and year > this_year:
        raise WrongYear(f"The {table} would be of {year}, which is still to come. Nothing was changed.")
    return year


def number(text: str | None) -> float | str | None:
    """A number as published: thousands with commas, dollars, percent; null where the table has none.

    Returns the text where it is none of these.

    >>> number("1,234"), number("**"), number("$52,010"), number("-3.1%"), number("many")
    (1234.0, None, 52010.0, -3.1, 'many')
    """
    if text is None or text in ("*", "**", "-", "–", "—", "N/A", "n/a"):
        return None
    bare = text.replace(",", "").replace("$", "").replace("%", "").replace("−", "-").strip()
    return float(bare) if re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", bare) else text


def soc(text: str | None) -> str | None:
    """An occupation code as SOC writes it; null where the cell holds none.

    >>> soc("29-1141"), soc("29-1141.00"), soc("291141"), soc('="29-1141"'), soc("Total")
    ('29-1141', '29-1141', '29-1141', '29-1141', None)
    """
    found = re.fullmatch(r'=?"?(\d\d)-?(\d{4})(?:\.\d\d)?"?', text or "")
    return f"{found[1]}-{found[2]}" if found else None


def one_column(cells: dict[str, list[str | None]], name: str, count: int) -> list[Any]:
    """The cells of a field, nulls where the table has no such column."""
    return cells.get(name) or [None] * count

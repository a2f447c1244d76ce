"""Text as rows and cells: separators, quoted line breaks, blank rows, rows that cannot be split."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph_service.errors import UnreadableFile
from loaders.batch import Reject, Rows
from loaders.rejects import REASONS, unescape
from loaders.text import decode, read_bytes

SEPARATORS = ",;\t|"
#: Rows that become columns at once: bounds the memory that cells need as separate objects.
CHUNK = 65_536
#: How the example row of a template begins: it is no data.
EXAMPLE = "# example"


def read_table(path: Path, encoding: str | None = None, name: str = "") -> Rows:
    """The rows of a CSV file. Raises UnreadableFile."""
    text, found = decode(read_bytes(path), encoding)
    return parse(text, found, name)


def parse(
    text: str,
    encoding: str = "utf-8",
    name: str = "",
    is_header: Callable[[list[str]], bool] = any,
) -> Rows:
    """Rows of a text. The first row for which `is_header` holds names the columns; what is above is left out.

    A row with too few or too many cells is a reject. A quote that is never closed makes the file unreadable:
    whatever follows it cannot be told apart. A file of rejects is read as the rows it repeats.
    """
    import pyarrow as pa

    if is_header is any and (table := _plain(text)) is not None:
        return Rows(table, pa.array(range(2, table.num_rows + 2), pa.int64()), encoding, name=name)
    lines = _lines(text)
    header: list[str] = []
    for _, cells in lines:
        if isinstance(cells, list) and is_header(cells):
            header = [cell.strip() for cell in cells]
            break
    if not header:
        raise UnreadableFile("The file has no row of column names. Nothing was changed.")
    width = len(header)
    rejects: list[Reject] = []
    torn: dict[int, list[str]] = {}
    chunks, numbers = [], []
    while True:
        rows, places = [], []
        for number, cells in lines:
            if isinstance(cells, Torn):
                rejects.append(Reject(number, "", cells.why, "cells that can be told apart", name))
                torn[number] = [""] * width + [cells.text]
                continue
            if len(cells) != width:
                if not any(cells):
                    continue
                if len(cells) < width or any(cells[width:]):
                    rejects.append(Reject(number, "", f"{len(cells)} cells", f"{width} cells", name))
                    torn[number] = cells
                    continue
                del cells[width:]
            elif not any(cells):
                continue
            if cells[0].startswith(EXAMPLE):
                continue
            rows.append(cells)
            places.append(number)
            if len(rows) == CHUNK:
                break
        if rows:
            chunks.append(pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=header))
            numbers.append(pa.array(places, pa.int64()))
        if len(rows) < CHUNK:
            break
    empty = pa.table([pa.array([], pa.string()) for _ in header], names=header)
    table = pa.concat_tables(chunks).combine_chunks() if chunks else empty
    at = pa.concat_arrays(numbers) if numbers else pa.array([], pa.int64())
    rows_read = Rows(table, at, encoding, rejects, torn, name)
    return unescape(rows_read) if header[-len(REASONS) :] == list(REASONS) else rows_read


def _plain(text: str) -> Any | None:
    """The columns of a text without quotes, blank rows and rows of another width; None for any other text.

    Most of a large file's time would go into splitting it cell by cell.
    """
    import pyarrow as pa
    import pyarrow.csv

    head = text.partition("\n")[0].removesuffix("\r")
    header = [cell.strip() for cell in head.split(separator(text))]
    if EXAMPLE in text or '"' in text or "\n\n" in text or "\r\r" in text or "\n\r" in text or not any(header):
        return None
    if "\r" in head or header[-len(REASONS) :] == list(REASONS):
        return None
    odd: list[Any] = []

    def skip(row: Any) -> str:
        odd.append(row.number)
        return "skip"

    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(text.encode()),
            read_options=pyarrow.csv.ReadOptions(
                column_names=[str(at) for at in range(len(header))], skip_rows=1, block_size=1 << 24
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=separator(text),
                quote_char=False,
                ignore_empty_lines=True,
                invalid_row_handler=skip,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={str(at): pa.string() for at in range(len(header))}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if odd or len(header) == 1 or _has_blank_rows(table):
        return None
    return table.rename_columns(header).combine_chunks()


def _has_blank_rows(table: Any) -> bool:
    import pyarrow.compute as pc

    blank = pc.equal(table.column(0), "")
    for each in table.columns[1:]:
        if not pc.any(blank).as_py():
            return False
        blank = pc.and_(blank, pc.equal(each, ""))
    return bool(pc.any(blank).as_py())


@dataclass(frozen=True)
class Torn:
    """A row that cannot be split into cells: why, and its text."""

    why: str
    text: str


def _lines(text: str) -> Iterator[tuple[int, list[str] | Torn]]:
    """(place, cells) of every row, blank ones too."""
    seen: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            seen.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=separator(text), strict=True)
    number = 0
    while True:
        number += 1
        seen.clear()
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise UnreadableFile(
                    f"A quote that is opened in row {number} is never closed. Nothing was changed."
                ) from None
            too_long = "field limit" in str(error)
            why = "a cell of more than 131072 characters" if too_long else "a quote inside a quoted cell"
            yield number, Torn(why, "".join(seen).rstrip("\r\n"))


def separator(text: str) -> str:
    """The separator of the first line with one: the one that occurs most outside quotes.

    >>> separator("id;name\\n1;Ana")
    ';'
    """
    line = next((each for each in io.StringIO(text) if any(mark in each for mark in SEPARATORS)), "")
    bare = "".join(line.split('"')[::2])
    return max(SEPARATORS, key=bare.count)

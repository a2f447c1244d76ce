"""How answers are written: table, JSON, CSV, Parquet; to the screen or a file."""

import enum
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_service.errors import UsageError


class Format(enum.StrEnum):
    """Formats of answers."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"


#: Told of every file that a command writes, once a programme is open: an erasure has to find the copies.
noting: list[Callable[[Path], None]] = []

FormatOption = Annotated[Format, typer.Option("--format", help="How to write the answer.")]
OutputOption = Annotated[Path | None, typer.Option("--output", help="Write to this file instead of the screen.")]


def write_table(
    table: Any, form: Format, output: Path | None, *, about: Mapping[str, Any] | None = None, title: str = ""
) -> None:
    """Write an Arrow table. JSON is `{about..., "rows": [...]}`; CSV is safe to open in a spreadsheet."""
    if form is Format.parquet:
        import pyarrow.parquet as parquet

        if output is None:
            raise UsageError("Parquet is not for the screen: name a file with --output.")
        with replacing(output) as file:
            parquet.write_table(table, file)
        return
    if form is Format.csv:
        write_bytes(csv_bytes(table), output)
        return
    if form is Format.json:
        write_json({**(about or {}), "rows": table.to_pylist()}, output)
        return
    _print_table(table, title, output)


def write_json(value: Any, output: Path | None) -> None:
    """Write JSON: null, never NaN; the order of keys is the given one."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2, default=_plain)
    write_bytes((text + "\n").encode(), output)


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def write_bytes(content: bytes, output: Path | None) -> None:
    """Write to a file (0600: it may hold people's data) or to the screen."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    with replacing(output) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[Any]:
    """A file that appears whole or not at all, readable by its owner alone."""
    part = path.with_name(path.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise UsageError(f"The file cannot be written: {error.strerror}. Choose another --output.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    for note in noting:
        note(path)


def csv_bytes(table: Any) -> bytes:
    """An Arrow table as CSV: empty where null, numbers in their shortest exact form, lists joined by `;`.

    >>> import pyarrow as pa
    >>> csv_bytes(pa.table({"person_id": ["a", "b, c"], "constraint": [0.25, None]}))
    b'person_id,constraint\\na,0.25\\n"b, c",\\n'
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    head = ",".join(table.column_names) + "\n"
    if not table.num_rows:
        return head.encode()
    cells = [pc.fill_null(_quoted(_safe(column)).cast(pa.string()), "") for column in table.columns]
    lines = pc.binary_join_element_wise(*cells, ",") if len(cells) > 1 else cells[0]
    return (head + "\n".join(lines.to_pylist()) + "\n").encode()


def _quoted(column: Any) -> Any:
    """Quotes around the texts that need them, and no others."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return column
    special = pc.match_substring_regex(column, '[",\r\n]')
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def _safe(column: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_list(column.type):
        column = pa.chunked_array([[None if v is None else ";".join(map(str, v)) for v in column.to_pylist()]])
    if pa.types.is_string(column.type):
        formula = pc.match_substring_regex(column, r"^[=+\-@\t\r]")
        number = pc.match_substring_regex(column, r"^[+-]?[0-9][0-9.]*$")
        guarded = pc.binary_join_element_wise("'", column, "")
        return pc.if_else(pc.and_(formula, pc.invert(number)), guarded, column)
    return column


def _print_table(table: Any, title: str, output: Path | None) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(header_style="bold", box=None, pad_edge=False)
    for name, column in zip(table.column_names, table.columns, strict=True):
        number = str(column.type).startswith(("int", "double", "float"))
        shown.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
        shown.add_row(*(Text(_cell(value)) for value in row))
    # A line of its own: as the table's title it would be folded to the width of a narrow table.
    parts = [*([Text(title, style="italic")] if title else []), shown]
    if output is not None:
        import io

        page = io.StringIO()
        Console(file=page, width=200).print(*parts, sep="\n")
        write_bytes(page.getvalue().encode(), output)
        return
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(*parts, sep="\n")


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}" if value else "0"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def say(text: str) -> None:
    """A line for people, beside the answer: never in a pipe's data."""
    print(text, file=sys.stderr)


@contextmanager
def progress(what: str) -> Iterator[Any]:
    """A progress bar on a terminal, nothing in a pipe. Gives `step(done, total)`."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

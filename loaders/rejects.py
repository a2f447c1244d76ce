"""The file of rejected rows: each row as it was, and why; safe in a spreadsheet, and ready to load again."""

import csv
import io
import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from loaders.batch import Reject, Rows

#: Columns behind the row's own cells.
REASONS = ("rejected_row", "rejected_field", "rejected_found", "rejected_expected")

#: A spreadsheet takes a cell that begins like this for a formula. A quote in front makes it text; the quote
#: itself is on the list so that taking one away again always gives the cell as it was.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def escape(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> escape("=1+1"), escape("Ana")
    ("'=1+1", 'Ana')
    """
    return "'" + cell if cell.startswith(FORMULA) else cell


def unescape(rows: Rows) -> Rows:
    """The rows of a rejects file with their cells as they were.

    Columns without a name hold what stood beyond the last column, or a row that could not be split: as long as
    they are not empty, the row is rejected again.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    width = len(rows.header) - len(REASONS)
    cells = [pc.replace_substring_regex(rows.table.column(at), "^'", "") for at in range(width)]
    names = [name.removeprefix("'") for name in rows.header[:width]]
    spare = [at for at, name in enumerate(names) if not name]
    table = pa.table([cells[at] for at in range(width) if at not in spare], names=[name for name in names if name])
    still = pa.array([False] * len(rows))
    for at in spare:
        still = pc.or_(still, pc.not_equal(cells[at], ""))
    rejects, torn = list(rows.rejects), dict(rows.torn)
    for at in pc.indices_nonzero(still).to_pylist():
        number = rows.numbers[at].as_py()
        rejects.append(Reject(number, "", "cells beyond the last column", "nothing there", rows.name))
        torn[number] = [cells[column][at].as_py() for column in [c for c in range(width) if c not in spare] + spare]
    good = pc.invert(still)
    return Rows(table.filter(good), rows.numbers.filter(good), rows.encoding, rejects, torn, rows.name)


def write_rejects(path: Path, rejects: Sequence[Reject], source: Any) -> None:
    """Write the rejected rows, readable by their owner alone; what was at `path` is replaced.

    source: the `Rows` they came from, whose cells are repeated; anything else (the files of a roster): the row
    is told by file and place only.
    """
    _write(path, _text(rejects, source))


def keep_rejects(file: Path, rejects: Sequence[Reject], source: Any) -> Path:
    """Write the rejected rows of `file` beside it, or here where that folder takes none; where they are then.

    No file is overwritten: somebody may be mending what an earlier load rejected. Beside `a.csv` that is
    `a.csv.rejects.csv`, then `a.csv.rejects-2.csv`; the same rows again stay where they are. Raises OSError.
    """
    text = _text(rejects, source)
    whole = file.resolve()
    stem = _REJECTED.sub("", whole.name)
    try:
        return _kept(whole.parent, stem, text)
    except OSError:
        if whole.parent == Path.cwd():
            raise
        return _kept(Path.cwd(), stem, text)


def is_rejects(path: Path) -> bool:
    """Whether a file was written by a load, and may be replaced by one."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(next(csv.reader(file), ())[-len(REASONS) :]) == REASONS
    except (OSError, UnicodeDecodeError, csv.Error):
        return False


#: What is cut off the name of a rejects file that was mended and is loaded.
_REJECTED = re.compile(r"\.rejects(-\d+)?\.csv$")


def _kept(folder: Path, stem: str, text: str) -> Path:
    for at in count(1):
        path = folder / f"{stem}.rejects{'' if at == 1 else f'-{at}'}.csv"
        try:
            # Claimed before it is written: no other load takes the same name.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            if not path.is_symlink() and path.is_file() and path.read_bytes() == text.encode("utf-8-sig"):
                return path
            continue
        try:
            _write(path, text)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path
    raise AssertionError("counting never ends")


def _text(rejects: Sequence[Reject], source: Any) -> str:
    lines: list[list[str]] = []
    if isinstance(source, Rows):
        width = max([len(source.header), *(len(cells) for cells in source.torn.values())])
        named = [escape(name) for name in source.header]
        lines.append(named + [""] * (width - len(named)) + list(REASONS))
        places = {number: at for at, number in enumerate(source.numbers.to_pylist())}
        for row, problems in _by_row(rejects).items():
            if row in places:
                at = places[row]
                cells = [str(source.table.column(each)[at].as_py() or "") for each in range(len(named))]
            else:
                cells = list(source.torn.get(row, ()))
            cells += [""] * (width - len(cells))
            lines.append([escape(cell) for cell in cells] + _reasons(row, problems))
    else:
        lines.append(["file", *REASONS])
        lines += [[escape(each.file), *_reasons(each.row, [each])] for each in rejects]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _by_row(rejects: Sequence[Reject]) -> dict[int, list[Reject]]:
    rows: dict[int, list[Reject]] = {}
    for each in sorted(rejects, key=lambda reject: reject.row):
        rows.setdefault(each.row, []).append(each)
    return rows


def _reasons(row: int, problems: Sequence[Reject]) -> list[str]:
    told = [" | ".join(getattr(each, name) for each in problems) for name in ("field", "found", "expected")]
    return [str(row), *(escape(text) for text in told)]


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and never through somebody else's link."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            file.write(text)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise

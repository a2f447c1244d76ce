"""The files of a roster: what the manifest says of each, and their rows. Passwords are dropped as they are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph_service.errors import MissingColumn, UnreadableFile
from loaders.archive import read_files
from loaders.batch import Reject, Rows
from loaders.options import LoadOptions
from loaders.tables import parse
from loaders.text import decode

#: The files that are read, and the columns without which they mean nothing.
FILES = {
    "manifest": ("propertyName", "value"),
    "orgs": ("sourcedId", "name", "type"),
    "users": ("sourcedId", "givenName", "familyName"),
    "roles": ("userSourcedId", "role", "orgSourcedId"),
    "enrollments": ("classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
    "classes": ("sourcedId",),
    "demographics": ("sourcedId",),
}
#: Columns that are never kept, not even until the rejects are written.
SECRET = ("password",)
LIVE, OVER = ("", "active"), ("tobedeleted", "inactive")


@dataclass(frozen=True)
class Line:
    """One row of a file of the roster: its place there and its cells, trimmed."""

    row: int
    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def several(self, name: str) -> list[str]:
        """The values of a cell that holds several."""
        return [part.strip() for part in self[name].split(",") if part.strip()]

    @property
    def over(self) -> bool:
        return self["status"].lower() in OVER

    @property
    def changed(self) -> date | None:
        """The day of its last change, where it is said."""
        return day(self["dateLastModified"])


def day(text: str) -> date | None:
    """The day of an ISO date or moment; None where there is none.

    >>> day("2023-05-01T18:25:43.511Z")
    datetime.date(2023, 5, 1)
    """
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


@dataclass(frozen=True)
class Roster:
    """A roster as read. modes: file to bulk (complete), delta (changes) or absent."""

    version: str
    modes: dict[str, str]
    files: dict[str, Rows]

    def lines(self, name: str) -> Iterator[Line]:
        """The rows of a file; none where the file is absent."""
        rows = self.files.get(name)
        if rows is None:
            return
        header, numbers = rows.header, rows.numbers.to_pylist()
        columns = [column.to_pylist() for column in rows.table.columns]
        for row, cells in zip(numbers, zip(*columns, strict=True), strict=True):
            yield Line(row, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})

    def bulk(self, name: str) -> bool:
        """Whether the file claims to hold everything."""
        return name in self.files and self.modes.get(name) == "bulk"

    @property
    def rejects(self) -> list[Reject]:
        return [each for rows in self.files.values() for each in rows.rejects]

    def __len__(self) -> int:
        return sum(len(rows) + len(rows.rejects) for name, rows in self.files.items() if name != "classes")


def read(path: Path, options: LoadOptions) -> Roster:
    """The roster of a folder or a zip archive.

    Raises UnreadableFile where a file that the manifest announces is missing or cannot be read, MissingColumn
    where a file lacks what it cannot do without.
    """
    if not path.exists():
        raise UnreadableFile("There is no such file. Nothing was changed.")
    found = read_files(path, {f"{name}.csv" for name in FILES})
    tables = {name.removesuffix(".csv"): _table(name, data, options) for name, data in found.items()}
    manifest = tables.pop("manifest", None)
    if not tables:
        raise UnreadableFile("There are no files of a roster here (users.csv, orgs.csv, ...). Nothing was changed.")
    said = _manifest(manifest)
    modes = {name: said.get(f"file.{name}", "delta").lower() for name in FILES}
    missing = [name for name, mode in modes.items() if mode in ("bulk", "delta") and f"file.{name}" in said]
    if missing := [name for name in missing if name not in tables]:
        raise UnreadableFile(f"The manifest announces {', '.join(missing)}, which is not there. Nothing was changed.")
    present = {name: rows for name, rows in tables.items() if modes[name] != "absent"}
    version = said.get("oneroster.version") or ("1.2" if "roles" in present else "1.1")
    return Roster(version, modes, present)


def _manifest(rows: Rows | None) -> dict[str, str]:
    if rows is None:
        return {}
    names, values = (rows.table.column(rows.header.index(each)).to_pylist() for each in FILES["manifest"])
    return {name.strip(): value.strip() for name, value in zip(names, values, strict=True)}


def _table(name: str, data: bytes, options: LoadOptions) -> Rows:
    if not data.strip():
        raise UnreadableFile(f"{name} is empty. Nothing was changed.")
    text, encoding = decode(data, options.encoding)
    rows = parse(text, encoding, name)
    needed = FILES[name.removesuffix(".csv")]
    if missing := [column for column in needed if column not in rows.header]:
        raise MissingColumn(f"{name} has no column {', '.join(missing)}. Nothing was changed.")
    if len(set(rows.header)) != len(rows.header):
        raise UnreadableFile(f"{name} has a column twice. Nothing was changed.")
    kept = [column for column in rows.header if column.lower() not in SECRET and column]
    return Rows(rows.table.select(kept), rows.numbers, rows.encoding, rows.rejects, {}, name)

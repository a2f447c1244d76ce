"""Which column of a file is which: as said, by its own name, or by a name that is known to mean it."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from graph_service.errors import MissingColumn, UsageError
from loaders.csv.sheets import Sheet
from loaders.options import LoadOptions
from loaders.shipped import rows


def plain(header: str) -> str:
    """
    >>> plain(" First_Name ")
    'first name'
    """
    return re.sub(r"[\s_\-.]+", " ", header.strip().lower()).strip()


@cache
def synonyms(sheet_name: str) -> Mapping[str, str]:
    """Header to column, for one sheet: the shipped table of names in English and Spanish."""
    wanted = [row for row in rows("synonyms") if row["sheet"] in ("*", sheet_name)]
    return {plain(row["header"]): row["column"] for row in sorted(wanted, key=lambda row: row["sheet"] != "*")}


def find_columns(sheet: Sheet, header: Sequence[str], options: LoadOptions) -> dict[str, int]:
    """Column of the sheet to its place in the file.

    Raises UsageError for a column that the sheet does not have, MissingColumn for one that the file does not
    have, has twice, or that is needed and not there.
    """
    known = sheet.columns
    found: dict[str, int] = {}
    for name, title in options.columns.items():
        column = _asked(sheet, name)
        found[column] = _place(header, title, name)
    taken = set(found.values())
    names = {plain(name): name for name in known}
    if "key" in sheet.called:
        names.setdefault("key", sheet.called["key"])
    for lookup in (names, synonyms(sheet.name)):
        by_column: dict[str, list[int]] = {}
        for at, title in enumerate(header):
            meant = lookup.get(plain(title))
            if at in taken or meant is None or meant not in known or meant in found or meant in options.constants:
                continue
            by_column.setdefault(meant, []).append(at)
        for name, places in by_column.items():
            if len(places) > 1:
                raise MissingColumn(f"Several columns of the file may be {name}. Say which: --column {name}=COLUMN.")
            found[name] = places[0]
            taken.add(places[0])
    _complete(sheet, found, options, len(header))
    return found


def _asked(sheet: Sheet, name: str) -> str:
    column = next((each for each in sheet.columns if plain(each) == plain(name)), None)
    column = column or sheet.called.get(name)
    if column is None:
        known = ", ".join(sheet.columns)
        raise UsageError(f"A file of {sheet.name} has no column {name}. It has: {known}.")
    return column


def _place(header: Sequence[str], title: str, name: str) -> int:
    for match in (lambda each: each == title.strip(), lambda each: plain(each) == plain(title)):
        places = [at for at, each in enumerate(header) if match(each)]
        if len(places) > 1:
            raise MissingColumn(f"The file has the column for {name} twice: {title}.")
        if places:
            return places[0]
    raise MissingColumn(f"The file has no column {title}, which was named for {name}. It has {len(header)} columns.")


def _complete(sheet: Sheet, found: Mapping[str, int], options: LoadOptions, width: int) -> None:
    constants = {_asked(sheet, name) for name in options.constants}
    said = constants | set(found)
    if options.kind is not None:
        said.add("kind")
    missing = [name for name, column in sheet.columns.items() if column.needed and name not in said]
    if any(column.people for column in sheet.columns.values()):
        people = [name for name, column in sheet.columns.items() if column.people and name in said]
        if not people or people in (["from"], ["to"]):
            missing.append("from and to (or participants)")
    if missing:
        hint = "Name it with --column FIELD=COLUMN, or draft a mapping with --suggest-mapping."
        raise MissingColumn(f"The file has {width} columns and none for {', '.join(missing)}. {hint}")

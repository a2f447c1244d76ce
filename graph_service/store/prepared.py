"""Tables made ready for an engine before it is locked: checked, as plain columns, each row with its digest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.errors import Conflict, InvalidRecord
from graph_service.records.identity import SEPARATOR, digest
from graph_service.records.kind import Field, Kind
from graph_service.records.validation import Checked, validate, validate_records
from graph_service.store.port import ANONYMOUS

#: What an id may be: engines write it into lines without quotes.
ID = re.compile(r'[^\s,"\\\x00-\x1f\x7f]{1,100}')


@dataclass
class Prepared:
    """Rows of one kind as columns of plain values (see `port`), and the digest of each row."""

    kind: Kind
    columns: dict[str, list[Any]]
    digests: list[int]

    @property
    def ids(self) -> list[str]:
        return self.columns["id"]

    def fresh(self) -> "Prepared":
        """A copy that may be changed: a write may be repeated from its beginning."""
        return Prepared(self.kind, dict(self.columns), list(self.digests))

    def some(self, rows: Sequence[int], **kept: Sequence[Any]) -> dict[str, Sequence[Any]]:
        """Some of the rows, with the columns that the store keeps beside the declared ones."""
        if len(rows) == len(self.ids):
            return {**self.columns, **kept, "digest": self.digests}
        chosen = {name: [values[at] for at in rows] for name, values in self.columns.items()}
        return {**chosen, **kept, "digest": [self.digests[at] for at in rows]}

    def marked_again(self, secret: bytes, rows: Sequence[int]) -> None:
        """The digests of rows whose values were changed."""
        changed = {name: [values[at] for at in rows] for name, values in self.columns.items()}
        for at, mark in zip(rows, digests_of(secret, self.kind, changed), strict=True):
            self.digests[at] = mark


def prepare(secret: bytes, kind: Kind, table: Any) -> Prepared:
    """Check a table, where that was not done, and make it ready.

    Raises InvalidRecord with every problem; Conflict for a reused id.
    """
    checked = table if isinstance(table, Checked) else validate(kind, table)
    if checked.problems:
        first = checked.problems[0]
        raise InvalidRecord(
            f"{kind.name}, row {first.row}: {first.field}: found {first.found}, expected {first.expected}.",
            problems=[problem.as_dict() for problem in checked.problems],
        )
    columns = plain_columns(kind, checked.table)
    _check_ids(kind, columns["id"])
    digests = digests_of(secret, kind, columns)
    if len(set(columns["id"])) != len(digests):
        columns, digests = _without_repeats(kind, columns, digests)
    return Prepared(kind, columns, digests)


def prepare_versions(secret: bytes, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> Prepared:
    """Rows as they were read, ready to be written back; several versions of one id may be among them."""
    table = validate_records(kind, [{name: row[name] for name in ["id", *kind.by_name]} for row in rows]).table
    columns = plain_columns(kind, table)
    return Prepared(kind, columns, digests_of(secret, kind, columns))


def _check_ids(kind: Kind, ids: Sequence[str]) -> None:
    wrong = [row for row, id in enumerate(ids) if not ID.fullmatch(id)]
    if wrong:
        expected = "1 to 100 characters without blanks, commas, quotes"
        problems = [{"row": row, "field": "id", "found": "another text", "expected": expected} for row in wrong]
        raise InvalidRecord(f"{kind.name}, row {wrong[0]}: id: expected {expected}.", problems=problems)


def plain_columns(kind: Kind, table: Any) -> dict[str, list[Any]]:
    """The columns of a checked table as plain values: dates as days, participants as (id, role)."""
    import pyarrow as pa

    columns: dict[str, list[Any]] = {"id": table["id"].to_pylist()}
    for each in kind.fields:
        column = table[each.name]
        if each.roles:
            flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
            values = flat.flatten()
            pairs = list(zip(values.field("id").to_pylist(), values.field("role").to_pylist(), strict=True))
            rows, at = [], 0
            for length in flat.value_lengths().to_pylist():
                rows.append(pairs[at : at + length])
                at += length
            columns[each.name] = rows
        elif each.type.shape == "date":
            columns[each.name] = column.cast(pa.int32()).to_pylist()
        else:
            columns[each.name] = column.to_pylist()
    return columns


def referenced(each: Field, values: Sequence[Any]) -> set[str]:
    """The ids that a column of references names (the anonymous participant apart)."""
    if each.roles:
        found = {pair[0] for row in values for pair in row}
    else:
        found = {value for value in values if value is not None}
    return found - {ANONYMOUS}


def digests_of(secret: bytes, kind: Kind, columns: Mapping[str, Sequence[Any]]) -> list[int]:
    """A fingerprint of each row: tells an unchanged record from a changed one.

    Only values that differ from their field's default count, by name: a field that is declared later changes no
    digest, so a roster that is loaded again after an upgrade is still the same roster.
    """
    pieces: list[Sequence[str]] = [columns["id"]]
    for each in kind.fields:
        head = f"{SEPARATOR}{each.name}="
        if each.many:
            texts = [head + repr(value) if value else "" for value in columns[each.name]]
        else:
            # Codes, days and the like are few: each is written once.
            known = {None: "", each.default: ""}
            texts = [
                text if (text := known.get(value)) is not None else known.setdefault(value, head + repr(value))
                for value in columns[each.name]
            ]
        if any(texts):
            pieces.append(texts)
    return [digest(secret, "".join(row)) for row in zip(*pieces, strict=True)]


def _without_repeats(
    kind: Kind, columns: dict[str, list[Any]], digests: list[int]
) -> tuple[dict[str, list[Any]], list[int]]:
    """The same record twice in a table is one record; two different ones under one id are refused."""
    first: dict[str, int] = {}
    for at, id in enumerate(columns["id"]):
        if id in first and digests[first[id]] != digests[at]:
            raise Conflict(f"Two different records of kind {kind.name} have the same id (rows {first[id]}, {at}).")
        first.setdefault(id, at)
    rows = list(first.values())
    return {name: [values[at] for at in rows] for name, values in columns.items()}, [digests[at] for at in rows]

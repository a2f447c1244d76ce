"""Rows of a CSV file into records by their own keys; every bad cell is told, nothing is guessed."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph_service.records.identity import SEPARATOR, row_keys
from graph_service.records.validation import validate
from loaders.batch import Batch, Part, Reject, Rows
from loaders.checks import cross_checks
from loaders.csv.columns import find_columns
from loaders.csv.participants import spoke, took_part
from loaders.csv.sheets import Column, Sheet
from loaders.dates import latest, order_of, parse_dates
from loaders.options import LoadOptions
from loaders.values import read_values, trimmed


class Wrong:
    """What is wrong with which row of the table: the first finding of a field counts."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, str], tuple[str, str]] = {}

    def add(self, row: int, field: str, found: str, expected: str) -> None:
        self.found.setdefault((row, field), (found, expected))

    @property
    def rows(self) -> set[int]:
        return {row for row, _ in self.found}

    def rejects(self, numbers: Sequence[int], file: str) -> list[Reject]:
        return [
            Reject(numbers[row], field, found, expected, file)
            for (row, field), (found, expected) in sorted(self.found.items())
        ]


def transform(sheet: Sheet, rows: Rows, options: LoadOptions) -> Batch:
    """Records and rejects of one file. Raises MissingColumn, UsageError."""
    import pyarrow as pa

    places = find_columns(sheet, rows.header, options)
    texts = {name: trimmed(rows.table.column(at)) for name, at in places.items()}
    wrong = Wrong()
    constants = _constants(sheet, options)
    texts |= {name: pa.repeat(pa.scalar(value), len(rows)) for name, value in constants.items() if name not in texts}
    columns = _values(sheet, texts, options, wrong)
    columns |= _from_options(sheet, texts, options, len(rows))
    columns["id"] = _keys(sheet, texts, columns, len(rows))
    checked = validate(sheet.kind, pa.table(columns))
    for problem in checked.problems:
        name = sheet.called.get(problem.field, problem.field)
        if not (name == "participants" and problem.row in wrong.rows):
            wrong.add(problem.row, name, problem.found, problem.expected)
    cross_checks(sheet.kind, checked.table, wrong.add)
    repeated = _collisions(sheet, texts, checked.table, rows.numbers, wrong)
    bad = wrong.rows | repeated
    good = pa.array([at not in bad for at in range(len(rows))]) if bad else None
    table = checked.table.filter(good) if good is not None else checked.table
    numbers = rows.numbers.filter(good) if good is not None else rows.numbers
    given = frozenset(columns) - {"id"}
    rejects = [*rows.rejects, *wrong.rejects(rows.numbers.to_pylist() if wrong.found else [], rows.name)]
    return Batch(
        [Part(sheet.kind.name, table, numbers, given, file=rows.name)],
        sorted(rejects, key=lambda each: each.row),
        len(rows) + len(rows.rejects),
        used={name: rows.header[at] for name, at in places.items()},
        ignored=[name for at, name in enumerate(rows.header) if at not in places.values()],
        repeated=len(repeated),
    )


def _constants(sheet: Sheet, options: LoadOptions) -> dict[str, str]:
    named = {sheet.called.get(name, name): value for name, value in options.constants.items()}
    if options.kind is not None and "kind" in sheet.columns:
        named.setdefault("kind", options.kind)
    if "roles" in sheet.columns and options.person_role is not None:
        named.setdefault("roles", options.person_role)
    return named


def _from_options(sheet: Sheet, texts: Mapping[str, Any], options: LoadOptions, length: int) -> dict[str, Any]:
    """Fields that are said of the whole file."""
    import pyarrow as pa

    said: dict[str, str] = {}
    if "id_source" in sheet.inside:
        said["id_source"] = options.id_source
    if sheet.kind.name == "interaction":
        said["source"] = options.source
    if sheet.kind.name == "person" and "basis" not in texts and options.basis != "programme":
        said["basis"] = options.basis
    return {name: pa.repeat(pa.scalar(value), length) for name, value in said.items()}


def _values(sheet: Sheet, texts: Mapping[str, Any], options: LoadOptions, wrong: Wrong) -> dict[str, Any]:
    known = sheet.columns
    columns: dict[str, Any] = {}
    dated = [name for name in texts if known[name].field.type.shape == "date"]
    order = options.date_order or order_of(texts[name] for name in dated)
    people: dict[str, Any] = {}
    for name, column in texts.items():
        each = known[name]
        if name == "id" and not sheet.kind.keyed:
            continue
        if each.people:
            people[name] = column
        elif name in dated:
            columns |= _dated(known, name, texts, order, options, wrong)
        elif name != "pairs" and (name != "time" or "date" not in texts):
            read = read_values(each.field, column, options.values.get(name))
            columns[each.field.name] = read.column
            for row, (found, expected) in read.wrong.items():
                wrong.add(row, name, found, expected)
    if people:
        length = len(next(iter(texts.values())))
        result = took_part(sheet, people, options.default_roles, length)
        columns["participants"] = result.column
        told = list(result.wrong.items())
        if "pairs" in texts:
            pairs = spoke(texts["pairs"], result.column)
            columns["pairs"] = pairs.column
            told += pairs.wrong.items()
        for row, (name, found, expected) in told:
            wrong.add(row, name, found, expected)
    return columns


def _dated(
    known: Mapping[str, Column],
    name: str,
    texts: Mapping[str, Any],
    order: str | None,
    options: LoadOptions,
    wrong: Wrong,
) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    each, column = known[name], texts[name]
    if name == "date" and "time" in texts:
        column = pc.binary_join_element_wise(column, texts["time"], " ", null_handling="skip")
        column = pc.if_else(pc.is_valid(texts["date"]), column, pa.scalar(None, pa.string()))
    dates = parse_dates(column, order, options.time_zone)
    for row, expected in dates.wrong.items():
        wrong.add(row, name, f"text of {len(column[row].as_py())} characters", expected)
    if each.happened and not options.allow_future:
        last = latest(options.time_zone)
        late = pc.greater(dates.days, pa.scalar(last, pa.date32()))
        for row in pc.indices_nonzero(pc.fill_null(late, False)).to_pylist():
            wrong.add(row, name, str(dates.days[row].as_py()), f"a day no later than {last}")
    found = {each.field.name: dates.days}
    if name == "date" and "time" in known:
        found["time"] = dates.times
    return found


def _keys(sheet: Sheet, texts: Mapping[str, Any], columns: Mapping[str, Any], length: int) -> Any:
    """The records' own keys: as given, by what makes the record the same, or by the row itself.

    A row without an id is its mapped values as given (time of day included) and its place among equal rows.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if sheet.kind.keyed:
        return columns["key"]
    if sheet.identity:
        own = _joined([_text(columns.get(name), length) for name in sheet.identity])
    else:
        parts = [pc.binary_join_element_wise(name, texts[name], "=") for name in sorted(texts) if name != "id"]
        joined = pc.binary_join_element_wise(*parts, SEPARATOR, null_handling="skip")
        own = pa.array(row_keys(zip(joined.to_pylist(), strict=True)), pa.string())
    if "id" not in texts:
        return own
    return pc.coalesce(pc.binary_join_element_wise("id", texts["id"], SEPARATOR), own)


def _joined(parts: Sequence[Any]) -> Any:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*parts, SEPARATOR, null_handling="replace", null_replacement="")


def _text(column: Any, length: int) -> Any:
    import pyarrow as pa

    return pa.nulls(length, pa.string()) if column is None else column.cast(pa.string())


def _collisions(sheet: Sheet, texts: Mapping[str, Any], table: Any, numbers: Any, wrong: Wrong) -> set[int]:
    """Rows that say the same record again: equal ones count once, different ones are all rejected.

    Taking one of two different rows would make the result depend on their order.
    """
    import numpy as np

    if not sheet.kind.keyed and not sheet.identity and "id" not in texts:
        return set()
    codes = np.asarray(table["id"].combine_chunks().dictionary_encode().indices.fill_null(-1))
    counts = np.bincount(codes[codes >= 0]) if len(codes) else np.array([], dtype=int)
    if not (counts > 1).any():
        return set()
    again: dict[int, list[int]] = {}
    for row in np.flatnonzero((codes >= 0) & (counts[codes] > 1)).tolist():
        again.setdefault(int(codes[row]), []).append(row)
    repeated: set[int] = set()
    for rows in again.values():
        records = table.take(rows).to_pylist()
        if all(record == records[0] for record in records):
            repeated |= set(rows[1:])
            continue
        places = ", ".join(str(numbers[row].as_py()) for row in rows[:5])
        name = sheet.called.get("key", "id") if not sheet.identity or sheet.kind.keyed else sheet.identity[0]
        for row in rows:
            wrong.add(row, name, f"different rows for the same record: rows {places}", "one row for a record")
    return repeated

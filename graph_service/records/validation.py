"""Validation of whole tables, column by column; a single record goes the same way as a table of one row.

All errors of a table are collected: row, field, what was found, what was expected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from graph_service.errors import InvalidRecord
from graph_service.records.kind import Field, Kind
from graph_service.records.vocabulary import vocabulary

#: Days outside this range are typing errors, not history.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one row. `row` counts from 0 in the table."""

    row: int
    field: str
    found: str
    expected: str

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "field": self.field, "found": self.found, "expected": self.expected}


@dataclass(frozen=True)
class Checked:
    """A table with its columns in the declared order and types, and what is wrong with which rows."""

    table: Any
    problems: list[Problem] = field(default_factory=list)

    @property
    def good(self) -> Any:
        """The rows without problems."""
        import pyarrow as pa

        if not self.problems:
            return self.table
        bad = {problem.row for problem in self.problems}
        return self.table.filter(pa.array([row not in bad for row in range(self.table.num_rows)]))


def validate(kind: Kind, table: Any) -> Checked:
    """Check a table of records of one kind.

    Parameters: a declaration; an Arrow table with `id` and any of the declared columns (missing optional
    ones become null or their default; unknown ones are a problem of row 0). Returns the table in the declared
    schema and the problems. Values of the wrong Arrow type are a programming error and raise InvalidRecord.
    """
    import pyarrow as pa

    unknown = [name for name in table.column_names if name != "id" and name not in kind.by_name]
    if unknown:
        raise InvalidRecord(f"A {kind.name} has no field {', '.join(unknown)}.")
    problems: list[Problem] = []
    columns = [_column(table, "id", pa.string(), kind)]
    problems += _nulls("id", columns[0], "an id")
    for each in kind.fields:
        column = _column(table, each.name, each.arrow, kind)
        column = _with_default(column, each)
        columns.append(column)
        problems += _problems(each, column)
    return Checked(pa.table(columns, schema=kind.schema), problems)


def validate_records(kind: Kind, records: Sequence[Mapping[str, Any]]) -> Checked:
    """A checked table of a few records given as mappings. Raises InvalidRecord with every problem."""
    import pyarrow as pa

    names = {name for record in records for name in record}
    unknown = sorted(names - {"id"} - set(kind.by_name))
    if unknown:
        problems = [{"field": name, "found": "a value", "expected": "no such field"} for name in unknown]
        raise InvalidRecord(f"A {kind.name} has no field {', '.join(unknown)}.", problems=problems)
    columns = {}
    for name in ["id", *kind.by_name]:
        if name not in names:
            continue
        arrow = pa.string() if name == "id" else kind[name].arrow
        try:
            columns[name] = pa.array([record.get(name) for record in records], type=arrow)
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError, OverflowError):
            problem = {"field": name, "found": "a value of another type", "expected": str(arrow)}
            raise InvalidRecord(f"{kind.name}: {name} is not {arrow}.", problems=[problem]) from None
    checked = validate(kind, pa.table(columns))
    if checked.problems:
        first = checked.problems[0]
        raise InvalidRecord(
            f"{kind.name}: {first.field}: found {first.found}, expected {first.expected}.",
            problems=[problem.as_dict() for problem in checked.problems],
        )
    return checked


def _column(table: Any, name: str, arrow: Any, kind: Kind) -> Any:
    import pyarrow as pa

    if name not in table.column_names:
        return pa.nulls(table.num_rows, arrow)
    column = table[name]
    if column.type == arrow:
        return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    try:
        column = column.cast(arrow)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        raise InvalidRecord(f"{kind.name}: column {name} is not {arrow}.", field=name) from None
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _with_default(column: Any, each: Field) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not column.null_count:
        return column
    if each.many:
        # An absent list is an empty list: there is one way to say "none".
        empty = pa.array([[]], type=each.arrow)
        return pc.if_else(pc.is_valid(column), column, empty[0]) if not each.roles else _fill_lists(column, each)
    if each.default is None:
        return column
    return pc.fill_null(column, pa.scalar(each.default, type=each.arrow))


def _fill_lists(column: Any, each: Field) -> Any:
    import pyarrow as pa

    return pa.array([value or [] for value in column.to_pylist()], type=each.arrow)


def _problems(each: Field, column: Any) -> list[Problem]:
    import pyarrow.compute as pc

    if each.many:
        return _list_problems(each, column)
    if each.optional and column.null_count == len(column):
        return []
    problems = [] if each.optional else _nulls(each.name, column, _expected(each))
    mask = _misfits(each, column)
    if mask is not None:
        wrong = pc.fill_null(mask, False)
        rows = pc.indices_nonzero(wrong).to_pylist()
        problems += [Problem(row, each.name, _shown(each, column[row].as_py()), _expected(each)) for row in rows]
    return problems


def _list_problems(each: Field, column: Any) -> list[Problem]:
    import pyarrow.compute as pc

    problems = []
    if each.at_least:
        few = pc.indices_nonzero(pc.less(pc.list_value_length(column), each.at_least)).to_pylist()
        problems += [Problem(row, each.name, "too few", f"at least {each.at_least}") for row in few]
    values = pc.list_flatten(column)
    parents = pc.list_parent_indices(column)
    if each.roles:
        ids, roles = pc.struct_field(values, [0]), pc.struct_field(values, [1])
        checks = [
            (pc.is_null(ids), "nobody", "a person"),
            (_not_in(roles, each.roles), None, _codes(each.roles)),
        ]
        for mask, found, expected in checks:
            for at in pc.indices_nonzero(pc.fill_null(mask, True)).to_pylist():
                shown = found or _clip(roles[at].as_py())
                problems.append(Problem(parents[at].as_py(), each.name, shown, expected))
        return problems
    mask = _misfits(each, values)
    if mask is not None:
        for at in pc.indices_nonzero(pc.fill_null(mask, True)).to_pylist():
            found = _shown(each, values[at].as_py())
            problems.append(Problem(parents[at].as_py(), each.name, found, _expected(each)))
    return problems


def _misfits(each: Field, column: Any) -> Any:
    """A mask of values that do not fit the field's type, or None where anything fits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    of = each.type
    if of.shape == "code":
        return _not_in(column, of.vocabulary or "")
    if of.shape in ("text", "json"):
        return pc.greater(pc.utf8_length(column), of.longest)
    if of.shape == "date":
        low, high = pa.scalar(EARLIEST, pa.date32()), pa.scalar(LATEST, pa.date32())
        return pc.or_(pc.less(column, low), pc.greater(column, high))
    if of.shape in ("int", "float"):
        mask = pc.invert(pc.is_finite(column.cast(pa.float64()))) if of.shape == "float" else None
        for bound, beyond in ((of.minimum, pc.less), (of.maximum, pc.greater)):
            if bound is not None:
                outside = beyond(column, bound)
                mask = outside if mask is None else pc.or_(mask, outside)
        return mask
    return None


def _not_in(column: Any, name: str) -> Any:
    import pyarrow.compute as pc

    known = pc.is_in(column, value_set=_values(name))
    return pc.and_(pc.is_valid(column), pc.invert(known))


@cache
def _values(name: str) -> Any:
    import pyarrow as pa

    return pa.array(vocabulary(name).codes)


def _nulls(name: str, column: Any, expected: str) -> list[Problem]:
    import pyarrow.compute as pc

    if not column.null_count:
        return []
    rows = pc.indices_nonzero(pc.is_null(column)).to_pylist()
    return [Problem(row, name, "nothing", expected) for row in rows]


def _expected(each: Field) -> str:
    of = each.type
    if of.shape == "code":
        return _codes(of.vocabulary or "")
    if of.shape == "date":
        return f"a date from {EARLIEST} to {LATEST}"
    if of.shape in ("text", "json"):
        return f"text of at most {of.longest} characters"
    bounds = [f"at least {of.minimum:g}" if of.minimum is not None else ""]
    bounds.append(f"at most {of.maximum:g}" if of.maximum is not None else "")
    kind = {"int": "a whole number", "float": "a number", "ref": f"a known {of.target}"}.get(of.shape, of.shape)
    return " ".join([kind, " and ".join(each for each in bounds if each)]).strip()


def _codes(name: str) -> str:
    codes = vocabulary(name).codes
    shown = ", ".join(codes[:12]) + (", ..." if len(codes) > 12 else "")
    return f"one of {shown}"


def _shown(each: Field, value: Any) -> str:
    """What an error may repeat: codes, dates and numbers; never free text, which may be personal."""
    if each.type.shape in ("text", "json", "ref"):
        return f"text of {len(str(value))} characters"
    return _clip(value)


def _clip(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."

"""Cells as values: text into codes, numbers, truth and lists, column by column.

Each distinct text is read once. What cannot be read is null, and told: row to (found, expected).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graph_service.records.kind import Field
from graph_service.records.vocabulary import vocabulary

#: What separates the values of a cell that holds several.
SEVERAL = ";"

_TRUE = {"true", "yes", "y", "1", "t", "x", "si", "sí", "s", "verdadero"}
_FALSE = {"false", "no", "n", "0", "f", "falso"}

Problems = dict[int, tuple[str, str]]


@dataclass(frozen=True)
class Read:
    """A column in its declared type, and what could not be read."""

    column: Any
    wrong: Problems = field(default_factory=dict)


def trimmed(column: Any) -> Any:
    """Text without the blanks around it; blank is null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    column = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def read_values(each: Field, column: Any, meant: Mapping[str, str] | None = None) -> Read:
    """A column of trimmed text as the field's type. Dates have a module of their own."""
    one = _reader(each, {_plain(text): code for text, code in (meant or {}).items()})
    if one is None:
        return Read(column)
    return _each(column, (lambda text: _list(one, text)) if each.many else one, each.arrow)


def _each(column: Any, read: Callable[[str], Any], arrow: Any) -> Read:
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = column.dictionary_encode()
    codes = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    values, failed = [], []
    for text in codes.dictionary.to_pylist():
        value = read(text)
        bad = isinstance(value, Unfit)
        failed.append(value if bad else None)
        values.append(None if bad else value)
    taken = pa.array(values, arrow).take(codes.indices)
    if not any(failed):
        return Read(taken)
    bad_at = pa.array([each is not None for each in failed]).take(codes.indices)
    wrong: Problems = {}
    for at in pc.indices_nonzero(pc.fill_null(bad_at, False)).to_pylist():
        unfit = failed[codes.indices[at].as_py()]
        assert unfit is not None
        wrong[at] = (unfit.found, unfit.expected)
    return Read(taken, wrong)


@dataclass(frozen=True)
class Unfit:
    """A text that cannot be read as what was asked for."""

    found: str
    expected: str


def _reader(each: Field, meant: Mapping[str, str]) -> Callable[[str], Any] | None:
    of = each.type
    if of.shape == "code":
        return lambda text: code(of.vocabulary or "", text, meant)
    simple: dict[str, Callable[[str], Any]] = {"int": _whole, "float": _number, "bool": _truth}
    if of.shape in simple:
        inner = simple[of.shape]
        return lambda text: inner(meant.get(_plain(text), text))
    if each.many:
        return lambda text: meant.get(_plain(text), text)
    if meant:
        return lambda text: meant.get(_plain(text), text)
    return None


def _list(one: Callable[[str], Any], text: str) -> Any:
    values = [one(part.strip()) for part in text.split(SEVERAL) if part.strip()]
    return next((value for value in values if isinstance(value, Unfit)), values)


def code(name: str, text: str, meant: Mapping[str, str] | None = None) -> Any:
    """The code that a text means: the code itself, its label in any language, however it is capitalised.

    >>> code("interaction_kinds", "Entrevista simulada"), code("modes", "In-person")
    ('mock_interview', 'in_person')
    """
    plain = _plain(text)
    wanted = (meant or {}).get(plain, plain)
    found = _codes(name).get(wanted) or _codes(name).get(_plain(wanted))
    if found is None:
        codes = vocabulary(name).codes
        shown = ", ".join(codes[:12]) + (", ..." if len(codes) > 12 else "")
        return Unfit(told(text), f"one of {shown}")
    return found


def told(text: str) -> str:
    """What a message may repeat of a cell that should have held a code: a short word, not capitalised as a name."""
    return text if re.fullmatch(r"[a-z][a-z_-]{0,23}|\d{1,4}", text) else f"text of {len(text)} characters"


@cache
def _codes(name: str) -> dict[str, str]:
    table = vocabulary(name)
    known: dict[str, str] = {}
    for each, row in table.rows.items():
        for column, label in row.items():
            if column.startswith("label"):
                known.setdefault(_plain(label), each)
    return known | {_plain(each): each for each in table.codes} | {each: each for each in table.codes}


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-]+", " ", text.strip().lower())


def _whole(text: str) -> Any:
    """
    >>> _whole("30"), _whole("30.0"), _whole("half an hour").found
    (30, 30, 'text of 12 characters')
    """
    if re.fullmatch(r"[+-]?\d{1,15}(?:\.0+)?", text):
        return int(text.split(".")[0])
    return Unfit(_number_told(text), "a whole number")


def _number(text: str) -> Any:
    if re.fullmatch(r"[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)", text):
        return float(text)
    return Unfit(_number_told(text), "a number")


def _number_told(text: str) -> str:
    return text if re.fullmatch(r"[\d.,+-]{1,8}", text) else f"text of {len(text)} characters"


def _truth(text: str) -> Any:
    plain = text.strip().lower()
    if plain in _TRUE or plain in _FALSE:
        return plain in _TRUE
    return Unfit(told(text), "yes or no")

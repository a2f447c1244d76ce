"""Columns as callers have them (Arrow, pandas, numpy, lists with None) to arrays that statistics need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.errors import DataError

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


def numbers(column: Any, name: str = "column") -> Floats:
    """A column as float64 with NaN for missing. Raises DataError for infinity or text.

    >>> numbers([1, None, 2.5])
    array([1. , nan, 2.5])
    """
    try:
        values = column.to_numpy(zero_copy_only=False) if hasattr(column, "null_count") else np.asarray(column)
        array = np.where(_missing(values), np.nan, values).astype(np.float64).ravel()
    except (TypeError, ValueError) as error:
        raise DataError(f"The column {name} holds values that are not numbers.") from error
    if np.isinf(array).any():
        raise DataError(f"The column {name} holds infinite values.")
    return array


def flags(column: Any, name: str = "column") -> Flags:
    """A column of true/false or 0/1 without missing values. Raises DataError otherwise."""
    array = numbers(column, name)
    if not np.isin(array, (0.0, 1.0)).all():
        raise DataError(f"The column {name} must hold true or false in every row.")
    return array.astype(np.bool_)


@dataclass(frozen=True, slots=True)
class Labels:
    """A column of names as codes: `codes[i]` indexes `names`; a missing label is -1."""

    codes: Codes
    names: tuple[str, ...]

    def where(self, name: str) -> Flags:
        return np.asarray(self.codes == self.names.index(name))

    def take(self, keep: Flags) -> "Labels":
        """The chosen rows, with the names that still occur."""
        codes = self.codes[keep]
        used = np.unique(codes[codes >= 0])
        renumbered = np.full(len(self.names) + 1, -1, dtype=np.int64)
        renumbered[used] = np.arange(len(used))
        return Labels(renumbered[codes], tuple(self.names[code] for code in used))


def labels(column: Any) -> Labels:
    """A column of names, sorted as text. None, NaN and empty text are missing.

    >>> labels(["north", None, "east"]).names
    ('east', 'north')
    """
    values = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    texts = [None if value is None or value != value or value == "" else str(value) for value in values]
    names = tuple(sorted({text for text in texts if text is not None}))
    code = {name: number for number, name in enumerate(names)}
    return Labels(np.array([-1 if t is None else code[t] for t in texts], dtype=np.int64), names)


def same_length(**columns: Sequence[Any] | NDArray[Any] | None) -> int:
    """The common length of the columns that are given. Raises DataError when they differ."""
    lengths = {name: len(column) for name, column in columns.items() if column is not None}
    if len(set(lengths.values())) > 1:
        raise DataError(f"Columns of different length: {lengths}.")
    return next(iter(lengths.values()), 0)


def _missing(values: NDArray[Any]) -> Flags:
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    if values.dtype.kind != "O":
        return np.zeros(values.shape, dtype=np.bool_)
    from pandas import isna

    return np.asarray(isna(values), dtype=np.bool_)

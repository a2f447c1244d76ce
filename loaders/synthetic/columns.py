"""Arrow columns out of number arrays, without a Python object per row."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def keys(prefix: str, numbers: Any, width: int) -> Any:
    """A column of keys: the prefix and the number, padded with zeros.

    >>> keys("L", [7], 4).to_pylist()
    ['L0007']
    """
    import pyarrow as pa

    values = np.asarray(numbers, np.int64)
    letters = np.frombuffer(prefix.encode(), np.uint8)
    size = len(letters) + width
    text = np.empty((len(values), size), np.uint8)
    text[:, : len(letters)] = letters
    for place in range(width):
        text[:, size - 1 - place] = (values // 10**place) % 10 + 48
    offsets = np.arange(len(values) + 1, dtype=np.int32) * np.int32(size)
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(offsets), pa.py_buffer(text.reshape(-1)))


def coded(codes: Any, values: Sequence[Any], arrow: Any = None) -> Any:
    """A column of the values that the codes stand for; a negative code is null."""
    import pyarrow as pa

    codes = np.asarray(codes, np.int64)
    table = pa.array(values, type=arrow if arrow is not None else pa.string())
    return table.take(pa.array(codes, pa.int64(), mask=codes < 0))


def chosen(codes: Any, column: Any) -> Any:
    """The entries of a column at the given positions; a negative position is null."""
    import pyarrow as pa

    codes = np.asarray(codes, np.int64)
    return column.take(pa.array(codes, pa.int64(), mask=codes < 0))


def days(numbers: Any) -> Any:
    """A column of dates from day numbers; a number below 0 is null."""
    import pyarrow as pa

    numbers = np.asarray(numbers, np.int32)
    return pa.array(numbers, pa.int32(), mask=numbers < 0).cast(pa.date32())


def whole(numbers: Any) -> Any:
    """A column of whole numbers; a negative number is null."""
    import pyarrow as pa

    numbers = np.asarray(numbers, np.int64)
    return pa.array(numbers, pa.int64(), mask=numbers < 0)


def flags(values: Any) -> Any:
    """A column of true and false."""
    import pyarrow as pa

    return pa.array(np.asarray(values, bool))


def sets(masks: Any, codes: Sequence[str]) -> Any:
    """A column of lists of codes from bit masks: bit k set means that the list holds codes[k]."""
    import pyarrow as pa

    masks = np.asarray(masks, np.int64)
    bits = (masks[:, None] >> np.arange(len(codes))) & 1
    offsets = np.concatenate([[0], np.cumsum(bits.sum(axis=1))]).astype(np.int32)
    values = pa.array(codes, pa.string()).take(pa.array(np.nonzero(bits)[1]))
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def table(kind: Any, /, **columns: Any) -> Any:
    """A table in the declared schema; fields that are not given are null, false, the default or empty."""
    import pyarrow as pa

    rows = len(next(iter(columns.values())))
    filled = []
    for each in kind.schema:
        column = columns.pop(each.name, None)
        if column is None:
            field = kind.by_name[each.name]
            if field.many:
                column = pa.array([[]], each.type).take(pa.array(np.zeros(rows, np.int64)))
            elif field.default is not None:
                column = pa.array([field.default], each.type).take(pa.array(np.zeros(rows, np.int64)))
            else:
                column = pa.nulls(rows, each.type)
        filled.append(column if column.type == each.type else column.cast(each.type))
    if columns:
        raise ValueError(f"A {kind.name} has no field {', '.join(columns)}.")
    return pa.table(filled, schema=kind.schema)

"""A loader is a declaration: a name, what it reads, and two functions."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loaders.batch import Batch
from loaders.options import LoadOptions


@dataclass(frozen=True)
class Loader:
    """How one outside format becomes records.

    read: the file's rows as they are (encodings, archives, header rows). Raises UnreadableFile.
    transform: records and rejects; nothing is guessed. Raises MissingColumn.
    table: whether the file is one table of rows, so that rejects can be written as rows of the same shape.
    """

    name: str
    doc: str
    read: Callable[[Path, LoadOptions], Any]
    transform: Callable[[Any, LoadOptions], Batch]
    table: bool = True

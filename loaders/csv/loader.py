"""A loader for every sheet: the CSV file of one kind of record."""

from functools import partial
from pathlib import Path

from loaders.batch import Rows
from loaders.csv.sheets import SHEETS, Sheet
from loaders.csv.transform import transform
from loaders.loader import Loader
from loaders.options import LoadOptions
from loaders.tables import read_table


def read(path: Path, options: LoadOptions) -> Rows:
    """The rows of the file. Raises UnreadableFile."""
    return read_table(path, options.encoding)


def _loader(sheet: Sheet) -> Loader:
    return Loader(sheet.name, f"CSV file: {sheet.doc}", read, partial(transform, sheet))


LOADERS = tuple(_loader(sheet) for sheet in SHEETS.values())

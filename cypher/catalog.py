"""The only reader of statement files: each has a header (name, purpose, parameters, columns) and a body.

Both engines keep their statements so: `cypher/**.cypher` here, `graph_service/store/sqlite/sql/**.sql` there;
the same names, parameters and columns (a test compares them).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

HEADER = ("parameters", "columns")


@dataclass(frozen=True)
class Statement:
    """One statement: its name, what it is for, its parameters and columns, and its text."""

    name: str
    purpose: str
    parameters: tuple[str, ...]
    columns: tuple[str, ...]
    text: str


def parse(source: str, comment: str) -> Statement:
    """A statement out of its file's text.

    >>> parse("// one: gives one\\n// columns: n (integer)\\nRETURN 1 AS n", "//").columns
    ('n',)
    """
    lines = source.strip().splitlines()
    header = [line.removeprefix(comment).strip() for line in lines if line.startswith(comment)]
    body = "\n".join(line for line in lines if not line.startswith(comment))
    name, _, purpose = header[0].partition(":")
    named: dict[str, tuple[str, ...]] = dict.fromkeys(HEADER, ())
    for line in header[1:]:
        field, _, rest = line.partition(":")
        if field in named:
            names = re.sub(r"\([^)]*\)", "", rest).split(",")
            named[field] = tuple(part.strip() for part in names if part.strip())
    return Statement(name.strip(), purpose.strip(), named["parameters"], named["columns"], body.strip())


def load(folder: Traversable, suffix: str, comment: str) -> Mapping[str, Statement]:
    """All statements below a folder, by name (their file's name)."""
    found: dict[str, Statement] = {}
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            found |= load(entry, suffix, comment)
        elif entry.name.endswith(suffix):
            statement = parse(entry.read_text(encoding="utf-8"), comment)
            found[statement.name] = statement
    return found


@cache
def statements() -> Mapping[str, Statement]:
    """Every Cypher statement by name."""
    return load(files("cypher"), ".cypher", "//")

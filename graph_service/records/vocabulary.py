"""Vocabulary tables: the codes that a field may hold, as versioned data files in `records/data/`.

The first line of each file is `# version: ...`; the columns are `code`, `label`, `label_es` and whatever
else the table says of a code (the weight of a kind of interaction, the stage of an activity).
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph_service.errors import UnknownParameter


@dataclass(frozen=True)
class Vocabulary:
    """A table of codes, in the order of its file."""

    name: str
    version: str
    rows: dict[str, dict[str, str]]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.rows)

    def label(self, code: str, language: str = "en") -> str:
        row = self.rows[code]
        return row.get(f"label_{language}") or row["label"]

    def column(self, name: str) -> dict[str, str]:
        return {code: row[name] for code, row in self.rows.items()}

    def __contains__(self, code: object) -> bool:
        return code in self.rows


@cache
def vocabulary(name: str) -> Vocabulary:
    """The shipped table of that name. Raises UnknownParameter.

    >>> vocabulary("interaction_kinds").column("weight")["message"]
    '0.1'
    """
    path = files("graph_service.records") / "data" / f"{name}.csv"
    if not path.is_file():
        raise UnknownParameter(vocabulary=name)
    lines = path.read_text(encoding="utf-8").splitlines()
    version = lines[0].removeprefix("# version:").strip()
    rows = {row["code"]: row for row in csv.DictReader(lines[1:])}
    return Vocabulary(name, version, rows)


def names() -> tuple[str, ...]:
    """The names of all shipped tables."""
    folder = files("graph_service.records") / "data"
    return tuple(sorted(each.name[:-4] for each in folder.iterdir() if each.name.endswith(".csv")))

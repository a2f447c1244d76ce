"""What passes between the verbs of a loader: rows as read, records by their own keys, and rejects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reject:
    """One thing wrong with one row of a file.

    row: its place in the file as a spreadsheet counts (the header row of a plain file is 1). found: a code, a
    number or a date, or what sort of text stands there; never the text of a person.
    """

    row: int
    field: str
    found: str
    expected: str
    file: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "field": self.field, "found": self.found, "expected": self.expected}


@dataclass(frozen=True)
class Rows:
    """The rows of one file as text, and where each stood.

    table: an Arrow table of strings, one column per header, as given. numbers: the row's place in the file.
    rejects: rows that could not be split into cells. torn: their cells as they were, by row.
    """

    table: Any
    numbers: Any
    encoding: str = "utf-8"
    rejects: Sequence[Reject] = ()
    torn: Mapping[int, Sequence[str]] = field(default_factory=dict)
    name: str = ""

    @property
    def header(self) -> list[str]:
        return list(self.table.column_names)

    def __len__(self) -> int:
        return int(self.table.num_rows)


@dataclass(frozen=True)
class Part:
    """Records of one kind, by their own keys.

    table: the kind's columns with `id` holding the record's own key and references holding the keys of what
    they refer to. rows: the row of the file behind each record. given: the fields that the file speaks about;
    others keep what the programme already knows. sources: field to the namespace of the keys it holds, where
    that is not the load's own.
    """

    kind: str
    table: Any
    rows: Any
    given: frozenset[str]
    sources: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    must_be_known: bool = False

    def __len__(self) -> int:
        return int(self.table.num_rows)


@dataclass(frozen=True)
class Complete:
    """What a complete roster holds: keys of its affiliations, and people whose row could not be read."""

    affiliations: frozenset[str]
    spared: frozenset[str]


@dataclass(frozen=True)
class Ending:
    """That affiliations are over: the one of that key, or all that this feed gave the person; on that day."""

    person: str
    day: Any = None
    affiliation: str | None = None


@dataclass(frozen=True)
class Batch:
    """What a loader made of a file: parts in the order in which they may be written, and rejects.

    rows: how many rows were read. used: field to column. ignored: columns that nobody asked for.
    repeated: rows that said a record again. endings: what a roster says is over. complete: what it holds,
    where it claims to be complete. about: keys of people who have to be known, else nothing is loaded. notes: what
    a person should know, in whole sentences.
    """

    parts: Sequence[Part]
    rejects: Sequence[Reject]
    rows: int
    used: Mapping[str, str] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    repeated: int = 0
    endings: Sequence[Ending] = ()
    complete: Complete | None = None
    about: Sequence[str] = ()
    notes: Sequence[str] = ()

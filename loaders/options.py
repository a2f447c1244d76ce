"""What a person may say about a file that is to be loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DateOrder = Literal["dmy", "mdy"]


@dataclass(frozen=True)
class LoadOptions:
    """How to read one file.

    columns: field to column of the file (`{"date": "time", "from": "sender"}`); others are found by their name.
    constants: field to a value that holds for every row (`{"mode": "virtual"}`).
    values: field to what the file writes to the code that is meant (`{"kind": {"1-1": "meeting"}}`).
    kind: the kind of interaction where no column says it.
    person_role: the role of people whom the file names and the programme does not know yet; None: such rows
      are rejected.
    basis: why the records of people may be held: `programme`, or `research` for de-identified people.
    id_source: the namespace of the keys of people and organisations. source: name of the feed.
    default_roles: field to the role of who stands there (`{"from": "learner", "to": "mentor"}`).
    date_order: how 03/04/2024 is meant; None: only the file's other dates may decide it.
    time_zone: the programme's zone (IANA name). allow_future: take dates after tomorrow.
    batch: records in one write. encoding: of a text file; None: found out.
    owner: key of the person whose contacts the file lists (contact exports).
    remove: how many affiliations of a complete roster file may be ended; None: none, only told.
    mapping: a mapping file (TOML) that gives any of columns, constants, values and the options above.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kind: str | None = None
    person_role: str | None = None
    basis: str = "programme"
    id_source: str = "local"
    source: str = "local"
    default_roles: Mapping[str, str] = field(default_factory=dict)
    date_order: DateOrder | None = None
    time_zone: str = "UTC"
    allow_future: bool = False
    batch: int | None = None
    encoding: str | None = None
    owner: str | None = None
    remove: int | None = None
    mapping: str | None = None

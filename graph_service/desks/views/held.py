"""Everything that is held about one person, and who saw it."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import View


class HeldValue(View):
    """One field of a record."""

    field: str
    meaning: str
    value: str | None = Field(description="as text; null where nothing is recorded")


class HeldRecord(View):
    """One version of a record; an ended one stays readable as it was known then."""

    version: int
    current: bool = Field(description="it holds today; else it was corrected or retracted")
    values: tuple[HeldValue, ...]


class HeldKind(View):
    """All records of a kind about the person."""

    kind: str
    says: str
    purpose: str = Field(description="what it is used for")
    kept: str = Field(description="how long it is kept")
    records: tuple[HeldRecord, ...]


class ShownLine(View):
    """That the person's data was shown."""

    on: date
    to: str = Field(description="in which role")
    account: str = Field(description="the account or token by internal id, or the adult who was asked")
    what: str


class Held(View):
    """The access file of one person."""

    id: str
    person_id: str
    name: str
    on: date
    kinds: tuple[HeldKind, ...]
    shown: tuple[ShownLine, ...]
    not_here: tuple[str, ...] = Field(description="what the file leaves out, and why")

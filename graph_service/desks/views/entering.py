"""What is written down on a page: a form out of a declaration, and what is on record already."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import View
from graph_service.desks.views.forms import Choice


class EntryField(View):
    """One field of a form."""

    name: str
    sort: str = Field(description="text, long, date, number, bool, choice, measure, many, person, organization")
    required: bool
    vocabulary: str | None = Field(description="table of the codes to choose from")
    choices: tuple[Choice, ...] = Field(description="records to choose from")
    unit: str | None
    doc: str
    fixed: bool = Field(description="it says who the record is, and never changes")
    least: float | None
    most: float | None
    longest: int
    whole: bool
    value: str


class EntryRow(View):
    """A record by what its fields say, references by name."""

    id: str
    version: int
    values: dict[str, date | float | bool | str | None]


class Entry(View):
    """A form and the records of its kind. id, version: of the record that is changed. places: names to choose from."""

    path: str
    id: str | None
    version: int
    fields: tuple[EntryField, ...]
    rows: tuple[EntryRow, ...]
    places: tuple[str, ...]

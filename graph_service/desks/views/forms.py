"""What the pages tell that mostly ask: forms, doors and confirmations, as data at the same path + `.json`."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import View


class Choice(View):
    """Something that can be chosen."""

    code: str
    name: str


class Named(View):
    """Somebody or something by internal id."""

    id: str
    name: str


class Importable(View):
    """What kinds of files can be brought in."""

    loaders: tuple[Choice, ...]
    roles: tuple[Choice, ...] = Field(description="what people are taken in as whom nobody knows yet")
    endings: tuple[str, ...] = Field(description="endings of file names")


class NameList(View):
    """How many, and the names of the first."""

    total: int
    names: tuple[str, ...]


class YearTurned(View):
    """What the turn of the year would do. last: the grade that leaves."""

    last: int
    up: NameList
    leave: NameList
    unknown: NameList


class CaseloadHandover(View):
    """Whom a hand-over would move; moves: null where nobody was named yet."""

    giver: str
    taker: str
    moves: NameList | None
    problem: str


class Member(View):
    """An account that may sign in."""

    id: str
    account: str
    role: str
    whole: bool = Field(description="sees all of the programme")
    sites: tuple[str, ...] = Field(description="names of sites")
    until: date | None


class Members(View):
    """Who may sign in, and as what. ready: a provider of accounts is set up."""

    ready: bool
    members: tuple[Member, ...]


class Linked(View):
    """A page of a contents list. path: where its data are."""

    title: str
    path: str


class Contents(View):
    """What there is to look at, or to take away."""

    items: tuple[Linked, ...]


class PlacementForm(View):
    """What a placement can be asked for with."""

    hosts: tuple[Named, ...]
    activities: tuple[Choice, ...]
    modes: tuple[Choice, ...]


class Doorway(View):
    """A door that something has to be typed at. name: what is behind it."""

    name: str
    asks: tuple[str, ...] = Field(description="what is to be typed")


class Leaving(View):
    """Before signing out: inside, outside or local (nobody signs in); name: who is inside, where it is known."""

    state: str
    name: str | None = None


class MailEnd(View):
    """Before mails end."""

    programme: str
    stopped: bool


class Signing(View):
    """A guardian's form: of the learner the first name alone. decisions: purpose to what holds (null: undecided)."""

    first_name: str
    language: str
    decisions: dict[str, bool | None]
    until: date
    of_age: bool


class Telling(View):
    """To whom something that is wrong can be told, and about whom."""

    programme: str
    lead: str | None
    adults: tuple[Named, ...]

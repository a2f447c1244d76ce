"""What a mentor or employer contact sees: asks, their own people, their own year. Nothing about other students."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import View


class Question(View):
    """What a mailed link shows of one introduction: of the learner the goal and, where it may be told, the name."""

    introduction: str = Field(description="internal id")
    party: str = Field(description="connector or target")
    stage: str = Field(description="asked, later, yes, made, met, no")
    version: int = Field(description="the version that an answer is about")
    ask: str = Field(description="code of what is asked")
    goal: str | None = Field(description="code of a career cluster; null while exploring, and after a no")
    first_name: str | None = Field(description="the learner's")
    other: str | None = Field(description="the other adult's first name")
    due: date | None = Field(description="last day for an answer")
    meeting: date | None
    cancellable: bool = Field(description="a yes can still be taken back here")


class Ask(View):
    """Something that is asked of the reader about one introduction."""

    introduction: str = Field(description="internal id")
    version: int = Field(description="the version that an answer is about")
    party: str = Field(description="connector or target")
    ask: str = Field(description="code of what is asked")
    goal: str | None = Field(description="code of the learner's career cluster; null while exploring")
    first_name: str | None = Field(description="the learner's, where it may be told")
    other: str = Field(description="the connector's name, or for a connector the contact's")
    asked_by: str | None = Field(description="who of the staff asks")
    due: date | None = Field(description="last day for an answer")
    later: bool = Field(default=False, description="the reader said later")
    why: tuple[str, ...] = Field(default=(), description="why the reader: codes")
    path: tuple[str, ...] = Field(default=(), description="the reader's own recorded contacts with the others")
    next: str = Field(default="", description="what a yes leads to")
    fallback: str = Field(default="", description="what a no leads to")


class Mentee(View):
    """One of the reader's own people."""

    id: str = Field(description="internal id")
    first_name: str | None
    goal: str | None
    last_contact: date | None
    days: int | None = Field(description="days since the last contact")
    contacts: int = Field(description="contacts with the reader in the last 365 days")
    quiet_on: date | None = Field(description="the day on which the tie goes quiet unless there is a contact")
    step: str = Field(description="next step: meet, say_how_it_was, keep, catch_up")
    introduction: str | None = Field(default=None, description="the introduction that brought them together")
    version: int | None = Field(default=None, description="the version of that introduction")
    meeting: date | None = None
    outcomes: tuple[str, ...] = Field(default=(), description="codes of what came of it so far")


class Clearance(View):
    """A check of the reader."""

    kind: str
    state: str = Field(description="valid, ends_soon, over, missing")
    until: date | None


class MentorDesk(View):
    """The reader's own desk."""

    as_of: date
    name: str = Field(description="the reader's first name")
    asks: tuple[Ask, ...] = Field(description="at most five, those that end first")
    asks_total: int
    people: tuple[Mentee, ...] = Field(description="what is due first")
    used: int = Field(description="places in use this month")
    capacity: int | None = Field(description="places a month; null: not said")
    paused: bool
    paused_until: date | None
    clearances: tuple[Clearance, ...]


class MentorRow(View):
    """A mentor or employer contact in the coordinator's list."""

    id: str = Field(description="internal id")
    person_id: str
    name: str
    organization: str | None
    sector: str | None
    status: str = Field(description="what the person agreed to, as a contact")
    asks: int = Field(description="questions that wait for the person")
    used: int = Field(description="places in use this month")
    capacity: int | None
    paused: bool
    cleared: bool = Field(description="every check that is asked for is valid today")
    clearance_until: date | None = Field(description="the day on which the first of them ends")


class Mentors(View):
    """Mentors and employer contacts: what waits for them, how much they carry, whether they may meet minors."""

    as_of: date
    rows: tuple[MentorRow, ...] = Field(description="those first whose check is missing or ends soon, then by name")
    total: int


class YearRow(View):
    """One contact of the reader's year."""

    on: date
    kind: str
    minutes: int | None
    learners: int


class MyYear(View):
    """The reader's year, for an employer or a tax form: hours and counts, no names."""

    as_of: date
    name: str
    since: date
    until: date
    rows: tuple[YearRow, ...]
    contacts: int
    minutes: int
    unknown: int = Field(description="contacts of which nobody recorded the length")
    learners: int = Field(description="different learners")
    introductions: int = Field(description="introductions that came about with the reader")
    outcomes: dict[str, int] = Field(description="what came of them, by code")

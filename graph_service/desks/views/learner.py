"""What a learner sees: their own team, what they said, what they agreed to, who can see it, and one next ask."""

from datetime import date

from pydantic import Field

from graph_service.desks.views.base import View


class Teammate(View):
    """Somebody the learner knows."""

    id: str = Field(description="internal id", examples=["examplementor000"])
    name: str = Field(examples=["Mia Example"])
    relation: str = Field(description="code of what they are to the learner", examples=["mentor"])
    relation_label: str = Field(examples=["Mentor"])
    sector: str | None = Field(default=None, description="career cluster they work in")
    occupation: str | None = Field(default=None, description="SOC code of their work", examples=["29-1141"])
    organization: str | None = Field(default=None, description="where they work")
    state: str = Field(description="strong, weak, dormant: quiet for a while, or none: not met yet", examples=["weak"])
    last_contact: date | None = None
    contacts: int = Field(default=0, description="recorded contacts")
    recorded: bool = Field(default=False, description="the programme recorded a contact")
    said: str | None = Field(default=None, description="id of the learner's own word that they know each other")
    private: bool = Field(default=False, description="seen by the learner alone")


class MyConsent(View):
    """A consent about the learner, in force or not."""

    id: str
    purpose: str
    purpose_label: str
    by: str = Field(description="self or guardian")
    granted: bool
    since: date | None
    until: date | None
    in_force: bool


class OwnDecision(View):
    """One thing that a learner allows or not, once it is theirs to say."""

    purpose: str
    granted: bool | None = Field(description="what they said themselves; null: nothing yet")


class OwnWord(View):
    """That a learner decides for themselves, or soon will."""

    since: date = Field(description="the first day on which a yes of today counts: the 18th birthday, or later")
    ends: bool = Field(description="a guardian's yes holds and ends with the day before")
    decided: bool = Field(description="they have said something themselves")
    decisions: tuple[OwnDecision, ...]


class Seer(View):
    """People of one kind who can see the learner's map, and why."""

    role: str
    who: str
    sees: str


class MyWords(View):
    """Why this person, through whom, and what to do: short sentences for somebody of 14, in the reader's language."""

    reasons: tuple[str, ...]
    path: tuple[str, ...]
    next: str
    fallback: str
    message: str = Field(description="to change as one likes, to whoever introduces")
    questions: tuple[str, ...] = Field(description="three to bring along")
    thanks: str
    silence: str = Field(description="what to do if nobody answers")


class MyIntroduction(View):
    """An introduction for the learner, in neutral words: how it ended early is not told."""

    id: str
    phase: str = Field(
        description="idea, on_its_way, made, met, done, not_this_time; goes back in If-Match with a move"
    )
    target: str = Field(description="name of whom it leads to")
    connector: str = Field(description="name of who introduces")
    goal: str | None
    ask: str
    meeting: date | None = None
    moves: tuple[str, ...] = Field(default=(), description="what the learner can do now")
    words: MyWords | None = Field(default=None, description="while it is open; null once it is over")


class NextAsk(View):
    """The one thing to do next: whom to ask, for what, and why they will answer."""

    kind: str = Field(
        description="decide: soon of age; tell: how a meeting went; introduction; keep: write to somebody again; name: "
        "say whom you know"
    )
    who: str | None = Field(default=None, description="name of whom to write to")
    leads_to: str | None = Field(default=None, description="name of whom they can introduce")
    why: tuple[str, ...] = ()
    introduction: str | None = Field(default=None, description="id of the introduction it is about")


class Position(View):
    """An occupation of the position grid, and who on the team holds it."""

    occupation: str = Field(description="SOC code, a code of `positions`", examples=["29-1141"])
    zone: int = Field(description="job zone: preparation that its group asks for, 1 (little) to 5 (most)")
    known: tuple[str, ...] = Field(description="names of those on the team")


class LearnerDesk(View):
    """A learner's own desk: a team, never a rank."""

    id: str
    name: str
    as_of: date
    revision: int
    goals: tuple[str, ...]
    team: tuple[Teammate, ...]
    private: int = Field(description="of them, seen by the learner alone")
    consents: tuple[MyConsent, ...]
    seers: tuple[Seer, ...] = Field(description="who can see the team, private contacts left out")
    own_word: OwnWord | None = Field(
        default=None, description="from 30 days before the 18th birthday; null: somebody signs for them"
    )
    introductions: tuple[MyIntroduction, ...]
    positions: tuple[Position, ...] = Field(description="the position grid, by job zone")
    next: NextAsk | None

"""What every view carries: the day, the parameters, the layer, the coverage, the state of suppression."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class View(BaseModel):
    """A frozen answer to one question."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class About(View):
    """What an answer rests on."""

    as_of: date = Field(description="the day that is looked at")
    revision: int = Field(description="the store's revision that it was known at")
    layer: str = Field(description="logged, stated or either")
    parameters: dict[str, Any] = Field(description="half-life, weights, thresholds")
    learners: int = Field(description="learners on the roster and in the reader's scope")
    recorded: int = Field(description="of them, with anything recorded")
    coverage: float | None = Field(description="share of them with anything recorded")
    suppression: str = Field(default="none: within the coordinator's own scope", description="what was left out")


class Value(View):
    """A measure's value for one person: null has a reason."""

    id: str
    value: float | None
    reason: str | None = None
    meaning: str = ""
    unit: str = ""


class Suggestion(View):
    """A warm introduction as it is shown to a coordinator."""

    target: str
    target_name: str
    connector: str
    connector_name: str
    score: float | None = None
    reasons: tuple[str, ...] = ()
    blocked: str | None = None


class LearnerRow(View):
    """One learner in a list."""

    id: str = Field(description="internal id: the one in addresses")
    person_id: str = Field(description="the programme's own key")
    name: str
    site: str | None
    goals: tuple[str, ...]
    group: str = Field(description="nothing_recorded, none_professional, few, connected")
    network_size: int
    professional: int
    dormant: int
    recorded_contacts: int
    constraint: float | None
    effective_size: float | None
    days_since_adult_contact: int | None
    said: int = Field(default=0, description="people whom the learner says they know, private ones aside")
    ticked: int = Field(default=0, description="adults who say they know the learner")
    gained: int | None
    lost: int | None
    net: int | None


class SiteCount(View):
    """A site and how many learners of the reader's scope are there."""

    id: str
    name: str
    learners: int


class Worklist(View):
    """Who has nobody, and what to do today."""

    about: About
    since: date = Field(description="growth is counted from this day")
    counts: dict[str, int] = Field(description="learners per group")
    rows: tuple[LearnerRow, ...]
    total: int = Field(description="learners before the list was cut")
    sites: tuple[SiteCount, ...] = Field(default=(), description="sites that the list can be narrowed to")


class AlterMoment(View):
    """A tie on one date."""

    state: str
    strength: float | None


class NetworkAlter(View):
    """A contact in a learner's network."""

    id: str
    person_id: str
    name: str
    relation: str
    relation_label: str
    sector: str | None
    last_contact: date | None
    contacts: int
    moments: tuple[AlterMoment, ...]


class Network(View):
    """A learner's network on several dates: what an ego picture and its table are made of."""

    person_id: str
    name: str
    dates: tuple[date, ...]
    alters: tuple[NetworkAlter, ...]
    ties: tuple[tuple[str, str, tuple[bool, ...]], ...] = Field(description="ties among contacts, per date")
    hidden: int = Field(description="contacts out of the reader's scope: counted, not named")


class TimelineEntry(View):
    """A recorded contact."""

    on: date
    kind: str
    kind_label: str
    mode: str
    people: tuple[str, ...]
    host: str | None
    makes_tie: bool


class NoteShown(View):
    """What staff wrote down about a learner."""

    id: str
    on: date
    author: str
    text: str


class LearnerPage(View):
    """Everything a coordinator needs of one learner."""

    about: About
    row: LearnerRow
    measures: tuple[Value, ...]
    growth: tuple[Value, ...]
    network: Network
    timeline: tuple[TimelineEntry, ...]
    timeline_total: int
    notes: tuple[NoteShown, ...] = Field(default=(), description="what staff wrote down, newest first")
    suggestions: tuple[Suggestion, ...] = ()
    missing: tuple[str, ...] = Field(
        default=(), description="what is in the way of an introduction, if nothing is suggested"
    )

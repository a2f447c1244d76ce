"""Introductions and their moves: what staff see of their own learners', and what each party may do."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel, Field, StrictStr

from graph_service.actions import listing, moves, outcomes
from graph_service.api.access import Asking, Running, desk
from graph_service.api.freshness import fresh, item_version
from graph_service.api.models import ID, TEXT, Base
from graph_service.api.resources import READS, WRITES, Id, problems
from graph_service.api.routing import Router
from graph_service.desks.suggestions import stated_of
from graph_service.records.vocabulary import vocabulary

router = Router(prefix="/introductions", tags=["introductions"])
STAFF = [Depends(desk("staff"))]
PARTIES = [Depends(desk("introductions"))]

#: A learner reads a phase and no version.
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        pattern=r'^"?([0-9]{1,12}|[a-z_]{1,20})"?$',
        description="the version that was read; by a learner, the phase",
    ),
]
PersonId = Annotated[StrictStr, Field(pattern=ID, examples=["examplelearner00"])]
MoveName = Annotated[StrictStr, Field(pattern=r"^[a-z_]{1,40}$")]
Words = Annotated[StrictStr, Field(max_length=4000, pattern=TEXT)]
if TYPE_CHECKING:
    from builtins import str as Ask
    from builtins import str as Goal
    from builtins import str as Reason
    from builtins import str as State
else:
    # The codes of the vocabulary tables, which the description of the API then lists.
    Reason = Literal[vocabulary("introduction_reasons").codes]
    Ask = Literal[vocabulary("asks").codes]
    Goal = Literal[vocabulary("career_clusters").codes]
    State = Literal[("open", *vocabulary("introduction_states").codes)]


class NewIntroduction(Base):
    """A suggestion that is put on its way."""

    learner: PersonId
    connector: PersonId
    target: PersonId
    ask: Ask = Field("talk", description="what is asked of the target", examples=["talk"])
    goal: Goal | None = Field(None, description="the career cluster it serves")


class NewMove(Base):
    """One move of an introduction."""

    move: Annotated[StrictStr, Field(pattern=r"^[a-z_]{1,40}$")] = Field(
        description="name of the move", examples=["approve"]
    )
    reason: Reason | None = Field(None, description="why; shown to staff alone", examples=["no_time"])
    note: Words | None = Field(None, description="more; shown to staff alone")
    meeting: date | None = Field(None, description="day of the meeting", examples=["2026-03-01"])
    message: Words | None = Field(None, description="the learner's own message")
    answer_of: Literal["learner", "connector", "target"] | None = Field(
        None, description="whose answer staff record, given on the telephone, say"
    )


class NewOutcome(Base):
    """A rung of the ladder that an introduction reached."""

    step: Literal[vocabulary("outcome_steps").codes] = Field(examples=["second_contact"])  # type: ignore[valid-type]
    on: date | None = Field(None, description="the day; default today", examples=["2026-03-01"])
    resource: Literal[vocabulary("resources").codes] | None = None  # type: ignore[valid-type]


class Moved(BaseModel):
    """What a move did."""

    introduction: str = Field(description="internal id", examples=["exampleintro0000"])
    state: str = Field(description="for a learner the phase", examples=["approved"])
    version: int | None = Field(
        description="goes back in If-Match with the next move; null for a learner", examples=[2]
    )
    revision: int | None = Field(description="null for a learner", examples=[12])


class IntroductionRow(BaseModel):
    """An introduction in a list; people by the programme's own keys."""

    id: str
    version: int
    learner: str | None
    connector: str | None
    target: str | None
    state: str
    since: date
    waits_for: str | None
    due: date | None
    ask: str
    group: str | None


class IntroductionPage(BaseModel):
    """Introductions, those that wait longest first; the ended ones last."""

    items: list[IntroductionRow]
    total: int = Field(description="on all pages", examples=[134])
    next: str | None = Field(None, description="address of the next page")


class Step(BaseModel):
    """One step: who moved it, from where to where."""

    step: int
    date: date
    source: str | None = Field(validation_alias="from")
    to: str
    by: str
    role: str = Field(validation_alias="as")
    reason: str | None
    note: str | None


class Outcome(BaseModel):
    """A rung that was reached."""

    step: str
    date: date
    resource: str | None


class Introduction(BaseModel):
    """One introduction as staff read it, with its steps and what may be done next."""

    id: str
    version: int
    learner: str
    connector: str
    target: str
    state: str
    label: str
    since: date
    waits_for: str | None
    due: date | None
    ask: str
    goal: str | None
    group: str | None
    message: str | None
    meeting: date | None
    moves: list[str]
    steps: list[Step]
    outcomes: list[Outcome]


class OutcomeKept(BaseModel):
    """The recorded outcome."""

    id: str


@router.get("", operation_id="list_introductions", dependencies=[*STAFF, Depends(fresh)], responses=problems(*READS))
def list_introductions(
    request: Request,
    response: Response,
    running: Running,
    who: Asking,
    state: Annotated[State | None, Query(description="one state, or `open`")] = None,
    learner: Annotated[str | None, Query(pattern=ID, description="internal id")] = None,
    after: Annotated[str, Query(pattern=f"^({listing.MARK})?$", description="from the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="rows at most")] = 200,
) -> IntroductionPage:
    """Introductions of the learners of the own sites."""
    every = listing.listed(running.programme.store, who, state=state, learner=learner, today=running.today())
    rows, mark = listing.paged(every, after, limit)
    found = None
    if mark:
        asked = {"state": state, "learner": learner, "after": mark, "limit": limit}
        found = f"{request.url.path}?{urlencode({name: value for name, value in asked.items() if value})}"
        response.headers["Link"] = f'<{found}>; rel="next"'
    return IntroductionPage(items=[IntroductionRow(**row) for row in rows], total=len(every), next=found)


@router.get("/{id}", operation_id="get_introduction", dependencies=STAFF, responses=problems(*READS))
def get_introduction(response: Response, running: Running, who: Asking, id: Id) -> Introduction:
    """One introduction with its history and the moves that are possible now."""
    found = listing.told(running.programme.store, who, id, today=running.today())
    response.headers["ETag"] = f'"{found["version"]}"'
    return Introduction(**found)


@router.post("", operation_id="propose_introduction", status_code=201, dependencies=STAFF, responses=problems(*WRITES))
def propose_introduction(response: Response, running: Running, who: Asking, body: NewIntroduction) -> Moved:
    """Put a suggestion on its way; the gates are looked at again."""
    today = running.today()
    more = stated_of(running.programme.reader(who), today, body.learner, body.connector, body.target)
    made = moves.propose(running.programme.store, who, today=today, **body.model_dump(), **more)
    response.headers["Location"] = f"/api/v1/introductions/{made.introduction}"
    return _moved(response, made)


@router.post("/{id}/moves", operation_id="move_introduction", dependencies=PARTIES, responses=problems(*WRITES))
def move_introduction(
    response: Response, running: Running, who: Asking, id: Id, match: IfMatch, body: NewMove
) -> Moved:
    """Make one move of an introduction that was read at a version."""
    values: dict[str, Any] = body.model_dump()
    store, read = running.programme.store, match.strip('"')
    if who.role == "learner":
        version = moves.version_of_phase(store, who, id, read, running.today())
    else:
        version = item_version(match) if read.isdecimal() else -1
    made = moves.move(store, who, id, values.pop("move"), version, today=running.today(), **values)
    if who.role == "learner":
        response.headers["ETag"] = f'"{made.phase}"'
        return Moved(introduction=made.introduction, state=made.phase, version=None, revision=None)
    return _moved(response, made)


@router.post(
    "/{id}/outcomes",
    operation_id="add_introduction_outcome",
    status_code=201,
    dependencies=PARTIES,
    responses=problems(*WRITES),
)
def add_outcome(running: Running, who: Asking, id: Id, body: NewOutcome) -> OutcomeKept:
    """Record what came of it: the same step on the same day is recorded once."""
    kept = outcomes.record_outcome(
        running.programme.store, who, id, body.step, on=body.on, resource=body.resource, today=running.today()
    )
    return OutcomeKept(id=kept)


def _moved(response: Response, made: moves.Moved) -> Moved:
    response.headers["ETag"] = f'"{made.version}"'
    return Moved(introduction=made.introduction, state=made.state, version=made.version, revision=made.revision)

"""The desks' routes."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query

from graph_service.api.access import AsOf, CoordinatorReader, EvaluatorReader, LearnerReader, MentorReader, Running
from graph_service.api.evaluation import whole
from graph_service.api.freshness import fresh
from graph_service.api.resources import READS, Id, problems
from graph_service.api.routing import Router
from graph_service.desks import coordinator, evaluator, mentor
from graph_service.desks import learner as own
from graph_service.desks.views.base import LearnerPage, Worklist
from graph_service.desks.views.evaluation import Evaluation
from graph_service.desks.views.learner import LearnerDesk
from graph_service.desks.views.mentor import MentorDesk, MyYear

router = Router(prefix="/desks", tags=["desks"], dependencies=[Depends(fresh)], responses=problems(*READS))

Group = Annotated[
    str | None,
    Query(pattern="^(nothing_recorded|none_professional|few|connected)$", description="one group of learners"),
]
WaveName = Annotated[str | None, Query(max_length=300, description="name of a released wave")]
MeasureId = Annotated[str, Query(pattern="^[a-z0-9_]{1,60}$", description="measure of the equity panel")]
Since = Annotated[date | None, Query(description="first day; default the first of January")]
Spoken = Annotated[Literal["en", "es"], Query(description="language of the texts about introductions")]
Limit = Annotated[int, Query(ge=1, le=1000, description="rows at most")]


@router.get("/coordinator/worklist", operation_id="coordinator_worklist")
def worklist(reader: CoordinatorReader, as_of: AsOf, group: Group = None, limit: Limit = 200) -> Worklist:
    """Who has nobody: nothing recorded yet, none professional, one or two, more."""
    return coordinator.worklist(reader, as_of, group=group, limit=limit)


@router.get("/coordinator/learners/{id}", operation_id="coordinator_learner")
def learner(reader: CoordinatorReader, id: Id, as_of: AsOf, language: Spoken = "en") -> LearnerPage:
    """One learner: map, timeline, measures, growth, suggestions."""
    return coordinator.learner_page(reader, id, as_of, language=language)


@router.get("/learner", operation_id="learner_desk")
def learner_desk(reader: LearnerReader, as_of: AsOf, language: Spoken = "en") -> LearnerDesk:
    """The signed-in learner's own team, consents, introductions, and one next ask."""
    return own.desk(reader, as_of, language)


@router.get("/mentor", operation_id="mentor_desk")
def mentor_desk(reader: MentorReader, as_of: AsOf, language: Spoken = "en") -> MentorDesk:
    """The signed-in mentor's or employer contact's own asks, people, load and checks."""
    return mentor.desk(reader, as_of, language)


@router.get("/mentor/year", operation_id="mentor_year")
def mentor_year(reader: MentorReader, as_of: AsOf, since: Since = None) -> MyYear:
    """The signed-in mentor's own year: hours and counts, no names."""
    return mentor.year(reader, as_of, since)


@router.get("/evaluator", operation_id="evaluator_desk")
def evaluator_desk(
    reader: EvaluatorReader,
    running: Running,
    before: WaveName = None,
    after: WaveName = None,
    measure: MeasureId = evaluator.EQUITY_MEASURE,
) -> Evaluation:
    """Did networks grow, for whom: declared tables over released waves, studies, the last audit."""
    return whole(reader, running, before, after, measure)

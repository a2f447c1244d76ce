"""The desks' routes."""

from typing import Annotated

from fastapi import APIRouter, Query

from graph_service.api.access import AsOf, CoordinatorReader
from graph_service.desks import coordinator
from graph_service.desks.views.base import LearnerPage, Worklist

router = APIRouter(prefix="/desks", tags=["desks"])

Group = Annotated[str | None, Query(pattern="^(nothing_recorded|none_professional|few|connected)$")]
Limit = Annotated[int, Query(ge=1, le=1000, description="rows at most")]


@router.get("/coordinator/worklist", operation_id="coordinator_worklist")
def worklist(reader: CoordinatorReader, as_of: AsOf, group: Group = None, limit: Limit = 200) -> Worklist:
    """Who has nobody: nothing recorded yet, none professional, one or two, more."""
    return coordinator.worklist(reader, as_of, group=group, limit=limit)


@router.get("/coordinator/learners/{id}", operation_id="coordinator_learner")
def learner(reader: CoordinatorReader, id: str, as_of: AsOf) -> LearnerPage:
    """One learner: map, timeline, measures, growth, suggestions."""
    return coordinator.learner_page(reader, id, as_of)

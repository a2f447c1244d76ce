"""Learners, their measures, their growth and the introductions that would help them."""

from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Path, Query, Request, Response

from graph_service.api.access import AsOf, CohortReader, CoordinatorReader, actor
from graph_service.api.freshness import fresh
from graph_service.api.resources import READS, problems
from graph_service.api.routing import Router
from graph_service.desks import cohort as counts
from graph_service.desks import coordinator, measured
from graph_service.desks.views.base import LearnerPage, Network, Worklist
from graph_service.desks.views.cohort import Cohort
from graph_service.desks.views.measured import Catalogue, Introductions, MeasureDeclared, MeasuredPage
from graph_service.errors import BadDate

router = Router(responses=problems(*READS))
LOOKED = [Depends(fresh)]

Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$", description="internal id of the learner")]
Measures = Annotated[
    list[str], Query(alias="measure", max_length=80, description="ids of measures; default: the usual ones")
]
Extra = Annotated[list[str], Query(max_length=80, description="ids of costly measures to compute as well")]
After = Annotated[str, Query(pattern=r"^[a-z0-9]{0,40}$", description="give learners after this id")]
Limit = Annotated[int, Query(ge=1, le=500, description="learners in a page")]
Since = Annotated[date | None, Query(alias="from", description="the first day; default 90 days before `as_of`")]


def since(as_of: AsOf, start: Since = None) -> date:
    """The first of two days. Raises BadDate when it is not before the second."""
    try:
        found = start or as_of - timedelta(days=coordinator.GROWTH_DAYS)
    except OverflowError:
        raise BadDate("The days are out of range.") from None
    if found > as_of:
        raise BadDate("The first day is after the second.")
    return found


From = Annotated[date, Depends(since)]


def paged(request: Request, response: Response, page: MeasuredPage, more: bool, limit: int) -> MeasuredPage:
    """The page with the address of the next one."""
    if not more:
        return page
    query = [(name, value) for name, value in request.query_params.multi_items() if name not in ("after", "limit")]
    address = f"{request.url.path}?{urlencode([*query, ('after', page.items[-1].id), ('limit', limit)])}"
    response.headers["Link"] = f'<{address}>; rel="next"'
    return page.model_copy(update={"next": address})


@router.get("/catalogue", operation_id="list_catalogue", tags=["measures"], dependencies=[Depends(actor)])
def catalogue() -> Catalogue:
    """Every measure: meaning, formula, unit, range, source, and when it is undefined."""
    return measured.catalogue()


@router.get("/catalogue/{id}", operation_id="get_catalogue", tags=["measures"], dependencies=[Depends(actor)])
def declared(id: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,60}$", description="id of a measure")]) -> MeasureDeclared:
    """One measure."""
    return measured.declared(id)


@router.get("/measures", operation_id="list_measures", tags=["measures"], dependencies=LOOKED)
def measures(
    request: Request,
    response: Response,
    reader: CoordinatorReader,
    as_of: AsOf,
    ids: Measures = [],  # noqa: B006
    extra: Extra = [],  # noqa: B006
    after: After = "",
    limit: Limit = 100,
) -> MeasuredPage:
    """Measures of every learner in scope, in order of person_id, a page at a time."""
    page, more = measured.measured(reader, as_of, ids, extra, after=after, limit=limit)
    return paged(request, response, page, more, limit)


@router.get("/growth", operation_id="list_growth", tags=["growth"], dependencies=LOOKED)
def growth(
    request: Request,
    response: Response,
    reader: CoordinatorReader,
    as_of: AsOf,
    start: From,
    after: After = "",
    limit: Limit = 100,
) -> MeasuredPage:
    """What became of every learner's ties between two days: gained, kept, lost, and what net hides."""
    page, more = measured.grown(reader, start, as_of, after=after, limit=limit)
    return paged(request, response, page, more, limit)


@router.get("/cohort", operation_id="get_cohort", tags=["cohort"], dependencies=LOOKED)
def cohort(reader: CohortReader, as_of: AsOf) -> Cohort:
    """Learners by site and by how much network they have; small counts are hidden from who is not their staff."""
    return counts.cohort(reader, as_of)


@router.get("/learners", operation_id="list_learners", tags=["learners"], dependencies=LOOKED)
def learners(
    reader: CoordinatorReader,
    as_of: AsOf,
    limit: Annotated[int, Query(ge=1, le=1000, description="learners at most")] = 200,
) -> Worklist:
    """Learners in scope, first those whom nobody sees."""
    return coordinator.worklist(reader, as_of, limit=limit)


@router.get("/learners/{id}", operation_id="get_learner", tags=["learners"], dependencies=LOOKED)
def learner(reader: CoordinatorReader, id: Id, as_of: AsOf, start: From) -> LearnerPage:
    """One learner: measures, growth, map, timeline, suggestions."""
    return coordinator.learner_page(reader, id, as_of, start)


@router.get("/learners/{id}/measures", operation_id="measures_of_learner", tags=["learners"], dependencies=LOOKED)
def measures_of(
    reader: CoordinatorReader,
    id: Id,
    as_of: AsOf,
    ids: Measures = [],  # noqa: B006
    extra: Extra = [],  # noqa: B006
) -> MeasuredPage:
    """One learner's measures; null has a reason."""
    return measured.measured(reader, as_of, ids, extra, learner=id)[0]


@router.get("/learners/{id}/growth", operation_id="growth_of_learner", tags=["learners"], dependencies=LOOKED)
def growth_of(reader: CoordinatorReader, id: Id, as_of: AsOf, start: From) -> MeasuredPage:
    """What became of one learner's ties between two days."""
    return measured.grown(reader, start, as_of, learner=id)[0]


@router.get("/learners/{id}/network", operation_id="network_of_learner", tags=["learners"], dependencies=LOOKED)
def network_of(reader: CoordinatorReader, id: Id, as_of: AsOf, start: From) -> Network:
    """One learner's contacts on two days, and who of them know each other."""
    return coordinator.network_of(reader, id, (start, as_of))


@router.get(
    "/learners/{id}/introductions", operation_id="introductions_of_learner", tags=["introductions"], dependencies=LOOKED
)
def introductions_of(
    reader: CoordinatorReader,
    id: Id,
    as_of: AsOf,
    limit: Annotated[int, Query(ge=1, le=20, description="suggestions at most")] = 5,
) -> Introductions:
    """Warm introductions that would help a learner, each with its path, terms and reasons, for staff."""
    return measured.introductions(reader, id, as_of, limit)

"""The map of the programme, on a day or between two."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse

from graph_service.api.access import AsOf, CoordinatorReader
from graph_service.api.routing import Router
from graph_service.desks.map import programme_map
from graph_service.desks.views.map import ProgrammeMap
from graph_service.web.language import words
from graph_service.web.rendering import page
from graph_service.web.today import SiteId
from viz.page import assets, figure
from viz.views import map_picture

router = Router(include_in_schema=False)
Back = Annotated[int, Query(ge=0, le=3660, description="days before that are compared with; 0: none")]


@router.get("/map.json")
def map_json(reader: CoordinatorReader, as_of: AsOf, days: Back = 0, site: SiteId = None) -> ProgrammeMap:
    return programme_map(reader, as_of, as_of - timedelta(days=days) if days else None, site or None)


@router.get("/map")
def map_html(reader: CoordinatorReader, as_of: AsOf, days: Back = 0, site: SiteId = None) -> HTMLResponse:
    """Everybody at a place, their ties, and the same as a table."""
    view = map_json(reader, as_of, days, site)
    picture = map_picture(view, "/learners/{id}", words())
    return page(
        "map.html.j2", view=view, figure=figure(picture, words=words()), assets=assets(picture), days=days, site=site
    )

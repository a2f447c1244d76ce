"""The programme in two pictures, with their tables."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse

from graph_service.api.access import AsOf, CoordinatorReader
from graph_service.api.routing import Router
from graph_service.desks.summary import summary
from graph_service.desks.views.summary import Summary
from graph_service.web.language import words
from graph_service.web.rendering import page
from viz.page import assets, figure
from viz.views import flow_chart, size_chart

router = Router(include_in_schema=False)
Days = Annotated[int, Query(ge=1, le=3660, description="days to look back")]


@router.get("/programme.json")
def programme_json(reader: CoordinatorReader, as_of: AsOf, days: Days = 180) -> Summary:
    return summary(reader, as_of - timedelta(days=days), as_of)


@router.get("/programme")
def programme(reader: CoordinatorReader, as_of: AsOf, days: Days = 180) -> HTMLResponse:
    """How many contacts learners have, and what became of their ties."""
    view = summary(reader, as_of - timedelta(days=days), as_of)
    pictures = [size_chart(view, words()), flow_chart(view, words())] if view.about.learners else []
    figures = [figure(picture, name=f"chart{at}", words=words()) for at, picture in enumerate(pictures)]
    return page("programme.html.j2", view=view, figures=figures, assets=assets(*pictures), days=days)

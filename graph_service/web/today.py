"""The day's queue, and the lists that are printed from it."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse

from graph_service.api.access import AsOf, CoordinatorReader
from graph_service.api.routing import Router
from graph_service.desks import today
from graph_service.desks.views.today import Roll, Today
from graph_service.web.rendering import page

router = Router(include_in_schema=False)
Minutes = Annotated[int, Query(ge=1, le=480, description="the time there is")]
SiteId = Annotated[str | None, Query(pattern=r"^[a-z0-9]{0,40}$")]


@router.get("/today.json")
def queue_json(reader: CoordinatorReader, as_of: AsOf, minutes: Minutes = 20) -> Today:
    return today.queue(reader, as_of, minutes)


@router.get("/today")
def queue(reader: CoordinatorReader, as_of: AsOf, minutes: Minutes = 20) -> HTMLResponse:
    """What to do in the time there is."""
    return page("today.html.j2", view=today.queue(reader, as_of, minutes))


@router.get("/class-form.json")
@router.get("/sign-in-sheet.json")
def roll_json(reader: CoordinatorReader, as_of: AsOf, site: SiteId = None) -> Roll:
    return today.roll(reader, as_of, site)


@router.get("/class-form")
def class_form(reader: CoordinatorReader, as_of: AsOf, site: SiteId = None) -> HTMLResponse:
    """Three questions for a class, to print."""
    return page("class_form.html.j2", view=today.roll(reader, as_of, site))


@router.get("/sign-in-sheet")
def sign_in_sheet(reader: CoordinatorReader, as_of: AsOf, site: SiteId = None) -> HTMLResponse:
    """Who came to an event and whom they talked to, to print."""
    return page("sign_in_sheet.html.j2", view=today.roll(reader, as_of, site))

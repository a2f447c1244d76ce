"""The pages, each on one view of a desk, each with its JSON twin at the same path + `.json`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.staticfiles import StaticFiles

from graph_service.api.access import AsOf, CoordinatorReader
from graph_service.api.desks import Group, Limit
from graph_service.desks import coordinator
from graph_service.desks.views.base import LearnerPage, Worklist
from graph_service.web.headers import SecurityHeaders
from viz.page import STATIC, assets, figure
from viz.views import network_picture
from viz.words import Words

OWN_STATIC = Path(__file__).parent / "static"

GROUP_WORDS: Mapping[str, tuple[str, str]] = {
    "nothing_recorded": ("Nothing recorded yet", "We do not know whom they know. Log a contact, or ask them."),
    "none_professional": ("Recorded, none professional", "They meet people, but nobody from the world of work."),
    "few": ("One or two professional ties", "A second and third tie protects against losing the first."),
    "connected": ("Three or more", "Keep the ties alive."),
}

router = APIRouter(include_in_schema=False)


def environment() -> Environment:
    """Templates: escaped, strict about what is missing."""
    loader = PackageLoader("graph_service.web", "templates")
    made = Environment(loader=loader, autoescape=select_autoescape(default=True), undefined=StrictUndefined)
    words = Words()
    made.filters |= {"number": words.number, "day": words.day, "percent": words.percent}
    return made


TEMPLATES = environment()


def page(template: str, **context: Any) -> HTMLResponse:
    """A page out of a view."""
    return HTMLResponse(TEMPLATES.get_template(template).render(**context))


@router.get("/")
def home() -> RedirectResponse:
    return RedirectResponse("/worklist")


@router.get("/worklist.json")
def worklist_json(reader: CoordinatorReader, as_of: AsOf, group: Group = None, limit: Limit = 200) -> Worklist:
    return coordinator.worklist(reader, as_of, group=group, limit=limit)


@router.get("/worklist")
def worklist(reader: CoordinatorReader, as_of: AsOf, group: Group = None, limit: Limit = 200) -> HTMLResponse:
    """Who has nobody."""
    view = coordinator.worklist(reader, as_of, group=group, limit=limit)
    return page("worklist.html.j2", view=view, group=group, words=GROUP_WORDS)


@router.get("/learners/{id}.json")
def learner_json(reader: CoordinatorReader, id: str, as_of: AsOf) -> LearnerPage:
    return coordinator.learner_page(reader, id, as_of)


@router.get("/learners/{id}")
def learner(reader: CoordinatorReader, id: str, as_of: AsOf) -> HTMLResponse:
    """One learner."""
    view = coordinator.learner_page(reader, id, as_of)
    empty = "No contact is recorded yet."
    picture = network_picture(view.network, f"{view.row.name}: network", empty)
    return page(
        "learner.html.j2",
        view=view,
        figure=figure(picture, name="network"),
        assets=assets(picture),
        words=GROUP_WORDS,
    )


def add_pages(app: FastAPI) -> None:
    """Put the pages and their static files on the service."""
    app.include_router(router)
    app.mount("/static/viz", StaticFiles(directory=STATIC), name="viz")
    app.mount("/static", StaticFiles(directory=OWN_STATIC), name="static")
    app.add_middleware(SecurityHeaders)

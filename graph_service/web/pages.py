"""The pages, each on one view of a desk, each with its JSON twin at the same path + `.json`."""

import secrets
import sys
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from graph_service.actions import views
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Running
from graph_service.api.app import create_app
from graph_service.api.desks import Group, Limit
from graph_service.api.routing import Router
from graph_service.api.watching import log_to
from graph_service.desks import coordinator
from graph_service.desks.views.base import Worklist
from graph_service.web import (
    asking,
    contacts,
    entries,
    evaluation,
    events,
    glossary,
    handing_over,
    introductions,
    learner,
    links,
    lists,
    me,
    mentor,
    people,
    permits,
    placements,
    plans,
    programme,
    setup,
    signing,
    start,
    threads,
    today,
    work,
    wrong,
)
from graph_service.web import map as map_page
from graph_service.web.errors import add_error_pages
from graph_service.web.forms import token
from graph_service.web.headers import SecurityHeaders
from graph_service.web.language import Reading
from graph_service.web.lines import line
from graph_service.web.rendering import OWN_STATIC, page
from graph_service.web.sign_in import add_sign_in
from graph_service.web.today import SiteId
from graph_service.web.wording import GROUP_WORDS, ORDER_WORDS
from viz.page import STATIC

router = Router(include_in_schema=False)
#: Modules of pages, each with a `router`.
MODULES: tuple[Any, ...] = (
    today,
    learner,
    contacts,
    introductions,
    programme,
    map_page,
    evaluation,
    me,
    glossary,
    lists,
    events,
    people,
    setup,
    permits,
    start,
    handing_over,
    links,
    signing,
    mentor,
    placements,
    plans,
    entries,
    asking,
    work,
    threads,
    wrong,
)
Search = Annotated[str | None, Query(max_length=200, description="words of the name or key")]
Order = Annotated[str, Query(pattern="^(need|name|quiet|contacts|site)$")]
# A form sends what was not chosen as an empty text.
GroupChoice = Annotated[str | None, Query(pattern="^(nothing_recorded|none_professional|few|connected)?$")]


@router.get("/")
def home() -> RedirectResponse:
    return RedirectResponse("/worklist")


@router.get("/worklist.json")
def worklist_json(
    reader: CoordinatorReader,
    as_of: AsOf,
    group: Group = None,
    limit: Limit = 200,
    q: Search = None,
    site: SiteId = None,
    order: Order = "need",
) -> Worklist:
    return coordinator.worklist(reader, as_of, group=group, limit=limit, search=q, site=site, order=order)


@router.get("/worklist")
def worklist(
    reader: CoordinatorReader,
    running: Running,
    who: Asking,
    as_of: AsOf,
    group: GroupChoice = None,
    limit: Limit = 200,
    q: Search = None,
    site: SiteId = None,
    order: Order = "need",
    logged: Annotated[int, Query(ge=0)] = 0,
) -> HTMLResponse:
    """Who has nobody."""
    group, q, site = group or None, q or None, site or None
    view = coordinator.worklist(reader, as_of, group=group, limit=limit, search=q, site=site, order=order)
    kept = {"as_of": as_of, "group": group, "q": q, "site": site, "order": order if order != "need" else None}
    return page(
        "worklist.html.j2",
        view=view,
        grouped={name: [row for row in view.rows if row.group == name] for name in GROUP_WORDS},
        line=line(as_of),
        group=group,
        words=GROUP_WORDS,
        orders=ORDER_WORDS,
        q=q or "",
        site=site,
        order=order,
        logged=logged,
        saved=views.views(running.programme.store, who),
        query=urlencode({name: value for name, value in kept.items() if value and name != "as_of"}),
        token=token(running, who),
        repeat=secrets.token_hex(8),
        more=urlencode({name: value for name, value in {**kept, "limit": 1000}.items() if value}),
    )


def add_pages(app: FastAPI) -> None:
    """Put the pages and their static files on the service."""
    for each in (router, *(module.router for module in MODULES), me.first, setup.loading, lists.loading):
        app.include_router(each)
    add_sign_in(app)
    app.mount("/static/viz", StaticFiles(directory=STATIC), name="viz")
    app.mount("/static", StaticFiles(directory=OWN_STATIC), name="static")
    add_error_pages(app)
    app.add_middleware(Reading, setting=app.state.service.settings.language)
    app.add_middleware(SecurityHeaders)


def served() -> FastAPI:
    """The whole service by the environment's settings: what a worker process of a server runs."""
    log_to()
    # A builder of the next moment works beside the pages: a page waits for a thousandth of a second and not for five.
    sys.setswitchinterval(0.001)
    app = create_app()
    add_pages(app)
    return app

"""The thread of an introduction, for everybody in it and for the coordinator who reads along."""

import secrets
from dataclasses import asdict
from typing import Annotated

from fastapi import Path
from fastapi.responses import RedirectResponse, Response

from graph_service.actions import thread
from graph_service.api.access import Asking, IntroductionsReader, Running
from graph_service.api.routing import Router
from graph_service.desks.views.thread import Thread
from graph_service.errors import InvalidRecord
from graph_service.web.forms import Fields, token
from graph_service.web.language import text
from graph_service.web.rendering import page
from graph_service.web.wording import DESKS

router = Router(include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]
#: Where the thread is on each desk: a visit's cookie is sent to the pages of its own desk alone.
HOMES = {"mentor": "/mentor/threads", "learner": "/me/threads", "coordinator": "/introductions/threads"}
DESK_OF = {"mentor": "mentor", "employer": "mentor", "learner": "learner"}


def desk_of(who: Asking) -> str:
    """The desk whose pages the bar at the top names for somebody."""
    found = DESK_OF.get(who.role, who.role)
    return found if found in DESKS else "coordinator"


def _at(who: Asking, id: str) -> str:
    return f"{HOMES[DESK_OF.get(who.role, 'coordinator')]}/{id}"


def _view(running: Running, who: Asking, id: str) -> Thread:
    return Thread(**asdict(thread.thread(running.programme.store, who, id)))


def _page(running: Running, who: Asking, id: str, status: int = 200, problem: str = "", typed: str = "") -> Response:
    view = _view(running, who, id)
    return page(
        "thread.html.j2",
        status,
        view=view,
        at=_at(who, id),
        desk=desk_of(who),
        token=token(running, who),
        repeat=secrets.token_hex(8),
        problem=problem,
        typed=typed,
    )


@router.get("/mentor/threads/{id}.json")
@router.get("/me/threads/{id}.json")
@router.get("/introductions/threads/{id}.json")
def thread_json(id: Id, reader: IntroductionsReader, running: Running, who: Asking) -> Thread:
    return _view(running, who, id)


@router.get("/mentor/threads/{id}")
@router.get("/me/threads/{id}")
@router.get("/introductions/threads/{id}")
def show(id: Id, reader: IntroductionsReader, running: Running, who: Asking) -> Response:
    """The lines, and a box to write."""
    return _page(running, who, id)


@router.post("/mentor/threads/{id}")
@router.post("/me/threads/{id}")
@router.post("/introductions/threads/{id}")
def say(id: Id, fields: Fields, reader: IntroductionsReader, running: Running, who: Asking) -> Response:
    """Write a line; the form sent twice is one line."""
    typed = fields.get("text", "")
    said = text("Thank you!") if fields.get("do") == "thanks" else typed
    repeat = fields.get("repeat", "")[:40] or secrets.token_hex(8)
    try:
        thread.say(running.programme.store, who, id, said, today=running.today(), repeat=repeat)
    except InvalidRecord:
        return _page(running, who, id, 422, text("Write something, at most 2,000 characters."), typed)
    return RedirectResponse(f"{_at(who, id)}#lines", 303)


@router.post("/mentor/threads/{id}/{line}/undo")
@router.post("/me/threads/{id}/{line}/undo")
@router.post("/introductions/threads/{id}/{line}/undo")
def undo(id: Id, line: Id, fields: Fields, reader: IntroductionsReader, running: Running, who: Asking) -> Response:
    """Take back a line of one's own."""
    thread.take_back(running.programme.store, who, line)
    return RedirectResponse(f"{_at(who, id)}#lines", 303)

""" "Something is wrong": from every page, to the named safeguarding lead alone; and the lead's restricted log."""

from datetime import date
from typing import Annotated

from fastapi import Path
from fastapi.responses import RedirectResponse, Response

from graph_service.actions import concerns, links
from graph_service.actions.outbox import hurry
from graph_service.api.access import Asking, LeadReader, Running
from graph_service.api.routing import Router
from graph_service.desks.views.forms import Named, Telling
from graph_service.desks.views.thread import Concern, ConcernLog
from graph_service.errors import InvalidRecord
from graph_service.web.forms import Fields, token
from graph_service.web.language import text
from graph_service.web.links import Sent, Token, private, programme_name
from graph_service.web.rendering import page
from graph_service.web.threads import DESK_OF, desk_of

router = Router(include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]


def _page(
    running: Running, actor: Asking, at: str, guard: str, *, status: int = 200, problem: str = "", done: bool = False,
    bare: bool = False, typed: str = "",
) -> Response:  # fmt: skip
    """The form, or what happens now."""
    return page(
        "wrong.html.j2",
        status,
        view=_telling(running, actor, bare=bare),
        at=at,
        bare=bare,
        desk=desk_of(actor),
        token=guard,
        problem=problem,
        typed=typed,
        done=done,
    )


def _telling(running: Running, actor: Asking, *, bare: bool = False) -> Telling:
    store = running.programme.store
    adults = [] if bare else concerns.adults_of(store, actor)
    return Telling(
        programme=programme_name(running),
        lead=concerns.lead_name(store),
        adults=tuple(Named(id=id, name=name) for id, name in adults),
    )


def _keep(running: Running, actor: Asking, party: str, fields: dict[str, str], introduction: str | None) -> None:
    """Keep what is wrong and let the lead's mail go at once. Raises InvalidRecord."""
    named = {id for id, _ in concerns.adults_of(running.programme.store, actor)}
    about = fields.get("about") if fields.get("about") in named else None
    concerns.report(
        running.programme.store,
        actor,
        party,
        fields.get("text", ""),
        about=about,
        introduction=introduction,
        today=running.today(),
    )
    hurry(running.programme.store, running.settings)


@router.get("/wrong.json")
@router.get("/mentor/wrong.json")
@router.get("/me/concern.json")
def wrong_json(running: Running, who: Asking) -> Telling:
    return _telling(running, who)


@router.get("/wrong")
@router.get("/mentor/wrong")
@router.get("/me/concern")
def wrong(running: Running, who: Asking, done: bool = False) -> Response:
    """Say what is wrong."""
    return _page(running, who, _at(who), token(running, who), done=done)


@router.post("/wrong")
@router.post("/mentor/wrong")
@router.post("/me/concern")
def say_wrong(fields: Fields, running: Running, who: Asking) -> Response:
    """Keep it; the lead is told at once, and nobody else."""
    try:
        _keep(running, who, DESK_OF.get(who.role, who.role), fields, None)
    except InvalidRecord:
        problem = text("Say in a sentence what is wrong.")
        return _page(running, who, _at(who), token(running, who), status=422, problem=problem)
    return RedirectResponse(f"{_at(who)}?done=1", 303)


def _at(who: Asking) -> str:
    return {"mentor": "/mentor/wrong", "learner": "/me/concern"}.get(DESK_OF.get(who.role, ""), "/wrong")


def _by_link(running: Running, link_text: str) -> tuple[Asking, str, str | None]:
    link = links.read(running.programme.store, link_text, running.today())
    return concerns.actor_of(link), link.party or "guardian", link.about if link.purpose == "decide" else None


@router.get("/link/wrong.json")
def wrong_by_anybody_json(running: Running) -> Telling:
    return _telling(running, concerns.ANYBODY, bare=True)


@router.get("/link/wrong")
def wrong_by_anybody(running: Running, done: bool = False) -> Response:
    """The same for whoever cannot sign in, or whose link has ended: what pages of errors and of the door lead to."""
    return private(_page(running, concerns.ANYBODY, "/link/wrong", "", done=done, bare=True))


@router.post("/link/wrong")
def say_wrong_by_anybody(running: Running, fields: Sent) -> Response:
    """Keep it, so many times a day: nobody is known who could be asked to stop."""
    said, actor = fields.get("text", ""), concerns.ANYBODY
    try:
        concerns.report_by_anybody(running.programme.store, said, today=running.today())
    except InvalidRecord:
        problem = text("Say in a sentence what is wrong.")
        return private(_page(running, actor, "/link/wrong", "", status=422, problem=problem, bare=True))
    except concerns.TooManyReports:
        problem = text("Too much was sent today. Call the programme or your school.")
        return private(
            _page(running, actor, "/link/wrong", "", status=429, problem=problem, bare=True, typed=said[:4000])
        )
    hurry(running.programme.store, running.settings)
    return private(RedirectResponse("/link/wrong?done=1", 303))


@router.get("/link/wrong/{token}.json")
def wrong_by_link_json(running: Running, token: Token) -> Telling:
    actor, _, _ = _by_link(running, token)
    return _telling(running, actor, bare=True)


@router.get("/link/wrong/{token}")
def wrong_by_link(running: Running, token: Token, done: bool = False) -> Response:
    """The same from any page behind a link. No adult is named for choice: a link may have been forwarded."""
    actor, _, _ = _by_link(running, token)
    return private(_page(running, actor, f"/link/wrong/{token}", "", done=done, bare=True))


@router.post("/link/wrong/{token}")
def say_wrong_by_link(running: Running, token: Token, fields: Sent) -> Response:
    """Keep it. The introduction that the link is about is noted with it."""
    actor, party, introduction = _by_link(running, token)
    try:
        _keep(running, actor, party, {"text": fields.get("text", "")}, introduction)
    except InvalidRecord:
        problem = text("Say in a sentence what is wrong.")
        return private(_page(running, actor, f"/link/wrong/{token}", "", status=422, problem=problem, bare=True))
    return private(RedirectResponse(f"/link/wrong/{token}?done=1", 303))


# --- the restricted log ---------------------------------------------------------------------------------------------


def _log(running: Running, who: Asking, today: date) -> ConcernLog:
    return ConcernLog(as_of=today, entries=tuple(Concern(**row) for row in concerns.log(running.programme.store, who)))


@router.get("/concerns.json")
def log_json(reader: LeadReader, running: Running, who: Asking) -> ConcernLog:
    return _log(running, who, running.today())


@router.get("/concerns")
def log(reader: LeadReader, running: Running, who: Asking) -> Response:
    """What was said to be wrong. Only the safeguarding lead reads it."""
    view = _log(running, who, running.today())
    return private(page("concerns.html.j2", view=view, token=token(running, who)))


@router.post("/concerns/{kind}/{id}/close")
def close(
    kind: Annotated[str, Path(pattern="^(concern|report)$")],
    id: Id,
    fields: Fields,
    reader: LeadReader,
    running: Running,
    who: Asking,
) -> Response:
    """The lead's decision: it is dealt with, and the adult may be offered again."""
    version = int(fields["version"]) if fields.get("version", "").isdecimal() else -1
    if kind == "concern":
        concerns.close_concern(running.programme.store, who, id, version)
    else:
        concerns.close_report(running.programme.store, who, id, version)
    return RedirectResponse("/concerns", 303)

"""What mailed links open: one question, the door of a desk, a code, the end of mails. GET shows, POST decides."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Depends, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import deciding, guardians, links, visits
from graph_service.actions.addresses import policy_of
from graph_service.actions.codes import MINUTES, WrongCode
from graph_service.actions.visits import begin
from graph_service.api.access import Running
from graph_service.api.routing import Router
from graph_service.desks.views.forms import Doorway, MailEnd
from graph_service.desks.views.mentor import Question
from graph_service.errors import Conflict, UsageError
from graph_service.messages.opening import transport
from graph_service.messages.texts import texts
from graph_service.web.forms import sent
from graph_service.web.language import N_, text
from graph_service.web.rendering import page

router = Router(include_in_schema=False)
Token = Annotated[str, Path(max_length=2000)]
#: What a form behind a link sends. The link itself is the secret that no other site has.
Sent = Annotated[dict[str, str], Depends(sent)]
REASON_WORDS = {
    "no_time": N_("I have no time now"),
    "not_my_field": N_("It is not my field"),
    "do_not_know_well": N_("I do not know them well enough"),
    "left_role": N_("I have another job now"),
    "not_this_time": N_("Not this time"),
}


#: Titles and hints of what a link can end in; the page of errors translates them.
ENDINGS = (
    N_("This link does not open anything"),
    N_("Open it from the mail again, or ask the programme for a new one."),
    N_("This link has ended"),
    N_("Ask the programme for a new one, if you still need it."),
    N_("Too many codes were asked for"),
    N_("Try again in an hour."),
)


def programme_name(running: Running) -> str:
    """What the programme calls itself; one without a name is called so in the reader's language."""
    return text(policy_of(running.programme.store).name)


def private(answer: Response) -> Response:
    """Behind a link nothing is kept: not by the browser, and not by anything in between."""
    answer.headers["cache-control"] = "no-store"
    return answer


def _question(running: Running, token: str) -> tuple[links.Link, Question]:
    link = links.read(running.programme.store, token, running.today(), "decide")
    found = deciding.question(running.programme.store, link, running.today())
    return link, Question(**asdict(found))


def _page(running: Running, token: str, view: Question, status: int = 200, problem: str = "") -> Response:
    name = programme_name(running)
    more = {"token": token, "problem": problem, "reasons": REASON_WORDS, "programme": name}
    return private(page("decide.html.j2", status, view=view, **more))


@router.get("/link/decide/{token}.json")
def decide_json(running: Running, token: Token) -> Question:
    return _question(running, token)[1]


@router.get("/link/decide/{token}")
def decide(running: Running, token: Token) -> Response:
    """One question. Looking changes nothing, however often and whoever looks."""
    return _page(running, token, _question(running, token)[1])


@router.post("/link/decide/{token}")
def decided(running: Running, token: Token, fields: Sent) -> Response:
    """The answer to it. Raises BadLink, LinkOver."""
    link, view = _question(running, token)
    version = int(fields["version"]) if fields.get("version", "").isdecimal() else -1
    try:
        deciding.answer(
            running.programme.store,
            link,
            fields.get("answer", ""),
            version,
            reason=fields.get("reason") or None,
            today=running.today(),
        )
    except deciding.CannotGoOn:
        said = text("This introduction cannot go on. That says nothing about you. Thank you for being there.")
        return _page(running, token, view, 409, said)
    except Conflict:
        said = text("It was answered in the meantime. This is how it stands now.")
        return _page(running, token, _question(running, token)[1], 409, said)
    except UsageError:
        return _page(running, token, view, 422, text("Choose one of the answers below."))
    return private(RedirectResponse(f"/link/decide/{token}", 303))


# --- more than the link shows ---------------------------------------------------------------------------------------


def _person_link(running: Running, token: str) -> links.Link:
    link = links.read(running.programme.store, token, running.today())
    if link.purpose not in ("decide", "desk"):
        raise links.BadLink()
    return link


@router.get("/link/desk/{token}.json")
def door_json(running: Running, token: Token) -> Doorway:
    links.read(running.programme.store, token, running.today(), "desk")
    return Doorway(name=programme_name(running), asks=("code",))


@router.get("/link/desk/{token}")
def door(running: Running, token: Token) -> Response:
    """The door of somebody's own desk: it opens with a mailed code."""
    links.read(running.programme.store, token, running.today(), "desk")
    return private(page("visit.html.j2", token=token, asked=False, problem="", minutes=MINUTES))


@router.post("/link/code/{token}")
def code(running: Running, token: Token, fields: Sent) -> Response:
    """Mail a code to the person of the link, at the address that the programme knows."""
    link, settings = _person_link(running, token), running.settings
    found = visits.ask_code(running.programme.store, settings, transport(settings), link, running.today())
    problem = "" if found.state == "sent" else text("The code could not be mailed now. Try again in a few minutes.")
    status = 200 if found.state == "sent" else 503
    return private(page("visit.html.j2", status, token=token, asked=True, problem=problem, minutes=MINUTES))


@router.post("/link/visit/{token}")
def visit(running: Running, token: Token, fields: Sent) -> Response:
    """Open a visit with the code. Raises BadLink, LinkOver."""
    link = _person_link(running, token)
    try:
        cookie, home = begin(running.programme.store, link, fields.get("code", ""))
    except WrongCode:
        said = text("This code does not open anything. It may be mistyped, used, or too old.")
        return private(page("visit.html.j2", 403, token=token, asked=True, problem=said, minutes=MINUTES))
    answer = RedirectResponse(home, 303)
    secure = (running.settings.public_url or "").startswith("https:")
    answer.set_cookie(
        visits.COOKIE, cookie, max_age=visits.HOURS * 3600, path="/", httponly=True, samesite="strict", secure=secure
    )
    return private(answer)


# --- no more mails --------------------------------------------------------------------------------------------------


def _stop_page(running: Running, token: str, link: links.Link, stopped: bool) -> HTMLResponse:
    policy = policy_of(running.programme.store)
    language = guardians.language_of(running.programme.store, link, policy.language)
    words = texts(language, running.settings.texts_dir, policy.language)
    return page("stop.html.j2", words=words, token=token, stopped=stopped, programme=words.programme(policy.name))


@router.get("/link/stop/{token}.json")
def stop_json(running: Running, token: Token) -> MailEnd:
    links.read(running.programme.store, token, running.today(), "stop")
    return MailEnd(programme=programme_name(running), stopped=False)


@router.get("/link/stop/{token}")
def stop(running: Running, token: Token) -> Response:
    """Ask whether mails shall end: opening the link alone ends nothing."""
    link = links.read(running.programme.store, token, running.today(), "stop")
    return private(_stop_page(running, token, link, False))


@router.post("/link/stop/{token}")
def stopped(running: Running, token: Token, fields: Sent) -> Response:
    """End mails to the person of the link; a mail program's one click comes here too (RFC 8058)."""
    link = links.read(running.programme.store, token, running.today(), "stop")
    guardians.stop_mail(running.programme.store, link, running.today())
    return private(_stop_page(running, token, link, True))

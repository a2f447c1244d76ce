"""The mentor's and employer contact's own pages: asks, people, a contact in two taps, a break, the year on paper."""

import secrets
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import deciding, mentoring, visits
from graph_service.actions.links import Link
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Running
from graph_service.api.routing import Router
from graph_service.desks import mentor
from graph_service.desks.views.mentor import MentorDesk, Mentors, MyYear
from graph_service.errors import Conflict, Gone, InvalidRecord, UsageError
from graph_service.web.forms import Fields, token
from graph_service.web.language import spoken, text
from graph_service.web.links import REASON_WORDS, programme_name
from graph_service.web.rendering import page
from graph_service.web.seats import Mentoring
from graph_service.web.wording import CHECK_WORDS, STEP_WORDS, WHY_WORDS

router = Router(include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]
Said = Annotated[str | None, Query(pattern=r"^[a-z_]{1,20}$")]
Logged = Annotated[str | None, Query(pattern=r"^[a-z0-9]{1,40}$")]
Since = Annotated[date | None, Query(description="first day; default the first of January")]


def _desk(
    reader: Mentoring,
    as_of: date,
    running: Running,
    who: Asking,
    *,
    status: int = 200,
    problem: str = "",
    said: str | None = None,
    logged: str | None = None,
) -> HTMLResponse:
    return page(
        "mentor.html.j2",
        status,
        keep=_keep(reader, who),
        view=mentor.desk(reader, as_of, spoken()),
        token=token(running, who),
        repeat=secrets.token_hex(8),
        problem=problem,
        said=said,
        logged=logged,
        reasons=REASON_WORDS,
        steps=STEP_WORDS,
        why=WHY_WORDS,
        checks=CHECK_WORDS,
        programme=programme_name(running),
    )


def _keep(reader: Mentoring, who: Asking) -> str:
    """What the pages of a desk carry on in their addresses, where nobody signs in and a desk was chosen."""
    return "" if reader.actor.person == who.person else f"?mentor={reader.actor.person}"


@router.get("/mentors.json")
def mentors_json(reader: CoordinatorReader, as_of: AsOf) -> Mentors:
    return mentor.mentors(reader, as_of)


@router.get("/mentors")
def mentors(reader: CoordinatorReader, as_of: AsOf, running: Running) -> HTMLResponse:
    """Who could help, how much they carry, and whose check ends. On one's own machine each desk can be looked at."""
    view = mentor.mentors(reader, as_of)
    return page("mentors.html.j2", view=view, opens=running.local_actor is not None)


@router.get("/mentor.json")
def desk_json(reader: Mentoring, as_of: AsOf) -> MentorDesk:
    return mentor.desk(reader, as_of)


@router.get("/mentor")
def desk(
    reader: Mentoring, as_of: AsOf, running: Running, who: Asking, said: Said = None, logged: Logged = None
) -> HTMLResponse:
    """What is asked of me, whom I know, what is due."""
    return _desk(reader, as_of, running, who, said=said, logged=logged)


@router.get("/mentor/year.json")
def year_json(reader: Mentoring, as_of: AsOf, since: Since = None) -> MyYear:
    return mentor.year(reader, as_of, since)


@router.get("/mentor/year")
def year(reader: Mentoring, as_of: AsOf, running: Running, who: Asking, since: Since = None) -> HTMLResponse:
    """My year, to print."""
    view = mentor.year(reader, as_of, since)
    return page("mentor_year.html.j2", view=view, keep=_keep(reader, who), programme=programme_name(running))


def _done(reader: Mentoring, who: Asking, said: str, mark: str = "receipt", logged: str | None = None) -> Response:
    more = {"mentor": reader.actor.person} if _keep(reader, who) else {}
    query = urlencode({**more, "said": said, **({"logged": logged} if logged else {})})
    return RedirectResponse(f"/mentor?{query}#{mark}", 303)


@router.post("/mentor/asks/{id}")
def answer(id: Id, fields: Fields, reader: Mentoring, as_of: AsOf, running: Running, who: Asking) -> Response:
    """Answer an ask: the same answers as behind its link."""
    today = running.today()
    found = mentoring.asked_of(running.programme.store, reader.actor, id)
    link = Link("decide", found["person"], today, id, found["party"])
    version = int(fields["version"]) if fields.get("version", "").isdecimal() else -1
    said = fields.get("answer", "")
    try:
        deciding.answer(running.programme.store, link, said, version, reason=fields.get("reason") or None, today=today)
    except deciding.CannotGoOn:
        problem = text("This introduction cannot go on. That says nothing about you. Thank you for being there.")
        return _desk(reader, as_of, running, who, status=409, problem=problem)
    except (Conflict, Gone):
        problem = text("It was answered in the meantime. This is how it stands now.")
        return _desk(reader, as_of, running, who, status=409, problem=problem)
    except UsageError:
        problem = text("Choose one of the answers below.")
        return _desk(reader, as_of, running, who, status=422, problem=problem)
    return _done(reader, who, said)


@router.post("/mentor/people/{id}/contacts")
def contact(id: Id, fields: Fields, reader: Mentoring, as_of: AsOf, running: Running, who: Asking) -> Response:
    """Log a contact in two taps."""
    today = running.today()
    try:
        day = date.fromisoformat(fields["on"]) if fields.get("on") else today
        minutes = int(fields["minutes"]) if fields.get("minutes") else None
        if minutes is not None and not 1 <= minutes <= 1440:
            raise ValueError
        made = mentoring.log_own_contact(
            running.programme.store,
            reader.actor,
            id,
            fields.get("kind", ""),
            on=day,
            today=today,
            minutes=minutes,
            repeat=fields.get("repeat") or None,
        )
    except (InvalidRecord, ValueError):
        problem = text("Say how you were in touch, on which day of the last two months, and the minutes as a number.")
        return _desk(reader, as_of, running, who, status=422, problem=problem)
    return _done(reader, who, "logged", logged=made)


@router.post("/mentor/contacts/{id}/undo")
def undo(id: Id, fields: Fields, reader: Mentoring, running: Running, who: Asking) -> Response:
    """Take a contact back that was logged here."""
    mentoring.take_own_back(running.programme.store, reader.actor, id)
    return _done(reader, who, "taken_back")


@router.post("/mentor/introductions/{id}/outcome")
def outcome(id: Id, fields: Fields, reader: Mentoring, as_of: AsOf, running: Running, who: Asking) -> Response:
    """What came of it."""
    today = running.today()
    version = int(fields["version"]) if fields.get("version", "").isdecimal() else -1
    try:
        day = date.fromisoformat(fields["on"]) if fields.get("on") else today
        mentoring.came_of_it(
            running.programme.store, reader.actor, id, fields.get("what", ""), version, on=day, today=today
        )
    except Conflict:
        problem = text("It was answered in the meantime. This is how it stands now.")
        return _desk(reader, as_of, running, who, status=409, problem=problem)
    except (UsageError, InvalidRecord, ValueError):
        problem = text("Say what came of it, and on which day.")
        return _desk(reader, as_of, running, who, status=422, problem=problem)
    return _done(reader, who, "thanks")


@router.post("/mentor/load")
def load(fields: Fields, reader: Mentoring, as_of: AsOf, running: Running, who: Asking) -> Response:
    """How much I can carry: places a month, a break, the end of a break."""
    today = running.today()
    try:
        if fields.get("do") == "pause":
            until = date.fromisoformat(fields["until"]) if fields.get("until") else None
            mentoring.pause(running.programme.store, reader.actor, since=today, until=until)
        elif fields.get("do") == "resume":
            mentoring.resume(running.programme.store, reader.actor)
        else:
            mentoring.set_capacity(running.programme.store, reader.actor, int(fields.get("places", "")))
    except (InvalidRecord, ValueError):
        problem = text("Say a number of places from 0 to 20, or a last day that is not past.")
        return _desk(reader, as_of, running, who, status=422, problem=problem)
    return _done(reader, who, "kept", "load")


@router.post("/mentor/end")
def end(fields: Fields, reader: Mentoring) -> Response:
    """End the visit on this device."""
    ended = page("visit_over.html.j2")
    ended.delete_cookie(visits.COOKIE, path="/", httponly=True, samesite="strict")
    return ended

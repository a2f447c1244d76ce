"""Who asks, and what they may read: dependencies of every route."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from graph_service.actions import visits
from graph_service.api.door import COOKIE
from graph_service.api.service import Service
from graph_service.disclosure.policy import DESKS
from graph_service.disclosure.records import RecordReader
from graph_service.disclosure.scope import Actor, ScopedReader
from graph_service.errors import NotYours, SignInNeeded

#: The cookie of a browser's session: on loopback, and behind TLS where browsers bind it to the host.
SESSION_COOKIE, HOST_COOKIE = "graph_service_session", "__Host-graph_service_session"
SAFE = ("GET", "HEAD", "OPTIONS")


def service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


def actor(request: Request, service: Annotated[Service, Depends(service)]) -> Actor:
    """The signed-in actor, who is remembered for the log. Raises SignInNeeded, BadToken, NotYours (not a member)."""
    found = _actor(request, service)
    request.state.actor = found
    return found


def _actor(request: Request, service: Service) -> Actor:
    """The signed-in actor. Raises SignInNeeded, BadToken, NotYours (not a member, or one who only reads)."""
    who = _by_visit(request, service) or _alone(request, service) or _by_token(request, service)
    if request.method not in ("GET", "HEAD", "OPTIONS") and not who.writes:
        raise NotYours("This account or token only reads.")
    return who


def _by_visit(request: Request, service: Service) -> Actor | None:
    """Whom a mailed code let in. Where one person runs the service alone it counts on the visitor's own desk only."""
    cookie, path = request.cookies.get(visits.COOKIE), request.url.path
    # As with sessions, the API is written to with a token only.
    if cookie is None or (path.startswith("/api/") and request.method not in SAFE):
        return None
    try:
        who = visits.visitor(service.programme.store, cookie)
    except SignInNeeded:
        # A visit that is over leaves its cookie behind; other ways to be known still count.
        return None
    home = visits.HOME[who.role]
    own = path in (home, f"{home}.json") or path.startswith(f"{home}/")
    return who if own or service.local_actor is None else None


def _alone(request: Request, service: Service) -> Actor | None:
    """The one person whom the service runs for on their own machine; where there is a door, only through it."""
    if service.door is None or service.local_actor is None:
        return service.local_actor
    if request.url.path.startswith("/api/") and request.method not in SAFE:
        # As with sessions: a cookie does not write through the API.
        return None
    return service.local_actor if service.door.lets_in(request.cookies.get(COOKIE)) else None


def _by_token(request: Request, service: Service) -> Actor:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return service.signed_in(token.strip())
    cookie = session_cookie(request)
    # A browser's cookie goes along with whatever a page asks for: the API is written to with a token only.
    if cookie and not (request.url.path.startswith("/api/") and request.method not in SAFE):
        return service.in_session(cookie)
    raise SignInNeeded()


def session_cookie(request: Request) -> str | None:
    """The cookie of a browser's session, if it has one."""
    return request.cookies.get(HOST_COOKIE) or request.cookies.get(SESSION_COOKIE)


def desk(name: str) -> Any:
    """A dependency: what somebody who sits at a desk reads. Raises NotYours for other roles (`policy.DESKS`)."""

    def reader(service: Annotated[Service, Depends(service)], actor: Annotated[Actor, Depends(actor)]) -> ScopedReader:
        if actor.role not in DESKS[name]:
            raise NotYours()
        return service.reader(actor)

    # What a route is for can be read from it: the table of routes and roles is made so.
    reader.desk = name  # type: ignore[attr-defined]
    return reader


def as_of(
    service: Annotated[Service, Depends(service)],
    as_of: Annotated[date | None, Query(description="the day to look at; default today")] = None,
) -> date:
    return as_of or service.today()


def records(running: Annotated[Service, Depends(service)], who: Annotated[Actor, Depends(actor)]) -> RecordReader:
    """Single records as the actor may see them; the policy says which kinds and which of them."""
    return running.programme.records(who, running.today())


Records = Annotated[RecordReader, Depends(records)]
CoordinatorReader = Annotated[ScopedReader, Depends(desk("coordinator"))]
LearnerReader = Annotated[ScopedReader, Depends(desk("learner"))]
EvaluatorReader = Annotated[ScopedReader, Depends(desk("evaluator"))]
MentorReader = Annotated[ScopedReader, Depends(desk("mentor"))]
IntroductionsReader = Annotated[ScopedReader, Depends(desk("introductions"))]
LeadReader = Annotated[ScopedReader, Depends(desk("lead"))]
CohortReader = Annotated[ScopedReader, Depends(desk("cohort"))]
AsOf = Annotated[date, Depends(as_of)]
Asking = Annotated[Actor, Depends(actor)]
Running = Annotated[Service, Depends(service)]

__all__ = [
    "AsOf",
    "Asking",
    "CohortReader",
    "CoordinatorReader",
    "EvaluatorReader",
    "IntroductionsReader",
    "LeadReader",
    "LearnerReader",
    "MentorReader",
    "Records",
    "Running",
    "Service",
    "actor",
    "desk",
    "service",
]

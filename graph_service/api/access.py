"""Who asks, and what they may read: dependencies of every route."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request

from graph_service.api.service import Service
from graph_service.disclosure.records import RecordReader
from graph_service.disclosure.scope import Actor, ScopedReader
from graph_service.errors import NotYours, SignInNeeded


def service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


def actor(request: Request, service: Annotated[Service, Depends(service)]) -> Actor:
    """The signed-in actor. Raises SignInNeeded, BadToken, NotYours (not a member)."""
    if service.local_actor is not None:
        return service.local_actor
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInNeeded()
    return service.signed_in(token.strip())


def coordinator(service: Annotated[Service, Depends(service)], actor: Annotated[Actor, Depends(actor)]) -> ScopedReader:
    """What a coordinator reads. Raises NotYours for other roles."""
    if actor.role != "coordinator":
        raise NotYours()
    return service.reader(actor)


def as_of(
    service: Annotated[Service, Depends(service)],
    as_of: Annotated[date | None, Query(description="the day to look at; default today")] = None,
) -> date:
    return as_of or service.today()


def records(running: Annotated[Service, Depends(service)], who: Annotated[Actor, Depends(actor)]) -> RecordReader:
    """Single records as the actor may see them. Raises NotYours for roles that read no records."""
    if who.role not in ("coordinator", "admin"):
        raise NotYours()
    return running.programme.records(who, running.today())


Records = Annotated[RecordReader, Depends(records)]
CoordinatorReader = Annotated[ScopedReader, Depends(coordinator)]
AsOf = Annotated[date, Depends(as_of)]
Asking = Annotated[Actor, Depends(actor)]
Running = Annotated[Service, Depends(service)]

__all__ = ["AsOf", "Asking", "CoordinatorReader", "Records", "Running", "Service", "actor", "service"]

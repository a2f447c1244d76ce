"""The factory of the service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from graph_service import __version__
from graph_service.api import (
    desks,
    evaluating,
    exports,
    introductions,
    jobs,
    networks,
    own,
    problems,
    resources,
    waves,
    work,
)
from graph_service.api.access import Running
from graph_service.api.budget import Budget
from graph_service.api.door import Door
from graph_service.api.examples import add_examples
from graph_service.api.guards import Guards
from graph_service.api.hosts import HostCheck
from graph_service.api.models import Problem
from graph_service.api.operation import Operation
from graph_service.api.routing import Router
from graph_service.api.service import Service
from graph_service.api.watching import LOG
from graph_service.disclosure.scope import Actor
from graph_service.errors import ServiceError
from graph_service.settings import Settings

SIGN_IN = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of the programme's sign-in provider, or a service token of a script.",
    }
}


def create_app(
    settings: Settings | None = None,
    *,
    local_actor: Actor | None = None,
    as_of: date | None = None,
    door: Door | None = None,
) -> FastAPI:
    """The service as an ASGI application.

    Parameters: the settings (default: the environment's); `local_actor`: who everybody is (one person on
    loopback); `as_of`: the day that pages look at (default today); `door`: what asks that one person for a
    passphrase. Without sign-in it starts all the same, and everything but `/healthz`, `/readyz` and `/openapi.json`
    answers 401.
    """
    settings = settings or Settings()
    app = FastAPI(
        title="graph-service",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=_alive,
        description="Professional networks of learners: measured, explained, and grown by warm introductions.",
    )
    app.state.service = Service(settings, local_actor, as_of, door)
    problems.register(app)
    app.include_router(_api())
    app.include_router(_health())
    # The level at which a page of 130 kB takes 1 ms instead of 4; it is some per cent longer.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(Budget, seconds=settings.answer_seconds)
    app.add_middleware(Guards)
    app.add_middleware(HostCheck, public_name=settings.public_name)
    app.add_middleware(Operation, service=app.state.service)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _alive(app: FastAPI) -> AsyncIterator[None]:
    """While a server runs the application it does what comes round by itself; a rehearsal of another day does not."""
    service: Service = app.state.service
    if service.as_of is None and "store" in service.settings.model_fields_set:
        try:
            await run_in_threadpool(service.keep_rounds)
        except ServiceError as error:
            # Why the store does not open is told to whoever asks for something, and now to whoever reads the log.
            LOG.warning("the schedule did not start", extra={"fields": {"event": "schedule", "code": error.code}})
    yield
    await run_in_threadpool(service.close)


@cache
def _api() -> Router:
    """The routes of the API, made once in a process: they are many, and know of no application."""
    # What every route may answer stands once; routes that write name more.
    api = Router(prefix="/api/v1", responses=resources.problems(*resources.READS))
    api.include_router(desks.router)
    api.include_router(own.router)
    api.include_router(evaluating.router)
    api.include_router(networks.router)
    api.include_router(introductions.router)
    api.include_router(waves.router)
    api.include_router(waves.studies)
    api.include_router(work.router)
    api.include_router(jobs.router)
    api.include_router(exports.router)
    api.include_router(resources.router())
    return api


def _described(app: FastAPI) -> dict[str, Any]:
    """The description of the API, in which the shape of a problem stands once."""
    if app.openapi_schema is None:
        made = FastAPI.openapi(app)
        made["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        add_examples(made)
        made["components"]["securitySchemes"] = SIGN_IN
        for path, operations in made["paths"].items():
            if path.startswith("/api/"):
                for each in operations.values():
                    each["security"] = [{"bearer": []}]
    return app.openapi_schema or {}


def _health() -> Router:
    router = Router(tags=["health"])

    @router.get("/healthz", operation_id="healthz")
    async def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok"}

    @router.get("/readyz", operation_id="readyz", responses=resources.problems(503))
    def readyz(service: Running) -> Any:
        """The process answers requests, and so does its store."""
        return JSONResponse({"status": "ok", "store": "answers" if service.ready() else "not configured"})

    return router

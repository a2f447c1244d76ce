"""Errors as pages: what a browser is shown where a script gets a problem in JSON. Status and headers stay."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from graph_service.api.problems import request_id
from graph_service.errors import ServiceError
from graph_service.web.rendering import page

#: Headers that belong to the body of the problem and not to the page's.
OF_THE_BODY = ("content-length", "content-type")


def wants_a_page(request: Request) -> bool:
    """Whether a person looks at this address with a browser."""
    path = request.url.path
    data = path.startswith("/api/") or path.endswith(".json")
    return not data and "text/html" in request.headers.get("accept", "")


def add_error_pages(app: FastAPI) -> None:
    """Show browsers a page where the service answers with a problem."""
    for error in (ServiceError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(error, _as_page(app.exception_handlers[error]))


def _as_page(inner: Callable[[Request, Any], Any]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handler(request: Request, error: Exception) -> Response:
        answer: Response = await inner(request, error)
        if not wants_a_page(request) or answer.status_code < 400:
            return answer
        problem = json.loads(bytes(answer.body))
        shown = page("error.html.j2", answer.status_code, problem=problem, request_id=request_id(request))
        for name, value in answer.headers.items():
            if name.lower() not in OF_THE_BODY:
                shown.headers[name] = value
        return shown

    return handler

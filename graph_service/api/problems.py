"""Every error has one shape: RFC 9457, with a code, a hint and the request's id."""

import secrets
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from graph_service.errors import ServiceError

TITLES = {404: "There is nothing at this address", 405: "This cannot be done here", 413: "The request is too large"}
CODES = {401: "sign_in_needed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def register(app: FastAPI) -> None:
    """Answer every error with a problem."""

    @app.exception_handler(ServiceError)
    async def refused(request: Request, error: ServiceError) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
        return problem(request, error.problem(), headers)

    @app.exception_handler(HTTPException)
    async def of_the_framework(request: Request, error: HTTPException) -> Response:
        if error.status_code == 304:
            return Response(status_code=304, headers=error.headers)
        title = TITLES.get(error.status_code, str(error.detail))
        code = CODES.get(error.status_code, f"http_{error.status_code}")
        body = {
            "type": f"urn:graph-service:problem:{code}",
            "title": title,
            "status": error.status_code,
            "detail": f"{title}.",
            "code": code,
        }
        return problem(request, body, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def misfit(request: Request, error: RequestValidationError) -> JSONResponse:
        # Only where and why: what was sent may be personal and is not repeated.
        errors = [
            {"field": ".".join(str(part) for part in each["loc"]), "expected": each["msg"]} for each in error.errors()
        ]
        if [each["loc"] for each in error.errors() if each["type"] == "missing"] == [("header", "If-Match")]:
            body = {
                "type": "urn:graph-service:problem:if_match_needed",
                "title": "Say which version you read",
                "status": 428,
                "detail": "Send the ETag of what you read as If-Match, so that nobody's change is overwritten unseen.",
                "code": "if_match_needed",
            }
            return problem(request, body)
        body = {
            "type": "urn:graph-service:problem:invalid_request",
            "title": "The request does not fit",
            "status": 422,
            "detail": "Some fields of the request do not fit what is expected.",
            "code": "invalid_request",
            "errors": errors,
        }
        return problem(request, body)

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> JSONResponse:
        body = {
            "type": "urn:graph-service:problem:failure",
            "title": "Something went wrong",
            "status": 500,
            "detail": "Something went wrong. Nothing was changed; the log has the request's id.",
            "code": "failure",
        }
        return problem(request, body)


def request_id(request: Request) -> str:
    """The id of this request, the same in the answer, the log and the problem."""
    found: str | None = getattr(request.state, "request_id", None)
    if found is None:
        found = secrets.token_hex(8)
        request.state.request_id = found
    return found


def problem(request: Request, body: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer of media type application/problem+json."""
    id = request_id(request)
    body = body | {"instance": request.url.path, "request_id": id}
    retry = {"Retry-After": "5"} if body["status"] == 503 else {}
    headers = retry | (headers or {}) | {"X-Request-Id": id, "Cache-Control": "no-store"}
    return JSONResponse(body, status_code=body["status"], media_type="application/problem+json", headers=headers)

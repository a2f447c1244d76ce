"""What happens around every request: a limit, a log line, figures, and the trail of writes. Nothing personal in any."""

import hashlib
import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph_service import clock
from graph_service.api.problems import problem, request_id
from graph_service.api.service import Service

API = "/api/v1"
SAFE = ("GET", "HEAD", "OPTIONS")
#: Clients that are remembered for the limit of requests; the one that was silent longest is forgotten first.
REMEMBERED = 10_000
TOO_MANY = {
    "type": "urn:graph-service:problem:too_many_requests",
    "title": "Too many requests",
    "status": 429,
    "detail": "Too many requests in a short time. Wait, then go on more slowly.",
    "code": "too_many_requests",
}
NOT_NOTED = {
    "type": "urn:graph-service:problem:not_noted",
    "title": "The write could not be noted in the audit trail",
    "status": 503,
    "detail": "What was asked for may have been done, but is not acknowledged: its line could not be put on the disk.",
    "code": "not_noted",
}


class Limit:
    """A bucket of tokens for each client: so many requests a minute, a third of them at once."""

    def __init__(self, per_minute: float) -> None:
        self.rate, self.most = per_minute / 60.0, max(per_minute / 3.0, 1.0)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, client: str) -> float:
        """Take a token; seconds to wait where there is none, else 0."""
        now = time.monotonic()
        with self._lock:
            left, at = self._buckets.pop(client, (self.most, now))
            left = min(self.most, left + (now - at) * self.rate)
            self._buckets[client] = (left - 1.0 if left >= 1.0 else left, now)
            while len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        return 0.0 if left >= 1.0 else (1.0 - left) / self.rate


def client_of(request: Request) -> str:
    """Who is counted: a token or session by its hash, else the address."""
    secret = request.headers.get("authorization") or request.headers.get("cookie")
    if secret:
        return hashlib.blake2b(secret.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return request.client.host if request.client else ""


def route_of(scope: Scope) -> str:
    """The address as it is declared, without what stands in it: the only form that is logged."""
    path = getattr(scope.get("route"), "path", None)
    if path and str(scope["path"]).startswith(API) and not path.startswith(API):
        # A route of an included router may know itself without the router's prefix.
        path = API + path
    return str(path) if path else "static" if str(scope["path"]).startswith("/static/") else "unknown"


#: Requests that one process works on at once; more would only share its one interpreter, and each holds a connection.
THREADS = 8


class Operation:
    """Limit, log, measure and note every request."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app, self.service = app, service
        per_minute = service.settings.rate_limit
        # Whoever sits at their own machine is not limited.
        self.limit = Limit(per_minute) if per_minute and service.local_actor is None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        current_default_thread_limiter().total_tokens = THREADS
        request, begun = Request(scope, receive), time.perf_counter()
        seen: dict[str, Any] = {"status": 500}
        id = request_id(request)
        writes = request.method not in SAFE

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                if not any(name.lower() == b"x-request-id" for name, _ in message["headers"]):
                    message["headers"] = [*message["headers"], (b"x-request-id", id.encode())]
                if writes and not await self._note(scope, request, id, seen["status"]):
                    seen["refused"] = True
                    seen["status"] = 503
                    await problem(request, NOT_NOTED)(scope, receive, send)
            if not seen.get("refused"):
                await send(message)

        wait = self.limit.wait(client_of(request)) if self.limit else 0.0
        try:
            if wait:
                seen["status"] = 429
                await problem(request, TOO_MANY, {"Retry-After": str(int(wait) + 1)})(scope, receive, send)
            else:
                await self.app(scope, receive, noted)
        finally:
            took = time.perf_counter() - begun
            self.service.watched(id, request.method, route_of(scope), seen["status"], took, _role(request))

    async def _note(self, scope: Scope, request: Request, id: str, status: int) -> bool:
        """Put a line about a write on the disk. False where that is not possible: then it is not acknowledged."""
        actor = getattr(request.state, "actor", None)
        if actor is None and status >= 400:
            return True  # Nobody was let in: nothing can have been written.
        line = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "request": id,
            "actor": None if actor is None else actor.name,
            "role": None if actor is None else actor.role,
            "method": request.method,
            "route": route_of(scope),
            "status": status,
        }
        try:
            await run_in_threadpool(self.service.note, line)
        except OSError:
            return False
        return True


def _role(request: Request) -> str | None:
    actor = getattr(request.state, "actor", None)
    return None if actor is None else str(actor.role)

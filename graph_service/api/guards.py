"""Guards in front of every route: no writes from other sites, no oversize bodies, headers that browsers obey."""

import asyncio
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph_service.api.budget import BODY_SECONDS
from graph_service.api.problems import problem

#: Bytes of the largest body; a batch of the most records that are taken at once fits.
LARGEST = 2_000_000
#: Brackets that may be open at once in a JSON body.
DEEPEST = 32
#: Files are taken in as they come and may be larger; the route counts their bytes.
UPLOADS = "/api/v1/imports"
SAFE = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}
#: Of everything but static files: what is about people is asked for again each time, and kept by no proxy.
NOT_KEPT = {"cache-control": "private, no-cache"}
#: Of data; pages have their own policy.
DATA = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
REFUSALS = {
    "cross_site": (403, "Another site may not write here", "Send the request from the service's own pages."),
    "too_large": (413, "The request is too large", f"A body has at most {LARGEST} bytes."),
    "too_slow": (408, "The request came too slowly", f"A body has to be there within {BODY_SECONDS:g} seconds."),
    "too_deep": (422, "The request is nested too deeply", f"At most {DEEPEST} brackets are open at once."),
}


def headers_of(path: str) -> dict[str, str]:
    """The headers of answers at an address."""
    kept = {} if path.startswith("/static/") else NOT_KEPT
    data = DATA if path.startswith(("/api/", "/healthz", "/readyz", "/openapi.json")) else {}
    return HEADERS | kept | data


def _refusal(request: Request, code: str) -> ASGIApp:
    status, title, hint = REFUSALS[code]
    kind = f"urn:graph-service:problem:{code}"
    return problem(
        request, {"type": kind, "title": title, "status": status, "detail": hint, "code": code, "hint": hint}
    )


def cross_site(request: Request) -> bool:
    """Whether a browser says that another site made a request that may write."""
    if request.method in SAFE:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        # The browser's own word. Our pages send no referrer, so that even their own forms come with "Origin: null".
        return site not in ("none", "same-origin")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()


def too_deep(body: bytes) -> bool:
    """Whether more brackets than allowed are open at once, outside of texts; found without parsing."""
    depth, text, escaped = 0, False, False
    for byte in body:
        if text:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                text = False
        elif byte == 0x22:
            text = True
        elif byte in b"[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


class Guards:
    """Refuse what no route should see, and add the headers that an answer does not set itself."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST, seconds: float = BODY_SECONDS) -> None:
        self.app, self.largest, self.seconds = app, largest, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                more = [(name.encode(), value.encode()) for name, value in headers_of(scope["path"]).items()]
                message["headers"] = [*message["headers"], *(each for each in more if each[0] not in there)]
            await send(message)

        if cross_site(request):
            await _refusal(request, "cross_site")(scope, receive, with_headers)
            return
        if request.method in SAFE or scope["path"] == UPLOADS:
            await self.app(scope, receive, with_headers)
            return
        try:
            body = await asyncio.wait_for(self._body(request, receive), self.seconds)
        except TimeoutError:
            await _refusal(request, "too_slow")(scope, receive, with_headers)
            return
        code = "too_large" if body is None else "too_deep" if too_deep(body) else None
        if code is not None:
            await _refusal(request, code)(scope, receive, with_headers)
            return
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, with_headers)

    async def _body(self, request: Request, receive: Receive) -> bytes | None:
        """The body, or None when it is too large; what it claims to be is not believed."""
        claimed = request.headers.get("content-length", "0")
        if claimed.isdigit() and int(claimed) > self.largest:
            return None
        parts, size = [], 0
        while True:
            message = await receive()
            part = message.get("body", b"")
            parts.append(part)
            size += len(part)
            if size > self.largest:
                return None
            if not message.get("more_body", False):
                return b"".join(parts)

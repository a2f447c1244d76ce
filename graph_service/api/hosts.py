"""The Host check: the service answers only under its own names, so that no other site can reach it by a trick."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class HostCheck:
    """Refuse a request whose Host is neither a loopback name nor the configured public name."""

    def __init__(self, app: ASGIApp, public_name: str | None) -> None:
        self.app = app
        self.names = {*LOOPBACK, *([public_name.lower()] if public_name else [])}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            host = request.headers.get("host", "").lower()
            name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
            if name not in self.names:
                from graph_service.api.problems import problem

                body = {
                    "type": "urn:graph-service:problem:wrong_host",
                    "title": "The service does not answer under this name",
                    "status": 400,
                    "detail": "Use its own name, or set GRAPH_SERVICE_PUBLIC_NAME.",
                    "code": "wrong_host",
                }
                await problem(request, body)(scope, receive, send)
                return
        await self.app(scope, receive, send)

"""Time budgets: who sends slowly and who is answered slowly both get a problem, and hold no place for good."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph_service.api.problems import problem

#: Seconds in which a request's body has to be there.
BODY_SECONDS = 20.0
#: Seconds after which somebody who was told that it took too long may ask again.
RETRY_SECONDS = 5
#: Answers that are long by nature: whole tables.
LONG = ("/api/v1/exports/",)
SAFE = ("GET", "HEAD")


class Budget:
    """Answer 503 to a read that has not begun to answer in `seconds`. Writes are never cut off."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app, self.seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in SAFE or scope["path"].startswith(LONG):
            await self.app(scope, receive, send)
            return
        begun = over = False

        async def watched(message: Message) -> None:
            nonlocal begun
            if not over:
                begun = True
                await send(message)

        work = asyncio.ensure_future(self.app(scope, receive, watched))
        done, _ = await asyncio.wait({work}, timeout=self.seconds)
        if done or begun:
            await work
            return
        # The thread that reads cannot be stopped; it ends by itself, within the store's own time limit, unheard.
        over = True
        work.add_done_callback(_unheard)
        work.cancel()
        await _too_long(Request(scope, receive), self.seconds)(scope, receive, send)


def _unheard(work: "asyncio.Future[Any]") -> None:
    if not work.cancelled():
        work.exception()


def _too_long(request: Request, seconds: float) -> ASGIApp:
    body = {
        "type": "urn:graph-service:problem:took_too_long",
        "title": "The answer took too long",
        "status": 503,
        "detail": f"It was not there within {seconds:g} seconds. Ask for less, or again in a moment.",
        "code": "took_too_long",
    }
    return problem(request, body, {"Retry-After": str(RETRY_SECONDS)})

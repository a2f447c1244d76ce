"""Signing in with the one passphrase of `solo`."""

import math

from fastapi.responses import RedirectResponse, Response

from graph_service.api.door import COOKIE, Door
from graph_service.errors import TooSoon, WrongPassphrase
from graph_service.web.language import text
from graph_service.web.rendering import page


def form(door: Door, to: str, *, status: int = 200, problem: str = "") -> Response:
    """The form that asks for it. to: the page to go on to."""
    return page("passphrase.html.j2", status, to=to, problem=problem, minutes=door.idle / 60)


def enter(door: Door, fields: dict[str, str], to: str) -> Response:
    """Let the browser in, or say why not."""
    try:
        cookie = door.enter(fields.get("passphrase", ""))
    except TooSoon as wait:
        seconds = math.ceil(wait.seconds)
        shown = form(door, to, status=429, problem=text("Wait %(n)s seconds, then try again.", n=seconds))
        shown.headers["Retry-After"] = str(seconds)
        return shown
    except WrongPassphrase:
        problem = text("This passphrase does not open the store. Look whether the capitals are locked.")
        return form(door, to, status=403, problem=problem)
    answer = RedirectResponse(to, 303)
    # No lifetime: it ends with the browser. Strict: nobody comes here from another site's link.
    answer.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="strict")
    return answer

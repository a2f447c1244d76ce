"""What a form sends, and that it comes from a page of this service."""

import hmac
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, HTTPException, Request

from graph_service.api.access import Asking, Running
from graph_service.errors import NotYours

#: Bytes of a form at most.
LONGEST = 64 * 1024


def token(running: Running, who: Asking) -> str:
    """What a page of this actor puts into its forms. Keyed by the store's secret: no other site can know it."""
    return running.programme.store.internal_id("form", who.role, who.name)


async def sent(request: Request) -> dict[str, str]:
    """The fields of a form as text. Raises 413 for what is too large, 415 for what is no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "This takes a form")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise HTTPException(413, "The request is too large")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1500))


def trusted(
    request: Request,
    fields: Annotated[dict[str, str], Depends(sent)],
    running: Running,
    who: Asking,
) -> dict[str, str]:
    """The fields of a form that a page of this service showed to this actor. Raises NotYours."""
    origin = request.headers.get("origin")
    foreign = origin not in (None, "null") and urlsplit(origin or "").netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotYours()
    if not hmac.compare_digest(fields.get("token", "").encode(), token(running, who).encode()):
        raise NotYours()
    return fields


Fields = Annotated[dict[str, str], Depends(trusted)]

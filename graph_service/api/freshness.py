"""Whether an answer has changed: an ETag from what it rests on, before anything is computed."""

import hashlib
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response

from graph_service.api.access import actor, service
from graph_service.api.service import Service
from graph_service.disclosure.scope import POLICY_REVISION, Actor


def fresh(
    request: Request,
    response: Response,
    running: Annotated[Service, Depends(service)],
    who: Annotated[Actor, Depends(actor)],
) -> None:
    """Set the ETag of this answer; a client that has it already gets 304 and no body."""
    meta = running.programme.store.meta()
    about = (meta.id, meta.epoch, meta.revision, POLICY_REVISION, running.today(), who, str(request.url.query))
    tag = f'W/"{hashlib.blake2b(repr((request.url.path, *about)).encode(), digest_size=12).hexdigest()}"'
    response.headers["ETag"] = tag
    if tag in request.headers.get("if-none-match", ""):
        raise HTTPException(304, headers={"ETag": tag})


def item_version(match: str) -> int:
    """The version in an If-Match header."""
    return int(match.strip('"'))

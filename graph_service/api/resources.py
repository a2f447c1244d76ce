"""A collection for every resource: list, read, add, correct, retract, history. Made of the declarations."""

import json
import secrets
from dataclasses import asdict
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel

from graph_service.actions import batches, writing
from graph_service.api.access import Records, Service, service
from graph_service.api.freshness import fresh, item_version
from graph_service.api.models import Kept, KeptPage, batch_model, new_model, page_model, record_model
from graph_service.api.routing import Router
from graph_service.errors import UnknownParameter
from graph_service.records.kind import Field
from graph_service.records.registry import KINDS
from graph_service.records.resources import RESOURCES, Resource

Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$", description="internal id")]
After = Annotated[str, Query(pattern=r"^[a-z0-9]{0,40}$", description="give records after this id")]
Limit = Annotated[int, Query(ge=1, le=500, description="records in a page")]
IfMatch = Annotated[
    str, Header(alias="If-Match", pattern=r'^"?[0-9]{1,12}"?$', description="the version that was read")
]
Repeat = Annotated[
    str | None,
    Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,200}$", description="the same key is the same request"),
]


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The errors that a route may answer, each in the one shape."""
    media = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {code: {"description": "a problem", "content": media} for code in codes}


READS = (400, 401, 403, 404, 422, 429, 503)
WRITES = (400, 401, 403, 404, 408, 409, 412, 413, 422, 428, 429, 503)


@cache
def router() -> Router:
    """The routes of every resource."""
    made = Router()
    for each in RESOURCES:
        one = Router()
        _collection(one, each)
        if each.writable:
            _writes(one, each)
        if each.batches:
            _batch(one, each)
        made.include_router(one)
    return made


def _filters(of: Resource) -> dict[str, Field]:
    """Fields that a list can be narrowed by: codes and references."""
    return {each.name: each for each in KINDS[of.kind] if each.type.shape in ("code", "ref") and not each.many}


def _collection(made: Router, of: Resource) -> None:
    kind = KINDS[of.kind]
    tag, name = of.path, of.path.replace("-", "_")
    Page, Item = page_model(of), record_model(of)
    filters = _filters(of)

    def listed(
        request: Request,
        response: Response,
        records: Records,
        after: After = "",
        limit: Limit = 100,
        where: Annotated[
            list[str],
            Query(max_length=8, description=f"FIELD:VALUE, one of {', '.join(filters) or 'none'}"),
        ] = [],  # noqa: B006
    ) -> Any:
        equals = {}
        for word in where:
            field, _, value = word.partition(":")
            if field not in filters:
                raise UnknownParameter(f"A list of {of.path} is narrowed by {', '.join(filters) or 'nothing'}.")
            equals[field] = value
        rows, last = records.page(of, after, limit, equals)
        found = None
        if last:
            query = urlencode({"after": last, "limit": limit, "where": where}, doseq=True)
            found = f"{request.url.path}?{query}"
            response.headers["Link"] = f'<{found}>; rel="next"'
        return {"items": rows, "next": found}

    listed.__doc__ = f"{kind.doc} In order of id, a page at a time."

    def one(response: Response, records: Records, id: Id) -> Any:
        record = records.get(of, id)
        response.headers["ETag"] = f'"{record["version"]}"'
        return record

    one.__doc__ = f"One of them. {kind.doc}"

    def past(records: Records, id: Id) -> Any:
        return {"items": records.history(of, id), "next": None}

    past.__doc__ = "Every version of it, oldest first: what was known when."
    common: dict[str, Any] = {"tags": [tag], "responses": problems(*READS)}
    looked = [Depends(fresh)]
    made.add_api_route(
        f"/{of.path}", listed, operation_id=f"list_{name}", response_model=Page, dependencies=looked, **common
    )
    made.add_api_route(f"/{of.path}/{{id}}", one, operation_id=f"get_{name}", response_model=Item, **common)
    made.add_api_route(
        f"/{of.path}/{{id}}/history", past, operation_id=f"history_of_{name}", response_model=Page, **common
    )


def _writes(made: Router, of: Resource) -> None:
    name = of.path.replace("-", "_")
    kind, New, Item = KINDS[of.kind], new_model(of), record_model(of)
    Running = Annotated[Service, Depends(service)]

    def add(response: Response, records: Records, running: Running, body: BaseModel, repeat: Repeat = None) -> Any:
        record, receipt = writing.add(running.programme.store, records, of, _values(body), repeat=repeat)
        response.status_code = 201 if receipt.added else 200
        response.headers["ETag"] = f'"{record["version"]}"'
        response.headers["Location"] = f"/api/v1/{of.path}/{record['id']}"
        return records.shown(of, record)

    add.__doc__ = f"Add one. {kind.doc}"

    def correct(response: Response, records: Records, running: Running, id: Id, match: IfMatch, body: BaseModel) -> Any:
        store = running.programme.store
        record, _ = writing.correct(store, records, of, id, item_version(match), _values(body))
        response.headers["ETag"] = f'"{record["version"]}"'
        return records.shown(of, record)

    correct.__doc__ = "Correct it: the next version takes its place, the old one stays readable as known then."

    def retract(records: Records, running: Running, id: Id, match: IfMatch) -> Response:
        writing.retract(running.programme.store, records, of, id, item_version(match))
        return Response(status_code=204)

    retract.__doc__ = "Retract it: it counts no longer, and stays readable as known then."
    for each in (add, correct):
        each.__annotations__["body"] = New
    common: dict[str, Any] = {"tags": [of.path], "responses": problems(*WRITES)}
    item = f"/{of.path}/{{id}}"
    made.add_api_route(
        f"/{of.path}",
        add,
        methods=["POST"],
        operation_id=f"add_{name}",
        status_code=201,
        response_model=Item,
        tags=[of.path],
        responses={200: {"model": Item, "description": "it was there already"}, **problems(*WRITES)},
    )
    made.add_api_route(item, correct, methods=["PUT"], operation_id=f"correct_{name}", response_model=Item, **common)
    made.add_api_route(
        item,
        retract,
        methods=["DELETE"],
        operation_id=f"retract_{name}",
        status_code=204,
        response_class=Response,
        **common,
    )


def _batch(made: Router, of: Resource) -> None:
    Running = Annotated[Service, Depends(service)]

    def add_many(records: Records, running: Running, body: Any, repeat: Repeat = None) -> Any:
        items = [_values(each) for each in body.items]
        key = repeat or secrets.token_hex(16)
        told = batches.add_many(running.programme.store, records, of, items, repeat=key)
        counts = {name: sum(each.outcome == name for each in told) for name in ("added", "unchanged", "rejected")}
        return KeptPage(items=[Kept(**asdict(each)) for each in told], **counts)

    add_many.__doc__ = (
        "Add up to 500 in one write. Good ones are kept; each other one is told why not. "
        "The same Idempotency-Key with the same items changes nothing."
    )
    add_many.__annotations__["body"] = batch_model(of)
    made.add_api_route(
        f"/{of.path}/batch",
        add_many,
        methods=["POST"],
        operation_id=f"add_many_{of.path.replace('-', '_')}",
        response_model=KeptPage,
        tags=[of.path],
        responses=problems(*WRITES),
    )


def _values(body: BaseModel) -> dict[str, Any]:
    values = body.model_dump()
    for name, value in values.items():
        if name == "pairs" and value is not None:
            try:
                json.loads(value)
            except ValueError:
                raise UnknownParameter("pairs is written as JSON: [[0, 2]].") from None
    return values

"""One employer in the browser: contacts, places, experiences, and the ledger of asks with the form that adds to it."""

import secrets
from collections import defaultdict
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import asking
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Records, Running
from graph_service.api.routing import Router
from graph_service.api.work import EmployerView, employer_view
from graph_service.desks.finding import one_called, organization_called
from graph_service.desks.naming import names_of
from graph_service.desks.work import WAY_BACK, NearAsk, asks_near, work_of
from graph_service.web.forms import Fields, token
from graph_service.web.refusals import PROBLEMS, day_of, number_of, told
from graph_service.web.rendering import page

router = Router(include_in_schema=False)
Key = Annotated[str, Path(max_length=200, description="the employer's own key")]


@router.get("/work/employer/{key}.json")
def employer_json(reader: CoordinatorReader, as_of: AsOf, key: Key) -> EmployerView:
    return employer_view(reader, as_of, key)


@router.get("/work/employer/{key}")
def employer(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf, key: Key, said: str = ""
) -> HTMLResponse:
    """One employer: contacts, asks of every school, places, experiences."""
    return _employer(reader, running, who, as_of, key, said=said == "done")


def _employer(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: date, key: str, *, said: bool = False,
    problem: str = "", given: dict[str, str] | None = None, near: tuple[NearAsk, ...] = (), status: int = 200,
) -> HTMLResponse:  # fmt: skip
    return page(
        "work_employer.html.j2", status, view=employer_view(reader, as_of, key), as_of=as_of, said=said,
        problem=problem, given=defaultdict(str, given or {}), near=near, way=WAY_BACK, token=token(running, who),
        me="" if who.person is None else names_of(reader, as_of, [who.person])[who.person],
        repeat=secrets.token_hex(8),
    )  # fmt: skip


@router.post("/work/employer/{key}/ask")
def ask(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, key: Key
) -> Response:
    """Keep an ask; where another school was close, first show who asked and when."""
    today = running.today()
    employer_view(reader, today, key)
    near: tuple[NearAsk, ...] = ()
    try:
        work, on = work_of(reader, today), day_of(fields, "on")
        values: dict[str, Any] = {
            "organization": next(
                id for id, row in work.organizations.items() if row["kind"] == "employer" and row["key"] == key
            ),
            "school": organization_called(work, fields.get("school", "")), "date": on, "ask": fields.get("ask", ""),
            "by": one_called(reader, today, fields.get("by", "")),
        }  # fmt: skip
        near = asks_near(reader, today, values["organization"], values["school"], on)
        repeat = fields.get("repeat") or None
        store, others = running.programme.store, [asdict(each) for each in near]
        asking.ask(store, records, values, others, fields.get("how", ""), repeat=repeat)
    except PROBLEMS as error:
        problem, status = told(error)
        return _employer(
            reader, running, who, today, key, given=fields, near=near, status=status,
            problem="" if isinstance(error, asking.AskedAlready) else problem,
        )  # fmt: skip
    return RedirectResponse(f"/work/employer/{key}?said=done#receipt", 303)


@router.post("/work/employer/{key}/answer")
def answer(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, key: Key
) -> Response:
    """Keep what came of an ask."""
    today = running.today()
    try:
        version = int(number_of(fields, "version"))
        asking.answered(
            running.programme.store, records, fields.get("id", ""), version, fields.get("answer", ""), today
        )
    except PROBLEMS as error:
        problem, status = told(error)
        return _employer(reader, running, who, today, key, problem=problem, status=status)
    return RedirectResponse(f"/work/employer/{key}?said=done#receipt", 303)

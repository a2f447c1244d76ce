"""Write down what the intermediary does: one form for every kind, made from its declaration."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import attending, writing
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Records, Running
from graph_service.api.routing import Router
from graph_service.desks.entering import ENTERED, entry, said
from graph_service.desks.finding import people_named
from graph_service.desks.views.entering import Entry
from graph_service.desks.views.forms import Contents, Linked
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.web.entry_words import MEASURED, TITLES, label
from graph_service.web.forms import Fields, token
from graph_service.web.language import text
from graph_service.web.refusals import PROBLEMS, number_of, told
from graph_service.web.rendering import page
from graph_service.web.work_tables import NUMBERS, cell

router = Router(include_in_schema=False)
What = Annotated[str, Path(pattern=f"^({'|'.join(ENTERED)})$", description="which kind of record")]
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
#: How a table shows the values of a field, by the field's sort.
SHOWN = {"number": "number", "date": "day", "bool": "yes"}


@router.get("/work/enter.json")
def contents_json(reader: CoordinatorReader) -> Contents:
    return Contents(
        items=tuple(Linked(title=text(TITLES[each][0]), path=f"/work/enter/{each}.json") for each in ENTERED)
    )


@router.get("/work/enter")
def contents(reader: CoordinatorReader) -> HTMLResponse:
    """What can be written down."""
    return page("work_enter_list.html.j2", titles={each: TITLES[each] for each in ENTERED})


@router.get("/work/enter/{path}.json")
def entry_json(reader: CoordinatorReader, records: Records, running: Running, as_of: AsOf, path: What) -> Entry:
    return entry(reader, records, as_of, path, instrument=running.settings.instrument)


@router.get("/work/enter/{path}")
def form(
    request: Request, reader: CoordinatorReader, records: Records, running: Running, who: Asking, as_of: AsOf,
    path: What, kept: str = "",
) -> HTMLResponse:  # fmt: skip
    """A form, and what is on record; whoever links here may fill fields in."""
    return _form(reader, records, running, who, as_of, path, None, given=request.query_params, kept=kept == "yes")


@router.get("/work/enter/{path}/{id}.json")
def one_json(reader: CoordinatorReader, records: Records, running: Running, as_of: AsOf, path: What, id: Id) -> Entry:
    return entry(reader, records, as_of, path, id, running.settings.instrument)


@router.get("/work/enter/{path}/{id}")
def one(
    reader: CoordinatorReader, records: Records, running: Running, who: Asking, as_of: AsOf, path: What, id: Id
) -> HTMLResponse:
    """A record to change or take back."""
    return _form(reader, records, running, who, as_of, path, id)


def _form(
    reader: CoordinatorReader, records: Records, running: Running, who: Asking, as_of: AsOf, path: str, id: str | None,
    *, given: Mapping[str, str] | None = None, problem: str = "", status: int = 200, kept: bool = False,
) -> HTMLResponse:  # fmt: skip
    view = entry(reader, records, as_of, path, id, running.settings.instrument)
    columns = [each for each in view.fields if each.sort != "long" or len(view.fields) < 8]
    sorts = {each.name: each.vocabulary or SHOWN.get(each.sort, "text") for each in columns}
    rows = [(row.id, [_shown(each.name, row.values[each.name], sorts) for each in columns]) for row in view.rows]
    return page(
        "work_enter.html.j2", status, view=view, title=TITLES[path][0], lead=TITLES[path][1], columns=columns,
        rows=rows, sorts=sorts, numbers=NUMBERS, given=dict(given or {}), problem=problem, kept=kept, as_of=as_of,
        token=token(running, who), repeat=secrets.token_hex(8), called=lambda field: label(path, field),
        measured=MEASURED,
    )  # fmt: skip


def _shown(name: str, value: Any, sorts: Mapping[str, str]) -> str:
    if name == "measure" and value in MEASURED:
        return text(MEASURED[value])
    return cell(None if value == "" else value, sorts[name])


@router.post("/work/enter/{path}")
def add(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, path: What
) -> Response:
    """Keep a new record."""
    today, store = running.today(), running.programme.store
    try:
        if path == "attendance":
            people = people_named(reader, today, fields.get("person", ""))
            made = said(reader, today, path, {**fields, "person": ""}, apart=("person",))
            attending.attend(store, records, made["convening"], people, made["community"], made["group"])
        else:
            made = said(reader, today, path, fields)
            writing.add(store, records, BY_PATH[path], made, repeat=fields.get("repeat") or None)
    except PROBLEMS as error:
        problem, status = told(error)
        return _form(reader, records, running, who, today, path, None, given=fields, problem=problem, status=status)
    return RedirectResponse(f"/work/enter/{path}?kept=yes#receipt", 303)


@router.post("/work/enter/{path}/{id}")
def change(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, path: What, id: Id
) -> Response:
    """Put a changed record in the place of the one that was read, or take it back."""
    today, store, of = running.today(), running.programme.store, BY_PATH[path]
    try:
        version = int(number_of(fields, "version"))
        if fields.get("do") == "take-back":
            if path == "attendance":
                attending.leave(store, records, id, version)
            else:
                writing.retract(store, records, of, id, version)
        else:
            before = records.get(of, id)
            made = said(reader, today, path, {**fields, "key": before.get("key") or ""})
            if path == "attendance":
                attending.attend(store, records, made["convening"], [made["person"]], made["community"], made["group"])
            else:
                stays = {name: before[name] for name in KINDS[of.kind].by_name}
                writing.correct(store, records, of, id, version, {**stays, **made})
    except PROBLEMS as error:
        problem, status = told(error)
        return _form(reader, records, running, who, today, path, id, given=fields, problem=problem, status=status)
    return RedirectResponse(f"/work/enter/{path}?kept=yes#receipt", 303)

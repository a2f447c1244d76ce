"""The intermediary's own work in pages: a list each, an employer's page, and reports, with their JSON twins."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import HTMLResponse

from graph_service.api.access import AsOf, CoordinatorReader, Running
from graph_service.api.routing import Router
from graph_service.api.work import EquityView, First, equity_view
from graph_service.desks.reports import equity
from graph_service.desks.views.forms import Contents, Linked
from graph_service.desks.work import LISTS, listed
from graph_service.web.language import text
from graph_service.web.rendering import page
from graph_service.web.work_tables import NUMBERS, SHOWN, cell

router = Router(include_in_schema=False)
Name = Annotated[str, Path(pattern=f"^({'|'.join(LISTS)})$", description="which list")]
Limit = Annotated[int, Query(ge=1, le=5000, description="rows at most")]

#: Lists whose rows have a page of their own.
PAGES = {
    "employers": "/work/employer/{0.key}",
    "sites": "/work/community/{0.id}",
    "experiences": "/work/experience/{0.id}",
}


@router.get("/work.json")
def contents_json(reader: CoordinatorReader) -> Contents:
    return Contents(
        items=tuple(Linked(title=text(each.title), path=f"/work/{name}.json") for name, each in SHOWN.items())
    )


@router.get("/work")
def contents(reader: CoordinatorReader) -> HTMLResponse:
    """What there is of the intermediary's work."""
    return page("work.html.j2", lists=SHOWN)


@router.get("/work/equity.json")
def equity_json(reader: CoordinatorReader, as_of: AsOf, first: First = None) -> EquityView:
    return equity_view(reader, as_of, first)


@router.get("/work/equity")
def equity_page(reader: CoordinatorReader, as_of: AsOf, first: First = None) -> HTMLResponse:
    """Access, quality, mode, pay and network growth by subgroup, and each mode against in person."""
    view = equity(reader, as_of, first)
    return page("work_equity.html.j2", reports=view.reports, modes=view.modes, as_of=as_of)


@router.get("/work/{name}.json")
def list_json(reader: CoordinatorReader, running: Running, as_of: AsOf, name: Name) -> dict[str, Any]:
    found = listed(reader, name, as_of, running.settings.wage_rule)
    return {"as_of": as_of, "rows": [asdict(each) for each in found]}


@router.get("/work/{name}")
def list_page(reader: CoordinatorReader, running: Running, as_of: AsOf, name: Name, limit: Limit = 200) -> HTMLResponse:
    """One list."""
    found = listed(reader, name, as_of, running.settings.wage_rule)
    shown = SHOWN[name]
    rows = [[cell(getattr(row, field), sort) for field, _, sort in shown.columns] for row in found[:limit]]
    links = [PAGES[name].format(row) for row in found[:limit]] if name in PAGES else []
    return page(
        "work_list.html.j2", name=name, shown=shown, rows=rows, links=links, total=len(found), as_of=as_of,
        numbers=NUMBERS, rule=found[0].rule if name == "priorities" and found else None, limit=limit,
    )  # fmt: skip

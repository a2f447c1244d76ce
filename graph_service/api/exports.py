"""Exports: the tables of the desks as CSV, safe in a spreadsheet, scoped and suppressed like the desks themselves."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Depends, Path, Response
from pydantic import BaseModel, Field

from graph_service.api.access import Asking, AsOf, Running, desk
from graph_service.api.freshness import fresh
from graph_service.api.resources import READS, problems
from graph_service.api.routing import Router
from graph_service.desks import cohort, coordinator, evaluator, measured
from graph_service.disclosure.scope import ScopedReader
from graph_service.errors import NotFound, NotYours
from loaders.rejects import escape

router = Router(prefix="/exports", tags=["exports"], dependencies=[Depends(desk("exports"))])
#: Rows of the largest export; a longer one is made on the command line.
MOST = 100_000
Row = Sequence[Any]


@dataclass(frozen=True)
class Declared:
    """One table that can be taken along: what it is, for which roles, and its rows (the first one is the head)."""

    name: str
    says: str
    roles: tuple[str, ...]
    rows: Callable[[ScopedReader, date], Iterable[Row]]


def _worklist(reader: ScopedReader, as_of: date) -> Iterable[Row]:
    view = coordinator.worklist(reader, as_of, limit=MOST)
    names = ("person_id", "name", "site", "group", "network_size", "professional", "dormant", "recorded_contacts",
             "days_since_adult_contact", "gained", "lost", "net")  # fmt: skip
    yield names
    yield from ([getattr(row, name) for name in names] for row in view.rows)


def _measures(reader: ScopedReader, as_of: date) -> Iterable[Row]:
    page, _ = measured.measured(reader, as_of, limit=MOST)
    yield ["person_id", *page.columns]
    yield from ([row.person_id, *(row.values[id] for id in page.columns)] for row in page.items)


def _growth(reader: ScopedReader, as_of: date) -> Iterable[Row]:
    page, _ = measured.grown(reader, as_of - timedelta(days=coordinator.GROWTH_DAYS), as_of, limit=MOST)
    yield ["person_id", *page.columns]
    yield from ([row.person_id, *(row.values[id] for id in page.columns)] for row in page.items)


def _cohort(reader: ScopedReader, as_of: date) -> Iterable[Row]:
    view = cohort.cohort(reader, as_of)
    yield ["site", *view.groups, "learners", "unconnected"]
    for row in (*view.rows, view.total):
        yield [row.name, *(row.counts[name] for name in view.groups), row.learners, row.unconnected]


def _dimensions(reader: ScopedReader, as_of: date) -> Iterable[Row]:
    view = evaluator.taken_along(reader, "dimensions")
    figures = ("before", "after", "change", "g")
    parts = ("value", "low", "high", "n", "reason")
    yield ["measure", "dimension", "unit", *(f"{figure}_{part}" for figure in figures for part in parts)]
    for row in view.dimensions:
        told = [getattr(getattr(row, figure), part) for figure in figures for part in parts]
        yield [row.measure, row.dimension, row.unit, *told]


def _flow(reader: ScopedReader, as_of: date) -> Iterable[Row]:
    names = ("site", "learners", "kept", "gained", "reactivated", "lost", "reason")
    yield names
    yield from ([getattr(row, name) for name in names] for row in evaluator.taken_along(reader, "flow").flow)


STAFF = ("coordinator",)
DECLARED = (
    Declared("worklist", "learners by how much network they have", STAFF, _worklist),
    Declared("measures", "the usual measures of every learner", STAFF, _measures),
    Declared("growth", "what became of every learner's ties in 90 days", STAFF, _growth),
    Declared("cohort", "learners by site and group, in counts", ("coordinator", "director", "evaluator"), _cohort),
    Declared("dimensions", "measures at the first and the last released wave", ("evaluator",), _dimensions),
    Declared("flow", "ties kept, gained and lost between these waves, by site", ("evaluator",), _flow),
)
BY_NAME = {each.name: each for each in DECLARED}


class ExportDeclared(BaseModel):
    """A table that can be taken along."""

    name: str = Field(examples=["worklist"])
    says: str
    address: str = Field(examples=["/api/v1/exports/worklist"])


class Exports(BaseModel):
    """What the signed-in role can take along."""

    items: list[ExportDeclared]


@router.get("", operation_id="list_exports", responses=problems(*READS))
def list_exports(who: Asking) -> Exports:
    """The tables that this role can take along."""
    mine = [each for each in DECLARED if who.role in each.roles]
    return Exports(
        items=[ExportDeclared(name=each.name, says=each.says, address=f"/api/v1/exports/{each.name}") for each in mine]
    )


@router.get(
    "/{name}",
    operation_id="get_export",
    response_class=Response,
    dependencies=[Depends(fresh)],
    responses={200: {"description": "the table", "content": {"text/csv": {}}}, **problems(*READS, 409)},
)
def get_export(
    response: Response,
    running: Running,
    who: Asking,
    as_of: AsOf,
    name: Annotated[str, Path(pattern=r"^[a-z_]{1,40}$", description="name of a table", examples=["worklist"])],
) -> Response:
    """One table as CSV: null is an empty cell, and no cell is taken for a formula."""
    chosen = BY_NAME.get(name)
    if chosen is None:
        raise NotFound("There is no such export.")
    if who.role not in chosen.roles:
        raise NotYours()
    text = table(chosen.rows(running.reader(who), as_of))
    headers = {"Content-Disposition": f'attachment; filename="{name}-{as_of}.csv"', "ETag": response.headers["ETag"]}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def table(rows: Iterable[Row]) -> str:
    """Rows as CSV text that is safe to open in a spreadsheet.

    >>> table([["name", "n"], ["=1+1", None], ["Ana", -2]])
    "name,n\\r\\n'=1+1,\\r\\nAna,-2\\r\\n"
    """
    page = io.StringIO()
    writer = csv.writer(page)
    for row in rows:
        writer.writerow([escape(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row])
    return page.getvalue()

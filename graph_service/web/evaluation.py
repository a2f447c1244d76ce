"""The evaluator's pages: the tables, a report that prints, and the same numbers as files."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import HTMLResponse, Response

from graph_service.api.access import Running
from graph_service.api.desks import MeasureId, WaveName
from graph_service.api.evaluation import whole
from graph_service.api.routing import Router
from graph_service.desks import evaluator
from graph_service.desks.views.evaluation import DimensionRow, Evaluation, Figure
from graph_service.desks.views.forms import Contents, Linked
from graph_service.measures import catalogue
from graph_service.web.glossary import DIMENSIONS
from graph_service.web.language import N_, text, words
from graph_service.web.rendering import options, page
from graph_service.web.seats import Evaluating
from viz.page import assets, figure
from viz.views import evaluation_charts

router = Router(include_in_schema=False)
Part = Literal["dimensions", "flow", "equity", "funnel"]
Form = Literal["csv", "parquet"]
FORMS: tuple[Form, ...] = ("csv", "parquet")
EVERYTHING, CODEBOOK = N_("Everything as one file"), N_("Codebook: what each measure means")
FILES: tuple[tuple[str, str], ...] = (
    ("dimensions", N_("What changed, by measure")),
    ("flow", N_("What became of ties, by site")),
    ("equity", N_("For whom, by subgroup")),
    ("funnel", N_("Introductions, by how far they came")),
)
#: Why a number is not there, as the pages say it.
HIDING: Mapping[str, str] = {
    "small_group": N_("hidden: too few learners"),
    "small_cell": N_("hidden: it would say of few what they have"),
    "complementary": N_("hidden: subtracting it would show a small group"),
    "undefined": N_("cannot be computed"),
    "instrument_changed": N_("not compared: the two waves were measured differently"),
    "measured_differently": N_("not compared: the groups were measured differently"),
    "no_comparison": N_("there is no comparison group"),
    "too_few": N_("too few to compute it"),
    "too_few_sites": N_("too few sites to compute it"),
}


#: How a study was designed, as the pages say it.
DESIGNS: Mapping[str, str] = {
    "lottery": N_("lottery"),
    "matched": N_("matched groups"),
    "single_group": N_("one group"),
}


#: Why a study has no report yet.
STUDY_REASONS: Mapping[str, str] = {
    "not_opened": N_("Its outcomes are not opened yet."),
    "not_released": N_("It is reported when both of its waves are released."),
    "would_tell": N_("Beside what left before, its report would tell of few learners: it is not shown again."),
}
#: What a design allows to conclude, as `measures.cohort.study_outcome` says it.
STANDINGS: Mapping[str, str] = {
    "randomised_low_attrition": N_("drawn by lottery, few lost: the difference can be read as an effect"),
    "equivalent_at_baseline": N_("alike at the beginning: the difference may still have other causes"),
    "equivalent_after_adjustment": N_("alike at the beginning after adjustment: it may still have other causes"),
    "not_equivalent": N_("not alike at the beginning: the difference is no evidence of an effect"),
    "no_comparison": N_("no comparison group: it does not say what the programme caused"),
    "measured_differently": N_("not compared: the groups were measured differently"),
    "undetermined": N_("it cannot be said what the difference means"),
}
#: Assumptions about why people were lost, as What Works Clearinghouse names them.
ASSUMPTIONS: Mapping[str, str] = {"cautious": N_("cautious"), "optimistic": N_("optimistic")}
#: Where ties began.
ORIGINS: Mapping[str, str] = {"programme": N_("the programme"), "other": N_("elsewhere")}
#: Figures of the audit, as the page calls them.
AUDITED: Mapping[str, str] = {
    "precision_at_5": N_("Precision at 5"),
    "hits_at_10": N_("Hits at 10"),
    "mrr": N_("Mean reciprocal rank"),
    "coverage": N_("Coverage"),
    "novelty": N_("New sectors"),
    "exposure_gini": N_("Gini of who is shown"),
    "broker_load_gini": N_("Gini of who brings together"),
    "reach": N_("People within reach"),
    "coverage_least_connected": N_("Coverage of the least connected"),
}


def _began() -> dict[tuple[str, str], str]:
    """How ties begin, in the reader's language."""
    origins = {("origin", code): f"{text('Origin')}: {text(name)}" for code, name in ORIGINS.items()}
    return origins | {("mode", code): f"{text('Mode')}: {name}" for code, name in options("modes")}


def _headlines(view: Evaluation) -> list[DimensionRow]:
    """The first measure of each dimension that has a change: what the report says in sentences."""
    found: dict[str, DimensionRow] = {}
    for row in view.dimensions:
        if row.change.value is not None and row.change.low is not None:
            found.setdefault(row.dimension, row)
    return list(found.values())


def _shown(view: Evaluation, today: date, *, report: bool) -> HTMLResponse:
    name = catalogue.get(view.measure).name
    charts = evaluation_charts(view, text(name), words(), dict(options("subgroup_attributes")), _began())
    return page(
        "evaluation.html.j2",
        view=view,
        report=report,
        today=today,
        hiding=HIDING,
        dimensions=DIMENSIONS,
        designs=DESIGNS,
        audited=AUDITED,
        assumptions=ASSUMPTIONS,
        origins=ORIGINS,
        names={id: each.name for id, each in catalogue.catalogue().items()},
        study_reasons=STUDY_REASONS,
        standings=STANDINGS,
        headlines=_headlines(view),
        measure_name=name,
        figures=[figure(chart, name=f"chart{at}", words=words()) for at, chart in enumerate(charts)],
        assets=assets(*charts),
    )


@router.get("/evaluation.json")
@router.get("/evaluation/report.json")
def evaluation_json(
    reader: Evaluating,
    running: Running,
    before: WaveName = None,
    after: WaveName = None,
    measure: MeasureId = evaluator.EQUITY_MEASURE,
) -> Evaluation:
    return whole(reader, running, before, after, measure)


@router.get("/evaluation")
def evaluation_html(
    reader: Evaluating,
    running: Running,
    before: WaveName = None,
    after: WaveName = None,
    measure: MeasureId = evaluator.EQUITY_MEASURE,
) -> HTMLResponse:
    """Did networks grow, for whom, compared with what."""
    return _shown(whole(reader, running, before, after, measure), running.today(), report=False)


@router.get("/evaluation/report")
def report(
    reader: Evaluating,
    running: Running,
    before: WaveName = None,
    after: WaveName = None,
    measure: MeasureId = evaluator.EQUITY_MEASURE,
) -> HTMLResponse:
    """The same without controls, for paper."""
    return _shown(whole(reader, running, before, after, measure), running.today(), report=True)


@router.get("/evaluation/downloads.json")
def downloads_json(reader: Evaluating) -> Contents:
    files = [Linked(title=text(title), path=f"/evaluation/{name}.{form}") for name, title in FILES for form in FORMS]
    whole = (("/evaluation.json", EVERYTHING), ("/evaluation/codebook.csv", CODEBOOK))
    return Contents(items=(*files, *(Linked(title=text(title), path=path) for path, title in whole)))


@router.get("/evaluation/downloads")
def downloads(reader: Evaluating) -> HTMLResponse:
    """What can be taken away."""
    return page("downloads.html.j2", files=FILES, everything=EVERYTHING, codebook=CODEBOOK)


@router.get("/evaluation/codebook.csv")
def codebook(reader: Evaluating) -> Response:
    """What each measure means."""
    fields = ("id", "code", "name", "dimension", "level", "meaning", "unit", "range", "source")
    rows = [{name: getattr(each, name) for name in fields} for each in catalogue.catalogue().values()]
    return _file(rows, "codebook", "csv")


@router.get("/evaluation/{part}.{form}")
def table(
    reader: Evaluating,
    part: Part,
    form: Form,
    before: WaveName = None,
    after: WaveName = None,
    measure: Annotated[str, Query(pattern="^[a-z0-9_]{1,60}$")] = evaluator.EQUITY_MEASURE,
) -> Response:
    """One table of the evaluation; what is hidden on the page is hidden in it."""
    view = evaluator.evaluation(reader, before, after, measure)
    return _file([_flat(row) for row in getattr(view, part)], part, form)


def _flat(row: Any) -> dict[str, Any]:
    """A row with each figure in its own columns."""
    told: dict[str, Any] = {}
    for name in type(row).model_fields:
        value = getattr(row, name)
        if isinstance(value, Figure):
            told |= {f"{name}_{part}" if part != "value" else name: getattr(value, part)
                     for part in ("value", "low", "high", "n", "reason")}  # fmt: skip
        else:
            told[name] = value
    return told


def _file(rows: list[dict[str, Any]], name: str, form: Form) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    if form == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        packed = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), packed)
        return Response(packed.getvalue(), media_type="application/vnd.apache.parquet", headers=headers)
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows({key: _safe(value) for key, value in row.items()} for row in rows)
    return Response(lines.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _safe(value: Any) -> Any:
    """A spreadsheet must not take a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

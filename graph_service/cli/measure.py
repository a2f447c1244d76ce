"""`measure`, `growth`, `measures list|explain`: what networks are like, and what became of them."""

from typing import Annotated, Any

import typer

from graph_service.cli.opening import (
    AsOf,
    HalfLife,
    KnownAt,
    LayerOption,
    ModelOption,
    Theta,
    ThetaStrong,
    Weights,
    opened,
    parameters,
    split,
)
from graph_service.cli.output import Format, FormatOption, OutputOption, write_json, write_table


def register(app: typer.Typer) -> None:
    app.command("measure")(measure)
    app.command("growth")(growth)
    group = typer.Typer(no_args_is_help=True, help="The catalogue of measures.")
    group.command("list")(list_measures)
    group.command("explain")(explain)
    group.command("codebook")(codebook)
    app.add_typer(group, name="measures")


def measure(
    context: typer.Context,
    as_of: AsOf = None,
    measures: Annotated[
        str | None, typer.Option("--measures", help="Ids, separated by commas; `all` for the whole catalogue.")
    ] = None,
    known_at: KnownAt = None,
    half_life: HalfLife = None,
    weights: Weights = "table",
    theta: Theta = 0.25,
    theta_strong: ThetaStrong = 2.0,
    layer: LayerOption = "logged",
    model: ModelOption = "whole",
    reasons: Annotated[bool, typer.Option("--reasons", help="Add why a value is missing.")] = False,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Measure every learner's network on a day: a row per person, empty where undefined."""
    with opened(context) as programme:
        from graph_service.measures import catalogue

        chosen = parameters(programme, half_life, weights, theta, theta_strong, layer)
        snapshot = programme.snapshot(as_of, known_at=known_at, parameters=chosen)
        wanted: Any = split(measures) or list(catalogue.DEFAULT)
        if wanted == ["all"]:
            wanted = list(catalogue.of_level("learner"))
        table = catalogue.table(snapshot, wanted, model, reasons=reasons)  # type: ignore[arg-type]
        about = _about(snapshot) | {"model": model}
        write_table(table, form, output, about=about, title=f"Networks on {snapshot.as_of}")


def growth(
    context: typer.Context,
    start: Annotated[str, typer.Option("--from", help="The first day (YYYY-MM-DD).")],
    to: Annotated[str, typer.Option("--to", help="The second day (YYYY-MM-DD).")],
    measures: Annotated[
        str | None, typer.Option("--measures", help="Add these measures on both days and their change.")
    ] = None,
    known_at: KnownAt = None,
    half_life: HalfLife = None,
    weights: Weights = "table",
    theta: Theta = 0.25,
    theta_strong: ThetaStrong = 2.0,
    layer: LayerOption = "logged",
    model: ModelOption = "whole",
    reasons: Annotated[bool, typer.Option("--reasons", help="Add why a value is missing.")] = False,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """What became of every learner's ties between two days: gained, kept, lost and what they consist of."""
    with opened(context) as programme:
        from graph_service.measures.growth import COLUMNS
        from graph_service.measures.growth import growth as compare

        chosen = parameters(programme, half_life, weights, theta, theta_strong, layer)
        a = programme.snapshot(start, known_at=known_at, parameters=chosen)
        b = programme.snapshot(to, known_at=known_at, parameters=chosen)
        wanted = split(measures) or []
        found = compare(a, b, wanted, model)  # type: ignore[arg-type]
        more = [f"{id}_{part}" for id in wanted for part in ("from", "to", "delta")]
        table = found.table([*COLUMNS, *more], reasons=reasons)
        about = {"from": str(a.as_of), "to": str(b.as_of), "parameters": chosen.as_dict(), "model": model}
        write_table(table, form, output, about=about, title=f"Growth from {a.as_of} to {b.as_of}")


def _about(snapshot: Any) -> dict[str, Any]:
    return {"as_of": str(snapshot.as_of), "parameters": snapshot.parameters.as_dict()}


def list_measures(form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """Every measure of the catalogue."""
    import pyarrow as pa

    from graph_service.measures.catalogue import catalogue

    rows = [
        {
            "id": each.id,
            "code": each.code,
            "level": each.level,
            "dimension": each.dimension,
            "unit": each.unit,
            "range": each.range,
            "meaning": each.meaning,
        }
        for each in catalogue().values()
    ]
    write_table(pa.Table.from_pylist(rows), form, output, title="Measures")


def explain(
    id: Annotated[str, typer.Argument(help="Id of the measure or statistic.")],
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """What one measure, or statistic of a cohort, means: formula, source, and when it is undefined."""
    import pyarrow as pa

    said = _statistic(id) or _measure(id)
    if form is Format.json:
        write_json(said, output)
        return
    rows = [{"field": name, "value": _words(value)} for name, value in said.items()]
    write_table(pa.Table.from_pylist(rows), form, output)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{code}: {text}" for code, text in value.items()) or "never"
    if isinstance(value, list):
        return ", ".join(value)
    return "–" if value is None else str(value)


def codebook(output: OutputOption = None) -> None:
    """Every measure with formula, unit, range, source, and why it can be null: a CSV file to keep with tables."""
    import pyarrow as pa

    from graph_service.measures.catalogue import codebook as rows

    write_table(pa.Table.from_pylist(rows()), Format.csv, output)


def _measure(id: str) -> dict[str, Any]:
    from graph_service.measures.catalogue import REASONS, get

    each = get(id)
    return {
        "id": each.id,
        "code": each.code,
        "name": each.name,
        "meaning": each.meaning,
        "level": each.level,
        "dimension": each.dimension,
        "formula": each.formula,
        "unit": each.unit,
        "range": each.range,
        "better": each.better or "neither: context",
        "inputs": list(each.inputs),
        "undefined": {code: REASONS[code] for code in each.undefined},
        "see_with": each.see_with,
        "source": each.source,
    }


def _statistic(id: str) -> dict[str, Any] | None:
    from graph_service.measures.cohort.declarations import REASONS, STATISTICS

    each = next((one for one in STATISTICS if one.id == id), None)
    if each is None:
        return None
    return {
        "id": each.id,
        "name": each.name,
        "meaning": each.meaning,
        "level": "statistic of a cohort",
        "formula": each.formula,
        "unit": each.unit,
        "range": each.range,
        "undefined": {code: REASONS[code] for code in each.undefined},
        "chosen by this project": each.ours,
        "source": each.source,
    }

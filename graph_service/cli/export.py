"""`export`: the graph for other tools, as tables or as GraphML and GEXF (Gephi)."""

import enum
import io
from pathlib import Path
from typing import Annotated

import typer

from graph_service.cli.opening import (
    AsOf,
    HalfLife,
    KnownAt,
    LayerOption,
    Theta,
    ThetaStrong,
    Weights,
    opened,
    parameters,
)
from graph_service.cli.output import Format, say, write_bytes, write_table
from graph_service.errors import UsageError


class Shape(enum.StrEnum):
    """What is written."""

    tables = "tables"
    graphml = "graphml"
    gexf = "gexf"


def register(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", help="A folder for tables, a file for GraphML or GEXF.")],
    shape: Annotated[Shape, typer.Option("--as", help="tables: nodes, edges, egos; graphml or gexf.")] = Shape.tables,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    half_life: HalfLife = None,
    weights: Weights = "table",
    theta: Theta = 0.25,
    theta_strong: ThetaStrong = 2.0,
    layer: LayerOption = "logged",
    form: Annotated[Format, typer.Option("--format", help="Of tables: csv or parquet.")] = Format.csv,
) -> None:
    """Write the graph of a day for Gephi, R or a spreadsheet: own keys, no names."""
    with opened(context) as programme:
        from graph_service.snapshot import tables

        chosen = parameters(programme, half_life, weights, theta, theta_strong, layer)
        snapshot = programme.snapshot(as_of, known_at=known_at, parameters=chosen)
        if shape is Shape.tables:
            if form not in (Format.csv, Format.parquet):
                raise UsageError("Tables are written as csv or parquet.")
            output.mkdir(parents=True, exist_ok=True)
            for name, make in (("nodes", tables.nodes), ("edges", tables.edges), ("egos", tables.egos)):
                write_table(make(snapshot), form, output / f"{name}.{form.value}")
        else:
            import networkx as nx

            page = io.BytesIO()
            graph = tables.annotated(snapshot)
            (nx.write_graphml if shape is Shape.graphml else nx.write_gexf)(graph, page)
            write_bytes(page.getvalue(), output)
        say(f"Written: {output}. Keys are the programme's own; treat the file as data about people.")

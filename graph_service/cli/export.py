"""`export`: the graph for other tools: tables, GraphML and GEXF (Gephi), folders for R (RSiena, ERGM, egor)."""

import enum
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from graph_service.programme import Programme
    from graph_service.snapshot.snapshot import Snapshot


class Shape(enum.StrEnum):
    """What is written."""

    tables = "tables"
    graphml = "graphml"
    gexf = "gexf"


class Written(enum.StrEnum):
    """How it is written."""

    csv = "csv"
    parquet = "parquet"
    rsiena = "rsiena"
    ergm = "ergm"
    egor = "egor"


OWN = (
    "Keys are the programme's own: it is data about people, for the programme's own tools, and in the release log. "
    "To others: graph-service release."
)
#: Formats of R packages: written from stored waves.
FOR_R = (Written.rsiena, Written.ergm, Written.egor)


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
    form: Annotated[
        Written, typer.Option("--format", help="Of tables: csv or parquet; of waves, for R: rsiena, ergm, egor.")
    ] = Written.csv,
    wave: Annotated[
        list[str] | None, typer.Option("--wave", help="A stored wave, for R; RSiena takes several, in order.")
    ] = None,
) -> None:
    """Write the graph of a day for Gephi, R or a spreadsheet: own keys, no names."""
    if (form in FOR_R) != bool(wave):
        raise UsageError("Waves are written for R: --format rsiena, ergm or egor, and --wave NAME for each wave.")
    with opened(context) as programme:
        from graph_service.snapshot import tables

        if wave:
            _for_r(programme, form, wave, output)
            return
        chosen = parameters(programme, half_life, weights, theta, theta_strong, layer)
        snapshot = programme.snapshot(as_of, known_at=known_at, parameters=chosen)
        _logged(programme, f"export {shape if shape is not Shape.tables else form}", snapshot)
        if shape is Shape.tables:
            output.mkdir(parents=True, exist_ok=True)
            for name, make in (("nodes", tables.nodes), ("edges", tables.edges), ("egos", tables.egos)):
                write_table(make(snapshot), Format(form.value), output / f"{name}.{form.value}")
        else:
            import networkx as nx

            page = io.BytesIO()
            graph = tables.annotated(snapshot)
            (nx.write_graphml if shape is Shape.graphml else nx.write_gexf)(graph, page)
            write_bytes(page.getvalue(), output)
        say(f"Written: {output}. {OWN}")


def _logged(programme: "Programme", name: str, snapshot: "Snapshot") -> None:
    """Into the release log, before it is written."""
    from graph_service.disclosure.release_log import graph_noted
    from graph_service.disclosure.scope import OWNER

    assert snapshot.as_of is not None
    told = graph_noted(name, snapshot.as_of, len(snapshot), by=OWNER.name, today=programme.today())
    programme.store.put("release", told, actor=OWNER.name, action="release")


def _for_r(programme: "Programme", form: Written, names: list[str], output: Path) -> None:
    from graph_service.errors import UnknownParameter
    from graph_service.measures.cohort.handoff import of_waves

    waves = {name: programme.waves.snapshot(name) for name in names}
    if len({look.parameters.text() for look in waves.values()}) > 1:
        raise UnknownParameter("The waves were taken with different parameters: they are not one network.")
    for look in waves.values():
        _logged(programme, f"export {form}", look)
    if form is Written.egor:
        files = of_waves.egor(output, waves, programme.waves.table(names[0]).to_pydict())
    else:
        files = (of_waves.rsiena if form is Written.rsiena else of_waves.ergm)(output, waves)
    told = ", ".join(path.name for path in files)
    say(f"Written to {output}: {told}. {OWN}")

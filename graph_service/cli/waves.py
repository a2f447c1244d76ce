"""`waves`: dated looks at the programme that are stored, released and computed again."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

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
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_json, write_table

Name = Annotated[str, typer.Argument(help="Name of the wave.")]
Measures = Annotated[str | None, typer.Option("--measures", help="Ids, separated by commas; `all` for every one.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Dated looks at the programme: stored, released, computed again.")
    for name, command in (
        ("take", take),
        ("list", list_waves),
        ("show", show),
        ("release", release),
        ("drop", drop),
        ("recompute", recompute),
        ("growth", growth),
    ):
        group.command(name)(command)
    app.add_typer(group, name="waves")


def take(
    context: typer.Context,
    name: Name,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    measures: Measures = None,
    half_life: HalfLife = None,
    weights: Weights = "table",
    theta: Theta = 0.25,
    theta_strong: ThetaStrong = 2.0,
    layer: LayerOption = "logged",
    model: ModelOption = "whole",
) -> None:
    """Store a look at the programme under a name: roster, parameters, versions, everybody's values."""
    with opened(context) as programme:
        chosen = parameters(programme, half_life, weights, theta, theta_strong, layer)
        wanted = _wanted(measures)
        wave = programme.waves.take(name, as_of, known_at=known_at, measures=wanted, model=model, parameters=chosen)  # type: ignore[arg-type]
        say(f"Taken: wave {wave.key} of {wave.as_of}, {wave.learners} learners. Release it to freeze its results.")


def list_waves(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """Every wave: its day, what was known, how many learners, whether its results are frozen."""
    import pyarrow as pa

    with opened(context) as programme:
        rows = [
            {
                "wave": wave.key,
                "as_of": wave.as_of,
                "layer": wave.parameters["layer"],
                "half_life": wave.parameters["half_life"],
                "learners": wave.learners,
                "measures": len(wave.measures),
                "taken": wave.taken,
                "released_on": wave.released_on,
                "known_revision": wave.known_revision,
            }
            for wave in programme.waves.list()
        ]
    if rows:
        write_table(pa.Table.from_pylist(rows), form, output, title="Waves")
    elif form is Format.json:
        write_json({"rows": []}, output)
    else:
        say("No wave has been taken yet: `graph-service waves take NAME --as-of DATE`.")


def show(
    context: typer.Context,
    name: Name,
    learners: Annotated[bool, typer.Option("--learners", help="A row per learner instead of the summary.")] = False,
    reasons: Annotated[bool, typer.Option("--reasons", help="With --learners: why a value is missing.")] = False,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """What a wave rests on and what it found, as stored when it was taken."""
    import pyarrow as pa

    with opened(context) as programme:
        wave = programme.waves.get(name)
        about = asdict(wave)
        found = about.pop("aggregates")
        if learners:
            table = programme.waves.table(name, reasons=reasons)
        else:
            table = pa.Table.from_pylist([{"measure": id, **row} for id, row in found.items()])
    if form is Format.table:
        known = ", ".join(f"{key} {value}" for key, value in wave.parameters.items())
        say(f"Wave {wave.key} of {wave.as_of}: {wave.learners} learners, model {wave.model}, {known}.")
        released = wave.released_on or "not yet"
        say(f"Catalogue {wave.catalogue}, code {wave.code}, taken {wave.taken}, released {released}.")
    write_table(table, form, output, about=about, title=f"Wave {wave.key}")


def release(context: typer.Context, name: Name) -> None:
    """Freeze a wave's results: a report on them can be checked from now on."""
    with opened(context) as programme:
        wave = programme.waves.release(name)
        say(f"Released: wave {wave.key} on {wave.released_on}. Hash of its results: {wave.results_hash}.")


def drop(context: typer.Context, name: Name) -> None:
    """Take back a wave that was not released."""
    with opened(context) as programme:
        programme.waves.drop(name)
        say(f"Dropped: wave {name}.")


def recompute(
    context: typer.Context, name: Name, form: FormatOption = Format.table, output: OutputOption = None
) -> None:
    """Compute a wave again from what was known then: the same bit for bit, or what became of it."""
    with opened(context) as programme:
        found = programme.waves.recompute(name)
    if form is Format.json:
        write_json(asdict(found) | {"sentence": found.sentence()}, output)
    else:
        print(found.sentence())
    if not found.same:
        raise typer.Exit(1)


def growth(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="WAVE...", help="Names of two waves or more, in order.")],
    measures: Measures = None,
    reasons: Annotated[bool, typer.Option("--reasons", help="Add why a value is missing.")] = False,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """What became of every learner's ties from each wave to the next."""
    import pyarrow as pa

    from graph_service.measures.growth import COLUMNS, Growth

    with opened(context) as programme:
        wanted = _wanted(measures) or []
        columns = [*COLUMNS, *(f"{id}_{part}" for id in wanted for part in ("from", "to", "delta"))]
        steps: Sequence[Growth] = programme.waves.growth(*names, measures=wanted)
        tables = []
        for a, b, step in zip(names, names[1:], steps, strict=False):
            table = step.table(columns, reasons=reasons)
            of = [[name] * table.num_rows for name in (a, b)]
            tables.append(table.add_column(1, "from", [of[0]]).add_column(2, "to", [of[1]]))
        about = {"waves": names, "parameters": steps[-1].to.parameters.as_dict()}
        whole = pa.concat_tables(tables, promote_options="default")
        write_table(whole, form, output, about=about, title=f"Growth from {' to '.join(names)}")


def _wanted(measures: str | None) -> list[str] | None:
    from graph_service.measures.catalogue import of_level

    ids = split(measures)
    return list(of_level("learner")) if ids == ["all"] else ids

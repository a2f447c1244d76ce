"""`surveys`: response rates, scores and reliability of each survey wave."""

from typing import Annotated, Any

import typer

from graph_service.cli.cohort import told_in_a_cell
from graph_service.cli.opening import AsOf, day, opened
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_json, write_table


def register(app: typer.Typer) -> None:
    app.command("surveys")(surveys)


def surveys(
    context: typer.Context,
    as_of: AsOf = None,
    k: Annotated[int, typer.Option("--k", help="Figures about fewer learners are not told (5 to 30).")] = 10,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Every survey wave: response rate, scores, cut points, alpha and omega of each scale."""
    import pyarrow as pa

    with opened(context) as programme:
        from graph_service.desks.surveys import surveys as look
        from graph_service.disclosure.scope import OWNER
        from graph_service.disclosure.suppression import Rule

        found = look(programme.reader(OWNER), day(as_of, programme), Rule(k))
    if form is Format.json:
        write_json(found.model_dump(mode="json"), output)
        return
    if not found.waves:
        say("No answers are loaded yet: `graph-service load survey-items`, `load survey-scales`, `load responses`.")
        return
    waves, scales = [], []
    for wave in found.waves:
        name: dict[str, Any] = {"instrument": wave.instrument, "version": wave.version, "wave": wave.wave}
        plain = ("first", "last", "roster", "missing", "outside", "unknown_items")
        waves.append(name | {"response": _cell(wave.response)} | {each: getattr(wave, each) for each in plain})
        for scale in wave.scales:
            figures: dict[str, Any] = {
                each: _cell(getattr(scale, each)) for each in ("mean", "low", "high", "alpha", "omega")
            }
            scales.append(name | {"scale": scale.scale, "measure": scale.measure, "items": scale.items} | figures)
    write_table(
        pa.Table.from_pylist(scales if form is not Format.table and scales else waves),
        form,
        output,
        title="Survey waves",
    )
    if form is Format.table and scales and output is None:
        write_table(pa.Table.from_pylist(scales), form, None, title="Scales")
    say(f"Hidden: {found.suppression}.")


def _cell(figure: Any) -> str:
    return told_in_a_cell(figure.model_dump())

"""`audit-log`: what was written by whom, and proof that nothing of it was changed."""

from typing import Annotated

import typer

from graph_service.cli.opening import day, opened
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_table

COLUMNS = ("at", "request", "actor", "role", "method", "route", "status")


def register(app: typer.Typer) -> None:
    trail = typer.Typer(no_args_is_help=True, help="The audit trail of what was written through the service.")
    trail.command("list")(list_lines)
    trail.command("anchor")(anchor)
    trail.command("verify")(verify)
    app.add_typer(trail, name="audit-log")


def list_lines(
    context: typer.Context,
    last: Annotated[int, typer.Option("--last", min=1, help="The newest lines.")] = 50,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Who asked for which write, when, and how it ended. Accounts are keyed ids; no names, no content."""
    import pyarrow as pa

    with opened(context) as programme:
        from graph_service.actions import auditing

        found = list(auditing.lines(programme.store))[-last:]
        rows = [{name: str(line.get(name) or "") for name in COLUMNS} for line in found]
        types = pa.schema([(name, pa.string()) for name in COLUMNS])
        write_table(pa.Table.from_pylist(rows, schema=types), form, output, title="Writes")


def anchor(context: typer.Context) -> None:
    """Keep now how far the trail has come; the service does it by itself with each day's first write."""
    with opened(context) as programme:
        from graph_service.actions import auditing

        say(f"Anchored: {auditing.anchor(programme.store, day(None, programme))} segments.")


def verify(context: typer.Context) -> None:
    """Check every line and anchor; exit 1 when the trail was changed, cut or lost."""
    with opened(context) as programme:
        from graph_service.actions import auditing

        found = auditing.verify(programme.store)
        for each in found.wrong:
            say(f"Wrong: {each}.")
        fits = "everything fits" if not found.wrong else f"{len(found.wrong)} things do not fit"
        say(f"{found.segments} segments, {found.lines} lines, {found.anchors} anchors: {fits}.")
        if found.wrong:
            raise typer.Exit(1)

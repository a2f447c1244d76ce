"""`reports ...`: counts for the state, the funder and the board, out of versioned definitions."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from graph_service.cli.opening import AsOf, day, opened
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_json, write_table

Definitions = Annotated[
    Path | None, typer.Option("--definitions", help="The programme's own definitions (YAML).")
]  # fmt: skip
COLUMNS = ("cut", "value", "numerator", "denominator", "share", "low", "high")


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Reports out of versioned definitions.", no_args_is_help=True)
    group.command("list")(list_reports)
    group.command("run")(run)
    app.add_typer(group, name="reports")


def list_reports(
    definitions: Definitions = None, form: FormatOption = Format.table, output: OutputOption = None
) -> None:
    """The reports that can be run: who is counted, who counts as yes, by what, and for whom."""
    import pyarrow as pa

    from graph_service.desks.reports import definitions as known

    rows = [
        {
            "id": each.id, "title": each.title["en"], "unit": each.unit, "population": each.population,
            "numerator": each.numerator, "cuts": list(each.cuts), "source": each.source, "version": each.version,
        }
        for each in known(definitions)
    ]  # fmt: skip
    write_table(pa.Table.from_pylist(rows), form, output, title="Reports")


def run(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="The report's id, as `reports list` gives it.")],
    first: Annotated[str, typer.Option("--from", help="First day of the period.")],
    last: Annotated[str, typer.Option("--to", help="Last day of the period.")],
    definitions: Definitions = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="Counts as they are, not for publication: not logged.")
    ] = False,
    as_of: AsOf = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:  # fmt: skip
    """Count a report over a period. Lines that would tell of few learners are hidden; it is in the release log."""
    import pyarrow as pa

    from graph_service.desks.reports import published, report
    from graph_service.disclosure.scope import OWNER

    with opened(context) as programme:
        on, days = day(as_of, programme), (day(first, programme), day(last, programme))
        reader = programme.reader(OWNER)
        if internal:
            found = report(reader, id, *days, on, definitions, internal=True)
        else:
            found = published(reader, id, *days, on, definitions)
    if form is Format.json:
        write_json(asdict(found), output)
        return
    kinds = [pa.string(), pa.string(), pa.int64(), pa.int64(), *[pa.float64()] * 3]
    columns = {
        name: pa.array([getattr(row, name) for row in found.rows], kind)
        for name, kind in zip(COLUMNS, kinds, strict=True)
    }
    write_table(pa.table(columns), form, output, title=f"{found.title['en']}, {found.first} to {found.last}")
    say(f"{found.version}; {found.source}. Unit: {found.unit}. Disclosure control: {found.suppression}.")
    for why, count in found.unclassified.items():
        say(f"Not classified: {'a few' if count is None else count} ({why}).")

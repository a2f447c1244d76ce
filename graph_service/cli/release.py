"""`release`: what leaves the programme: tables with small counts hidden, records under an agreement, all logged."""

from pathlib import Path
from typing import Annotated, Any

import typer

from graph_service.cli.opening import AsOf, day, opened, split
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_bytes, write_json, write_table
from graph_service.errors import UsageError

K = Annotated[int, typer.Option("--k", min=5, max=30, help="Minimum cell: fewer people are hidden.")]
Recipient = Annotated[str | None, typer.Option("--recipient", help="Who receives it.")]


def register(app: typer.Typer) -> None:
    release = typer.Typer(no_args_is_help=True, help="What leaves the programme, protected and logged.")
    release.command("tables")(tables)
    release.command("table")(table)
    release.command("agreement")(agreement)
    release.command("records")(records)
    release.command("drawing")(drawing)
    release.command("list")(list_releases)
    release.command("show")(show)
    app.add_typer(release, name="release")


def tables(form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """The declared tables: what each says."""
    import pyarrow as pa

    from graph_service.desks.released import TABLES

    rows = [{"name": each.name, "says": each.says} for each in TABLES.values()]
    write_table(pa.Table.from_pylist(rows), form, output, title="Tables that may leave")


def table(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A declared table (`release tables`).")],
    as_of: AsOf = None,
    k: K = 10,
    recipient: Recipient = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Release a table: small counts hidden, others with them, and whatever earlier releases would make telling."""
    import pyarrow as pa

    with opened(context) as programme:
        from graph_service.desks.released import declared
        from graph_service.desks.released import release as leave
        from graph_service.disclosure.scope import OWNER
        from graph_service.disclosure.suppression import Rule

        of, on = declared(name), day(as_of, programme)
        published = leave(programme.reader(OWNER), name, on, rule=Rule(k), recipient=recipient)
        lines, columns = published.names
        rows: list[dict[str, Any]] = [
            {"": line, **dict(zip(columns, counts, strict=True))}
            for line, counts in zip(lines, published.counts, strict=True)
        ]
        schema = pa.schema([("", pa.string()), *((column, pa.int64()) for column in columns)])
        hidden = int(published.hidden.sum())
        about = {"table": name, "as_of": on, "k": k, "hidden": hidden, "gap": published.gap}
        write_table(pa.Table.from_pylist(rows, schema=schema), form, output, about=about, title=f"{of.says}, {on}")
        say(f"Hidden: {hidden} of {published.hidden.size} counts (fewest possible within {published.gap:.0%}). Logged.")


def list_releases(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """The release log: what left, about which day, when, to whom."""
    import pyarrow as pa

    with opened(context) as programme:
        names = ("id", "date", "kind", "name", "as_of", "k", "people", "recipient", "by")
        rows = sorted(programme.store.find("release"), key=lambda row: (row["date"], row["id"]))
        kinds = {"date": pa.date32(), "as_of": pa.date32(), "k": pa.int64(), "people": pa.int64()}
        schema = pa.schema([(name, kinds.get(name, pa.string())) for name in names])
        shown = [{name: row[name] for name in names} for row in rows]
        write_table(pa.Table.from_pylist(shown, schema=schema), form, output, title="Releases")


def show(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="The release's id, or the beginning of it (`release list`).")],
    output: OutputOption = None,
) -> None:
    """A table or report exactly as it left (JSON), though learners were erased or came since."""
    import json

    with opened(context) as programme:
        from graph_service.desks.evaluating import served
        from graph_service.disclosure.scope import OWNER

        found = served(programme.reader(OWNER), id)
        write_json(json.loads(found.result), output)


def agreement(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="A name for the agreement.")],
    recipient: Annotated[str, typer.Option("--recipient", help="Who receives records.")],
    purpose: Annotated[str, typer.Option("--purpose", help="For what.")],
    columns: Annotated[str, typer.Option("--columns", help="Columns that may be given, by commas.")],
    document: Annotated[str, typer.Option("--document", help="Reference of the signed agreement.")],
    until: Annotated[str, typer.Option("--until", help="Last day; the recipient destroys the data by then.")],
    since: Annotated[str | None, typer.Option("--from", help="First day. [default: today]")] = None,
    basis: Annotated[str, typer.Option("--basis", help="study or audit_evaluation.")] = "study",
) -> None:
    """Record an agreement under which records of single learners may leave; the same name again changes it."""
    with opened(context) as programme:
        from graph_service.actions import bases
        from graph_service.desks.restricted import COLUMNS
        from graph_service.disclosure.scope import OWNER

        fields = split(columns) or []
        wrong = [name for name in fields if name not in COLUMNS]
        if wrong:
            raise UsageError(f"There is no column {', '.join(wrong)}. Columns: {', '.join(COLUMNS)}.")
        first, last = day(since, programme), day(until, programme)
        bases.record_agreement(
            programme.store, OWNER, key, recipient, purpose, fields, document, since=first, until=last, basis=basis
        )
        say(f"Recorded: {key}, {first} to {last}.")


def records(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", help="The CSV file to write.")],
    under: Annotated[str, typer.Option("--agreement", help="The agreement's name.")],
    columns: Annotated[str | None, typer.Option("--columns", help="Some of the agreement's columns.")] = None,
    as_of: AsOf = None,
    k: K = 10,
) -> None:
    """Release records of single learners under an agreement: coarse, fresh pseudonyms, nobody alone, logged."""
    import pyarrow as pa

    with opened(context) as programme:
        from graph_service.desks.restricted import release as leave
        from graph_service.disclosure.scope import OWNER
        from graph_service.disclosure.suppression import Rule

        reader, on = programme.reader(OWNER), day(as_of, programme)
        made = leave(reader, under, on, split(columns) or (), rule=Rule(k))
        names = list(made.rows[0]) if made.rows else ["id"]
        table = pa.Table.from_pylist(list(made.rows), schema=pa.schema([(name, pa.string()) for name in names]))
        write_table(table, Format.csv, output)
        say(f"Written: {output}: {len(made.rows)} records for {made.recipient}, release {made.release}.")
        say(f"Not told: {made.hidden} values.")
        say(f"Left out: {made.dropped} learners who would stand alone, {made.left_out} who asked.")


def drawing(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", help="The HTML file to write.")],
    as_of: AsOf = None,
    k: K = 10,
) -> None:
    """Draw the programme's network for outsiders: groups, and lines where many on both sides are tied; no number."""
    with opened(context) as programme:
        from graph_service.desks.drawn import drawing as leave
        from graph_service.disclosure.scope import OWNER
        from graph_service.disclosure.suppression import Rule
        from viz.drawn import drawn_picture
        from viz.page import draw

        view = leave(programme.reader(OWNER), day(as_of, programme), rule=Rule(k))
        write_bytes(draw(drawn_picture(view)).encode(), output)
        why = f" People are not drawn: {view.reason}." if view.reason else ""
        say(f"Drawn: {output}: {len(view.nodes)} {view.of}, {len(view.lines)} lines.{why}")

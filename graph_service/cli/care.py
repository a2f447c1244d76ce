"""`init`, `status`: make a store, and see what is in it."""

from typing import Annotated, Any

import typer

from graph_service.cli.opening import opened
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_table


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("status")(status)


def init(context: typer.Context) -> None:
    """Make an empty store and the secret that its ids are keyed with (readable by you alone)."""
    with opened(context, create=True) as programme:
        meta = programme.store.meta()
        say(f"The store is ready at {programme.store.url} (revision {meta.revision}).")
        say("Back up its secret file with it: without it the store cannot be read as yours.")


def status(
    context: typer.Context,
    kinds: Annotated[bool, typer.Option("--kinds", help="Name every kind of record, with what it is.")] = False,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """How many records of each kind the store holds, and since when."""
    import pyarrow as pa

    from graph_service.records.registry import KINDS

    if kinds:
        said = [{"kind": each.name, "what": each.doc} for each in KINDS.values()]
        write_table(pa.Table.from_pylist(said), form, output, title="Kinds of record")
        return
    with opened(context) as programme:
        meta = programme.store.meta()
        rows: list[dict[str, Any]] = [{"kind": name, "records": programme.store.count(name)} for name in KINDS]
        about = {
            "store": programme.store.url,
            "revision": meta.revision,
            "recorded_at": meta.recorded_at.isoformat() if meta.recorded_at else None,
            "erased": len(programme.store.erasures()),
        }
        title = f"{programme.store.url}: revision {meta.revision}"
        shown = [row for row in rows if row["records"]] if form is Format.table else rows
        table = pa.Table.from_pylist(shown, schema=pa.schema([("kind", pa.string()), ("records", pa.int64())]))
        write_table(table, form, output, about=about, title=title)

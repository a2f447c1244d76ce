"""`init`, `status`, `merge`, `unmerge`: make a store, see what is in it, mend who is who."""

from typing import Annotated, Any

import typer

from graph_service.cli.opening import opened
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_table


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("status")(status)
    app.command("merge")(merge)
    app.command("unmerge")(unmerge)


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


IdSource = Annotated[str, typer.Option("--id-source", help="Which system the keys come from.")]


def merge(
    context: typer.Context,
    duplicate: Annotated[str, typer.Argument(help="The record that is the same person as the other one.")],
    kept: Annotated[str, typer.Argument(help="The record that stays.")],
    evidence: Annotated[str, typer.Option("--because", help="Why they are thought to be the same.")] = "",
    id_source: IdSource = "local",
) -> None:
    """Count two records of one person as one. It can be undone at any time."""
    with opened(context) as programme:
        from graph_service.actions.merging import merge as join

        receipt = join(programme.store, duplicate, kept, id_source=id_source, evidence=evidence)
        say(f"They count as one person from revision {receipt.revision} on. Undo: graph-service unmerge {duplicate}")


def unmerge(
    context: typer.Context,
    duplicate: Annotated[str, typer.Argument(help="The record that was merged into another.")],
    id_source: IdSource = "local",
) -> None:
    """Take a merge back: the two count as two people again."""
    with opened(context) as programme:
        from graph_service.actions.merging import unmerge as part

        receipt = part(programme.store, duplicate, id_source=id_source)
        say(f"They count as two people again from revision {receipt.revision} on.")

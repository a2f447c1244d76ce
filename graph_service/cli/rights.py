"""`rights`: what a person may ask for: access, correction, opt-out, restriction, erasure; and holds that stop it."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import typer

from graph_service.cli.opening import day, opened, split
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_bytes, write_json, write_table
from graph_service.errors import UsageError

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The person's own key, as in the file that was loaded.")]
IdSource = Annotated[str, typer.Option("--id-source", help="Which system the key comes from.")]
By = Annotated[str, typer.Option("--by", help="Who asks: self or guardian.")]


def register(app: typer.Typer) -> None:
    rights = typer.Typer(no_args_is_help=True, help="What people may ask for about their data.")
    for name, command in (
        ("export", export),
        ("correct", correct),
        ("opt-out", opt_out),
        ("restrict", restrict),
        ("erase", erase),
        ("hold", hold),
        ("release", release),
        ("list", list_requests),
        ("disclosures", disclosures),
    ):
        rights.command(name)(command)
    app.add_typer(rights, name="rights")


def _id(programme: Any, key: str, source: str) -> str:
    id: str = programme.store.internal_id("person", source, key)
    return id


def export(
    context: typer.Context,
    person: Person,
    output: Annotated[Path, typer.Option("--output", help="The file to write: .html to read, .json for machines.")],
    id_source: IdSource = "local",
    by: By = "self",
) -> None:
    """Write one readable file of everything that is held about a person, and who saw it."""
    if output.suffix not in (".html", ".json"):
        raise UsageError("The file ends in .html (to read) or .json (for machines).")
    with opened(context) as programme:
        from graph_service.actions.rights.requests import note, whole
        from graph_service.desks.held import held
        from graph_service.disclosure.scope import OWNER
        from viz.held import held_page

        id = _id(programme, person, id_source)
        whole(programme.store, id)
        view = held(programme.reader(OWNER), id)
        if output.suffix == ".html":
            write_bytes(held_page(view).encode(), output)
        else:
            write_json(view.model_dump(mode="json"), output)
        note(programme.store, OWNER, "access", id, day(None, programme), by=by)
        records = sum(len(kind.records) for kind in view.kinds)
        say(f"Written: {output}: {records} records, {len(view.shown)} entries of who saw them. Hand it to them alone.")


def correct(
    context: typer.Context,
    person: Person,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="What is right; several times. Lists: a;b.")
    ] = None,
    statement: Annotated[
        str | None,
        typer.Option("--statement", help="Correct nothing: keep the person's own statement with the record."),
    ] = None,
    id_source: IdSource = "local",
    by: By = "self",
) -> None:
    """Correct what is wrong about a person; it stays corrected when the old file is loaded again."""
    if bool(values) == bool(statement):
        raise UsageError("Say what is right with --set FIELD=VALUE, or keep a statement with --statement TEXT.")
    pairs = dict(each.partition("=")[::2] for each in values or ())
    if any("=" not in each for each in values or ()):
        raise UsageError("A correction is written FIELD=VALUE, as --set given_name=Ana.")
    with opened(context) as programme:
        from graph_service.actions.rights import correction
        from graph_service.disclosure.scope import OWNER

        id, today = _id(programme, person, id_source), day(None, programme)
        if statement:
            correction.refuse(programme.store, OWNER, id, today=today, statement=statement, by=by)
            say("The statement is kept with the record and goes into every access file.")
            return
        correction.correct(programme.store, OWNER, id, pairs, today=today, by=by)
        say(f"Corrected: {', '.join(pairs)}. What was recorded before stays readable as known then, until erasure.")


def opt_out(
    context: typer.Context,
    person: Person,
    of: Annotated[
        str, typer.Option("--from", help="introductions, directory, messages, research, pictures; by commas.")
    ],
    id_source: IdSource = "local",
    by: By = "self",
) -> None:
    """Opt a person out of uses of their data; introductions on their way stop at once."""
    with opened(context) as programme:
        from graph_service.actions.rights import objection
        from graph_service.disclosure.scope import OWNER

        id, today = _id(programme, person, id_source), day(None, programme)
        done = objection.opt_out(programme.store, OWNER, id, split(of) or [], today=today, by=by)
        say(f"Opted out of {of}. Introductions that stopped: {done.ended}.")


def restrict(
    context: typer.Context,
    person: Person,
    lift: Annotated[bool, typer.Option("--lift", help="End the restriction.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
    id_source: IdSource = "local",
    by: By = "self",
) -> None:
    """Hold a person's data and use it for nothing: on no desk, in no list, never recommended."""
    with opened(context) as programme:
        from graph_service.actions.rights import objection
        from graph_service.disclosure.scope import OWNER

        id, today = _id(programme, person, id_source), day(None, programme)
        if lift:
            objection.lift(programme.store, OWNER, id, today=today)
            say("The restriction is lifted.")
            return
        done = objection.restrict(programme.store, OWNER, id, today=today, by=by, reason=reason)
        say(f"Restricted. Introductions that stopped: {done.ended}. End it with --lift.")


def erase(
    context: typer.Context,
    person: Person,
    confirm: Annotated[
        str | None, typer.Option("--confirm", help="The key again: erase. Without it nothing is changed.")
    ] = None,
    keep_files: Annotated[bool, typer.Option("--keep-files", help="Leave files that commands have written.")] = False,
    id_source: IdSource = "local",
) -> None:
    """Erase a person everywhere; without --confirm say what would go. There is no way back."""
    with opened(context) as programme:
        from graph_service.actions.rights import erasure
        from graph_service.disclosure.scope import OWNER

        store, id, today = programme.store, _id(programme, person, id_source), day(None, programme)
        if confirm is None:
            planned = erasure.plan(store, OWNER, id, today=today, folders=_folders(programme.settings))
            say("Nothing was changed. To erase:")
            for kind, n in planned.records.items():
                say(
                    f"  {n} of kind {kind}"
                    + (" (their place there becomes anonymous)" if kind == "interaction" else "")
                )
            for path in planned.files:
                say(f"  the file {path}")
            say(f"Do it with --confirm {person}. Backups: `restore` erases them again.")
            return
        if confirm != person:
            raise UsageError("The two keys differ. Nothing was changed.")
        cache, folders = programme.settings.cache_dir, _folders(programme.settings)
        done = erasure.erase(store, OWNER, id, today=today, cache_dir=cache, folders=folders, keep_files=keep_files)
        say(f"Erased: {done.touched} records deleted or made anonymous; {len(done.copies.deleted)} files deleted.")
        for path in done.copies.changed:
            say(f"Look at {path}: it was changed after it was written, and names them.")
        for each in done.elsewhere:
            say(f"Tell {each.recipient}: delete the row {each.pseudonym} of release {each.release}.")
        if not store.url.startswith("sqlite"):
            say("The server's transaction log holds them until it rotates: see docs/erasure.md.")


def _folders(settings: Any) -> list[Path]:
    """Where the service leaves files of its own: rejected rows of uploads, and mails where the outbox is a folder."""
    mail = urlsplit(settings.mail or "")
    return [settings.upload_dir, *([Path(unquote(mail.path))] if mail.scheme == "file" else [])]


def hold(
    context: typer.Context,
    person: Person,
    reason: Annotated[str, typer.Option("--reason", help="Why, such as the number of a subpoena.")],
    authority: Annotated[str | None, typer.Option("--authority", help="Who asked for it.")] = None,
    id_source: IdSource = "local",
) -> None:
    """Keep a person's records from being erased, by request or by retention, until the hold is released."""
    with opened(context) as programme:
        from graph_service.actions.rights import holds
        from graph_service.disclosure.scope import OWNER

        id, today = _id(programme, person, id_source), day(None, programme)
        holds.hold(programme.store, OWNER, id, today=today, reason=reason, authority=authority)
        say("Held. Erasure and retention leave these records until `rights release`.")


def release(context: typer.Context, person: Person, id_source: IdSource = "local") -> None:
    """End a person's legal holds; they stay on record."""
    with opened(context) as programme:
        from graph_service.actions.rights import holds
        from graph_service.disclosure.scope import OWNER

        id, today = _id(programme, person, id_source), day(None, programme)
        ended = holds.release(programme.store, OWNER, id, today=today)
        say(f"Ended: {ended}.")


def list_requests(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """Every right that was used, newest first: which, when, by whom, what came of it."""
    import pyarrow as pa

    with opened(context) as programme:
        store = programme.store
        rows = sorted(store.find("rights_request"), key=lambda row: (row["date"], row["id"]), reverse=True)
        keys = {row["person"]: (store.get("person", row["person"]) or {}).get("key") for row in rows if row["person"]}
        shown = [
            {
                "date": str(row["date"]),
                "right": row["right"],
                "person_id": keys.get(row["person"]),
                "by": row["by"],
                "outcome": row["outcome"],
                "fields": row["fields"],
            }
            for row in rows
        ]
        schema = pa.schema([(name, pa.string()) for name in ("date", "right", "person_id", "by", "outcome", "fields")])
        write_table(pa.Table.from_pylist(shown, schema=schema), form, output, title="Requests")


def disclosures(
    context: typer.Context,
    person: Person,
    id_source: IdSource = "local",
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Who was shown a person's data, what of it, and when: the record that a parent or eligible student may ask for."""
    import pyarrow as pa

    with opened(context) as programme:
        from graph_service.actions.rights.requests import whole
        from graph_service.desks.held import held
        from graph_service.disclosure.scope import OWNER

        id = _id(programme, person, id_source)
        whole(programme.store, id)
        lines = held(programme.reader(OWNER), id).shown
        rows = [{"on": line.on, "to": line.to, "what": line.what, "account": line.account} for line in lines]
        schema = pa.schema({"on": pa.date32(), "to": pa.string(), "what": pa.string(), "account": pa.string()})
        write_table(pa.Table.from_pylist(rows, schema=schema), form, output, title=f"Disclosures of {person}")

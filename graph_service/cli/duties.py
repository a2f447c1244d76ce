"""`retention`, `basis`, `breach`: what a programme owes the people in it, and their district."""

from typing import Annotated, Any

import typer

from graph_service.cli.opening import day, opened
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_table
from graph_service.errors import UsageError

Since = Annotated[str, typer.Option("--from", help="First day (YYYY-MM-DD).")]
To = Annotated[str, typer.Option("--to", help="Last day (YYYY-MM-DD).")]


def register(app: typer.Typer) -> None:
    app.command("retention")(retention)
    app.command("breach")(breach)
    basis = typer.Typer(no_args_is_help=True, help="Why each role may see a district's learners, and until when.")
    basis.command("add")(add_basis)
    basis.command("list")(list_bases)
    basis.command("end")(end_basis)
    app.add_typer(basis, name="basis")


def retention(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what is due and change nothing (the default).")
    ] = False,
    apply: Annotated[int | None, typer.Option("--apply", metavar="N", help="Do it, if no more than N are due.")] = None,
    choices: Annotated[
        list[str] | None, typer.Option("--set", metavar="CLASS=DAYS", help="Keep a class so many days; several times.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="With a dry run: due on this day.")] = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """What has outlived its class of data, and its end: erased, emptied or deleted. What is on hold is left alone."""
    import pyarrow as pa

    if apply is not None and (dry_run or as_of):
        raise UsageError("--apply does what is due today: leave --dry-run and --as-of out.")
    with opened(context) as programme:
        from graph_service.actions import retention as keeping
        from graph_service.disclosure.scope import OWNER

        store, evidence = programme.store, programme.evidence
        if choices:
            pairs = dict(each.partition("=")[::2] for each in choices)
            if not all(text.isdecimal() for text in pairs.values()):
                raise UsageError("Days are written CLASS=DAYS, as --set programme=1825.")
            keeping.set_days(store, OWNER, {name: int(text) for name, text in pairs.items()})
        today = day(as_of, programme)
        if apply is None:
            found = keeping.due(store, evidence, today)
        else:
            cache = programme.settings.cache_dir
            found = keeping.apply(store, evidence, OWNER, today, confirmed=apply, cache_dir=cache)
        kept = keeping.days(store)
        rows = [
            {
                "class": each.retention,
                "kept_days": kept[each.retention],
                "kind": each.kind,
                "fields": "; ".join(each.fields),
                "due": len(each.ids),
                "held": each.held,
                "then": each.ends,
            }
            for each in found
        ]
        names = {"class": pa.string(), "kept_days": pa.int64(), "kind": pa.string(), "fields": pa.string()}
        schema = pa.schema({**names, "due": pa.int64(), "held": pa.int64(), "then": pa.string()})
        total = sum(len(each.ids) for each in found)
        about = {"as_of": today, "due": total, "applied": apply is not None}
        title = f"Due on {today}" if apply is None else f"Ended on {today}"
        write_table(pa.Table.from_pylist(rows, schema=schema), form, output, about=about, title=title)
        if apply is None and total:
            say(f"Nothing was changed. To do it: graph-service retention --apply {total}")


def breach(
    context: typer.Context,
    since: Since,
    until: To,
    account: Annotated[
        str | None, typer.Option("--account", help="Id of a member, or the account as `rights disclosures` names it.")
    ] = None,
    token: Annotated[str | None, typer.Option("--token", help="Id of a service token (`tokens list`).")] = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Whose data an account or token could have shown between two days, and whose it did show."""
    import pyarrow as pa

    if (account is None) == (token is None):
        raise UsageError("Name one: --account ID or --token ID.")
    with opened(context) as programme:
        from graph_service.actions.breach import worksheet

        first, last = day(since, programme), day(until, programme)
        if last < first:
            raise UsageError("The last day is before the first.")
        named = f"token {token}" if account is None else account if " " in account else f"member {account}"
        programme.evidence.refresh()
        sheet = worksheet(programme.store, programme.reader, named, first, last)
        rows: list[dict[str, Any]] = [
            {
                "person_id": each.person_id,
                "could_be_shown": each.could,
                "days_shown": each.days,
                "last_shown": each.last,
                "what": "; ".join(each.what),
            }
            for each in sheet.people
        ]
        names = {"person_id": pa.string(), "could_be_shown": pa.bool_(), "days_shown": pa.int64()}
        schema = pa.schema({**names, "last_shown": pa.date32(), "what": pa.string()})
        about = {"account": sheet.account, "from": first, "to": last, "roles": sheet.roles, "kinds": sheet.kinds}
        title = f"{sheet.account}, {first} to {last}: as {', '.join(sheet.roles) or 'nothing'}"
        write_table(pa.Table.from_pylist(rows, schema=schema), form, output, about=about, title=title)
        shown = sum(each.days > 0 for each in sheet.people)
        say(f"Within reach: {sum(each.could for each in sheet.people)} people. Noted as shown: {shown}.")
        say(f"Kinds of record within reach: {', '.join(sheet.kinds) or 'none'}.")


def add_basis(
    context: typer.Context,
    role: Annotated[str, typer.Option("--role", help="Which desk: coordinator, director, evaluator, ...")],
    basis: Annotated[
        str, typer.Option("--basis", help="school_official, consent, study, audit_evaluation or directory.")
    ],
    purpose: Annotated[str, typer.Option("--purpose", help="For what.")],
    site: Annotated[str | None, typer.Option("--site", help="Key of a district or school.")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="The whole programme.")] = False,
    document: Annotated[str | None, typer.Option("--document", help="Reference of the agreement.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="First day. [default: today]")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Last day; access closes after it.")] = None,
    id_source: Annotated[
        str, typer.Option("--id-source", help="Which system the key of the site comes from.")
    ] = "local",
) -> None:
    """Record a legal basis. Once a role has any, it sees only learners whom one in force covers."""
    if (site is None) != whole:
        raise UsageError("Say where with --site KEY, or --whole for the whole programme.")
    with opened(context) as programme:
        from graph_service.actions import bases
        from graph_service.disclosure.scope import OWNER

        store = programme.store
        where = None if site is None else store.internal_id("organization", id_source, site)
        if where is not None and not store.known("organization", [where]):
            raise UsageError("The site is not an organisation of this programme.")
        last = None if until is None else day(until, programme)
        id = bases.record_basis(
            store,
            OWNER,
            role,
            basis,
            purpose,
            since=day(since, programme),
            until=last,
            organization=where,
            document=document,
        )
        say(f"Recorded: {id}. What no basis in force covers is closed to the role {role}.")


def list_bases(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """Every legal basis: role, where, on what it rests, until when."""
    import pyarrow as pa

    with opened(context) as programme:
        store = programme.store
        places = {row["id"]: row["key"] for row in store.find("organization")}
        names = ("id", "role", "basis", "purpose", "document", "since", "until")
        rows = [
            {**{name: row[name] for name in names}, "site": places.get(row["organization"], "whole programme")}
            for row in store.find("legal_basis")
        ]
        kinds = {name: pa.date32() if name in ("since", "until") else pa.string() for name in (*names, "site")}
        table = pa.Table.from_pylist(rows, schema=pa.schema(kinds))
        write_table(table, form, output, title="Legal bases")


def end_basis(context: typer.Context, id: Annotated[str, typer.Argument(help="The basis's id.")]) -> None:
    """Close what a legal basis opens, from today on."""
    with opened(context) as programme:
        from graph_service.actions import bases
        from graph_service.disclosure.scope import OWNER

        bases.end_basis(programme.store, OWNER, id, today=day(None, programme))
        say("Closed.")

"""`members`, `tokens`: who may sign in to the service, people and scripts."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from graph_service.cli.opening import day, opened, split
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_table
from graph_service.errors import UsageError

Role = Annotated[
    str,
    typer.Option("--role", help="A desk: coordinator, mentor, employer, evaluator, learner, director, lead or admin."),
]
Sites = Annotated[str | None, typer.Option("--sites", help="Keys of schools or districts, separated by commas.")]
Whole = Annotated[bool, typer.Option("--whole", help="The whole programme.")]
Until = Annotated[str | None, typer.Option("--until", help="The last day (YYYY-MM-DD).")]
Source = Annotated[str, typer.Option("--id-source", help="Which system the keys of sites come from.")]


def register(app: typer.Typer) -> None:
    members = typer.Typer(no_args_is_help=True, help="Accounts of a sign-in provider that may use the service.")
    members.command("add")(add_member)
    members.command("list")(list_members)
    members.command("remove")(remove_member)
    app.add_typer(members, name="members")
    tokens = typer.Typer(no_args_is_help=True, help="Secrets by which scripts sign in.")
    tokens.command("issue")(issue)
    tokens.command("list")(list_tokens)
    tokens.command("revoke")(revoke_token)
    app.add_typer(tokens, name="tokens")


def _sites(programme: Any, keys: str | None, whole: bool, source: str) -> list[str] | None:
    """Internal ids of the sites; None: the whole programme. Raises UsageError for neither, both or unknown ones."""
    named = split(keys)
    if (named is None) != whole:
        raise UsageError("Say which sites with --sites, or --whole for the whole programme.")
    if named is None:
        return None
    ids = [programme.store.internal_id("organization", source, key) for key in named]
    if len(programme.store.known("organization", ids)) < len(set(ids)):
        raise UsageError("One of the sites is not an organisation of this programme.")
    return ids


def _person(programme: Any, key: str | None, source: str) -> str | None:
    """Internal id of a person. Raises UsageError for an unknown one."""
    if key is None:
        return None
    id: str = programme.store.internal_id("person", source, key)
    if not programme.store.known("person", [id]):
        raise UsageError("Nobody in this programme has that key.")
    return id


def add_member(
    context: typer.Context,
    issuer: Annotated[str, typer.Option("--issuer", help="Address of the sign-in provider.")],
    subject: Annotated[
        str | None, typer.Option("--subject", help="The provider's own id of the account (claim `sub`).")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--email", help="Instead: the mail address that the provider has verified.")
    ] = None,
    role: Role = "coordinator",
    sites: Sites = None,
    whole: Whole = False,
    person: Annotated[str | None, typer.Option("--person", help="The member's own key in the programme.")] = None,
    until: Until = None,
    source: Source = "local",
) -> None:
    """Let an account in, or change what it may see. Mentors, employers' contacts and learners need --person."""
    with opened(context) as programme:
        from graph_service.actions import membership

        if (subject is None) == (address is None):
            raise UsageError("Say who with --subject or --email.")
        account = subject if subject is not None else membership.by_address(str(address))
        last = None if until is None else day(until, programme)
        who = _person(programme, person, source)
        # Whoever is a person here may be scoped by that alone: own records, own caseload.
        places = [] if who is not None and sites is None and not whole else _sites(programme, sites, whole, source)
        id = membership.add_member(
            programme.store, issuer, account, role, sites=places, person=who, until=last, actor="command line"
        )
        say(f"Member {id}.")


def list_members(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """Who may sign in, as what."""
    _list(context, "membership", ("id", "issuer", "subject", "role", "whole", "until"), "Members", form, output)


def remove_member(context: typer.Context, id: Annotated[str, typer.Argument(help="The member's id.")]) -> None:
    """Let an account in no longer, at once."""
    _revoke(context, "membership", id)


def issue(
    context: typer.Context,
    name: Annotated[str, typer.Option("--name", help="What the token is for.")],
    role: Role = "coordinator",
    sites: Sites = None,
    whole: Whole = False,
    writes: Annotated[bool, typer.Option("--writes", help="It may write, not only read.")] = False,
    days: Annotated[int, typer.Option("--days", min=0, max=366, help="Days that it lives.")] = 90,
    source: Source = "local",
) -> None:
    """Make a token. It is printed once and kept as a hash only."""
    with opened(context) as programme:
        from graph_service.actions import membership

        today = day(None, programme)
        places = _sites(programme, sites, whole, source)
        until = today + timedelta(days=days)
        id, token = membership.issue_token(
            programme.store, name, role, today=today, until=until, sites=places, writes=writes, actor="command line"
        )
        typer.echo(token)
        say(f"Token {id} lives until {until}. Keep it like a password; `tokens revoke {id}` ends it.")


def list_tokens(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """Every token that is not revoked."""
    _list(context, "service_token", ("id", "name", "role", "whole", "writes", "until"), "Service tokens", form, output)


def revoke_token(context: typer.Context, id: Annotated[str, typer.Argument(help="The token's id.")]) -> None:
    """End a token at once."""
    _revoke(context, "service_token", id)


def _list(context: typer.Context, kind: str, fields: tuple[str, ...], title: str, form: Format, output: Any) -> None:
    import pyarrow as pa

    from graph_service.records.registry import KINDS

    with opened(context) as programme:
        rows = [{name: row[name] for name in fields} for row in programme.store.find(kind)]
        types = pa.schema([KINDS[kind].schema.field(name) for name in fields])
        write_table(pa.Table.from_pylist(rows, schema=types), form, output, title=title)


def _revoke(context: typer.Context, kind: str, id: str) -> None:
    with opened(context) as programme:
        from graph_service.actions import membership

        membership.revoke(programme.store, kind, id, actor="command line")
        say("Ended.")

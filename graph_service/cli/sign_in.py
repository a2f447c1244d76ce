"""`signin`: set up a sign-in provider, and see or end who is signed in."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from graph_service.cli.opening import opened
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_table
from graph_service.errors import UsageError


def register(app: typer.Typer) -> None:
    signin = typer.Typer(no_args_is_help=True, help="Sign-in providers, and who is signed in.")
    signin.command("steps")(steps)
    signin.command("sessions")(sessions)
    signin.command("end")(end)
    app.add_typer(signin, name="signin")


def steps(
    preset: Annotated[str, typer.Argument(help="google, microsoft, clever or classlink.")],
    address: Annotated[str | None, typer.Option("--address", help="The service's address: https://host.")] = None,
) -> None:
    """Print what to set up at a sign-in provider and here, in order."""
    from graph_service.settings import Settings
    from graph_service.web.presets import steps as told

    typer.echo(told(preset, address or Settings().public_url or "https://graph.example.org"))


def sessions(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """Browsers that are signed in: which membership, since when, until when (UTC)."""
    import pyarrow as pa

    with opened(context) as programme:
        rows: list[dict[str, Any]] = [
            {
                "id": each["id"],
                "membership": each["membership"],
                "role": each["role"],
                **{name: datetime.fromtimestamp(each[name], UTC).isoformat() for name in ("began", "ends")},
            }
            for each in programme.store.find("session")
        ]
        names = ("id", "membership", "role", "began", "ends")
        types = pa.schema([(name, pa.string()) for name in names])
        write_table(pa.Table.from_pylist(rows, schema=types), form, output, title="Sessions")


def end(
    context: typer.Context,
    id: Annotated[str | None, typer.Argument(help="The session's id.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Sign everybody out.")] = False,
) -> None:
    """Sign a browser out at once."""
    if (id is None) != everybody:
        raise UsageError("Name a session, or --all.")
    with opened(context) as programme:
        from graph_service.actions import membership

        ids = [each["id"] for each in programme.store.find("session")] if id is None else [id]
        for each in ids:
            membership.revoke(programme.store, "session", each, actor="command line")
        say(f"Signed out: {len(ids)}.")

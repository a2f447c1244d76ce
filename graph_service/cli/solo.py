"""`solo`: the whole service for one person, encrypted under their passphrase, on this machine alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_service.cli.output import say
from graph_service.errors import UsageError

if TYPE_CHECKING:
    from graph_service.actions.solo import Opened
    from graph_service.settings import Settings


def register(app: typer.Typer) -> None:
    solo = typer.Typer(
        invoke_without_command=True,
        help="One person alone: a passphrase, an encrypted store, this machine only, backups by themselves.",
    )
    solo.callback()(start)
    solo.command("passphrase")(passphrase)
    solo.command("backups")(backups)
    solo.command("restore")(restore)
    app.add_typer(solo, name="solo")


def start(
    context: typer.Context,
    name: Annotated[str | None, typer.Option("--name", help="Whose programme it is; asked for at the start.")] = None,
    host: Annotated[str | None, typer.Option("--host", help="Loopback address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port; 0: any. [default: 8400]")] = None,
    backup_dir: Annotated[
        Path | None,
        typer.Option("--backup-dir", help="Folder of the backups, best on another disk. [default: beside the store]"),
    ] = None,
) -> None:
    """Open the desks for one person: the first time choose a passphrase, later give it here and in the browser."""
    if context.invoked_subcommand is not None:
        return
    from graph_service.actions import solo
    from graph_service.cli.look import LOOPBACK, listen
    from graph_service.disclosure.scope import Actor
    from graph_service.programme import open as open_programme

    settings = _settings(context, backup_dir)
    host = host or settings.host
    if host not in LOOPBACK:
        raise UsageError("`solo` is for this machine alone: it listens on 127.0.0.1, localhost or ::1, nowhere else.")
    if settings.oidc_issuer is not None or settings.public_name is not None:
        raise UsageError(
            "`solo` is for one person and has no name in the world: unset GRAPH_SERVICE_OIDC_ISSUER and"
            " GRAPH_SERVICE_PUBLIC_NAME, or use `serve`."
        )
    path = solo.place(settings)
    opened = _first(settings, path, name) if not path.exists() else _opened(path)
    with solo.memory_folder() as uploads:
        held = solo.holding(settings, opened).model_copy(update={"upload_dir": Path(uploads)})
        # What does not open is told here and not on the first page.
        with open_programme(held.store, settings=held) as programme:
            # Who it was stands in logs and with each write as a keyed hash, as of accounts.
            id = programme.store.internal_id("account", "solo", opened.name)
        say(f"This is {opened.name}'s programme, encrypted. Backups: {held.backup_dir}, one a day.")
        who, door = Actor(f"solo {id}", "coordinator"), _door(held, path, opened)
        listen(held, host, settings.port if port is None else port, door=door, actor=who)


def _settings(context: typer.Context, backup_dir: Path | None = None) -> "Settings":
    from graph_service.settings import Settings

    settings = Settings(**({"store": context.obj} if context.obj else {}))
    # Named, so that what comes round by itself does so in the default place too.
    settings = Settings(store=settings.store) if "store" not in settings.model_fields_set else settings
    return settings if backup_dir is None else settings.model_copy(update={"backup_dir": backup_dir})


def _first(settings: "Settings", path: Path, name: str | None) -> "Opened":
    """The first start: a name, a passphrase, a key."""
    from graph_service.actions import solo
    from graph_service.cli.passphrase import ask_twice

    store = path.with_name(path.name.removesuffix(".key"))
    if store.exists():
        raise UsageError(
            f"{store.name} is there and has no sealed key beside it. If it is not encrypted: `backup --portable FILE`,"
            " move it away, `solo restore FILE`. If it is `solo`'s: put its .key file back from the backups."
        )
    if not store.parent.is_dir():
        raise UsageError("The folder of the store's file does not exist. Make it, or name another.")
    called = " ".join((name or typer.prompt("Your name", err=True)).split())
    if not called:
        raise UsageError("Give a name: the programme is one named person's.")
    opened = solo.make(path, ask_twice(solo.SHORTEST), called)
    say(f"Made: {path}. The store is encrypted with it; a copy goes with every backup.")
    return opened


def _opened(path: Path) -> "Opened":
    from graph_service.actions import solo
    from graph_service.cli.passphrase import tried

    return tried(path, solo.unseal)[0]


def _door(settings: "Settings", path: Path, opened: "Opened") -> Any:
    from graph_service.actions import solo
    from graph_service.api.door import Door

    return Door(lambda typed: solo.opens(path, opened, typed), settings.idle_minutes * 60, name=opened.name)


def passphrase(context: typer.Context) -> None:
    """Choose another passphrase. The store is not rewritten: only its key is sealed anew, here and with the backups."""
    from graph_service.actions import solo
    from graph_service.cli.passphrase import ask_twice, tried

    settings = _settings(context)
    path = solo.place(settings)
    _, old = tried(path, solo.unseal, "Present passphrase")
    solo.change(settings, old, ask_twice(solo.SHORTEST))
    say("Changed. The old passphrase opens nothing any more; copies of the .key file elsewhere still open with it.")


def backups(
    context: typer.Context,
    now: Annotated[bool, typer.Option("--now", help="Make one now.")] = False,
) -> None:
    """List the backups, the newest first; seven days and five weeks are kept."""
    from graph_service.actions import keeping, solo
    from graph_service.cli.opening import opened

    if now:
        with opened(context) as programme:
            settings = programme.settings
            assert settings.backup_dir is not None
            say(f"Made and tried: {keeping.take(programme.store, settings, settings.backup_dir)}")
    for each in solo.backups(_settings(context)):
        typer.echo(str(each))


def restore(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(metavar="FILE", help="A backup, or a file of `backup --portable`.")],
) -> None:
    """Put a backup in the place of a store that is not there; who was erased since is erased again."""
    from graph_service.actions import keeping, solo

    settings = _settings(context)
    path = solo.place(settings)
    solo.put_back(copy, settings)
    opened = _first(settings, path, None) if not path.exists() else _opened(path)
    touched = keeping.restore(copy, settings.store, solo.holding(settings, opened))
    say(f"Restored to {settings.store}. Erased again: {touched} records.")

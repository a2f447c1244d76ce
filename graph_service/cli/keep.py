"""`doctor`, `backup`, `restore`: is it well, and is it safe."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_service.cli.opening import opened
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_table
from graph_service.errors import ServiceError

LIBRARIES = ("networkx", "neo4j", "numba", "numpy", "pyarrow", "pandas", "fastapi", "apsw-sqlite3mc")


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)
    app.command("backup")(backup)
    app.command("restore")(restore)


def doctor(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """Check the store, its secret, its consistency, and what this machine has; exit 1 when something is wrong."""
    import pyarrow as pa

    found: list[dict[str, Any]] = []

    def tell(what: str, state: str, detail: str) -> None:
        found.append({"check": what, "state": state, "detail": detail})

    tell("python", "ok", f"{platform.python_version()} on {platform.system()}")
    tell("libraries", "ok", ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    try:
        with opened(context) as programme:
            from graph_service.actions.keeping import newest_backup, unreplayed

            store = programme.store
            meta = store.meta()
            tell("store", "ok", f"{store.url}: revision {meta.revision}, layout {meta.layout}")
            tell("secret", "ok", "belongs to this store")
            wrong = store.engine.check()
            tell("consistency", "wrong" if wrong else "ok", "; ".join(wrong[:5]) or "nothing found")
            behind = unreplayed(store)
            told = f"{behind} erasures are not in the store: put the backup back with `restore`" if behind else "kept"
            tell("erasure ledger", "wrong" if behind else "ok", told)
            if programme.settings.encryption_key() is not None and store.url.startswith("sqlite"):
                tell("encryption at rest", "ok", "the store's own")
            elif programme.settings.encrypted_at_rest:
                tell("encryption at rest", "ok", f"the disk's, as you say: {programme.settings.encrypted_at_rest}")
            else:
                tell(
                    "encryption at rest",
                    "note",
                    "off: the service for others does not start; set GRAPH_SERVICE_STORE_KEY_FILE",
                )
            kept = programme.settings.backup_dir
            if kept is not None and store.url.startswith("sqlite"):
                tell("backups", *newest_backup(store, kept))
            folder = programme.settings.cache_dir
            there = folder.exists()
            writable = os.access(folder if there else folder.parent, os.W_OK)
            tell("cache", "ok" if writable else "note", str(folder) if writable else f"{folder} cannot be written")
    except ServiceError as error:
        tell("store", "wrong", error.message if error.hint in error.message else f"{error.message} {error.hint}")
    write_table(pa.Table.from_pylist(found), form, output, title="Checks")
    if any(each["state"] == "wrong" for each in found):
        raise typer.Exit(1)


def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not be there yet.")],
    portable: Annotated[
        bool, typer.Option("--portable", help="A file that SQLite or Neo4j can be filled from; a server's always is.")
    ] = False,
) -> None:
    """Copy the store into one file while others go on working (readable by you alone)."""
    with opened(context) as programme:
        from graph_service.actions.keeping import backup as copy

        copy(programme.store, target, portable_form=portable)
        say(f"Written: {target}. Keep the secret file with it, and the erasure ledger apart from it.")


def restore(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` wrote.")],
) -> None:
    """Put a backup in the place of a store that is not there; who was erased since is erased again."""
    from graph_service.actions.keeping import restore as put_back
    from graph_service.settings import Settings

    settings = Settings(**({"store": context.obj} if context.obj else {}))
    touched = put_back(copy, settings.store, settings)
    say(f"Restored to {settings.store}. Erased again: {touched} records.")

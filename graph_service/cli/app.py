"""`graph-service`: every command, and the one place where an error becomes a sentence and an exit status."""

import sys
from importlib import import_module
from typing import Annotated

import typer

from graph_service import __version__
from graph_service.errors import ServiceError

HELP = "See, measure and grow the professional networks of learners in work-based-learning programmes."

app = typer.Typer(
    name="graph-service",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

#: Modules of commands, in the order of the help. Each has a function `register(app)`.
MODULES = (
    "load",
    "measure",
    "waves",
    "publish",
    "cohort",
    "study",
    "surveys",
    "introductions",
    "look",
    "solo",
    "demo",
    "export",
    "care",
    "rights",
    "duties",
    "release",
    "keep",
    "wbl",
    "reports",
    "access",
    "sign_in",
    "audit_log",
    "outbox",
    "consents",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"graph-service {__version__}")
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            help="Address of the store: sqlite:///file.db or neo4j://host:port.", envvar="GRAPH_SERVICE_STORE"
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Options of every command."""
    context.obj = store


for _module in MODULES:
    import_module(f"graph_service.cli.{_module}").register(app)


def run(arguments: list[str] | None = None) -> None:
    """Run the command line. Exit 0 ok, 1 failure, 2 usage, 3 data rejected; never a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(_store_first(words), standalone_mode=True)
    except ServiceError as error:
        _say(f"{error.message}{_hint(error)}")
        raise SystemExit(error.exit) from None
    except KeyboardInterrupt:
        _say("Stopped. What was acknowledged is kept.")
        raise SystemExit(130) from None
    except BrokenPipeError:
        # The reader of a pipe (head, less) has seen enough.
        sys.stderr.close()
        raise SystemExit(0) from None
    except MemoryError:
        _say("There is not enough memory for this. Ask for less, or use a larger machine.")
        raise SystemExit(1) from None


def _hint(error: ServiceError) -> str:
    return "" if not error.hint or error.hint in error.message else f" {error.hint}"


def _say(text: str) -> None:
    print(f"graph-service: {text}", file=sys.stderr)


def _store_first(words: list[str]) -> list[str]:
    """`--store URL` counts wherever it stands: people add it at the end of a command."""
    for at, word in enumerate(words):
        if word == "--":
            break
        if word == "--store" and at + 1 < len(words):
            return ["--store", words[at + 1], *words[:at], *words[at + 2 :]]
        if word.startswith("--store="):
            return [word, *words[:at], *words[at + 1 :]]
    return words

"""Asking for a passphrase at the terminal: never on the command line, never in the environment, never shown."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from graph_service.cli.output import say
from graph_service.errors import UsageError, WrongPassphrase

T = TypeVar("T")
#: Tries before the command ends, and seconds to wait after the first wrong one, doubled each time.
TRIES, WAIT = 3, 1.0


def ask(what: str) -> str:
    """What somebody types unseen, or the next line of a pipe. Raises UsageError where nobody types anything."""
    if sys.stdin is not None and sys.stdin.isatty():
        import getpass

        typed = getpass.getpass(f"{what}: ", stream=sys.stderr)
    else:
        say(f"{what}:")
        typed = (sys.stdin.readline() if sys.stdin is not None else "").rstrip("\r\n")
    if not typed:
        raise UsageError("Nothing was typed. The passphrase is asked for at the terminal, or read as a line of a pipe.")
    return typed


def ask_twice(shortest: int) -> str:
    """A new passphrase, typed twice. Raises UsageError where it is too short or the two differ."""
    say(f"Choose a passphrase of at least {shortest} characters: four or five words that you will remember.")
    say("Nobody can open the store without it, and nobody can give it back to you. Write it down; keep it elsewhere.")
    first = ask("New passphrase")
    if len(first) < shortest:
        raise UsageError(f"That has {len(first)} characters, and {shortest} are needed. Nothing was changed.")
    if ask("The same again") != first:
        raise UsageError("The two are not the same. Nothing was changed.")
    return first


def tried(path: Path, opens: Callable[[Path, str], T], what: str = "Passphrase") -> tuple[T, str]:
    """What a passphrase opens, and the passphrase; three tries, each wait longer. Raises WrongPassphrase."""
    tries = TRIES if sys.stdin is not None and sys.stdin.isatty() else 1
    for turn in range(tries):
        typed = ask(what)
        try:
            return opens(path, typed), typed
        except WrongPassphrase as error:
            time.sleep(WAIT * 2**turn)
            if turn + 1 == tries:
                raise
            say(error.title + ".")
    raise WrongPassphrase()

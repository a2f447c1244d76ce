"""`consents`: who signs for a learner, what is signed by link or on paper, and what ends."""

from pathlib import Path
from typing import Annotated, Any

import typer

from graph_service.cli.opening import AsOf, day, opened, split
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_table
from graph_service.errors import UnknownPerson, UsageError

Learner = Annotated[str, typer.Argument(help="The learner's own key.")]
Purposes = Annotated[str, typer.Option("--purpose", help="What is allowed: introduce,share_name,messages, ...")]
Myself = Annotated[bool, typer.Option("--self", help="The learner, who is of age, signed; not a guardian.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Consents: who signs, by link or on paper, and what ends.")
    for each in (guardian, ask, paper, revoke, due):
        group.command(each.__name__)(each)
    app.add_typer(group, name="consents")


def guardian(
    context: typer.Context,
    learner: Learner,
    email: Annotated[str | None, typer.Option("--email", help="The guardian's address.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="How the guardian is addressed.")] = None,
    language: Annotated[str, typer.Option("--language", help="The language they read: en, es, or your own.")] = "en",
) -> None:
    """Record who signs for a learner."""
    if email is None and name is None:
        raise UsageError("Say who: --email, --name, or both.")
    with opened(context) as programme:
        from graph_service.actions import guardians

        who = _person(programme.store, learner)
        guardians.add_guardian(programme.store, who, email=email, name=name, language=language, actor="command line")
        say("Recorded. `consents ask` mails them a form to sign.")


def ask(context: typer.Context, learner: Learner, as_of: AsOf = None) -> None:
    """Queue a mail with a signing link for each guardian of a learner; `outbox send` sends it."""
    with opened(context) as programme:
        from graph_service.actions import guardians

        who = _person(programme.store, learner)
        sent = guardians.ask_signatures(programme.store, programme.settings, who, day(as_of, programme))
        say(f"{len(sent)} mails are queued.")


def paper(
    context: typer.Context,
    purpose: Purposes,
    scan: Annotated[str, typer.Option("--scan", help="Where the scan is kept: a file, a folder and page, a number.")],
    signed: Annotated[str, typer.Option("--signed", help="The day on the forms (YYYY-MM-DD).")],
    learners: Annotated[str | None, typer.Option("--learners", help="Own keys, separated by commas.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A file with an own key on each line.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="The last day; at most a year is taken.")] = None,
    refused: Annotated[bool, typer.Option("--refused", help="The forms say no.")] = False,
    myself: Myself = False,
    as_of: AsOf = None,
) -> None:
    """Record a pile of signed forms that all say the same. Exit 3 when some could not be recorded."""
    if (learners is None) == (file is None):
        raise UsageError("Say whose forms: --learners or --file.")
    keys = list(dict.fromkeys(split(learners) or []))
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
            keys = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"{file} cannot be read as text.") from None
    with opened(context) as programme:
        from graph_service.actions import guardians

        count, left = guardians.on_paper(
            programme.store,
            keys,
            split(purpose) or [],
            scan,
            signed=day(signed, programme),
            today=day(as_of, programme),
            granted=not refused,
            until=None if until is None else day(until, programme),
            by_self=myself,
            actor="command line",
        )
        say(f"{count} consents of {len(keys) - len(left)} learners are recorded.")
        for key, why in left:
            say(f"{key}: {why}")
        if left:
            raise guardians.FormsLeft(f"{len(left)} forms were not recorded.")


def revoke(
    context: typer.Context,
    learner: Learner,
    purpose: Purposes,
    myself: Myself = False,
    as_of: AsOf = None,
) -> None:
    """Record that a consent was taken back. What is on its way ends at once."""
    with opened(context) as programme:
        from graph_service.actions import guardians

        store, by = programme.store, "self" if myself else "guardian"
        for each in split(purpose) or []:
            guardians.revoke(store, _person(store, learner), each, day(as_of, programme), by=by, actor="command line")
        say("Taken back.")


def due(
    context: typer.Context, as_of: AsOf = None, form: FormatOption = Format.table, output: OutputOption = None
) -> None:
    """Learners who turn 18 within 30 days, whose consent ends soon, or who are enrolled at a college as well."""
    import pyarrow as pa

    with opened(context) as programme:
        from graph_service.actions import guardians

        rows = guardians.due(programme.store, day(as_of, programme))
        shape = pa.schema(
            [
                ("person_id", pa.string()),
                ("turns_18", pa.date32()),
                ("dual_enrolment", pa.bool_()),
                ("consent_ends", pa.date32()),
                ("purposes", pa.list_(pa.string())),
                ("own_consents", pa.list_(pa.string())),
            ]
        )
        write_table(pa.Table.from_pylist(rows, schema=shape), form, output, title="Consents that need a look")


def _person(store: Any, key: str) -> str:
    """The internal id of somebody by own key. Raises UnknownPerson."""
    found = store.find("person", key=key)
    if not found:
        raise UnknownPerson()
    return str(found[0]["id"])

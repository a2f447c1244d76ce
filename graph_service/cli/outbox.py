"""`outbox`: mail that is to go out, that went, and of which nobody knows."""

from pathlib import Path
from typing import Annotated, Any

import typer

from graph_service.cli.opening import opened, split
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_table
from graph_service.errors import NotFound, UnknownPerson, UsageError

Id = Annotated[str, typer.Argument(help="The message's id, as `outbox list` gives it.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Mail: what is to go out, what went, what came back.")
    for each in (queue, send, preview, resolve, returned, rules):
        group.command(each.__name__)(each)
    group.command("list")(list_messages)
    app.add_typer(group, name="outbox")
    log = typer.Typer(no_args_is_help=True, help="The restricted log: for the safeguarding lead alone.")
    log.command("list")(list_concerns)
    log.command("close")(close_concern)
    app.add_typer(log, name="concerns")


def queue(context: typer.Context) -> None:
    """Find what is to be told and put it into mails, without sending any."""
    with opened(context) as programme:
        from graph_service.actions import outbox

        _say(outbox.queue(programme.store, programme.settings))


def send(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Mails at most.")] = 10_000,
) -> None:
    """Find what is to be told, and send what is due. Run it every few minutes; twice at once does no harm."""
    with opened(context) as programme:
        from graph_service.actions import outbox
        from graph_service.messages.opening import transport

        report = outbox.run(programme.store, programme.settings, transport(programme.settings), limit=limit)
        _say(report)
        if report.unreachable is not None:
            raise outbox.ServerAway(report.unreachable)


def preview(
    context: typer.Context,
    id: Annotated[str | None, typer.Argument(help="One message; without it every queued one.")] = None,
) -> None:
    """Show what queued mails would say if they were sent now. Nothing is sent."""
    with opened(context) as programme:
        from graph_service.actions import outbox

        store = programme.store
        if id is not None and store.get("message", id) is None:
            raise NotFound("There is no such message.")
        shown = 0
        for message, text in outbox.previews(store, programme.settings, id):
            shown += 1
            typer.echo(f"--- {message['id']} ({message['state']})\n{text}\n")
        if not shown:
            say("Nothing is queued. `outbox queue` looks for what is to be told.")


def list_messages(
    context: typer.Context,
    state: Annotated[
        str | None, typer.Option("--state", help="queued, sending, sent, uncertain, bounced, cancelled.")
    ] = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Mails and where they stand; never an address and never a text."""
    import pyarrow as pa

    from graph_service.records.vocabulary import vocabulary

    if state is not None and state not in vocabulary("message_states"):
        raise UsageError(f"States: {', '.join(vocabulary('message_states').codes)}.")
    with opened(context) as programme:
        from graph_service.actions import outbox

        rows = outbox.listed(programme.store, state)
        kinds = {"day": pa.date32(), "attempts": pa.int64()}
        columns = {name: pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in outbox.LISTED}
        write_table(pa.table(columns), form, output, title=f"{len(rows)} messages")


def resolve(
    context: typer.Context,
    id: Id,
    sent: Annotated[bool, typer.Option("--sent", help="It arrived.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Send it again.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Do not send it.")] = False,
) -> None:
    """Say what is true of a mail whose answer was lost: nothing is sent again without a person's word."""
    said = [name for name, given in (("sent", sent), ("again", again), ("cancel", cancel)) if given]
    if len(said) != 1:
        raise UsageError("Say one of --sent, --again, --cancel.")
    with opened(context) as programme:
        from graph_service.actions import outbox

        state = outbox.resolve(programme.store, id, said[0], actor="command line")
        say(f"The message is {state}.")


def returned(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Reports of non-delivery (.eml), as a mail server sends them.")],
) -> None:
    """Read reports of non-delivery: their mails count as bounced, and the address is not written to again."""
    with opened(context) as programme:
        from graph_service.actions import outbox

        for file in files:
            try:
                content = file.read_bytes()
            except OSError as error:
                raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
            marked = outbox.returned(programme.store, content)
            say(f"{file.name}: {len(marked)} of our mails came back.")


def rules(
    context: typer.Context,
    name: Annotated[str | None, typer.Option("--name", help="What mails call the programme.")] = None,
    quiet: Annotated[
        str | None, typer.Option("--quiet", metavar="FROM-UNTIL", help="No mail in these hours: 20:00-07:00.")
    ] = None,
    weekends: Annotated[bool | None, typer.Option("--weekends/--no-weekends", help="Mail on weekends too.")] = None,
    school_addresses: Annotated[
        str | None,
        typer.Option("--school-addresses", help="Domains at which learners may be written to, or `none`."),
    ] = None,
    lead: Annotated[str | None, typer.Option("--lead", help="Own key of the safeguarding lead.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="Where a person's own is not known.")] = None,
) -> None:
    """Show the programme's rules about mail, or change some of them."""
    changes: dict[str, Any] = {"name": name, "language": language}
    if quiet is not None:
        start, mark, end = quiet.partition("-")
        if not mark:
            raise UsageError("Quiet hours are written FROM-UNTIL: 20:00-07:00.")
        changes |= {"quiet_from": start.strip(), "quiet_until": end.strip()}
    if weekends is not None:
        changes["quiet_weekends"] = not weekends
    if school_addresses is not None:
        changes["school_addresses"] = [] if school_addresses == "none" else split(school_addresses)
    with opened(context) as programme:
        from graph_service.actions import mail_rules

        if lead is not None:
            found = programme.store.find("person", key=lead)
            if not found:
                raise UnknownPerson()
            changes["lead"] = found[0]["id"]
        given = {key: value for key, value in changes.items() if value is not None}
        rule = mail_rules.change(programme.store, given, actor="command line")
        for key, value in rule.items():
            typer.echo(f"{key}: {', '.join(value) if isinstance(value, list | tuple) else value}")


def list_concerns(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """What was said to be wrong, open first. Whoever may open the store may read it: keep the store to the lead."""
    import pyarrow as pa

    with opened(context) as programme:
        from graph_service.actions import concerns

        rows = concerns.log(programme.store, _lead())
        types = {"version": pa.int64(), "date": pa.date32()}
        names = ("id", "version", "date", "state", "about", "raised_by", "text")
        columns = {name: pa.array([row[name] for row in rows], types.get(name, pa.string())) for name in names}
        write_table(pa.table(columns), form, output, title="Concerns and reports")


def close_concern(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="The entry's id.")],
    version: Annotated[int, typer.Option("--version", help="The version that you read.")],
) -> None:
    """Close an entry: the adult may be offered again."""
    with opened(context) as programme:
        from graph_service.actions import concerns

        store, lead = programme.store, _lead()
        close = concerns.close_concern if store.get("concern", id) is not None else concerns.close_report
        close(store, lead, id, version)
        say("Closed.")


def _lead() -> Any:
    from graph_service.disclosure.scope import Actor

    return Actor("command line", "lead")


def _say(report: Any) -> None:
    """What a run did, a line for each part that is not nothing."""
    say(f"{report.notices} new things to tell, {report.mails} new mails.")
    for state, count in sorted(report.states.items()):
        say(f"{state}: {count}")
    if report.quiet:
        say(f"{report.quiet} wait for the end of quiet hours.")
    if report.later:
        say(f"{report.later} wait for their next try.")
    if report.states.get("uncertain"):
        say("Of the uncertain ones nobody knows whether they arrived: `outbox list --state uncertain`, then `resolve`.")

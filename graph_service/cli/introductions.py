"""`introduce`, `introductions ...`, `audit`: whom to introduce, introductions on their way, how good the advice is."""

import enum
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_service.cli.opening import (
    AsOf,
    HalfLife,
    KnownAt,
    LayerOption,
    Theta,
    ThetaStrong,
    Weights,
    day,
    opened,
    parameters,
)
from graph_service.cli.output import Format, FormatOption, OutputOption, replacing, say, write_json, write_table
from graph_service.errors import MissingExtra, UnknownPerson, UsageError


class AuditFormat(enum.StrEnum):
    """Formats of the audit's report."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"
    chart = "chart"


Id = Annotated[str, typer.Argument(help="The introduction's id, as `introductions list` gives it.")]


def register(app: typer.Typer) -> None:
    app.command("introduce")(introduce)
    app.command("audit")(audit)
    group = typer.Typer(no_args_is_help=True, help="Introductions on their way.")
    group.command("list")(list_introductions)
    group.command("show")(show)
    group.command("propose")(propose)
    group.command("move")(move)
    group.command("draft")(draft)
    group.command("calendar")(calendar)
    group.command("standing")(standing)
    group.command("expire")(expire)
    app.add_typer(group, name="introductions")


def introduce(
    context: typer.Context,
    learner: Annotated[str | None, typer.Option("--learner", help="The learner's own key.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every learner on the roster.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: Annotated[int, typer.Option("--limit", help="Suggestions for each learner.")] = 5,
    assign: Annotated[
        bool, typer.Option("--assign", help="With --all: one plan for everyone, within everybody's capacity.")
    ] = False,
    each: Annotated[int, typer.Option("--each", help="With --assign: introductions for one learner, at most.")] = 1,
    groups: Annotated[
        bool, typer.Option("--groups/--no-groups", help="With --assign: small groups where they reach more.")
    ] = True,
    seed: Annotated[int, typer.Option("--seed", help="With --assign: seed of the draws between equals.")] = 0,
    propose: Annotated[
        bool, typer.Option("--propose", help="With --assign: put the plan's introductions on their way.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why, with the evidence, in words.")] = False,
    audience: Annotated[
        str, typer.Option("--audience", help="With --explain: coordinator, connector, target or learner.")
    ] = "coordinator",
    language: Annotated[str, typer.Option("--language", help="Of --explain and of what would help: en or es.")] = "en",
    half_life: HalfLife = None,
    weights: Weights = "table",
    theta: Theta = 0.25,
    theta_strong: ThetaStrong = 2.0,
    layer: LayerOption = "logged",
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Recommend warm introductions: learner, connector, target, over two real relationships."""
    if (learner is None) != everyone:
        raise UsageError("Name one learner with --learner KEY, or ask for everyone with --all.")
    if (assign and not everyone) or (propose and not assign):
        raise UsageError("--assign makes a plan for --all; --propose puts such a plan on its way.")
    with opened(context) as programme:
        chosen = parameters(programme, half_life, weights, theta, theta_strong, layer)
        if assign:
            made = programme.assign(as_of, seed=seed, each=each, groups=groups, known_at=known_at, parameters=chosen)
            _write_plan(programme, made, form, output, language)
            if propose:
                say(f"{len(programme.adopt(made))} introductions are on their way.")
            return
        found = programme.introductions(learner, limit, as_of, known_at=known_at, parameters=chosen)
        if form is Format.json:
            more = {"explanations": found.explain(audience, language)} if explain else {}
            write_json(found.as_dict() | more, output)
            return
        title = f"Introductions on {found.field.snapshot.as_of}"
        write_table(found.table(), form, output, title=title)
        if explain:
            _explain(found, audience, language)


def _write_plan(programme: Any, made: Any, form: Format, output: Any, language: str) -> None:
    """A plan: the introductions, and under the table what it reaches, whom it leaves out and what would help."""
    if form is Format.json:
        write_json(made.as_dict(programme.evidence, language), output)
        return
    write_table(made.table(), form, output, title=f"A plan of introductions on {made.field.snapshot.as_of}")
    told = made.figures()
    say(f"{told['served']} of {told['learners']} learners get an introduction; {told['with_a_path']} have a path.")
    say(
        f"{told['with_nobody']} have nobody; {told['with_nobody_and_a_path']} of them have a path, "
        f"{told['methods'][0]['served_with_nobody']} get an introduction."
    )
    for each in told["methods"]:
        uneven = "no load" if each["load_gini"] is None else f"load Gini {each['load_gini']:.3f}"
        if each["mentor_load_gini"] is not None:
            uneven += f" ({each['mentor_load_gini']:.3f} without staff)"
        say(
            f"{each['name']}: {each['served']} served, {each['served_with_nobody']} of them with nobody, "
            f"score {each['score']:.2f}, {uneven}, {each['beyond_capacity']} beyond capacity."
        )
    for each in made.left_out(language)[1][:8]:
        say(f"Would help: {each['text']}.")


def _explain(found: Any, audience: str, language: str) -> None:
    """The suggestions in the words of who reads them, under the table; what is missing is for staff alone."""
    told = found.as_dict()
    everyone = told.get("learners", [told])
    for each, words in zip(everyone, found.explain(audience, language), strict=True):
        for suggestion, said in zip(each["suggestions"], words["suggestions"], strict=True):
            say(f"{each['learner']} – {suggestion['target']} through {suggestion['connector']}:")
            for line in [*said["reasons"], *said["path"], said["weakest"], *said["not_known"]]:
                if line:
                    say(f"  {line}")
            take = said["take"] or {}
            for line in [said["next"], said["fallback"], take.get("message"), *take.get("questions", ())]:
                if line:
                    say(f"  {line}")
            for line in (take.get("thanks"), take.get("silence")):
                if line:
                    say(f"  {line}")
        if audience == "learner" and "nothing" in words:
            say(f"{each['learner']}: {words['nothing']['text']} {words['nothing']['next']}")
        for missing in each.get("missing", ()) if audience == "coordinator" else ():
            say(f"{each['learner']}: {missing['text']}")


def audit(
    context: typer.Context,
    split: Annotated[str, typer.Option("--split", help="First day of the test period; train is every day before.")],
    until: Annotated[str, typer.Option("--until", help="Last day of the test period.")],
    seed: Annotated[int, typer.Option("--seed", help="Seed of equal scores, of chance and of the intervals.")] = 0,
    rounds: Annotated[int, typer.Option("--rounds", help="Rounds of simulated acceptance; 0 for none.")] = 0,
    guardrails: Annotated[
        str | None, typer.Option("--guardrails", help="File of promises; `shipped` for ours. A broken one fails.")
    ] = None,
    half_life: HalfLife = None,
    weights: Weights = "table",
    layer: LayerOption = "logged",
    form: Annotated[AuditFormat, typer.Option("--format", help="How to write the report.")] = AuditFormat.table,
    output: OutputOption = None,
) -> None:
    """Measure the recommender on the programme's own history, beside the baselines it has to beat."""
    if form is AuditFormat.chart and output is None:
        raise UsageError("A chart is written to a file: name it with --output FILE.html or FILE.svg.")
    with opened(context) as programme:
        chosen = parameters(programme, half_life, weights, layer=layer)
        result = programme.audit(split, until, seed=seed, rounds=rounds, guardrails=guardrails, parameters=chosen)
    if form is AuditFormat.json:
        write_json(result, output)
    elif form is AuditFormat.chart and output is not None:
        _write_chart(result, output)
    else:
        import pyarrow as pa

        rows = pa.Table.from_pylist([_flat(row) for row in result["rankers"]])
        title = f"Rankers on {result['split']} to {result['until']}, {result['learners_judged']} learners"
        write_table(rows, Format(form.value), output, title=title)
        if form is AuditFormat.table and output is None:
            _say_trade(result)
    programme.keep_promises(result)


def _write_chart(result: dict[str, Any], output: Path) -> None:
    """The report as a page, or as a drawing where the file is called so."""
    from viz.audit import audit_chart
    from viz.page import draw

    chart = audit_chart(result)
    if output.suffix == ".svg":
        try:
            from viz.charts.export import svg

            made = svg(chart)
        except ImportError:
            raise MissingExtra("charts", "a chart as a drawing") from None
    else:
        made = draw(chart, heading="Audit of the recommender")
    with replacing(output) as file:
        file.write(made.encode())


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """One ranker as a row: the figures, and the interval of the first one."""
    low, high = row["intervals"]["precision_at_5"]
    told = {}
    for name, value in row.items():
        if name not in ("intervals", "subgroups"):
            told[name] = value
        if name == "precision_at_5":
            told |= {"precision_low": low, "precision_high": high}
    return told


def _say_trade(result: dict[str, Any]) -> None:
    changes = ", ".join(f"{name} {value:+.4f}" for name, value in result["trade"].items() if value is not None)
    say(f"What lift changes against plain_tie: {changes}.")
    say(f"Seed {result['seed']}, data {result['data_hash']}; intervals: 95 %, bootstrap over learners.")


# --- introductions on their way ------------------------------------------------------------------------------


def list_introductions(
    context: typer.Context,
    state: Annotated[str | None, typer.Option("--state", help="One state, or `open`.")] = None,
    learner: Annotated[str | None, typer.Option("--learner", help="The learner's own key.")] = None,
    as_of: AsOf = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Introductions on their way: whose turn it is, and until when."""
    with opened(context) as programme:
        import pyarrow as pa

        from graph_service.actions.listing import COLUMNS

        rows = programme.on_their_way.list(state, learner, as_of)
        kinds = {"version": pa.int64(), "since": pa.date32(), "due": pa.date32()}
        columns = {name: pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in COLUMNS}
        table = pa.table(columns)
        write_table(table, form, output, title=f"{len(rows)} introductions")
        pace = programme.on_their_way.pace()
    if form is Format.table and pace.days is not None:
        say(
            f"From request to meeting: {pace.days:g} days (median of {pace.met}); the goal is {pace.goal}, "
            f"kept by {pace.within}."
        )


def show(context: typer.Context, id: Id, as_of: AsOf = None, form: FormatOption = Format.table) -> None:
    """One introduction: its state, its steps, and what can be done next."""
    with opened(context) as programme:
        found = programme.on_their_way.show(id, as_of)
    if form is Format.json:
        write_json(found, None)
        return
    import pyarrow as pa

    write_table(pa.Table.from_pylist(found.pop("steps")), form, None, title=f"{found['learner']} – {found['target']}")
    for name, value in found.items():
        if value not in (None, []):
            typer.echo(f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}")


def propose(
    context: typer.Context,
    learner: Annotated[str, typer.Option("--learner", help="For whom (own key).")],
    connector: Annotated[str, typer.Option("--connector", help="Through whom (own key).")],
    target: Annotated[str, typer.Option("--target", help="To whom (own key).")],
    ask: Annotated[str, typer.Option("--ask", help="What is asked: talk, shadow, mock_interview, ...")] = "talk",
    as_of: AsOf = None,
) -> None:
    """Put a suggestion on its way. Prints its id and version."""
    with opened(context) as programme:
        _say_moved(programme.on_their_way.propose(learner, connector, target, ask, as_of))


def move(
    context: typer.Context,
    id: Id,
    name: Annotated[str, typer.Argument(help="The move: request, approve, ask_connector, ...")],
    version: Annotated[int, typer.Option("--version", help="The version that you read.")],
    answer_of: Annotated[
        str | None, typer.Option("--answer-of", help="Record the answer of the learner, connector or target.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why (a code); shown to staff alone.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="More about why; shown to staff alone.")] = None,
    meeting: Annotated[str | None, typer.Option("--meeting", help="Day of the meeting (YYYY-MM-DD).")] = None,
    message: Annotated[str | None, typer.Option("--message", help="The learner's message.")] = None,
    as_of: AsOf = None,
) -> None:
    """Move an introduction. A move on what has changed meanwhile is refused."""
    with opened(context) as programme:
        more: dict[str, Any] = {"reason": reason, "note": note, "message": message, "answer_of": answer_of}
        _say_moved(programme.on_their_way.move(id, name, version, as_of, meeting=meeting, **more))


def draft(
    context: typer.Context,
    id: Id,
    language: Annotated[str, typer.Option("--language", help="en or es.")] = "en",
    as_of: AsOf = None,
    form: FormatOption = Format.table,
) -> None:
    """Messages to edit and send: what is of use while the introduction stands as it does."""
    with opened(context) as programme:
        from dataclasses import asdict

        found = programme.on_their_way.drafts(id, language, as_of)
    if form is Format.json:
        write_json({"drafts": [asdict(each) for each in found]}, None)
        return
    for each in found:
        typer.echo(f"To: {each.to}\nSubject: {each.subject}\n\n{each.body}")
    if not found:
        say("Nothing is to be written while it stands as it does.")


def calendar(
    context: typer.Context,
    id: Id,
    output: OutputOption = None,
    at: Annotated[str | None, typer.Option("--at", help="Time of day of the meeting (HH:MM); else all day.")] = None,
    minutes: Annotated[int, typer.Option("--minutes", min=5, max=480, help="How long it takes.")] = 30,
    language: Annotated[str, typer.Option("--language", help="en or es.")] = "en",
    as_of: AsOf = None,
) -> None:
    """The meeting with reminders as an iCalendar file; before, the day until which an answer is waited for."""
    from datetime import time

    try:
        hour = None if at is None else time.fromisoformat(at)
    except ValueError:
        raise UsageError("--at is a time of day such as 15:30.") from None
    with opened(context) as programme:
        made = programme.on_their_way.calendar(id, at=hour, minutes=minutes, language=language, as_of=as_of)
    if output is None:
        typer.echo(made.decode())
    else:
        with replacing(output) as file:
            file.write(made)


def standing(
    context: typer.Context,
    person: Annotated[str | None, typer.Option("--person", help="The adult (own key) who says yes in advance.")] = None,
    side: Annotated[str, typer.Option("--side", help="connector or target.")] = "target",
    ask: Annotated[str, typer.Option("--ask", help="To which kind of ask: talk, shadow, ...")] = "talk",
    monthly: Annotated[int, typer.Option("--monthly", min=1, help="How many times a month, at most.")] = 1,
    until: Annotated[str | None, typer.Option("--until", help="Last day (YYYY-MM-DD).")] = None,
    end: Annotated[str | None, typer.Option("--end", metavar="ID", help="Take one back.")] = None,
    as_of: AsOf = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Standing consents: record an adult's yes in advance (--person), take one back (--end), or list them."""
    with opened(context) as programme:
        import pyarrow as pa

        from graph_service.actions import standing as consents
        from graph_service.disclosure.scope import OWNER

        today = day(as_of, programme)
        if end is not None:
            consents.take_back(programme.store, OWNER, end)
        elif person is not None:
            who, last = _person(programme, person), None if until is None else day(until, programme)
            more: dict[str, Any] = {"monthly": monthly, "until": last, "today": today}
            typer.echo(consents.give_standing_consent(programme.store, OWNER, who, side, ask, **more))
        else:
            rows = consents.standing_consents(programme.store, OWNER, today)
            kinds = {"monthly": pa.int64(), "since": pa.date32(), "until": pa.date32()}
            columns = {
                name: pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in consents.COLUMNS
            }
            write_table(pa.table(columns), form, output, title=f"{len(rows)} standing consents")


def expire(context: typer.Context, as_of: AsOf = None) -> None:
    """Record what has waited too long, end what a gate has closed, and name the reminders that are due."""
    with opened(context) as programme:
        ended, reminders = programme.on_their_way.expire(as_of)
        for moved in ended:
            _say_moved(moved)
        for each in reminders:
            typer.echo(f"{each.introduction} reminder to {each.party}, school day {each.school_day}")


def _person(programme: Any, key: str) -> str:
    """The internal id of somebody by own key. Raises UnknownPerson."""
    found = programme.store.find("person", key=key)
    if not found:
        raise UnknownPerson()
    id: str = found[0]["id"]
    return id


def _say_moved(moved: Any) -> None:
    typer.echo(f"{moved.introduction} {moved.state} version {moved.version}")

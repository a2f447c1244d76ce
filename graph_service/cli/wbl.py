"""The intermediary's work on the command line: partners, plans, employers, places, priorities, experiences."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_service.cli import experiences
from graph_service.cli.opening import AsOf, day, opened
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_json, write_table
from graph_service.errors import UsageError

#: Group of commands, its name of the list, and what it is.
LISTS = (
    ("intermediaries", "intermediaries", "Organisations and people who do the intermediary's work, with caseloads."),
    ("stakeholders", "stakeholders", "Partners of every kind: ties, promises, and whether anybody covers them."),
    ("coverage", "coverage", "Schools and colleges: intermediaries, coordinators, learners whom nobody looks after."),
    ("caseloads", "caseloads", "Coordinators, advisers and part-time instructors: learners, share of full time."),
    ("convenings", "convenings", "Convenings: sessions, role-alike groups, who came, ties that live on."),
    ("colleagues", "colleagues", "The intermediary's own people as a network, measured like any other."),
    ("partners", "partners", "Ties between organisations as a network: size, constraint, who bridges."),
    ("actions", "actions", "Steps of the communities' plans; what is late comes first."),
    ("employers", "employers", "Employers: level, asks and answers, contacts, silence, hosting, the next step."),
    ("champions", "champions", "People of employers who speak for work-based learning."),
    ("slots", "slots", "Places on offer: offered, filled, completed, free."),
    ("priorities", "priorities", "Occupations in demand that sustain a family by the stated rule, with gaps."),
    ("pathways", "pathways", "Course sequences with activities in them, and how far learners are."),
    ("gaps", "gaps", "Sectors that learners aim for and whose employers their networks do not reach."),
    ("visions", "visions", "Targets of the communities' visions against what is so today."),
    ("transitions", "transitions", "Sites that learners left: who moved on, and who keeps contact."),
    ("experiences", "experiences", "Learners' experiences: state, hours, quality, whether Perkins V counts them."),
)


def register(app: typer.Typer) -> None:
    for group, name, doc in LISTS:
        commands = typer.Typer(help=doc, no_args_is_help=True)
        commands.command("list", help=doc)(_list(name))
        if group == "slots":
            help_ = "Places of the next twelve months, from each employer's history, with 80% intervals."
            commands.command("forecast", help=help_)(_list("forecast"))
        if group == "priorities":
            commands.command("rule")(rule)
        if group == "experiences":
            experiences.extend(commands)
        app.add_typer(commands, name=group)
    sites = typer.Typer(help="Communities or modes side by side.", no_args_is_help=True)
    sites.command("sites", help="Communities of a cohort side by side.")(_list("sites"))
    sites.command("modes", help="Quality and pay of experiences by mode, with intervals.")(_list("modes"))
    sites.command("growth")(growth)
    app.add_typer(sites, name="compare")
    self_assessment = typer.Typer(help="Instruments of self-assessment and their results.", no_args_is_help=True)
    self_assessment.command("check")(check)
    self_assessment.command("report")(report)
    app.add_typer(self_assessment, name="assessment")
    app.command("broker")(broker)
    experiences.register_rules(app)


def _list(name: str) -> Callable[..., None]:
    def listing(
        context: typer.Context, as_of: AsOf = None, form: FormatOption = Format.table, output: OutputOption = None
    ) -> None:
        from graph_service.desks.work import listed
        from graph_service.disclosure.scope import OWNER

        with opened(context) as programme:
            on = day(as_of, programme)
            found = listed(programme.reader(OWNER), name, on, programme.settings.wage_rule)
        _write(found, name, {"as_of": on}, form, output)

    return listing


def check(
    file: Annotated[Path | None, typer.Argument(help="The instrument (YAML). [default: the one in force]")] = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Check an instrument of self-assessment: every error with its place."""
    from graph_service.desks.work import checked
    from graph_service.settings import Settings

    found = checked(file or Settings().instrument)
    about = {"instrument": found.id, "version": found.version}
    _write(found.elements, found.id, about, form, output)


def report(
    context: typer.Context, as_of: AsOf = None, form: FormatOption = Format.table, output: OutputOption = None
) -> None:
    """Report self-assessments: raters and their differences, consensus, change, focus areas, evidence."""
    from graph_service.desks.work import listed, proposed
    from graph_service.disclosure.scope import OWNER

    with opened(context) as programme:
        on, reader = day(as_of, programme), programme.reader(OWNER)
        found, evidence = listed(reader, "assessment", on), proposed(reader, on, programme.settings.instrument)
    _write(found, "assessment", {"as_of": on, "evidence": [asdict(each) for each in evidence]}, form, output)


def growth(
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", help="First day of the period.")],
    last: Annotated[str, typer.Option("--to", help="Last day of the period.")],
    internal: Annotated[bool, typer.Option("--internal", help="Numbers of small groups too.")] = False,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Network growth and quality of each mode against in person, matched on goal and site, with intervals."""
    from graph_service.desks.equity import modes
    from graph_service.disclosure.scope import OWNER

    with opened(context) as programme:
        found = modes(programme.reader(OWNER), day(first, programme), day(last, programme), internal=internal)
    about = {"from": found.first, "to": found.last, "several_modes": found.several_modes}
    _write(found.rows, "Modes against in person", about, form, output)
    if form is Format.table:
        say(f"Disclosure control: {found.suppression}.")


def rule(
    file: Annotated[Path | None, typer.Argument(help="A rule file (YAML). [default: the one in force]")] = None,
) -> None:
    """Check a wage rule and print it."""
    from graph_service.desks.work import wage_rule
    from graph_service.settings import Settings

    typer.echo(str(wage_rule(file or Settings().wage_rule)))


def broker(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Propose; write nothing.")] = False,
    as_of: AsOf = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Propose places to learners: the best assignment with its proof, beside greedy and deferred acceptance."""
    from graph_service.desks.work import brokered
    from graph_service.disclosure.scope import OWNER

    if not dry_run:
        raise UsageError("Placing is a person's decision: `broker --dry-run` proposes, and nothing is written.")
    with opened(context) as programme:
        on = day(as_of, programme)
        found = brokered(programme.reader(OWNER), on)
    if form is Format.json:
        write_json({"as_of": on, **asdict(found)}, output)
        return
    _write(found.methods, "methods", {}, Format.table, None) if form is Format.table else None
    _write(found.offers, f"Proposals on {on}", {"as_of": on}, form, output)


def _write(rows: Sequence[Any], title: str, about: dict[str, Any], form: Format, output: Path | None) -> None:
    import pyarrow as pa

    if not rows:
        if form is Format.json:
            write_json({**about, "rows": []}, output)
        else:
            say("There is nothing of this kind in the programme yet.")
        return
    assert is_dataclass(rows[0])
    names = [each.name for each in fields(rows[0])]
    columns = {name: pa.array([_plain(getattr(row, name)) for row in rows]) for name in names}
    write_table(pa.table(columns), form, output, about=about, title=title)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, dict):
        return next(iter(value.values()))
    return value

"""`experiences ...` and `rules ...`: a placement from request to thanks, and what must hold before it starts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_service.cli.opening import AsOf, day, opened
from graph_service.cli.output import Format, FormatOption, OutputOption, write_table
from graph_service.errors import UnknownPerson, UsageError

if TYPE_CHECKING:
    from graph_service.programme import Programme

Id = Annotated[str, typer.Argument(help="The experience's id, as `experiences list` gives it.")]
RulesFile = Annotated[
    Path | None, typer.Option("--rules", help="The state's rule file (YAML). [default: GRAPH_SERVICE_PLACEMENT_RULES]")
]


def extend(group: typer.Typer) -> None:
    """Add what is done with experiences to the group that lists them."""
    for name, work in (
        ("request", request), ("place", place), ("check", check), ("waive", waive), ("document", document),
        ("sign", sign), ("move", move), ("visit", visit), ("log-hours", log_hours), ("evaluate", evaluate),
    ):  # fmt: skip
        group.command(name)(work)


def register_rules(app: typer.Typer) -> None:
    group = typer.Typer(help="The rules that are checked before a placement starts.", no_args_is_help=True)
    group.command("list")(list_rules)
    group.command("check")(check_rules)
    app.add_typer(group, name="rules")


def request(
    context: typer.Context,
    learner: Annotated[str, typer.Option("--learner", help="The learner's own key.")],
    activity: Annotated[str, typer.Option("--activity", help="Which activity: internship_paid, job_shadow, ...")],
    mode: Annotated[str, typer.Option("--mode", help="in_person, virtual, hybrid, ...")] = "in_person",
    host: Annotated[str | None, typer.Option("--host", help="The employer's own key.")] = None,
    supervisor: Annotated[str | None, typer.Option("--supervisor", help="Who supervises (own key).")] = None,
    course: Annotated[str | None, typer.Option("--course", help="The course it is aligned with.")] = None,
    hours_week: Annotated[int | None, typer.Option("--hours-week", help="Hours a week.")] = None,
    hazard: Annotated[list[str] | None, typer.Option("--hazard", help="Hazardous order of the work.")] = None,
    tailored: Annotated[bool, typer.Option("--tailored", help="Made for this learner.")] = False,
    as_of: AsOf = None,
) -> None:
    """Ask for an experience. Prints its id."""
    with opened(context) as programme:
        from graph_service.actions.placing import request as ask

        on = day(as_of, programme)
        terms: dict[str, Any] = {
            "course": course,
            "hours_week": hours_week,
            "hazards": hazard or [],
            "tailored": tailored,
            "mode": mode,
        }
        if host is not None:
            terms["host"] = _organization(programme, host)
        if supervisor is not None:
            terms["supervisor"] = _person(programme, supervisor)
        typer.echo(ask(programme.store, _person(programme, learner), activity, on, **terms))


def place(
    context: typer.Context,
    id: Id,
    slot: Annotated[str, typer.Option("--slot", help="The slot's id, as `slots list` gives it.")],
    as_of: AsOf = None,
) -> None:
    """Give a requested experience one of a slot's places."""
    with opened(context) as programme:
        from graph_service.actions.placing import place as give

        give(programme.store, id, slot, day(as_of, programme))
    typer.echo(f"{id} matched")


def check(
    context: typer.Context,
    id: Id,
    rules: RulesFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say; record nothing.")] = False,
    as_of: AsOf = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Check every rule that is asked of an experience, with its source. Exit 3 when one has failed."""
    import pyarrow as pa

    with opened(context) as programme:
        from graph_service.actions import checking

        chosen, on = _rules(programme, rules), day(as_of, programme)
        found = checking.findings(programme.store, id, on, chosen)
        if not dry_run:
            checking.check(programme.store, id, on, chosen)
    names = ("rule", "result", "until", "source", "reason")
    kinds = {"until": pa.date32()}
    table = pa.table({n: pa.array([getattr(each, n) for each in found], kinds.get(n, pa.string())) for n in names})
    write_table(table, form, output, about={"as_of": on, "rules": chosen.version}, title=f"Rules {chosen.version}")
    if any(each.result == "failed" for each in found):
        raise typer.Exit(3)


def waive(
    context: typer.Context,
    id: Id,
    rule: Annotated[str, typer.Argument(help="The rule's id.")],
    reason: Annotated[str, typer.Option("--reason", help="Why the placement may start nevertheless.")],
    until: Annotated[str | None, typer.Option("--until", help="Last day of the waiver.")] = None,
    rules: RulesFile = None,
    as_of: AsOf = None,
) -> None:
    """Let a placement start although a rule fails, for a reason that is kept."""
    with opened(context) as programme:
        from graph_service.actions.checking import waive as let

        last = None if until is None else day(until, programme)
        let(programme.store, id, rule, reason, day(as_of, programme), last, _rules(programme, rules))
    typer.echo(f"{rule} waived")


def document(
    context: typer.Context,
    id: Id,
    name: Annotated[str, typer.Argument(help="permit, insurance, transport, emergency_contact, safety_training")],
    since: Annotated[str, typer.Option("--since", help="Valid from.")],
    until: Annotated[str | None, typer.Option("--until", help="Valid to.")] = None,
    reference: Annotated[str | None, typer.Option("--reference", help="Where the form is kept.")] = None,
) -> None:
    """Record that a document is on file."""
    with opened(context) as programme:
        from graph_service.actions.placing import document as put

        days = [None if each is None else day(each, programme) for each in (since, until)]
        put(programme.store, id, name, days[0], until=days[1], reference=reference)
    typer.echo(f"{name} on file")


def sign(
    context: typer.Context,
    id: Id,
    party: Annotated[str, typer.Argument(help="learner, employer, guardian or school")],
    as_of: AsOf = None,
) -> None:
    """Record the signature of one of the four parties of the training agreement."""
    with opened(context) as programme:
        from graph_service.actions.placing import sign as put

        put(programme.store, id, party, day(as_of, programme))
    typer.echo(f"{party} signed")


def move(
    context: typer.Context,
    id: Id,
    state: Annotated[str, typer.Argument(help="The next state: agreed, oriented, running, evaluated, ...")],
    rules: RulesFile = None,
    as_of: AsOf = None,
) -> None:
    """Take the next step: an agreement needs four signatures, a start needs every rule."""
    with opened(context) as programme:
        from graph_service.actions.placing import advance

        advance(programme.store, id, state, day(as_of, programme), _rules(programme, rules))
    typer.echo(f"{id} {state}")


def visit(
    context: typer.Context,
    id: Id,
    visitor: Annotated[str, typer.Option("--visitor", help="Who visited (own key).")],
    finding: Annotated[str | None, typer.Option("--finding", help="What was seen.")] = None,
    as_of: AsOf = None,
) -> None:
    """Record a visit; the contact between those who met is written with it."""
    with opened(context) as programme:
        values = {"visitor": _person(programme, visitor), "finding": finding}
        _record(programme, "visit", id, values, as_of)


def log_hours(
    context: typer.Context,
    id: Id,
    hours: Annotated[float, typer.Argument(help="Hours worked that day.")],
    task: Annotated[str | None, typer.Option("--task", help="What was done.")] = None,
    as_of: AsOf = None,
) -> None:
    """Record the hours of a day; the contact with the supervisor is written with them."""
    with opened(context) as programme:
        _record(programme, "hour_log", id, {"hours": hours, "task": task}, as_of)


def evaluate(
    context: typer.Context,
    id: Id,
    by: Annotated[str, typer.Option("--by", help="supervisor or learner")],
    clarity: Annotated[int | None, typer.Option("--clarity", help="1 to 5")] = None,
    supervision: Annotated[int | None, typer.Option("--supervision", help="1 to 5")] = None,
    skills: Annotated[int | None, typer.Option("--skills", help="1 to 5")] = None,
    evidence: Annotated[str | None, typer.Option("--evidence", help="What shows it.")] = None,
    as_of: AsOf = None,
) -> None:
    """Record an evaluation by the supervisor or the learner; the contact is written with it."""
    with opened(context) as programme:
        scores = {"clarity": clarity, "supervision": supervision, "skills": skills}
        _record(programme, "evaluation", id, {"by": by, **scores, "evidence": evidence}, as_of)


def list_rules(rules: RulesFile = None, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """The rules in force, with the law or policy behind each."""
    import pyarrow as pa

    from graph_service.actions.checking import rules_of
    from graph_service.settings import Settings

    found = rules_of(rules or Settings().placement_rules)
    rows = [
        {
            "rule": each.id, "check": each.check, "text": each.text["en"], "source": each.source, "under": each.under,
            "activities": list(each.activities), "modes": list(each.modes),
        }
        for each in found.rules
    ]  # fmt: skip
    write_table(pa.Table.from_pylist(rows), form, output, about={"rules": found.version}, title=found.version)


def check_rules(file: Annotated[Path, typer.Argument(help="The rule file (YAML).")]) -> None:
    """Check a rule file: every error with its place."""
    from graph_service.actions.checking import rules_of

    found = rules_of(file)
    typer.echo(f"{found.version}: {len(found.rules)} rules, no errors.")


def _rules(programme: "Programme", file: Path | None) -> Any:
    from graph_service.actions.checking import rules_of

    return rules_of(file or programme.settings.placement_rules)


def _record(programme: "Programme", kind: str, id: str, values: dict[str, Any], as_of: str | None) -> None:
    from graph_service.actions.placing import record

    on = day(as_of, programme)
    # One record of a kind on a day and by one party: the same command twice changes nothing.
    record(programme.store, kind, id, f"{id} {on} {values.get('by', '')}", {"date": on, **values})
    typer.echo(f"{kind} of {on} recorded, with its contact")


def _person(programme: "Programme", key: str) -> str:
    found = programme.store.find("person", key=key)
    if not found:
        raise UnknownPerson()
    id: str = found[0]["id"]
    return id


def _organization(programme: "Programme", key: str) -> str:
    found = programme.store.find("organization", key=key)
    if not found:
        raise UsageError("No organisation has this key.")
    id: str = found[0]["id"]
    return id

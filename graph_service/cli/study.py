"""`study`: fix a study before its outcomes are known, open them, report what was planned."""

import csv
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_service.cli.opening import opened, split
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_bytes, write_json, write_table
from graph_service.errors import UnreadableFile, UsageError

if TYPE_CHECKING:
    from graph_service.desks.views.study import StudyTold

Name = Annotated[str, typer.Argument(help="Name of the study.")]

#: A plan to start from: `study template`.
TEMPLATE = """\
# The plan of a study. Fix it with: graph-service study new NAME --plan plan.toml --sample sample.csv
# The sample is a CSV file with the columns learner, arm (treatment or comparison), site, block, excluded.
title = "Near peers"
design = "lottery"            # lottery, matched, single_group
unit = "site"                 # what was assigned: learner, or site with all its learners
assigned_on = 2026-09-01
waves = ["autumn", "spring"]  # baseline and outcome; the outcome wave is not taken yet
attrition = "cautious"        # which of WWC's boundaries applies: cautious, optimistic
icc = 0.1                     # share of variance between sites, assumed for the detectable effect
r2 = 0.0                      # share of variance that covariates explain, assumed

[[outcomes]]
measure = "network_size"
domain = "quantity"
confirmatory = true

[[outcomes]]
measure = "unconnected"
domain = "quantity"
confirmatory = false
kind = "share"                # mean, count, share

[[exclusions]]
code = "moved_before_start"
rule = "left the school before the assignment"
"""


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Studies: fixed before outcomes are known, reported as planned.")
    for name, command in (
        ("template", template),
        ("new", new),
        ("list", list_studies),
        ("open", open_outcomes),
        ("report", report),
    ):
        group.command(name)(command)
    app.add_typer(group, name="study")


def template(output: OutputOption = None) -> None:
    """A plan to start from (TOML)."""
    write_bytes(TEMPLATE.encode(), output)


def new(
    context: typer.Context,
    name: Name,
    plan: Annotated[Path, typer.Option("--plan", help="The plan (TOML); `study template` writes one.")],
    sample: Annotated[Path, typer.Option("--sample", help="CSV: learner, arm, and site, block, excluded if any.")],
    id_source: Annotated[
        str, typer.Option("--id-source", help="Which system the keys of learners come from.")
    ] = "local",
) -> None:
    """Fix a study with its digest, before its outcome wave is taken."""
    wanted, rows = _plan(plan), _sample(sample)
    with opened(context) as programme:
        stored = programme.studies.fix(name, wanted, rows, id_source=id_source)
        say(f"Fixed: study {stored.key} on {stored.sealed_on}, {len(stored.leaves)} learners.")
        say(f"Digest: {stored.digest}. Write it down where others can see it.")


def list_studies(context: typer.Context, form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """Every study: when it was fixed, when its outcomes were opened, its digest."""
    import pyarrow as pa

    with opened(context) as programme:
        rows = [
            {
                "study": each.key,
                "title": each.title,
                "design": each.plan["design"],
                "waves": " to ".join(each.waves),
                "learners": len(each.leaves),
                "sealed_on": each.sealed_on,
                "opened_on": each.opened_on,
                "digest": each.digest,
            }
            for each in programme.studies.list()
        ]
    if rows:
        write_table(pa.Table.from_pylist(rows), form, output, title="Studies")
    elif form is Format.json:
        write_json({"rows": []}, output)
    else:
        say("No study is fixed yet: `graph-service study template` writes a plan to start from.")


def open_outcomes(context: typer.Context, name: Name) -> None:
    """Open a study's outcomes, once both of its waves are taken; the day is written down."""
    with opened(context) as programme:
        stored = programme.studies.open(name)
        say(f"Opened: study {stored.key}, fixed on {stored.sealed_on}, outcomes opened on {stored.opened_on}.")


def report(
    context: typer.Context,
    name: Name,
    also: Annotated[
        str | None, typer.Option("--also", help="Further measures: reported as undeclared and exploratory.")
    ] = None,
    k: Annotated[int, typer.Option("--k", help="Figures about fewer learners are not told (5 to 30).")] = 10,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Report a study as planned: intent to treat, joiners apart, attrition, few sites, detectable effect."""
    with opened(context) as programme:
        from graph_service.desks.evaluating import study
        from graph_service.disclosure.scope import OWNER
        from graph_service.disclosure.suppression import Rule

        studies = programme.studies
        found = studies.report(name, also=split(also) or ())
        told = study(
            programme.reader(OWNER), studies.get(name), found, studies.sample(name), studies.days(name), Rule(k)
        )
    if form is Format.json:
        write_json(told.model_dump(mode="json"), output)
        return
    _page(told, form, output)


def _page(told: "StudyTold", form: Format, output: Path | None) -> None:
    import pyarrow as pa

    from graph_service.cli.cohort import told_in_a_cell

    say(f"{told.title}: {told.design}, unit {told.unit}, waves {' to '.join(told.waves)}.")
    say(f"Fixed {told.sealed_on}, outcomes opened {told.opened_on}. Digest {told.digest}.")
    say(
        f"Assigned: {told.assigned}; sites: {told.sites}; excluded: {told.excluded or 'nobody'}; erased: {told.erased}."
    )
    say(f"Smallest effect this could find: {told_in_a_cell(told.minimum_detectable.model_dump())} standard deviations.")
    rows = []
    for each in told.outcomes:
        cells = {"effect": each.effect, "size": each.size, "baseline": each.baseline, "permutation": each.randomisation}
        figures = {name: told_in_a_cell(None if of is None else of.model_dump()) for name, of in cells.items()}
        lost = each.learners
        rows.append(
            {
                "measure": each.measure,
                "role": each.role if each.declared else f"{each.role}, undeclared",
                **figures,
                "p_adjusted": each.p_adjusted,
                "lost_percent": lost.overall,
                "lost_difference": lost.differential,
                "standing": each.standing,
            }
        )
    if rows:
        write_table(pa.Table.from_pylist(rows), form, output, title=told.title)
    for measure in told.not_collected:
        say(f"Declared and not collected: {measure}.")
    say(f"Told: {told.suppression}.")


def _plan(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnreadableFile(f"The plan cannot be read ({error.strerror}). Nothing was changed.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFile(f"The plan is not TOML: {error}. Nothing was changed.") from None


def _sample(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows: list[dict[str, Any]] = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UnreadableFile("The sample cannot be read as a CSV file in UTF-8. Nothing was changed.") from None
    if not rows or not {"learner", "arm"} <= set(rows[0]):
        raise UsageError("The sample needs the columns learner and arm, and at least one row.")
    return rows

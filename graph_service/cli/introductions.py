"""`introduce`, `audit`: who should meet whom and through whom, and how good such advice has been."""

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
    opened,
    parameters,
)
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_json, write_table
from graph_service.errors import UsageError


def register(app: typer.Typer) -> None:
    app.command("introduce")(introduce)
    app.command("audit")(audit)


def introduce(
    context: typer.Context,
    learner: Annotated[str | None, typer.Option("--learner", help="The learner's own key.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every learner on the roster.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: Annotated[int, typer.Option("--limit", help="Suggestions for each learner.")] = 5,
    explain: Annotated[bool, typer.Option("--explain", help="Say why, with the evidence, in words.")] = False,
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
    with opened(context) as programme:
        chosen = parameters(programme, half_life, weights, theta, theta_strong, layer)
        found = programme.introductions(learner, limit, as_of, known_at=known_at, parameters=chosen)
        if form is Format.json:
            write_json(found.as_dict(), output)
            return
        title = f"Introductions on {found.field.snapshot.as_of}"
        write_table(found.table(), form, output, title=title)
        if explain:
            _explain(found.as_dict())


def _explain(told: dict[str, Any]) -> None:
    """The reasons under the table, as lines for people."""
    for each in told.get("learners", [told]):
        for suggestion in each["suggestions"]:
            say(f"{each['learner']} – {suggestion['target']} through {suggestion['connector']}:")
            for line in [*(reason["text"] for reason in suggestion["reasons"]), *suggestion["next"].values()]:
                say(f"  {line}")
        for missing in each.get("missing", ()):
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
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Measure the recommender on the programme's own history, beside the baselines it has to beat."""
    with opened(context) as programme:
        chosen = parameters(programme, half_life, weights, layer=layer)
        result = programme.audit(split, until, seed=seed, rounds=rounds, guardrails=guardrails, parameters=chosen)
    if form is Format.json:
        write_json(result, output)
    else:
        import pyarrow as pa

        rows = pa.Table.from_pylist([_flat(row) for row in result["rankers"]])
        title = f"Rankers on {result['split']} to {result['until']}, {result['learners_judged']} learners"
        write_table(rows, form, output, title=title)
        if form is Format.table and output is None:
            _say_trade(result)
    programme.keep_promises(result)


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

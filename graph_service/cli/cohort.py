"""`cohort`: did networks grow between two days, for whom, and how far can it be believed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_service.cli.opening import (
    HalfLife,
    LayerOption,
    ModelOption,
    Theta,
    ThetaStrong,
    Weights,
    opened,
    parameters,
    split,
)
from graph_service.cli.output import Format, FormatOption, OutputOption, say, write_json, write_table
from graph_service.errors import NotFound, UnknownParameter, UsageError

if TYPE_CHECKING:
    from graph_service.desks.aligned import Look
    from graph_service.programme import Programme


def register(app: typer.Typer) -> None:
    app.command("cohort")(cohort)


def cohort(
    context: typer.Context,
    start: Annotated[str, typer.Option("--from", help="The first day (YYYY-MM-DD), or the name of a wave.")],
    to: Annotated[str, typer.Option("--to", help="The second day, or the name of a wave.")],
    by: Annotated[
        str | None, typer.Option("--by", help="Compare groups: site, grade, goal, or a subgroup such as gender.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", help="The group that others are compared with. [default: the largest]")
    ] = None,
    compare: Annotated[
        str | None, typer.Option("--compare", metavar="A:B", help="Two groups of --by, difference in differences.")
    ] = None,
    measures: Annotated[str | None, typer.Option("--measures", help="Ids, separated by commas.")] = None,
    k: Annotated[int, typer.Option("--k", help="Numbers about fewer learners are not told (5 to 30).")] = 10,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity/--no-sensitivity", help="The headline under other half-lives, thresholds.")
    ] = True,
    internal: Annotated[
        bool, typer.Option("--internal", help="For the programme's own eyes, not for publication: not logged.")
    ] = False,
    half_life: HalfLife = None,
    weights: Weights = "table",
    theta: Theta = 0.25,
    theta_strong: ThetaStrong = 2.0,
    layer: LayerOption = "logged",
    model: ModelOption = "whole",
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Report a cohort between two days: change with intervals, equity, coverage, sensitivity; small groups hidden."""
    with opened(context) as programme:
        from graph_service.desks.cohort_report import OUTCOMES, cohort_report
        from graph_service.desks.evaluating import published_report
        from graph_service.disclosure.scope import OWNER
        from graph_service.disclosure.suppression import Rule

        arms = None if compare is None else _arms(compare, by)
        asked = parameters(programme, half_life, weights, theta, theta_strong, layer)
        looks, chosen = _looks(programme, start, to, asked)
        found = (cohort_report if internal else published_report)(
            programme.reader(OWNER),
            looks[0],
            looks[1],
            by=by,
            reference=reference,
            arms=arms,
            measures=split(measures) or OUTCOMES,
            parameters=chosen,
            model=model,  # type: ignore[arg-type]
            rule=Rule(k),
            panel=sensitivity,
            versions=programme.versions(),
        )
    report = found.model_dump(mode="json")
    if form is Format.json:
        write_json(report, output)
    elif form is Format.table:
        _pages(report, output, internal)
    else:
        import pyarrow as pa

        write_table(pa.Table.from_pylist(list(long(report)), schema=_schema()), form, output)


def _arms(text: str, by: str | None) -> tuple[str, str]:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) != 2 or not all(parts) or parts[0] == parts[1] or by is None:
        raise UsageError("Two groups of a field are compared: --by FIELD --compare A:B.")
    return parts[0], parts[1]


def _looks(programme: "Programme", start: str, to: str, asked: Any) -> tuple[tuple["Look", "Look"], Any]:
    """The two looks, and the parameters: those of the waves, where waves are named."""
    found = [_look(programme, text) for text in (start, to)]
    stored = {name: parameters for look, parameters in found if (name := look.wave) and parameters is not None}
    chosen = list(stored.values())
    if chosen and any(each != chosen[0] for each in chosen):
        raise UnknownParameter("The two waves were taken with different parameters: they are not compared.")
    return (found[0][0], found[1][0]), chosen[0] if chosen else asked


def _look(programme: "Programme", text: str) -> tuple["Look", Any]:
    from graph_service.clock import as_date
    from graph_service.desks.aligned import Look
    from graph_service.errors import BadDate
    from graph_service.snapshot.parameters import Parameters

    try:
        return Look(as_date(text)), None
    except BadDate:
        try:
            wave = programme.waves.get(text)
        except NotFound:
            raise BadDate(f"{text[:40]!r} is neither a date (YYYY-MM-DD) nor the name of a wave.") from None
    return Look(wave.as_of, wave.known_revision, wave.key), Parameters(**wave.parameters)


#: Shares still without a professional tie, by days since enrolment.
WITHOUT = ("without_90", "without_180", "without_365")
#: Parts of the report as tables: title, entry of the report, columns that are no figures, columns that are.
SECTIONS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("What changed", "outcomes", ("measure", "dimension"), ("before", "after", "change", "size", "ratio")),
    ("The network as a whole", "networks", ("id",), ("before", "after", "change")),
    (
        "For whom",
        "subgroups",
        ("measure", "group"),
        ("level", "growth", "level_gap", "growth_gap", "within_sites"),
    ),
    ("Time to the first professional tie, days", "first_tie", ("group",), ("median", *WITHOUT)),
    ("The same by how the tie began", "first_tie_ways", ("way", "group"), ("median", *WITHOUT)),
    ("Under other choices", "sensitivity", ("half_life", "theta"), ("change",)),
)
_ARMS = ("Compared", "rows", ("measure", "band", "caution"), ("effect", "size", "baseline"))


def _sections(report: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]], tuple[str, ...], tuple[str, ...]]]:
    for title, entry, plain, figures in SECTIONS:
        if report[entry]:
            yield title, [_unfolded(row) for row in report[entry]], plain, figures
    if report["arms"]:
        title, entry, plain, figures = _ARMS
        yield (
            f"{title}: {report['arms']['treatment']} with {report['arms']['comparison']}",
            report["arms"][entry],
            plain,
            figures,
        )


def _unfolded(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the shares at single days as figures of their own."""
    return row | {f"without_{day}": each for day, each in row.get("without", {}).items()}


def _pages(report: dict[str, Any], output: Path | None, internal: bool) -> None:
    import pyarrow as pa

    if output is not None:
        raise UsageError("The report on the screen is for people: write a file with --format json or csv.")
    counts, covered = report["learners"], [told_in_a_cell(each) for each in report["coverage"]]
    first, second = report["start"], report["end"]
    both = "nearly all" if counts["both"] is None else counts["both"]
    say(f"Learners: {counts['first']} on {first}, {counts['second']} on {second}, {both} on both.")
    say(
        f"With anything recorded: {covered[0]}, then {covered[1]}; {report['loggers']} loggers wrote the contacts down."
    )
    for each in report["observed"]:
        say(f"Observed by {each['source']}: {each['before']} by the first day, {each['after']} by the second.")
    _refusals("Changes are not told (instrument_changed)", report["refused"])
    if report["arms"]:
        _refusals("The arms are not compared (measured_differently)", report["arms"]["refused"])
    for title, rows, plain, figures in _sections(report):
        told = [
            {name: row[name] for name in plain}
            | {name: told_in_a_cell(row[name]) for name in figures if row.get(name) or name in row}
            for row in rows
        ]
        write_table(pa.Table.from_pylist(told), Format.table, None, title=title)
    if report["sensitivity"]:
        same = f"same sign everywhere: {_yes(report['same_sign'])}; same verdict: {_yes(report['same_verdict'])}"
        say(f"Of {report['sensitivity_of']}: {same}.")
    say(f"Hidden: {report['suppression']}.")
    say("Not for publication." if internal else "In the release log: `graph-service release list`.")
    for note in report["notes"]:
        say(note)


def _refusals(what: str, found: dict[str, str]) -> None:
    """Each reason once, with the measures that it holds for."""
    for sentence in dict.fromkeys(found.values()):
        say(f"{what}: {sentence} Measures: {', '.join(id for id, why in found.items() if why == sentence)}.")


def _yes(value: bool | None) -> str:
    return "not known" if value is None else "yes" if value else "no"


def told_in_a_cell(figure: dict[str, Any] | None) -> str:
    """A figure in a cell: value [low, high] and n, or why there is none."""
    if figure is None:
        return "–"
    if figure["coded"]:
        return f"{figure['coded']} %"
    if figure["value"] is None:
        return str(figure["reason"])
    text = f"{figure['value']:.3g}"
    if figure["low"] is not None:
        text += f" [{figure['low']:.3g}, {figure['high']:.3g}]"
    if figure["p"] is not None:
        text += f" p={figure['p']:.2g}"
    return text


def long(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The report as one row per figure: for statistics programs."""
    for when, each in zip(("first", "second"), report["coverage"], strict=True):
        yield _row("coverage", "", "", when, each)
    for title, rows, plain, figures in _sections(report):
        for row in rows:
            label = row.get("measure") or row.get("id") or ""
            names = [name for name in plain if name not in ("measure", "id", "dimension") and row[name] is not None]
            others = [str(row[name]) for name in names]
            for name in figures:
                if row.get(name):
                    yield _row(title.lower(), label, " ".join(others), name, row[name])


_TEXTS = ("section", "measure", "group", "statistic")


def _row(section: str, measure: str, group: str, statistic: str, figure: dict[str, Any]) -> dict[str, Any]:
    return dict(zip(_TEXTS, (section, measure, group, statistic), strict=True)) | figure


def _schema() -> Any:
    import pyarrow as pa

    numbers = {"value": pa.float64(), "n": pa.int64(), "low": pa.float64(), "high": pa.float64(), "p": pa.float64()}
    texts = dict.fromkeys(("coded", "reason", "method"), pa.string())
    return pa.schema([(name, pa.string()) for name in _TEXTS] + list(numbers.items()) + list(texts.items()))

"""The pages of the reference, written from declarations: `python3 dev.py generate`. A test keeps them current."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docs.inventory import data_inventory

FOLDER = Path(__file__).parent / "reference"
NOTE = "<!-- Written by `python3 dev.py generate` from the declarations; change those, not this page. -->\n\n"


def measures() -> str:
    """Every measure: what it means, its formula, range and source, and when it is undefined."""
    from graph_service.measures.catalogue import REASONS, VERSION, catalogue

    lines = [
        "# Measures",
        "",
        f"Catalogue {VERSION}. Undefined is not zero: a value that cannot be computed is null, with one of the reasons",
        "at the end of this page. Nothing is averaged into one score.",
    ]
    found = catalogue()
    for dimension in dict.fromkeys(each.dimension for each in found.values()):
        lines += ["", f"## {dimension.capitalize()}", "", "| id | code | meaning | unit | range | undefined | source |"]
        lines.append("|---|---|---|---|---|---|---|")
        for each in found.values():
            if each.dimension == dimension:
                cells = (
                    each.id,
                    each.code,
                    each.meaning,
                    each.unit,
                    each.range,
                    ", ".join(each.undefined),
                    each.source,
                )
                lines.append(_row(cells))
    lines += ["", "## Formulas", "", "| id | formula | see with |", "|---|---|---|"]
    lines += [_row((each.id, f"`{each.formula}`", each.see_with or "")) for each in found.values()]
    lines += ["", "## Reasons", "", "| code | meaning |", "|---|---|", *(_row(pair) for pair in REASONS.items())]
    return "\n".join(lines) + "\n"


def codebook() -> str:
    """The same as a table for statistics programs."""
    from graph_service.measures.catalogue import codebook as rows

    page = io.StringIO()
    found = rows()
    writer = csv.DictWriter(page, list(found[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return page.getvalue()


def statistics() -> str:
    """Every statistic of a cohort, the reasons of its nulls, and WWC's attrition boundaries."""
    from graph_service.measures.cohort.attrition import boundary_rows
    from graph_service.measures.cohort.declarations import REASONS, STATISTICS

    lines = [
        "# Statistics of cohorts",
        "",
        "What an evaluator gets of many learners: always a value or null, n, an interval or why there is none, and the",
        "method. The same data, settings and seed give the same result.",
        "",
        "| id | meaning | unit | range | null | source |",
        "|---|---|---|---|---|---|",
    ]
    for each in STATISTICS:
        cells = (each.id, each.meaning, each.unit, each.range, ", ".join(each.undefined), each.source)
        lines.append(_row(cells))
    lines += ["", "## Formulas", "", "| id | formula | chosen by this project |", "|---|---|---|"]
    lines += [_row((each.id, f"`{each.formula}`", each.ours)) for each in STATISTICS]
    lines += ["", "## Reasons", "", "| code | meaning |", "|---|---|", *(_row(pair) for pair in REASONS.items())]
    lines += [
        "",
        "## Attrition boundaries",
        "",
        "The highest differential attrition, in percentage points, that still counts as low (WWC Standards Handbook",
        "4.1, table II.1).",
        "",
        "| lost overall, % | cautious | optimistic |",
        "|---|---|---|",
    ]
    lines += [_row((lost, "none" if strict is None else strict, loose)) for lost, strict, loose in boundary_rows()]
    return "\n".join(lines) + "\n"


def records() -> str:
    """Every kind of record and its fields."""
    from graph_service.records.registry import KINDS

    lines = [
        "# Records",
        "",
        "What a store holds. Every record also has an id, a version, the revision at which it became",
    ]
    lines.append("known, and the load that it came with; a correction ends a version and adds the next.")
    for kind in KINDS.values():
        nature = "evidence: corrected by retraction, never overwritten" if kind.evidence else "kept by version"
        personal = f"; personal data: {kind.personal}" if kind.personal else ""
        lines += ["", f"## {kind.name}", "", f"{kind.doc} ({nature}{personal})", ""]
        lines += ["| field | type | needed | meaning |", "|---|---|---|---|"]
        for each in kind.fields:
            of = each.type
            named = of.vocabulary or of.target or ""
            shape = f"{'list of ' if each.many else ''}{of.shape}{' ' + named if named else ''}"
            needed = "" if each.optional else "yes" if each.default is None else f"default {each.default}"
            lines.append(_row((each.name, shape, needed, each.doc)))
    return "\n".join(lines) + "\n"


def vocabularies() -> str:
    """Every table of codes."""
    from graph_service.records.vocabulary import names, vocabulary

    lines = ["# Vocabularies", "", "The codes that fields may hold, as shipped; each table has a version."]
    for name in names():
        table = vocabulary(name)
        columns = list(next(iter(table.rows.values())))
        lines += ["", f"## {name}", "", f"Version: {table.version}", "", _row(columns), _row(["---"] * len(columns))]
        lines += [_row([row[column] for column in columns]) for row in table.rows.values()]
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Every setting: its variable, default and meaning."""
    from graph_service.settings import Settings

    lines = ["# Settings", "", "Each is an environment variable; options of the command line override it.", ""]
    lines += ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None or field.default_factory else str(field.default)
        lines.append(_row((f"`GRAPH_SERVICE_{name.upper()}`", default, field.description or "")))
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Every command and its options."""
    from typer.main import get_command

    from graph_service.cli.app import app

    lines = [
        "# Commands",
        "",
        "`graph-service --store URL COMMAND`; `GRAPH_SERVICE_STORE` names the store for all of them.",
    ]
    lines.append("Exit status: 0 ok, 1 failure, 2 usage, 3 data rejected.")
    _command(get_command(app), ["graph-service"], lines)
    return "\n".join(lines) + "\n"


def _command(command: Any, words: list[str], lines: list[str]) -> None:
    children = getattr(command, "commands", None)
    if children:
        for name, child in children.items():
            _command(child, [*words, name], lines)
        if not getattr(command, "invoke_without_command", False) or len(words) == 1:
            return
    lines += ["", f"## {' '.join(words)}", "", " ".join((command.help or "").split()), ""]
    options = [each for each in command.params if each.name != "help"]
    if options:
        lines += ["| option | meaning |", "|---|---|"]
        for each in options:
            named = ", ".join([*each.opts, *each.secondary_opts])
            lines.append(_row((f"`{named}`", getattr(each, "help", None) or "")))


def openapi() -> str:
    """The API's own description, committed so that a change of it is seen."""
    import json

    from graph_service.api.app import create_app
    from graph_service.settings import Settings

    return json.dumps(create_app(Settings()).openapi(), indent=0, sort_keys=True, ensure_ascii=False) + "\n"


def _row(cells: Any) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def sources() -> str:
    """Every line of the source documents with its list, its resource and its test."""
    lines = ["# What the service must hold, and where it is", ""]
    lines += [
        "Line of the sources, in our words; page of the coordinator's desk; resources of the API; its test.",
        "",
    ]
    lines += ["| line | sentence | page | resources | test |", "|---|---|---|---|---|"]
    with (Path(__file__).parent / "sources.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            test = f"`pytest tests/unit/test_sources.py -k {row['line']}`"
            resources = f"`/work/{row['list']}`, `/{row['resource']}`"
            lines.append(_row((row["line"], row["sentence"], f"`/work/{row['list']}`", resources, test)))
    return "\n".join(lines) + "\n"


def routes_and_roles() -> str:
    """Every route with what each role may ask it for."""
    from graph_service.api.app import create_app
    from graph_service.api.matrix import page
    from graph_service.web.pages import add_pages

    app = create_app()
    add_pages(app)
    return page(app)


PAGES: dict[str, Callable[[], str]] = {
    "measures.md": measures,
    "codebook.csv": codebook,
    "statistics.md": statistics,
    "records.md": records,
    "vocabularies.md": vocabularies,
    "settings.md": settings,
    "commands.md": commands,
    "sources.md": sources,
    "../openapi.json": openapi,
    "../routes-and-roles.md": routes_and_roles,
    "../data-inventory.md": data_inventory,
}


def written(name: str) -> str:
    """A page as it should be."""
    text = PAGES[name]()
    return NOTE + text if name.endswith(".md") else text


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(written(name), encoding="utf-8")
        print(f"written: docs/reference/{name}")


if __name__ == "__main__":
    main()

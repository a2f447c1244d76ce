"""`load`, `check`: bring in files; bad rows are told, good rows load."""

import enum
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_service.cli.opening import opened
from graph_service.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    noting,
    progress,
    say,
    write_bytes,
    write_json,
    write_table,
)
from graph_service.errors import ResearchBasis, UsageError

if TYPE_CHECKING:
    from graph_service.programme import Programme

Basis = enum.StrEnum("Basis", {"programme": "programme", "research": "research"})
DateOrder = enum.StrEnum("DateOrder", {"dmy": "dmy", "mdy": "mdy"})

File = Annotated[Path | None, typer.Argument(metavar="FILE", help="The file (or folder, or zip) to read.")]
Columns = Annotated[
    list[str] | None, typer.Option("--column", metavar="FIELD=COLUMN", help="Which column of the file a field is in.")
]
Constants = Annotated[
    list[str] | None, typer.Option("--constant", metavar="FIELD=VALUE", help="A value that holds for every row.")
]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="FIELD=ROLE", help="The role of who stands in a column: from=learner."),
]
Mapping = Annotated[str | None, typer.Option("--mapping", metavar="TOML", help="A mapping file for all of these.")]
KindOption = Annotated[str | None, typer.Option("--kind", help="The kind of contact where no column says it.")]
PersonRole = Annotated[
    str | None, typer.Option("--person-role", help="Make people who are not known yet, with this role.")
]
BasisOption = Annotated[Basis, typer.Option("--basis", help="research: de-identified people without consents.")]
IdSource = Annotated[str, typer.Option("--id-source", help="Which system the keys of people come from.")]
Source = Annotated[str, typer.Option("--source", help="Name of this feed.")]
Order = Annotated[DateOrder | None, typer.Option("--date-order", help="How 03/04/2026 is meant.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Of a text file; found out by default.")]
Future = Annotated[bool, typer.Option("--allow-future", help="Take dates after tomorrow.")]
BatchSize = Annotated[int | None, typer.Option("--batch", min=1, max=100_000, help="Records in one write.")]
Remove = Annotated[
    int | None, typer.Option("--remove", min=0, help="End as many affiliations as a complete roster no longer has.")
]
Owner = Annotated[
    str | None, typer.Option("--owner", metavar="ID", help="Whose contacts these are (exports of contacts).")
]
RejectsFile = Annotated[
    Path | None,
    typer.Option("--rejects", help="Where rejected rows go, in place of a new file beside FILE: FILE.rejects.csv."),
]


def register(app: typer.Typer) -> None:
    from loaders.registry import LOADERS

    group = typer.Typer(help="Load a file, or take a load back.", invoke_without_command=True)
    group.callback()(load)
    check = typer.Typer(no_args_is_help=True, help="What a load would do, without writing anything.")
    for name, each in LOADERS.items():
        group.command(name, help=f"{each.doc}.")(_command(name, write=True))
        check.command(name, help=f"{each.doc}.")(_command(name, write=False))
    group.command("synthetic")(synthetic)
    app.add_typer(group, name="load")
    app.add_typer(check, name="check")


def load(
    context: typer.Context,
    undo: Annotated[str | None, typer.Option("--undo", metavar="LOAD", help="Take back what one load brought.")] = None,
    loads: Annotated[bool, typer.Option("--list", help="List the loads so far.")] = False,
) -> None:
    """Load a file, or take a load back."""
    if context.invoked_subcommand is not None:
        return
    if loads:
        with opened(context) as programme:
            _print_loads(programme.store.find("load"))
        return
    if undo is None:
        typer.echo(context.get_help())
        return
    with opened(context) as programme:
        from graph_service.actions.ingest import undo as take_back

        receipt = take_back(programme.store, undo)
        say(f"Taken back: {receipt.changed} records ended, {receipt.added} brought back (revision {receipt.revision}).")


def _print_loads(records: list[dict[str, Any]]) -> None:
    import pyarrow as pa

    names = ("id", "day", "loader", "feed", "state", "rows", "added", "changed", "unchanged", "rejected")
    rows = [{name: each[name] for name in names} for each in sorted(records, key=lambda each: each["revision"])]
    if not rows:
        say("Nothing has been loaded yet.")
        return
    write_table(pa.Table.from_pylist(rows), Format.table, None, title="Loads")


def _command(name: str, *, write: bool) -> Any:
    def run(
        context: typer.Context,
        file: Annotated[
            Path | None, typer.Argument(metavar="FILE", help="The file (or folder, or zip) to read.")
        ] = None,
        column: Columns = None,
        constant: Constants = None,
        role: Roles = None,
        mapping: Mapping = None,
        kind: KindOption = None,
        person_role: PersonRole = None,
        basis: BasisOption = Basis.programme,
        id_source: IdSource = "local",
        source: Source = "local",
        date_order: Order = None,
        encoding: Encoding = None,
        allow_future: Future = False,
        batch: BatchSize = None,
        remove: Remove = None,
        owner: Owner = None,
        rejects: RejectsFile = None,
        suggest_mapping: Annotated[
            bool, typer.Option("--suggest-mapping", help="Draft a mapping file for this file, and do nothing else.")
        ] = False,
        template: Annotated[bool, typer.Option("--template", help="Print an empty file with its columns.")] = False,
        form: FormatOption = Format.table,
        output: OutputOption = None,
    ) -> None:
        if template:
            from loaders.csv.templates import template as empty

            write_bytes(empty(name).encode(), output)
            return
        if file is None:
            raise UsageError("Name the file to read. `--template` prints an empty one.")
        if suggest_mapping:
            from loaders.csv.suggesting import suggest_mapping as draft

            write_bytes(draft(file, name, encoding).encode(), output)
            return
        from loaders.options import LoadOptions

        with opened(context, create=True) if write else _looked_at(context) as programme:
            if basis is Basis.research and programme.settings.oidc_issuer is not None:
                raise ResearchBasis()
            options = LoadOptions(
                columns=_pairs(column, "--column"),
                constants=_pairs(constant, "--constant"),
                default_roles=_pairs(role, "--role"),
                mapping=mapping,
                kind=kind,
                person_role=person_role,
                basis=basis.value,
                id_source=id_source,
                source=source,
                date_order=date_order.value if date_order else None,
                encoding=encoding,
                allow_future=allow_future,
                batch=batch,
                remove=remove,
                owner=owner,
                time_zone=programme.settings.time_zone,
            )
            _run(programme.store, name, file, options, write=write, rejects=rejects, form=form, output=output)

    run.__name__ = name
    return run


@contextmanager
def _looked_at(context: typer.Context) -> Iterator["Programme"]:
    """The programme at `--store`, or an empty one that is gone afterwards: a check makes nothing."""
    from graph_service.errors import NotFound
    from graph_service.programme import open as open_programme

    with ExitStack() as stack:
        try:
            yield stack.enter_context(opened(context))
        except NotFound:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            url = f"sqlite:////{folder.as_posix().lstrip('/')}/check.db"
            yield stack.enter_context(open_programme(url, secret_file=folder / "check.secret"))


def _run(
    store: Any,
    name: str,
    file: Path,
    options: Any,
    *,
    write: bool,
    rejects: Path | None,
    form: Format,
    output: Path | None,
) -> None:
    from graph_service.actions.ingest import check, ingest
    from loaders.rejects import is_rejects

    if rejects is not None and rejects.exists() and (not is_rejects(rejects) or rejects.samefile(file)):
        raise UsageError("--rejects names a file that is there already and holds something else. Name another one.")
    with progress(f"Loading {name}" if write else f"Checking {name}") as step:
        receipt = (ingest if write else check)(store, name, file, options, progress=step)
    if form is Format.table:
        _tell(receipt)
    else:
        write_json(receipt.as_dict(), output)
    problem = receipt.problem()
    if problem is not None:
        where = _rejected(receipt, file, rejects)
        for note in noting:
            note(where)
        say(f"{receipt.rejected} of {receipt.rows} rows were rejected; {where} says why.")
        raise problem


def _rejected(receipt: Any, file: Path, wanted: Path | None) -> Path:
    """Where the rejected rows were written."""
    try:
        if wanted is None:
            return Path(receipt.keep_rejects(file))
        receipt.write_rejects(wanted)
        return wanted
    except OSError as error:
        raise UsageError(
            f"{receipt.rejected} of {receipt.rows} rows were rejected, and the file that says why cannot be written "
            f"({error.strerror}). Name a place for it with --rejects and load again: nothing is doubled."
        ) from None


def _tell(receipt: Any) -> None:
    rows = "1 row" if receipt.rows == 1 else f"{receipt.rows} rows"
    records = "1 record" if receipt.added == 1 else f"{receipt.added} records"
    made = f" ({receipt.created} of them people that the file only names)" if receipt.created else ""
    if receipt.written:
        say(f"Read {rows}: {records} added{made}, {receipt.changed} changed, {receipt.unchanged} already known.")
    else:
        say(
            f"Checked {rows}: {records} to add{made}, {receipt.changed} to change, {receipt.unchanged} already known. "
            "Nothing was written."
        )
    if receipt.ignored:
        say(f"Columns that nothing was read from: {', '.join(receipt.ignored)}.")
    for note in receipt.notes:
        say(note)
    if receipt.written and (receipt.added or receipt.changed):
        say(f"This load can be taken back: graph-service load --undo {receipt.load}")


def _pairs(words: Sequence[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for word in words or ():
        name, found, value = word.partition("=")
        if not found or not name:
            raise UsageError(f"{option} takes FIELD=VALUE, not {word!r}.")
        pairs[name.strip()] = value.strip()
    return pairs


def synthetic(
    context: typer.Context,
    people: Annotated[
        int, typer.Option("--people", min=50, max=5_000_000, help="How many people; six in ten are learners.")
    ] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same programme.")] = 1,
    cold: Annotated[bool, typer.Option("--cold", help="The first day: the roster alone.")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help="The programme's last day; default today.")] = None,
) -> None:
    """A made-up programme, as large as you like: people who do not exist, networks like the field's."""
    from graph_service.cli.opening import day

    with opened(context, create=True) as programme:
        from graph_service.actions.rehearsal import load_synthetic

        with progress("Making a programme up") as step:
            counts = load_synthetic(
                programme.store, people=people, seed=seed, cold=cold, as_of=day(as_of, programme), progress=step
            )
        say("Loaded a made-up programme: " + ", ".join(f"{n:,} {kind}" for kind, n in counts.items() if n) + ".")

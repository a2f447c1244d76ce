"""Setting up in the browser: where it stands, bring files in and take them back, waves, members."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Path
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from graph_service.actions import ingest, membership
from graph_service.actions import loading as loading_actions
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Running, desk
from graph_service.api.jobs import Whole
from graph_service.api.routing import Router
from graph_service.desks.setup import setup
from graph_service.desks.views.forms import Choice, Importable, Member, Members
from graph_service.desks.views.setup import SetupView
from graph_service.errors import MissingColumn, NotFound, NotYours, ServiceError
from graph_service.records.vocabulary import vocabulary
from graph_service.web import uploads
from graph_service.web.forms import Fields, token
from graph_service.web.language import N_, text
from graph_service.web.rendering import options, page
from graph_service.web.uploads import WithFile
from loaders.csv.sheets import sheet
from loaders.csv.suggesting import propose
from loaders.options import LoadOptions
from loaders.registry import LOADERS
from loaders.tables import read_table

router = Router(include_in_schema=False)
loading = Router(include_in_schema=False, dependencies=[Depends(desk("loads"))])
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,60}$")]
STEPS: Mapping[str, tuple[str, str]] = {
    "people": (N_("Learners on the roster"), N_("Bring the roster in: OneRoster, Clever, or any sheet with names.")),
    "adults": (N_("Adults"), N_("Mentors, employers' contacts and staff, from a sheet or one by one.")),
    "contacts": (N_("Learners with a recorded contact"), N_("Contact logs, sign-in sheets and class forms fill this.")),
    "consents": (N_("Learners who allowed something"), N_("Without a yes nobody outside is shown a name.")),
    "clearances": (N_("Adults with a screening"), N_("Without one an adult is never suggested.")),
    "waves": (N_("Waves"), N_("Take one at the beginning of a term: later ones are compared with it.")),
}
#: Kinds of places whose learners an account can be limited to.
SCHOOLING = ("school", "district", "college")
#: Endings of files that are taken.
ENDINGS = (".csv", ".tsv", ".txt", ".zip", ".xlsx")
#: Rejected rows shown.
SHOWN = 20


@router.get("/setup.json")
def setup_json(reader: CoordinatorReader, as_of: AsOf) -> SetupView:
    return setup(reader, as_of)


@router.get("/setup")
def setup_html(reader: CoordinatorReader, as_of: AsOf, running: Running, who: Asking, said: str = "") -> HTMLResponse:
    """Where setting up stands, what was brought in, and the waves."""
    loads = loading_actions.loads(running.programme.store, who)
    return page(
        "setup.html.j2",
        view=setup(reader, as_of),
        steps=STEPS,
        loads=loads[:SHOWN],
        loads_total=len(loads),
        waves=running.programme.waves.list(),
        said=said == "done",
        token=token(running, who),
    )


@router.post("/setup/waves")
def waves(fields: Fields, reader: CoordinatorReader, running: Running, who: Asking) -> Response:
    """Take a wave of today, or release one."""
    made = running.programme.waves
    if fields.get("release"):
        made.release(fields["release"], who)
    else:
        made.take(fields.get("name", "").strip() or str(running.today()), running.today(), actor=who)
    return RedirectResponse("/setup?said=done#receipt", 303)


@loading.get("/setup/import.json")
def choose_json(who: Whole) -> Importable:
    return Importable(
        loaders=tuple(Choice(code=name, name=text(each.doc)) for name, each in LOADERS.items()),
        roles=tuple(Choice(code=code, name=name) for code, name in options("person_roles")),
        endings=ENDINGS,
    )


@loading.get("/setup/import")
def choose(running: Running, who: Whole) -> HTMLResponse:
    """Choose a file and what it holds."""
    return _choose(running, who)


def _choose(running: Running, who: Asking, problem: str = "", status: int = 200) -> HTMLResponse:
    return page(
        "import.html.j2",
        status,
        view=choose_json(who),
        token=token(running, who),
        problem=problem,
    )


@loading.post("/setup/import")
def look(sent: WithFile, running: Running, who: Whole) -> Response:
    """Look at the file without writing anything."""
    if not sent.content:
        return _choose(running, who, text("Choose a file first."), 422)
    return _previewed(running, who, uploads.keep(running, sent), sent.fields)


@loading.post("/setup/import/{name}")
def load(name: Id, fields: Fields, running: Running, who: Whole) -> Response:
    """Look again with another mapping, or load."""
    path = uploads.kept(running, name)
    if fields.get("do") != "load":
        return _previewed(running, who, name, fields)
    said = _options(running, fields)
    receipt = ingest.ingest(running.programme.store, fields.get("loader", ""), path, said, actor=who.name)
    if receipt.rejected:
        receipt.write_rejects(path.parent / "rejects.csv")
    path.unlink()
    return page(
        "imported.html.j2", receipt=receipt, name=name, token=token(running, who), rejects=receipt.rejects[:SHOWN]
    )


@loading.get("/setup/import/{name}/rejects.csv")
def rejects(name: Id, running: Running, who: Whole) -> Response:
    """The rows that were not loaded, with the reason, to mend and load again."""
    path = running.settings.upload_dir / "imports" / name / "rejects.csv"
    if not uploads.NAME.match(name) or not path.is_file():
        raise NotFound("There are no rejected rows of this import; they are kept for a week.")
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename="rejects.csv")


@loading.post("/setup/loads/{id}/undo")
def undo(id: Id, fields: Fields, running: Running, who: Whole) -> Response:
    """Take back what one load brought."""
    ingest.undo(running.programme.store, id, actor=who.name)
    return RedirectResponse("/setup?said=done#receipt", 303)


def _options(running: Running, fields: Mapping[str, str]) -> LoadOptions:
    columns = {name[7:]: value for name, value in fields.items() if name.startswith("column.") and value}
    return LoadOptions(
        columns=columns,
        kind=fields.get("kind") or None,
        person_role=fields.get("person_role") or None,
        date_order={"dmy": "dmy", "mdy": "mdy"}.get(fields.get("date_order", "")),  # type: ignore[arg-type]
        time_zone=running.settings.time_zone,
    )


def _previewed(running: Running, who: Asking, name: str, fields: Mapping[str, str]) -> Response:
    path, loader = uploads.kept(running, name), fields.get("loader", "")
    receipt, problem = None, ""
    try:
        receipt = ingest.check(running.programme.store, loader, path, _options(running, fields))
    except MissingColumn as error:
        problem = str(error)
    except ServiceError as error:
        return _choose(running, who, str(error), error.status)
    header, columns = _columns(loader, path)
    used = receipt.used if receipt is not None else {}
    return page(
        "preview.html.j2",
        422 if problem else 200,
        name=name,
        receipt=receipt,
        problem=problem,
        header=header,
        columns=columns,
        chosen={each: fields.get(f"column.{each}") or used.get(each) or columns[each][1] for each in columns},
        said=fields,
        loader=text(LOADERS[loader].doc),
        rejects=[] if receipt is None else receipt.rejects[:SHOWN],
        token=token(running, who),
    )


def _columns(loader: str, path: Any) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """The file's columns, and the fields that they can fill: what each is, and the column that is proposed."""
    try:
        of = sheet(loader)
        header = [title for title in read_table(path, None).header if title]
    except ServiceError:
        return [], {}
    proposed = propose(of, header)
    found = {
        name: (each.field.doc, header[proposed[name][0]] if name in proposed else "")
        for name, each in of.columns.items()
    }
    return header, found


@loading.get("/setup/members.json")
def members_json(running: Running, who: Whole, reader: CoordinatorReader) -> Members:
    names = dict(_places(reader, running))
    found = tuple(
        Member(
            id=each["id"], account=each["subject"].removeprefix("email:"), role=each["role"], until=each["until"],
            whole=bool(each["whole"]), sites=tuple(names.get(site) or "–" for site in each["sites"] or ()),
        )
        for each in membership.members(running.programme.store, who)
    )  # fmt: skip
    return Members(ready=running.settings.oidc_issuer is not None, members=found)


def _places(reader: CoordinatorReader, running: Running) -> list[tuple[str, str]]:
    """Places whose learners an account can be limited to: id and name, by name."""
    people = reader.snapshot(running.today()).people
    assert people is not None
    table = people.organizations.table
    rows = zip(*(table[name].to_pylist() for name in ("name", "id", "kind")), strict=True)
    return [(id, name) for name, id, kind in sorted(rows) if kind in SCHOOLING]


@loading.get("/setup/members")
def members(running: Running, who: Whole, reader: CoordinatorReader, said: str = "") -> HTMLResponse:
    """Who may sign in, and as what."""
    return page(
        "members.html.j2",
        view=members_json(running, who, reader),
        sites=_places(reader, running),
        roles=options("desk_roles"),
        said=said == "done",
        token=token(running, who),
    )


@loading.post("/setup/members")
def change_member(fields: Fields, running: Running, who: Whole) -> Response:
    """Let somebody in by their mail address, or end a membership."""
    if who.role != "admin" and running.local_actor is None:
        raise NotYours("Members are changed by an administrator.")
    store, issuer = running.programme.store, running.settings.oidc_issuer
    if fields.get("end"):
        membership.revoke(store, "membership", fields["end"], actor=who.name)
    elif issuer is None or "@" not in fields.get("email", "") or fields.get("role") not in vocabulary("desk_roles"):
        raise NotFound("Give a mail address and a role; sign-in has to be set up first.")
    else:
        membership.add_member(
            store,
            issuer,
            membership.by_address(fields["email"]),
            fields["role"],
            sites=[fields["site"]] if fields.get("site") else None,
            until=date.fromisoformat(fields["until"]) if fields.get("until") else None,
            actor=who.name,
        )
    return RedirectResponse("/setup/members?said=done#receipt", 303)

"""Events in the browser: make one, sign in at the door, by code or from a sheet, and ask whom they talked to."""

import csv
import io
import secrets
from datetime import date
from typing import Annotated

from fastapi import Form, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.requests import Request

from graph_service.actions import events as actions
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Records, Running
from graph_service.api.routing import Router
from graph_service.desks import events as desk
from graph_service.desks.finding import people_called
from graph_service.desks.views.events import EventPage, Events
from graph_service.desks.views.forms import Doorway
from graph_service.errors import InvalidRecord, NotFound
from graph_service.records.resources import BY_PATH
from graph_service.web.forms import Fields, token
from graph_service.web.language import text
from graph_service.web.rendering import label, page
from graph_service.web.uploads import WithFile

router = Router(include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]
Code = Annotated[str, Path(pattern=r"^[a-z0-9]{16}$")]
#: Lines of a sheet at most.
MOST = 2000


@router.get("/events.json")
def events_json(reader: CoordinatorReader, as_of: AsOf) -> Events:
    return desk.events(reader, as_of)


@router.get("/events")
def events_html(reader: CoordinatorReader, as_of: AsOf, running: Running, who: Asking) -> HTMLResponse:
    """Events, and a line to make one."""
    return _list(reader, as_of, running, who)


def _list(
    reader: CoordinatorReader, as_of: date, running: Running, who: Asking, problem: str = "", status: int = 200
) -> HTMLResponse:
    snapshot = reader.snapshot(as_of)
    assert snapshot.people is not None
    table = snapshot.people.organizations.table
    hosts = sorted(zip(table["name"].to_pylist(), table["id"].to_pylist(), table["kind"].to_pylist(), strict=True))
    return page(
        "events.html.j2",
        status,
        view=desk.events(reader, as_of),
        kinds=[(code, label(code, "interaction_kinds")) for code in actions.EXPOSURES],
        hosts=[(id, name) for name, id, kind in hosts if kind not in ("school", "district", "state")],
        token=token(running, who),
        repeat=secrets.token_hex(8),
        problem=problem,
    )


@router.post("/events")
def make(fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking) -> Response:
    """Make an event."""
    today = running.today()
    found = people_called(reader, today, fields.get("guests", ""))
    problem = _unknown(found.unknown, found.unclear)
    if not problem:
        try:
            values = {
                "name": fields.get("name", ""),
                "date": date.fromisoformat(fields.get("on", "")),
                "kind": fields.get("kind", ""),
                "mode": fields.get("mode", "in_person"),
                "host": fields.get("host") or None,
                "guests": list(found.ids),
            }
            id = actions.make_event(running.programme.store, records, values, repeat=fields.get("repeat") or None)
            return RedirectResponse(f"/events/{id}", 303)
        except (InvalidRecord, ValueError):
            problem = text("Give the event a name and a day.")
    return _list(reader, today, running, who, problem, 422)


def _unknown(unknown: tuple[str, ...], unclear: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    said = [text("Nobody here is called “%(name)s”. Check the spelling.", name=each) for each in unknown]
    said += [
        text("Several people are called “%(name)s”: write %(keys)s.", name=name, keys=text(" or ").join(keys))
        for name, keys in unclear
    ]
    return " ".join(said[:20])


@router.get("/events/{id}.json")
@router.get("/events/{id}/kiosk.json")
def event_json(reader: CoordinatorReader, as_of: AsOf, id: Id) -> EventPage:
    return desk.event(reader, as_of, id)


@router.get("/events/{id}")
def event_html(
    request: Request, reader: CoordinatorReader, as_of: AsOf, running: Running, who: Asking, id: Id, said: str = ""
) -> HTMLResponse:
    """One event: who came, whom they talked to, how to sign in."""
    return _event(request, reader, as_of, running, who, id, said=text("Done.") if said == "done" else "")


def _event(
    request: Request, reader: CoordinatorReader, as_of: date, running: Running, who: Asking, id: str,
    *, status: int = 200, said: str = "", problem: str = "",
) -> HTMLResponse:  # fmt: skip
    address = f"{request.url.scheme}://{request.url.netloc}/e/{actions.code_of(running.programme.store, id)}"
    return page(
        "event.html.j2",
        status,
        view=desk.event(reader, as_of, id),
        address=address,
        code=_drawn(address),
        token=token(running, who),
        said=said,
        problem=problem,
    )


def _drawn(address: str) -> str:
    """A QR code as an image within the page."""
    import segno

    drawn: str = segno.make(address, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    return drawn


@router.get("/events/{id}/kiosk")
def kiosk(reader: CoordinatorReader, as_of: AsOf, running: Running, who: Asking, id: Id) -> HTMLResponse:
    """One large line at the door."""
    return page("kiosk.html.j2", view=desk.event(reader, as_of, id), token=token(running, who), welcome="", problem="")


@router.post("/events/{id}/kiosk")
def at_the_door(
    reader: CoordinatorReader, running: Running, who: Asking, id: Id, fields: Fields, records: Records
) -> HTMLResponse:
    """Sign one learner in, and be ready for the next."""
    today = running.today()
    records.require(BY_PATH["events"], records.get(BY_PATH["events"], id))
    ids, problem = _learners(reader, today, fields.get("name", ""))
    if ids:
        actions.sign_in(running.programme.store, id, ids, "kiosk", actor=who.name)
    return page(
        "kiosk.html.j2",
        200 if ids else 422,
        view=desk.event(reader, today, id),
        token=token(running, who),
        welcome=fields.get("name", "") if ids else "",
        problem=problem,
    )


def _learners(reader: CoordinatorReader, as_of: date, typed: str) -> tuple[list[str], str]:
    """Learners in scope by name or key, and what stands in the way."""
    found = people_called(reader, as_of, typed)
    snapshot = reader.snapshot(as_of)
    assert snapshot.people is not None
    mine = {snapshot.people.ids[at] for at in reader.learners(snapshot).tolist()}
    ids = [id for id in found.ids if id in mine]
    problem = _unknown(found.unknown, found.unclear)
    return ids, problem if problem or ids else text("That is no learner of yours.")


@router.post("/events/{id}/sheet")
def sheet(
    request: Request, sent: WithFile, reader: CoordinatorReader, records: Records, running: Running, who: Asking, id: Id
) -> Response:
    """A sheet, typed or as a file: a learner in a line, and after a semicolon whom they talked to."""
    today, store = running.today(), running.programme.store
    records.require(BY_PATH["events"], records.get(BY_PATH["events"], id))
    lines = sent.fields.get("lines", "")
    if sent.content:
        lines += "\n" + sent.content.decode("utf-8-sig", "replace")
    problems = []
    for row in list(_rows(lines))[:MOST]:
        ids, problem = _learners(reader, today, row[0].replace(",", " "))
        if not ids:
            problems.append(problem)
            continue
        actions.sign_in(store, id, ids[:1], "sheet", actor=who.name)
        met = people_called(reader, today, ",".join(cell for cell in row[1:] if cell.strip()))
        if met.unknown or met.unclear:
            problems.append(_unknown(met.unknown, met.unclear))
        if met.ids:
            actions.talked_to(store, records, id, ids[0], met.ids, today=today)
    if problems:
        return _event(
            request, reader, today, running, who, id, status=422, problem=" ".join(problems[:20]),
        )  # fmt: skip
    return RedirectResponse(f"/events/{id}?said=done#receipt", 303)


def _rows(lines: str) -> list[list[str]]:
    """Cells of each line that holds anything; a line of titles is passed over."""
    parting = ";" if ";" in lines else "\t" if "\t" in lines else ","
    rows = [row for row in csv.reader(io.StringIO(lines), delimiter=parting) if row and row[0].strip()]
    titles = {"learner", "name", "person_id", "key", "student", "estudiante", "nombre"}
    return rows[1:] if rows and rows[0][0].strip().casefold() in titles else rows


@router.post("/events/{id}/talked")
def talked(
    request: Request, fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, id: Id
) -> Response:
    """Whom did you talk to? An answer for each learner; nobody is one too."""
    today, problems = running.today(), []
    for name, typed in fields.items():
        learner = name.removeprefix("talked.")
        if learner == name or not (typed.strip() or fields.get(f"nobody.{learner}")):
            continue
        found = people_called(reader, today, typed)
        if problem := _unknown(found.unknown, found.unclear):
            problems.append(problem)
            continue
        actions.talked_to(running.programme.store, records, id, learner, found.ids, today=today)
    if problems:
        return _event(request, reader, today, running, who, id, status=422, problem=" ".join(problems[:20]))
    return RedirectResponse(f"/events/{id}?said=done#receipt", 303)


@router.get("/e/{code}.json")
def door_json(code: Code, running: Running) -> Doorway:
    event = actions.event_of(running.programme.store, code, running.today())
    return Doorway(name=event["name"], asks=("key", "given"))


@router.get("/e/{code}")
def door(code: Code, running: Running) -> HTMLResponse:
    """The page behind the code: key and given name. It tells nothing about anybody."""
    event = actions.event_of(running.programme.store, code, running.today())
    return page("door.html.j2", name=event["name"], done=False)


@router.post("/e/{code}")
def come_in(
    code: Code,
    running: Running,
    key: Annotated[str, Form(max_length=120)] = "",
    given: Annotated[str, Form(max_length=120)] = "",
) -> HTMLResponse:
    """Sign in by telephone. The answer is the same whether or not key and name fit."""
    store, today = running.programme.store, running.today()
    event = actions.event_of(store, code, today)
    if not key.strip():
        raise NotFound()
    actions.by_code(store, code, key, given, today)
    return page("door.html.j2", name=event["name"], done=True)

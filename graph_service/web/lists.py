"""What is done with a list of learners at once: log for many, keep a view, turn the year, take a calendar in."""

from datetime import date
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import calendar, rollover, views
from graph_service.actions.contacts import NewContact, log_contact
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Records, Running, desk
from graph_service.api.jobs import Whole
from graph_service.api.routing import Router
from graph_service.desks import cohort as counts
from graph_service.desks.finding import people_called
from graph_service.desks.naming import names_of
from graph_service.desks.views.cohort import Cohort
from graph_service.desks.views.forms import Importable, NameList, YearTurned
from graph_service.errors import InvalidRecord
from graph_service.web import uploads
from graph_service.web.forms import Fields, token
from graph_service.web.language import text
from graph_service.web.rendering import page
from graph_service.web.uploads import WithFile
from graph_service.web.wording import GROUP_WORDS

router = Router(include_in_schema=False)
loading = Router(include_in_schema=False, dependencies=[Depends(desk("loads"))])
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,60}$")]
#: What a saved view may hold.
KEPT = ("group", "q", "site", "order")
#: Names shown of a list.
SHOWN = 50


def _mine(reader: CoordinatorReader, as_of: date) -> list[str]:
    snapshot = reader.snapshot(as_of)
    assert snapshot.people is not None
    ids = snapshot.people.ids
    return [ids[at] for at in reader.learners(snapshot).tolist()]


@router.post("/worklist/contacts")
def many(fields: Fields, reader: CoordinatorReader, records: Records, running: Running) -> Response:
    """Log one contact for each chosen learner."""
    today = running.today()
    mine = set(_mine(reader, today))
    chosen = [name[5:] for name in fields if name.startswith("pick.") and name[5:] in mine]
    found = people_called(reader, today, fields.get("with", ""))
    if not chosen or not found.ids or found.unknown or found.unclear:
        raise InvalidRecord(
            text("Choose learners in the list, and say with whom: one name or key that is known."), problems=[]
        )
    for learner in chosen:
        contact = NewContact(
            learner, found.ids, date.fromisoformat(fields.get("on") or str(today)), kind=fields["kind"]
        )
        log_contact(running.programme.store, records, contact, today=today, repeat=f"{fields.get('repeat')} {learner}")
    return RedirectResponse(f"/worklist?{urlencode({'logged': len(chosen)})}#receipt", 303)


@router.post("/worklist/views")
def keep(fields: Fields, running: Running, who: Asking, reader: CoordinatorReader) -> Response:
    """Keep the list as it is narrowed now, or let a kept one go."""
    store = running.programme.store
    if fields.get("forget"):
        views.forget_view(store, who, fields["forget"])
        return RedirectResponse("/worklist", 303)
    query = urlencode([(name, value) for name, value in parse_qsl(fields.get("query", "")) if name in KEPT and value])
    views.save_view(store, who, fields.get("name", ""), query)
    return RedirectResponse(f"/worklist?{query}", 303)


@router.get("/cohort.json")
def cohort_json(reader: CoordinatorReader, as_of: AsOf) -> Cohort:
    return counts.cohort(reader, as_of)


@router.get("/cohort")
def cohort(reader: CoordinatorReader, as_of: AsOf) -> HTMLResponse:
    """Learners by site, by subgroup and by mode: how many have nobody."""
    return page(
        "cohort.html.j2",
        as_of=as_of,
        views=[counts.cohort(reader, as_of), *counts.by_subgroup(reader, as_of), counts.by_mode(reader, as_of)],
        words=GROUP_WORDS,
    )


@loading.get("/setup/year.json")
def year_json(reader: CoordinatorReader, running: Running, who: Whole) -> YearTurned:
    today = running.today()
    found = rollover.preview(running.programme.store, _mine(reader, today))
    lists = {
        name: NameList(total=len(ids), names=tuple(sorted(names_of(reader, today, ids[:SHOWN]).values())))
        for name, ids in (("up", found.up), ("leave", found.leave), ("unknown", found.unknown))
    }
    return YearTurned(last=rollover.LAST_GRADE, **lists)


@loading.get("/setup/year")
def year(reader: CoordinatorReader, running: Running, who: Whole) -> HTMLResponse:
    """What the turn of the year would do."""
    return _year(reader, running, who)


def _year(reader: CoordinatorReader, running: Running, who: Asking, done: str = "") -> HTMLResponse:
    return page("year.html.j2", view=year_json(reader, running, who), done=done, token=token(running, who))


@loading.post("/setup/year")
def turn(fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Whole) -> Response:
    """Turn the year."""
    today = running.today()
    load, _ = rollover.turn(running.programme.store, records, _mine(reader, today), today=today)
    return _year(reader, running, who, load)


@loading.get("/setup/calendar.json")
def choose_json(who: Whole) -> Importable:
    return Importable(loaders=(), roles=(), endings=(".ics",))


@loading.get("/setup/calendar")
def choose(running: Running, who: Whole) -> HTMLResponse:
    """Choose a calendar file."""
    return page(
        "calendar.html.j2", meetings=None, name="", names={}, problem="", token=token(running, who), logged=None
    )


@loading.post("/setup/calendar")
def look(sent: WithFile, reader: CoordinatorReader, running: Running, who: Whole) -> Response:
    """Look at the meetings of a calendar without writing anything."""
    if not sent.content:
        problem = text("Choose a file first.")
        return page(
            "calendar.html.j2", 422, meetings=None, name="", names={}, problem=problem, token=token(running, who),
            logged=None,
        )  # fmt: skip
    name = uploads.keep(running, sent)
    found = calendar.read(
        running.programme.store, uploads.kept(running, name), today=running.today(), zone=running.settings.time_zone
    )
    ids = [id for each in found for id in (*each.learners, *each.others)]
    return page(
        "calendar.html.j2",
        meetings=found,
        name=name,
        names=names_of(reader, running.today(), ids),
        problem="",
        token=token(running, who),
        logged=None,
    )


@loading.post("/setup/calendar/{name}")
def log(name: Id, fields: Fields, records: Records, running: Running, who: Whole) -> Response:
    """Log the chosen meetings."""
    store, today, path = running.programme.store, running.today(), uploads.kept(running, name)
    found = calendar.read(store, path, today=today, zone=running.settings.time_zone)
    chosen = [each for at, each in enumerate(found) if fields.get(f"meeting.{at}")]
    for each in chosen:
        calendar.log_meeting(store, records, each, today=today)
    path.unlink()
    return page(
        "calendar.html.j2", meetings=None, name="", names={}, problem="", token=token(running, who), logged=len(chosen)
    )

"""Tick whom you know; the queue of records that may be the same person."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import knowing
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Records, Running
from graph_service.api.routing import Router
from graph_service.desks import people as desk
from graph_service.desks.finding import people_called
from graph_service.desks.views.people import Ticks, Twins
from graph_service.web.forms import Fields, token
from graph_service.web.language import N_, text
from graph_service.web.rendering import page
from graph_service.web.today import SiteId

router = Router(include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]
Adult = Annotated[str, Query(max_length=200, description="name or key of whoever ticks")]
EVIDENCE: Mapping[str, str] = {
    "same_name": N_("same name"),
    "same_birth_date": N_("same birth date"),
    "same_mail": N_("same mail address"),
    "same_phone": N_("same telephone"),
    "same_place": N_("same site or employer"),
    "same_role": N_("both learners, or both not"),
    "different_birth_date": N_("different birth dates"),
    "different_place": N_("different sites or employers"),
}


def _ticks(reader: CoordinatorReader, as_of: AsOf, adult: str, site: str | None) -> tuple[Ticks, str]:
    found = people_called(reader, as_of, adult) if adult.strip() else None
    id = found.ids[0] if found is not None and len(found.ids) == 1 else None
    problem = ""
    if found is not None and id is None:
        problem = text("Nobody here is called “%(name)s”. Check the spelling.", name=adult)
    return desk.ticks(reader, as_of, id, site or None), problem


@router.get("/know.json")
def know_json(reader: CoordinatorReader, as_of: AsOf, adult: Adult = "", site: SiteId = None) -> Ticks:
    return _ticks(reader, as_of, adult, site)[0]


@router.get("/know")
def know(
    reader: CoordinatorReader,
    as_of: AsOf,
    running: Running,
    who: Asking,
    adult: Adult = "",
    site: SiteId = None,
    said: str = "",
) -> HTMLResponse:
    """Learners of a site, for an adult to tick whom they know."""
    view, problem = _ticks(reader, as_of, adult, site)
    return page(
        "know.html.j2",
        422 if problem else 200,
        view=view,
        problem=problem,
        typed=adult,
        site=site,
        said=said == "done",
        token=token(running, who),
    )


@router.post("/know")
def tick(fields: Fields, reader: CoordinatorReader, records: Records, running: Running) -> Response:
    """Keep the ticks."""
    today = running.today()
    snapshot = reader.snapshot(today)
    assert snapshot.people is not None
    mine = {snapshot.people.ids[at] for at in reader.learners(snapshot).tolist()}
    learners = [name[5:] for name in fields if name.startswith("know.") and name[5:] in mine]
    knowing.tick(running.programme.store, records, fields.get("adult", ""), learners, today=today)
    return RedirectResponse("/know?said=done#receipt", 303)


@router.get("/same.json")
def same_json(reader: CoordinatorReader, as_of: AsOf) -> Twins:
    return desk.twins(reader, as_of)


@router.get("/same")
def same(reader: CoordinatorReader, as_of: AsOf, running: Running, who: Asking, said: str = "") -> HTMLResponse:
    """Records that may be the same person, with what speaks for it and against it."""
    return page(
        "same.html.j2",
        view=desk.twins(reader, as_of),
        evidence=EVIDENCE,
        said=said == "done",
        token=token(running, who),
    )


@router.post("/same")
def join(fields: Fields, records: Records, running: Running) -> Response:
    """They are the same person."""
    ends = fields.get("duplicate", ""), fields.get("kept", "")
    knowing.join(running.programme.store, records, *ends, fields.get("evidence", "")[:300])
    return RedirectResponse("/same?said=done#receipt", 303)


@router.post("/same/apart")
def keep_apart(fields: Fields, records: Records, running: Running) -> Response:
    """They are two people: they are not proposed again."""
    ends = fields.get("duplicate", ""), fields.get("kept", "")
    knowing.keep_apart(running.programme.store, records, *ends, fields.get("evidence", "")[:300])
    return RedirectResponse("/same?said=done#receipt", 303)


@router.post("/same/apart/{id}/undo")
def ask_anew(id: Id, fields: Fields, records: Records, running: Running) -> Response:
    """Propose the two again."""
    knowing.ask_anew(running.programme.store, records, id)
    return RedirectResponse("/same?said=done#receipt", 303)


@router.post("/same/{id}/undo")
def undo(id: Id, fields: Fields, records: Records, running: Running) -> Response:
    """They are two people after all."""
    knowing.part(running.programme.store, records, id)
    return RedirectResponse("/same?said=done#receipt", 303)

"""A learner's page: network, measures, contacts, and a line to log the next one."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import moves
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Running
from graph_service.api.routing import Router
from graph_service.desks import coordinator
from graph_service.desks.suggestions import gates_told, stated_of
from graph_service.desks.views.base import LearnerPage
from graph_service.errors import Conflict, UnknownPerson
from graph_service.web.forms import Fields, token
from graph_service.web.introductions import rows_of
from graph_service.web.language import spoken, text, words
from graph_service.web.rendering import options, page
from graph_service.web.wording import GROUP_WORDS, GROWTH_WORDS, MOVE_WORDS, PARTY_WORDS
from viz.page import assets, figure
from viz.views import network_picture

router = Router(include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]


def learner_html(
    reader: CoordinatorReader,
    id: str,
    as_of: date,
    running: Running,
    who: Asking,
    *,
    status: int = 200,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
    logged: str | None = None,
    taken_back: bool = False,
    year: bool = False,
    moved: bool = False,
    refused: str = "",
    gates: Sequence[str] = (),
) -> HTMLResponse:
    """The page.

    problem, typed: what stood in the way of logging, and what was typed; refused, gates: why no introduction was
    put on its way.
    """
    steps = [as_of - timedelta(days=days) for days in (360, 270, 180, 90, 0)] if year else None
    view = coordinator.learner_page(reader, id, as_of, dates=steps, language=spoken())
    on_way, _, _ = rows_of(reader, running, who, as_of, "open", view.row.id)
    picture = network_picture(
        view.network,
        text("Network of %(name)s", name=view.row.name),
        text("No contact is recorded yet."),
        dict(options("relations")),
    )
    blank = {"with": "", "on": as_of.isoformat(), "kind": "meeting", "mode": "in_person", "minutes": ""}
    return page(
        "learner.html.j2",
        status,
        view=view,
        figure=figure(picture, name="network", words=words()),
        assets=assets(picture),
        words=GROUP_WORDS,
        growth_words=GROWTH_WORDS,
        form={**blank, **(typed or {})},
        problem=problem,
        token=token(running, who),
        repeat=secrets.token_hex(8),
        logged=logged,
        taken_back=taken_back,
        moved=moved,
        refused=refused,
        gates=gates,
        whole_year=year,
        introductions=on_way,
        parties=PARTY_WORDS,
        move_words=MOVE_WORDS,
    )


@router.get("/learners/{id}.json")
def learner_json(reader: CoordinatorReader, id: str, as_of: AsOf) -> LearnerPage:
    return coordinator.learner_page(reader, id, as_of)


@router.get("/learners/{id}")
def learner(
    reader: CoordinatorReader,
    id: str,
    as_of: AsOf,
    running: Running,
    who: Asking,
    logged: Annotated[str | None, Query(pattern=r"^[a-z0-9]{1,40}$")] = None,
    taken_back: bool = False,
    year: bool = False,
    moved: bool = False,
) -> HTMLResponse:
    """One learner."""
    return learner_html(reader, id, as_of, running, who, logged=logged, taken_back=taken_back, year=year, moved=moved)


@router.post("/learners/{id}/introductions")
def propose(reader: CoordinatorReader, running: Running, who: Asking, id: Id, fields: Fields) -> Response:
    """Put a suggestion on its way; what stands in its way is told on the learner's page."""
    today = running.today()
    snapshot = reader.snapshot(today)
    assert snapshot.people is not None
    ids = snapshot.people.ids
    learner = ids[reader.learner(snapshot, id)]
    ends = [ids[snapshot.position(fields.get(end, ""))] for end in ("connector", "target")]
    if not all(ends):
        raise UnknownPerson()
    connector, target = ends
    more = stated_of(reader, today, learner, connector, target)
    try:
        made = moves.propose(running.programme.store, who, learner, connector, target, today=today, **more)
    except Conflict as error:
        gates = gates_told(error.details.get("gates", ()), spoken())
        return learner_html(
            reader, id, today, running, who, status=error.status, refused=text(error.title), gates=gates
        )
    return RedirectResponse(f"/introductions/{made.introduction}?moved=1#receipt", 303)

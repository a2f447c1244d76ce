"""Hand a caseload over at the turn of the year: who would go from whom to whom, then do it, then take it back."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse, Response

from graph_service.actions import handing_over
from graph_service.api.access import Asking, CoordinatorReader, Records, Running, desk
from graph_service.api.jobs import Whole
from graph_service.api.routing import Router
from graph_service.desks.finding import people_called
from graph_service.desks.naming import names_of
from graph_service.desks.views.forms import CaseloadHandover, NameList
from graph_service.errors import UsageError
from graph_service.web.forms import Fields, token
from graph_service.web.language import N_, text
from graph_service.web.rendering import page

router = Router(include_in_schema=False, dependencies=[Depends(desk("loads"))])
Adult = Annotated[str, Query(max_length=200, description="name or key of an adult")]
#: Names shown of a list.
SHOWN = 100
#: What a hand-over is refused with, as `handing_over.hand_over` says it.
REFUSED = (N_("Name two different adults."), N_("No learner of yours is in the care of this adult today."))


def _mine(reader: CoordinatorReader, today: date) -> list[str]:
    snapshot = reader.snapshot(today)
    assert snapshot.people is not None
    return [snapshot.people.ids[at] for at in reader.learners(snapshot).tolist()]


def _adult(reader: CoordinatorReader, today: date, name: str) -> str:
    found = people_called(reader, today, name)
    if len(found.ids) != 1:
        raise UsageError(text("Nobody here is called “%(name)s”. Check the spelling.", name=name))
    return found.ids[0]


@router.get("/setup/hand-over.json")
def look_json(
    reader: CoordinatorReader, running: Running, who: Whole, giver: Adult = "", taker: Adult = ""
) -> CaseloadHandover:
    return _found(reader, running, {"giver": giver, "taker": taker})


@router.get("/setup/hand-over")
def look(reader: CoordinatorReader, running: Running, who: Whole, giver: Adult = "", taker: Adult = "") -> HTMLResponse:
    """Whom a hand-over would move."""
    return _look(reader, running, who, {"giver": giver, "taker": taker})


def _look(
    reader: CoordinatorReader, running: Running, who: Asking, typed: Mapping[str, str], done: str = "", moved: int = 0,
    problem: str = "",
) -> HTMLResponse:  # fmt: skip
    view = _found(reader, running, {"giver": "", "taker": ""} if done or problem else typed)
    problem = problem or view.problem
    return page(
        "hand_over.html.j2",
        422 if problem else 200,
        view=view,
        typed=typed,
        done=done,
        moved=moved,
        problem=problem,
        token=token(running, who),
    )


def _found(reader: CoordinatorReader, running: Running, typed: Mapping[str, str]) -> CaseloadHandover:
    today, moves, problem = running.today(), None, ""
    if typed.get("giver") and typed.get("taker"):
        try:
            giver, taker = (_adult(reader, today, typed[end]) for end in ("giver", "taker"))
            if giver == taker:
                raise UsageError("Name two different adults.")
            rows = handing_over.in_care(running.programme.store, giver, _mine(reader, today), today)
            names = names_of(reader, today, [row["learner"] for row in rows[:SHOWN]]).values()
            moves = NameList(total=len(rows), names=tuple(sorted(names)))
        except UsageError as wrong:
            problem = text(str(wrong))
    return CaseloadHandover(giver=typed["giver"], taker=typed["taker"], moves=moves, problem=problem)


@router.post("/setup/hand-over")
def hand_over(fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Whole) -> Response:
    """Hand over what was looked at."""
    today = running.today()
    typed = {end: fields.get(end, "")[:200] for end in ("giver", "taker")}
    try:
        giver, taker = (_adult(reader, today, typed[end]) for end in ("giver", "taker"))
        load, moved = handing_over.hand_over(
            running.programme.store, records, giver, taker, _mine(reader, today), today=today
        )
    except UsageError as wrong:
        return _look(reader, running, who, typed, problem=text(str(wrong)))
    return _look(reader, running, who, typed, done=load, moved=moved)

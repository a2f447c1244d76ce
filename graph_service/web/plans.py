"""A community's self-assessment and plan in the browser: rate, agree, plan steps, log a coach's meeting, print."""

import secrets
from collections import defaultdict
from datetime import date
from typing import Annotated, Any

from fastapi import Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import assessing
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Records, Running
from graph_service.api.routing import Router
from graph_service.api.work import CommunityView, community_view
from graph_service.desks.finding import one_called
from graph_service.desks.naming import names_of
from graph_service.desks.work import checked
from graph_service.web.forms import Fields, token
from graph_service.web.language import text
from graph_service.web.refusals import PROBLEMS, day_of, number_of, told
from graph_service.web.rendering import page
from graph_service.web.work_tables import EVIDENCE_WORDS

router = Router(include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]


@router.get("/work/community/{id}.json")
def community_json(reader: CoordinatorReader, running: Running, as_of: AsOf, id: Id) -> CommunityView:
    return community_view(reader, as_of, id, running.settings.instrument)


@router.get("/work/community/{id}")
def community(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf, id: Id, said: str = ""
) -> HTMLResponse:
    """The report for a coach's meeting, and what is added in it."""
    return _community(reader, running, who, as_of, id, said=said == "done")


def _community(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: date, id: str, *, said: bool = False,
    problem: str = "", given: dict[str, str] | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    return page(
        "work_community.html.j2", status, view=_view(reader, running, as_of, id), as_of=as_of, said=said,
        problem=problem, given=defaultdict(str, given or {}), token=token(running, who), repeat=secrets.token_hex(8),
        me=_own_name(reader, who, as_of), kinds=EVIDENCE_WORDS,
    )  # fmt: skip


def _view(reader: CoordinatorReader, running: Running, as_of: date, id: str) -> Any:
    return community_view(reader, as_of, id, running.settings.instrument).page


def _own_name(reader: CoordinatorReader, who: Asking, as_of: date) -> str:
    return "" if who.person is None else names_of(reader, as_of, [who.person])[who.person]


@router.get("/work/community/{id}/{what}.json")
def questions_json(
    reader: CoordinatorReader, running: Running, as_of: AsOf, id: Id,
    what: Annotated[str, Path(pattern="^(rate|agree)$")],
) -> CommunityView:  # fmt: skip
    return community_json(reader, running, as_of, id)


@router.get("/work/community/{id}/{what}")
def questions(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf, id: Id,
    what: Annotated[str, Path(pattern="^(rate|agree)$")],
) -> HTMLResponse:  # fmt: skip
    """The instrument to answer, alone as a rater or together after the differences were seen."""
    return _questions(reader, running, who, as_of, id, what)


def _questions(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: date, id: str, what: str, *,
    problem: str = "", given: dict[str, str] | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    return page(
        "work_rate.html.j2", status, view=_view(reader, running, as_of, id), what=what, as_of=as_of,
        problem=problem, given=defaultdict(str, given or {}), token=token(running, who),
        me=_own_name(reader, who, as_of),
    )  # fmt: skip


@router.post("/work/community/{id}/rate")
def rate(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, id: Id
) -> Response:
    """Keep one rater's answers."""
    today, instrument = running.today(), checked(running.settings.instrument)
    try:
        rater = one_called(reader, today, fields.get("rater", ""))
        assessing.rate(
            running.programme.store, records, instrument, id, rater, fields.get("round", ""), _answers(fields), today
        )
    except PROBLEMS as error:
        problem, status = told(error)
        return _questions(reader, running, who, today, id, "rate", problem=problem, given=fields, status=status)
    return _back(id)


@router.post("/work/community/{id}/agree")
def agree(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, id: Id
) -> Response:
    """Keep what the raters agreed on; whoever was quicker is shown, and nothing typed is lost."""
    today, instrument = running.today(), checked(running.settings.instrument)
    seen = {name.removeprefix("seen."): int(number_of(fields, name)) for name in fields if name.startswith("seen.")}
    try:
        assessing.agree(
            running.programme.store, records, instrument, id, fields.get("round", ""), _answers(fields), today, seen
        )
    except PROBLEMS as error:
        problem, status = told(error)
        return _questions(reader, running, who, today, id, "agree", problem=problem, given=fields, status=status)
    return _back(id)


@router.post("/work/community/{id}/steps")
def plan(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, id: Id
) -> Response:
    """Add a priority step to the plan."""
    today, instrument = running.today(), checked(running.settings.instrument)
    try:
        values = {
            "text": _needed(fields, "text"), "service_line": fields.get("service_line", ""),
            "element": fields.get("element") or None, "owner": one_called(reader, today, fields.get("owner", "")),
            "due": day_of(fields, "due"), "barrier": fields.get("barrier") or None,
        }  # fmt: skip
        repeat = fields.get("repeat") or None
        assessing.plan_step(running.programme.store, records, instrument, id, values, today, repeat=repeat)
    except PROBLEMS as error:
        problem, status = told(error)
        return _community(reader, running, who, today, id, problem=problem, given=fields, status=status)
    return _back(id)


@router.post("/work/community/{id}/steps/{step}")
def move(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, id: Id, step: Id
) -> Response:
    """Say how a step stands."""
    try:
        version = int(number_of(fields, "version"))
        assessing.move_step(running.programme.store, records, step, version, fields.get("state", ""))
    except PROBLEMS as error:
        problem, status = told(error)
        return _community(reader, running, who, running.today(), id, problem=problem, status=status)
    return _back(id)


@router.post("/work/community/{id}/meetings")
def log(fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, id: Id) -> Response:
    """Write a coach's meeting into the log."""
    today = running.today()
    try:
        values = {
            "coach": one_called(reader, today, fields.get("coach", "")), "date": day_of(fields, "on"),
            "focus": fields.get("focus", ""), "advice": fields.get("advice") or None,
            "next_step": fields.get("next_step") or None,
        }  # fmt: skip
        repeat = fields.get("repeat") or None
        assessing.log_meeting(running.programme.store, records, id, values, repeat=repeat)
    except PROBLEMS as error:
        problem, status = told(error)
        return _community(reader, running, who, today, id, problem=problem, given=fields, status=status)
    return _back(id)


def _answers(fields: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Stage and note of each element that was answered."""
    found = {name.removeprefix("stage."): value for name, value in fields.items() if name.startswith("stage.")}
    return {element: (stage, fields.get(f"note.{element}", "")) for element, stage in found.items() if stage}


def _needed(fields: dict[str, str], name: str) -> str:
    if not fields.get(name, "").strip():
        raise ValueError(text("Say what is to be done."))
    return fields[name].strip()


def _back(id: str) -> RedirectResponse:
    return RedirectResponse(f"/work/community/{id}?said=done", 303)

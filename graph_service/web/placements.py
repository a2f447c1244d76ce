"""A placement in the browser, from request to thanks: each step is checked, and writes its contact with it."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import checking, placing, writing
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Records, Running
from graph_service.api.routing import Router
from graph_service.api.work import BrokeredView, PlacementView, brokered_view, placement_view
from graph_service.desks.finding import one_called
from graph_service.desks.naming import names_of
from graph_service.desks.views.forms import Choice, Named, PlacementForm
from graph_service.errors import NotFound
from graph_service.records.resources import BY_PATH
from graph_service.web.forms import Fields, token
from graph_service.web.refusals import PROBLEMS, day_of, number_of, told
from graph_service.web.rendering import options, page
from graph_service.web.work_tables import FIT_WORDS

router = Router(include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]
EXPERIENCES = BY_PATH["experiences"]


#: Proposals that a page shows.
SHOWN = 200


@router.get("/work/broker.json")
def broker_json(reader: CoordinatorReader, as_of: AsOf) -> BrokeredView:
    return brokered_view(reader, as_of)


@router.get("/work/broker")
def broker(reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf, said: str = "") -> HTMLResponse:
    """Proposed places with why, and the methods side by side."""
    return _broker(reader, running, who, as_of, said=said == "done")


def _broker(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: date, *, said: bool = False, problem: str = "",
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    view = brokered_view(reader, as_of)
    offers = view.offers[:SHOWN]
    return page(
        "work_broker.html.j2", status, view=view, offers=offers, as_of=as_of, said=said, problem=problem,
        token=token(running, who), names=names_of(reader, as_of, [each.learner_id for each in offers]),
        why=FIT_WORDS,
    )  # fmt: skip


@router.post("/work/broker")
def accept(fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking) -> Response:
    """Turn one proposal into a placement."""
    today, learner = running.today(), fields.get("learner", "")
    records.require(EXPERIENCES, {"id": "", "learner": learner})
    try:
        id = placing.accept(running.programme.store, learner, fields.get("slot", ""), today, actor=who.name)
    except PROBLEMS as error:
        problem, status = told(error)
        return _broker(reader, running, who, today, problem=problem, status=status)
    return RedirectResponse(f"/work/experience/{id}?said=done#receipt", 303)


@router.get("/work/experience.json")
def ask_json(reader: CoordinatorReader, as_of: AsOf) -> PlacementForm:
    activities, modes = (
        tuple(Choice(code=code, name=name) for code, name in options(table)) for table in ("activities", "modes")
    )
    return PlacementForm(hosts=_hosts(reader, as_of), activities=activities, modes=modes)


def _hosts(reader: CoordinatorReader, as_of: date) -> tuple[Named, ...]:
    people = reader.snapshot(as_of).people
    assert people is not None
    table = people.organizations.table
    named = sorted(zip(table["name"].to_pylist(), table["id"].to_pylist(), table["kind"].to_pylist(), strict=True))
    return tuple(Named(id=id, name=name) for name, id, kind in named if kind == "employer")


@router.get("/work/experience")
def ask(reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf) -> HTMLResponse:
    """Ask for an experience for a learner."""
    return _ask(reader, running, who, as_of)


def _ask(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: date, problem: str = "",
    given: dict[str, str] | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    return page(
        "work_request.html.j2", status, hosts=_hosts(reader, as_of),
        problem=problem, given=defaultdict(str, given or {}), token=token(running, who), as_of=as_of,
    )  # fmt: skip


@router.post("/work/experience")
def request(fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking) -> Response:
    """Keep the request."""
    today, store = running.today(), running.programme.store
    try:
        learner = one_called(reader, today, fields.get("learner", ""))
        records.require(EXPERIENCES, {"id": "", "learner": learner})
        terms = {
            "mode": fields.get("mode") or "in_person", "host": fields.get("host") or None,
            "supervisor": _person(reader, today, fields, "supervisor"), "course": fields.get("course") or None,
            "coordinator": _person(reader, today, fields, "coordinator"),
            "hours_week": int(number_of(fields, "hours_week")) if fields.get("hours_week") else None,
            "tailored": fields.get("tailored") == "yes",
            "since": day_of(fields, "since") if fields.get("since") else None,
        }  # fmt: skip
        id = placing.request(store, learner, fields.get("activity", ""), today, actor=who.name, **terms)
    except PROBLEMS as error:
        problem, status = told(error)
        return _ask(reader, running, who, today, problem, fields, status)
    return RedirectResponse(f"/work/experience/{id}", 303)


@router.get("/work/experience/{id}.json")
def placement_json(reader: CoordinatorReader, running: Running, as_of: AsOf, id: Id) -> PlacementView:
    return placement_view(reader, as_of, id, running.settings.placement_rules)


@router.get("/work/experience/{id}")
def placement(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf, id: Id, said: str = ""
) -> HTMLResponse:
    """One placement: what may come next, and what stands in the way."""
    return _placement(reader, running, who, as_of, id, said=said == "done")


def _placement(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: date, id: str, *, said: bool = False,
    problem: str = "", given: dict[str, str] | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    view = placement_view(reader, as_of, id, running.settings.placement_rules).page
    me = "" if who.person is None else names_of(reader, as_of, [who.person])[who.person]
    return page(
        "work_placement.html.j2", status, view=view, as_of=as_of, said=said, problem=problem, me=me,
        given=defaultdict(str, given or {}), token=token(running, who), repeat=secrets.token_hex(8),
    )  # fmt: skip


@router.post("/work/experience/{id}/{what}")
def write(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking, id: Id,
    what: Annotated[str, Path(pattern="^[a-z-]{1,20}$")],
) -> Response:  # fmt: skip
    """One step, or one thing that was done; with whom is on record already, so nothing is typed twice."""
    today = running.today()
    records.require(EXPERIENCES, records.get(EXPERIENCES, id))
    if what not in STEPS:
        raise NotFound()
    try:
        STEPS[what](Step(reader, records, running, who.name, id, today, fields))
    except PROBLEMS as error:
        problem, status = told(error)
        return _placement(reader, running, who, today, id, problem=problem, given=fields, status=status)
    return RedirectResponse(f"/work/experience/{id}?said=done#receipt", 303)


class Step:
    """What a form says of one placement."""

    def __init__(
        self, reader: CoordinatorReader, records: Records, running: Running, actor: str, id: str, today: date,
        fields: dict[str, str],
    ) -> None:  # fmt: skip
        self.reader, self.records, self.actor, self.id, self.today = reader, records, actor, id, today
        self.running, self.fields = running, fields
        self.rules = checking.rules_of(running.settings.placement_rules)

    def place(self) -> None:
        placing.place(self.running.programme.store, self.id, self.fields.get("slot", ""), self.today, actor=self.actor)

    def move(self) -> None:
        placing.advance(
            self.running.programme.store,
            self.id,
            self.fields.get("state", ""),
            self.today,
            self.rules,
            actor=self.actor,
        )

    def sign(self) -> None:
        placing.sign(
            self.running.programme.store, self.id, self.fields.get("party", ""), self.day("on"), actor=self.actor
        )

    def document(self) -> None:
        until = self.day("until") if self.fields.get("until") else None
        name, since = self.fields.get("document", ""), self.day("since")
        placing.document(self.running.programme.store, self.id, name, since, actor=self.actor, until=until)

    def waive(self) -> None:
        until = self.day("until") if self.fields.get("until") else None
        rule, why = self.fields.get("rule", ""), self.fields.get("reason", "")
        checking.waive(
            self.running.programme.store, self.id, rule, why, self.today, until, self.rules, actor=self.actor
        )

    def people(self) -> None:
        kept = self.records.get(EXPERIENCES, self.id)
        named = {name: self.person(name) for name in ("supervisor", "coordinator") if self.fields.get(name)}
        values = {name: kept[name] for name in placing.FIELDS}
        version = int(number_of(self.fields, "version"))
        writing.correct(self.running.programme.store, self.records, EXPERIENCES, self.id, version, {**values, **named})

    def visit(self) -> None:
        self.record("visit", visitor=self.person("visitor"), finding=self.fields.get("finding") or None)

    def hours(self) -> None:
        hours = number_of(self.fields, "hours")
        self.record("hour_log", hours=hours, task=self.fields.get("task") or None)

    def evaluation(self) -> None:
        scores = {name: int(number_of(self.fields, name)) for name in placing.SCORES if self.fields.get(name)}
        self.record("evaluation", by=self.fields.get("by", ""), evidence=self.fields.get("evidence") or None, **scores)

    def record(self, kind: str, **values: Any) -> None:
        on = self.day("on")
        key = f"{self.id} {on} {values.get('by', '')}"
        placing.record(self.running.programme.store, kind, self.id, key, {"date": on, **values}, actor=self.actor)

    def day(self, name: str) -> date:
        return day_of(self.fields, name)

    def person(self, name: str) -> str:
        return one_called(self.reader, self.today, self.fields.get(name, ""))


#: What a form may do, by the end of its address.
STEPS: dict[str, Callable[[Step], None]] = {
    "place": Step.place, "move": Step.move, "sign": Step.sign, "document": Step.document, "waive": Step.waive,
    "people": Step.people, "visit": Step.visit, "hours": Step.hours, "evaluation": Step.evaluation,
}  # fmt: skip


def _person(reader: CoordinatorReader, today: date, fields: dict[str, str], name: str) -> str | None:
    return one_called(reader, today, fields[name]) if fields.get(name, "").strip() else None

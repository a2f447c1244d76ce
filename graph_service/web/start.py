"""Beginning: sites, school calendar, what counts as what, and how long a contact lasts, tried before it is kept."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import choosing, writing
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Records, Running, desk
from graph_service.api.jobs import Whole
from graph_service.api.routing import Router
from graph_service.desks import narrowing
from graph_service.desks.learner import live
from graph_service.desks.setup import setup
from graph_service.desks.trying import tried
from graph_service.desks.views.setup import SetupView, TiesTried
from graph_service.errors import Conflict, UnknownParameter, UsageError
from graph_service.records.resources import BY_PATH
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.parameters import Parameters
from graph_service.web.forms import Fields, token
from graph_service.web.language import N_, text
from graph_service.web.rendering import page
from graph_service.web.wording import GROUP_WORDS

router = Router(include_in_schema=False, dependencies=[Depends(desk("loads"))])
#: What a calendar is refused with, as `choosing.save_calendar` says it.
REFUSED = (N_("Write a period a line: first and last day as year-month-day."),)
HalfLife = Annotated[str, Query(max_length=20, description="days after which a contact counts half, or none")]
Threshold = Annotated[str, Query(max_length=20, description="strength of a tie")]


@router.get("/setup/start.json")
def start_json(reader: CoordinatorReader, as_of: AsOf) -> SetupView:
    return setup(reader, as_of)


@router.get("/setup/start")
def start(reader: CoordinatorReader, as_of: AsOf, running: Running, who: Whole, said: str = "") -> HTMLResponse:
    """The first steps in order, each with how far it is."""
    return _start(reader, as_of, running, who, said == "done")


def _start(
    reader: CoordinatorReader, as_of: AsOf, running: Running, who: Asking, said: bool = False, problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    calendar = choosing.calendar_of(running.programme.store)
    snapshot = reader.snapshot(as_of)
    kinds = vocabulary("interaction_kinds")
    lines = {
        name: "\n".join(f"{first} – {last}" for first, last in periods)
        for name, periods in (("terms", calendar.terms), ("breaks", calendar.breaks))
    }
    return page(
        "start.html.j2",
        422 if problem else 200,
        steps={each.name: each for each in setup(reader, as_of).steps},
        store=running.settings.store.partition(":")[0],
        revision=snapshot.revision,
        zone=running.settings.time_zone,
        sites=narrowing.sites(reader, snapshot, reader.learners(snapshot)),
        schools=sorted(row["name"] for row in live(reader, "organization") if row["kind"] == "school"),
        clusters=vocabulary("career_clusters").codes,
        kinds=[(code, kinds.rows[code]) for code in kinds.codes],
        now=reader.parameters,
        lines=lines | dict(typed or {}),
        said=said,
        problem=problem,
        token=token(running, who),
    )


@router.post("/setup/start/sites")
def add_site(fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Whole) -> Response:
    """Add a site by name."""
    name = " ".join(fields.get("name", "").split())
    try:
        if not name:
            raise UsageError(text("Write the site's name first."))
        values = {"key": (fields.get("key") or name).strip(), "name": name, "kind": "school"}
        writing.add(running.programme.store, records, BY_PATH["organizations"], values)
    except (UsageError, Conflict) as wrong:
        return _start(reader, running.today(), running, who, problem=text(str(wrong)))
    return RedirectResponse("/setup/start?said=done#receipt", 303)


@router.post("/setup/start/calendar")
def calendar(fields: Fields, reader: CoordinatorReader, running: Running, who: Whole) -> Response:
    """Keep terms and breaks: deadlines and reminders count school days."""
    try:
        choosing.save_calendar(running.programme.store, who, fields.get("terms", ""), fields.get("breaks", ""))
    except UsageError as wrong:
        typed = {name: fields.get(name, "") for name in ("terms", "breaks")}
        return _start(reader, running.today(), running, who, problem=text(str(wrong)), typed=typed)
    return RedirectResponse("/setup/start?said=done#receipt", 303)


def _parameters(now: Parameters, half_life: str, theta: str, strong: str) -> Parameters:
    try:
        return now.with_(
            half_life=Parameters.parse_half_life(half_life) if half_life else now.half_life,
            theta=float(theta or now.theta),
            theta_strong=float(strong or now.theta_strong),
        )
    except ValueError:
        raise UnknownParameter("The thresholds are positive, and the weak one is not above the strong one.") from None


@router.get("/setup/ties.json")
def ties_json(
    reader: CoordinatorReader, as_of: AsOf, half_life: HalfLife = "", theta: Threshold = "", strong: Threshold = ""
) -> TiesTried:
    return tried(reader, as_of, _parameters(reader.parameters, half_life, theta, strong))


@router.get("/setup/ties")
def ties(
    reader: CoordinatorReader, as_of: AsOf, running: Running, who: Whole, half_life: HalfLife = "",
    theta: Threshold = "", strong: Threshold = "", said: str = "",
) -> HTMLResponse:  # fmt: skip
    """How long a contact lasts: try it on today's list, then keep it."""
    problem, chosen = "", reader.parameters
    try:
        chosen = _parameters(reader.parameters, half_life, theta, strong)
    except UnknownParameter as wrong:
        problem = text(str(wrong))
    return page(
        "ties.html.j2",
        422 if problem else 200,
        view=tried(reader, as_of, chosen),
        changed=chosen != reader.parameters,
        words=GROUP_WORDS,
        said=said == "done",
        problem=problem,
        token=token(running, who),
    )


@router.post("/setup/ties")
def keep_ties(fields: Fields, reader: CoordinatorReader, running: Running, who: Whole) -> Response:
    """Keep what was tried."""
    chosen = _parameters(
        reader.parameters, fields.get("half_life", ""), fields.get("theta", ""), fields.get("strong", "")
    )
    choosing.save_ties(running.programme.store, who, chosen.as_dict())
    return RedirectResponse("/setup/ties?said=done#receipt", 303)

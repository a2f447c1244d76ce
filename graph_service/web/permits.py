"""Consents and checks of adults, entered for many at once from a list, with where the paper is and when it ends."""

from collections.abc import Mapping
from datetime import date

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import guardians, screening
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Records, Running
from graph_service.api.routing import Router
from graph_service.desks.checks import adult_checks
from graph_service.desks.consents import consents
from graph_service.desks.views.setup import AdultChecks, Consents
from graph_service.errors import InvalidRecord, UsageError
from graph_service.web.forms import Fields, token
from graph_service.web.language import N_, text
from graph_service.web.rendering import options, page
from graph_service.web.today import SiteId

router = Router(include_in_schema=False)
#: How a state of a check is called.
STATES: Mapping[str, str] = {
    "over": N_("has ended"),
    "missing": N_("none entered"),
    "refused": N_("not passed"),
    "pending": N_("asked for, not back"),
    "ends_soon": N_("ends within 30 days"),
    "valid": N_("valid"),
}
#: Why a form of a pile was left, as `guardians.on_paper` says it.
LEFT = (
    N_("nobody with this key"),
    N_("under 18: a guardian signs"),
    N_("of age: the learner signs, not a guardian"),
)


def _picked(fields: Mapping[str, str]) -> list[str]:
    return [name[5:] for name in fields if name.startswith("pick.")]


def _day(value: str) -> date | None:
    """A day of a form; None where none was given. Raises UsageError."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise UsageError(text("A day is written as year-month-day.")) from None


@router.get("/setup/checks.json")
def checks_json(reader: CoordinatorReader, as_of: AsOf) -> AdultChecks:
    return adult_checks(reader, as_of)


@router.get("/setup/checks")
def checks(reader: CoordinatorReader, as_of: AsOf, running: Running, who: Asking, said: int = 0) -> HTMLResponse:
    """Adults with the state of their check; enter what came, for several at once."""
    return _checks(reader, as_of, running, who, said=said)


def _checks(
    reader: CoordinatorReader, as_of: date, running: Running, who: Asking, *, said: int = 0, problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    return page(
        "checks.html.j2",
        422 if problem else 200,
        view=adult_checks(reader, as_of),
        states=STATES,
        kinds=options("clearance_kinds"),
        results=options("clearance_results"),
        today=running.today(),
        said=said,
        problem=problem,
        typed=typed or {},
        token=token(running, who),
    )


@router.post("/setup/checks")
def enter_checks(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking
) -> Response:
    """Enter one result for the ticked adults."""
    today, picked = running.today(), _picked(fields)
    try:
        screening.record_checks(
            running.programme.store, records, picked, kind=fields.get("kind", ""), result=fields.get("result", ""),
            since=_day(fields.get("since", "")) or today, until=_day(fields.get("until", "")),
            authority=fields.get("authority", "")[:200], today=today,
        )  # fmt: skip
    except (UsageError, InvalidRecord) as wrong:
        return _checks(reader, today, running, who, problem=text(str(wrong)), typed=fields)
    return RedirectResponse(f"/setup/checks?said={len(picked)}#receipt", 303)


@router.get("/setup/consents.json")
def consents_json(reader: CoordinatorReader, as_of: AsOf, site: SiteId = None) -> Consents:
    return consents(reader, as_of, site or None)


@router.get("/setup/consents")
def consents_html(
    reader: CoordinatorReader, as_of: AsOf, running: Running, who: Asking, site: SiteId = None
) -> HTMLResponse:
    """Learners with what they allow; enter a pile of signed forms."""
    return _consents(reader, as_of, running, who, site or None)


def _consents(
    reader: CoordinatorReader, as_of: date, running: Running, who: Asking, site: str | None, *,
    recorded: int | None = None, left: list[tuple[str, str]] | None = None, problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    return page(
        "consents.html.j2",
        422 if problem else 200,
        view=consents(reader, as_of, site),
        site=site,
        purposes=options("consent_purposes"),
        today=running.today(),
        recorded=recorded,
        left=[(key, text(why)) for key, why in left or ()],
        problem=problem,
        typed=typed or {},
        token=token(running, who),
    )


@router.post("/setup/consents")
def enter_consents(
    fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking
) -> Response:
    """Enter what the ticked learners' forms say: forms that all say the same, in one pile."""
    today, site = running.today(), fields.get("site") or None
    snapshot = reader.snapshot(today)
    assert snapshot.people is not None
    mine = {snapshot.people.ids[at]: str(snapshot.keys[at]) for at in reader.learners(snapshot).tolist()}
    keys = [mine[id] for id in _picked(fields) if id in mine]
    purposes = [name[8:] for name in fields if name.startswith("purpose.")]
    try:
        if not keys or not purposes:
            raise UsageError(text("Tick at least one learner and one purpose."))
        if not records.actor.writes:
            raise UsageError(text("Your role looks only: it records nothing."))
        recorded, left = guardians.on_paper(
            running.programme.store, keys, purposes, fields.get("scan", "")[:300],
            signed=_day(fields.get("signed", "")) or today, today=today, granted=fields.get("says") != "no",
            until=_day(fields.get("until", "")), by_self=fields.get("by") == "self", actor=who.name,
        )  # fmt: skip
    except (UsageError, InvalidRecord) as wrong:
        return _consents(reader, today, running, who, site, problem=text(str(wrong)), typed=fields)
    reader = running.programme.reader(who)
    return _consents(reader, today, running, who, site, recorded=recorded, left=left)

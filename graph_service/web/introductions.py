"""Introductions on their way: the board, one with its history, and the buttons that move it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import listing, moves
from graph_service.api.access import Asking, AsOf, CoordinatorReader, Running
from graph_service.api.routing import Router
from graph_service.desks.coordinator import about_scope
from graph_service.desks.naming import names_of
from graph_service.desks.suggestions import gates_told
from graph_service.desks.views.introductions import (
    IntroductionBoard,
    IntroductionOutcome,
    IntroductionPage,
    IntroductionRow,
    IntroductionStep,
    Offer,
)
from graph_service.errors import NotFound, ServiceError
from graph_service.web.forms import Fields, token
from graph_service.web.language import N_, spoken, text
from graph_service.web.rendering import page
from graph_service.web.wording import MOVE_WORDS, PARTY_WORDS

router = Router(include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]
State = Annotated[str, Query(pattern="^(open|all|[a-z_]{1,30})$")]
After = Annotated[str, Query(pattern=f"^({listing.MARK})?$")]
#: Why a move is refused, as pages say it: titles and hints of the workflow's own errors.
_REFUSALS = (
    N_("The introduction cannot go on"),
    N_("A coordinator can see why."),
    N_("This cannot be done with the introduction as it stands"),
)
#: Rows of one page of the board.
ROWS = 50


def rows_of(
    reader: CoordinatorReader,
    running: Running,
    who: Asking,
    as_of: date,
    state: str = "open",
    learner: str | None = None,
    after: str = "",
) -> tuple[tuple[IntroductionRow, ...], int, str]:
    """A page of the board, how many rows there are on all pages, and from where the next one goes on."""
    store = running.programme.store
    found = listing.listed(store, who, state=None if state == "all" else state, learner=learner, today=as_of)
    rows, mark = listing.paged(found, after, ROWS)
    return tuple(_row(reader, running, who, as_of, row) for row in rows), len(found), mark


def _row(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: date, row: Mapping[str, Any]
) -> IntroductionRow:
    store = running.programme.store
    record = listing.record_of(store, who, row["id"])
    ends = {end: record[end] for end in moves.ENDS}
    names = names_of(reader, as_of, ends.values())
    return IntroductionRow(
        learner=ends["learner"],
        learner_name=names[ends["learner"]],
        connector_name=names[ends["connector"]],
        target_name=names[ends["target"]],
        **{name: row[name] for name in ("id", "version", "state", "since", "waits_for", "due", "ask")},
        offers=tuple(Offer(**each) for each in listing.offers(store, who, record)),
    )


def board(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: date, state: str, after: str = ""
) -> IntroductionBoard:
    """A page of the board of a state."""
    rows, total, mark = rows_of(reader, running, who, as_of, state, after=after)
    about = about_scope(reader, as_of)
    return IntroductionBoard(about=about, state=state, rows=rows, total=total, next=mark or None)


def introduction(reader: CoordinatorReader, running: Running, who: Asking, as_of: date, id: str) -> IntroductionPage:
    """One introduction. Raises NotFound, also out of scope."""
    told = listing.told(running.programme.store, who, id, today=as_of)
    return IntroductionPage(
        about=about_scope(reader, as_of),
        row=_row(reader, running, who, as_of, told),
        **{name: told[name] for name in ("goal", "message", "meeting")},
        steps=tuple(
            IntroductionStep(on=step["date"], source=step["from"], state=step["to"], role=step["as"], **_rest(step))
            for step in told["steps"]
        ),
        outcomes=tuple(
            IntroductionOutcome(step=row["step"], on=row["date"], resource=row["resource"]) for row in told["outcomes"]
        ),
    )


def _rest(step: Mapping[str, Any]) -> dict[str, Any]:
    return {name: step[name] for name in ("by", "reason", "note")}


def _shown(view: IntroductionPage, running: Running, who: Asking, *, status: int = 200, **more: Any) -> HTMLResponse:
    return page(
        "introduction.html.j2",
        status,
        view=view,
        words=MOVE_WORDS,
        parties=PARTY_WORDS,
        token=token(running, who),
        **{"problem": "", "moved": False, **more},
    )


@router.get("/introductions.json")
def board_json(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf, state: State = "open", after: After = ""
) -> IntroductionBoard:
    return board(reader, running, who, as_of, state, after)


@router.get("/introductions")
def board_html(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf, state: State = "open", after: After = ""
) -> HTMLResponse:
    """Introductions, those that wait longest first."""
    view = board(reader, running, who, as_of, state, after)
    return page("introductions.html.j2", view=view, words=MOVE_WORDS, parties=PARTY_WORDS, token=token(running, who))


@router.get("/introductions/{id}.json")
def introduction_json(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf, id: Id
) -> IntroductionPage:
    return introduction(reader, running, who, as_of, id)


@router.get("/introductions/{id}")
def introduction_html(
    reader: CoordinatorReader, running: Running, who: Asking, as_of: AsOf, id: Id, moved: bool = False
) -> HTMLResponse:
    """One introduction with its history and what can be done."""
    return _shown(introduction(reader, running, who, as_of, id), running, who, moved=moved)


@router.post("/introductions/{id}/moves")
def move(reader: CoordinatorReader, running: Running, who: Asking, id: Id, fields: Fields) -> Response:
    """Make one move; what stands in its way is told on the introduction's page."""
    today = running.today()
    try:
        moves.move(
            running.programme.store,
            who,
            id,
            fields.get("move", ""),
            int(fields.get("version") or 0),
            today=today,
            reason=fields.get("reason") or None,
            note=fields.get("note") or None,
            meeting=date.fromisoformat(fields["meeting"]) if fields.get("meeting") else None,
            answer_of=fields.get("party") or None,
        )
    except NotFound:
        raise
    except (ServiceError, ValueError) as error:
        view = introduction(reader, running, who, today, id)
        status = error.status if isinstance(error, ServiceError) else 422
        problem = text(error.title) if isinstance(error, ServiceError) else text("The day is not a date.")
        gates = gates_told(error.details.get("gates", ()), spoken()) if isinstance(error, ServiceError) else []
        hint = text(error.hint) if isinstance(error, ServiceError) and error.hint else ""
        return _shown(view, running, who, status=status, problem=problem, gates=gates, hint=hint)
    back = fields.get("back", "")
    known = back if back.startswith("/learners/") and back[10:].isalnum() else f"/introductions/{id}"
    return RedirectResponse(f"{known}?moved=1#receipt", 303)

"""A learner's own pages: my team, who can see it, one next step, and all of it to take along."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import moves, outcomes, own_network
from graph_service.actions.own_network import Named
from graph_service.api.access import Asking, AsOf, Running
from graph_service.api.routing import Router
from graph_service.desks import learner as desk
from graph_service.desks.cards import cards
from graph_service.desks.views.learner import LearnerDesk
from graph_service.errors import InvalidRecord, ServiceError
from graph_service.records.vocabulary import vocabulary
from graph_service.web.forms import Fields, token
from graph_service.web.language import N_, spoken, text, words
from graph_service.web.rendering import options, page
from graph_service.web.seats import LearnerId, Look, Me, MyReader, MyRecords, is_look
from viz.page import assets, draw, figure
from viz.views import team_picture

router = Router(prefix="/me", include_in_schema=False)
first = Router(include_in_schema=False)
PHASES: Mapping[str, str] = {
    "idea": N_("an idea"),
    "on_its_way": N_("on its way"),
    "made": N_("you are introduced"),
    "met": N_("you met"),
    "done": N_("done"),
    "not_this_time": N_("not this time"),
}
SAID: Mapping[str, str] = {
    "added": N_("They are on your team now."),
    "removed": N_("Taken off your team."),
    "changed": N_("Changed. It holds at once."),
    "blocked": N_("We will not bring you together. Nobody is told, and you need no reason."),
    "told": N_("Staff are told, and will ask you what is right."),
    "decided": N_("Kept. You can change it at any time."),
    "moved": N_("Done. You will hear how it goes on."),
    "told_meeting": N_("Thank you. The people who look after you can help you with what comes next."),
}
#: What a learner reads where a move is refused: the same whoever or whatever stands in the way.
REFUSED: Mapping[str, str] = {
    "gate_closed": N_(
        "This introduction cannot go on. That says nothing about you. Your school can help with the next."
    ),
    "wrong_state": N_("This has ended or moved on. This is how it stands now."),
    "stale_version": N_("This has ended or moved on. This is how it stands now."),
}
#: The three questions after a meeting. What was talked about is a kind of help (codes of `resources`), or none of them.
TALKED: Mapping[str, str] = {
    "information": N_("What their work is like"),
    "advice": N_("What I could do next"),
    "skill": N_("Something that they showed me how to do"),
    "connection": N_("Somebody else whom I could meet"),
    "reference": N_("That they would speak for me"),
    "opportunity": N_("A place or a job that I could try for"),
    "other": N_("Something else"),
}
AGAIN: Mapping[str, str] = {"yes": N_("Yes"), "perhaps": N_("Perhaps"), "no": N_("No")}
COMES_NEXT: Mapping[str, str] = {
    "meet": N_("We meet again"),
    "write": N_("I write to say thank you"),
    "help": N_("I would like help with the next step"),
    "nothing": N_("Nothing for now"),
}
#: What a job zone asks for, in plain words (O*NET).
ZONES: Mapping[int, str] = {
    1: N_("Mostly learned at work"),
    2: N_("Some months of training"),
    3: N_("One or two years of training"),
    4: N_("Often four years of study"),
    5: N_("Often more than four years of study"),
}
#: Texts of the desk's view that a page translates.
_SEEN = (
    N_("Staff of your school and programme who look after you"),
    N_("your contacts, without private ones"),
    N_("The safeguarding lead"),
    N_("who you are, who looks after you, your meetings"),
    N_("Evaluators"),
    N_("numbers about groups, never you by name"),
    N_("Mentors and employers"),
    N_("nothing, unless you ask for an introduction"),
)
#: Questions of the form.
ASKED = 3


def _keep(learner: LearnerId) -> str:
    return f"?{urlencode({'learner': learner})}" if learner else ""


def seen(reader: MyReader, as_of: AsOf, look: Look) -> LearnerDesk:
    """The learner's desk; for a look of somebody else without what the learner keeps to themselves."""
    view = desk.desk(reader, as_of, spoken())
    return view.model_copy(update={"team": tuple(each for each in view.team if not each.private)}) if look else view


Seen = Annotated[LearnerDesk, Depends(seen)]


def _shown(view: LearnerDesk, running: Running, who: Asking, learner: LearnerId, status: int = 200, **more: Any) -> Any:
    picture = team_picture(view, words(), dict(options("relations")))
    return page(
        "me.html.j2",
        status,
        view=view,
        keep=_keep(learner),
        look=is_look(who),
        token=token(running, who),
        repeat=secrets.token_hex(8),
        phases=PHASES,
        zones=ZONES,
        after=(
            (N_("What did you talk about? Choose what helped you most."), "talked", TALKED),
            (N_("Would you like to meet again?"), "again", AGAIN),
            (N_("What comes next?"), "next", COMES_NEXT),
        ),
        figure=figure(picture, name="team", words=words()),
        assets=assets(picture),
        **{"said": "", "problem": "", **more},
    )


@first.get("/me.json")
def me_json(view: Seen) -> LearnerDesk:
    return view


@first.get("/me")
def me_html(view: Seen, running: Running, who: Asking, learner: LearnerId = None, said: str = "") -> HTMLResponse:
    """My team, and one next step."""
    shown: HTMLResponse = _shown(view, running, who, learner, said=text(SAID[said]) if said in SAID else "")
    return shown


@router.get("/sharing.json")
def sharing_json(view: Seen) -> LearnerDesk:
    return view


def _sharing(
    view: LearnerDesk, running: Running, who: Asking, learner: LearnerId, status: int = 200, **more: Any
) -> Any:
    guard = token(running, who)
    return page(
        "sharing.html.j2", status, view=view, keep=_keep(learner), look=is_look(who), token=guard,
        **{"said": "", "problem": "", **more},
    )  # fmt: skip


@router.get("/sharing")
def sharing(view: Seen, running: Running, who: Asking, learner: LearnerId = None, said: str = "") -> HTMLResponse:
    """Who can see it, what was agreed to, and from the 18th birthday on what the learner allows."""
    shown: HTMLResponse = _sharing(view, running, who, learner, said=text(SAID[said]) if said in SAID else "")
    return shown


@router.post("/sharing")
def decide(
    reader: MyReader, records: MyRecords, running: Running, who: Asking, fields: Fields, learner: LearnerId = None
) -> Response:
    """Allow or refuse for oneself."""
    said = {name.removeprefix("purpose_"): value for name, value in fields.items() if name.startswith("purpose_")}
    answers = {code: value == "allow" for code, value in said.items() if value in ("allow", "refuse")}
    try:
        own_network.decide(running.programme.store, records, answers, today=running.today())
    except InvalidRecord:
        view = desk.desk(reader, running.today())
        problem = text("Choose at least one answer.")
        shown: Response = _sharing(view, running, who, learner, 422, problem=problem)
        return shown
    more = {"said": "decided"} | ({"learner": learner} if learner else {})
    return RedirectResponse(f"/me/sharing?{urlencode(more)}#own", 303)


@router.get("/take.json")
def take_json(view: Seen) -> LearnerDesk:
    return view


@router.get("/take")
def take(reader: MyReader, as_of: AsOf, learner: LearnerId = None) -> HTMLResponse:
    """What there is to take along."""
    return page("take.html.j2", cards=len(cards(reader, as_of)), keep=_keep(learner))


@router.get("/team.html")
def team_file(view: Seen) -> Response:
    """The team as one file that opens anywhere and contacts nobody."""
    made = draw(team_picture(view, words(), dict(options("relations"))), words=words())
    return Response(made, media_type="text/html; charset=utf-8", headers=_named("my-team.html"))


@router.get("/team.vcf")
def team_cards(reader: MyReader, as_of: AsOf) -> Response:
    """Contact cards of those who agreed."""
    made = "".join(cards(reader, as_of))
    return Response(made, media_type="text/vcard; charset=utf-8", headers=_named("my-team.vcf"))


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _back(said: str, learner: LearnerId) -> RedirectResponse:
    more = {"said": said} | ({"learner": learner} if learner else {})
    return RedirectResponse(f"/me?{urlencode(more)}#receipt", 303)


@router.post("/people")
def add(
    reader: MyReader, records: MyRecords, running: Running, who: Asking, fields: Fields, learner: LearnerId = None
) -> Response:
    """Say whom one knows: three questions, as many answers as one likes."""
    named = [
        Named(
            name=fields.get(f"name{n}", ""),
            relation=(relation := fields.get(f"relation{n}", "other_professional")),
            closeness=int(fields.get(f"close{n}", "1")) if fields.get(f"close{n}", "1").isdecimal() else 1,
            # Family is nobody's business unless the learner says so.
            private=bool(fields.get(f"private{n}")) or relation == "family",
        )
        for n in range(1, ASKED + 1)
    ]
    try:
        own_network.name_people(running.programme.store, records, named, today=running.today())
    except InvalidRecord:
        view = desk.desk(reader, running.today(), spoken())
        shown: Response = _shown(view, running, who, learner, 422, problem=text("Write at least one name."))
        return shown
    return _back("added", learner)


@router.post("/positions")
def positions(
    reader: MyReader, records: MyRecords, running: Running, who: Asking, fields: Fields, learner: LearnerId = None
) -> Response:
    """Say who holds an occupation of the grid: a name, or that one knows somebody."""
    named = []
    for code in vocabulary("positions").codes:
        name, family = fields.get(f"name_{code}", "").strip(), bool(fields.get(f"family_{code}"))
        if name or fields.get(f"know_{code}"):
            work = vocabulary("positions").label(code, spoken())
            named.append(
                Named(
                    name=name or text("Somebody I know: %(work)s", work=work),
                    relation="family" if family else "other_professional",
                    private=family or bool(fields.get(f"private_{code}")),
                    occupation=code,
                    somebody=not name,
                )
            )
    try:
        own_network.name_people(running.programme.store, records, named, today=running.today())
    except InvalidRecord:
        view, problem = desk.desk(reader, running.today(), spoken()), text("Tick somebody, and write a name once only.")
        shown: Response = _shown(view, running, who, learner, 422, problem=problem)
        return shown
    return _back("added", learner)


@router.post("/people/{stated}/remove")
def remove(records: MyRecords, running: Running, stated: str, fields: Fields, learner: LearnerId = None) -> Response:
    """Take somebody off the team whom one had named."""
    own_network.forget(running.programme.store, records, stated)
    return _back("removed", learner)


@router.post("/people/{stated}/private")
def private(records: MyRecords, running: Running, stated: str, fields: Fields, learner: LearnerId = None) -> Response:
    """Keep somebody to oneself, or not."""
    own_network.keep_private(running.programme.store, records, stated, fields.get("private") == "yes")
    return _back("changed", learner)


@router.post("/block")
def block(records: MyRecords, running: Running, fields: Fields, learner: LearnerId = None) -> Response:
    """Do not bring us together."""
    own_network.block(running.programme.store, records, fields.get("about", ""), today=running.today())
    return _back("blocked", learner)


@router.post("/wrong")
def wrong(
    reader: MyReader, records: MyRecords, running: Running, fields: Fields, learner: LearnerId = None
) -> Response:
    """What is recorded is not right."""
    about = fields.get("about", "")
    names = {each.id: each.name for each in desk.desk(reader, running.today()).team}
    words_ = text("The learner says: my contact with %(name)s is not recorded right.", name=names.get(about, "–"))
    own_network.not_right(running.programme.store, records, about, words_, today=running.today())
    return _back("told", learner)


@router.post("/introductions/{id}")
def move(
    reader: MyReader, running: Running, me: Me, who: Asking, id: str, fields: Fields, learner: LearnerId = None
) -> Response:
    """Say yes, no, or that one met."""
    today = running.today()
    meeting = today if fields.get("move") == "meet" else None
    store = running.programme.store
    try:
        version = moves.version_of_phase(store, me, id, fields.get("phase", ""), today)
        moves.move(store, me, id, fields.get("move", ""), version, today=today, meeting=meeting)
    except ServiceError as error:
        view = desk.desk(reader, today, spoken())
        problem = text(REFUSED.get(error.code, error.title))
        shown: Response = _shown(view, running, who, learner, error.status, problem=problem)
        return shown
    return _back("moved", learner)


@router.post("/introductions/{id}/after")
def after(
    reader: MyReader, running: Running, me: Me, who: Asking, id: str, fields: Fields, learner: LearnerId = None
) -> Response:
    """How the meeting went: three questions, answered by choosing."""
    today, (talked, again, follows) = running.today(), (fields.get(name, "") for name in ("talked", "again", "next"))
    problem, status = text("Choose one answer to each of the three questions."), 422
    if talked in TALKED and again in AGAIN and follows in COMES_NEXT:
        words_ = text(
            "Talked about: %(talked)s. Would like to meet again: %(again)s. Next: %(next)s.",
            talked=text(TALKED[talked]), again=text(AGAIN[again]), next=text(COMES_NEXT[follows]),
        )  # fmt: skip
        resource = None if talked == "other" else talked
        store = running.programme.store
        try:
            version = moves.version_of_phase(store, me, id, fields.get("phase", ""), today)
            outcomes.tell_after_meeting(store, me, id, version, words_, resource=resource, today=today)
            return _back("told_meeting", learner)
        except ServiceError as error:
            problem, status = text(REFUSED.get(error.code, error.title)), error.status
    shown: Response = _shown(desk.desk(reader, today, spoken()), running, who, learner, status, problem=problem)
    return shown

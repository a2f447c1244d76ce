"""A guardian's form behind a signing link, in the language that the guardian reads."""

from fastapi.responses import RedirectResponse, Response

from graph_service.actions import guardians, links
from graph_service.actions.addresses import policy_of
from graph_service.api.access import Running
from graph_service.api.routing import Router
from graph_service.desks.views.forms import Signing
from graph_service.errors import InvalidRecord
from graph_service.messages.texts import texts
from graph_service.web.links import Sent, Token, private
from graph_service.web.rendering import page

router = Router(include_in_schema=False)
CHOICES = {"allow": True, "refuse": False}


def _form(
    running: Running, token: str, *, status: int = 200, problem: bool = False, done: bool = False, name: str = ""
) -> Response:
    today = running.today()
    link = links.read(running.programme.store, token, today, "sign")
    found = guardians.form(running.programme.store, link, today)
    policy = policy_of(running.programme.store)
    words = texts(found.language, running.settings.texts_dir, policy.language)
    more = {"token": token, "problem": problem, "done": done, "name": name, "programme": words.programme(policy.name)}
    return private(page("sign.html.j2", status, form=found, words=words, **more))


@router.get("/link/sign/{token}.json")
def sign_json(running: Running, token: Token) -> Signing:
    link = links.read(running.programme.store, token, running.today(), "sign")
    found = guardians.form(running.programme.store, link, running.today())
    return Signing(
        first_name=found.first_name, language=found.language, until=found.until, of_age=found.of_age,
        decisions={each.purpose: each.granted for each in found.decisions},
    )  # fmt: skip


@router.get("/link/sign/{token}")
def sign(running: Running, token: Token, done: bool = False) -> Response:
    """What is asked, what was decided so far, and until when it holds."""
    return _form(running, token, done=done)


@router.post("/link/sign/{token}")
def signed(running: Running, token: Token, fields: Sent) -> Response:
    """Keep the decisions. What was left open stays as it was."""
    today = running.today()
    link = links.read(running.programme.store, token, today, "sign")
    answers = {
        name.removeprefix("purpose_"): CHOICES[value]
        for name, value in fields.items()
        if name.startswith("purpose_") and value in CHOICES
    }
    try:
        guardians.sign(running.programme.store, link, answers, fields.get("name", ""), today)
    except InvalidRecord:
        return _form(running, token, status=422, problem=True, name=fields.get("name", "")[:200])
    return private(RedirectResponse(f"/link/sign/{token}?done=1", 303))

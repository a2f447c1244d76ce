"""Signing in at the provider (code flow with PKCE), signing out, and where a page sends who is not signed in."""

import hmac
import secrets
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graph_service.actions import sessions
from graph_service.api.access import HOST_COOKIE, SESSION_COOKIE, Running, session_cookie
from graph_service.api.door import COOKIE
from graph_service.api.routing import Router
from graph_service.api.service import Service
from graph_service.desks.views.forms import Leaving
from graph_service.errors import BadToken, NotConfigured, NotFound, NotYours, ServiceError, SignInFailed, SignInNeeded
from graph_service.web import passphrase
from graph_service.web.forms import sent
from graph_service.web.rendering import page

router = Router(include_in_schema=False)
#: Keeps what must come back from the provider with the browser that was sent there.
ON_THE_WAY = "graph_service_sign_in"
BACK = "/signed-in"


def own_path(text: str | None) -> str:
    """A path of this service to go on to; `/` for anything that could lead elsewhere.

    >>> own_path("/learners/abc?as_of=2026-03-01"), own_path("//evil.example"), own_path("/\\\\evil.example")
    ('/learners/abc?as_of=2026-03-01', '/', '/')
    """
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return "/"
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else "/"


def home_of(request: Request, running: Service) -> str:
    """The service's own address, as the provider knows it."""
    return (running.settings.public_url or str(request.base_url)).rstrip("/")


def client_of(request: Request, running: Service) -> Any:
    """The client of the provider. Raises NotConfigured."""
    from authlib.integrations.httpx_client import OAuth2Client

    settings = running.settings
    if running.verifier is None or settings.oidc_client_id is None:
        raise NotConfigured("Sign-in for pages is not set up: set GRAPH_SERVICE_OIDC_ISSUER and ..._OIDC_CLIENT_ID.")
    return OAuth2Client(
        client_id=settings.oidc_client_id,
        client_secret=settings.client_secret(),
        scope=settings.oidc_scopes,
        redirect_uri=home_of(request, running) + BACK,
        code_challenge_method="S256",
        timeout=5.0,
    )


def set_cookie(answer: Response, request: Request, running: Service, name: str, value: str, seconds: int) -> None:
    """A cookie that scripts cannot read and other sites' forms do not send."""
    secure = home_of(request, running).startswith("https://")
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


@router.get("/sign-in")
def sign_in(
    request: Request, running: Running, to: Annotated[str | None, Query(alias="next", max_length=2000)] = None
) -> Response:
    """Send the browser to the provider; where one person runs the service, ask for the passphrase."""
    if running.door is not None:
        return passphrase.form(running.door, own_path(to))
    client = client_of(request, running)
    assert running.verifier is not None
    taken = {"state": secrets.token_urlsafe(24), "nonce": secrets.token_urlsafe(24), "next": own_path(to)}
    taken["verifier"] = secrets.token_urlsafe(48)
    address, _ = client.create_authorization_url(
        running.verifier.about()["authorization_endpoint"],
        state=taken["state"],
        nonce=taken["nonce"],
        code_verifier=taken["verifier"],
    )
    answer = RedirectResponse(address, 303)
    text = sessions.carry(running.programme.store, taken)
    set_cookie(answer, request, running, ON_THE_WAY, text, sessions.AT_THE_PROVIDER)
    return answer


@router.post("/sign-in")
def sign_in_alone(request: Request, running: Running, fields: Annotated[dict[str, str], Depends(sent)]) -> Response:
    """Take the passphrase. That the form is not another site's is seen by the guard of all writes."""
    if running.door is None:
        raise NotFound("Nobody signs in here with a passphrase.")
    return passphrase.enter(running.door, fields, own_path(fields.get("next")))


@router.get(BACK)
def signed_in(
    request: Request,
    running: Running,
    code: Annotated[str | None, Query(max_length=4000)] = None,
    state: Annotated[str | None, Query(max_length=200)] = None,
    iss: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """Back from the provider: prove that this browser was sent there, and begin a session."""
    taken = sessions.carried(running.programme.store, request.cookies.get(ON_THE_WAY, ""))
    if not state or not hmac.compare_digest(state.encode(), taken["state"].encode()):
        raise SignInFailed("The sign-in was begun in another browser or window.")
    client = client_of(request, running)
    assert running.verifier is not None
    if not code or (iss is not None and iss != running.verifier.issuer):
        raise SignInFailed("The sign-in provider let nobody in.")
    said = _said(client, running, code, taken)
    try:
        let = running.let_in(said)
    except NotYours:
        # Only to whom it belongs: an administrator needs it to let the account in.
        return page("sign_out.html.j2", 403, state="stranger", own=str(said["sub"])[:200])
    hours = running.settings.session_hours
    secure = home_of(request, running).startswith("https://")
    answer = RedirectResponse(own_path(taken["next"]), 303)
    cookie = sessions.begin(running.programme.store, let, hours)
    set_cookie(answer, request, running, HOST_COOKIE if secure else SESSION_COOKIE, cookie, int(hours * 3600))
    answer.delete_cookie(ON_THE_WAY, path="/")
    return answer


def _said(client: Any, running: Service, code: str, taken: dict[str, str]) -> dict[str, Any]:
    """What the provider says of who signed in. Raises SignInFailed."""
    import httpx
    from authlib.integrations.base_client import OAuthError

    assert running.verifier is not None
    try:
        token = client.fetch_token(
            running.verifier.about()["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=taken["verifier"],
        )
        client_id = running.settings.oidc_client_id
        return running.verifier.claims(token["id_token"], audience=client_id, nonce=taken["nonce"])
    except (OAuthError, KeyError, ValueError, httpx.HTTPError, BadToken):
        raise SignInFailed("The sign-in provider did not confirm who this is.") from None


@router.get("/sign-out.json")
def leaving_json(request: Request, running: Running) -> Leaving:
    if running.door is not None:
        # The name is told inside only.
        inside = running.door.lets_in(request.cookies.get(COOKIE))
        return Leaving(state="inside" if inside else "outside", name=running.door.name if inside else None)
    inside = running.local_actor is None and session_cookie(request) is not None
    return Leaving(state="inside" if inside else "local" if running.local_actor else "outside")


@router.get("/sign-out")
def leaving(request: Request, running: Running) -> HTMLResponse:
    """Ask before signing out: a link alone does not."""
    view = leaving_json(request, running)
    return page("sign_out.html.j2", state=view.state, name=view.name, at="")


@router.post("/sign-out")
def sign_out(request: Request, running: Running) -> HTMLResponse:
    """End the browser's session here; where the provider has an address for it, tell how to end it there."""
    if running.door is not None:
        running.door.leave(request.cookies.get(COOKIE))
    cookie = session_cookie(request)
    if cookie and running.local_actor is None:
        sessions.end(running.programme.store, cookie)
    elsewhere = ""
    if running.verifier is not None and running.settings.oidc_client_id:
        elsewhere = str(running.verifier.about().get("end_session_endpoint") or "")
    answer = page("sign_out.html.j2", state="outside", at=elsewhere)
    for name in (SESSION_COOKIE, HOST_COOKIE, COOKIE):
        answer.delete_cookie(name, path="/", secure=name == HOST_COOKIE, httponly=True)
    return answer


def add_sign_in(app: FastAPI) -> None:
    """Put the sign-in on the service, and send who opens a page without a session there."""
    app.include_router(router)

    @app.exception_handler(SignInNeeded)
    async def to_the_door(request: Request, error: SignInNeeded) -> Response:
        running: Service = request.app.state.service
        path = request.url.path
        data = path.startswith("/api/") or path.endswith(".json")
        if data or request.method != "GET" or not (running.settings.oidc_client_id or running.door):
            answer: Response = await app.exception_handlers[ServiceError](request, error)  # type: ignore[misc]
            return answer
        wanted = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(wanted, safe='/')}", 303)

"""The classic holes, one by one: each is closed, and each opens when its guard is taken away.

Every test runs twice. Without its guard it shows the hole, so that a green test means a guard that works and not a
hole that was looked for in the wrong place.
"""

import asyncio
import json
import time
from datetime import date

import pytest
from starlette.testclient import TestClient

from graph_service.api import app as factory
from graph_service.api import bearer, exports, guards, models, networks, resources
from graph_service.api.app import create_app
from graph_service.disclosure import policy, records
from graph_service.errors import BadToken
from graph_service.jobs import spool
from graph_service.settings import Settings
from graph_service.web import sign_in
from tests.api.test_resources import is_problem

both = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without its guard"])


@both
def test_broken_object_access(client, town, monkeypatch, guarded):
    if not guarded:
        whole = next(each for each in policy.GRANTS if each.role == "coordinator" and "person" in each.kinds)
        monkeypatch.setattr(records.RecordReader, "grant", lambda *_, **__: whole)
    answer = client(sites=["north"]).get(f"/api/v1/people/{town.id('bo')}")
    assert (answer.status_code, "Sample" in answer.text) == ((404, False) if guarded else (200, True))


@both
def test_mass_assignment(town, monkeypatch, guarded):
    """A body that names an id would write over somebody else's record."""
    caches = (models.new_model, models.batch_model, resources.router, factory._api)
    if not guarded:
        monkeypatch.setitem(models.Base.model_config, "extra", "allow")
    for each in caches:
        each.cache_clear()
    try:
        app = create_app(Settings(store=town.store.url), local_actor=factory.Actor("a", "coordinator"))
        body = {"person": town.id("ana"), "purpose": "introduce", "since": "2026-01-01"}
        town.store.put(
            "consent", {"id": "victim", "person": town.id("bo"), "purpose": "research", "since": date(2025, 9, 1)}
        )
        api = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
        answer = api.post("/api/v1/consents", json=body | {"id": "victim"}, headers={"Idempotency-Key": "k"})
        if guarded:
            is_problem(answer, 422, "invalid_request")
            assert town.store.get("consent", "victim")["purpose"] == "research"
        else:
            assert town.store.get("consent", "victim")["purpose"] == "introduce"
    finally:
        for each in caches:
            each.cache_clear()


class TestTokens:
    """Bearer tokens: made for another service, run out, signed by nobody."""

    @pytest.fixture
    def verifier(self, monkeypatch):
        from joserfc.jwk import KeySet, RSAKey

        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        made = bearer.Verifier("https://issuer.example.org", "graph-service")
        monkeypatch.setattr(made, "_fetch", lambda: KeySet([self.key]))
        return made

    def token(self, **claims):
        from joserfc import jwt

        said = {"iss": "https://issuer.example.org", "aud": "graph-service", "sub": "ana", "exp": int(time.time()) + 60}
        return jwt.encode({"alg": "RS256", "kid": "k1"}, said | claims, self.key)

    def unguarded(self, monkeypatch):
        from joserfc import jwt

        monkeypatch.setattr(jwt.JWTClaimsRegistry, "validate", lambda *_: None)

    def test_a_good_one_signs_in(self, verifier):
        assert verifier.claims(self.token())["sub"] == "ana"

    @both
    @pytest.mark.parametrize(
        "claims",
        [{"aud": "another"}, {"exp": 1}, {"iss": "https://evil.example.org"}],
        ids=["audience", "expired", "issuer"],
    )
    def test_of_another_audience_or_issuer_or_expired(self, verifier, monkeypatch, guarded, claims):
        if guarded:
            with pytest.raises(BadToken):
                verifier.claims(self.token(**claims))
        else:
            self.unguarded(monkeypatch)
            assert verifier.claims(self.token(**claims))["sub"] == "ana"

    @both
    def test_alg_none(self, verifier, monkeypatch, guarded):
        import base64

        def part(**values):
            return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()

        said = {
            "iss": "https://issuer.example.org",
            "aud": "graph-service",
            "sub": "admin",
            "exp": int(time.time()) + 60,
        }
        forged = f"{part(alg='none', kid='k1')}.{part(**said)}."
        if guarded:
            with pytest.raises(BadToken):
                verifier.claims(forged)
        else:
            monkeypatch.setattr(bearer, "ALGORITHMS", ("none",))
            assert verifier.claims(forged)["sub"] == "admin"


@both
def test_cross_site_request_forgery(client, town, monkeypatch, guarded):
    if not guarded:
        monkeypatch.setattr(guards, "cross_site", lambda request: False)
    headers = {"Origin": "https://evil.example.org", "Sec-Fetch-Site": "cross-site"}
    answer = client().post("/api/v1/people", json={"key": "cy", "roles": ["mentor"]}, headers=headers)
    assert answer.status_code == (403 if guarded else 201)


@both
@pytest.mark.parametrize(
    "to", ["https://evil.example.org", "//evil.example.org", "/\\evil.example.org", "/\t/evil.example.org"]
)
def test_open_redirect(monkeypatch, guarded, to):
    if guarded:
        assert sign_in.own_path(to).startswith("/") and "evil" not in sign_in.own_path(to)
    else:
        monkeypatch.setattr(sign_in, "own_path", lambda path: path or "/")
        assert "evil" in sign_in.own_path(to)


@both
def test_header_injection(client, town, monkeypatch, guarded):
    """What a client sends comes back in the Link header of the next page."""
    if not guarded:
        monkeypatch.setattr(networks, "urlencode", lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
    answer = client().get("/api/v1/measures", params={"limit": 1, "x": "1>\r\nX-Evil: yes"})
    assert ("\r" in answer.headers["link"]) is not guarded


@both
@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "-2+3", "\t=1"])
def test_csv_formula_injection(client, town, monkeypatch, guarded, text):
    if not guarded:
        monkeypatch.setattr(exports, "escape", lambda cell: cell)
    town.person("zed", "learner", given_name=text)
    lines = client().get("/api/v1/exports/worklist").text
    assert (f"'{text.strip()}" in lines or f"'{text}" in lines) is guarded


@both
def test_path_tricks(tmp_path, monkeypatch, guarded):
    async def parts():
        yield b"x"

    if guarded:
        with pytest.raises(spool.NotFound):
            asyncio.run(spool.Spool(tmp_path / "up").take("job", "../../../escaped.csv", parts()))
    else:
        monkeypatch.setattr(spool, "plain", lambda name: name)
        asyncio.run(spool.Spool(tmp_path / "up").take("job", "../../../escaped.csv", parts()))
    assert (tmp_path / "escaped.csv").exists() is not guarded


@pytest.mark.parametrize(
    "path", ["/static/../pages.py", "/static/%2e%2e/pages.py", "/static/..%2fpages.py", "/static//etc/passwd"]
)
def test_static_files_lead_nowhere_else(client, path):
    assert client().get(path).status_code == 404


@both
def test_oversize_bodies(client, town, monkeypatch, guarded):
    if not guarded:
        monkeypatch.setattr(guards.Guards, "__init__", _with_largest(guards.Guards.__init__))
    body = json.dumps({"key": "big", "roles": ["mentor"], "languages": ["x" * 300] * 9000})
    answer = client().post("/api/v1/people", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code == 413) is guarded


def _with_largest(init):
    def made(self, app, largest=10**9, seconds=20.0):
        init(self, app, largest, seconds)

    return made


@both
def test_deeply_nested_bodies(client, monkeypatch, guarded):
    if not guarded:
        monkeypatch.setattr(guards, "too_deep", lambda body: False)
    body = b'{"key":' * 50_000
    answer = client().post("/api/v1/people", content=body, headers={"Content-Type": "application/json"})
    code = answer.json().get("code")
    # Without the guard the parser is let in, and gives up by itself at its own depth or at the end of the text.
    assert (answer.status_code == 422 and code == "too_deep") is guarded


@both
def test_a_slow_client(guarded):
    """A body that never ends holds its place for as long as there is no limit."""

    async def app(scope, receive, send):
        raise AssertionError("a body that is not there is handed to nobody")

    async def receive():
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/people", "headers": [(b"host", b"localhost")],
        "query_string": b"", "scheme": "http", "server": ("localhost", 80), "http_version": "1.1",
    }  # fmt: skip
    guard = guards.Guards(app, seconds=0.2 if guarded else 3600.0)

    async def asked():
        await asyncio.wait_for(guard(scope, receive, send), 1.0)

    if guarded:
        asyncio.run(asked())
        assert sent[0]["status"] == 408
    else:
        with pytest.raises(TimeoutError):
            asyncio.run(asked())
        assert sent == []

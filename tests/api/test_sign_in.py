"""Sign-in by bearer token, against a real OpenID provider; service tokens for scripts."""

import base64
import json
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from graph_service import clock
from graph_service.actions import membership
from graph_service.api import bearer
from graph_service.api.app import create_app
from graph_service.errors import BadToken, InvalidRecord, SettingsError
from graph_service.settings import Settings
from tests.api.test_resources import is_problem

AUDIENCE = "https://graph.example.org"
PROVIDER = Path(__file__).parent / "provider.mjs"
TODAY = clock.today("UTC")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@contextmanager
def provider(folder, port, *home):
    """The provider, running; a new signing key at each start."""
    process = subprocess.Popen(
        ["node", str(PROVIDER), str(port), *home],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout.readline().strip() == "ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def token_of(issuer, client="member", audience=AUDIENCE):
    form = {"grant_type": "client_credentials", "resource": audience}
    answer = httpx.post(f"{issuer}/token", data=form, auth=(client, "made-up"))
    return answer.raise_for_status().json()["access_token"]


@pytest.fixture(scope="module")
def issuer(node_packages):
    with provider(node_packages.parent, free_port()) as address:
        yield address


@pytest.fixture
def service(town, issuer):
    membership.add_member(town.store, issuer, "member", "coordinator", sites=[town.id("north", "organization")])
    settings = Settings(store=town.store.url, oidc_issuer=issuer, oidc_audience=AUDIENCE)
    return TestClient(create_app(settings), base_url="http://localhost", raise_server_exceptions=False)


def asked(service, token, path="/api/v1/people", **more):
    return service.request(more.pop("method", "GET"), path, headers={"Authorization": f"Bearer {token}"}, **more)


class TestABearerToken:
    def test_of_a_member_opens_what_the_membership_says(self, service, issuer):
        answer = asked(service, token_of(issuer))
        assert answer.status_code == 200
        assert {each["key"] for each in answer.json()["items"]} == {"ana", "eng"}

    def test_of_somebody_who_is_no_member_opens_nothing(self, service, issuer):
        is_problem(asked(service, token_of(issuer, "stranger")), 403, "not_yours")

    def test_ends_with_the_membership(self, service, issuer, town):
        token = token_of(issuer)
        membership.revoke(town.store, "membership", town.store.internal_id("membership", issuer, "member"))
        is_problem(asked(service, token), 403, "not_yours")

    def test_for_another_audience_is_refused(self, service, issuer):
        is_problem(asked(service, token_of(issuer, audience="https://other.example.org")), 401, "bad_token")

    def test_without_a_signature_or_with_a_borrowed_one_is_refused(self, service, issuer):
        head, body, signature = token_of(issuer).split(".")

        def part(**values):
            return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()

        other = part(iss=issuer, aud=AUDIENCE, sub="admin", exp=int(time.time()) + 60)
        for forged in (f"{part(alg='none')}.{body}.", f"{part(alg='HS256')}.{body}.{signature}",
                       f"{head}.{other}.{signature}", f"{head}.{body}.", "a.b.c", "x" * 20_000):  # fmt: skip
            is_problem(asked(service, forged), 401, "bad_token")

    def test_that_has_expired_is_refused(self, issuer):
        token = token_of(issuer)
        assert bearer.Verifier(issuer, AUDIENCE).subject(token) == "member"
        with pytest.raises(BadToken):
            bearer.Verifier(issuer, AUDIENCE, clock=lambda: time.time() + 600 + bearer.LEEWAY + 1).subject(token)

    def test_follows_the_provider_to_a_new_key_and_leaves_the_old_one(self, node_packages, monkeypatch):
        monkeypatch.setattr(bearer, "LOOK_AGAIN", 0.0)
        port = free_port()
        with provider(node_packages.parent, port) as address:
            verifier, before = bearer.Verifier(address, AUDIENCE), token_of(address)
            assert verifier.subject(before) == "member"
        with provider(node_packages.parent, port) as address:
            assert verifier.subject(token_of(address)) == "member"
            with pytest.raises(BadToken):
                verifier.subject(before)


def test_a_provider_without_tls_or_audience_is_refused_at_the_start():
    for wrong in ({"oidc_issuer": "http://login.example.org", "oidc_audience": "x"}, {"oidc_issuer": "https://x.org"}):
        with pytest.raises(SettingsError):
            create_app(Settings(**wrong))


class TestAServiceToken:
    @pytest.fixture
    def made(self, town):
        def make(**more):
            sites = [town.id("north", "organization")]
            until = more.pop("until", TODAY + timedelta(days=30))
            today = min(TODAY, until)
            return membership.issue_token(
                town.store, "nightly", "coordinator", today=today, until=until, sites=sites, **more
            )

        return make

    def test_opens_its_sites_and_reads_only_unless_it_may_write(self, service, made):
        new = {"key": "cy", "roles": ["mentor"]}
        _, reads = made()
        assert {each["key"] for each in asked(service, reads).json()["items"]} == {"ana", "eng"}
        is_problem(asked(service, reads, method="POST", json=new), 403, "not_yours")
        _, writes = made(writes=True)
        assert asked(service, writes, method="POST", json=new).status_code == 201

    def test_is_kept_as_a_hash(self, made, town):
        id, token = made()
        assert token.split("_")[2] not in str(town.store.get("service_token", id))

    def test_that_is_wrong_expired_or_revoked_is_refused(self, service, made, town):
        id, token = made()
        is_problem(asked(service, token[:-1] + ("0" if token[-1] != "0" else "1")), 401, "bad_token")
        is_problem(asked(service, "gst_unknown_secret"), 401, "bad_token")
        is_problem(asked(service, made(until=TODAY - timedelta(days=1))[1]), 401, "bad_token")
        membership.revoke(town.store, "service_token", id)
        is_problem(asked(service, token), 401, "bad_token")

    def test_does_not_live_longer_than_a_year(self, made):
        with pytest.raises(InvalidRecord):
            made(until=TODAY + timedelta(days=400))


def test_without_a_token_everybody_is_asked_to_sign_in(service):
    answer = service.get("/api/v1/people")
    is_problem(answer, 401, "sign_in_needed")
    assert answer.headers["www-authenticate"] == "Bearer"

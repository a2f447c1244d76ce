"""Signing in to the pages by code flow and PKCE, against a real OpenID provider, as a browser would go."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

from graph_service import clock
from graph_service.actions import membership
from graph_service.actions.claims import let_in, read_rules
from graph_service.api.app import create_app
from graph_service.errors import SettingsError
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from graph_service.web.presets import presets, steps
from graph_service.web.sign_in import own_path
from tests.api.test_resources import is_problem
from tests.api.test_sign_in import free_port, provider

HOME = "http://localhost"


@pytest.fixture(scope="module")
def issuer(node_packages):
    with provider(node_packages.parent, free_port(), HOME) as address:
        yield address


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "client.secret"
    file.write_text("made-up\n")
    return file


@pytest.fixture
def service(town, issuer, secret):
    membership.add_member(town.store, issuer, "cory", "coordinator", sites=[town.id("north", "organization")])
    return browser(town, issuer, secret)


def browser(town, issuer, secret, **more):
    settings = Settings(
        store=town.store.url, oidc_issuer=issuer, oidc_client_id="pages", oidc_client_secret_file=secret, **more
    )
    app = create_app(settings)
    add_pages(app)
    return TestClient(app, base_url=HOME, raise_server_exceptions=False, follow_redirects=False)


def at_the_provider(address, account):
    """Sign in there as an account; returns the address that the browser is sent back to."""
    issuer = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    with httpx.Client(base_url=issuer) as web:
        for _ in range(12):
            answer = web.get(address)
            if answer.status_code in (302, 303):
                address = answer.headers["location"]
                if urlsplit(address).path == "/signed-in":
                    return address
                continue
            action = re.search(r'action="([^"]+)"', answer.text).group(1)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text).group(1)
            form = {"prompt": prompt} | ({"login": account, "password": "made-up"} if prompt == "login" else {})
            address = web.post(action, data=form).headers["location"]
    raise AssertionError("the provider did not send anybody back")


def sign_in(service, account="cory", to="/worklist"):
    begun = service.get(f"/sign-in?next={to}")
    assert begun.status_code == 303, begun.text
    return service.get(at_the_provider(begun.headers["location"], account))


class TestSigningIn:
    def test_leads_from_a_page_to_the_provider_and_back_to_it(self, service, town):
        asked = service.get("/learners/ana?as_of=2026-03-01", headers={"accept": "text/html"})
        assert (asked.status_code, asked.headers["location"][:13]) == (303, "/sign-in?next")
        begun = service.get(asked.headers["location"])
        query = parse_qs(urlsplit(begun.headers["location"]).query)
        assert query["code_challenge_method"] == ["S256"] and query["response_type"] == ["code"]
        back = service.get(at_the_provider(begun.headers["location"], "cory"))
        assert (back.status_code, back.headers["location"]) == (303, "/learners/ana?as_of=2026-03-01")
        shown = service.get(back.headers["location"])
        assert shown.status_code == 200 and "Ana Example" in shown.text
        assert service.get("/learners/bo").status_code == 404

    def test_keeps_a_hash_and_a_cookie_that_scripts_and_other_sites_do_not_get(self, service, town):
        cookie = sign_in(service).headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
        secret = cookie.split("=")[1].split(";")[0].split(".")[1]
        assert secret not in str(town.store.find("session"))

    def test_behind_tls_binds_the_cookie_to_the_host(self, town, issuer, secret):
        membership.add_member(town.store, issuer, "cory", "coordinator")
        service = browser(town, issuer, secret, public_url="https://graph.example.org", public_name="graph.example.org")
        begun = service.get("/sign-in", headers={"host": "graph.example.org"})
        assert "Secure" in begun.headers["set-cookie"]
        sent = parse_qs(urlsplit(begun.headers["location"]).query)
        assert sent["redirect_uri"] == ["https://graph.example.org/signed-in"]

    def test_of_a_stranger_opens_nothing_and_tells_them_the_id_to_hand_on(self, service):
        answer = sign_in(service, "stranger")
        assert answer.status_code == 403 and "<code>stranger</code>" in answer.text
        assert "graph_service_session" not in str(answer.headers)

    def test_works_by_verified_mail_address_and_only_if_it_is_verified(self, service, town, issuer):
        for account in ("dana", "unsure"):
            address = membership.by_address(f"{account.upper()}@example.org")
            membership.add_member(town.store, issuer, address, "coordinator", sites=[])
        assert sign_in(service, "dana").status_code == 303
        assert sign_in(service, "unsure").status_code == 403

    def test_by_claims_makes_somebody_what_the_rules_say(self, town, issuer, secret, tmp_path):
        rules = tmp_path / "rules.toml"
        rules.write_text('[[rule]]\nclaim="user_type"\nvalue="staff"\nrole="coordinator"\nsites=["south", "nowhere"]\n')
        service = browser(town, issuer, secret, sign_in_rules=rules)
        assert sign_in(service, "eve").status_code == 303
        assert service.get("/learners/bo").status_code == 200
        assert service.get("/learners/ana").status_code == 404


class TestAForgedReturn:
    def test_to_a_browser_that_was_not_sent_is_refused(self, service):
        begun = service.get("/sign-in")
        back = at_the_provider(begun.headers["location"], "cory")
        service.cookies.clear()
        is_problem(service.get(back), 403, "sign_in_failed")

    def test_with_another_state_nonce_or_code_is_refused(self, service):
        back = at_the_provider(service.get("/sign-in").headers["location"], "cory")
        is_problem(service.get(re.sub(r"state=[^&]+", "state=other", back)), 403, "sign_in_failed")
        is_problem(service.get(re.sub(r"code=[^&]+", "code=other", back)), 403, "sign_in_failed")
        service.get("/sign-in")
        is_problem(service.get(back), 403, "sign_in_failed")

    def test_with_the_code_of_another_sign_in_is_refused_by_its_nonce_and_challenge(self, service):
        other = at_the_provider(service.get("/sign-in").headers["location"], "cory")
        own = at_the_provider(service.get("/sign-in").headers["location"], "cory")
        code = re.search(r"code=([^&]+)", other).group(1)
        is_problem(service.get(re.sub(r"code=[^&]+", f"code={code}", own)), 403, "sign_in_failed")

    def test_never_leads_to_another_site(self, service):
        for wrong in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
            assert own_path(wrong) == "/"
        assert sign_in(service, to="//evil.example").headers["location"] == "/"


class TestASession:
    def test_ends_by_signing_out(self, service, town):
        sign_in(service)
        kept = dict(service.cookies)
        assert "Sign out of this browser?" in service.get("/sign-out").text
        assert service.get("/worklist").status_code == 200
        assert "You are signed out" in service.post("/sign-out").text
        service.cookies.update(kept)
        assert service.get("/worklist").status_code == 303
        assert town.store.find("session") == []

    def test_ends_by_time(self, service):
        sign_in(service)
        try:
            clock.stand_at(clock.now() + timedelta(hours=10, seconds=1))
            assert service.get("/worklist").status_code == 303
        finally:
            clock.stand_at(None)

    def test_ends_with_the_membership_at_once(self, service, town, issuer):
        sign_in(service)
        membership.revoke(town.store, "membership", town.store.internal_id("membership", issuer, "cory"))
        is_problem(service.get("/worklist"), 403, "not_yours")

    def test_that_somebody_made_up_opens_nothing(self, service):
        sign_in(service)
        public = service.cookies["graph_service_session"].split(".")[0]
        for wrong in ("", "x", f"{public}.", f"{public}.{'0' * 64}", "a.b.c"):
            service.cookies.set("graph_service_session", wrong, domain="localhost.local", path="/")
            assert service.get("/worklist").status_code == 303

    def test_reads_the_json_twins_but_does_not_write_to_the_api(self, service):
        sign_in(service)
        assert service.get("/worklist.json").status_code == 200
        answer = service.post("/api/v1/people", json={"key": "cy", "roles": ["mentor"]})
        is_problem(answer, 401, "sign_in_needed")

    def test_of_nobody_asks_data_for_a_token_and_sends_pages_to_the_door(self, service):
        is_problem(service.get("/worklist.json"), 401, "sign_in_needed")
        assert service.get("/worklist").headers["location"] == "/sign-in?next=/worklist"


def test_rules_that_name_no_desk_or_unknown_words_are_refused(tmp_path, town):
    file = tmp_path / "rules.toml"
    for wrong in ('[[rule]]\nclaim="a"\nvalue="b"\nrole="king"', '[[rule]]\nclaim="a"\nrole="mentor"', "x = ["):
        file.write_text(wrong)
        with pytest.raises(SettingsError):
            read_rules(file)
    file.write_text('[[rule]]\nclaim="roles"\nvalue="m"\nrole="mentor"\nperson_claim="sub"')
    told = let_in(town.store, read_rules(file), {"roles": ["x", "m"], "sub": "eng"})
    assert told is not None and told.person == town.id("eng") and not told.whole and told.sites == ()
    assert let_in(town.store, read_rules(file), {"roles": ["x"]}) is None


@pytest.mark.parametrize("name", sorted(presets()))
def test_a_preset_tells_both_sides_and_its_rules_can_be_read(name, tmp_path):
    told = steps(name, "https://graph.example.org/")
    assert "https://graph.example.org/signed-in" in told and presets()[name].issuer in told
    file = tmp_path / "rules.toml"
    file.write_text(presets()[name].rules)
    read_rules(file)

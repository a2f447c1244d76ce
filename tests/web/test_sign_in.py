"""Signing in and out in a real browser, at a real OpenID provider."""

import socket
import threading
import time

import pytest
import uvicorn
from playwright.sync_api import expect

import graph_service as gs
from graph_service.actions import membership
from graph_service.api.app import create_app
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from tests.api.test_sign_in import free_port, provider
from tests.web.town import settle
from tests.world import World


@pytest.fixture
def guarded_town(tmp_path, node_packages):
    """The address of a service whose pages are for members, one of whom is the account `cory`."""
    secret = tmp_path / "client.secret"
    secret.write_text("made-up")
    with gs.open(f"sqlite:///{tmp_path}/town.db") as programme, socket.socket() as door:
        world = settle(World(programme))
        door.bind(("127.0.0.1", 0))
        home = f"http://127.0.0.1:{door.getsockname()[1]}"
        with provider(node_packages.parent, free_port(), home) as issuer:
            membership.add_member(world.store, issuer, "cory", "coordinator")
            settings = Settings(
                store=world.store.url, oidc_issuer=issuer, oidc_client_id="pages", oidc_client_secret_file=secret
            )
            app = create_app(settings)
            add_pages(app)
            server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
            thread.start()
            while not server.started and thread.is_alive():
                time.sleep(0.02)
            yield home
            server.should_exit = True
            thread.join(10)
        app.state.service.close()


def test_a_member_signs_in_at_the_provider_works_and_signs_out(page, guard, axe, guarded_town):
    page.goto(f"{guarded_town}/worklist?group=few")
    page.locator("input[name=login]").fill("cory")
    page.locator("input[name=password]").fill("made-up")
    page.get_by_role("button").first.click()
    page.get_by_role("button").first.click()
    expect(page).to_have_url(f"{guarded_town}/worklist?group=few")
    expect(page.locator("h1")).to_have_count(1)
    guard.problems.clear()
    guard.requests.clear()
    page.get_by_role("link", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign out of this browser?")
    assert axe(page) == []
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("You are signed out")
    assert axe(page) == [] and guard.collect() == []
    page.goto(f"{guarded_town}/worklist")
    expect(page.locator("input[name=login]").or_(page.get_by_role("button").first)).to_be_visible()

"""One person's encrypted programme in a browser: the passphrase opens it, and it closes by itself."""

import re
import time

import httpx
import pytest
from playwright.sync_api import expect

import graph_service as gs
from graph_service.actions import solo
from graph_service.api.door import Door
from graph_service.disclosure.scope import Actor
from graph_service.settings import Settings
from tests.web.town import seated, settle
from tests.world import World

WORDS = "made up row of words"
IDLE = 900.0


class Hands:
    """A clock that runs, and can be put forward."""

    ahead = 0.0

    def now(self):
        return time.monotonic() + self.ahead


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def home(tmp_path, hands):
    settings = Settings(store=f"sqlite:///{tmp_path}/town.db")
    path = solo.place(settings)
    opened = solo.make(path, WORDS, "Ana Example")
    held = solo.holding(settings, opened)
    door = Door(lambda typed: solo.opens(path, opened, typed), idle=IDLE, now=hands.now, name=opened.name)
    with gs.open(held.store, settings=held) as programme:
        world = settle(World(programme))
        with seated(world, Actor("solo example", "coordinator"), door) as address:
            yield address


def give(page, passphrase):
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_role("button", name="Sign in").click()


def test_the_passphrase_opens_the_pages_and_they_close_again(page, guard, axe_everywhere, home, hands):
    page.goto(f"{home}/worklist?group=few")
    expect(page.locator("h1")).to_have_text("Sign in")
    assert "Ana" not in page.content() and axe_everywhere(page) == [] and guard.collect() == []
    give(page, "not the passphrase")
    expect(page.get_by_role("alert")).to_contain_text("does not open")
    assert axe_everywhere(page) == []
    hands.ahead += 1.0
    guard.problems.clear()  # The browser's own line about the 403.
    give(page, WORDS)
    expect(page).to_have_url(f"{home}/worklist?group=few")
    assert guard.collect() == []
    [cookie] = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["expires"] == -1
    page.goto(f"{home}/sign-out")
    expect(page.locator("main")).to_contain_text("You are signed in as Ana Example.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("You are signed out")
    page.goto(f"{home}/worklist")
    expect(page.locator("h1")).to_have_text("Sign in")
    give(page, WORDS)
    expect(page).to_have_url(f"{home}/worklist")
    hands.ahead += IDLE
    page.goto(f"{home}/worklist")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_a_wrong_passphrase_waits_in_the_readers_language(home):
    spanish = {"Accept": "text/html", "Accept-Language": "es"}
    with httpx.Client(base_url=home, headers=spanish, timeout=60) as client:
        assert client.post("/sign-in", data={"passphrase": "x"}).status_code == 403
        answer = client.post("/sign-in", data={"passphrase": WORDS})
        assert answer.status_code == 429 and answer.headers["retry-after"] == "1"
        assert "vuelva a intentarlo" in answer.text and WORDS not in answer.text


def test_the_cookie_reads_through_the_api_and_does_not_write(home):
    with httpx.Client(base_url=home, timeout=60) as client:
        assert client.get("/api/v1/people").status_code == 401
        assert client.post("/sign-in", data={"passphrase": WORDS, "next": "//evil.example"}).headers["location"] == "/"
        assert client.get("/api/v1/people").status_code == 200
        written = client.post("/api/v1/people", json={"key": "x", "roles": ["mentor"]})
        assert written.status_code == 401
        own = re.search(r'name="token" value="(\w+)"', client.get("/setup/start").text)
        fields = {"token": own[1], "name": "Made Up School", "key": "made-up"}
        assert client.post("/setup/start/sites", data=fields).status_code == 303
        foreign = {"Origin": "https://evil.example.org", "Sec-Fetch-Site": "cross-site"}
        assert client.post("/sign-in", data={"passphrase": WORDS}, headers=foreign).status_code == 403

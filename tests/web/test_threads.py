"""Threads and "something is wrong" in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from graph_service.actions.mail_rules import change
from graph_service.actions.thread import say
from graph_service.disclosure.scope import Actor
from tests.mailing_world import DAY, Trio, trio
from tests.web.bridge import Bridge, bridge
from tests.web.conftest import PHONE
from tests.web.pictures import HOSTILE


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    """One service for all of these tests; each has three people of its own."""
    with bridge(tmp_path_factory.mktemp("threads"), "eva") as found:
        change(found.made.store, {"lead": found.made.id("cory")})
        yield found


def at_desk(site: Bridge, state: str) -> Trio:
    """Three new people with their introduction; the contact sits at the desk."""
    three = trio(site.made, state)
    site.become(site.made.actor(three.target))
    return three


def test_a_mentor_writes_says_thanks_and_takes_a_line_back(page_guard, site, axe_everywhere):
    id = at_desk(site, "made").id
    page_guard.goto(site.address + "/mentor")
    page_guard.get_by_role("link", name="Write, or say thank you").click()
    expect(page_guard.locator(".empty")).to_contain_text("Nobody has written yet")
    page_guard.get_by_label("Write").fill("See you on Friday")
    page_guard.get_by_role("button", name="Send").click()
    page_guard.get_by_role("button", name="Just say thank you").click()
    expect(page_guard.locator(".lines li")).to_have_count(2)
    assert axe_everywhere(page_guard) == []
    page_guard.get_by_role("button", name="Take it back").first.click()
    expect(page_guard.locator(".lines li")).to_have_count(1)
    assert page_guard.request.get(f"{site.address}/mentor/threads/{id}.json").json()["open"] is True


def test_keyboard_and_phone_write_a_line(page_guard, site):
    id = at_desk(site, "made").id
    page_guard.set_viewport_size(PHONE)
    page_guard.goto(f"{site.address}/mentor/threads/{id}")
    for _ in range(20):
        page_guard.keyboard.press("Tab")
        if page_guard.evaluate("() => document.activeElement.id") == "text":
            break
    page_guard.keyboard.type("Hello")
    page_guard.keyboard.press("Tab")
    page_guard.keyboard.press("Enter")
    expect(page_guard.locator(".lines li")).to_have_count(1)


def test_hostile_lines_and_concerns_are_text(page_guard, site, axe):
    three = at_desk(site, "made")
    id = three.id
    for at, text in enumerate(HOSTILE):
        say(site.made.store, site.made.actor(three.learner), id, text, today=DAY, repeat=str(at))
    page_guard.set_viewport_size(PHONE)
    page_guard.goto(f"{site.address}/mentor/threads/{id}")
    assert page_guard.title() != "owned"
    assert page_guard.locator("main img, main script, main b").count() == 0
    wide = page_guard.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1
    assert axe(page_guard) == []


def test_a_stranger_finds_no_thread(page, site):
    three = at_desk(site, "connector_asked")
    assert page.goto(f"{site.address}/mentor/threads/{three.id}").status == 404


def test_something_is_wrong_goes_from_the_desk_to_the_named_lead_at_once(page_guard, site, axe_everywhere):
    id = at_desk(site, "target_asked").id
    page_guard.goto(site.address + "/mentor")
    page_guard.get_by_role("link", name="Something is wrong").click()
    expect(page_guard.locator(".lead")).to_contain_text("Cory")
    assert axe_everywhere(page_guard) == []
    page_guard.get_by_label("Is it about one of these?").select_option(label="Mo Mentorsen")
    page_guard.get_by_label("What is wrong").fill("He wrote at night")
    page_guard.get_by_role("button", name="Send to the lead").click()
    expect(page_guard.get_by_role("status")).to_contain_text("Thank you for saying so")
    assert axe_everywhere(page_guard) == []
    assert site.made.store.get("introduction", id)["state"] == "blocked"
    assert "cory@school.example.org" in site.newest() and "night" not in site.newest()


@pytest.mark.parametrize("purpose", ["decide", "sign", "stop"])
def test_something_is_wrong_is_on_every_page_behind_a_link(page_guard, site, axe, purpose):
    made, three = site.made, at_desk(site, "target_asked")
    before = made.store.count("report")
    link = {"decide": lambda: site.link("decide", three.target, three.id), "sign": site.sign_link,
            "stop": lambda: site.link("stop", "eva")}[purpose]()  # fmt: skip
    page_guard.goto(link)
    page_guard.get_by_role("link", name="Something is wrong").click()
    assert "Mentorsen" not in page_guard.content() and "Anabel" not in page_guard.content()
    assert axe(page_guard) == []
    page_guard.get_by_label("What is wrong").fill("This is not right")
    page_guard.get_by_role("button", name="Send to the lead").click()
    expect(page_guard.get_by_role("status")).to_contain_text("Thank you for saying so")
    assert made.store.count("report") == before + 1
    assert made.store.count("report", introduction=three.id) == (purpose == "decide")


def test_nothing_said_comes_back(page, site):
    page.goto(site.address + "/mentor/wrong")
    token = page.locator("main [name=token]").input_value()
    answer = page.request.post(site.address + "/mentor/wrong", form={"token": token, "text": " "})
    assert answer.status == 422 and "in a sentence" in answer.text()


def test_only_the_lead_reads_the_log_and_closes_it(page_guard, tmp_path, axe_everywhere):
    with bridge(tmp_path, "eva") as site:
        assert page_guard.request.get(site.address + "/concerns").status == 403
        form = {"text": "A worry of mine"}
        id = site.made.walk("target_asked")
        wrong = site.link("decide", "eva", id).replace("/decide/", "/wrong/")
        assert page_guard.request.post(wrong, form=form).status == 200
        site.become(Actor("lead", "lead"))
        page_guard.goto(site.address + "/concerns")
        expect(page_guard.locator(".asks li")).to_contain_text("A worry of mine")
        assert axe_everywhere(page_guard) == []
        page_guard.get_by_role("button", name="It is dealt with").click()
        expect(page_guard.locator(".asks li")).to_contain_text("Closed")

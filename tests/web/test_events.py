"""Events in the browser: signed in at the door, by code and from a sheet; one question that can make a tie."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from tests.web.town import DAY


def made(page, town, guests="Lee Hirer"):
    page.goto(town.address + "/events")
    page.get_by_label("Name", exact=True).fill("Spring fair <b>2026</b>")
    page.get_by_label("Adults whom learners can meet there").fill(guests)
    page.get_by_role("button", name="Make the event").click()
    expect(page.locator("h1")).to_have_text("Spring fair <b>2026</b>")
    return page.url


def test_axe_an_event_records_exposure_and_the_answer_makes_the_tie(page_guard, busy_town, axe_everywhere):
    page = page_guard
    at = made(page, busy_town)
    page.get_by_role("link", name="At the door").click()
    for name in ("Ivo Example", "Jun Example"):
        page.get_by_label("Your name, or your key").fill(name)
        page.get_by_role("button", name="I am here").click()
        expect(page.get_by_role("status")).to_contain_text(name)
    assert axe_everywhere(page) == []
    page.goto(at)
    ties = busy_town.world.snapshot(DAY).ties
    assert not any("ivo" in pair for pair in ties)
    page.get_by_label("Whom did Ivo Example talk to?").fill("Lee Hirer")
    page.get_by_label("Jun Example talked to nobody").check()
    assert axe_everywhere(page) == []
    page.get_by_role("button", name="Keep the answers").click()
    expect(page.locator("#receipt")).to_be_visible()
    ties = busy_town.world.snapshot(DAY).ties
    assert ("hire", "ivo") in ties
    assert not any("jun" in pair for pair in ties)


def test_keyboard_a_typed_sheet_is_taken_in_and_what_does_not_fit_is_told(page, busy_town, axe):
    made(page, busy_town)
    page.locator("[name=lines]").fill("Learner;Talked to\nIvo Example; Lee Hirer\nNobody Known\nhana")
    page.get_by_role("button", name="Take it in").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nobody Known")
    assert axe(page) == []
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").filter(has_text="Ivo")).to_contain_text("answered")


def test_phone_a_code_signs_in_on_the_day_and_tells_nobody_who_is_known(page, busy_town):
    made(page, busy_town, guests="")
    code = page.locator("section code").inner_text()
    right = httpx.post(code, data={"key": "fay", "given": "fay"}, timeout=60)
    wrong = httpx.post(code, data={"key": "gus", "given": "Fay"}, timeout=60)
    assert right.status_code == wrong.status_code == 200
    assert right.text == wrong.text
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Fay Example")
    assert httpx.get(code[:-1] + ("a" if code[-1] != "a" else "b"), timeout=60).status_code == 404


def test_print_the_event_shows_its_code_as_an_image_of_the_page_itself(page_guard, busy_town):
    made(page_guard, busy_town)
    image = page_guard.get_by_role("img", name="QR code")
    assert image.get_attribute("src").startswith("data:image/svg+xml")
    assert image.evaluate("image => image.naturalWidth") > 50

"""What a coordinator does in the browser: find a learner, log a contact, take it back, finish the day."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.conftest import PHONE
from tests.web.pictures import HOSTILE
from tests.web.town import Site


@pytest.mark.parametrize("where", ["/today", "/class-form", "/sign-in-sheet"])
def test_hostile_names_are_text_on_the_desks_other_pages(page_guard, hostile_town, axe, where):
    page_guard.goto(hostile_town.address + where)
    assert page_guard.title() != "owned"
    assert page_guard.locator("main img, main script, main b").count() == 0
    assert axe(page_guard) == []


@pytest.mark.parametrize("where", ["/class-form", "/sign-in-sheet"])
def test_a_printed_list_leaves_the_bars_of_the_page_away(visit, where):
    shown = visit(where)
    shown.emulate_media(media="print")
    expect(shown.locator("header.top")).to_be_hidden()
    expect(shown.locator("tbody tr")).to_have_count(10)


def test_a_search_finds_a_learner_by_part_of_the_name_in_any_case(visit):
    shown = visit("/worklist")
    shown.locator("[name=q]").fill("hANA")
    shown.get_by_role("button", name="Show").click()
    expect(shown.locator("tbody tr")).to_have_count(1)
    expect(shown.get_by_role("status")).to_contain_text("1 of 1")


def test_a_site_narrows_the_list(visit):
    shown = visit("/worklist")
    shown.locator("[name=site]").select_option(index=1)
    shown.get_by_role("button", name="Show").click()
    expect(shown.get_by_role("status")).to_contain_text("5 of 5")


def test_the_list_goes_by_name_when_asked(visit):
    shown = visit("/worklist?order=name&group=nothing_recorded")
    names = shown.locator("tbody th").all_inner_texts()
    assert names == sorted(names)
    assert len(names) == 5


def test_the_queue_fits_the_time_and_ends(visit, town):
    shown = visit("/today?minutes=10")
    expect(shown.locator(".done")).to_contain_text("Done for today")
    told = shown.request.get(f"{town.address}/today.json?minutes=10").json()
    assert told["spent"] == sum(move["minutes"] for move in told["moves"]) <= 10
    assert told["waiting"] > 0


def log(page: Any, town: Site, learner: str, whom: str) -> None:
    page.goto(town.address + town.learner(learner))
    page.get_by_label("With whom").fill(whom)
    page.get_by_role("button", name="Log it").click()


def test_a_contact_is_logged_in_one_line_counts_and_can_be_taken_back(page_guard, busy_town, axe_everywhere):
    log(page_guard, busy_town, "ivo", "ines mentorsen, Lee Hirer")
    expect(page_guard.locator("#receipt")).to_contain_text("logged")
    expect(page_guard.locator(".timeline li")).to_have_count(1)
    expect(page_guard.locator(".timeline")).to_contain_text("Ines Mentorsen")
    assert axe_everywhere(page_guard) == []
    page_guard.get_by_role("button", name="Take it back").click()
    expect(page_guard.locator("#receipt")).to_contain_text("taken back")
    expect(page_guard.locator(".timeline li")).to_have_count(0)


def test_keyboard_alone_logs_a_contact(page_guard, busy_town):
    page_guard.goto(busy_town.address + busy_town.learner("ivo"))
    for _ in range(40):
        page_guard.keyboard.press("Tab")
        if page_guard.evaluate("() => document.activeElement.name") == "with":
            break
    page_guard.keyboard.type("Ines Mentorsen")
    page_guard.keyboard.press("Enter")
    expect(page_guard.locator("#receipt")).to_contain_text("logged")


def test_phone_logs_a_contact(page_guard, busy_town):
    page_guard.set_viewport_size(PHONE)
    log(page_guard, busy_town, "ivo", "eng")
    expect(page_guard.locator("#receipt")).to_contain_text("logged")


def test_a_contact_is_logged_without_javascript(browser, busy_town):
    context = browser.new_context(java_script_enabled=False)
    try:
        shown = context.new_page()
        log(shown, busy_town, "ivo", "Ines Mentorsen")
        expect(shown.locator("#receipt")).to_contain_text("logged")
    finally:
        context.close()


@pytest.mark.parametrize("text", ["Nobody Known", *HOSTILE[:3]])
def test_hostile_or_unknown_names_come_back_as_text_with_what_was_typed(page, busy_town, axe, text):
    log(page, busy_town, "ivo", text)
    expect(page.get_by_role("alert")).to_contain_text("Nobody here is called")
    assert page.get_by_label("With whom").input_value() == text
    assert page.locator(".problem *").count() == 0
    assert page.title() != "owned"
    assert axe(page) == []


def test_two_people_of_one_name_are_told_apart_by_their_keys(page, busy_town):
    busy_town.world.person("eng2", "mentor", given_name="Ines", family_name="Mentorsen")
    log(page, busy_town, "ivo", "Ines Mentorsen")
    expect(page.get_by_role("alert")).to_contain_text("eng or eng2")
    page.get_by_label("With whom").fill("eng2")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#receipt")).to_contain_text("logged")


def test_a_form_sent_twice_logs_one_contact(page, busy_town):
    page.goto(busy_town.address + busy_town.learner("ivo"))
    fields = {
        name: page.locator(f"main [name={name}]").first.input_value()
        for name in ("token", "repeat", "on", "kind", "mode")
    }
    for _ in range(2):
        answer = page.request.post(page.url + "/contacts", form={**fields, "with": "eng", "minutes": ""})
        assert answer.status == 200
    told = page.request.get(page.url + ".json").json()
    assert told["timeline_total"] == 1


@pytest.mark.parametrize(
    ("headers", "token"),
    [({}, "wrong"), ({"Origin": "https://elsewhere.example"}, None), ({"Sec-Fetch-Site": "cross-site"}, None)],
)
def test_csp_aside_a_form_of_another_site_is_refused(page, busy_town, headers, token):
    page.goto(busy_town.address + busy_town.learner("ivo"))
    right = page.locator("main [name=token]").first.input_value()
    form = {"token": token or right, "with": "eng", "on": "2026-03-01"}
    answer = page.request.post(page.url + "/contacts", form=form, headers=headers)
    assert answer.status == 403
    assert page.request.get(page.url + ".json").json()["timeline_total"] == 0


def test_a_contact_of_tomorrow_is_refused(page, busy_town):
    page.goto(busy_town.address + busy_town.learner("ivo"))
    right = page.locator("main [name=token]").first.input_value()
    form = {"token": right, "with": "eng", "on": "2026-03-02", "kind": "meeting", "mode": "in_person"}
    assert page.request.post(page.url + "/contacts", form=form).status == 422

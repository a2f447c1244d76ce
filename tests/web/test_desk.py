"""The coordinator's pages in a real browser: clean under the policy, for every reader, whatever people are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.conftest import PHONE
from tests.web.pictures import HOSTILE
from tests.web.town import Site

PAGES = ("/worklist", "/worklist?group=nothing_recorded", "/worklist?group=few", "/learners/ana", "/learners/ivo")


def path_of(town: Site, where: str) -> str:
    """A page's path, with a learner's key replaced by the address of the page."""
    return town.learner(where.removeprefix("/learners/")) if where.startswith("/learners/") else where


@pytest.mark.parametrize("where", PAGES)
def test_keyboard_reaches_the_content_first_and_then_every_link(visit, town, where):
    shown = visit(path_of(town, where))
    shown.keyboard.press("Tab")
    assert shown.evaluate("() => document.activeElement.className") == "skip"
    shown.keyboard.press("Enter")
    shown.wait_for_url("**#main")
    links = shown.locator("main a[href]").count()
    reached = set()
    for _ in range(shown.locator("a, button, input, select, textarea, summary, [tabindex]").count()):
        shown.keyboard.press("Tab")
        place = shown.evaluate("() => [...document.querySelectorAll('main a[href]')].indexOf(document.activeElement)")
        if place >= 0:
            reached.add(place)
        if len(reached) == links:
            break
    assert len(reached) == links


@pytest.mark.parametrize("k", range(len(HOSTILE)))
def test_hostile_names_are_text_on_a_learners_page(page_guard, hostile_town, k):
    page_guard.goto(hostile_town.address + hostile_town.learner(f"hostile{k}"))
    page_guard.wait_for_timeout(150)
    assert page_guard.title() != "owned"
    assert page_guard.locator("h1 *:not(bdi)").count() == 0
    assert page_guard.evaluate("() => document.querySelectorAll('main script:not([type]), main img').length") == 0


def test_hostile_names_are_text_on_the_worklist(page_guard, hostile_town, axe_everywhere: Callable[[Any], list[str]]):
    page_guard.goto(hostile_town.address + "/worklist")
    assert page_guard.title() != "owned"
    assert page_guard.locator("tbody img, tbody script, tbody b").count() == 0
    assert axe_everywhere(page_guard) == []


def test_phone_holds_hostile_names(page_guard, hostile_town):
    page_guard.set_viewport_size(PHONE)
    page_guard.goto(hostile_town.address + "/worklist")
    wide = page_guard.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1


def test_an_empty_programme_says_what_to_do(page_guard, empty_town, axe_everywhere):
    page_guard.goto(empty_town.address + "/worklist")
    expect(page_guard.locator(".empty")).to_contain_text("Bring people in")
    assert axe_everywhere(page_guard) == []

"""What holds for every page, by the list of `visits`: a page that is not on it, or breaks a promise, fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from graph_service.actions.rehearsal import load_synthetic
from tests.web.conftest import PHONE
from tests.web.spanish import left_in_english
from tests.web.town import DAY, seated, serving
from tests.web.visits import ALL, NO_PAGES, VISITS, Places, Visit, furnish, routes

SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Nothing to press is smaller than a fingertip's minimum.
SMALL = "all => all.filter(e => e.offsetHeight && e.offsetHeight < 24).map(e => e.textContent)"
NAMES = [visit.name for visit in ALL]


@dataclass(frozen=True)
class Furnished:
    """A made-up programme with something on every page, and an address for each seat."""

    places: Places
    at: dict[str, str]

    def page(self, visit: Visit) -> str:
        return self.at[visit.seat] + self.places.path(visit)

    def data(self, visit: Visit) -> str:
        return self.at[visit.seat] + self.places.twin(visit)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with ExitStack() as stack:
        site = stack.enter_context(serving(tmp_path_factory.mktemp("furnished"), empty=True))
        load_synthetic(site.world.store, people=120, seed=1, as_of=DAY)
        places = furnish(site.world.programme, DAY)
        others = {name: who for name, who in places.seats.items() if name != "owner"}
        at = {name: stack.enter_context(seated(site.world, who)) for name, who in others.items()}
        yield Furnished(places, {"owner": site.address, **at})


@pytest.fixture(scope="module")
def unscripted(browser: Any) -> Iterator[Any]:
    """A page of a browser with JavaScript off."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_every_page_is_on_the_list_or_says_why_not():
    from graph_service.api.app import create_app
    from graph_service.disclosure.scope import OWNER
    from graph_service.settings import Settings
    from graph_service.web.pages import add_pages

    app = create_app(Settings(), local_actor=OWNER)
    add_pages(app)
    assert set(routes(app)) == {*VISITS, *NO_PAGES}
    app.state.service.close()


@pytest.mark.parametrize("visit", ALL, ids=NAMES)
def test_axe_csp_origin_and_phone_hold_and_nothing_needs_a_script_to_be_read(
    page_guard, unscripted, furnished, axe_everywhere, visit
):
    answer = page_guard.goto(furnished.page(visit))
    assert answer.status == 200
    expect(page_guard.locator("h1")).to_have_count(1)
    assert axe_everywhere(page_guard) == []
    page_guard.set_viewport_size(PHONE)
    assert page_guard.evaluate(SIDEWAYS) <= 1
    assert page_guard.locator("main button, main summary").evaluate_all(SMALL) == []
    title = page_guard.locator("h1").inner_text()
    unscripted.goto(furnished.page(visit))
    assert unscripted.locator("h1").inner_text() == title
    # Lines that a script adds are what it offers to do, never what there is to know.
    assert len(unscripted.locator("main").inner_text()) > 40


@pytest.mark.parametrize("visit", ALL, ids=NAMES)
def test_a_page_is_small_is_there_as_data_and_leaves_nothing_in_english(furnished, visit):
    address = furnished.page(visit)
    with httpx.Client(timeout=120) as client:
        page = client.get(address, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert len(page.content) < 250_000
        twin = client.get(furnished.data(visit))
        assert twin.status_code == 200, twin.text[:300]
        assert twin.headers["content-type"] == "application/json"
        assert not re.search(r"\bNaN\b", twin.text)
        spanish = client.get(address, headers={"Accept": "text/html", "Accept-Language": "es"})
        assert '<html lang="es">' in spanish.text
        assert left_in_english(spanish.text) == []

"""The intermediary's work in a real browser: every list, an employer's page, whatever the employers are called."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from graph_service.actions.rehearsal import load_synthetic
from graph_service.web.work_tables import SHOWN
from tests.web.conftest import PHONE
from tests.web.pictures import HOSTILE
from tests.web.town import DAY, Site, serving

LISTS = [f"/work/{name}" for name in SHOWN]


@pytest.fixture(scope="module")
def busy_region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A made-up programme with partners, places, plans and pathways."""
    with serving(tmp_path_factory.mktemp("region"), empty=True) as site:
        load_synthetic(site.world.store, people=120, seed=1, as_of=DAY)
        yield site


@pytest.fixture(scope="module")
def employer(busy_region) -> str:
    """The page of an employer that was asked something."""
    asked = busy_region.world.store.find("employer_ask")[0]["organization"]
    return f"/work/employer/{busy_region.world.store.get('organization', asked)['key']}"


@pytest.mark.parametrize("where", LISTS)
def test_csp_holds_and_each_list_has_rows_on_a_phone_without_scrolling_sideways(page_guard, busy_region, where):
    page_guard.goto(busy_region.address + where)
    expect(page_guard.locator("h1")).to_have_count(1)
    assert page_guard.locator("tbody tr").count() > 0
    page_guard.set_viewport_size(PHONE)
    wide = page_guard.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1


def test_keyboard_alone_leads_from_the_contents_to_what_an_employer_was_asked(page_guard, busy_region):
    page_guard.goto(f"{busy_region.address}/work")
    page_guard.get_by_role("link", name="Employers", exact=True).focus()
    page_guard.keyboard.press("Enter")
    page_guard.wait_for_url("**/work/employers")
    page_guard.locator("tbody th a").first.focus()
    page_guard.keyboard.press("Enter")
    page_guard.wait_for_url("**/work/employer/**")
    expect(page_guard.get_by_role("heading", name="What was asked")).to_be_visible()


def test_hostile_names_of_employers_are_shown_as_text(page_guard, tmp_path):
    with serving(tmp_path, empty=True) as site:
        for at, name in enumerate(HOSTILE):
            site.world.organization(f"place{at}", "employer", name=name)
        page_guard.goto(f"{site.address}/work/employers")
        shown = page_guard.locator("tbody th").all_inner_texts()
        assert len(shown) == len(HOSTILE)
        page_guard.goto(f"{site.address}/work/employer/place0")
        expect(page_guard.locator("h1")).to_have_count(1)


def test_every_page_is_there_as_data_and_in_spanish(page_guard, busy_region, employer):
    for where in (*LISTS, employer):
        answer = page_guard.request.get(f"{busy_region.address}{where}.json")
        assert answer.ok and "NaN" not in answer.text()
    spanish = page_guard.request.get(f"{busy_region.address}/work/employers", headers={"accept-language": "es"})
    assert "Dijo que sí" in spanish.text() and "Next step" not in spanish.text()


def test_an_employer_that_does_not_exist_is_a_page_that_says_so(page_guard, busy_region):
    assert page_guard.request.get(f"{busy_region.address}/work/employer/nobody").status == 404

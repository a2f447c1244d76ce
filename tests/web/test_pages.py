"""What holds for every page: axe, phone, keyboard, a twin in JSON, small, no hostile name."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.conftest import PHONE
from tests.web.visits import PAGES, WITHOUT_TWIN, path_of

WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("where", PAGES)
def test_axe_csp_and_phone_hold_on_every_page(visit, town, axe_everywhere, where):
    shown = visit(path_of(town, where))
    expect(shown.locator("h1")).to_have_count(1)
    assert axe_everywhere(shown) == []
    shown.set_viewport_size(PHONE)
    assert shown.evaluate(WIDE) <= 1
    # Nothing to press is smaller than a fingertip's minimum.
    small = "e => e.filter(b => b.offsetHeight && b.offsetHeight < 24).map(b => b.textContent)"
    assert shown.locator("main button").evaluate_all(small) == []


@pytest.mark.parametrize("where", PAGES)
def test_every_page_is_small_has_a_twin_and_its_links_lead_somewhere(town, where):
    path = path_of(town, where)
    answer = httpx.get(town.address + path, headers={"Accept": "text/html"}, timeout=60)
    assert answer.status_code == 200
    assert len(answer.content) < 250_000
    if where not in WITHOUT_TWIN:
        bare, mark, query = path.partition("?")
        twin = httpx.get(f"{town.address}{bare}.json{mark}{query}", timeout=60)
        assert twin.status_code == 200, twin.text
        assert twin.headers["content-type"] == "application/json"


def test_every_link_of_the_bars_leads_to_a_page(town):
    from graph_service.web.wording import DESKS

    for desk, pages in DESKS.items():
        if desk in ("mentor", "lead"):
            continue  # Nobody is one where nobody signs in; their own tests sign one in.
        for path, _ in pages:
            query = f"?learner={town.world.id('ana')}" if desk == "learner" else ""
            answer = httpx.get(town.address + path + query, headers={"Accept": "text/html"}, timeout=60)
            assert answer.status_code == 200, f"{desk}: {path}"


def test_hostile_names_are_text_in_what_a_learner_takes_along(hostile_town):
    for k in range(8):
        id = hostile_town.world.id(f"hostile{k}")
        page = httpx.get(f"{hostile_town.address}/me/team.html?learner={id}", timeout=60).text
        assert "<script>document.title" not in page
        assert "<img src=x" not in page
        cards = httpx.get(f"{hostile_town.address}/me/team.vcf?learner={id}", timeout=60).text
        assert cards.count("BEGIN:VCARD") == cards.count("\r\nEND:VCARD\r\n")


@pytest.mark.parametrize("k", [0, 3, 4])
@pytest.mark.parametrize("where", ["/map", "/introductions", "/me?learner=hostile{k}"])
def test_hostile_names_are_text_on_every_desk(page_guard, hostile_town, where, k):
    page_guard.goto(hostile_town.address + path_of(hostile_town, where.replace("{k}", str(k))))
    page_guard.wait_for_timeout(150)
    assert page_guard.title() != "owned"
    assert page_guard.evaluate("() => document.querySelectorAll('main script:not([type]), main img').length") == 0

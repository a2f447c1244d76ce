"""The bars' links lead somewhere, and no name that attacks is more than text. `test_every_page` has the rest."""

from __future__ import annotations

import httpx
import pytest


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
@pytest.mark.parametrize("where", ["/map", "/introductions", "/me?learner={id}"])
def test_hostile_names_are_text_on_every_desk(page_guard, hostile_town, where, k):
    page_guard.goto(hostile_town.address + where.format(id=hostile_town.world.id(f"hostile{k}")))
    page_guard.wait_for_timeout(150)
    assert page_guard.title() != "owned"
    assert page_guard.evaluate("() => document.querySelectorAll('main script:not([type]), main img').length") == 0

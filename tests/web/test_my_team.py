"""A learner's own desk in the browser: never a rank, people in three questions, private by default, taken along."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from tests.web.conftest import PHONE


def desk(site, key="ivo"):
    return f"{site.address}/me?learner={site.world.id(key)}"


def test_phone_a_learner_names_people_and_family_stays_private(page_guard, busy_town, axe_everywhere):
    page_guard.set_viewport_size(PHONE)
    page_guard.goto(desk(busy_town))
    page_guard.locator("[name=name1]").fill("Tia Example")
    page_guard.locator("[name=relation1]").select_option("family")
    page_guard.locator("[name=name2]").fill("Coach Sample")
    page_guard.get_by_role("button", name="Add", exact=True).click()
    expect(page_guard.locator("#receipt")).to_be_visible()
    people = page_guard.locator(".people > li")
    expect(people).to_have_count(2)
    expect(people.filter(has_text="Tia")).to_contain_text("only you see this")
    expect(people.filter(has_text="Coach")).not_to_contain_text("only you see this")
    assert axe_everywhere(page_guard) == []
    people.filter(has_text="Coach").get_by_role("button", name="Keep to myself").click()
    expect(page_guard.locator(".people > li").filter(has_text="Coach")).to_contain_text("only you see this")
    page_guard.locator(".people > li").filter(has_text="Coach").get_by_role("button", name="Remove").click()
    expect(page_guard.locator(".people > li")).to_have_count(1)


def test_what_is_private_is_on_no_page_of_the_staff(page, busy_town):
    page.goto(desk(busy_town))
    page.locator("[name=name1]").fill("Secret Auntie")
    page.locator("[name=private1]").check()
    page.get_by_role("button", name="Add", exact=True).click()
    for path in (busy_town.learner("ivo"), "/worklist", "/map", busy_town.learner("ivo") + ".json"):
        assert "Secret Auntie" not in httpx.get(busy_town.address + path, timeout=60).text


def test_keyboard_a_block_needs_no_reason_and_is_kept(page_guard, busy_town):
    page_guard.goto(desk(busy_town, "ana"))
    page_guard.get_by_role("button", name="Do not bring us together Ines Mentorsen").press("Enter")
    expect(page_guard.locator("#receipt")).to_contain_text("no reason")
    block = busy_town.world.store.find("block")
    assert [(row["by"], row["about"]) for row in block] == [(busy_town.world.id("ana"), busy_town.world.id("eng"))]


def test_a_correction_reaches_the_staff_as_a_note(page, busy_town):
    page.goto(desk(busy_town, "ana"))
    page.get_by_role("button", name="This is not right Lee Hirer").click()
    page.goto(busy_town.address + busy_town.learner("ana"))
    expect(page.locator("#s-notes + ol")).to_contain_text("Lee Hirer is not recorded right")


def test_a_learner_is_never_ranked_or_labelled(town):
    text = httpx.get(desk(town, "ivo"), timeout=60).text
    main = text.partition("<main")[2].partition("</main>")[0].lower()
    words = set(re.findall(r"[a-z0-9]+", re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)))
    assert words & {"rank", "score", "isolated", "low", "deficit", "risk", "0", "unconnected", "percentile"} == set()


def test_the_network_is_taken_along_as_a_page_and_as_cards_of_those_who_agreed(page_guard, town):
    id = town.world.id("ana")
    cards = httpx.get(f"{town.address}/me/team.vcf?learner={id}", timeout=60)
    assert cards.headers["content-type"].startswith("text/vcard")
    assert cards.text.count("BEGIN:VCARD") == 2
    assert "FN:Ines Mentorsen\r\n" in cards.text
    page = httpx.get(f"{town.address}/me/team.html?learner={id}", timeout=60)
    assert "Ines Mentorsen" in page.text
    assert "attachment" in page.headers["content-disposition"]


def test_nobody_sees_another_learners_desk_by_its_address_where_people_sign_in(tmp_path):
    from fastapi.testclient import TestClient

    import graph_service as gs
    from graph_service.api.app import create_app
    from graph_service.settings import Settings
    from graph_service.web.pages import add_pages

    gs.open(f"sqlite:///{tmp_path}/p.db").close()
    app = create_app(Settings(store=f"sqlite:///{tmp_path}/p.db"))
    add_pages(app)
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get("/me?learner=abc").status_code == 401
        assert client.get("/evaluation").status_code == 401

"""Introductions in the browser: moved with one click, never past a closed gate."""

from __future__ import annotations

from playwright.sync_api import expect


def suggested(site, learner="ivo"):
    """An introduction on its way for a learner: through Ines to Lee."""
    from tests.web.town import DAY

    world = site.world
    ends = {"learner": world.id(learner), "connector": world.id("eng"), "target": world.id("hire")}
    id = world.store.internal_id("introduction", "test", learner)
    record = {"id": id, "state": "suggested", "since": DAY, "suggested": DAY, **ends}
    event = {"id": f"{id}e", "introduction": id, "step": 1, "date": DAY, "state": "suggested", "actor": "desk"}
    world.store.put("introduction", record)
    world.store.put("introduction_event", {**event, "role": "coordinator"})
    return id


def test_axe_keyboard_a_closed_gate_is_told_and_nothing_moves(page, busy_town, axe_everywhere):
    id = suggested(busy_town)
    page.goto(f"{busy_town.address}/introductions")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert axe_everywhere(page) == []
    page.get_by_role("link", name="Ivo Example", exact=True).click()
    page.get_by_role("button", name="The learner asks for it").focus()
    guard_url = f"{busy_town.address}/introductions/{id}/moves"
    with page.expect_response(guard_url) as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 409
    expect(page.get_by_role("alert")).to_contain_text("nobody allowed the learner to be shown")
    assert axe_everywhere(page) == []
    assert busy_town.world.store.get("introduction", id)["state"] == "suggested"


def test_an_introduction_that_is_not_wanted_is_ended_with_a_reason_and_opened_by_nobody_else(page, busy_town):
    id = suggested(busy_town)
    page.goto(f"{busy_town.address}/introductions/{id}")
    page.locator("[name=reason]").first.select_option("not_ready")
    page.get_by_role("button", name="Do not go on").click()
    expect(page.locator("#receipt")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text("Not ready yet")
    assert busy_town.world.store.get("introduction", id)["state"] == "withheld"


def test_a_note_is_kept_and_taken_back(page_guard, busy_town, axe):
    page_guard.goto(busy_town.address + busy_town.learner("ivo"))
    page_guard.get_by_label("A note for staff").fill("Wants to see a workshop <b>soon</b>")
    page_guard.get_by_role("button", name="Keep it").click()
    expect(page_guard.locator("#s-notes + ol")).to_contain_text("Wants to see a workshop <b>soon</b>")
    assert axe(page_guard) == []
    page_guard.locator("#s-notes + ol").get_by_role("button", name="Take it back").click()
    expect(page_guard.locator("#s-notes + ol")).to_have_count(0)

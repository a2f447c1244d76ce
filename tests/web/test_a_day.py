"""A coordinator of 900 learners has 20 minutes: the queue fits, everything in it is done, and the day ends."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from tests.web.town import Site
from tests.world import World

LEARNERS, SUPERVISORS = 900, 12


def crowd(world: World) -> None:
    """Three schools of 300 learners, most of them unknown; placements supervised by adults without a check."""
    store = world.store
    for site in ("north", "south", "east"):
        world.organization(site, "school", name=f"{site.title()} Example High")
    person = {"status": "consented"}
    learners = [
        {
            "id": world.id(f"l{k}"),
            "key": f"l{k}",
            "roles": ["learner"],
            "given_name": f"Ana{k}",
            "family_name": "Example",
        }
        for k in range(LEARNERS)
    ]
    adults = [
        {
            "id": world.id(f"m{k}"),
            "key": f"m{k}",
            "roles": ["mentor"],
            "given_name": f"Ines{k}",
            "family_name": "Mentorsen",
        }
        for k in range(SUPERVISORS)
    ]
    store.put("person", *learners, *({**each, **person} for each in adults))
    places = [
        {
            "id": store.internal_id("affiliation", "day", f"l{k}"), "person": world.id(f"l{k}"),
            "relation": "enrolled_at",
            "organization": world.id(("north", "south", "east")[k % 3], "organization"),
        }
        for k in range(LEARNERS)
    ]  # fmt: skip
    store.put("affiliation", *places)
    running = [
        {
            "id": store.internal_id("experience", "day", f"{k}"), "learner": world.id(f"l{k}"), "state": "running",
            "activity": "internship_paid", "since": date(2026, 2, 25), "state_since": date(2026, 2, 25),
            "supervisor": world.id(f"m{k}"),
        }
        for k in range(SUPERVISORS)
    ]  # fmt: skip
    store.put("experience", *running)
    for k in range(100, 120, 2):
        world.log("meeting", f"l{k}", f"l{k + 1}", on="2026-02-20")


def test_keyboard_a_days_queue_for_900_learners_is_done_in_twenty_minutes(page_guard, empty_busy_town: Site):
    page, world = page_guard, empty_busy_town.world
    crowd(world)
    page.goto(empty_busy_town.address + "/today?minutes=20", timeout=60_000)
    told = page.request.get(empty_busy_town.address + "/today.json?minutes=20").json()
    assert told["about"]["learners"] == LEARNERS
    assert told["spent"] <= 20 and told["waiting"] > 0
    first = told["moves"][0]
    assert (first["kind"], first["count"]) == ("clearance", SUPERVISORS)
    assert told["helped"] >= 30
    # Everything in the queue leads to where it is done.
    links = [page.locator(".queue li a").nth(at).get_attribute("href") for at in range(len(told["moves"]))]
    for move, path in zip(told["moves"], links, strict=True):
        page.goto(empty_busy_town.address + path)
        if move["kind"] == "clearance":
            for at in range(SUPERVISORS):
                page.locator("tbody input[type=checkbox]").nth(at).press("Space")
            page.get_by_label("Last day").fill("2027-02-28")
            page.get_by_role("button", name="Enter").press("Enter")
            expect(page.locator("#receipt")).to_contain_text(f"{SUPERVISORS} adults")
        elif move["kind"] == "ask":
            expect(page.locator("tbody tr").first).to_be_visible()
        else:
            expect(page.locator("h1")).to_be_visible()
    page.goto(empty_busy_town.address + "/today?minutes=20")
    expect(page.locator(".done")).to_contain_text("Done for today")
    expect(page.locator(".done")).to_contain_text("more thing")
    assert "clearance" not in [
        move["kind"] for move in page.request.get(empty_busy_town.address + "/today.json").json()["moves"]
    ]

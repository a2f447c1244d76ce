"""Many learners at once in the browser: one contact for all, a kept list, a calendar, the turn of the year."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect


def test_axe_one_contact_is_logged_for_the_ticked_and_a_list_is_kept(page_guard, busy_town, axe_everywhere):
    page = page_guard
    page.goto(busy_town.address + "/worklist?group=nothing_recorded")
    page.get_by_role("checkbox", name="Ivo Example").check()
    page.get_by_role("checkbox", name="Jun Example").check()
    page.get_by_text("Log one contact").click()
    page.get_by_label("With whom").fill("Ines Mentorsen")
    assert axe_everywhere(page) == []
    page.get_by_role("button", name="Log it for them").click()
    expect(page.locator("#receipt")).to_contain_text("2 learners")
    told = httpx.get(busy_town.address + busy_town.learner("jun") + ".json", timeout=60).json()
    assert told["timeline_total"] == 1
    page.goto(busy_town.address + "/worklist?group=few")
    page.get_by_text("Keep this list").click()
    page.locator(".bulk [name=name]").fill("<i>Few</i>")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("link", name="<i>Few</i>")).to_have_attribute("href", "/worklist?group=few")
    page.get_by_text("Keep this list").click()
    page.get_by_role("button", name="Forget <i>Few</i>").click()
    expect(page.get_by_role("link", name="<i>Few</i>")).to_have_count(0)


def test_keyboard_the_year_turns_after_a_look_and_turns_back(page_guard, busy_town, axe_everywhere):
    page, world = page_guard, busy_town.world
    world.person("ivo", "learner", given_name="Ivo", family_name="Example", grade="12")
    world.person("jun", "learner", given_name="Jun", family_name="Example", grade="9")
    page.goto(busy_town.address + "/setup/year")
    assert axe_everywhere(page) == []
    page.get_by_role("button", name="Turn the year").press("Enter")
    expect(page.locator("#receipt")).to_be_visible()
    assert world.store.get("person", world.id("jun"))["grade"] == "10"
    ended = world.store.find("affiliation", person=world.id("ivo"))
    assert [row["until"] is None for row in ended] == [False]
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.locator("#receipt")).to_be_visible()
    assert world.store.get("person", world.id("jun"))["grade"] == "9"
    assert [row["until"] for row in world.store.find("affiliation", person=world.id("ivo"))] == [None]


def test_a_calendar_gives_contacts_by_mail_address_once(page_guard, busy_town, axe_everywhere):
    page, world = page_guard, busy_town.world
    world.person("ivo", "learner", given_name="Ivo", family_name="Example", email="ivo@example.org")
    world.person("eng", "mentor", given_name="Ines", family_name="Mentorsen", email="ines@example.org")
    event = (
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:{day}T150000\r\nDTEND:{day}T153000\r\nSUMMARY:About a secret\r\n"
        "ORGANIZER:mailto:INES@example.org\r\nATTENDEE{part}:mailto:ivo@example.org\r\n"
        "ATTENDEE:mailto:else@example.org\r\nEND:VEVENT\r\n"
    )
    events = [
        event.format(uid=1, day="20260210", part=""),
        event.format(uid=2, day="20260210", part=";PARTSTAT=DECLINED"),
        event.format(uid=3, day="20260401", part=""),
    ]
    file = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{''.join(events)}END:VCALENDAR\r\n".encode()
    for _ in range(2):
        page.goto(busy_town.address + "/setup/calendar")
        page.locator("[name=file]").set_input_files(
            files=[{"name": "c.ics", "mimeType": "text/calendar", "buffer": file}]
        )
        page.get_by_role("button", name="Look at it").click()
        expect(page.locator(".people li")).to_have_count(1)
        expect(page.locator(".people li")).to_contain_text("1 person whom nobody here knows")
        assert "secret" not in page.content()
        page.get_by_role("button", name="Log these meetings").click()
        expect(page.locator("#receipt")).to_be_visible()
    assert axe_everywhere(page) == []
    told = httpx.get(busy_town.address + busy_town.learner("ivo") + ".json", timeout=60).json()
    assert told["timeline_total"] == 1
    assert told["timeline"][0]["on"] == "2026-02-10"

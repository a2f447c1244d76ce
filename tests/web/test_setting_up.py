"""Setting up in the browser: a file is looked at, mapped, loaded, taken back; waves; ticks; one person twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

SHEET = "Student No,First,Surname,role\nz1,Zoe,Example,learner\nz2,Zack,<i>Sample</i>,learner\n,No,Key,learner\n"


def chosen(page, town, text):
    page.goto(town.address + "/setup/import")
    page.get_by_label("What it holds").select_option("people")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("[name=file]").set_input_files(files=[file])
    page.get_by_role("button", name="Look at it").click()


def test_axe_a_sheet_is_mapped_looked_at_loaded_and_taken_back(page, guard, busy_town, axe_everywhere):
    chosen(page, busy_town, SHEET)
    assert busy_town.world.store.find("person", key="z1") == []
    page.locator("[name='column.id']").select_option("Student No")
    page.locator("[name='column.given_name']").select_option("First")
    page.locator("[name='column.family_name']").select_option("Surname")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".facts")).to_contain_text("Rejected")
    assert axe_everywhere(page) == []
    page.get_by_role("button", name="Load 2 records").click()
    expect(page.locator("#receipt")).to_contain_text("2 records are new")
    assert axe_everywhere(page) == []
    assert busy_town.world.store.find("person", key="z2")[0]["family_name"] == "<i>Sample</i>"
    with page.expect_download() as rejected:
        page.get_by_role("link", name="The rejected rows").click()
    assert "No,Key" in rejected.value.path().read_text()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#receipt")).to_be_visible()
    assert busy_town.world.store.find("person", key="z1") == []


@pytest.mark.parametrize("name", ["people.exe", "people.html"])
def test_hostile_a_file_of_another_kind_is_refused(page, busy_town, name):
    page.goto(busy_town.address + "/setup/import")
    page.locator("[name=file]").set_input_files(files=[{"name": name, "mimeType": "text/html", "buffer": b"<script>"}])
    with page.expect_response("**/setup/import") as answer:
        page.get_by_role("button", name="Look at it").click()
    assert answer.value.status == 422


def test_keyboard_two_waves_are_taken_and_released_and_the_evaluation_fills_itself(
    page_guard, busy_town, axe_everywhere
):
    page = page_guard
    for name in ("autumn", "spring"):
        page.goto(busy_town.address + "/setup")
        page.get_by_role("textbox", name="Name").fill(name)
        page.keyboard.press("Enter")
        expect(page.locator("#receipt")).to_be_visible()
        page.get_by_role("row", name=name).get_by_role("button", name="Release").press("Enter")
        expect(page.locator("#receipt")).to_be_visible()
    assert axe_everywhere(page) == []
    page.goto(busy_town.address + "/evaluation")
    expect(page.locator(".lead")).to_contain_text("autumn")
    assert axe_everywhere(page) == []


def test_an_adult_ticks_whom_they_know(page_guard, busy_town, axe_everywhere):
    page = page_guard
    page.goto(busy_town.address + "/know")
    page.get_by_label("Who are you?").fill("Ines Mentorsen")
    page.get_by_role("button", name="Show the list").click()
    page.get_by_label("Ivo Example").check()
    assert axe_everywhere(page) == []
    page.get_by_role("button", name="I know these").click()
    expect(page.locator("#receipt")).to_be_visible()
    said = busy_town.world.store.find("stated_tie", ego=busy_town.world.id("eng"))
    assert [row["alter"] for row in said] == [busy_town.world.id("ivo")]


def test_one_person_twice_is_joined_with_its_evidence_and_parted_again(page_guard, busy_town, axe_everywhere):
    page = page_guard
    world = busy_town.world
    world.person("eng9", "mentor", given_name="Ines", family_name="Mentorsen", email="ines@example.org")
    page.goto(busy_town.address + "/same")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("same name")
    assert axe_everywhere(page) == []
    page.get_by_role("button", name="The same person").click()
    expect(page.locator("tbody tr")).to_have_count(0)
    assert [(row["duplicate"], row["kept"]) for row in world.store.find("merge")] == [
        (world.id("eng9"), world.id("eng"))
    ]
    page.get_by_role("button", name="They are two people").click()
    assert world.store.find("merge") == []


def test_two_people_of_one_name_are_kept_apart_and_asked_again(page_guard, busy_town, axe):
    page, world = page_guard, busy_town.world
    world.person("eng9", "mentor", given_name="Ines", family_name="Mentorsen")
    page.goto(busy_town.address + "/same")
    page.get_by_role("button", name="Two people").press("Enter")
    expect(page.get_by_role("heading", name="not asked again")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(0)
    assert axe(page) == []
    page.get_by_role("button", name="Ask again").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_keyboard_checks_and_signed_forms_are_entered_for_many_at_once(page_guard, busy_town, axe_everywhere):
    page, world = page_guard, busy_town.world
    page.goto(busy_town.address + "/setup/checks")
    assert axe_everywhere(page) == []
    for name in ("Ines Mentorsen", "Lee Hirer"):
        page.get_by_label(name).press("Space")
    page.get_by_label("Last day").fill("2027-02-28")
    page.get_by_role("button", name="Enter").press("Enter")
    expect(page.locator("#receipt")).to_contain_text("2 adults")
    assert {row["person"] for row in world.store.find("clearance")} == {world.id("eng"), world.id("hire")}
    page.goto(busy_town.address + "/setup/consents")
    for name in ("Ana Example", "Bo Example", "Be introduced"):
        page.get_by_label(name).first.press("Space")
    page.get_by_label("Where the scan").fill("<b>folder 7</b>")
    page.get_by_role("button", name="Enter this pile").press("Enter")
    expect(page.locator("#receipt")).to_contain_text("2 consents are recorded")
    assert axe_everywhere(page) == []
    kept = world.store.find("consent")
    assert {row["document"] for row in kept} == {"<b>folder 7</b>"}
    assert {row["by"] for row in kept} == {"guardian"}


def test_keyboard_first_steps_add_a_site_and_keep_a_calendar(page, busy_town, axe_everywhere):
    store = busy_town.world.store
    page.goto(busy_town.address + "/setup/start")
    page.get_by_label("Name of a site").fill("<b>West</b> Example High")
    page.keyboard.press("Enter")
    expect(page.locator("#s-sites + p")).to_contain_text("<b>West</b> Example High")
    page.get_by_label("Terms").fill("2026-01-05 – Easter")
    page.get_by_role("button", name="Keep the calendar").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("year-month-day")
    page.get_by_label("Terms").fill("2026-01-05 – 2026-06-12")
    page.get_by_role("button", name="Keep the calendar").press("Enter")
    expect(page.locator("#receipt")).to_be_visible()
    assert "2026-06-12" in store.find("setting", key="calendar")[0]["value"]
    assert axe_everywhere(page) == []


def test_keyboard_another_half_life_is_tried_on_todays_list_before_it_is_kept(page_guard, busy_town, axe_everywhere):
    page, store = page_guard, busy_town.world.store
    page.goto(busy_town.address + "/setup/ties")
    page.get_by_label("A tie is weak from").fill("1.5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("would be in another group")
    assert store.find("setting", key="ties") == []
    assert axe_everywhere(page) == []
    page.get_by_role("button", name="Keep it").press("Enter")
    expect(page.locator("#receipt")).to_be_visible()
    told = page.request.get(busy_town.address + "/worklist.json").json()
    assert told["about"]["parameters"]["theta"] == 1.5


def test_keyboard_a_caseload_is_looked_at_handed_over_and_taken_back(page_guard, busy_town, axe_everywhere):
    page, world = page_guard, busy_town.world
    for key in ("ana", "bo"):
        id = world.store.internal_id("caseload", "test", key)
        world.store.put("caseload", {"id": id, "adult": world.id("desk"), "learner": world.id(key)})
    page.goto(busy_town.address + "/setup/hand-over")
    page.get_by_label("From whom?").fill("Cory Deskman")
    page.get_by_label("To whom?").fill("eng")
    page.keyboard.press("Enter")
    expect(page.locator("h2 + p")).to_contain_text("Ana Example, Bo Example")
    assert len(world.store.find("caseload", adult=world.id("eng"))) == 0
    assert axe_everywhere(page) == []
    page.get_by_role("button", name="Hand over").press("Enter")
    expect(page.locator("#receipt")).to_contain_text("2 learners went over")
    assert len(world.store.find("caseload", adult=world.id("eng"))) == 2
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.locator("#receipt")).to_be_visible()
    assert world.store.find("caseload", adult=world.id("eng")) == []
    assert [row["until"] for row in world.store.find("caseload", adult=world.id("desk"))] == [None, None]

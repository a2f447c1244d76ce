"""The mentor's desk in a real browser: asks, people, two taps, a break, the year on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from graph_service.disclosure.scope import OWNER
from tests.mailing_world import DAY, WORKER
from tests.web.bridge import Bridge, bridge
from tests.web.conftest import PHONE
from tests.web.pictures import HOSTILE

#: What has the focus, and in whose card it is.
FOCUSED = """() => {
  const at = document.activeElement, card = at.closest("li");
  return `${at.textContent} | ${card ? card.ariaLabel : ""}`;
}"""
PAGES = ("/mentor", "/mentor/year")


def settle(site: Bridge, key: str = "eva") -> Bridge:
    """Somebody is asked for one student, was introduced to another, and has met a third before."""
    made, n = site.made, site.made.store.count("person")
    for name in ("Bo", "Cy"):
        made.learner(f"{name}{n}", given_name=name, goals=["manufacturing"])
        made.consent(f"{name}{n}", "share_name")
    made.walk("target_asked", f"Bo{n}", key)
    made.walk("made", f"Cy{n}", key)
    made.learner(f"ana{n}", given_name="Anabel", family_name="Lernersen", goals=["manufacturing"])
    made.meet(f"ana{n}", key, "2026-02-20", minutes=30)
    return site


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    """A desk that tests only read."""
    with bridge(tmp_path_factory.mktemp("reading"), "eva") as found:
        yield settle(found)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    """One service for the tests that write; each sits at a desk of its own."""
    with bridge(tmp_path_factory.mktemp("writing"), "eva") as found:
        yield found


@pytest.fixture
def site(service: Bridge) -> Bridge:
    """A new contact's desk."""
    made = service.made
    key = f"eva{made.store.count('person')}"
    made.adult(key, role="employer_contact", given_name="Eva", family_name="Engel", **WORKER)
    settle(service, key)
    service.become(made.actor(key))
    return replace(service, key=key)


def card(page, name):
    """The card of an ask or of somebody."""
    return page.get_by_role("listitem", name=name)


@pytest.mark.parametrize("where", PAGES)
def test_axe_finds_nothing_on_the_mentors_pages(page_guard, reading, axe_everywhere, where):
    page_guard.goto(reading.address + where)
    page_guard.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert axe_everywhere(page_guard) == []


@pytest.mark.parametrize("where", PAGES)
def test_phone_shows_the_mentors_pages_without_scrolling_sideways(page_guard, reading, where):
    page_guard.set_viewport_size(PHONE)
    page_guard.goto(reading.address + where)
    page_guard.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    wide = page_guard.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1


@pytest.mark.parametrize("where", PAGES)
def test_a_mentors_page_has_its_twin_in_json_and_in_the_api(page, reading, where):
    twin = page.request.get(f"{reading.address}{where}.json")
    assert twin.status == 200
    api = page.request.get(f"{reading.address}/api/v1/desks{where}")
    assert api.text() == twin.text()


def test_nothing_about_other_students_is_on_the_desk(page, reading):
    page.goto(reading.address + "/mentor")
    shown = page.content()
    assert "Lernersen" not in shown and "@" not in page.locator("main").inner_text()
    for path in ("/worklist", "/today", f"/learners/{reading.made.id('ana')}", "/api/v1/people"):
        answer = page.request.get(reading.address + path)
        assert answer.status == 403 or "Lernersen" not in answer.text()


def test_the_year_prints_hours_and_counts_without_names_and_bars(page_guard, reading):
    page_guard.goto(reading.address + "/mentor/year")
    page_guard.emulate_media(media="print")
    expect(page_guard.locator("header.top")).to_be_hidden()
    expect(page_guard.locator("form.filters")).to_be_hidden()
    text = page_guard.locator("main").inner_text()
    assert "Anabel" not in text and "0.5" in text
    expect(page_guard.locator("tbody tr")).to_have_count(1)


def test_a_visit_by_mailed_code_opens_the_own_desk_and_ends(page_guard, tmp_path):
    with bridge(tmp_path) as site:
        settle(site)
        site.visit(page_guard)
        expect(page_guard.locator("h1")).to_have_text("Hello Eva")
        [cookie] = page_guard.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert page_guard.request.get(site.address + "/mentor.json").status == 200
        assert page_guard.request.get(site.address + "/worklist").status == 403
        page_guard.get_by_role("button", name="End my visit").click()
        expect(page_guard.locator("h1")).to_have_text("Goodbye")
        assert page_guard.context.cookies() == []
        assert page_guard.request.get(site.address + "/mentor").status == 401


@pytest.mark.parametrize(("button", "says"), [("Yes, gladly", "You said yes"), ("Later", "You said: later")])
def test_an_ask_is_answered_on_the_desk(page_guard, site, button, says):
    page_guard.goto(site.address + "/mentor")
    ask = card(page_guard, "A talk about the work")
    expect(ask).to_contain_text("for Bo")
    ask.get_by_role("button", name=button).click()
    expect(page_guard.get_by_role("status").first).to_contain_text(says)


def test_a_no_on_the_desk_asks_for_a_reason(page_guard, site):
    page_guard.goto(site.address + "/mentor")
    ask = card(page_guard, "A talk about the work")
    ask.get_by_text("No, not this time").click()
    ask.get_by_label("Why").select_option("left_role")
    ask.get_by_role("button", name="Say no").click()
    expect(page_guard.get_by_role("status").first).to_contain_text("You said no")
    expect(page_guard.locator(".empty")).to_contain_text("Nothing is asked of you now")


def test_two_taps_on_a_phone_log_a_contact_that_can_be_taken_back(page_guard, site, axe):
    page_guard.set_viewport_size(PHONE)
    page_guard.goto(site.address + "/mentor")
    card(page_guard, "Anabel").get_by_role("button", name="We talked today").click()
    expect(page_guard.locator("#receipt")).to_contain_text("The contact is logged")
    assert axe(page_guard) == []
    expect(card(page_guard, "Anabel")).to_contain_text("Mar 2, 2026")
    page_guard.get_by_role("button", name="Take it back").click()
    expect(page_guard.locator("#receipt")).to_contain_text("taken back")
    expect(card(page_guard, "Anabel")).to_contain_text("Feb 20, 2026")


def test_keyboard_alone_logs_what_came_of_it(page_guard, site):
    page_guard.goto(site.address + "/mentor")
    for _ in range(60):
        page_guard.keyboard.press("Tab")
        if page_guard.evaluate(FOCUSED) == "What came of it | Cy":
            break
    page_guard.keyboard.press("Enter")
    for _ in range(10):
        page_guard.keyboard.press("Tab")
        if page_guard.evaluate("() => document.activeElement.textContent") == "Say so":
            break
    page_guard.keyboard.press("Enter")
    expect(page_guard.get_by_role("status").first).to_contain_text("Thank you")
    assert site.made.store.count("introduction", state="met", target=site.made.id(site.key)) == 1


def test_help_that_was_given_is_said_after_the_meeting(page_guard, site):
    page_guard.goto(site.address + "/mentor")
    for what in ("met", "resource:advice"):
        page_guard.goto(site.address + "/mentor")
        who = card(page_guard, "Cy")
        who.get_by_text("What came of it", exact=True).click()
        who.get_by_label("What").select_option(what)
        who.get_by_role("button", name="Say so").click()
    assert site.made.store.count("introduction_outcome", step="resource", resource="advice") == 1


def test_a_break_begins_and_ends_with_a_tap(page_guard, site, axe):
    page_guard.goto(site.address + "/mentor")
    page_guard.get_by_label("Break until").fill(str(DAY + timedelta(days=30)))
    page_guard.get_by_role("button", name="Take a break").click()
    expect(page_guard.locator("#receipt")).to_contain_text("It is kept")
    expect(page_guard.get_by_text("nothing new is asked of you")).to_be_visible()
    assert axe(page_guard) == []
    page_guard.get_by_role("button", name="End my break").click()
    expect(page_guard.get_by_role("button", name="Take a break")).to_be_visible()


def test_load_is_a_number_and_nothing_else(page, site):
    page.goto(site.address + "/mentor")
    page.get_by_label("Introductions a month").fill("3")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".facts").first).to_contain_text("of 3")
    page.get_by_label("Introductions a month").fill("x")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("alert")).to_contain_text("from 0 to 20")


def test_csp_aside_a_form_of_another_site_changes_nothing_on_the_desk(page, site):
    form = {"token": "wrong", "do": "pause"}
    assert page.request.post(site.address + "/mentor/load", form=form).status == 403
    assert site.made.store.count("pause", person=site.made.id(site.key)) == 0


def test_hostile_names_are_text_on_the_mentors_desk(page_guard, site, axe):
    site.made.learner("late")
    site.made.meet("late", site.key)
    for text in HOSTILE:
        site.made.someone("late", roles=["learner"], given_name=text, birth_date=DAY - timedelta(days=6000))
        site.made.someone("mo", roles=["mentor"], status="consented", given_name=text, family_name=text)
        page_guard.set_viewport_size(PHONE)
        page_guard.goto(site.address + "/mentor")
        assert page_guard.title() != "owned"
        assert page_guard.locator("main img, main script, main b").count() == 0
        wide = page_guard.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1
    assert axe(page_guard) == []


def test_the_desk_speaks_spanish(browser, reading):
    context = browser.new_context(locale="es")
    try:
        shown = context.new_page()
        shown.goto(reading.address + "/mentor")
        expect(shown.locator("h1")).to_have_text("Hola, Eva")
        assert "What is asked" not in shown.content()
    finally:
        context.close()


# --- the coordinator's list, and a desk on one's own machine ---------------------------------------------------------


def test_the_coordinator_sees_whose_check_is_missing_and_who_carries_what(page_guard, site, axe_everywhere):
    site.made.adult("uma", cleared=False, given_name="Uma", family_name="Unchecked")
    site.become(OWNER)
    page_guard.goto(site.address + "/mentors")
    expect(page_guard.locator("tbody tr").first).to_contain_text("Uma Unchecked")
    expect(page_guard.locator("tbody tr").first).to_contain_text("missing")
    own = page_guard.locator("tr", has=page_guard.locator(f"a[href*='{site.made.id(site.key)}']"))
    expect(own.locator("td").nth(4)).to_have_text("1")
    assert axe_everywhere(page_guard) == []
    told = page_guard.request.get(site.address + "/mentors.json").json()
    assert told["total"] >= 3 and told["rows"][0]["cleared"] is False


def test_whoever_runs_the_service_alone_looks_at_a_mentors_desk_and_uses_it(page_guard, site):
    site.become(OWNER)
    assert page_guard.request.get(site.address + "/mentor").status == 403
    page_guard.goto(site.address + "/mentors")
    page_guard.locator(f"a[href*='{site.made.id(site.key)}']").click()
    expect(page_guard.locator("h1")).to_have_text("Hello Eva")
    card(page_guard, "Anabel").get_by_role("button", name="We met today").click()
    expect(page_guard.locator("#receipt")).to_contain_text("The contact is logged")
    page_guard.get_by_role("link", name="My year").click()
    expect(page_guard.locator("tbody tr")).to_have_count(2)


def test_signed_in_nobody_chooses_somebody_elses_desk(page, tmp_path):
    with bridge(tmp_path) as site:
        settle(site)
        site.visit(page, "mo")
        page.goto(f"{site.address}/mentor?mentor={site.made.id('eva')}")
        expect(page.locator("h1")).to_have_text("Hello Mo")


def test_a_learner_comes_to_the_own_team_by_a_mailed_code(page, tmp_path):
    with bridge(tmp_path) as site:
        page.goto(site.link("desk", "ana", party="learner"))
        page.get_by_role("button", name="Mail me a code").click()
        [mail] = site.mail.glob("*.eml")
        assert "To: ana@school.example.org" in mail.read_text()
        page.get_by_label("Code").fill(site.code())
        page.get_by_role("button", name="Open").click()
        page.wait_for_url("**/me")
        assert page.request.get(site.address + "/me.json").status == 200
        assert page.request.get(site.address + "/worklist").status == 403

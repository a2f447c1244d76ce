"""Links in a real browser: one tap answers, looking changes nothing, a forwarded link opens no more than it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files

import pytest
from playwright.sync_api import expect

from graph_service.actions.moves import history, move
from graph_service.disclosure.scope import OWNER
from tests.mailing_world import DAY, Trio, trio
from tests.web.bridge import Bridge, bridge
from tests.web.conftest import PHONE
from tests.web.pictures import HOSTILE


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    """One service for all of these tests; each asks its own three people."""
    with bridge(tmp_path_factory.mktemp("links")) as found:
        yield found


def asked(site: Bridge, party: str = "target", days: int = 30) -> tuple[str, Trio]:
    """The link of one question, and the three people whom it is about."""
    three = trio(site.made, "target_asked" if party == "target" else "connector_asked")
    return site.link("decide", getattr(three, party), three.id, party, days), three


def question(site: Bridge, party: str = "target") -> tuple[str, str]:
    """The link of one question, and its introduction."""
    link, three = asked(site, party)
    return link, three.id


def state(site: Bridge, id: str) -> str:
    return str(site.made.store.get("introduction", id)["state"])


@pytest.mark.parametrize("party", ["target", "connector"])
def test_one_tap_on_a_phone_says_yes(page_guard, site, axe, axe_everywhere, party):
    link, id = question(site, party)
    page_guard.set_viewport_size(PHONE)
    page_guard.goto(link)
    wide = page_guard.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1
    assert axe_everywhere(page_guard) == []
    page_guard.get_by_role("button", name="Yes, gladly").click()
    expect(page_guard.get_by_role("status")).to_contain_text("You said yes")
    assert state(site, id) == f"{party}_agreed"
    assert axe(page_guard) == []


def test_keyboard_alone_answers(page_guard, site):
    link, id = question(site)
    page_guard.goto(link)
    for _ in range(20):
        page_guard.keyboard.press("Tab")
        if page_guard.evaluate("() => document.activeElement.value") == "later":
            break
    page_guard.keyboard.press("Enter")
    expect(page_guard.get_by_role("status")).to_contain_text("You said: later")
    assert state(site, id) == "target_asked"


def test_a_no_is_two_taps_with_a_reason_that_staff_alone_read(page_guard, site, axe):
    link, id = question(site)
    page_guard.goto(link)
    page_guard.get_by_text("No, not this time").click()
    page_guard.get_by_label("Why").select_option("no_time")
    assert axe(page_guard) == []
    page_guard.get_by_role("button", name="Say no").click()
    expect(page_guard.get_by_role("status")).to_contain_text("You said no")
    assert "Anabel" not in page_guard.content() and "manufacturing" not in page_guard.content().lower()
    assert history(site.made.store, id)[-1]["reason"] == "no_time"


def test_prefetching_scanners_change_nothing(page, site):
    link, id = question(site)
    before = site.made.store.revision()
    for _ in range(4):
        assert page.request.get(link).status == 200
        assert page.request.head(link).status in (200, 405)
    assert (state(site, id), site.made.store.revision()) == ("target_asked", before)


def test_reuse_after_the_answer_shows_how_it_stands(page_guard, site):
    link, _ = question(site)
    page_guard.goto(link)
    page_guard.get_by_role("button", name="Yes, gladly").click()
    page_guard.goto(link)
    expect(page_guard.get_by_role("status")).to_contain_text("You said yes")
    expect(page_guard.get_by_role("button", name="Yes, gladly")).to_have_count(0)


def test_two_tabs_with_two_answers_keep_the_first_and_say_so(page, context, site):
    link, id = question(site)
    other = context.new_page()
    page.goto(link)
    other.goto(link)
    page.get_by_role("button", name="Yes, gladly").click()
    other.get_by_text("No, not this time").click()
    other.get_by_role("button", name="Say no").click()
    expect(other.get_by_role("alert")).to_contain_text("answered in the meantime")
    assert state(site, id) == "target_agreed"


def test_a_forwarded_link_shows_goal_and_first_name_and_opens_no_desk(page, site):
    link, three = asked(site)
    page.goto(link)
    shown = page.content()
    assert "Anabel" in shown and "Mo thinks" in shown
    for hidden in ("Lernersen", "Mentorsen", "Engel", "@acme", site.made.id(three.learner)):
        assert hidden not in shown
    told = page.request.get(link + ".json").json()
    assert (told["first_name"], told["goal"], told["other"]) == ("Anabel", "manufacturing", "Mo")
    assert "Lernersen" not in json.dumps(told)
    assert page.request.get(site.address + "/mentor").status == 401
    # Whoever got the link forwarded asks for a code: it goes to the address that the programme knows.
    page.get_by_role("button", name="Mail me a code").click()
    assert f"To: {three.target}@acme.example.org" in site.newest()
    page.get_by_label("Code").fill("000000" if site.code() != "000000" else "000001")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_contain_text("does not open anything")
    assert page.request.get(site.address + "/mentor").status == 401


@pytest.mark.parametrize("change", ["cut", "changed", "other purpose", "nothing"])
def test_tampering_opens_nothing_and_a_page_says_what_to_do(page, site, axe, change):
    link, id = question(site)
    head, token = link.rsplit("/", 1)
    bad = {"cut": token[:-4], "changed": "A" + token[1:], "nothing": "x"}.get(change, token)
    head = head.replace("/decide", "/sign") if change == "other purpose" else head
    answer = page.goto(f"{head}/{bad}")
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("This link does not open anything")
    assert axe(page) == []
    assert page.request.post(f"{head}/{bad}", form={"answer": "accept", "version": "1"}).status == 404
    assert state(site, id) == "target_asked"


def test_expiry_ends_a_link_with_a_page_that_says_so(page, site):
    link, _ = asked(site, days=-1)
    answer = page.goto(link)
    assert answer.status == 410
    expect(page.locator("h1")).to_have_text("This link has ended")


def test_what_was_recalled_has_ended(page, site):
    link, id = question(site)
    move(site.made.store, OWNER, id, "recall", site.made.now.version, today=DAY)
    assert page.goto(link).status == 410


def test_a_gate_that_closed_says_nothing_of_anybody(page, site):
    link, three = asked(site)
    page.goto(link)
    site.made.consent(three.learner, "introduce", granted=False, since=DAY)
    page.get_by_role("button", name="Yes, gladly").click()
    expect(page.get_by_role("alert")).to_contain_text("says nothing about you")
    assert "consent" not in page.locator("main").inner_text().lower()


def test_csp_aside_another_sites_form_answers_nothing(page, site):
    link, id = question(site)
    form = {"answer": "accept", "version": str(site.made.now.version)}
    for headers in ({"Origin": "https://evil.example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        assert page.request.post(link, form=form, headers=headers).status == 403
    assert state(site, id) == "target_asked"


def test_an_answer_works_without_javascript(browser, site):
    link, id = question(site)
    context = browser.new_context(java_script_enabled=False)
    try:
        shown = context.new_page()
        shown.goto(link)
        shown.get_by_role("button", name="Yes, gladly").click()
        expect(shown.get_by_role("status")).to_contain_text("You said yes")
    finally:
        context.close()
    assert state(site, id) == "target_agreed"


def test_the_question_is_asked_in_the_readers_language(browser, site):
    link, _ = question(site)
    context = browser.new_context(locale="es-MX")
    try:
        shown = context.new_page()
        shown.goto(link)
        expect(shown.locator("h1")).to_have_text("¿Podemos presentarle?")
    finally:
        context.close()


def test_hostile_names_are_text_behind_a_link(page_guard, site):
    made = site.made
    link, three = asked(site)
    page_guard.set_viewport_size(PHONE)
    for text in HOSTILE:
        made.someone(three.learner, roles=["learner"], given_name=text, goals=["manufacturing"],
                     birth_date=DAY - timedelta(days=16 * 365))  # fmt: skip
        made.someone(three.connector, roles=["mentor"], status="consented", given_name=text)
        page_guard.goto(link)
        assert page_guard.title() != "owned"
        assert page_guard.locator("main img, main script, main b").count() == 0
        wide = page_guard.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1


# --- guardians ------------------------------------------------------------------------------------------------------


def test_a_guardian_signs_changes_and_takes_back_with_one_link(page_guard, site, axe, axe_everywhere):
    link = site.sign_link()
    page_guard.goto(link)
    assert "Lernersen" not in page_guard.content()
    assert axe_everywhere(page_guard) == []
    page_guard.get_by_role("group", name="My child may be in pictures").get_by_label("I allow it").check()
    page_guard.get_by_label("I am the parent").fill("Pat Example")
    page_guard.get_by_role("button", name="Sign").click()
    expect(page_guard.get_by_role("status")).to_contain_text("Your decision is kept")
    assert axe(page_guard) == []
    page_guard.get_by_role("group", name="My child may be in pictures").get_by_label("I do not allow it").check()
    page_guard.get_by_label("I am the parent").fill("Pat Example")
    page_guard.get_by_role("button", name="Sign").click()
    [row] = site.made.store.find("consent", purpose="photo")
    assert (row["granted"], row["by"], row["method"]) == (False, "guardian", "link")


def test_a_guardians_form_comes_in_any_language_whose_file_the_programme_adds(page_guard, tmp_path, axe):
    folder = tmp_path / "texts"
    folder.mkdir()
    text = (files("graph_service.messages") / "data" / "en.toml").read_text(encoding="utf-8")
    text = text.replace('language = "English"', 'language = "العربية"\ndirection = "rtl"')
    text = text.replace('title = "What do you allow?"', 'title = "بماذا تسمح؟"')
    (folder / "ar.toml").write_text(text, encoding="utf-8")
    with bridge(tmp_path, texts_dir=folder) as site:
        page_guard.goto(site.sign_link("ar"))
        expect(page_guard.locator("h1")).to_have_text("بماذا تسمح؟")
        assert page_guard.locator("[lang=ar][dir=rtl]").count() == 1
        assert axe(page_guard) == []


def test_a_form_without_a_name_comes_back_and_keeps_nothing(page, site):
    link = site.sign_link()
    before = site.made.store.count("consent")
    answer = page.request.post(link, form={"purpose_photo": "allow", "name": " "})
    assert answer.status == 422
    assert "write your name" in answer.text()
    assert site.made.store.count("consent") == before


def test_phone_and_keyboard_sign(page_guard, site):
    page_guard.set_viewport_size(PHONE)
    page_guard.goto(site.sign_link())
    wide = page_guard.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1
    for _ in range(40):
        page_guard.keyboard.press("Tab")
        if page_guard.evaluate("() => document.activeElement.name") == "purpose_photo":
            break
    page_guard.keyboard.press("ArrowDown")
    for _ in range(10):
        page_guard.keyboard.press("Tab")
        if page_guard.evaluate("() => document.activeElement.name") == "name":
            break
    page_guard.keyboard.type("Pat Example")
    page_guard.keyboard.press("Enter")
    expect(page_guard.get_by_role("status")).to_contain_text("Your decision is kept")


# --- no more mails --------------------------------------------------------------------------------------------------


def test_opening_the_link_ends_no_mail_and_the_button_does(page_guard, site, axe_everywhere):
    link = site.link("stop", "eva", days=300)
    page_guard.goto(link)
    assert site.made.store.count("consent", person=site.made.id("eva"), purpose="messages") == 0
    assert axe_everywhere(page_guard) == []
    page_guard.get_by_role("button", name="Send me no more mails").click()
    expect(page_guard.get_by_role("status")).to_contain_text("no more mails")
    [row] = site.made.store.find("consent", person=site.made.id("eva"), purpose="messages")
    assert row["granted"] is False


def test_a_mail_programs_one_click_ends_mails(page, site):
    link = site.link("stop", "eva", days=300)
    answer = page.request.post(link, form={"List-Unsubscribe": "One-Click"})
    assert answer.status == 200
    assert site.made.store.count("consent", person=site.made.id("eva"), purpose="messages") == 1

"""A learner's own desk in the browser: never a rank, people in three questions, private by default, taken along."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta

import httpx
from playwright.sync_api import expect

from graph_service.disclosure.scope import OWNER, Actor
from graph_service.records.registry import kind
from tests.web.bridge import bridge
from tests.web.conftest import PHONE
from tests.web.town import DAY, seated

PERSON = {"id", *kind("person").by_name}


def desk(site, key="ivo"):
    """A look at somebody's desk, where nobody signs in."""
    return f"{site.address}/me?learner={site.world.id(key)}"


@contextmanager
def own_desk(site, key="ivo"):
    """The desk of a learner who is signed in."""
    with seated(site.world, Actor(key, "learner", person=site.world.id(key))) as address:
        yield f"{address}/me"


def test_phone_a_learner_names_people_and_family_stays_private(page_guard, busy_town, axe_everywhere):
    with own_desk(busy_town) as address:
        page_guard.set_viewport_size(PHONE)
        page_guard.goto(address)
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
    # Nobody else sees whom the learner keeps to themselves, not even in a look at the learner's own desk.
    id = busy_town.world.id("ivo")
    staff = (busy_town.learner("ivo"), busy_town.learner("ivo") + ".json", "/worklist", "/map", f"/me?learner={id}")
    for path in (*staff, f"/me.json?learner={id}", f"/me/team.html?learner={id}"):
        assert "Tia Example" not in httpx.get(busy_town.address + path, timeout=60).text, path


def test_keyboard_a_block_needs_no_reason_and_a_correction_reaches_the_staff(page, busy_town):
    with own_desk(busy_town, "ana") as address:
        page.goto(address)
        page.get_by_role("button", name="Do not bring us together Ines Mentorsen").press("Enter")
        expect(page.locator("#receipt")).to_contain_text("no reason")
        page.get_by_role("button", name="This is not right Lee Hirer").press("Enter")
        expect(page.locator("#receipt")).to_be_visible()
    block = busy_town.world.store.find("block")
    assert [(row["by"], row["about"]) for row in block] == [(busy_town.world.id("ana"), busy_town.world.id("eng"))]
    page.goto(busy_town.address + busy_town.learner("ana"))
    expect(page.locator("#s-notes + ol")).to_contain_text("Lee Hirer is not recorded right")


def test_a_look_at_a_learners_desk_changes_nothing(page, busy_town):
    page.goto(desk(busy_town, "ana"))
    assert page.locator("main form:not(.viz-search)").count() == 0
    page.goto(busy_town.address + "/worklist")
    token = page.locator("[name=token]").first.input_value()
    form = {"token": token, "about": busy_town.world.id("eng")}
    assert page.request.post(f"{busy_town.address}/me/block", form=form).status == 403
    assert busy_town.world.store.find("block") == []


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


def test_keyboard_whoever_turns_18_soon_is_asked_and_decides_alone(page_guard, busy_town, axe_everywhere):
    """The birthday is two weeks away, and what a guardian signed holds."""
    world, birthday = busy_town.world, DAY + timedelta(days=14)
    ivo, day = world.id("ivo"), timedelta(days=1)
    person = {name: value for name, value in world.store.get("person", ivo).items() if name in PERSON}
    signed = {"id": "signed1", "person": ivo, "purpose": "introduce", "by": "guardian", "granted": True}
    try:
        world.store.put("person", {**person, "birth_date": birthday.replace(year=birthday.year - 18)})
        world.store.put("consent", {**signed, "since": birthday - 100 * day, "until": birthday - day})
        with own_desk(busy_town) as address:
            page_guard.goto(address)
            page_guard.get_by_role("link", name="Decide what you allow").click()
            row = page_guard.get_by_role("group", name="Be introduced")
            row.get_by_label("Allow", exact=True).focus()
            page_guard.keyboard.press("Space")
            page_guard.get_by_role("button", name="Keep what I decided").press("Enter")
            expect(page_guard.locator("#receipt")).to_be_visible()
            expect(row.get_by_label("Allow", exact=True)).to_be_checked()
            assert axe_everywhere(page_guard) == []
            page_guard.goto(address)
            expect(page_guard.get_by_role("link", name="Decide what you allow")).to_have_count(0)
    finally:
        world.store.retract("consent", [row["id"] for row in world.store.find("consent", person=ivo)])
        world.store.put("person", person)


def test_keyboard_three_questions_after_a_meeting_reach_the_staff(page_guard, tmp_path, axe_everywhere):
    with bridge(tmp_path) as site:
        made = site.made
        id = made.walk("made")
        site.become(Actor("ana", "learner", person=made.id("ana")))
        page_guard.goto(f"{site.address}/me")
        page_guard.get_by_role("button", name="We met Eva Engel").press("Enter")
        expect(page_guard.locator("#m-next + p")).to_have_text("You met Eva Engel. How did it go?")
        assert axe_everywhere(page_guard) == []
        for answer in ("What I could do next", "Yes", "I would like help with the next step"):
            page_guard.get_by_role("radio", name=answer, exact=True).focus()
            page_guard.keyboard.press("Space")
        page_guard.get_by_role("button", name="Send my answers").press("Enter")
        expect(page_guard.locator("#receipt")).to_contain_text("Thank you")
        expect(page_guard.get_by_role("radio")).to_have_count(0)
        site.become(OWNER)
        page_guard.goto(f"{site.address}/introductions/{id}")
        expect(page_guard.locator(".timeline")).to_contain_text("Next: I would like help with the next step.")
        expect(page_guard.locator("#s-came + ul")).to_contain_text("Help given: Advice")
        assert axe_everywhere(page_guard) == []


def test_keyboard_the_grid_of_occupations_takes_a_name_or_somebody(page_guard, busy_town, axe_everywhere):
    with own_desk(busy_town) as address:
        page_guard.goto(address)
        page_guard.locator("summary", has_text="Go through the list").press("Enter")
        assert axe_everywhere(page_guard) == []
        page_guard.get_by_role("group", name="Lawyer").get_by_label("I know somebody").press("Space")
        nurse = page_guard.get_by_role("group", name="Registered nurse")
        nurse.get_by_label("Name, if you like").fill("Tia Example")
        nurse.get_by_label("Family (only I see this)").press("Space")
        page_guard.get_by_role("button", name="Add them to my team").press("Enter")
        expect(page_guard.locator("#receipt")).to_be_visible()
        people = page_guard.locator(".people > li")
        expect(people.filter(has_text="Somebody I know: Lawyer")).not_to_contain_text("only you see this")
        expect(people.filter(has_text="Tia Example")).to_contain_text("Registered nurse")
        expect(people.filter(has_text="Tia Example")).to_contain_text("only you see this")
        page_guard.locator("summary", has_text="Go through the list").press("Enter")
        expect(nurse).to_contain_text("On your team: Tia Example")
    assert "Tia Example" not in httpx.get(busy_town.address + busy_town.learner("ivo"), timeout=60).text

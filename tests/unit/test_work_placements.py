"""A placement over the pages' forms: rules are shown before it starts, and every form writes its contact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from tests.unit.work_pages import DAY, Pages
from tests.world import World


@pytest.fixture
def pages(world: World) -> Iterator[Pages]:
    world.person("ana", "learner", given_name="Ana", family_name="Example", birth_date=date(2009, 1, 1))
    world.person("eve", "employer_contact", given_name="Eve", family_name="Example")
    world.person("cy", "coordinator", given_name="Cy", family_name="Example")
    world.organization("acme")
    slot = {"id": "place1", "host": world.id("acme", "organization"), "activity": "internship_paid", "since": DAY}
    world.store.put("slot", slot)
    made = Pages(world)
    yield made
    made.close()


def asked(pages: Pages) -> str:
    form = {"learner": "Ana Example", "activity": "internship_paid", "supervisor": "eve", "coordinator": "cy"}
    answer = pages.post("/work/experience", "/work/experience", **form, course="Shop 2", hours_week="12")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_from_request_to_thanks_nothing_is_typed_twice_and_each_step_is_checked(pages):
    home = asked(pages)

    def send(what: str, **fields: str) -> int:
        return pages.post(f"{home}/{what}", home, **fields).status_code

    assert send("place", slot="place1") == 303
    early = pages.post(f"{home}/move", home, state="agreed")
    assert early.status_code == 409 and "guardian" in early.text
    for party in ("learner", "employer", "guardian", "school"):
        assert send("sign", party=party, on="2026-03-01") == 303
    assert send("move", state="agreed") == send("move", state="oriented") == 303
    shown = pages.get(home)
    assert "A work permit is on file." in shown and "Failed" in shown, "rules are shown before the start"
    blocked = pages.post(f"{home}/move", home, state="running")
    assert blocked.status_code == 409 and "the state&#39;s child labour law" in blocked.text, "with its source"
    for name in ("permit", "insurance", "transport", "emergency_contact"):
        assert send("document", document=name, since="2026-03-01") == 303
    assert send("waive", rule="vetting", reason="never alone with the learner") == 303
    assert send("move", state="running") == 303
    assert send("visit", visitor="cy", on="2026-03-01", finding="All well") == 303
    assert send("hours", hours="6.5", on="2026-03-01", task="Bench") == 303
    assert send("evaluation", by="supervisor", on="2026-03-01", clarity="5", supervision="4", skills="4") == 303
    for state in ("evaluated", "closed", "thanked"):
        assert send("move", state=state) == 303
    shown = pages.get(home)
    assert "All well" in shown and "Bench" in shown and "6.5 hours, 1 visits" in shown
    world = pages.world
    met = {row["kind"]: {each["id"] for each in row["participants"]} for row in world.store.find("interaction")}
    named = {world.id("ana"), world.id("eve")}
    assert met == {"work_session": named, "evaluation": named, "placement_visit": named | {world.id("cy")}}


def test_the_last_place_that_has_just_gone_is_told_and_the_request_stays(pages):
    home, world = asked(pages), pages.world
    other = {"id": "other", "learner": world.id("ana"), "activity": "internship_paid", "state": "matched"}
    world.store.put("experience", {**other, "state_since": DAY, "slot": "place1"})
    answer = pages.post(f"{home}/place", home, slot="place1")
    assert answer.status_code == 409 and "No place is left" in answer.text
    assert world.store.get("experience", home.rsplit("/", 1)[1])["state"] == "requested"


@pytest.mark.parametrize(
    ("what", "fields", "said"),
    [
        ("hours", {"hours": "many", "on": "2026-03-01"}, "Give a number."),
        ("hours", {"hours": "30", "on": "2026-03-01"}, "hours"),
        ("visit", {"visitor": "cy", "on": "soon"}, "Give a day."),
        ("visit", {"visitor": "nobody here", "on": "2026-03-01"}, "a name or key that the programme knows"),
        ("waive", {"rule": "vetting", "reason": " "}, "A waiver needs a reason."),
        ("move", {"state": "thanked"}, "After requested comes"),
    ],
)
def test_what_does_not_fit_is_told_on_the_page_and_nothing_is_written(pages, what, fields, said):
    home = asked(pages)
    answer = pages.post(f"{home}/{what}", home, **fields)
    assert answer.status_code in (409, 422) and said in answer.text
    assert not pages.world.store.find("interaction")


def test_the_placement_is_there_as_data_over_the_api_and_in_spanish(pages):
    home = asked(pages)
    id = home.rsplit("/", 1)[1]
    assert pages.client.get(f"{home}.json").json() == pages.client.get(f"/api/v1/work/experiences/{id}").json()
    assert "Reglas antes de empezar" in pages.get(home, **{"accept-language": "es"})
    assert re.search(rf'href="/work/experience/{id}\?', pages.get("/work/experiences"))
    assert pages.client.get("/work/experience/nowhere").status_code == 404


def test_a_proposal_says_why_beside_the_other_ways_and_is_accepted_into_a_placement_once(pages):
    world = pages.world
    world.organization("north", "school", name="North Example High", location="Town")
    world.affiliate("ana", "north", "enrolled_at", main=True)
    world.person("ana", "learner", goals=["manufacturing"], given_name="Ana", family_name="Example")
    host = world.id("acme", "organization")
    slot = {"id": "place1", "host": host, "activity": "internship_paid", "since": DAY, "sector": "manufacturing"}
    world.store.put("slot", slot)
    shown = pages.get("/work/broker")
    assert all(each in shown for each in ("deferred acceptance", "greedy", "a first professional tie", "Ana Example"))
    assert pages.client.get("/api/v1/work/brokering").json()["methods"][0]["proven"] is True
    offer = {"learner": world.id("ana"), "slot": "place1"}
    first, again = (pages.post("/work/broker", "/work/experience", **offer) for _ in range(2))
    assert first.status_code == again.status_code == 303 and first.headers["location"] == again.headers["location"]
    (kept,) = world.store.find("experience")
    assert (kept["state"], kept["slot"]) == ("matched", "place1")
    assert "No free place fits" in pages.get("/work/broker")

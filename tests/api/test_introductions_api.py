"""Introductions over the API: proposed, moved by whose turn it is, never twice, out of scope not there."""

import json

import pytest
from starlette.testclient import TestClient

from graph_service.api.app import create_app
from graph_service.disclosure.scope import Actor
from graph_service.settings import Settings
from tests.api.test_resources import is_problem
from tests.introductions_world import TODAY, MadeUp
from tests.unit.work_pages import DAY, Pages


@pytest.fixture
def world(tmp_path):
    made = MadeUp(f"sqlite:///{tmp_path}/moves.db")
    made.organization("north", "school")
    made.organization("south", "school")
    made.learner("ana")
    made.affiliate("ana", "north", "enrolled_at")
    made.adult("connie", capacity=2)
    made.adult("tom", capacity=2)
    made.meet("ana", "connie")
    made.meet("connie", "tom")
    yield made
    made.programme.close()


@pytest.fixture
def signed_in(world):
    app = create_app(Settings(store=world.store.url), as_of=world_day())

    def of(role="coordinator", sites=None, person=None):
        places = None if sites is None else frozenset(world.id(site, "organization") for site in sites)
        app.state.service.local_actor = Actor("tester", role, places, None if person is None else world.id(person))
        return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)

    return of


def world_day():
    from datetime import date

    return date.fromisoformat(TODAY)


def propose(api, world):
    ends = {"learner": world.id("ana"), "connector": world.id("connie"), "target": world.id("tom")}
    return api.post("/api/v1/introductions", json=ends)


def move(api, id, version, name, **more):
    return api.post(f"/api/v1/introductions/{id}/moves", json={"move": name, **more}, headers={"If-Match": version})


def test_an_introduction_goes_from_an_idea_to_a_meeting_each_step_by_whose_turn_it_is(signed_in, world):
    made = propose(signed_in(), world)
    assert made.status_code == 201
    id, tag = made.json()["introduction"], made.headers["etag"]
    turns = [("learner", "ana", "request"), ("coordinator", None, "approve"), ("coordinator", None, "ask_connector"),
             ("mentor", "connie", "connector_agree"), ("coordinator", None, "ask_target"),
             ("mentor", "tom", "target_agree"), ("coordinator", None, "make")]  # fmt: skip
    for role, person, name in turns:
        read = '"idea"' if role == "learner" else tag
        answer = move(signed_in(role, None if role == "coordinator" else [], person), id, read, name)
        assert answer.status_code == 200, (name, answer.text)
        tag = signed_in().get(f"/api/v1/introductions/{id}").headers["etag"]
    assert answer.json()["state"] == "made"
    told = signed_in().get(f"/api/v1/introductions/{id}").json()
    assert [step["to"] for step in told["steps"]][-1] == "made" and told["learner"] == "ana"


def test_a_move_of_what_was_moved_meanwhile_is_refused(signed_in, world):
    made = propose(signed_in(), world)
    id, tag = made.json()["introduction"], made.headers["etag"]
    assert move(signed_in(), id, tag, "request").status_code == 200
    is_problem(move(signed_in(), id, tag, "request"), 412, "stale_version")
    without = signed_in().post(f"/api/v1/introductions/{id}/moves", json={"move": "approve"})
    is_problem(without, 428, "if_match_needed")


def test_an_introduction_of_another_school_is_not_there(signed_in, world):
    made = propose(signed_in(), world).json()["introduction"]
    south = signed_in(sites=["south"])
    is_problem(south.get(f"/api/v1/introductions/{made}"), 404, "not_found")
    is_problem(move(south, made, '"1"', "request"), 404, "not_found")
    assert south.get("/api/v1/introductions").json()["items"] == []
    is_problem(propose(south, world), 403, "not_yours")


def test_an_adult_moves_nothing_that_is_not_theirs_to_move(signed_in, world):
    made = propose(signed_in(), world).json()["introduction"]
    world.adult("stranger")
    is_problem(move(signed_in("mentor", [], "stranger"), made, '"1"', "connector_agree"), 404, "not_found")
    answer = move(signed_in("mentor", [], "connie"), made, '"1"', "approve")
    assert answer.status_code in (403, 404, 409, 422)
    is_problem(signed_in("mentor", [], "connie").get(f"/api/v1/introductions/{made}"), 403, "not_yours")
    is_problem(signed_in("evaluator").get("/api/v1/introductions"), 403, "not_yours")


def test_a_long_list_is_read_page_by_page_each_once_and_its_length_is_told(signed_in, world):
    for key in ("bea", "cem", "dia", "eli"):
        world.learner(key)
        world.affiliate(key, "north", "enrolled_at")
        ends = {"learner": world.id(key), "connector": world.id("connie"), "target": world.id("tom")}
        day = world_day()
        made = {"id": f"intro{key}", "state": "suggested", "suggested": day, "since": day, **ends}
        world.store.put("introduction", made)
    api, address, seen = signed_in(), "/api/v1/introductions?state=open&limit=2", []
    while address:
        answer = api.get(address)
        body = answer.json()
        assert body["total"] == 4 and len(body["items"]) == 2
        assert (f'<{body["next"]}>; rel="next"' == answer.headers.get("link")) is bool(body["next"])
        seen += [row["id"] for row in body["items"]]
        address = body["next"]
    assert seen == ["introbea", "introcem", "introdia", "introeli"]
    is_problem(api.get("/api/v1/introductions?after=x"), 422, "invalid_request")


def test_what_was_stated_of_a_suggestion_is_kept_with_it_and_shown_to_nobody(signed_in, world):
    [said] = world.programme.introductions("ana", as_of=world_day()).as_dict()["suggestions"]
    made = propose(signed_in(), world).json()["introduction"]
    kept = json.loads(world.store.get("introduction", made)["terms"])
    assert kept == {name: said[name] for name in ("score", "p_target", "lift")}
    assert "terms" not in signed_in().get(f"/api/v1/introductions/{made}").json()


def test_a_suggestion_that_a_gate_has_closed_since_is_refused_on_the_learners_page_in_words(world):
    pages = Pages(world)
    try:
        at = f"/learners/{world.id('ana')}"
        world.clear("tom", result="refused", since=DAY)
        ends = {"connector": "connie", "target": "tom"}
        answer = pages.post(f"{at}/introductions", at, **ends)
        assert answer.status_code == 409
        assert "The introduction cannot go on" in answer.text and "no valid clearance" in answer.text
        assert world.store.find("introduction") == []
    finally:
        pages.close()

"""A learner's own desk: everything about them, nothing about others, private contacts for nobody else."""

from datetime import date

import pytest

from tests.api.test_resources import is_problem


@pytest.fixture
def ana(client, town):
    town.person("fay", "family", given_name="Fay")
    town.state("ana", "fay", private=True)
    town.state("ana", "eng", relation="mentor")
    town.log("mentoring_session", "ana", "eng:mentor", on="2026-01-05")
    return client(role="learner", person=town.id("ana"))


def test_a_learner_sees_their_team_nearest_first_with_what_they_said_themselves(ana):
    told = ana.get("/api/v1/desks/learner").json()
    assert told["name"] == "Ana Example" and told["private"] == 1
    assert [(each["id"] != "", each["recorded"], each["private"]) for each in told["team"]] == [
        (True, True, False),
        (True, False, True),
    ]
    assert told["team"][1]["name"] == "Fay" and told["team"][1]["state"] == "none"


def test_nobody_else_sees_the_private_contact(ana, client, town):
    page = client().get(f"/api/v1/learners/{town.id('ana')}")
    assert page.status_code == 200 and "Fay" not in page.text


def test_a_team_has_no_rank_and_no_measures(ana):
    told = ana.get("/api/v1/desks/learner").json()
    assert not {"measures", "rank", "score", "group"} & set(told)


def test_there_is_always_one_next_thing_to_do(ana, client, town):
    assert ana.get("/api/v1/desks/learner").json()["next"]["kind"] == "name"
    later = ana.get("/api/v1/desks/learner?as_of=2026-04-10").json()["next"]
    assert (later["kind"], later["who"]) == ("keep", "eng")
    bo = client(role="learner", person=town.id("bo"))
    assert bo.get("/api/v1/desks/learner").json()["next"]["kind"] == "name"


def test_consents_say_whether_they_are_in_force(ana, town):
    for id, until in (("c1", None), ("c2", date(2025, 12, 31))):
        town.store.put("consent", {"id": id, "person": town.id("ana"), "purpose": "introduce", "by": "guardian",
                                   "since": date(2025, 9, 1), "until": until})  # fmt: skip
    told = ana.get("/api/v1/desks/learner").json()["consents"]
    assert [(each["id"], each["in_force"]) for each in told] == [("c1", True), ("c2", False)]


def test_an_introduction_that_ended_early_is_only_not_this_time(ana, town):
    ends = {"learner": town.id("ana"), "connector": town.id("eng"), "target": town.id("eng")}
    town.store.put("introduction", {"id": "i1", **ends, "state": "withheld", "since": date(2026, 2, 1),
                                    "suggested": date(2026, 1, 1)})  # fmt: skip
    answer = ana.get("/api/v1/desks/learner")
    assert [each["phase"] for each in answer.json()["introductions"]] == ["not_this_time"]
    assert "withheld" not in answer.text


def test_an_account_of_nobody_has_no_desk(client):
    is_problem(client(role="learner").get("/api/v1/desks/learner"), 404, "unknown_person")
    is_problem(client(role="coordinator").get("/api/v1/desks/learner"), 403, "not_yours")


def test_a_learner_says_whom_they_know_once_and_nobody_else_reads_the_private_ones(ana, client, town):
    people = [
        {"name": "Rosa Example", "relation": "family", "private": True},
        {"name": "Tom  Sample", "relation": "mentor"},
    ]
    said = ana.post("/api/v1/desks/learner/contacts", json={"people": people})
    assert (said.status_code, said.json()["added"]) == (201, 4)
    assert ana.post("/api/v1/desks/learner/contacts", json={"people": people}).json()["added"] == 0
    team = {each["name"]: each["private"] for each in ana.get("/api/v1/desks/learner").json()["team"]}
    assert team["Rosa Example"] is True and team["Tom Sample"] is False
    assert "Rosa" not in client().get("/api/v1/stated-ties").text
    is_problem(client().post("/api/v1/desks/learner/contacts", json={"people": people}), 403, "not_yours")


def test_a_block_is_recorded_and_told_to_nobody(ana, client, town):
    assert ana.post("/api/v1/desks/learner/blocks", json={"person": town.id("eng")}).status_code == 204
    assert town.store.count("block", by=town.id("ana")) == 1
    is_problem(ana.post("/api/v1/desks/learner/blocks", json={"person": "nobody"}), 404, "not_found")

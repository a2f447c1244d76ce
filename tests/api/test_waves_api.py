"""Waves over the API: taken, frozen, computed again; evaluators read what is released and no small counts."""

from tests.api.test_resources import is_problem


def test_a_wave_is_taken_released_and_comes_out_the_same(client):
    taken = client().post("/api/v1/waves", json={"name": "spring", "measures": ["network_size"]})
    assert taken.status_code == 201 and taken.json()["aggregates"]["network_size"]["n"] == 2
    assert client().get("/api/v1/waves/spring/recomputed").json()["same"] is True
    assert client().post("/api/v1/waves/spring/release").json()["released_on"]
    is_problem(client().post("/api/v1/waves", json={"name": "spring"}), 409, "wave_released")


def test_an_evaluator_sees_that_a_wave_is_released_and_not_what_it_says_of_few(client):
    wave = client().post("/api/v1/waves", json={"name": "spring"}).json()["id"]
    evaluator = client(role="evaluator")
    assert evaluator.get("/api/v1/waves").json()["items"] == []
    client().post("/api/v1/waves/spring/release")
    told = evaluator.get(f"/api/v1/waves/{wave}").json()
    assert told["key"] == "spring" and told["aggregates"] is None and told["learners"] is None
    is_problem(evaluator.post("/api/v1/waves", json={"name": "mine"}), 403, "not_yours")


def test_a_wave_that_is_not_there_and_a_name_that_does_not_fit_are_told(client):
    is_problem(client().post("/api/v1/waves/autumn/release"), 404, "not_found")
    is_problem(client().post("/api/v1/waves", json={"name": "a/b"}), 422, "invalid_request")
    is_problem(client().post("/api/v1/waves", json={"name": "a", "measures": ["charisma"]}), 422, "unknown_measure")
    is_problem(client(sites=["north"]).post("/api/v1/waves", json={"name": "a"}), 403, "not_yours")

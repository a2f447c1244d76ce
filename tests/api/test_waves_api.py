"""Waves over the API: taken, frozen, computed again; evaluators read what is released and no small counts."""

from tests.api.test_resources import is_problem
from tests.contract.test_studies import PLAN, fill, sample


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


def test_a_study_is_fixed_with_its_digest_and_opened_once_its_waves_are_taken(client, town):
    fill(town.store.url).programme.close()
    rows = [{name: value or None for name, value in row.items()} for row in sample()]
    body = PLAN | {"name": "near", "assigned_on": "2026-01-05", "sample": rows}
    api = client()
    fixed = api.post("/api/v1/studies", json=body)
    assert fixed.status_code == 201 and len(fixed.json()["digest"]) == 64 and fixed.json()["opened_on"] is None
    is_problem(api.post("/api/v1/studies", json=body), 409, "conflict")
    is_problem(api.post("/api/v1/studies/near/open"), 404, "not_found")
    for name, day in (("autumn", "2026-01-10"), ("spring", "2026-05-01")):
        assert api.post("/api/v1/waves", json={"name": name, "as_of": day}).status_code == 201
    # Its outcomes could be known by now: another plan over the same waves comes too late.
    is_problem(api.post("/api/v1/studies", json=body | {"name": "late"}), 409, "conflict")
    opened = api.post("/api/v1/studies/near/open").json()
    assert opened["opened_on"] and opened["digest"] == fixed.json()["digest"]
    is_problem(client(role="evaluator").post("/api/v1/studies", json=body | {"name": "mine"}), 403, "not_yours")

"""Records over the API: one behaviour for every resource."""

import pytest
from starlette.testclient import TestClient

from graph_service.api.app import create_app
from graph_service.records.resources import RESOURCES

PROBLEM = {"type", "title", "status", "detail", "code", "instance", "request_id"}


def is_problem(answer, status, code=None):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body.keys() >= PROBLEM and body["status"] == status
    assert answer.headers["x-request-id"] == body["request_id"]
    assert code is None or body["code"] == code
    return body


def test_without_sign_in_it_starts_and_answers_nobody():
    client = TestClient(create_app(), base_url="http://localhost")
    for path in ("/healthz", "/readyz", "/openapi.json"):
        assert client.get(path).status_code == 200
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        if path in ("/healthz", "/readyz"):
            continue
        for method in operations:
            is_problem(client.request(method, path.replace("{id}", "abc")), 401, "sign_in_needed")


def test_there_are_more_than_forty_five_operations_and_each_has_its_own_id():
    paths = create_app().openapi()["paths"]
    ids = [each["operationId"] for operations in paths.values() for each in operations.values()]
    assert len(ids) >= 45
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", [each.path for each in RESOURCES if each.path != "concerns"])
def test_every_collection_is_read_page_by_page(client, path):
    everything = client().get(f"/api/v1/{path}").json()["items"]
    paged, address = [], f"/api/v1/{path}?limit=1"
    while address:
        answer = client().get(address)
        assert answer.status_code == 200
        paged += answer.json()["items"]
        address = answer.json()["next"]
        assert ("link" in answer.headers) == (address is not None)
    assert paged == everything
    assert [each["id"] for each in paged] == sorted(each["id"] for each in paged)


def test_an_answer_that_has_not_changed_is_not_sent_again(client, town):
    first = client().get("/api/v1/people")
    again = client().get("/api/v1/people", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    town.learners("cy")
    assert client().get("/api/v1/people", headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_an_answer_made_for_one_scope_is_not_fresh_for_another(client):
    mine = client().get("/api/v1/people").headers["etag"]
    assert client(sites=["north"]).get("/api/v1/people", headers={"If-None-Match": mine}).status_code == 200


def test_a_person_is_added_corrected_and_retracted_and_the_past_stays_readable(client):
    api = client()
    added = api.post("/api/v1/people", json={"key": "cy", "roles": ["learner"], "given_name": "Cy"})
    assert added.status_code == 201
    where = added.headers["location"]
    corrected = api.put(where, json={"key": "cy", "roles": ["mentor"]}, headers={"If-Match": added.headers["etag"]})
    assert (corrected.status_code, corrected.json()["version"]) == (200, 2)
    assert api.delete(where, headers={"If-Match": '"2"'}).status_code == 204
    is_problem(api.get(where), 404, "not_found")


def test_a_stale_correction_is_refused(client, town):
    where = f"/api/v1/people/{town.id('ana')}"
    body = {"key": "ana", "roles": ["learner"]}
    assert client().put(where, json=body, headers={"If-Match": '"1"'}).status_code == 200
    is_problem(client().put(where, json=body, headers={"If-Match": '"1"'}), 412, "stale_version")


def test_a_birth_date_is_told_but_never_shown_and_outlives_a_correction(client, town):
    where = f"/api/v1/people/{town.id('ana')}"
    assert "birth_date" not in client().get(where).json()
    client().put(where, json={"key": "ana", "roles": ["learner"], "grade": "11"}, headers={"If-Match": '"1"'})
    assert town.store.get("person", town.id("ana"))["birth_date"].isoformat() == "2010-01-01"


def test_the_same_request_twice_is_one_record(client, town):
    body = {
        "date": "2026-02-20",
        "kind": "meeting",
        "participants": [{"id": town.id("ana"), "role": "learner"}, {"id": town.id("eng"), "role": "mentor"}],
    }
    first = client().post("/api/v1/interactions", json=body, headers={"Idempotency-Key": "k1"})
    again = client().post("/api/v1/interactions", json=body, headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = client().post("/api/v1/interactions", json=body | {"kind": "call"}, headers={"Idempotency-Key": "k1"})
    is_problem(other, 409, "repeated_differently")


def test_a_contact_with_somebody_unknown_is_refused(client, town):
    body = {
        "date": "2026-02-20",
        "kind": "meeting",
        "participants": [{"id": town.id("ana"), "role": "learner"}, {"id": "nobody", "role": "mentor"}],
    }
    told = is_problem(client().post("/api/v1/interactions", json=body), 422, "invalid_record")
    assert told["errors"][0]["field"] == "participants"


@pytest.mark.parametrize(
    "body",
    [
        {"key": "cy", "roles": ["wizard"]},
        {"key": "cy", "capacity": True},
        {"key": "cy", "capacity": "3"},
        {"key": "cy", "admin": True},
        {"key": "cy", "exploring": 1},
        {"key": "x" * 301},
        {"key": "cy\u0000"},
        {"roles": ["learner"]},
        {"key": "cy", "birth_date": "2010-02-30"},
        [],
        "text",
    ],
)
def test_a_body_that_does_not_fit_is_refused_without_repeating_it(client, body):
    told = is_problem(client().post("/api/v1/people", json=body), 422)
    assert "wizard" not in str(told.get("detail"))


def test_errors_of_every_kind_have_one_shape(client):
    is_problem(client().get("/api/v1/nothing"), 404, "not_found")
    is_problem(client().patch("/api/v1/people"), 405, "method_not_allowed")
    is_problem(client().get("/api/v1/people?limit=0"), 422)
    is_problem(client().get("/api/v1/people?where=given_name:Ana"), 422, "unknown_parameter")
    is_problem(client().post("/api/v1/people", content=b"{", headers={"content-type": "application/json"}), 422)


def test_a_list_is_narrowed_by_codes_and_references(client, town):
    found = client().get(f"/api/v1/affiliations?where=person:{town.id('ana')}").json()["items"]
    assert [each["relation"] for each in found] == ["enrolled_at"]


class TestACoordinatorOfOneSchool:
    """What is about learners of another school is not there."""

    def test_sees_own_learners_and_every_adult_and_nobody_elses_learners(self, client):
        keys = {each["key"] for each in client(sites=["north"]).get("/api/v1/people").json()["items"]}
        assert keys == {"ana", "eng"}

    def test_is_not_told_that_another_schools_learner_exists(self, client, town):
        is_problem(client(sites=["north"]).get(f"/api/v1/people/{town.id('bo')}"), 404, "not_found")
        is_problem(client(sites=["north"]).get(f"/api/v1/people/{town.id('bo')}/history"), 404)

    def test_may_not_write_about_another_schools_learner(self, client, town):
        body = {"person": town.id("bo"), "purpose": "introduce", "since": "2026-01-01"}
        is_problem(client(sites=["north"]).post("/api/v1/consents", json=body), 403, "not_yours")
        assert client(sites=["south"]).post("/api/v1/consents", json=body).status_code == 201

    def test_does_not_open_another_schools_learner_page(self, client, town):
        is_problem(client(sites=["north"]).get(f"/api/v1/desks/coordinator/learners/{town.id('bo')}"), 404)

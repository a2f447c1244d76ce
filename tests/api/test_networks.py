"""Learners, measures, growth and introductions over the API: the same values as in Python, in scope, never NaN."""

import math

import pytest
from starlette.testclient import TestClient

import graph_service as gs
from graph_service.api.app import create_app
from graph_service.disclosure.scope import OWNER
from graph_service.measures import catalogue
from graph_service.settings import Settings
from tests.api.conftest import DAY
from tests.api.test_resources import is_problem


def test_the_catalogue_is_the_declarations(client):
    items = client().get("/api/v1/catalogue").json()["items"]
    assert [each["id"] for each in items] == list(catalogue.catalogue())
    assert client().get("/api/v1/catalogue/constraint").json()["formula"] == catalogue.get("constraint").formula
    is_problem(client().get("/api/v1/catalogue/charisma"), 422, "unknown_measure")


def test_measures_are_those_of_python_and_null_has_a_reason(client, town):
    page = client().get("/api/v1/measures").json()
    frame = town.snapshot(DAY).measure(page["columns"])
    assert [each["person_id"] for each in page["items"]] == ["ana", "bo"]
    for row in page["items"]:
        for id, value in row["values"].items():
            expected = frame.loc[row["person_id"], id]
            assert (value is None) == math.isnan(expected) == (id in row["reasons"])
            assert value is None or value == expected


def test_pages_of_measures_join_to_the_whole(client):
    found, address = [], "/api/v1/measures?measure=network_size&limit=1"
    while address:
        answer = client().get(address)
        found += [each["person_id"] for each in answer.json()["items"]]
        address = answer.json()["next"]
        assert ("link" in answer.headers) == (address is not None)
    assert found == ["ana", "bo"]


def test_a_costly_measure_is_computed_only_when_it_is_named_as_extra(client):
    costly = [id for id, each in catalogue.of_level("learner").items() if each.extra]
    for id in costly:
        is_problem(client().get(f"/api/v1/measures?measure={id}"), 422, "unknown_measure")
        assert id in client().get(f"/api/v1/measures?extra={id}").json()["columns"]
    is_problem(client().get("/api/v1/measures?extra=charisma"), 422, "unknown_measure")


def test_growth_tells_what_was_gained_between_two_days(client, town):
    items = client().get("/api/v1/growth?from=2026-01-01").json()["items"]
    gained = {each["person_id"]: each["values"]["gained"] for each in items}
    assert gained == {"ana": 1.0, "bo": 0.0}
    is_problem(client().get("/api/v1/growth?from=2027-01-01"), 422, "bad_date")
    is_problem(client().get("/api/v1/growth?as_of=0001-01-01"), 422, "bad_date")


@pytest.mark.parametrize("part", ["", "/measures", "/growth", "/network", "/introductions"])
def test_a_learner_is_told_about_in_scope_only(client, town, part):
    assert client().get(f"/api/v1/learners/{town.id('bo')}{part}").status_code == 200
    # Nor is it told that there is such a learner: an own key is guessed easily.
    for id in (town.id("bo"), "bo", "nobody"):
        is_problem(client(sites=["north"]).get(f"/api/v1/learners/{id}{part}"), 404, "unknown_person")
    is_problem(client(role="mentor").get(f"/api/v1/learners/{town.id('bo')}{part}"), 403, "not_yours")
    is_problem(client().get(f"/api/v1/learners/nobody{part}"), 404, "unknown_person")


@pytest.mark.parametrize("path", ["measures", "growth", "learners"])
def test_lists_hold_the_learners_in_scope_only(client, path):
    answer = client(sites=["north"]).get(f"/api/v1/{path}").json()
    assert [each["person_id"] for each in answer.get("items", answer.get("rows"))] == ["ana"]


def test_introductions_say_what_is_missing_where_none_is_offered(client, town):
    answer = client().get(f"/api/v1/learners/{town.id('bo')}/introductions").json()["answer"]
    assert answer["status"] != "ok" and answer["missing"]


def test_a_programme_that_has_learners_and_nothing_else_yet_is_listed(tmp_path):
    with gs.open(f"sqlite:///{tmp_path}/bare.db") as programme:
        programme.learner("ana")
        app = create_app(Settings(store=programme.store.url), local_actor=OWNER, as_of=DAY)
        told = TestClient(app, base_url="http://localhost").get("/api/v1/learners")
    assert [(row["person_id"], row["site"]) for row in told.json()["rows"]] == [("ana", None)]

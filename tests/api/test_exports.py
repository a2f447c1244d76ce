"""Exports: each role's own tables, scoped and suppressed, and no cell that a spreadsheet runs."""

import csv
import io

import pytest

from graph_service.api.exports import BY_NAME, DECLARED
from tests.api.test_resources import is_problem


def rows(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.text)))


@pytest.mark.parametrize("role", ["coordinator", "director", "evaluator"])
def test_a_role_takes_along_what_is_declared_for_it_and_nothing_else(client, role):
    api = client(role=role)
    mine = {each["name"] for each in api.get("/api/v1/exports").json()["items"]}
    assert mine == {each.name for each in DECLARED if role in each.roles}
    for name in BY_NAME:
        answer = api.get(f"/api/v1/exports/{name}")
        assert (answer.status_code == 200) == (name in mine), (name, answer.text)
    is_problem(api.get("/api/v1/exports/people"), 404, "not_found")


def test_an_export_holds_the_learners_in_scope_only(client):
    assert [row[0] for row in rows(client().get("/api/v1/exports/measures"))] == ["person_id", "ana", "bo"]
    assert [row[0] for row in rows(client(sites=["north"]).get("/api/v1/exports/worklist"))] == ["person_id", "ana"]


def test_a_name_that_looks_like_a_formula_is_text(client, town):
    town.person("=cmd|' /C calc'!A0", "learner", given_name="@SUM(1+1)")
    cells = {cell for row in rows(client().get("/api/v1/exports/worklist")) for cell in row}
    assert not any(cell.startswith(("=", "@", "+")) for cell in cells) and "'@SUM(1+1)" in cells


def test_a_director_takes_no_small_count_along(client):
    told = rows(client(role="director").get("/api/v1/exports/cohort"))
    assert all(cell == "" for row in told[1:] for cell in row[1:])

"""Reports that evaluators read over the API: released waves alone, written to the release log, telling of no few."""

import pytest

from tests.api.test_resources import is_problem
from tests.contract.test_studies import PLAN, fill, sample

REPORT = "/api/v1/cohort/report?measure=network_size"


@pytest.fixture
def study(town):
    """The schools of the study's test, fixed, opened; its waves are not released yet."""
    made = fill(town.store.url).programme
    made.waves.take("autumn", "2026-01-10", half_life=None)
    made.studies.fix("near", PLAN, sample())
    made.waves.take("spring", "2026-05-01", half_life=None)
    made.studies.open("near")
    yield made
    made.close()


def test_reports_are_of_released_waves_alone_and_are_written_to_the_release_log(client, town, study):
    api = client(role="evaluator")
    is_problem(api.get(REPORT), 404, "not_found")
    is_problem(api.get("/api/v1/studies/near/report"), 409, "conflict")
    (line,) = api.get("/api/v1/studies").json()["items"]
    assert (line["study"], line["told"], len(line["digest"])) == ("near", False, 64)
    for name in ("autumn", "spring"):
        study.waves.release(name)

    page = api.get("/evaluation").text
    assert "Near peers" in page and line["digest"][:16] in page and "/api/v1/studies/near/report" in page
    told = api.get(REPORT).json()
    assert told["waves"] == ["autumn", "spring"] and told["outcomes"][0]["change"]["value"] > 0
    assert {"origin", "mode"} == {row["way"] for row in told["first_tie_ways"]}
    found = api.get("/api/v1/studies/near/report").json()
    assert found["assigned"] == {"treatment": 24, "comparison": 24} and found["digest"] == line["digest"]
    assert sorted(row["kind"] for row in town.store.find("release")) == ["means", "means"]
    assert api.get(REPORT).json() == told and len(town.store.find("release")) == 2

    # One learner fewer: the two reports, subtracted, would be a report about that one.
    town.store.erase("person", [town.id("l03")])
    is_problem(api.get(REPORT), 409, "would_tell")
    is_problem(api.get("/api/v1/studies/near/report"), 409, "would_tell")


def test_studies_are_for_evaluators_of_the_whole_programme(client, town, study):
    api = client(role="evaluator", sites=["north"])
    assert api.get("/api/v1/studies").json() == {"items": []}
    is_problem(api.get("/api/v1/studies/near/report"), 404, "not_found")
    is_problem(client(role="mentor").get("/api/v1/studies"), 403, "not_yours")

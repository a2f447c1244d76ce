"""The evaluator's desk: declared tables over released waves; few people are never told about."""

import json
from datetime import date

import pytest

from tests.api.test_resources import is_problem

FIRST, LAST = date(2025, 10, 1), date(2026, 3, 1)


@pytest.fixture
def waves(town):
    """Two waves of 24 learners at North and 4 at South; those at North grew by one tie each in the mean."""
    keys = [f"l{at:02}" for at in range(28)]
    for at, key in enumerate(keys):
        town.person(key, "learner", given_name=f"Zq{key}")
        town.affiliate(key, "north" if at < 24 else "south", "enrolled_at")
        id = town.store.internal_id("subgroup", "local", key)
        value = "yes" if at < 12 else "no"
        town.store.put("subgroup", {"id": id, "person": town.id(key), "attribute": "low_income", "value": value})
    # What is observed by nothing at the first wave and by something at the second is not compared.
    town.log("meeting", "l00", "l01", on="2025-09-01")
    for name, day, more in (("autumn", FIRST, 0), ("spring", LAST, 1)):
        wave = town.store.internal_id("wave", "local", name)
        town.store.put("wave", {"id": wave, "key": name, "as_of": day, "known_revision": town.store.revision(),
                                "parameters": "{}", "versions": "{}", "released": True})  # fmt: skip
        for at, key in enumerate(keys):
            size = at % 4 + more * (at % 3)
            values = {"professional_network_size": size, "unconnected": int(size == 0), "constraint": "no_ties"}
            id = town.store.internal_id("wave_result", "wave", f"{name}|{key}")
            record = {"id": id, "wave": wave, "person": town.id(key), "values": json.dumps(values)}
            from graph_service.records.registry import KINDS

            more_fields = {"key": key} if "key" in KINDS["wave_result"].by_name else {}
            town.store.put("wave_result", record | more_fields)
    return keys


def test_a_change_between_two_waves_has_its_interval_and_n(client, waves):
    told = client(role="evaluator").get("/api/v1/desks/evaluator").json()
    assert (told["before"]["key"], told["after"]["key"], told["matched"]) == ("autumn", "spring", 28)
    row = next(each for each in told["dimensions"] if each["measure"] == "professional_network_size")
    assert row["change"]["value"] == pytest.approx(sum(at % 3 for at in range(28)) / 28)
    assert row["change"]["low"] <= row["change"]["value"] <= row["change"]["high"] and row["change"]["n"] == 28


def test_a_small_site_is_hidden_and_the_other_with_it(client, waves):
    flow = {each["site"]: each for each in client(role="evaluator").get("/api/v1/desks/evaluator").json()["flow"]}
    assert flow["All"]["learners"] == 28 and flow["All"]["reason"] is None
    assert {flow[name]["reason"] for name in ("North", "South")} == {"small_group", "complementary"}
    assert flow["North"]["learners"] is None and flow["North"]["gained"] is None


def test_a_share_that_few_have_is_not_told(client, waves):
    told = client(role="evaluator").get("/api/v1/desks/evaluator").json()
    row = next(each for each in told["dimensions"] if each["measure"] == "unconnected")
    assert row["after"] == row["before"] and row["after"]["reason"] == "small_cell"


def test_a_value_that_nobody_has_is_null_with_its_reason(client, waves):
    told = client(role="evaluator").get("/api/v1/desks/evaluator").json()
    row = next(each for each in told["dimensions"] if each["measure"] == "constraint")
    assert row["change"]["value"] is None and row["change"]["reason"] == "small_group"


def test_growth_is_told_by_subgroup_with_gaps_to_the_largest(client, waves):
    rows = client(role="evaluator").get("/api/v1/desks/evaluator").json()["equity"]
    assert [(row["group"], row["reference"]) for row in rows] == [("no", True), ("yes", False)]
    assert rows[1]["level_gap"]["value"] is not None and rows[1]["level_gap"]["n"] == 28


def test_nobody_is_named_and_no_wave_is_read_before_it_is_released(client, town, waves):
    api = client(role="evaluator")
    assert "Zq" not in api.get("/api/v1/desks/evaluator").text
    wave = town.store.internal_id("wave", "local", "draft")
    town.store.put("wave", {"id": wave, "key": "draft", "as_of": LAST, "known_revision": 1, "parameters": "{}",
                            "versions": "{}"})  # fmt: skip
    is_problem(api.get("/api/v1/desks/evaluator?after=draft"), 404, "not_found")
    assert wave not in api.get("/api/v1/waves").text
    is_problem(api.get(f"/api/v1/waves/{wave}"), 404, "not_found")


def test_without_a_released_wave_it_says_so(client):
    told = client(role="evaluator").get("/api/v1/desks/evaluator").json()
    assert told["dimensions"] == [] and "released" in told["suppression"]
    assert all(step["introductions"] is None for step in told["funnel"])

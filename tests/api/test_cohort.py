"""Counts of learners: as they are for the learners' staff, with small ones hidden for everybody else."""

import pytest


@pytest.fixture
def crowd(town):
    for at in range(40):
        town.person(f"l{at}", "learner")
        town.affiliate(f"l{at}", "north" if at < 25 else "south", "enrolled_at")
    for at in range(12):
        town.log("meeting", f"l{at}", "eng:mentor", on="2026-02-01")
    return town


def test_a_coordinator_sees_every_count_of_the_own_sites(client, crowd):
    told = client().get("/api/v1/cohort").json()
    rows = {row["name"]: row for row in told["rows"]}
    assert rows["North"]["learners"] == 26 and rows["North"]["counts"]["few"] == 13
    assert rows["South"]["unconnected"] == 1.0 and told["total"]["learners"] == 42
    mine = client(sites=["north"]).get("/api/v1/cohort").json()
    assert [row["name"] for row in mine["rows"]] == ["North"] and mine["total"]["learners"] == 26


def test_a_director_sees_no_count_of_few_nor_one_that_gives_it_away(client, crowd):
    told = client(role="director").get("/api/v1/cohort").json()
    counts = [count for row in told["rows"] for count in row["counts"].values()]
    assert all(count is None or count >= 10 for count in counts)
    assert None in counts and told["total"]["learners"] == 42


def test_an_empty_cohort_is_nobody_and_not_an_error(client, town):
    told = client(role="coordinator", sites=[]).get("/api/v1/cohort").json()
    assert told["rows"] == [] and told["total"] == {"name": "All", "counts": dict.fromkeys(told["groups"], 0),
                                                    "learners": 0, "unconnected": None}  # fmt: skip

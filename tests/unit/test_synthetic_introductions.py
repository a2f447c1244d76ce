"""The history of introductions in a generated programme."""

from collections import defaultdict

import pytest

from graph_service.records.vocabulary import vocabulary
from loaders.synthetic import generate


@pytest.fixture(scope="module")
def tables():
    return {name: table.to_pylist() for name, table in generate(people=3000, seed=6).tables.items()}


@pytest.fixture(scope="module")
def steps(tables):
    found = defaultdict(list)
    for row in tables["introduction_event"]:
        found[row["introduction"]].append(row)
    return found


def test_every_introduction_has_its_whole_history(tables, steps):
    assert len(tables["introduction"]) > 300
    for row in tables["introduction"]:
        history = steps[row["id"]]
        assert [each["step"] for each in history] == list(range(1, len(history) + 1))
        assert [each["source"] for each in history] == [None, *(each["state"] for each in history[:-1])]
        assert (history[0]["state"], history[0]["date"]) == ("suggested", row["suggested"])
        assert (history[-1]["state"], history[-1]["date"]) == (row["state"], row["since"])


def test_steps_are_taken_in_order_within_the_programme(tables, steps):
    first, last = tables["interaction"][0]["date"], generate(people=3000).as_of
    for history in steps.values():
        dates = [each["date"] for each in history]
        assert dates == sorted(dates) and first <= dates[0] and dates[-1] <= last


def test_whatever_ended_early_says_why_and_what_succeeded_does_not(tables, steps):
    phases = vocabulary("introduction_states").column("phase")
    for row in tables["introduction"]:
        early = phases[row["state"]] == "ended" and row["state"] != "closed"
        assert (steps[row["id"]][-1]["reason"] is not None) == early


def test_every_meeting_is_a_contact_that_names_its_introduction(tables):
    led = {row["introduced_by"]: row for row in tables["interaction"] if row["introduced_by"]}
    met = [row for row in tables["introduction"] if row["meeting"] is not None]
    assert {row["id"] for row in met} == set(led)
    for row in met:
        contact = led[row["id"]]
        assert contact["date"] == row["meeting"]
        assert {each["id"] for each in contact["participants"]} == {row["learner"], row["target"]}


def test_nobody_holds_more_than_their_capacity(tables):
    capacity = {row["key"]: row["capacity"] for row in tables["person"]}
    held = defaultdict(int)
    for row in tables["reservation"]:
        if row["slot"] != "back":
            held[row["person"], "2026-03" if row["slot"] == "open" else row["slot"]] += 1
    assert all(capacity[person] is None or count <= capacity[person] for (person, _), count in held.items())


def test_nobody_was_introduced_without_consent(tables):
    since = {
        (row["person"], row["purpose"]): row["since"]
        for row in tables["consent"]
        if row["granted"] and row["until"] is None
    }
    opted_out = {row["person"] for row in tables["consent"] if row["purpose"] == "directory_opt_out"}
    for row in tables["introduction"]:
        for purpose in ("introduce", "suggest_to_mentors", "suggest_to_employers"):
            assert since[row["learner"], purpose] <= row["suggested"]
        assert row["learner"] not in opted_out


def test_the_ladder_of_outcomes_begins_with_the_meeting(tables):
    rungs = defaultdict(set)
    for row in tables["introduction_outcome"]:
        rungs[row["introduction"]].add(row["step"])
    assert all("met" in reached for reached in rungs.values())
    assert sum("second_contact" in reached for reached in rungs.values()) > 30


def test_an_asked_adult_answers_as_the_hidden_response_says(tables):
    response = {row["key"]: row["response"] for row in generate(people=3000, seed=6).hidden.to_pylist()}
    asked = {row["introduction"] for row in tables["introduction_event"] if row["state"] == "target_asked"}
    agreed = {row["introduction"] for row in tables["introduction_event"] if row["state"] == "target_agreed"}
    yes = [response[row["target"]] for row in tables["introduction"] if row["id"] in agreed]
    no = [response[row["target"]] for row in tables["introduction"] if row["id"] in asked - agreed]
    assert sum(yes) / len(yes) > sum(no) / len(no) + 0.1

"""Many contacts in one request: one write, each with its own outcome, safe to send again."""

import pytest

from tests.api.test_resources import is_problem


def meeting(town, who, on="2026-02-20"):
    return {
        "date": on,
        "kind": "meeting",
        "participants": [{"id": town.id(who), "role": "learner"}, {"id": town.id("eng"), "role": "mentor"}],
    }


def send(api, items, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return api.post("/api/v1/interactions/batch", json={"items": items}, headers=headers)


def test_good_ones_are_kept_and_each_other_one_is_told_why(client, town):
    nobody = meeting(town, "ana") | {"participants": [{"id": "nobody", "role": "learner"}] * 2}
    # The first line of the audit trail on a day is anchored in the store, in a revision of its own.
    send(client(), [meeting(town, "ana", "2026-02-20")])
    before = town.store.revision()
    told = send(client(), [meeting(town, "ana"), nobody, meeting(town, "bo")]).json()
    assert [each["outcome"] for each in told["items"]] == ["added", "rejected", "added"]
    assert told["items"][1]["problem"]["code"] == "invalid_record" and (told["added"], told["rejected"]) == (2, 1)
    assert town.store.revision() == before + 1


def test_the_same_request_again_changes_nothing(client, town):
    items = [meeting(town, "ana"), meeting(town, "bo")]
    first, again = send(client(), items, "k1").json(), send(client(), items, "k1").json()
    assert [each["id"] for each in first["items"]] == [each["id"] for each in again["items"]]
    assert again["unchanged"] == 2 and town.store.count("interaction") == 3
    other = send(client(), [meeting(town, "ana", "2026-02-21"), items[1]], "k1").json()
    assert [each["outcome"] for each in other["items"]] == ["rejected", "unchanged"]
    assert other["items"][0]["problem"]["code"] == "repeated_differently"


def test_a_learner_of_another_school_is_rejected_and_the_own_ones_are_kept(client, town):
    told = send(client(sites=["north"]), [meeting(town, "ana"), meeting(town, "bo")]).json()
    assert [each["outcome"] for each in told["items"]] == ["added", "rejected"]
    assert told["items"][1]["problem"]["code"] == "not_yours"


@pytest.mark.parametrize("items", [[], None, [{}], ["text"]])
def test_a_batch_that_does_not_fit_is_refused_whole(client, items):
    is_problem(client().post("/api/v1/interactions/batch", json={"items": items}), 422, "invalid_request")


def test_whoever_only_reads_writes_nothing(client, town):
    is_problem(send(client(sites=["north"], writes=False), [meeting(town, "ana")]), 403, "not_yours")

"""Experiences from request to thanks: one place is given once, rules stop a start, nothing is typed twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from graph_service.actions.checking import waive
from graph_service.actions.placing import NotAllowedYet, advance, document, place, record
from graph_service.errors import CapacityFull
from graph_service.records.vocabulary import vocabulary

ON = date(2026, 3, 2)


@pytest.fixture
def programme(world):
    """Two learners ask; an employer offers one place."""
    world.learners("ana", "bo")
    world.person("eve", "employer_contact")
    world.person("cy", "coordinator")
    world.organization("acme")
    world.store.put(
        "slot",
        {
            "id": world.id("s", "slot"),
            "host": world.id("acme", "organization"),
            "activity": "internship_paid",
            "since": ON,
        },
    )
    for key in ("ana", "bo"):
        world.store.put(
            "experience",
            {
                "id": world.id(key, "experience"), "learner": world.id(key), "activity": "internship_paid",
                "state_since": ON, "supervisor": world.id("eve"),
            },
        )  # fmt: skip
    return world


def test_a_place_filled_twice_at_the_same_moment_is_given_once_and_the_other_is_told(programme):
    def take(key):
        try:
            return place(programme.store, programme.id(key, "experience"), programme.id("s", "slot"), ON)
        except CapacityFull as error:
            return error

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(take, ("ana", "bo")))
    assert sum(isinstance(each, CapacityFull) for each in found) == 1
    states = [programme.store.get("experience", programme.id(key, "experience"))["state"] for key in ("ana", "bo")]
    assert sorted(states) == ["matched", "requested"]


def test_an_agreement_needs_four_signatures_and_a_start_needs_rules_that_hold(programme):
    store, id = programme.store, programme.id("ana", "experience")
    place(store, id, programme.id("s", "slot"), ON)
    with pytest.raises(NotAllowedYet, match="guardian"):
        advance(store, id, "agreed", ON)
    for party in vocabulary("agreement_parties").codes:
        store.put("agreement", {"id": f"a-{party}", "experience": id, "party": party, "signed": ON})
    advance(store, id, "agreed", ON)
    advance(store, id, "oriented", ON)
    with pytest.raises(NotAllowedYet, match=r"permit: is not on file \(the state's child labour law\)"):
        advance(store, id, "running", ON)
    for name in ("permit", "insurance", "transport", "emergency_contact"):
        document(store, id, name, ON, until=date(2026, 3, 3))
    waive(store, id, "hours", "agreed with the school", ON)
    store.put("clearance", {"id": "v", "person": programme.id("eve"), "result": "cleared", "since": ON})
    with pytest.raises(NotAllowedYet, match=r"ran out on 2026-03-03"):
        advance(store, id, "running", date(2026, 3, 4))
    with pytest.raises(NotAllowedYet, match="date of birth is not recorded"):
        advance(store, id, "running", ON)
    programme.person("ana", birth_date=date(2010, 1, 1))
    advance(store, id, "running", ON)
    kept = {each["rule"]: each["result"] for each in store.find("placement_check", experience=id)}
    assert kept["hours"] == "waived" and kept["permit"] == kept["vetting"] == "passed"
    steps = {each["state"] for each in store.find("experience_event", experience=id)}
    assert steps == {"matched", "agreed", "oriented", "running"}


@pytest.mark.parametrize(
    ("kind", "contact", "values"),
    [
        ("visit", "placement_visit", {"visitor": "cy"}),
        ("hour_log", "work_session", {"hours": 6.5}),
        ("evaluation", "evaluation", {"by": "supervisor", "clarity": 4}),
    ],
)
def test_a_visit_hours_and_an_evaluation_write_their_contact_and_nothing_is_typed_twice(
    programme, kind, contact, values
):
    if "visitor" in values:
        values = {"visitor": programme.id("cy")}
    for _ in range(2):
        record(programme.store, kind, programme.id("ana", "experience"), "form 1", {"date": ON, **values})
    (event,) = programme.store.find("interaction")
    (kept,) = programme.store.find(kind)
    assert (event["kind"], kept["interaction"]) == (contact, event["id"])
    assert programme.snapshot(ON).ties

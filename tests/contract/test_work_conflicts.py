"""Conflicts in the intermediary's work end clearly and lose nothing: the same on both stores."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

import graph_service as gs
from graph_service.actions.assessing import agree, rate
from graph_service.actions.placing import accept
from graph_service.desks.work import checked, community_of, employer_of, listed
from graph_service.disclosure.scope import OWNER
from graph_service.errors import CapacityFull, StaleVersion
from tests.world import World

ON = date(2026, 3, 2)


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    """A community with two raters, an employer with one place, two learners who could take it."""
    with gs.open(store_url) as programme:
        made = World(programme)
        made.learners("ana", "bo")
        made.person("cy", "coordinator")
        made.person("dee", "coordinator")
        made.organization("hub", "intermediary")
        made.organization("north", "school")
        made.organization("south", "school")
        made.organization("acme")
        town = {"id": "town", "name": "Example Town", "cohort": "one", "members": ["hub"]}
        made.store.put("community", {**town, "lead": made.id("hub", "organization")})
        host = made.id("acme", "organization")
        made.store.put("slot", {"id": "place1", "host": host, "activity": "job_shadow", "since": ON})
        yield made


def test_a_slot_that_two_fill_at_the_same_moment_is_given_once_and_the_other_request_is_kept(world: World) -> None:
    def take(key: str) -> object:
        try:
            return accept(world.store, world.id(key), "place1", ON)
        except CapacityFull as error:
            return error

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(take, ("ana", "bo")))
    assert sum(isinstance(each, CapacityFull) for each in found) == 1
    assert sorted(each["state"] for each in world.store.find("experience")) == ["matched", "requested"]


def test_contradictory_ratings_stand_side_by_side_and_a_second_agreement_is_told_of_the_first(world: World) -> None:
    store, records, instrument = world.store, world.programme.records(OWNER, ON), checked()
    for rater, stage in (("cy", "not_yet"), ("dee", "leading")):
        answers = {"equity.a": (stage, f"as {rater} sees it")}
        rate(store, records, instrument, "town", world.id(rater), "spring", answers, ON)
    agree(store, records, instrument, "town", "spring", {"equity.a": ("starting", "")}, ON, {"equity.a": 0})
    with pytest.raises(StaleVersion):
        agree(store, records, instrument, "town", "spring", {"equity.a": ("leading", "")}, ON, {"equity.a": 0})
    page = community_of(world.programme.reader(OWNER), ON, "town")
    assert page is not None
    (shown,) = (each for each in page.elements if each.element == "equity.a")
    assert [each.stage for each in shown.said] == ["not_yet", "leading"] and shown.differ
    assert shown.consensus == "starting"


def test_two_schools_that_ask_one_employer_in_one_week_are_both_kept_and_shown_as_close(world: World) -> None:
    for at, school in enumerate(("north", "south")):
        ask = {"id": f"ask{at}", "organization": world.id("acme", "organization"), "ask": "talk", "date": ON}
        world.store.put("employer_ask", {**ask, "school": world.id(school, "organization")})
    page = employer_of(world.programme.reader(OWNER), ON, "acme")
    assert page is not None and page.employer.second_ask
    assert [each.close for each in page.asks] == [True, True]


def test_an_endorsement_that_has_run_out_is_told_as_expired_and_stays_on_record(world: World) -> None:
    held = {"id": "e1", "person": world.id("cy"), "name": "Example endorsement", "since": date(2022, 1, 1)}
    world.store.put("endorsement", {**held, "until": date(2025, 1, 1)})
    found = {each.key: each.endorsement for each in listed(world.programme.reader(OWNER), "intermediaries", ON)}
    assert found["cy"] == "expired" and found["dee"] == "none"
    assert world.store.get("endorsement", "e1") is not None

"""A wave is what was seen: stored, released, computed again; the same on both stores."""

from collections.abc import Iterator
from datetime import date

import pytest

import graph_service as gs
from graph_service.actions.waves import WaveReleased
from graph_service.disclosure.scope import Actor
from graph_service.errors import InvalidRecord, NotFound, NotYours, UnknownMeasure
from tests.world import World

DAY = "2026-03-02"


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    """Three learners and a mentor on each engine."""
    with gs.open(store_url) as programme:
        made = World(programme)
        made.learners("ana", "bo", "cy")
        made.person("eng", "mentor")
        made.log("meeting", "ana", "eng", on="2026-03-01")
        made.log("meeting", "ana", "bo", on="2026-03-01")
        yield made


def test_a_wave_is_stored_with_all_that_it_rests_on(world: World) -> None:
    waves = world.programme.waves
    wave = waves.take("spring", DAY, half_life=90)
    assert wave == waves.get("spring") and waves.list() == [wave]
    assert (wave.as_of, wave.learners, wave.released_on) == (date(2026, 3, 2), 3, None)
    assert wave.parameters["half_life"] == 90 and wave.code == gs.__version__ and wave.catalogue
    assert wave.aggregates["network_size"] == {"n": 3, "null": 0, "mean": 1.0, "sd": 1.0}
    assert wave.aggregates["constraint"]["null"] == 1
    frame = waves.table("spring", reasons=True).to_pandas().set_index("person_id")
    assert frame.index.tolist() == ["ana", "bo", "cy"]
    assert frame.loc["ana", "network_size"] == 2 and frame.loc["cy", "constraint_reason"] == "no_ties"


def test_what_becomes_known_later_does_not_change_a_wave(world: World) -> None:
    waves = world.programme.waves
    waves.take("spring", DAY)
    world.log("meeting", "cy", "eng", on="2026-03-01")
    again = waves.recompute("spring")
    assert again.same and again.compared == 3 and "bit for bit" in again.sentence()
    assert world.snapshot(DAY).measure("network_size").loc["cy"].item() == 1
    assert waves.snapshot("spring").measure("network_size").loc["cy"].item() == 0


def test_a_wave_taken_as_it_was_known_on_an_earlier_day_knows_no_more(world: World) -> None:
    known = world.store.revision()
    world.log("meeting", "cy", "eng", on="2026-03-01")
    wave = world.programme.waves.take("then", DAY, known_at=known)
    assert wave.known_revision == known and wave.aggregates["network_size"]["mean"] == 1.0


def test_a_wave_is_taken_anew_until_it_is_released_and_never_after(world: World) -> None:
    waves = world.programme.waves
    first = waves.take("spring", DAY)
    world.log("meeting", "cy", "eng", on="2026-03-01")
    second = waves.take("spring", DAY)
    assert first.results_hash != second.results_hash
    released = waves.release("spring")
    assert released.released_on is not None and waves.release("spring") == released
    with pytest.raises(WaveReleased):
        waves.take("spring", DAY)
    with pytest.raises(WaveReleased):
        waves.drop("spring")
    assert waves.recompute("spring").same


def test_learners_who_are_off_the_roster_leave_a_wave_that_is_taken_anew(world: World) -> None:
    waves = world.programme.waves
    waves.take("spring", DAY)
    world.organization("north", "school")
    world.affiliate("cy", "north", "enrolled_at", until="2026-02-01")
    assert waves.take("spring", DAY).learners == 2
    assert waves.table("spring")["person_id"].to_pylist() == ["ana", "bo"]


def test_after_an_erasure_a_wave_says_how_many_are_gone_and_keeps_its_aggregates(world: World) -> None:
    waves = world.programme.waves
    waves.take("spring", DAY)
    before = waves.release("spring").aggregates
    world.store.erase("person", [world.id("bo")])
    again = waves.recompute("spring")
    assert (again.same, again.erased, again.compared, again.missing) == (False, 1, 2, 0)
    assert again.differing["network_size"] == 1 and "1 person has been erased" in again.sentence()
    assert waves.table("spring")["person_id"].to_pylist() == ["ana", "cy"]
    assert waves.get("spring").aggregates == before
    later = waves.take("autumn", DAY)
    assert waves.recompute("autumn").same and later.erased == 1


def test_a_wave_that_was_dropped_is_no_longer_there(world: World) -> None:
    waves = world.programme.waves
    waves.take("spring", DAY)
    waves.drop("spring")
    assert waves.list() == [] and world.store.count("wave_result") == 0
    with pytest.raises(NotFound):
        waves.recompute("spring")
    assert waves.take("spring", DAY).learners == 3


def test_growth_between_waves_is_growth_as_it_was_known(world: World) -> None:
    waves = world.programme.waves
    waves.take("spring", DAY, half_life=None)
    world.log("meeting", "cy", "eng", on="2026-03-05")
    waves.take("summer", "2026-06-01", half_life=None)
    world.log("meeting", "bo", "eng", on="2026-03-06")
    (step,) = waves.growth("spring", "summer", measures=["network_size"])
    frame = step.table(["gained", "net", "network_size_delta"])
    assert frame.to_pylist() == [
        {"person_id": "ana", "gained": 0, "net": 0, "network_size_delta": 0},
        {"person_id": "bo", "gained": 0, "net": 0, "network_size_delta": 0},
        {"person_id": "cy", "gained": 1, "net": 1, "network_size_delta": 1},
    ]


def test_what_cannot_be_a_wave_is_refused(world: World) -> None:
    waves = world.programme.waves
    with pytest.raises(UnknownMeasure):
        waves.take("spring", DAY, measures=["charm"])
    with pytest.raises(InvalidRecord):
        waves.take(" ", DAY)
    for actor in (
        Actor("m", "mentor"),
        Actor("c", "coordinator", sites=frozenset({"s"})),
        Actor("e", "evaluator", writes=False),
    ):
        with pytest.raises(NotYours):
            waves.take("spring", DAY, actor=actor)
    assert waves.list() == []


def test_a_wave_of_an_empty_programme_has_nobody(store_url: str) -> None:
    with gs.open(store_url) as programme:
        wave = programme.waves.take("empty", DAY)
        assert wave.learners == 0 and wave.aggregates["network_size"] == {"n": 0, "null": 0, "mean": None, "sd": None}
        assert programme.waves.recompute("empty").same and programme.waves.table("empty").num_rows == 0


def test_both_stores_give_a_wave_the_same_hashes(sqlite_url: str, neo4j_url: str) -> None:
    found = []
    for url in (sqlite_url, neo4j_url):
        with gs.open(url) as programme:
            made = World(programme)
            made.learners("ana", "bo", "Élan")
            made.log("meeting", "ana", "bo", on="2026-03-01")
            named = {"instrument": "scale", "edition": "1"}
            made.store.put("survey_scale", {"id": "s", **named, "scale": "mob", "measure": "m1"})
            made.store.put("survey_item", {"id": "i", **named, "item": "q", "scale": "mob", "low": 1.0, "high": 5.0})
            said = {"wave": "w1", "date": date(2026, 3, 1), "item": "q", "value": 2.0}
            made.store.put("response", {"id": "r", "person": made.id("bo"), **named, **said})
            measures = ["network_size", "constraint", "days_since_adult_contact", "survey_scale_m1", "ask_rate"]
            wave = programme.waves.take("spring", DAY, measures=measures)
            assert programme.waves.recompute("spring").same
            found.append((wave.roster_hash, wave.results_hash, wave.aggregates))
    assert found[0] == found[1] and found[0][2]["survey_scale_m1"]["mean"] == 0.25

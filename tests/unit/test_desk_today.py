"""The day's queue, and lists narrowed as a coordinator asks."""

from datetime import date

import pytest

from graph_service.actions.contacts import NewContact, log_contact, take_back
from graph_service.actions.knowing import ask_anew, keep_apart
from graph_service.actions.screening import record_checks
from graph_service.desks.checks import adult_checks
from graph_service.desks.cohort import by_mode
from graph_service.desks.coordinator import worklist
from graph_service.desks.finding import people_called
from graph_service.desks.people import twins
from graph_service.desks.today import queue, roll
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import UsageError
from tests.world import World

DAY = date(2026, 3, 1)


def town(world: World) -> World:
    world.organization("north", "school", name="North Example High")
    world.organization("south", "school", name="South Example High")
    world.person("eng", "mentor", given_name="Ines", family_name="Mentorsen", status="consented")
    for key, site in (("ana", "north"), ("bo", "north"), ("cleo", "south"), ("dara", "south"), ("eli", "south")):
        world.person(key, "learner", given_name=key.title(), family_name="Éxample")
        world.affiliate(key, site, "enrolled_at")
    return world


def test_a_tie_that_goes_quiet_comes_before_anything_else(world: World) -> None:
    town(world).log("meeting", "ana", "eng:mentor", on="2025-12-20")
    told = queue(world.programme.reader(OWNER), DAY, 60)
    assert [(move.kind, move.learners) for move in told.moves] == [("keep", 1), ("ask", 3), ("ask", 1)]


def test_the_queue_keeps_to_the_time_and_says_what_waits(world: World) -> None:
    told = queue(town(world).programme.reader(OWNER), DAY, 5)
    assert (told.spent, told.helped, told.waiting, told.waiting_learners) == (5, 3, 1, 2)


def test_a_learner_who_meets_people_but_no_professional_gets_a_first_one(world: World) -> None:
    town(world).log("meeting", "ana", "bo", on="2026-02-20")
    kinds = [(move.kind, move.title) for move in queue(world.programme.reader(OWNER), DAY, 60).moves]
    assert ("introduce", "Find Ana Éxample a first professional contact") in kinds


def test_a_search_ignores_case_and_accents(world: World) -> None:
    reader = town(world).programme.reader(OWNER)
    assert [row.name for row in worklist(reader, DAY, search="CLEO exa").rows] == ["Cleo Éxample"]


def test_a_site_that_is_not_there_has_nobody(world: World) -> None:
    reader = town(world).programme.reader(OWNER)
    assert worklist(reader, DAY, site="nowhere").total == 0
    assert len(roll(reader, DAY, world.id("south", "organization")).learners) == 3


def test_a_learner_of_another_site_is_not_found_by_name(world: World) -> None:
    town(world)
    actor = Actor("north", "coordinator", frozenset({world.id("north", "organization")}))
    found = people_called(world.programme.reader(actor), DAY, "Ana Éxample, Cleo Éxample, Ines Mentorsen")
    assert found.ids == (world.id("ana"), world.id("eng"))
    assert found.unknown == ("Cleo Éxample",)


def test_a_contact_that_is_taken_back_leaves_no_tie(world: World) -> None:
    programme = town(world).programme
    contact = NewContact(world.id("ana"), (world.id("eng"),), DAY)
    record, _ = log_contact(programme.store, programme.records(OWNER, DAY), contact, today=DAY)
    assert programme.snapshot(DAY).ties == {("ana", "eng")}
    take_back(programme.store, programme.records(OWNER, DAY), record["id"])
    assert programme.snapshot(DAY).ties == set()


def placed(world: World, key: str, state: str, since: date, **fields: object) -> str:
    id = world.store.internal_id("experience", key, state)
    record = {"id": id, "learner": world.id(key), "activity": "internship_paid", "state": state, "state_since": since}
    world.store.put("experience", {**record, "since": since, **fields})
    return id


def test_safety_and_what_runs_out_come_before_everything_else(world: World) -> None:
    town(world).log("meeting", "ana", "eng:mentor", on="2025-12-20")
    placed(world, "bo", "running", date(2026, 2, 2), supervisor=world.id("eng"))
    placed(world, "cleo", "matched", date(2026, 2, 1))
    world.organization("acme", "employer", name="Acme Example Works")
    placed(world, "dara", "closed", date(2024, 11, 1), host=world.id("acme", "organization"))
    record = {"id": "k", "person": world.id("eng"), "result": "cleared", "since": date(2025, 1, 1)}
    world.store.put("clearance", {**record, "until": date(2026, 3, 11)})
    told = queue(world.programme.reader(OWNER), DAY, 90)
    kinds = [move.kind for move in told.moves]
    assert kinds[:3] == ["clearance", "visit", "sign"] and kinds[3] == "keep" and "host" in kinds
    clearance, visit, sign = told.moves[:3]
    assert (clearance.days, visit.days, sign.count, sign.days) == (10, 20, 4, 28)


def test_a_visit_made_in_time_is_not_due(world: World) -> None:
    town(world)
    id = placed(world, "bo", "running", date(2026, 2, 20))
    assert "visit" in [move.kind for move in queue(world.programme.reader(OWNER), DAY, 90).moves]
    world.person("desk", "coordinator")
    world.store.put("visit", {"id": "v", "experience": id, "visitor": world.id("desk"), "date": date(2026, 2, 26)})
    assert "visit" not in [move.kind for move in queue(world.programme.reader(OWNER), DAY, 90).moves]


def test_a_placement_that_ended_is_closed_and_no_longer_visited(world: World) -> None:
    town(world)
    world.organization("acme", "employer", name="Acme Example Works")
    host = world.id("acme", "organization")
    id = placed(world, "bo", "running", date(2026, 1, 5), host=host, until=date(2026, 2, 19))
    world.store.put("hour_log", {"id": "h", "experience": id, "date": date(2026, 1, 6), "hours": 4.0})
    said = {"id": "s", "experience": id, "by": "supervisor", "date": date(2026, 2, 19), "clarity": 4}
    world.store.put("evaluation", said)
    moves = {move.kind: move for move in queue(world.programme.reader(OWNER), DAY, 90).moves}
    assert "visit" not in moves
    close = moves["close"]
    assert (close.title, close.other, close.days) == ("Close the placement of Bo Éxample", "Acme Example Works", 10)
    assert (close.placement, close.missing, close.minutes) == (id, ("learner", "thanks"), 4)


def test_a_placement_that_was_closed_or_goes_on_is_not_to_be_closed(world: World) -> None:
    town(world)
    placed(world, "bo", "thanked", date(2026, 1, 5), until=date(2026, 2, 19))
    placed(world, "cleo", "running", date(2026, 2, 27), until=date(2026, 4, 1))
    assert "close" not in [move.kind for move in queue(world.programme.reader(OWNER), DAY, 90).moves]


def test_an_introduction_that_waits_for_the_coordinator_is_answered_before_it_lapses(world: World) -> None:
    town(world)
    world.person("hire", "employer_contact")
    record = {"id": "i", "learner": world.id("ana"), "connector": world.id("eng"), "target": world.id("hire")}
    world.store.put(
        "introduction", {**record, "ask": "talk", "state": "requested", "suggested": DAY, "since": date(2026, 2, 27)}
    )
    first = queue(world.programme.reader(OWNER), DAY, 90).moves[0]
    assert (first.kind, first.name) == ("answer", "Ana Éxample") and first.days > 0


def test_checks_of_several_adults_are_one_thing_to_do_and_name_them(world: World) -> None:
    town(world)
    world.person("lee", "mentor", given_name="Lee", family_name="Hirer")
    placed(world, "ana", "running", date(2026, 2, 25), supervisor=world.id("eng"))
    placed(world, "cleo", "running", date(2026, 2, 25), supervisor=world.id("lee"))
    moves = queue(world.programme.reader(OWNER), DAY, 90).moves
    checks = [move for move in moves if move.kind == "clearance"]
    assert [(move.count, move.learners, move.days) for move in checks] == [(2, 2, -1)]
    assert set(checks[0].name.split(", ")) == {"Ines Mentorsen", "Lee Hirer"}
    assert moves[0].kind == "clearance"


def test_the_check_of_one_adult_names_the_adult_and_the_learner(world: World) -> None:
    town(world)
    placed(world, "ana", "running", date(2026, 2, 25), supervisor=world.id("eng"))
    move = queue(world.programme.reader(OWNER), DAY, 90).moves[0]
    assert (move.title, move.other) == ("Ask Ines Mentorsen for a new check", "Ana Éxample")


def test_a_check_that_is_entered_leaves_the_queue(world: World) -> None:
    town(world)
    placed(world, "ana", "running", date(2026, 2, 25), supervisor=world.id("eng"))
    programme = world.programme
    rows = adult_checks(programme.reader(OWNER), DAY).rows
    assert [(row.name, row.state, row.supervises) for row in rows] == [("Ines Mentorsen", "missing", ("Ana Éxample",))]
    record_checks(
        programme.store, programme.records(OWNER, DAY), [world.id("eng")], since=DAY, until=date(2027, 3, 1), today=DAY
    )
    assert "clearance" not in [move.kind for move in queue(programme.reader(OWNER), DAY, 90).moves]
    with pytest.raises(UsageError, match="yet to come"):
        record_checks(
            programme.store, programme.records(OWNER, DAY), [world.id("eng")],
            since=date(2026, 3, 2), until=None, today=DAY,
        )  # fmt: skip


def test_a_pair_that_is_two_people_is_not_proposed_again_until_asked(world: World) -> None:
    town(world).person("ana2", "learner", given_name="Ana", family_name="Éxample")
    world.affiliate("ana2", "north", "enrolled_at")
    programme = world.programme
    records = programme.records(OWNER, DAY)
    assert twins(programme.reader(OWNER), DAY).total == 1
    keep_apart(programme.store, records, world.id("ana"), world.id("ana2"), "same_name")
    told = twins(programme.reader(OWNER), DAY)
    assert (told.total, len(told.apart)) == (0, 1)
    ask_anew(programme.store, records, told.apart[0].id)
    assert twins(programme.reader(OWNER), DAY).total == 1


def test_learners_are_counted_by_the_mode_of_most_of_their_contacts(world: World) -> None:
    town(world)
    world.log("meeting", "ana", "eng:mentor", on="2026-02-20", mode="virtual")
    world.log("meeting", "bo", "eng:mentor", on="2026-02-20")
    world.log("meeting", "bo", "eng:mentor", on="2024-02-20", mode="virtual")
    told = by_mode(world.programme.reader(OWNER), DAY)
    assert {row.name: row.learners for row in told.rows} == {"in_person": 1, "virtual": 1, "none in a year": 3}

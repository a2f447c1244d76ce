"""The learner's own desk: an introduction that is open is explained in plain words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph_service.actions.moves import move
from graph_service.actions.outcomes import tell_after_meeting
from graph_service.actions.own_network import Named, name_people
from graph_service.desks import learner
from graph_service.desks.views.learner import MyIntroduction
from graph_service.disclosure.scope import Actor
from graph_service.errors import InvalidRecord, StaleVersion, UsageError
from graph_service.measures.catalogue import compute
from graph_service.snapshot.parameters import Parameters
from tests.mailing_world import DAY, Town, town


@pytest.fixture
def made(sqlite_url: str) -> Iterator[Town]:
    found = town(sqlite_url)
    yield found
    found.programme.close()


def mine(made: Town, language: str = "en") -> MyIntroduction:
    reader = made.programme.reader(Actor("ana", "learner", person=made.id("ana")))
    [found] = learner.desk(reader, DAY, language).introductions
    return found


def test_an_idea_says_why_through_whom_and_what_to_do(made):
    made.walk("suggested")
    said = mine(made).words
    assert said is not None
    assert said.reasons[0].endswith("works in advanced manufacturing. That is one of your goals.")
    assert said.path[0].startswith("Mo Mentorsen knows you and ")
    assert said.message.startswith("Hi Mo Mentorsen, I am ")
    assert len(said.questions) == 3 and said.thanks and said.silence and said.fallback


def test_it_is_said_in_spanish_too(made):
    made.walk("suggested")
    english, spanish = mine(made).words, mine(made, "es").words
    assert english is not None and spanish is not None
    assert spanish.message.startswith("Hola Mo Mentorsen")
    assert not {*english.reasons, *english.path, english.next} & {*spanish.reasons, *spanish.path, spanish.next}


def test_a_gate_that_closed_meanwhile_is_not_to_be_seen_in_the_words(made):
    made.walk("requested")
    before = mine(made).words
    made.clear("eva", "refused", since=DAY)
    assert before is not None and mine(made).words == before


def test_what_is_over_is_explained_no_more(made):
    id = made.walk("suggested")
    version = made.store.get("introduction", id)["version"]
    move(
        made.store,
        Actor("ana", "learner", person=made.id("ana")),
        id,
        "decline",
        version,
        today=DAY,
        reason="not_ready",
    )
    assert mine(made).words is None and mine(made).phase == "not_this_time"


def test_after_the_meeting_three_answers_are_a_step_and_the_help_is_a_rung_once(made):
    id, ana = made.walk("made"), Actor("ana", "learner", person=made.id("ana"))
    met = move(made.store, ana, id, "meet", made.now.version, today=DAY, meeting=DAY)
    reader = made.programme.reader(ana)
    assert learner.desk(reader, DAY).next.kind == "tell"
    told = tell_after_meeting(made.store, ana, id, met.version, "Again: yes.", resource="advice", today=DAY)
    assert told.state == "followed_up"
    last = max(made.store.find("introduction_event", introduction=id), key=lambda row: row["step"])
    assert (last["note"], last["role"]) == ("Again: yes.", "learner")
    [rung] = made.store.find("introduction_outcome", introduction=id, step="resource")
    assert (rung["resource"], rung["date"]) == ("advice", DAY)
    # The answer makes the tie no stronger: the help is on the one contact in which they met.
    [contact] = made.store.find("interaction", introduced_by=id)
    assert (contact["kind"], contact["resources"], contact["help"]) == (
        "introduction_meeting",
        ["advice"],
        "to_learner",
    )
    with pytest.raises(StaleVersion):
        tell_after_meeting(made.store, ana, id, met.version, "Again: no.", resource="skill", today=DAY)
    assert made.store.count("introduction_outcome", introduction=id, step="resource") == 1
    assert learner.desk(made.programme.reader(ana), DAY).next.kind != "tell"


def test_answers_with_a_help_that_nobody_knows_change_nothing(made):
    id, ana = made.walk("made"), Actor("ana", "learner", person=made.id("ana"))
    met = move(made.store, ana, id, "meet", made.now.version, today=DAY, meeting=DAY)
    with pytest.raises(UsageError):
        tell_after_meeting(made.store, ana, id, met.version, "x", resource="gold", today=DAY)
    assert made.store.get("introduction", id)["state"] == "met"


def say(made: Town, *named: Named) -> None:
    ana = Actor("ana", "learner", person=made.id("ana"))
    name_people(made.store, made.programme.records(ana, DAY), named, today=DAY)


def test_the_grid_feeds_the_measures_of_access_in_what_is_stated(made):
    nurse, somebody = Named("Tia Example", "family", private=True, occupation="29-1141"), "Somebody I know: Lawyer"
    say(made, nurse, Named(somebody, "other_professional", occupation="23-1011", somebody=True))
    say(made, Named(somebody, "other_professional", occupation="35-3031", somebody=True))
    stated = made.programme.snapshot(DAY, parameters=Parameters(layer="stated"))
    at = stated.people.ids.index(made.id("ana"))
    columns = compute(stated, ["extensity", "upper_reachability", "position_range"])
    assert [columns[id].values[at] for id in columns] == [3, 5, 4]
    desk = learner.desk(made.programme.reader(Actor("ana", "learner", person=made.id("ana"))), DAY)
    assert [each.zone for each in desk.positions] == sorted(each.zone for each in desk.positions)
    assert {each.occupation: each.known for each in desk.positions}["29-1141"] == ("Tia Example",)


def test_a_name_has_one_occupation_which_stays_when_the_name_is_said_again(made):
    with pytest.raises(InvalidRecord):
        say(made, *(Named("Tia Example", "family", occupation=code) for code in ("29-1141", "23-1011")))
    say(made, Named("Tia Example", "family", occupation="29-1141"))
    say(made, Named("tia example", "mentor"))
    [tia] = made.store.find("person", family_name="example")
    assert tia["occupation"] == "29-1141"

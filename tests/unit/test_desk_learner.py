"""The learner's own desk: an introduction that is open is explained in plain words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph_service.actions.moves import move
from graph_service.desks import learner
from graph_service.desks.views.learner import MyIntroduction
from graph_service.disclosure.scope import Actor
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

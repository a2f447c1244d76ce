"""The mentor's desk: what is asked, whom one knows, what is due; and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from graph_service.actions import mentoring
from graph_service.actions.deciding import answer
from graph_service.actions.links import Link
from graph_service.actions.moves import move
from graph_service.desks import mentor
from graph_service.desks.views.mentor import MentorDesk
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import InvalidRecord, NotFound, NotYours, UnknownPerson, UsageError
from tests.introductions_world import TODAY
from tests.mailing_world import DAY, Town, town


@pytest.fixture
def made(sqlite_url: str) -> Iterator[Town]:
    found = town(sqlite_url)
    yield found
    found.programme.close()


def seen(made: Town, key: str = "eva", day: date = DAY) -> MentorDesk:
    return mentor.desk(made.programme.reader(made.actor(key)), day)


def test_an_ask_says_what_for_whom_and_until_when(made):
    made.walk("target_asked")
    [ask] = seen(made).asks
    assert (ask.ask, ask.goal, ask.first_name, ask.other, ask.asked_by) == (
        "talk", "manufacturing", "Anabel", "Mo Mentorsen", "Cory",
    )  # fmt: skip
    assert ask.due == DAY + timedelta(days=29)
    assert ask.why == ("your_field", "knows_you")


def test_an_ask_keeps_the_first_name_where_it_may_not_be_told(made):
    made.walk("target_asked")
    made.consent("ana", "share_name", granted=False, since=DAY)
    assert seen(made).asks[0].first_name is None


def test_an_ask_names_the_readers_own_contacts_and_what_a_yes_leads_to_in_the_readers_language(made):
    made.walk("target_asked")
    [ask] = seen(made).asks
    assert ask.path[0].startswith("You and Mo Mentorsen: ") and " since " in ask.path[0]
    assert ask.next.startswith("Say yes") and ask.fallback.startswith("Say no")
    [same] = mentor.desk(made.programme.reader(made.actor("eva")), DAY, "es").asks
    assert same.next and same.next != ask.next and "Mo Mentorsen" in same.path[0]
    assert "Ana" not in str((ask.path, ask.next, ask.fallback))


def test_at_most_five_asks_are_shown_and_the_rest_is_counted(made):
    for k in range(7):
        made.learner(f"l{k}", goals=["manufacturing"])
        made.walk("target_asked", f"l{k}")
    shown = seen(made)
    assert (len(shown.asks), shown.asks_total) == (5, 7)


def test_what_was_put_off_comes_last(made):
    first = made.walk("target_asked")
    answer(made.store, Link("decide", made.id("eva"), DAY, first, "target"), "later", made.now.version, today=DAY)
    made.learner("bo", goals=["manufacturing"])
    made.walk("target_asked", "bo")
    assert [each.later for each in seen(made).asks] == [False, True]


def test_nobody_else_is_on_the_desk(made):
    made.walk("target_asked")
    made.learner("stranger", given_name="Zqstranger")
    made.meet("stranger", "mo")
    assert seen(made, "mo").asks == ()
    told = seen(made).model_dump_json()
    assert made.id("stranger") not in told and "Zqstranger" not in told
    assert "Lernersen" not in told and made.id("ana") not in told


def test_a_learner_who_takes_the_consent_back_is_gone_from_the_desk(made):
    made.meet("ana", "eva", "2026-02-25")
    assert [each.first_name for each in seen(made).people] == ["Anabel"]
    made.consent("ana", "introduce", granted=False, since=DAY)
    assert seen(made).people == ()


def test_after_the_introduction_the_meeting_is_due_and_then_what_came_of_it(made):
    made.walk("made")
    [who] = seen(made).people
    assert (who.first_name, who.step) == ("Anabel", "meet")
    mentoring.came_of_it(made.store, made.actor("eva"), who.introduction, "met", who.version, on=DAY, today=DAY)
    [who] = seen(made).people
    assert (who.step, who.outcomes, who.last_contact) == ("say_how_it_was", ("met",), DAY)
    for what in ("resource:advice", "second_contact"):
        mentoring.came_of_it(made.store, made.actor("eva"), who.introduction, what, 1, on=DAY, today=DAY)
    assert seen(made).people[0].outcomes == ("met", "resource", "second_contact")


def test_a_tie_is_named_before_it_goes_quiet_and_after(made):
    made.meet("ana", "eva", "2025-03-20", times=2)
    [who] = seen(made).people
    assert who.quiet_on is not None and who.step in ("keep", "none")
    assert seen(made, day=who.quiet_on - timedelta(days=5)).people[0].step == "keep"
    assert seen(made, day=who.quiet_on).people[0].step == "catch_up"


def test_a_contact_in_two_taps_counts_once_and_can_be_taken_back(made):
    made.meet("ana", "eva", "2026-02-01")
    actor = made.actor("eva")
    for _ in range(2):
        id = mentoring.log_own_contact(made.store, actor, made.id("ana"), "call", on=DAY, today=DAY, repeat="tap")
    assert seen(made).people[0].contacts == 2
    mentoring.take_own_back(made.store, actor, id)
    assert seen(made).people[0].contacts == 1


def test_nobody_logs_a_contact_with_somebody_who_is_not_theirs(made):
    made.learner("stranger")
    with pytest.raises(NotFound):
        mentoring.log_own_contact(made.store, made.actor("eva"), made.id("stranger"), "call", on=DAY, today=DAY)
    with pytest.raises(NotFound):
        mentoring.log_own_contact(made.store, made.actor("eva"), made.id("mo"), "call", on=DAY, today=DAY)
    made.meet("ana", "eva", "2026-02-01")
    for day, kind in ((DAY + timedelta(days=1), "call"), (DAY - timedelta(days=90), "call"), (DAY, "career_fair")):
        with pytest.raises(InvalidRecord):
            mentoring.log_own_contact(made.store, made.actor("eva"), made.id("ana"), kind, on=day, today=DAY)
    with pytest.raises(NotYours):
        mentoring.log_own_contact(made.store, OWNER, made.id("ana"), "call", on=DAY, today=DAY)


def test_nobody_takes_back_a_contact_that_staff_logged(made):
    id = made.log("meeting", "ana", "eva", on="2026-02-01", source="desk", asserted_by="coordinator")
    with pytest.raises(NotFound):
        mentoring.take_own_back(made.store, made.actor("eva"), id)


def test_a_break_keeps_new_introductions_away_and_leaves_those_on_their_way(made):
    id = made.walk("target_asked")
    mentoring.pause(made.store, made.actor("eva"), since=DAY, until=DAY + timedelta(days=30))
    shown = seen(made)
    assert (shown.paused, shown.paused_until, len(shown.asks)) == (True, DAY + timedelta(days=30), 1)
    made.learner("bo", goals=["manufacturing"])
    made.meet("bo", "mo")
    assert made.targets("bo", as_of=TODAY) == []
    move(made.store, made.actor("eva"), id, "target_agree", made.now.version, today=DAY)
    mentoring.resume(made.store, made.actor("eva"))
    assert not seen(made).paused
    assert made.targets("bo", as_of=TODAY) == ["eva"]


def test_load_counts_what_is_in_flight(made):
    mentoring.set_capacity(made.store, made.actor("eva"), 3)
    made.walk("target_asked")
    assert (seen(made).used, seen(made).capacity) == (1, 3)
    with pytest.raises(InvalidRecord):
        mentoring.set_capacity(made.store, made.actor("eva"), 99)


@pytest.mark.parametrize(
    ("result", "until", "state"),
    [
        ("cleared", None, "valid"),
        ("cleared", DAY + timedelta(days=20), "ends_soon"),
        ("cleared", DAY - timedelta(days=1), "over"),
        ("refused", None, "missing"),
        (None, None, "missing"),
    ],
)
def test_a_check_is_said_to_be_valid_ending_over_or_missing(made, result, until, state):
    made.adult("uma", cleared=False)
    if result:
        made.clear("uma", result, until=until)
    assert [each.state for each in seen(made, "uma").clearances] == [state]


def test_my_year_has_hours_and_counts_and_no_names(made):
    made.meet("ana", "eva", "2026-01-10", minutes=45)
    made.meet("ana", "eva", "2026-02-10")
    made.meet("eva", "mo", "2026-02-11", minutes=30)
    made.meet("ana", "eva", "2025-12-31", minutes=60)
    found = mentor.year(made.programme.reader(made.actor("eva")), DAY)
    assert (found.contacts, found.minutes, found.unknown, found.learners) == (2, 45, 1, 1)
    assert "Anabel" not in found.model_dump_json()


def test_an_account_of_nobody_has_no_desk(made):
    with pytest.raises(UnknownPerson):
        mentor.desk(made.programme.reader(Actor("x", "mentor", frozenset())), DAY)


def test_what_came_of_somebody_elses_introduction_is_not_the_readers_to_say(made):
    id = made.walk("made")
    with pytest.raises(NotFound):
        mentoring.came_of_it(made.store, made.actor("mo"), id, "met", made.now.version, on=DAY, today=DAY)
    with pytest.raises(UsageError):
        mentoring.came_of_it(made.store, made.actor("eva"), id, "resource:advice", 1, on=DAY, today=DAY)


def test_whoever_was_merged_keeps_asks_people_and_year_at_the_desk_of_the_kept_record(made):
    id = made.walk("target_asked")
    made.learner("cy", given_name="Cy", goals=["manufacturing"])
    made.walk("made", "cy")
    made.adult("eva2", role="employer_contact", sector="manufacturing", given_name="Eva")
    made.merge("eva", "eva2")
    shown = seen(made, "eva2")
    assert [each.introduction for each in shown.asks] == [id]
    [who] = shown.people
    found = mentoring.asked_of(made.store, made.actor("eva2"), id)
    assert (found["party"], found["person"]) == ("target", made.id("eva"))
    mentoring.came_of_it(made.store, made.actor("eva2"), who.introduction, "met", who.version, on=DAY, today=DAY)
    mentoring.log_own_contact(made.store, made.actor("eva2"), made.id("cy"), "call", on=DAY, today=DAY)
    assert mentor.year(made.programme.reader(made.actor("eva2")), DAY).contacts == 2

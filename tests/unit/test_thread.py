"""The thread of an introduction, and "something is wrong": who reads what, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from graph_service.actions import concerns, outbox
from graph_service.actions.mail_rules import change
from graph_service.actions.moves import move
from graph_service.actions.thread import Thread, say, take_back, thread
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import InvalidRecord, NotFound, NotYours, UnknownPerson
from graph_service.messages.opening import transport
from tests.mailing_world import DAY, MORNING, Town, folder_settings, town

LEAD = Actor("lead", "lead")


@pytest.fixture
def made(sqlite_url: str) -> Iterator[Town]:
    found = town(sqlite_url)
    yield found
    found.programme.close()


def read(made: Town, actor: Actor, id: str) -> list[str]:
    return [line.text for line in thread(made.store, actor, id).lines]


def write(made: Town, actor: Actor, id: str, text: str, repeat: str = "") -> str:
    return say(made.store, actor, id, text, today=DAY, repeat=repeat or text)


def seen(made: Town, key: str, id: str) -> Thread:
    return thread(made.store, made.actor(key), id)


def test_before_it_is_made_the_coordinator_alone_reads_what_somebody_writes(made):
    id = made.walk("target_asked")
    write(made, made.actor("eva"), id, "Which day?")
    assert read(made, OWNER, id) == ["Which day?"] == read(made, made.actor("eva"), id)
    assert read(made, made.actor("ana"), id) == read(made, made.actor("mo"), id) == []
    assert seen(made, "eva", id).others == ()


def test_once_it_is_made_they_read_each_other_by_first_name_and_staff_reads_all(made):
    id = made.walk("made")
    write(made, made.actor("ana"), id, "Thank you for the time!")
    write(made, made.actor("eva"), id, "See you on Friday")
    for actor in (made.actor("ana"), made.actor("eva"), made.actor("mo"), OWNER):
        assert read(made, actor, id) == ["Thank you for the time!", "See you on Friday"]
    [first, _] = seen(made, "eva", id).lines
    assert (first.who, first.party, first.own) == ("Anabel", "learner", False)
    assert thread(made.store, OWNER, id).lines[0].who == "Anabel Lernersen"


def test_what_was_written_before_stays_with_the_coordinator(made):
    id = made.walk("target_asked")
    write(made, made.actor("eva"), id, "I am not sure yet")
    moved = move(made.store, made.actor("eva"), id, "target_agree", made.now.version, today=DAY)
    move(made.store, OWNER, id, "make", moved.version, today=DAY)
    assert read(made, made.actor("ana"), id) == []
    assert read(made, OWNER, id) == ["I am not sure yet"]


def test_whoever_was_not_asked_yet_and_strangers_find_no_thread(made):
    id = made.walk("connector_asked")
    made.adult("stranger")
    for actor in (made.actor("eva"), made.actor("stranger"), Actor("x", "coordinator", frozenset())):
        with pytest.raises(NotFound):
            thread(made.store, actor, id)
        with pytest.raises(NotFound):
            write(made, actor, id, "hello")


def test_a_line_sent_twice_is_one_and_its_writer_can_take_it_back(made):
    id = made.walk("made")
    for _ in range(2):
        line = write(made, made.actor("eva"), id, "Hello", "tap")
    assert read(made, made.actor("ana"), id) == ["Hello"]
    with pytest.raises(NotFound):
        take_back(made.store, made.actor("ana"), line)
    take_back(made.store, made.actor("eva"), line)
    assert read(made, OWNER, id) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_line_says_something_and_not_too_much(made, text):
    with pytest.raises(InvalidRecord):
        write(made, made.actor("eva"), made.walk("made"), text, "r")


def test_a_thread_that_ended_is_closed_to_all_but_staff(made):
    id = made.walk("target_asked")
    move(made.store, made.actor("eva"), id, "decline", made.now.version, reason="no_time", today=DAY)
    with pytest.raises(NotYours):
        write(made, made.actor("eva"), id, "Sorry")
    write(made, OWNER, id, "Thank you all the same")
    assert not seen(made, "eva", id).writes


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("Write to me: eva@acme.example.org", True),
        ("Call +1 555 010 4477", True),
        ("See you at 14:30 in room 12", False),
    ],
)
def test_staff_is_told_of_lines_that_lead_elsewhere(made, text, flagged):
    id = made.walk("made")
    write(made, made.actor("eva"), id, text)
    assert thread(made.store, OWNER, id).lines[0].elsewhere is flagged
    assert not seen(made, "ana", id).lines[0].elsewhere


def test_a_new_line_is_news_in_the_digest_of_the_others_and_the_mail_does_not_hold_it(made, tmp_path):
    id = made.walk("made")
    write(made, made.actor("eva"), id, "A secret line")
    settings = folder_settings(made, tmp_path / "mail")
    outbox.run(made.store, settings, transport(settings), now=lambda: MORNING)
    told = made.store.find("notice", template="remark")
    assert sorted(row["audience"] for row in told) == ["connector", "coordinator", "learner"]
    texts = [path.read_text() for path in (tmp_path / "mail").glob("*.eml")]
    assert texts and not any("secret" in text for text in texts)
    assert any("new line in the thread" in text for text in texts)


def test_lines_go_with_the_introduction_when_somebody_is_erased(made):
    id = made.walk("made")
    write(made, made.actor("ana"), id, "My own words")
    made.store.erase("person", [made.id("ana")])
    assert made.store.count("remark") == 0


# --- something is wrong -----------------------------------------------------------------------------------------


def test_a_concern_freezes_the_adult_ends_what_is_on_its_way_and_tells_the_named_lead_at_once(made, tmp_path):
    change(made.store, {"lead": made.id("cory")})
    id = made.walk("target_asked")
    concerns.report(made.store, made.actor("mo"), "connector", "He wrote at night", about=made.id("eva"), today=DAY)
    assert made.store.get("introduction", id)["state"] == "blocked"
    settings = folder_settings(made, tmp_path / "mail")
    night = MORNING.replace(hour=23)
    outbox.run(made.store, settings, transport(settings), now=lambda: night)
    [mail] = (tmp_path / "mail").glob("*.eml")
    text = mail.read_text()
    assert "To: cory@school.example.org" in text and "/concerns" in text
    assert not any(word in text for word in ("night", "Eva", "eva", "Mo ", "Anabel"))


def test_what_names_no_adult_is_kept_and_freezes_nobody(made):
    made.walk("target_asked")
    concerns.report(made.store, made.actor("mo"), "connector", "Something feels wrong", today=DAY)
    assert made.store.count("concern") == 0
    [entry] = concerns.log(made.store, LEAD)
    assert (entry["kind"], entry["about"], entry["raised_by"]) == ("report", None, "Mo Mentorsen")


def test_only_the_lead_reads_and_closes_the_log(made):
    concerns.report(made.store, made.actor("mo"), "connector", "x", about=made.id("eva"), today=DAY)
    concerns.report(made.store, made.actor("mo"), "connector", "y", today=DAY)
    for actor in (OWNER, made.actor("mo"), made.actor("ana")):
        with pytest.raises(NotYours):
            concerns.log(made.store, actor)
        for row in concerns.log(made.store, LEAD):
            with pytest.raises(NotYours):
                (concerns.close_concern if row["kind"] == "concern" else concerns.close_report)(
                    made.store, actor, row["id"], row["version"]
                )
    for row in concerns.log(made.store, LEAD):
        close = concerns.close_concern if row["kind"] == "concern" else concerns.close_report
        close(made.store, LEAD, row["id"], row["version"])
    assert {row["state"] for row in concerns.log(made.store, LEAD)} == {"closed"}


def test_the_log_on_the_command_line(made, capsys):
    from graph_service.cli.app import run

    id = concerns.report(made.store, made.actor("mo"), "connector", "x", about=made.id("eva"), today=DAY)
    for words, status in (
        (["list"], 0),
        (["close", id, "--version", "9"], 1),
        (["close", id, "--version", "1"], 0),
        (["close", "nobody", "--version", "1"], 1),
    ):
        with pytest.raises(SystemExit) as end:
            run(["concerns", *words, "--store", made.store.url])
        assert int(end.value.code or 0) == status
    assert "Eva Engel" in capsys.readouterr().out


def test_people_can_name_the_adults_whom_they_were_told_of_and_nobody_else(made):
    made.walk("connector_asked")
    named = {name for _, name in concerns.adults_of(made.store, made.actor("ana"))}
    assert named == {"Mo Mentorsen", "Eva Engel"}
    assert [name for _, name in concerns.adults_of(made.store, made.actor("mo"))] == ["Eva Engel"]
    assert concerns.adults_of(made.store, made.actor("eva")) == []
    assert concerns.adults_of(made.store, OWNER) == []


def test_nothing_said_is_no_report(made):
    with pytest.raises(InvalidRecord):
        concerns.report(made.store, OWNER, "coordinator", "  ", today=DAY + timedelta(days=1))
    with pytest.raises(UnknownPerson):
        concerns.report(made.store, OWNER, "coordinator", "x", about="nobody", today=DAY)

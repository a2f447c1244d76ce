"""Drafts and calendar files of an introduction: of use when they should be, and telling no more than may be seen."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from graph_service.actions.drafting import calendar_file, drafts_of
from graph_service.actions.moves import move, propose
from graph_service.cli.app import run
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import NotFound, UnknownParameter
from graph_service.introductions.ties_told import LANGUAGES
from graph_service.introductions.workflow import workflow
from tests.introductions_world import TODAY, MadeUp, simple

DAY = date.fromisoformat(TODAY)
WAY = (
    ("request", "learner"), ("approve", None), ("ask_connector", None), ("connector_agree", "connector"),
    ("ask_target", None), ("target_agree", "target"), ("make", None),
)  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> MadeUp:
    made = simple(f"sqlite:///{tmp_path}/made.db")
    made.learner("ana", given_name="Ana", family_name="Example")
    return made


def brought_to(made: MadeUp, state: str) -> str:
    """The id of an introduction in a state on the way through; where it is made, with a day."""
    moved = propose(made.store, OWNER, made.id("ana"), made.id("mo"), made.id("eva"), today=DAY)
    for name, answer_of in WAY:
        if moved.state == state:
            break
        meeting = DAY + timedelta(days=8) if name == "make" else None
        more = {"answer_of": answer_of, "meeting": meeting, "today": DAY}
        moved = move(made.store, OWNER, moved.introduction, name, moved.version, **more)  # type: ignore[arg-type]
    assert moved.state == state
    return moved.introduction


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_the_way_has_its_draft(made: MadeUp, language: str) -> None:
    id = brought_to(made, "approved")
    [draft] = drafts_of(made.store, OWNER, id, language=language, today=DAY)
    assert (draft.purpose, draft.to) == ("ask_connector", "connector")
    assert "Ana" in draft.body and "Example" not in draft.body
    assert "{" not in draft.body


def test_the_target_reads_the_first_name_only_where_it_is_shared(made: MadeUp) -> None:
    id = brought_to(made, "connector_agreed")
    [draft] = drafts_of(made.store, OWNER, id, today=DAY)
    assert draft.to == "target" and "Ana" not in draft.body
    made.consent("ana", "share_name")
    [draft] = drafts_of(made.store, OWNER, id, today=DAY)
    assert "Ana" in draft.body


@pytest.mark.parametrize("ending", ["declined", "withheld", "lapsed"])
def test_however_it_ended_the_learner_gets_the_same_message(made: MadeUp, ending: str) -> None:
    id = brought_to(made, "connector_asked")
    record = made.store.get("introduction", id)
    assert record is not None
    day = DAY
    if ending == "declined":
        more = {"answer_of": "connector", "reason": "no_time", "today": DAY}
        move(made.store, OWNER, id, "decline", record["version"], **more)  # type: ignore[arg-type]
    elif ending == "withheld":
        move(made.store, OWNER, id, "withhold", record["version"], reason="not_ready", today=DAY)
    else:
        day = DAY + timedelta(days=90)
    [draft] = drafts_of(made.store, OWNER, id, today=day)
    assert (draft.purpose, draft.to) == ("another_step", "learner")
    assert draft.body.startswith("Hi Ana,\n\nthe idea that we talked about does not work out this time.")


def test_the_meeting_is_in_the_calendar_with_two_reminders_and_no_name(made: MadeUp) -> None:
    id = brought_to(made, "made")
    written = calendar_file(made.store, OWNER, id, at=time(15, 30), zone="America/New_York", today=DAY)
    [event] = Calendar.from_ical(written).walk("VEVENT")
    assert event.decoded("dtstart").isoformat() == "2026-03-10T15:30:00-04:00"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert len(event.walk("VALARM")) == 2
    assert not {"Ana", "ana", "eva", "mo"} & set(written.decode().replace(":", " ").split())
    whole = Calendar.from_ical(calendar_file(made.store, OWNER, id, today=DAY)).walk("VEVENT")[0]
    assert whole["uid"] == event["uid"]
    assert whole.decoded("dtstart") == date(2026, 3, 10)


def test_before_there_is_a_meeting_the_calendar_holds_the_day_of_the_answer(made: MadeUp) -> None:
    id = brought_to(made, "connector_asked")
    [todo] = Calendar.from_ical(calendar_file(made.store, OWNER, id, today=DAY)).walk("VTODO")
    assert todo.decoded("due") == date(2026, 3, 31)
    with pytest.raises(NotFound):
        calendar_file(made.store, OWNER, id, today=date(2026, 6, 1))


def test_drafts_are_for_staff_of_the_learners_site(made: MadeUp) -> None:
    id = brought_to(made, "approved")
    for actor in (Actor("mo", "mentor", person=made.id("mo")), Actor("cora", "coordinator", sites=frozenset())):
        with pytest.raises(NotFound):
            drafts_of(made.store, actor, id, today=DAY)
    with pytest.raises(UnknownParameter):
        drafts_of(made.store, OWNER, id, language="tlh", today=DAY)


def test_every_draft_belongs_to_a_state_and_a_party_of_the_workflow() -> None:
    from graph_service.introductions.answer import texts

    for language in LANGUAGES:
        told = [each for each in texts("drafts", language).values() if "when" in each]
        assert {each["when"] for each in told} <= set(workflow().states)
        assert {each["to"] for each in told} <= set(workflow().parties)


def test_drafts_and_calendar_on_the_command_line(
    made: MadeUp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    id = brought_to(made, "approved")
    url = made.store.url
    made.programme.close()
    for words in (["draft", id], ["calendar", id, "--output", str(tmp_path / "a.ics")]):
        with pytest.raises(SystemExit) as end:
            run(["introductions", *words, "--as-of", TODAY, "--store", url])
        assert end.value.code == 0
    assert "Subject: May I ask you for an introduction?" in capsys.readouterr().out
    assert Calendar.from_ical((tmp_path / "a.ics").read_bytes()).walk("VTODO")
    with pytest.raises(SystemExit) as end:
        run(["introductions", "calendar", id, "--at", "noon", "--store", url])
    assert end.value.code == 2

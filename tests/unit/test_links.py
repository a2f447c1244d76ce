"""Links instead of accounts: looking changes nothing, an answer counts once, and a link opens no more than it says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from graph_service.actions import codes, links, visits
from graph_service.actions.addresses import policy_of
from graph_service.actions.deciding import CannotGoOn, answer, question
from graph_service.actions.links import BadLink, Link, LinkOver
from graph_service.actions.moves import history, move
from graph_service.actions.notices import collect
from graph_service.disclosure.scope import OWNER
from graph_service.errors import SignInNeeded, StaleVersion, UsageError
from graph_service.messages.opening import transport
from tests.mailing_world import DAY, Town, folder_settings, town


@pytest.fixture
def made(sqlite_url: str) -> Iterator[Town]:
    found = town(sqlite_url)
    yield found
    found.programme.close()


def link_to(made: Town, id: str, party: str = "target") -> Link:
    key = {"target": "eva", "connector": "mo"}[party]
    return Link("decide", made.id(key), DAY + timedelta(days=30), id, party)


def test_looking_at_a_question_any_number_of_times_writes_nothing(made):
    link = link_to(made, made.walk("target_asked"))
    before = made.store.revision()
    for _ in range(5):
        shown = question(made.store, links.read(made.store, links.issue(made.store, link), DAY), DAY)
    assert made.store.revision() == before
    assert (shown.stage, shown.goal, shown.first_name, shown.other) == ("asked", "manufacturing", "Anabel", "Mo")


def test_a_first_name_is_shown_to_the_contact_only_where_it_may_be_told(made):
    link = link_to(made, made.walk("target_asked"))
    made.consent("ana", "share_name", granted=False, since=DAY)
    assert question(made.store, link, DAY).first_name is None


def test_the_connector_is_asked_first_and_the_contact_sees_nothing_before(made):
    id = made.walk("connector_asked")
    assert question(made.store, link_to(made, id, "connector"), DAY).stage == "asked"
    with pytest.raises(LinkOver):
        question(made.store, link_to(made, id), DAY)


def test_a_yes_counts_once_however_often_it_is_sent(made):
    id = made.walk("target_asked")
    link = link_to(made, id)
    for _ in range(3):
        shown = answer(made.store, link, "accept", made.now.version, today=DAY)
        assert shown.stage == "yes"
    assert [step["state"] for step in history(made.store, id)].count("target_agreed") == 1


def test_two_tabs_with_two_answers_keep_the_first_one(made):
    link = link_to(made, made.walk("target_asked"))
    answer(made.store, link, "accept", made.now.version, today=DAY)
    with pytest.raises(StaleVersion):
        answer(made.store, link, "no", made.now.version, today=DAY)
    assert question(made.store, link, DAY).stage == "yes"


def test_whoever_said_yes_can_still_say_no_on_a_page_that_shows_the_yes(made):
    link = link_to(made, made.walk("target_asked"))
    shown = answer(made.store, link, "accept", made.now.version, today=DAY)
    assert shown.cancellable
    after = answer(made.store, link, "no", shown.version, reason="no_time", today=DAY)
    assert (after.stage, after.goal, after.first_name) == ("no", None, None)


def test_a_no_gives_staff_a_reason_and_nobody_else(made):
    id = made.walk("target_asked")
    answer(made.store, link_to(made, id), "no", made.now.version, reason="not_my_field", today=DAY)
    assert history(made.store, id)[-1]["reason"] == "not_my_field"
    with pytest.raises(UsageError):
        answer(made.store, link_to(made, id), "no", made.now.version, reason="not_suitable", today=DAY)


def test_later_keeps_the_question_and_puts_the_reminder_off(made):
    id = made.walk("target_asked")
    day = DAY + timedelta(days=3)
    link = link_to(made, id)
    assert answer(made.store, link, "later", made.now.version, today=day).stage == "later"
    collect(made.store, policy_of(made.store), day)
    assert made.store.count("notice", introduction=id, school_day=3) == 0
    collect(made.store, policy_of(made.store), day + timedelta(days=8))
    assert made.store.count("notice", introduction=id, audience="target") == 2
    assert answer(made.store, link, "accept", made.now.version, today=day).stage == "yes"


def test_a_link_ends_with_its_day_and_with_the_wait(made):
    id = made.walk("target_asked")
    text = links.issue(made.store, link_to(made, id))
    with pytest.raises(LinkOver):
        links.read(made.store, text, DAY + timedelta(days=31))
    with pytest.raises(LinkOver):
        question(made.store, link_to(made, id), DAY + timedelta(days=40))


def test_a_link_to_what_was_taken_back_has_ended(made):
    id = made.walk("target_asked")
    move(made.store, OWNER, id, "recall", made.now.version, today=DAY)
    with pytest.raises(LinkOver):
        question(made.store, link_to(made, id), DAY)


@pytest.mark.parametrize("at", range(0, 120, 7))
def test_a_link_that_was_changed_anywhere_opens_nothing(made, at):
    text = links.issue(made.store, link_to(made, made.walk("target_asked")))
    at %= len(text) - 1
    other = "A" if text[at] != "A" else "B"
    with pytest.raises(BadLink):
        links.read(made.store, text[:at] + other + text[at + 1 :], DAY)


def test_a_link_of_one_purpose_is_none_of_another(made):
    text = links.issue(made.store, link_to(made, made.walk("target_asked")))
    for purpose in ("desk", "sign", "stop"):
        with pytest.raises(BadLink):
            links.read(made.store, text, DAY, purpose)


def test_a_link_of_another_programme_opens_nothing(made, tmp_path: Path):
    other = town(f"sqlite:///{tmp_path}/other.db")
    text = links.issue(other.store, link_to(other, "x"))
    other.programme.close()
    with pytest.raises(BadLink):
        links.read(made.store, text, DAY)


def test_a_link_in_somebody_elses_name_shows_nothing(made):
    id = made.walk("target_asked")
    forged = Link("decide", made.id("mo"), DAY, id, "target")
    with pytest.raises(LinkOver):
        question(made.store, forged, DAY)


def test_a_gate_that_closed_meanwhile_refuses_the_yes_and_says_not_which(made):
    link = link_to(made, made.walk("target_asked"))
    made.consent("ana", "introduce", granted=False, since=DAY)
    with pytest.raises(CannotGoOn) as refused:
        answer(made.store, link, "accept", made.now.version, today=DAY)
    assert "consent" not in str(refused.value.problem()).lower()
    assert not refused.value.details


# --- codes and visits -------------------------------------------------------------------------------------------


def _code(made: Town, tmp_path: Path) -> tuple[Link, str]:
    link = link_to(made, made.walk("target_asked"))
    settings = folder_settings(made, tmp_path / "mail")
    sent = visits.ask_code(made.store, settings, transport(settings), link, DAY)
    assert sent.state == "sent"
    return link, codes.code_of(made.store, sent.code)


def test_a_mailed_code_opens_a_visit_once(made, tmp_path):
    link, code = _code(made, tmp_path)
    [mail] = (tmp_path / "mail").glob("*.eml")
    assert code in mail.read_text()
    cookie, home = visits.begin(made.store, link, code)
    assert home == "/mentor"
    who = visits.visitor(made.store, cookie)
    assert (who.role, who.person, who.sites) == ("mentor", made.id("eva"), frozenset())
    with pytest.raises(codes.WrongCode):
        visits.begin(made.store, link, code)


def test_a_code_dies_of_five_wrong_answers_and_of_age(made, tmp_path):
    link, code = _code(made, tmp_path)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        with pytest.raises(codes.WrongCode):
            visits.begin(made.store, link, wrong)
    with pytest.raises(codes.WrongCode):
        visits.begin(made.store, link, code)
    again = codes.new_code(made.store, link.person)
    from graph_service import clock

    with pytest.raises(codes.WrongCode):
        codes.use_code(
            made.store, link.person, codes.code_of(made.store, again), now=clock.now() + timedelta(minutes=11)
        )


def test_of_two_tabs_the_later_code_opens_and_the_earlier_one_does_not(made, tmp_path):
    link, earlier = _code(made, tmp_path)
    later = codes.code_of(made.store, codes.new_code(made.store, link.person))
    with pytest.raises(codes.WrongCode):
        visits.begin(made.store, link, earlier)
    assert visits.begin(made.store, link, later)[1] == "/mentor"


def test_the_same_code_sent_from_many_tabs_at_once_opens_one_visit(made, tmp_path):
    link, code = _code(made, tmp_path)
    opened, together = [], threading.Barrier(6)

    def send() -> None:
        together.wait(10)
        try:
            opened.append(visits.begin(made.store, link, code))
        except codes.WrongCode:
            return

    tabs = [threading.Thread(target=send) for _ in range(6)]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()
    assert len(opened) == 1


def test_nobody_can_ask_for_code_after_code(made):
    for _ in range(codes.HOURLY):
        codes.new_code(made.store, made.id("eva"))
    with pytest.raises(codes.TooManyCodes):
        codes.new_code(made.store, made.id("eva"))


def test_a_visit_ends_after_hours_when_tampered_with_and_when_the_person_is_gone(made, tmp_path):
    from graph_service import clock

    link, code = _code(made, tmp_path)
    cookie, home = visits.begin(made.store, link, code)
    assert home == "/mentor"
    for bad, now in ((cookie[:-2] + "xx", None), (cookie, clock.now() + timedelta(hours=5)), ("", None)):
        with pytest.raises(SignInNeeded):
            visits.visitor(made.store, bad, now=now)
    made.store.erase("person", [made.id("eva")])
    with pytest.raises(SignInNeeded):
        visits.visitor(made.store, cookie)

"""Guardians sign by link or on paper, with a scope and an end; at 18 what they signed is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from graph_service.actions import guardians, links, outbox, own_network
from graph_service.actions.deciding import CannotGoOn, answer
from graph_service.actions.links import Link, LinkOver
from graph_service.actions.moves import move
from graph_service.actions.sweeps import recheck
from graph_service.cli.app import run as cli
from graph_service.desks import learner as learner_desk
from graph_service.desks import today
from graph_service.desks.views.learner import LearnerDesk
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import InvalidRecord, UsageError
from graph_service.introductions.workflow import GateClosed
from graph_service.messages.opening import transport
from tests.mailing_world import DAY, MORNING, Town, folder_settings, town

#: Ana is 18 on this day: in the middle of an introduction that began on DAY.
BIRTHDAY = date(2026, 3, 16)


@pytest.fixture
def made(sqlite_url: str) -> Iterator[Town]:
    found = town(sqlite_url)
    yield found
    found.programme.close()


def seventeen(made: Town) -> None:
    """Ana's 18th birthday is two weeks away; what is known of her consents comes from her guardian."""
    made.someone("ana", roles=["learner"], goals=["manufacturing"], birth_date=date(2008, 3, 16),
                 given_name="Anabel", email="ana@school.example.org")  # fmt: skip


def link_of(made: Town) -> Link:
    who = guardians.add_guardian(made.store, made.id("ana"), email="parent@home.example.org", language="es")
    return Link("sign", made.id("ana"), DAY + timedelta(days=366), who, "guardian")


def said(made: Town, link: Link, day: date = DAY) -> dict[str, bool | None]:
    return {each.purpose: each.granted for each in guardians.form(made.store, link, day).decisions}


def test_a_guardian_allows_each_thing_by_itself_and_changes_it_with_the_same_link(made):
    link = link_of(made)
    guardians.sign(made.store, link, {"introduce": True, "photo": False}, "Pat Example", DAY)
    assert (said(made, link)["introduce"], said(made, link)["photo"], said(made, link)["research"]) == (
        True, False, None,
    )  # fmt: skip
    later = DAY + timedelta(days=1)
    guardians.sign(made.store, link, {"photo": True}, "Pat Example", later)
    assert said(made, link, later)["photo"] is True


def test_a_decision_changed_on_the_same_day_replaces_the_first(made):
    link = link_of(made)
    for granted in (True, False, True):
        guardians.sign(made.store, link, {"photo": granted}, "Pat Example", DAY)
        assert said(made, link)["photo"] is granted


def test_what_is_signed_ends_after_a_year_or_before_the_18th_birthday(made):
    link = link_of(made)
    guardians.sign(made.store, link, {"photo": True}, "Pat Example", DAY)
    [row] = made.store.find("consent", purpose="photo")
    assert (row["until"], row["method"], row["document"]) == (DAY + timedelta(days=365), "link", "signed Pat Example")
    seventeen(made)
    guardians.sign(made.store, link, {"photo": True}, "Pat Example", DAY + timedelta(days=1))
    assert max(row["since"] for row in made.store.find("consent", until=BIRTHDAY - timedelta(days=1))) > DAY


def test_a_consent_taken_back_ends_the_introduction_on_its_way_at_once(made):
    id = made.walk("target_asked")
    guardians.sign(made.store, link_of(made), {"introduce": False}, "Pat Example", DAY)
    assert made.store.get("introduction", id)["state"] == "blocked"


def test_a_form_without_a_name_or_a_decision_is_refused(made):
    link = link_of(made)
    for answers, name in (({}, "Pat"), ({"introduce": True}, "  "), ({"fly": True}, "Pat")):
        with pytest.raises(InvalidRecord):
            guardians.sign(made.store, link, answers, name, DAY)


def test_the_signing_link_comes_by_mail_in_the_guardians_language_and_names_no_child(made, tmp_path):
    link_of(made)
    settings = folder_settings(made, tmp_path / "mail")
    [message] = guardians.ask_signatures(made.store, settings, made.id("ana"), DAY)
    outbox.run(made.store, settings, transport(settings), now=lambda: MORNING)
    text = (tmp_path / "mail" / f"{message}.eml").read_text()
    assert "To: parent@home.example.org" in text and "se necesita su firma" in text
    assert "Anabel" not in text
    outbox.run(made.store, settings, transport(settings), now=lambda: MORNING + timedelta(days=1))
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


def test_a_guardian_who_ends_the_mails_gets_no_more_and_signs_no_more(made):
    link = link_of(made)
    guardians.stop_mail(made.store, Link("stop", link.person, link.until, link.about, "guardian"), DAY)
    with pytest.raises(LinkOver):
        guardians.form(made.store, link, DAY)


def test_whoever_ends_mails_ends_nothing_else(made):
    made.walk("target_asked")
    guardians.stop_mail(made.store, Link("stop", made.id("eva"), DAY, "", "target"), DAY)
    guardians.stop_mail(made.store, Link("stop", made.id("eva"), DAY, "", "target"), DAY)
    assert made.store.count("consent", person=made.id("eva"), purpose="messages") == 1
    assert made.store.get("person", made.id("eva"))["status"] == "consented"


# --- the 18th birthday in the middle of an introduction -------------------------------------------------------------


def crossing(made: Town, own: bool) -> tuple[str, Link]:
    """An introduction that is on its way when Ana becomes 18; with `own`, she had decided for herself by then."""
    seventeen(made)
    for row in made.store.find("consent", person=made.id("ana")):
        made.store.retract("consent", [row["id"]])
    guardians.sign(made.store, link_of(made), {"introduce": True, "share_name": True}, "Pat Example", DAY)
    if own:
        made.consent("ana", "introduce", by="self", since=BIRTHDAY)
    id = made.walk("target_asked")
    return id, Link("decide", made.id("eva"), DAY + timedelta(days=60), id, "target")


def test_on_the_last_day_before_the_birthday_the_guardians_word_still_counts(made):
    _, link = crossing(made, own=False)
    day = BIRTHDAY - timedelta(days=1)
    assert answer(made.store, link, "accept", made.now.version, today=day).stage == "yes"


def test_on_the_birthday_the_guardians_word_is_over_and_the_introduction_ends(made):
    id, link = crossing(made, own=False)
    with pytest.raises(CannotGoOn):
        answer(made.store, link, "accept", made.now.version, today=BIRTHDAY)
    assert [each.state for each in recheck(made.store, BIRTHDAY)] == ["blocked"]
    assert made.store.get("introduction", id)["state"] == "blocked"


def test_with_their_own_consent_the_introduction_goes_on_over_the_birthday(made):
    id, link = crossing(made, own=True)
    assert recheck(made.store, BIRTHDAY) == []
    assert answer(made.store, link, "accept", made.now.version, today=BIRTHDAY).stage == "yes"
    version = made.store.get("introduction", id)["version"]
    assert move(made.store, OWNER, id, "make", version, today=BIRTHDAY).state == "made"


def test_their_own_word_from_before_the_birthday_does_not_count_before_it(made):
    seventeen(made)
    for row in made.store.find("consent", person=made.id("ana")):
        made.store.retract("consent", [row["id"]])
    made.consent("ana", "introduce", by="self", since=DAY)
    with pytest.raises(GateClosed):
        made.walk("target_asked")


def test_at_18_the_guardians_form_is_over(made):
    seventeen(made)
    link = link_of(made)
    assert guardians.form(made.store, link, BIRTHDAY).of_age
    with pytest.raises(LinkOver):
        guardians.sign(made.store, link, {"photo": True}, "Pat Example", BIRTHDAY)
    with pytest.raises(UsageError, match="of age"):
        guardians.ask_signatures(made.store, made.programme.settings, made.id("ana"), BIRTHDAY)


def test_30_days_before_the_birthday_the_learner_and_the_coordinator_are_told_once(made, tmp_path):
    seventeen(made)
    settings = folder_settings(made, tmp_path / "mail")
    for days in range(-16, 12):
        outbox.queue(made.store, settings, now=lambda d=days: MORNING + timedelta(days=d))
    told = made.store.find("notice", template="turning_18")
    assert sorted(row["audience"] for row in told) == ["coordinator", "learner"]
    assert {row["date"] for row in told} == {BIRTHDAY - timedelta(days=30)}


def ana(made: Town) -> Actor:
    return Actor("ana", "learner", person=made.id("ana"))


def desk_of(made: Town, day: date) -> LearnerDesk:
    return learner_desk.desk(made.programme.reader(ana(made)), day)


def queue_of(made: Town, day: date) -> list[tuple[str, str]]:
    reader = made.programme.reader(OWNER)
    return [(each.kind, each.name) for each in today.queue(reader, day, 400).moves if each.kind == "of_age"]


def test_in_those_30_days_the_ask_is_in_both_their_queues_until_the_learner_has_decided(made):
    id, link = crossing(made, own=False)
    before = BIRTHDAY - timedelta(days=1)
    for day in (BIRTHDAY - timedelta(days=31), BIRTHDAY):
        assert queue_of(made, day) == [] and desk_of(made, day).next.kind != "decide"
    assert queue_of(made, before) == [("of_age", "Anabel")]
    assert desk_of(made, before).next.kind == "decide"
    me = made.programme.records(ana(made), before)
    assert own_network.decide(made.store, me, {"introduce": True, "share_name": False}, today=before) == 2
    assert queue_of(made, before) == [] and desk_of(made, before).next.kind != "decide"
    said = {each.purpose: each.granted for each in desk_of(made, before).own_word.decisions}
    assert (said["introduce"], said["share_name"], said["photo"]) == (True, False, None)
    assert recheck(made.store, BIRTHDAY) == [], "the introduction goes on over the birthday by their own word"
    assert answer(made.store, link, "accept", made.now.version, today=BIRTHDAY).stage == "yes"
    assert made.store.get("introduction", id)["state"] == "target_agreed"


def test_a_no_of_their_own_counts_at_once_and_nobody_decides_alone_long_before_the_birthday(made):
    id, _ = crossing(made, own=False)
    me = made.programme.records(ana(made), DAY)
    with pytest.raises(guardians.TooYoung):
        own_network.decide(made.store, me, {"introduce": True}, today=BIRTHDAY - timedelta(days=31))
    with pytest.raises(InvalidRecord):
        own_network.decide(made.store, me, {}, today=DAY)
    own_network.decide(made.store, me, {"introduce": False}, today=DAY)
    assert made.store.get("introduction", id)["state"] == "blocked"


def test_a_form_that_a_learner_signs_in_those_30_days_counts_from_the_birthday_on(made):
    seventeen(made)
    early = BIRTHDAY - timedelta(days=10)
    recorded, left = guardians.on_paper(
        made.store, ["ana"], ["introduce"], "box 7", signed=early, today=early, by_self=True
    )
    assert (recorded, left) == (1, [])
    [row] = made.store.find("consent", person=made.id("ana"), by="self", method="paper")
    assert row["since"] == BIRTHDAY
    recorded, left = guardians.on_paper(
        made.store, ["ana"], ["photo"], "box 7", signed=DAY - timedelta(days=40), today=DAY, by_self=True
    )
    assert recorded == 0 and left == [("ana", "under 18: a guardian signs")]


def test_the_list_says_who_turns_18_and_who_is_enrolled_at_a_college_as_well(made):
    seventeen(made)
    made.organization("high", "school")
    made.organization("uni", "college")
    made.learner("dee", given_name="Dee")
    for place in ("high", "uni"):
        made.affiliate("dee", place, "enrolled_at")
    rows = {row["person_id"]: row for row in guardians.due(made.store, DAY)}
    assert rows["ana"]["turns_18"] == BIRTHDAY and not rows["ana"]["dual_enrolment"]
    assert rows["dee"]["dual_enrolment"] and rows["dee"]["turns_18"] is None
    assert rows["ana"]["own_consents"] == []


def test_links_of_guardians_carry_no_name(made):
    token = links.issue(made.store, link_of(made))
    assert "Anabel" not in token and "parent" not in token


# --- paper ------------------------------------------------------------------------------------------------------


def command(*words: str) -> int:
    with pytest.raises(SystemExit) as end:
        cli(list(words))
    return int(end.value.code or 0)


def test_a_pile_of_paper_forms_is_recorded_with_its_scan(made, tmp_path: Path, capsys):
    made.learner("bo", consent=False)
    made.learner("grown", consent=False, birth_date=date(2000, 1, 1))
    pile = tmp_path / "keys.txt"
    pile.write_text("bo\nnobody\n\ngrown\nbo\n")
    forms = ["--scan", "box 7, page 12", "--signed", str(DAY), "--as-of", str(DAY), "--store", made.store.url]
    assert command("consents", "paper", "--purpose", "introduce,photo", "--file", str(pile), *forms) == 3
    said = capsys.readouterr().err
    assert "2 consents of 1 learners" in said and "nobody: nobody" in said and "grown: of age" in said
    rows = made.store.find("consent", person=made.id("bo"))
    assert {(row["purpose"], row["document"], row["method"]) for row in rows} == {
        ("introduce", "box 7, page 12", "paper"), ("photo", "box 7, page 12", "paper"),
    }  # fmt: skip
    assert command("consents", "paper", "--purpose", "introduce", "--learners", "grown", "--self", *forms) == 0
    assert command("consents", "paper", "--purpose", "flying", "--learners", "bo", *forms) == 2
    assert command("consents", "paper", "--purpose", "photo", *forms) == 2


def test_guardians_and_their_forms_on_the_command_line(made, capsys):
    url = ["--store", made.store.url, "--as-of", str(DAY)]
    assert command("consents", "ask", "ana", *url) == 2
    assert "consents guardian" in capsys.readouterr().err
    assert command("consents", "guardian", "ana", "--email", "p@home.example.org", "--store", made.store.url) == 0
    assert command("consents", "ask", "ana", *url) == 0
    assert [row["audience"] for row in made.messages()] == ["guardian"]
    made.walk("target_asked")
    assert command("consents", "revoke", "ana", "--purpose", "introduce", *url) == 0
    assert made.store.find("introduction")[0]["state"] == "blocked"
    assert command("consents", "due", *url) == 0
    assert command("consents", "ask", "nobody", *url) == 1

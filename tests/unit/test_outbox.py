"""Who is written to, when, about what; and who is not."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from graph_service.actions import outbox
from graph_service.actions.mail_rules import change
from graph_service.actions.moves import move
from graph_service.cli.app import run as cli
from graph_service.disclosure.scope import OWNER
from graph_service.errors import Conflict, NotConfigured, SettingsError, UsageError
from graph_service.messages.composing import Item, compose
from graph_service.messages.opening import transport
from graph_service.messages.policy import Policy
from graph_service.messages.texts import PREVIEW, check, languages, rules, texts
from graph_service.messages.transport import Refused
from graph_service.settings import Settings
from tests.mailing_world import DAY, MORNING, Town, folder_settings, town


@pytest.fixture
def made(sqlite_url: str) -> Iterator[Town]:
    found = town(sqlite_url)
    yield found
    found.programme.close()


@pytest.fixture
def send(made: Town, tmp_path: Path) -> Callable[..., outbox.Report]:
    settings = folder_settings(made, tmp_path / "mail")

    def run(now: datetime = MORNING) -> outbox.Report:
        return outbox.run(made.store, settings, transport(settings), now=lambda: now)

    return run


@pytest.fixture
def arrived(tmp_path: Path) -> Callable[[str], list[EmailMessage]]:
    def to(address: str) -> list[EmailMessage]:
        mails = [message_from_bytes(file.read_bytes(), policy=default) for file in (tmp_path / "mail").glob("*.eml")]
        return [mail for mail in mails if mail["To"] == address]  # type: ignore[misc]

    return to


EVA, MO, ANA, CORY = "eva@acme.example.org", "mo@work.example.org", "ana@school.example.org", "cory@school.example.org"


def test_consent_taken_back_after_a_mail_was_queued_stops_it(made, send, arrived):
    made.walk("target_asked")
    send(MORNING.replace(hour=23))
    assert [each["state"] for each in made.messages()] == ["queued"]
    made.consent("eva", "messages", by="self", granted=False, since=DAY)
    send()
    assert arrived(EVA) == []
    assert [(each["state"], each["reason"]) for each in made.messages()] == [("cancelled", "no_consent")]


def test_consent_taken_back_between_the_look_and_the_handing_over_stops_it(made, send, arrived, tmp_path, monkeypatch):
    """The server has the address already when the consent goes: the write that comes before the mail notices."""
    made.walk("target_asked")
    from graph_service.messages.files import Folder

    def offer(self: Folder, key: str, sender: str, recipient: str) -> None:
        made.consent("eva", "messages", by="self", granted=False, since=DAY)

    monkeypatch.setattr(Folder, "offer", offer)
    report = send()
    assert report.states == {"changed": 1}
    assert arrived(EVA) == []


def test_an_introduction_that_lost_its_consent_says_nothing_to_an_adult(made, send, arrived):
    made.walk("target_asked")
    send(MORNING.replace(hour=23))
    made.consent("ana", "introduce", granted=False, since=DAY)
    send()
    assert arrived(EVA) == []
    assert [row["reason"] for row in made.messages() if row["audience"] == "target"] == ["nothing_left"]


@pytest.mark.parametrize(
    ("hour", "weekday", "goes"),
    [(6, 0, False), (7, 0, True), (19, 0, True), (20, 0, False), (23, 0, False), (0, 1, False), (12, 5, False)],
)
def test_no_mail_goes_out_in_quiet_hours(made, send, arrived, hour, weekday, goes):
    made.walk("target_asked")
    report = send(MORNING.replace(hour=hour) + timedelta(days=weekday))
    assert (len(arrived(EVA)), report.quiet) == ((1, 0) if goes else (0, 1))


def test_quiet_hours_are_those_of_the_programmes_own_zone():
    policy = Policy(quiet_weekends=False)
    assert policy.quiet(datetime(2026, 3, 2, 2, tzinfo=UTC), "America/New_York")
    assert not policy.quiet(datetime(2026, 3, 2, 14, tzinfo=UTC), "America/New_York")


def test_a_second_ask_of_the_week_waits_for_the_next_digest_and_an_urgent_one_does_not(made, send, arrived):
    made.walk("target_asked")
    send()
    made.learner("bo", goals=["manufacturing"])
    made.walk("target_asked", "bo")
    send(MORNING + timedelta(days=1))
    assert len(arrived(EVA)) == 1
    first = made.store.find("introduction", learner=made.id("ana"))[0]
    moved = move(made.store, made.actor("eva"), first["id"], "target_agree", first["version"], today=DAY)
    move(made.store, OWNER, first["id"], "make", moved.version, today=DAY)
    send(MORNING + timedelta(days=2))
    assert len(arrived(EVA)) == 2
    send(MORNING + timedelta(days=7))
    assert len(arrived(EVA)) == 3


def test_two_asks_found_together_are_one_mail(made, send, arrived):
    made.learner("bo", goals=["manufacturing"])
    made.walk("target_asked")
    made.walk("target_asked", "bo")
    send()
    [mail] = arrived(EVA)
    assert mail.get_content().count("/link/decide/") == 2


def test_who_is_to_meet_gets_the_meeting_as_a_calendar_file_that_names_nobody(made, send, arrived):
    id = made.walk("target_agreed")
    meeting = DAY + timedelta(days=8)
    move(made.store, OWNER, id, "make", made.now.version, meeting=meeting, today=DAY)
    send()
    for address in (EVA, MO, ANA):
        [(mail, part)] = [(mail, part) for mail in arrived(address) for part in mail.iter_attachments()]
        assert part.get_content_type() == "text/calendar" and part.get_filename() == "meeting.ics"
        file = part.get_payload(decode=True)
        [event] = strictly_read(file).walk("VEVENT")
        assert event.decoded("dtstart") == meeting and str(event["class"]) == "PRIVATE"
        words = file.decode().lower()
        assert not [word for word in ("anabel", "lernersen", "mo mentor", "eva", "manufactur", EVA) if word in words]
        assert mail.get_body() is not None, "whoever has no calendar reads the mail"


def test_a_meeting_without_a_day_and_an_ask_carry_no_calendar_file(made, send, arrived):
    made.walk("target_asked")
    made.learner("bea", given_name="Bea", goals=["manufacturing"])
    made.walk("made", "bea")
    send()
    mails = [mail for address in (EVA, MO) for mail in arrived(address)]
    assert len(mails) >= 2 and not any(mail.is_multipart() for mail in mails)


def strictly_read(file: bytes) -> Calendar:
    """A calendar file by RFC 5545 to the letter: lines of at most 75 bytes that end in CRLF, and what must be said."""
    lines = file.split(b"\r\n")
    assert lines.pop() == b"" and not any(b"\n" in line or b"\r" in line or len(line) > 75 for line in lines)
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-1] == b"END:VCALENDAR"
    read = Calendar.from_ical(file)
    assert isinstance(read, Calendar) and read["version"] == "2.0" and read["prodid"]
    for each in read.walk():
        assert each.errors == [], "nothing in it is guessed"
        assert {name for name in each.required if name not in each} == set()
        assert not [name for name in each.singletons if isinstance(each.get(name), list)]
    return read


def test_a_reminder_comes_once_on_its_school_day_and_says_so(made, send, arrived):
    made.walk("target_asked")
    for day in range(0, 14):
        send(MORNING + timedelta(days=day))
    # Asked on Monday; the third school day is a Thursday, the digest's week ends on the next Monday.
    mails = sorted(arrived(EVA), key=lambda mail: mail["Date"].datetime)
    assert [mail["Date"].datetime.day for mail in mails] == [2, 9]
    assert "A reminder:" in mails[1].get_content()
    assert made.store.count("introduction_reminder") >= 1


def test_learners_are_written_to_only_at_addresses_that_the_programme_enables(made, send, arrived):
    made.walk("made")
    change(made.store, {"school_addresses": []})
    send()
    assert arrived(ANA) == []
    change(made.store, {"school_addresses": ["other.example.org"]})
    send(MORNING + timedelta(days=1))
    assert arrived(ANA) == []
    assert {row["reason"] for row in made.messages() if row["audience"] == "learner"} == {"address_not_enabled"}


def test_a_learner_at_an_enabled_address_hears_that_it_is_made(made, send, arrived):
    made.walk("made")
    send()
    [mail] = arrived(ANA)
    assert mail["Subject"] == "News from Bridge Example"
    assert "/link/desk/" in mail.get_content()


def test_a_minors_own_word_is_no_consent_to_messages(made, send, arrived):
    for row in made.store.find("consent", person=made.id("ana"), purpose="messages"):
        made.store.retract("consent", [row["id"]])
    made.consent("ana", "messages", by="self")
    made.walk("made")
    send()
    assert arrived(ANA) == []


def test_the_learners_coordinator_hears_what_waits(made, send, arrived):
    made.walk("requested")
    send()
    [mail] = arrived(CORY)
    assert "https://graph.example.org/today" in mail.get_content()


def test_what_waits_several_times_is_one_line_with_how_often(made, send, arrived):
    for key in ("bo", "cy"):
        made.learner(key, goals=["manufacturing"])
        made.assign("cory", key)
        made.walk("requested", key)
    made.walk("requested")
    send()
    [mail] = arrived(CORY)
    assert "3 × A learner asks for an introduction." in mail.get_content()
    assert mail.get_content().count("asks for an introduction") == 1


def test_a_mail_in_the_recipients_language(made, send, arrived):
    made.someone("eva", roles=["employer_contact"], status="consented", sector="manufacturing", email=EVA,
                 languages=["es-MX", "en"])  # fmt: skip
    made.walk("target_asked")
    send()
    [mail] = arrived(EVA)
    assert mail["Content-Language"] == "es"
    assert mail["Subject"] == "Bridge Example: una pregunta para usted"


def test_a_mail_can_be_ended_in_one_click_and_says_where(made, send, arrived):
    made.walk("target_asked")
    send()
    [mail] = arrived(EVA)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip("<>") in mail.get_content()


def test_what_was_said_holds_no_longer_is_not_sent(made, send, arrived):
    id = made.walk("target_asked")
    send(MORNING.replace(hour=23))
    move(made.store, OWNER, id, "recall", made.now.version, today=DAY)
    send()
    assert arrived(EVA) == []
    assert [row["reason"] for row in made.messages() if row["audience"] == "target"] == ["nothing_left"]


def test_an_erased_person_leaves_no_mail_behind(made, send):
    made.walk("target_asked")
    send()
    made.store.erase("person", [made.id("eva")])
    assert made.store.count("message") == made.store.count("notice") == 0


def _report(key: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: hello@programme.example.org\r\nSubject: Undelivered\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; eva@acme.example.org\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{key}@programme.example.org>\r\n\r\n--b--\r\n"
    ).encode()


def test_a_mail_that_came_back_is_marked_and_its_address_is_not_written_to_again(made, send, arrived):
    made.walk("target_asked")
    send()
    [message] = made.messages()
    assert outbox.returned(made.store, _report(message["id"], "delayed", "4.4.1")) == []
    assert outbox.returned(made.store, _report(message["id"])) == [message["id"]]
    assert made.messages()[0]["state"] == "bounced"
    made.learner("bo", goals=["manufacturing"])
    made.walk("target_asked", "bo")
    send(MORNING + timedelta(days=8))
    assert len(arrived(EVA)) == 1
    assert sorted(row["reason"] for row in made.messages() if row["audience"] == "target") == [
        "address_bounced", "returned",
    ]  # fmt: skip


def test_a_report_that_names_none_of_our_mails_changes_nothing(made):
    assert outbox.returned(made.store, _report("unknown")) == []
    with pytest.raises(UsageError):
        outbox.returned(made.store, b"Subject: hello\r\n\r\nHello")


def test_a_persons_word_counts_from_the_states_that_it_is_about(made, send):
    made.walk("target_asked")
    send()
    [message] = made.messages()
    with pytest.raises(Conflict):
        outbox.resolve(made.store, message["id"], "again")


# --- texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["en", "es"])
def test_a_shipped_language_has_every_sentence(tag):
    read = tomllib.loads((files("graph_service.messages") / "data" / f"{tag}.toml").read_text(encoding="utf-8"))
    assert check(read) == []


def _language(tmp_path: Path, **changes: Any) -> Path:
    text = (files("graph_service.messages") / "data" / "en.toml").read_text(encoding="utf-8")
    for old, new in changes.values():
        text = text.replace(old, new)
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "so.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_programme_adds_a_language_by_a_file(tmp_path):
    folder = _language(tmp_path, name=('language = "English"', 'language = "Soomaali"'))
    assert languages(folder)["so"] == "Soomaali"
    assert texts("so-SO", folder).language == "so"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('learner = "News from {programme}"', 'learner = "News for {learner}"', "subject.learner may not hold"),
        ("thinks that you could help somebody", "thinks that {goal} fits", "may not hold goal"),
        ('closing = "Thank you.', 'clsing = "Thank you.', "frame.closing is missing"),
        ("There is something new for you at {programme}. It takes a minute to look at, and you decide what happens "
         "next.", "Hi.", "shorter than what a mail program shows"),
    ],
)  # fmt: skip
def test_a_file_of_texts_that_could_show_too_much_is_refused(tmp_path, old, new, says):
    folder = _language(tmp_path, change=(old, new))
    with pytest.raises(SettingsError, match=says):
        texts("so", folder)


@pytest.mark.parametrize(("template", "audience"), sorted(rules()))
@pytest.mark.parametrize("tag", ["en", "es"])
def test_what_a_list_of_mails_shows_is_the_same_for_everybody(tag, template, audience):
    mail = compose(
        texts(tag), template, audience, [Item("SECRET", "https://x.example.org/SECRET")], key="k", programme="Bridge",
        sender="a@b.example.org", recipient="c@d.example.org", moment=MORNING, stop=None,
    )  # fmt: skip
    read = message_from_bytes(mail.content, policy=default)
    seen = f"{read['Subject']} {' '.join(read.get_content().split())[:PREVIEW]}"  # type: ignore[attr-defined]
    assert "SECRET" not in seen


@pytest.mark.parametrize(
    "address", ["a@b.example.org\nBcc: x@y.org", "nobody", "", "a b@c.org", "a..b@c.org", "é@c.org", "<a@b.org>"]
)
def test_an_address_that_is_none_is_refused_before_any_server_sees_it(address):
    with pytest.raises(Refused):
        compose(
            texts("en"), "digest", "target", [Item("x")], key="k", programme="P", sender="a@b.example.org",
            recipient=address, moment=MORNING,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("mail", "error"),
    [
        (None, NotConfigured),
        ("smtp://mail.example.org", SettingsError),
        ("http://mail.example.org", SettingsError),
        ("mail.example.org", SettingsError),
    ],
)
def test_mail_does_not_leave_this_machine_in_the_clear(mail, error):
    with pytest.raises(error):
        transport(Settings(mail=mail, mail_from="a@b.example.org"))


@pytest.mark.parametrize("given", [{"quiet_from": "8pm"}, {"school_addresses": ["@school"]}, {"name": "a\nb"}])
def test_a_rule_about_mail_that_makes_no_sense_is_refused(made, given):
    with pytest.raises(UsageError):
        change(made.store, given)


# --- the command line -------------------------------------------------------------------------------------------


def command(*words: str) -> int:
    with pytest.raises(SystemExit) as end:
        cli(list(words))
    return int(end.value.code or 0)


def test_the_outbox_on_the_command_line(made, tmp_path, capsys, monkeypatch):
    made.walk("target_asked", today=date.today())
    url, folder = made.store.url, tmp_path / "out"
    for name, value in {
        "MAIL": f"file://{folder}", "MAIL_FROM": "a@b.example.org", "PUBLIC_URL": "https://g.example.org"
    }.items():  # fmt: skip
        monkeypatch.setenv(f"GRAPH_SERVICE_{name}", value)
    assert command("outbox", "rules", "--quiet", "00:00-00:00", "--weekends", "--lead", "cory", "--store", url) == 0
    assert "lead: cory" in capsys.readouterr().out
    assert command("outbox", "queue", "--store", url) == 0
    assert command("outbox", "preview", "--store", url) == 0
    shown = capsys.readouterr().out
    assert "a question for you" in shown and "Anabel" not in shown
    assert not folder.exists()
    assert command("outbox", "send", "--store", url) == 0
    assert len(list(folder.glob("*.eml"))) == 1
    assert command("outbox", "list", "--store", url) == 0
    out = capsys.readouterr().out
    assert "eva" in out and "sent" in out and "@" not in out
    assert command("outbox", "list", "--state", "lost", "--store", url) == 2
    assert command("outbox", "resolve", "nobody", "--sent", "--store", url) == 1
    assert command("outbox", "resolve", "nobody", "--store", url) == 2


def test_sending_without_mail_set_up_says_which_settings(made, capsys):
    assert command("outbox", "send", "--store", made.store.url) == 2
    assert "GRAPH_SERVICE_MAIL" in capsys.readouterr().err

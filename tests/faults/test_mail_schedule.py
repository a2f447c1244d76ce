"""A running service sends mail by itself: one of its processes at a time, again when the server is back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from graph_service import clock
from graph_service.api.app import create_app
from graph_service.api.service import Service
from graph_service.api.works import schedules
from graph_service.jobs.schedule import look
from tests.mailing_world import MORNING, Town, town
from tests.servers.smtp import Mailbox, smtp_server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with smtp_server() as found:
        yield found


@pytest.fixture
def made(sqlite_url: str) -> Iterator[Town]:
    found = town(sqlite_url)
    found.walk("target_asked")
    clock.stand_at(MORNING)
    yield found
    clock.stand_at(None)
    found.programme.close()


def round_of(service: Service) -> bool:
    """One look of a process at its clock, and the work that it finds."""
    begun = look(service.programme.store, schedules(service.programme))
    service.runner.wake()
    service.runner.wait(20)
    return begun


def test_a_server_that_runs_the_service_sends_what_is_due(made: Town, mailbox: Mailbox) -> None:
    app = create_app(made.mail_settings(mailbox.url))
    with TestClient(app, base_url="http://localhost"):
        service = app.state.service
        until = time.monotonic() + 30
        while not mailbox.post.arrived and time.monotonic() < until:
            time.sleep(0.05)
        service.runner.wait(30)
    assert [mail["To"] for mail in mailbox.post.arrived] == ["eva@acme.example.org"]
    assert service._programme is None, "the store is closed with the server"


def test_of_two_processes_one_sends_and_a_round_with_nothing_to_do_writes_nothing(made: Town, mailbox: Mailbox) -> None:
    first, second = (Service(made.mail_settings(mailbox.url)) for _ in range(2))
    assert round_of(first)
    round_of(second)
    revision = made.store.revision()
    clock.stand_at(MORNING + timedelta(minutes=30))
    assert not round_of(first) and not round_of(second)
    assert (len(mailbox.post.arrived), made.store.revision()) == (1, revision)
    [job] = made.store.find("job", work="mail")
    assert (job["state"], job["asked_by"], job["worker"]) == ("done", "schedule", first.runner.name)
    first.close()
    second.close()


def test_what_a_dead_process_had_begun_another_one_takes_up(made: Town, mailbox: Mailbox) -> None:
    dead, alive = (Service(made.mail_settings(mailbox.url)) for _ in range(2))
    from graph_service.jobs import queue

    look(dead.programme.store, schedules(dead.programme))
    while queue.take(dead.programme.store, "dead"):
        pass
    assert not round_of(alive) and mailbox.post.arrived == []
    clock.stand_at(MORNING + timedelta(seconds=queue.LEASE + 1))
    assert round_of(alive)
    assert len(mailbox.post.arrived) == 1
    dead.close()
    alive.close()


def test_a_server_out_of_reach_is_told_by_the_job_and_tried_at_the_next_round(made: Town, mailbox: Mailbox) -> None:
    away = Service(made.mail_settings("smtp://127.0.0.1:1"))
    round_of(away)
    away.close()
    assert [row["code"] for row in made.store.find("job", work="mail")] == ["mail_server_away"]
    back = Service(made.mail_settings(mailbox.url))
    round_of(back)
    assert mailbox.post.arrived == [], "the next round is ten minutes after the last"
    clock.stand_at(MORNING + timedelta(minutes=10))
    round_of(back)
    back.close()
    assert len(mailbox.post.arrived) == 1


def test_quiet_hours_hold_the_schedule_and_silence_ends_an_introduction(made: Town, mailbox: Mailbox) -> None:
    service = Service(made.mail_settings(mailbox.url))
    clock.stand_at(MORNING.replace(hour=23))
    round_of(service)
    assert mailbox.post.arrived == []
    clock.stand_at(MORNING + timedelta(days=60))
    round_of(service)
    service.close()
    assert made.store.get("introduction", made.now.introduction)["state"] == "lapsed"
    assert not any(mail["To"] == "eva@acme.example.org" for mail in mailbox.post.arrived)


def test_where_mail_is_not_set_up_or_left_to_something_else_none_is_sent(made: Town, mailbox: Mailbox) -> None:
    for settings in (made.mail_settings(mailbox.url, mail_minutes=0), made.mail_settings(mailbox.url, mail_from=None)):
        service = Service(settings)
        assert {each.work for each in schedules(service.programme)} == {"sweep"}
        service.close()

"""Mail against a real SMTP server that refuses, delays, drops and duplicates, and with the sender killed."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import graph_service as gs
from graph_service import clock
from graph_service.actions import outbox
from graph_service.api.service import Service
from graph_service.messages.opening import transport
from graph_service.messages.smtp import Server
from graph_service.settings import Settings
from graph_service.store.opening import open_store
from tests.mailing_world import MORNING, Town, many, town
from tests.servers.smtp import Mailbox, smtp_server

_start = multiprocessing.get_context("spawn")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with smtp_server() as found:
        yield found


@pytest.fixture
def made(sqlite_url: str) -> Iterator[Town]:
    found = town(sqlite_url)
    yield found
    found.programme.close()


@pytest.fixture
def send(made: Town, mailbox: Mailbox) -> Callable[..., outbox.Report]:
    """Run the outbox some time after Monday morning."""

    def run(after: timedelta = timedelta(0)) -> outbox.Report:
        settings = made.mail_settings(mailbox.url)
        return outbox.run(made.store, settings, transport(settings), now=lambda: MORNING + after)

    return run


def test_an_ask_reaches_the_adult_once_however_often_the_outbox_runs(made, mailbox, send):
    made.walk("target_asked")
    for _ in range(3):
        send()
    [mail] = [each for each in mailbox.post.arrived if each["To"] == "eva@acme.example.org"]
    assert mail["Subject"] == "Bridge Example: a question for you"
    assert "https://graph.example.org/link/decide/" in mail.get_content()
    assert "Mo Mentorsen" in mail.get_content()


def test_no_byte_of_any_mail_names_a_learner_or_a_goal(made, mailbox, send):
    for day, state in enumerate(("connector_asked", "target_asked", "made")):
        made.learner(f"extra{day}", given_name="Anabel", family_name="Lernersen", goals=["manufacturing"])
        made.walk(state, f"extra{day}", today=MORNING.date())
    made.walk("requested")
    send()
    assert len(mailbox.post.arrived) >= 4
    for raw in mailbox.post.raw:
        text = raw.decode().lower()
        assert not {word for word in ("anabel", "lernersen", "extra", "manufactur", "ana@work") if word in text}


@pytest.mark.parametrize(
    ("fault", "state", "arrives"),
    [
        ("refuse_address", "bounced", 0),
        ("refuse_mail", "bounced", 0),
        ("refuse_later", "queued", 0),
        ("drop_at_address", "queued", 0),
        ("drop_before_taking", "uncertain", 0),
        ("drop_after_taking", "uncertain", 1),
        ("slow", "sent", 1),
        ("duplicate", "sent", 2),
    ],
)
def test_each_fault_of_the_server_has_its_state(made, mailbox, send, fault, state, arrives):
    made.walk("target_asked")
    mailbox.post.faults = [fault]
    send()
    [message] = made.messages()
    assert (message["state"], len(mailbox.post.arrived)) == (state, arrives)
    assert len(mailbox.post.ids) <= 1, "what a server doubles has one Message-ID"


def test_what_the_server_could_not_take_goes_out_later_and_only_then(made, mailbox, send):
    made.walk("target_asked")
    mailbox.post.faults = ["refuse_later", "drop_at_address"]
    assert send().states == {"queued": 1}
    assert send(timedelta(minutes=1)).later == 1
    send(timedelta(minutes=6))
    send(timedelta(minutes=30))
    assert [each["state"] for each in made.messages()] == ["sent"]
    assert len(mailbox.post.arrived) == 1


def test_an_uncertain_mail_goes_out_again_on_a_persons_word_alone_and_as_the_same_mail(made, mailbox, send):
    made.walk("target_asked")
    mailbox.post.faults = ["drop_after_taking"]
    send()
    for hours in range(4):
        send(timedelta(hours=hours))
    [message] = made.messages("uncertain")
    assert message["reason"] == "answer_lost"
    outbox.resolve(made.store, message["id"], "again")
    send(timedelta(hours=5))
    assert list(mailbox.post.ids.values()) == [2]
    assert made.messages()[0]["state"] == "sent"


def test_a_server_that_says_nothing_is_waited_for_so_long_and_no_longer(made, mailbox):
    made.walk("target_asked")
    settings = made.mail_settings(mailbox.url)
    mailbox.post.otherwise, mailbox.post.seconds = "slow", 3.0
    port = int(mailbox.url.rpartition(":")[2])
    began = time.monotonic()
    report = outbox.run(
        made.store, settings, Server("smtp", "127.0.0.1", port, None, None, patience=0.3), now=lambda: MORNING
    )
    assert report.states == {"uncertain": 1}
    assert time.monotonic() - began < 3


def test_a_server_out_of_reach_changes_nothing(made):
    made.walk("target_asked")
    settings = made.mail_settings("smtp://127.0.0.1:1")
    report = outbox.run(made.store, settings, transport(settings), now=lambda: MORNING)
    assert report.unreachable is not None
    assert [(each["state"], each["attempts"]) for each in made.messages()] == [("queued", 0)]


def _send_all(url: str, environment: dict[str, str], mail: str, at: int) -> None:
    os.environ.update(environment)
    settings = Settings(
        store=url, mail=mail, mail_from="hello@programme.example.org", public_url="https://graph.example.org"
    )
    with gs.open(url) as programme:
        outbox.run(programme.store, settings, transport(settings), now=lambda: MORNING)


def _serve_all(url: str, environment: dict[str, str], mail: str, at: int) -> None:
    """A service that sends by its schedule, at a time of its own: a dead one's lease is over when the next begins."""
    os.environ.update(environment)
    clock.stand_at(MORNING + timedelta(minutes=12 * at))
    settings = Settings(
        store=url, mail=mail, mail_from="hello@programme.example.org", public_url="https://graph.example.org"
    )
    service = Service(settings)
    service.keep_rounds()
    while outbox.anything(service.programme.store, settings):
        time.sleep(0.05)
    service.close()


def kill_senders(
    url: str, mailbox: Mailbox, learners: int, kills: int, seed: int, work: Callable[..., None] = _send_all
) -> None:
    """Two senders at once, killed at random moments while the server misbehaves at random; then one that is not."""
    draw = random.Random(seed)
    many(url, learners).programme.close()
    mailbox.post.chance = random.Random(seed)
    with open_store(url) as store:
        for at in range(kills):
            given = (url, dict(os.environ), mailbox.url, at)
            pair = [_start.Process(target=work, args=given) for _ in range(2)]
            for process in pair:
                process.start()
            deadline = time.monotonic() + 30
            offered = mailbox.post.offered
            while mailbox.post.offered == offered and time.monotonic() < deadline and pair[0].is_alive():
                time.sleep(0.01)
            time.sleep(draw.uniform(0, 0.4))
            for process in pair:
                process.kill()
                process.join()
        mailbox.post.chance = None
        settings = Settings(
            store=url, mail=mailbox.url, mail_from="hello@programme.example.org",
            public_url="https://graph.example.org",
        )  # fmt: skip
        # Senders are gone for longer than any server is waited for; the tries that were put off are due.
        for hours in (kills // 5 + 2, kills // 5 + 26, kills // 5 + 50, kills // 5 + 74):
            outbox.run(store, settings, transport(settings), now=lambda h=hours: MORNING + timedelta(hours=h))
        told = {f"<{row['id']}@programme.example.org>": row for row in store.find("message")}
        twice = {key for key, count in mailbox.post.ids.items() if count > 1}
        assert len(told) >= learners
        assert {row["state"] for row in told.values()} <= {"sent", "uncertain", "bounced", "cancelled"}
        assert set(mailbox.post.ids) <= set(told)
        for key, row in told.items():
            if row["state"] == "sent":
                assert mailbox.post.ids[key] >= 1, "what is called sent has arrived"
            if row["state"] in ("bounced", "cancelled"):
                assert mailbox.post.ids[key] == 0, "what is called bounced has not"
        # Only a server that doubles a mail by itself delivers it twice, and then in one breath.
        order = [str(mail["Message-ID"]) for mail in mailbox.post.arrived]
        assert all(order.index(key) + 1 == len(order) - 1 - order[::-1].index(key) for key in twice)


@pytest.mark.slow
def test_senders_killed_at_random_moments_deliver_each_mail_once_or_say_that_they_do_not_know(
    sqlite_url: str, mailbox: Mailbox
) -> None:
    kill_senders(sqlite_url, mailbox, learners=16, kills=3, seed=5)


@pytest.mark.slow
def test_services_killed_while_they_send_by_their_schedule_deliver_each_mail_once_or_say_that_they_do_not_know(
    sqlite_url: str, mailbox: Mailbox
) -> None:
    kill_senders(sqlite_url, mailbox, learners=6, kills=1, seed=7, work=_serve_all)


@pytest.mark.soak
@pytest.mark.slow
def test_services_killed_forty_times_deliver_each_mail_once_or_say_that_they_do_not_know(
    sqlite_url: str, mailbox: Mailbox
) -> None:
    kill_senders(sqlite_url, mailbox, learners=150, kills=40, seed=8, work=_serve_all)


@pytest.mark.soak
@pytest.mark.slow
def test_senders_killed_sixty_times_deliver_each_mail_once_or_say_that_they_do_not_know(
    sqlite_url: str, mailbox: Mailbox, tmp_path: Path
) -> None:
    kill_senders(sqlite_url, mailbox, learners=150, kills=60, seed=6)


# --- encrypted servers --------------------------------------------------------------------------------------------


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that no authority has signed, and its key."""
    from datetime import UTC, datetime
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "server.pem", folder / "server.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return paths


@pytest.mark.parametrize("trusted", [True, False])
def test_mail_leaves_encrypted_to_a_server_that_is_trusted_and_to_no_other(made, tmp_path, monkeypatch, trusted):
    chain, key = certificate(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    made.walk("target_asked")
    with smtp_server(chain, key) as box:
        settings = made.mail_settings(box.url)
        assert settings.mail.startswith("smtp+starttls://")
        report = outbox.run(made.store, settings, transport(settings), now=lambda: MORNING)
        assert (len(box.post.arrived), report.unreachable is None) == ((1, True) if trusted else (0, False))
        assert [each["state"] for each in made.messages()] == ["sent" if trusted else "queued"]

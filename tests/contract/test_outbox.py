"""The outbox on both stores: each thing told once, and a mail's way guarded by what it rests on."""

from pathlib import Path

from graph_service.actions import outbox
from graph_service.messages.opening import transport
from tests.mailing_world import DAY, MORNING, folder_settings, town


def test_a_mail_is_made_and_sent_once_and_goes_with_its_recipient(store_url: str, tmp_path: Path) -> None:
    made = town(store_url)
    made.walk("target_asked")
    settings = folder_settings(made, tmp_path / "mail")
    for _ in range(2):
        outbox.run(made.store, settings, transport(settings), now=lambda: MORNING)
    assert [each["state"] for each in made.messages()] == ["sent"]
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    made.store.erase("person", [made.id("eva")])
    assert made.store.count("message") == made.store.count("notice") == 0
    made.programme.close()


def test_a_consent_taken_back_stops_what_is_queued(store_url: str, tmp_path: Path) -> None:
    made = town(store_url)
    made.walk("target_asked")
    settings = folder_settings(made, tmp_path / "mail")
    outbox.queue(made.store, settings, now=lambda: MORNING)
    made.consent("eva", "messages", by="self", granted=False, since=DAY)
    outbox.run(made.store, settings, transport(settings), now=lambda: MORNING)
    assert [(each["state"], each["reason"]) for each in made.messages()] == [("cancelled", "no_consent")]
    made.programme.close()

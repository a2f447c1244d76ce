"""What goes wrong with a server: each has its own clear error and the right retry."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from neo4j.exceptions import TransientError

from graph_service.errors import (
    BatchTooLarge,
    Conflict,
    StoreBusy,
    StoreRefused,
    StoreTimeout,
    StoreUnreachable,
)
from graph_service.settings import Settings
from graph_service.store.neo4j import door as doors
from graph_service.store.neo4j.door import Door
from graph_service.store.opening import open_store
from graph_service.store.store import Store
from tests.contract.conftest import meeting, own_folders, person

__all__ = ["own_folders"]


@pytest.fixture
def store(neo4j_url: str) -> Iterator[Store]:
    with open_store(neo4j_url) as opened:
        opened.put("person", person(opened, "ana"), person(opened, "bo"))
        yield opened


@pytest.fixture
def door(neo4j_url: str) -> Iterator[Door]:
    opened = Door(neo4j_url, Settings(query_seconds=0.7))
    yield opened
    opened.close()


def test_a_wrong_password_is_said_so_at_once(neo4j_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPH_SERVICE_NEO4J_PASSWORD", "not the password")
    begun = time.monotonic()
    with pytest.raises(StoreRefused) as refused:
        open_store(neo4j_url)
    assert "not the password" not in refused.value.message
    assert time.monotonic() - begun < doors.BUSY_SECONDS / 2


def test_an_address_where_nobody_listens_is_said_so_at_once(empty_neo4j: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        begun = time.monotonic()
        with pytest.raises(StoreUnreachable):
            open_store(f"neo4j://127.0.0.1:{port}")
    assert time.monotonic() - begun < doors.BUSY_SECONDS / 2


def test_encryption_against_a_server_without_it_is_a_server_that_does_not_answer(neo4j_url: str) -> None:
    with pytest.raises(StoreUnreachable):
        open_store(neo4j_url.replace("neo4j://", "neo4j+ssc://"))


def test_an_unknown_database_is_named_as_the_reason(neo4j_url: str) -> None:
    with pytest.raises(StoreUnreachable, match="database"):
        open_store(f"{neo4j_url}/nosuchdatabase")


def test_a_batch_over_the_memory_limit_is_said_so_without_repeating_it(door: Door, monkeypatch: Any) -> None:
    door.seconds = 60
    tried = 0

    def too_much(tx: Any) -> Any:
        nonlocal tried
        tried += 1
        return doors.run(tx, "UNWIND range(1, 30000000) AS n RETURN collect(toString(n)) AS all")

    with pytest.raises(BatchTooLarge, match="--batch"):
        door.reading(too_much)
    assert tried == 1


def test_a_query_over_its_time_limit_is_stopped(door: Door) -> None:
    with pytest.raises(StoreTimeout, match="GRAPH_SERVICE_QUERY_SECONDS"):
        door.read("UNWIND range(1, 1000000000) AS n WITH n WHERE n % 7 = 8 RETURN count(n) AS n")


def test_a_writer_who_does_not_get_the_lock_hears_that_the_store_is_busy(store: Store, empty_neo4j: Any) -> None:
    store.engine.door.seconds = 0.5  # type: ignore[attr-defined]
    with empty_neo4j.driver.session() as session, session.begin_transaction() as other:
        other.run("MATCH (m:Meta) SET m.revision = m.revision + 1").consume()
        with pytest.raises(StoreBusy):
            store.put("person", person(store, "cy"))
        assert store.count("person") == 2, "readers go on meanwhile"
        other.rollback()
    assert store.put("person", person(store, "cy")).added == 1


def test_a_deadlock_is_survived(store: Store, empty_neo4j: Any) -> None:
    ana = person(store, "ana")["id"]
    answers: list[Any] = []
    with empty_neo4j.driver.session() as session:
        other = session.begin_transaction()
        other.run("MATCH (p:Person {id: $id}) SET p.touched = true", id=ana).consume()
        writer = threading.Thread(target=lambda: answers.append(store.put("person", person(store, "ana", grade="11"))))
        writer.start()
        time.sleep(1)
        # Our writer holds the Meta node and waits for the person; this one holds the person and wants the node.
        with suppress(TransientError):
            other.run("MATCH (m:Meta) SET m.touched = true").consume()
        with suppress(Exception):
            other.rollback()
        writer.join(60)
    assert [receipt.changed for receipt in answers] == [1]
    assert store.get("person", ana)["grade"] == "11"  # type: ignore[index]


def test_a_deadlock_that_hits_us_is_tried_again(door: Door) -> None:
    door.writing(lambda tx: doors.run(tx, "CREATE (:Lock {n: 1}), (:Lock {n: 2})"))
    door.seconds, tried = 30, []
    both = threading.Barrier(2)

    def lock(first: int, second: int) -> None:
        def work(tx: Any) -> None:
            tried.append(first)
            doors.run(tx, "MATCH (l:Lock {n: $n}) SET l.held = true", {"n": first})
            if len(tried) <= 2:
                both.wait(20)
            doors.run(tx, "MATCH (l:Lock {n: $n}) SET l.held = true", {"n": second})

        door.writing(work)

    threads = [threading.Thread(target=lock, args=order) for order in ((1, 2), (2, 1))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
        assert not each.is_alive()
    assert len(tried) >= 3, "one of the two was a victim and came again"


def test_a_reference_that_goes_while_it_is_referred_to_is_a_conflict(store: Store, empty_neo4j: Any) -> None:
    ana, bo = (person(store, key)["id"] for key in ("ana", "bo"))
    known = store.engine.known

    with empty_neo4j.driver.session() as session:
        # Somebody works on the database by hand, without the Meta node's lock.
        assert known(_person(), [ana, bo]) == {ana, bo}
        session.run("MATCH (p:Person {id: $id}) DETACH DELETE p", id=bo).consume()
    from graph_service.errors import InvalidRecord

    with pytest.raises((Conflict, InvalidRecord)):
        store.put("interaction", meeting("i1", ana, bo))
    assert store.count("interaction") == 0


@pytest.mark.slow
def test_a_load_rides_over_a_server_that_is_killed_and_comes_back(
    killable_neo4j: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine may need longer than a user would wait.
    monkeypatch.setenv("GRAPH_SERVICE_AWAY_SECONDS", "150")
    receipts: list[Any] = []
    with open_store(killable_neo4j.uri) as store:
        store.put("person", person(store, "ana"), person(store, "bo"))
        ids = [person(store, key)["id"] for key in ("ana", "bo")]

        def load() -> None:
            for at in range(60):
                receipts.append(store.put("interaction", *(meeting(f"i{at}.{n}", *ids) for n in range(20))))

        writer = threading.Thread(target=load)
        writer.start()
        while len(receipts) < 5:
            time.sleep(0.01)
        killable_neo4j.kill()
        killable_neo4j.start()
        writer.join(300)
        assert [receipt.added for receipt in receipts] == [20] * 60
        assert store.since("interaction").num_rows == 1200
        assert [receipt.revision for receipt in receipts] == list(range(2, 62))
        assert [entry.revision for entry in store.revisions()] == list(range(1, 62))


@pytest.mark.slow
def test_a_server_that_stays_away_is_given_up_after_a_while(
    killable_neo4j: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPH_SERVICE_AWAY_SECONDS", "2")
    with open_store(killable_neo4j.uri) as store:
        store.put("person", person(store, "ana"))
        killable_neo4j.kill()
        begun = time.monotonic()
        with pytest.raises(StoreUnreachable):
            store.put("person", person(store, "bo"))
        given_up = time.monotonic()
        assert given_up - begun < 6
        for _ in range(20):
            with pytest.raises(StoreUnreachable):
                store.count("person")
        assert time.monotonic() - given_up < 2, "nobody waits for a server that was given up"
        killable_neo4j.start()
        assert store.put("person", person(store, "bo")).added == 1


def _person() -> Any:
    from graph_service.records.people import PERSON

    return PERSON

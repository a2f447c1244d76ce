"""Several processes write at once: revisions are given in order, become visible in order, and none is lost."""

import multiprocessing
import os
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from graph_service.errors import CapacityFull, StaleVersion
from graph_service.records.people import CASELOAD
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.opening import open_store
from graph_service.store.port import Guard
from graph_service.store.store import Store
from tests.contract.conftest import meeting, person

WRITERS, WRITES = 3, 12
_start = multiprocessing.get_context("spawn")


def test_writers_in_several_processes_lose_nothing_and_readers_see_revisions_in_order(
    store: Store, store_url: str
) -> None:
    store.put("person", person(store, "ana"), person(store, "bo"))
    ids = [person(store, key)["id"] for key in ("ana", "bo")]
    workers = [
        _start.Process(target=_write_meetings, args=(store_url, dict(os.environ), n, ids)) for n in range(WRITERS)
    ]
    for each in workers:
        each.start()
    seen: dict[tuple[str, int], Any] = {}
    at = 0
    while True:
        alive = any(each.is_alive() for each in workers)
        now = store.revision()
        for row in store.since("interaction", at, now).to_pylist():
            seen[row["id"], row["version"]] = row
        at = now
        if not alive:
            break
    assert [each.exitcode for each in workers] == [0] * WRITERS
    whole = {(row["id"], row["version"]): row for row in store.since("interaction").to_pylist()}
    assert seen == whole
    # Each writer's meetings, and the one that they all change again and again.
    assert len({id for id, _ in whole}) == WRITERS * WRITES + 1
    assert [entry.revision for entry in store.revisions()] == list(range(1, store.revision() + 1))
    times = [entry.recorded_at for entry in store.revisions()]
    assert times == sorted(times)


def _write_meetings(url: str, environment: dict[str, str], number: int, ids: Sequence[str]) -> None:
    os.environ.update(environment)
    with open_store(url) as store:
        for at in range(WRITES):
            store.put(
                "interaction", meeting(f"w{number}.{at}", *ids), meeting("shared", *ids, minutes=100 * number + at + 1)
            )


def test_of_two_writers_who_read_the_same_version_one_is_refused(store: Store, store_url: str) -> None:
    store.put("person", person(store, "ana"))
    ana = person(store, "ana")["id"]
    answers: list[str] = []

    def change(grade: str) -> None:
        with open_store(store_url) as mine:
            table = validate_records(kind("person"), [person(mine, "ana", grade=grade)])
            try:
                mine.append("person", table, expect={("person", ana): 1})
                answers.append("kept")
            except StaleVersion:
                answers.append("refused")

    _at_once(change, ["11", "12", "13"])
    assert sorted(answers) == ["kept", "refused", "refused"]
    assert store.get("person", ana)["version"] == 2  # type: ignore[index]


def test_the_last_place_is_given_once(store: Store, store_url: str) -> None:
    store.put("person", *(person(store, key) for key in ("adult", "k0", "k1", "k2", "k3")))
    adult = person(store, "adult")["id"]
    answers: list[str] = []

    def take(key: str) -> None:
        with open_store(store_url) as mine:
            row = {"id": f"c-{key}", "adult": adult, "learner": person(mine, key)["id"]}
            guard = Guard(CASELOAD, {"adult": adult}, 2)
            try:
                mine.append("caseload", validate_records(CASELOAD, [row]), guards=[guard])
                answers.append("kept")
            except CapacityFull:
                answers.append("full")

    _at_once(take, ["k0", "k1", "k2", "k3"])
    assert sorted(answers) == ["full", "full", "kept", "kept"]
    assert store.count("caseload", adult=adult) == 2


def test_a_write_is_seen_whole_or_not_at_all(store: Store, store_url: str) -> None:
    store.put("person", *(person(store, f"k{at}", grade="0") for at in range(200)))
    done = threading.Event()
    mixed: list[set[str]] = []

    def look() -> None:
        with open_store(store_url) as mine:
            while not done.is_set():
                table = mine.since("person")
                grades = {row["grade"] for row in table.to_pylist() if row["ended"] is None}
                if len(grades) != 1 or table.num_rows % 200:
                    mixed.append(grades)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for grade in range(1, 8):
            store.put("person", *(person(store, f"k{at}", grade=str(grade)) for at in range(200)))
    finally:
        done.set()
        reader.join()
    assert mixed == []


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def test_two_processes_that_make_a_store_at_once_make_one(engine: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(f"{engine}_url")
    workers = [_start.Process(target=_open, args=(url, dict(os.environ), f"k{n}")) for n in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(120)
    assert [each.exitcode for each in workers] == [0, 0, 0]
    with open_store(url) as store:
        assert store.count("person") == 3


def _open(url: str, environment: dict[str, str], key: str) -> None:
    os.environ.update(environment)
    with open_store(url) as store:
        store.put("person", person(store, key))


def _at_once(work: Any, over: Sequence[str]) -> None:
    threads = [threading.Thread(target=work, args=(each,)) for each in over]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

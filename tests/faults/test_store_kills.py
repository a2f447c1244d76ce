"""SIGKILL at any moment: what was acknowledged is there, a write is whole or absent, a rerun doubles nothing."""

import multiprocessing
import os
import random
import time
from pathlib import Path
from typing import Any

import pytest

from graph_service.store.opening import open_store
from graph_service.store.store import Store
from tests.contract.conftest import meeting, own_folders, person

__all__ = ["own_folders"]

WRITES, ROWS = 12, 20
_start = multiprocessing.get_context("forkserver")
_start.set_forkserver_preload(["graph_service.store.store", "pyarrow.csv", "neo4j", "tests.contract.conftest"])


def records(store: Store, load: int, write: int) -> list[dict[str, Any]]:
    """The meetings of one write of a load: always the same."""
    ids = [person(store, key)["id"] for key in ("ana", "bo")]
    return [meeting(f"l{load}.w{write}.{at}", *ids, minutes=at + 1) for at in range(ROWS)]


def load_all(url: str, environment: dict[str, str], load: int, acknowledged: Path) -> None:
    """Load everything, writing down each write once the store said that it is kept."""
    os.environ.update(environment)
    handle = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open_store(url) as store:
        for write in range(WRITES):
            receipt = store.put("interaction", *records(store, load, write), batch=f"load {load}")
            os.write(handle, f"{write} {receipt.revision}\n".encode())


def kill_loads(url: str, folder: Path, times: int, seed: int) -> None:
    draw = random.Random(seed)
    with open_store(url) as store:
        store.put("person", person(store, "ana"), person(store, "bo"))
        span, cut_short = _time_of_a_load(url, folder, store), 0
        for load in range(times):
            acknowledged = folder / f"acknowledged.{load}"
            process = _start.Process(target=load_all, args=(url, dict(os.environ), load, acknowledged))
            process.start()
            time.sleep(draw.uniform(0, 1.1) * span)
            process.kill()
            process.join()
            told = [line.split() for line in acknowledged.read_text().splitlines()] if acknowledged.exists() else []
            found = [_kept(store, load, write) for write in range(WRITES)]
            assert set(found) <= {0, ROWS}, "a write is whole or absent"
            assert all(found[int(write)] == ROWS for write, _ in told), "nothing acknowledged is lost"
            assert store.revision() >= max((int(revision) for _, revision in told), default=0)
            cut_short += found[-1] == 0
            again = [store.put("interaction", *records(store, load, write)) for write in range(WRITES)]
            assert sum(receipt.added for receipt in again) == sum(ROWS - each for each in found)
        assert cut_short, "some loads were cut short: else the kills came too late"
        table = store.since("interaction")
        assert table.num_rows == len(set(table["id"].to_pylist())) == (times + 1) * WRITES * ROWS
        assert set(table["version"].to_pylist()) == {1}
        assert [entry.revision for entry in store.revisions(0, 10**6)] == list(range(1, store.revision() + 1))
        assert store.engine.check() == []


def _time_of_a_load(url: str, folder: Path, store: Store) -> float:
    """Seconds that one whole load takes here and now, with the start of its process."""
    load = 10_000
    begun = time.monotonic()
    process = _start.Process(target=load_all, args=(url, dict(os.environ), load, folder / "whole"))
    process.start()
    process.join()
    assert process.exitcode == 0 and _kept(store, load, WRITES - 1) == ROWS
    return time.monotonic() - begun


def _kept(store: Store, load: int, write: int) -> int:
    return len(store.known("interaction", [f"l{load}.w{write}.{at}" for at in range(ROWS)]))


@pytest.mark.slow
def test_a_load_killed_twenty_five_times_loses_and_doubles_nothing(store_url: str, tmp_path: Path) -> None:
    kill_loads(store_url, tmp_path, 25, seed=1)


@pytest.mark.soak
@pytest.mark.slow
def test_a_load_killed_two_hundred_times_loses_and_doubles_nothing(store_url: str, tmp_path: Path) -> None:
    kill_loads(store_url, tmp_path, 200, seed=2)


def _erase(url: str, environment: dict[str, str], id: str) -> None:
    os.environ.update(environment)
    with open_store(url) as store:
        store.erase("person", [id])


@pytest.mark.slow
def test_an_erasure_killed_at_any_moment_is_whole_or_not_begun_and_can_be_repeated(
    sqlite_url: str, tmp_path: Path
) -> None:
    draw = random.Random(3)
    with open_store(sqlite_url) as store:
        store.put("person", person(store, "ana"), *(person(store, f"k{at}") for at in range(8)))
        ana = person(store, "ana")["id"]
        for at in range(8):
            zeb = person(store, f"k{at}")["id"]
            store.put("interaction", *(meeting(f"e{at}.{n}", ana, zeb) for n in range(300)))
            process = _start.Process(target=_erase, args=(sqlite_url, dict(os.environ), zeb))
            process.start()
            time.sleep(draw.uniform(0, 0.5))
            process.kill()
            process.join()
            left = len(store.interactions_of(zeb, meeting("x")["date"], limit=1000))
            assert (left, store.get("person", zeb) is None) in {(0, True), (300, False)}
            store.erase("person", [zeb])
            assert store.get("person", zeb) is None
        assert store.count("interaction") == 8 * 300
        assert store.engine.check() == []

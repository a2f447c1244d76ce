"""Stores to hold to the contract, and the made-up people in them."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from graph_service.store.opening import open_store
from graph_service.store.store import Store

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets and caches of a test stay in its own folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GRAPH_SERVICE_SECRET_FILE", str(tmp_path / "secret"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store of each engine."""
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def people(store: Store) -> Callable[..., list[str]]:
    """Puts people into the store; gives their ids."""

    def put(*keys: str, **fields: Any) -> list[str]:
        store.put("person", *(person(store, key, **fields) for key in keys))
        return [store.internal_id("person", "local", key) for key in keys]

    return put


def person(store: Store, key: str, **fields: Any) -> dict[str, Any]:
    return {"id": store.internal_id("person", "local", key), "key": key, "roles": ["learner"]} | fields


def organization(id: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "key": id, "name": f"{id.title()} Example", "kind": "employer"} | fields


def meeting(id: str, *people: str, day: date = DAY, **fields: Any) -> dict[str, Any]:
    members = [{"id": each, "role": "participant"} for each in people]
    return {"id": id, "date": day, "kind": "meeting", "participants": members} | fields


def rows(table: Any) -> set[tuple[Any, ...]]:
    """A table as a set of rows: for comparing what has no order."""
    return {tuple(_frozen(value) for value in row.values()) for row in table.to_pylist()}


def versions(table: Any) -> set[tuple[str, int, int | None]]:
    """(id, version, ended) of each row."""
    return set(zip(*(table[name].to_pylist() for name in ("id", "version", "ended")), strict=True))


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(each) for each in value)
    return tuple(sorted(value.items())) if isinstance(value, dict) else value

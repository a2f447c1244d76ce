"""The first look at everything: SQLite reads rows and participants at once, through two connections."""

from typing import Any

import pytest

from graph_service.store.opening import open_store
from graph_service.store.sqlite.connections import Connections
from tests.contract.conftest import meeting, person, rows


@pytest.mark.parametrize("how", ["quiet", "written to in between"])
def test_a_full_read_never_mixes_two_moments(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    with open_store(sqlite_url) as store, open_store(sqlite_url) as other:
        store.put("person", *(person(store, key) for key in ("ana", "bo", "cy")))
        ana, bo, cy = (person(store, key)["id"] for key in ("ana", "bo", "cy"))
        store.put("interaction", meeting("i1", ana, bo), meeting("i2", ana, cy))
        expected = rows(store.since("interaction"))
        opened: Any = Connections._open

        def open_late(connections: Connections) -> Any:
            if how != "quiet":
                # Somebody changes who took part, after the first connection has begun to look.
                other.put("interaction", meeting("i1", bo, cy))
            return opened(connections)

        monkeypatch.setattr(Connections, "_open", open_late)
        assert rows(store.since("interaction", until=2)) == expected

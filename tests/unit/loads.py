"""What the tests of loaders share: files written on the spot, and a store to load them into."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_service.store.opening import open_store
from graph_service.store.store import Store
from loaders.options import LoadOptions

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of the given lines, and give its path."""

    def file(text: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return file


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    with open_store(sqlite_url) as opened:
        yield opened


def contents(store: Store, *kinds: str) -> dict[str, Any]:
    """The live records of some kinds, by id, as they mean: without versions and revisions."""
    hidden = ("version", "revision", "batch", "ended")
    return {
        kind: {
            record["id"]: {name: value for name, value in record.items() if name not in hidden}
            for record in store.find(kind)
        }
        for kind in kinds
    }


MESSAGES = LoadOptions(
    columns={"date": "time", "from": "sender", "to": "recipient"},
    kind="message",
    person_role="learner",
    basis="research",
)

"""Fixtures of the fast tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import graph_service as gs
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty programme in a file of its own."""
    with gs.open(f"sqlite:///{tmp_path}/world.db") as programme:
        yield World(programme)

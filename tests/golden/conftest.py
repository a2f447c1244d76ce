"""Fixtures of the tests against other people's numbers."""

from tests.unit.conftest import world

__all__ = ["world"]

"""The optional libraries of this room, opened where they are needed."""

from importlib import import_module
from typing import Any

from graph_service.errors import MissingExtra


def statistics_library(module: str, purpose: str) -> Any:
    """A module of the `statistics` extra. Raises MissingExtra, naming the extra, when it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra("statistics", purpose) from error

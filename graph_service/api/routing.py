"""Groups of routes: one in which no path begins as the one asked for is passed over as a whole.

The service has many hundreds of routes, and the framework asks each in turn, at every level of nesting again: a page
whose route stands late paid two milliseconds for that.
"""

from typing import Any

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope

API = "/api/v1"


def beginning(path: str) -> str:
    """The first part of a path, that of the API apart and without an ending; where it is a parameter: "{".

    >>> beginning("/learners/{id}"), beginning("/api/v1/people"), beginning("/worklist.json"), beginning("/{id}/x")
    ('learners', 'people', 'worklist', '{')
    """
    first = path.removeprefix(API).lstrip("/").split("/", 1)[0]
    return "{" if first.startswith("{") else first.split(".", 1)[0]


class Router(APIRouter):
    """A group of routes, as in the framework."""

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self._beginnings: set[str] = set()

    def add_api_route(self, path: str, *words: Any, **more: Any) -> None:
        """Add a route."""
        super().add_api_route(path, *words, **more)
        self._beginnings.add(beginning(self.prefix + path))

    def include_router(self, router: APIRouter, **more: Any) -> None:
        """Take in a group that is complete."""
        super().include_router(router, **more)
        under = self.prefix.removeprefix(API)
        inside = router._beginnings if isinstance(router, Router) else {"{"}
        self._beginnings |= {beginning(under)} if under else inside

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a route of the group is asked for."""
        if not scope.get("root_path") and not self._beginnings & {beginning(scope["path"]), "{"}:
            return Match.NONE, {}
        return super().matches(scope)

"""A service in process, on a small made-up programme of two schools."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import graph_service as gs
from graph_service.api.app import create_app
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from tests.world import World

DAY = date(2026, 3, 1)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[World]:
    """Ana at North, Bo at South, a mentor whom Ana met, a coordinator of each school."""
    with gs.open(f"sqlite:///{tmp_path}/town.db") as programme:
        world = World(programme)
        for school in ("north", "south"):
            world.organization(school, "school")
        world.person("ana", "learner", given_name="Ana", family_name="Example", birth_date=date(2010, 1, 1))
        world.person("bo", "learner", given_name="Bo", family_name="Sample")
        world.person("eng", "mentor", status="consented")
        world.affiliate("ana", "north", "enrolled_at")
        world.affiliate("bo", "south", "enrolled_at")
        world.log("meeting", "ana", "eng:mentor", on="2026-02-01")
        yield world


@pytest.fixture
def client(town: World) -> Callable[..., TestClient]:
    """A client signed in as somebody: `client()` is the owner, `client(sites=["north"])` a coordinator of North."""

    apps: dict[Any, Any] = {}

    def signed_in(role: str = "coordinator", sites: list[str] | None = None, **more: Any) -> TestClient:
        places = None if sites is None else frozenset(town.id(site, "organization") for site in sites)
        actor = OWNER if role == "coordinator" and sites is None else Actor("tester", role, places, **more)
        # One application for each actor: hundreds of routes are not made again for every question.
        if actor not in apps:
            apps[actor] = create_app(Settings(store=town.store.url), local_actor=actor, as_of=DAY)
            add_pages(apps[actor])
        return TestClient(apps[actor], base_url="http://localhost", raise_server_exceptions=False)

    return signed_in

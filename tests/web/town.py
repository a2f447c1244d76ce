"""A small made-up programme, and the service on it in a thread of this process, for tests in a browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import uvicorn

import graph_service as gs
from graph_service.api.app import create_app
from graph_service.api.door import Door
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.web.pages import add_pages
from tests.web.pictures import HOSTILE
from tests.world import World

DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Site:
    """A running service: its address and the programme's people."""

    address: str
    world: World

    def learner(self, key: str) -> str:
        """The path of a learner's page."""
        return f"/learners/{self.world.id(key)}"


def settle(world: World, *, hostile: bool = False) -> World:
    """Two schools, an employer, two mentors, learners of every group; with `hostile`, names that attack."""
    world.organization("north", "school", name="North Example High")
    world.organization("south", "school", name="South Example High")
    world.organization("acme", "employer", name="Acme Example Works", sector="digital_technology")
    world.person(
        "eng", "mentor", given_name="Ines", family_name="Mentorsen", status="consented", sector="digital_technology"
    )
    world.person("hire", "employer_contact", given_name="Lee", family_name="Hirer", status="consented")
    world.person("desk", "coordinator", given_name="Cory", family_name="Deskman")
    world.affiliate("hire", "acme", "works_at")
    names = ("Ana", "Bo", "Cleo", "Dara", "Eli", "Fay", "Gus", "Hana", "Ivo", "Jun")
    for k, name in enumerate(names):
        key = name.lower()
        goals = ["digital_technology"] if k % 2 == 0 else []
        world.person(key, "learner", given_name=name, family_name="Example", goals=goals)
        world.affiliate(key, "north" if k % 2 == 0 else "south", "enrolled_at")
    for on in ("2026-01-10", "2026-02-01", "2026-02-20"):
        world.log("meeting", "ana", "eng:mentor", on=on)
    world.log("informational_interview", "ana", "hire", on="2026-02-10", host="acme")
    world.log("mentoring_session", "bo", "eng:mentor", on="2026-02-12")
    world.log("meeting", "cleo", "dara", on="2026-02-15")
    world.log("career_fair", "dara", "eli", "hire", on="2026-02-18", host="acme")
    if hostile:
        for k, text in enumerate(HOSTILE):
            key = f"hostile{k}"
            world.person(key, "learner", given_name=text, family_name=text)
            world.organization(f"place{k}", "school", name=text)
            world.affiliate(key, f"place{k}", "enrolled_at")
            world.log("meeting", key, "eng:mentor", on="2026-02-20")
    return world


@contextmanager
def serving(folder: Path, *, hostile: bool = False, empty: bool = False) -> Iterator[Site]:
    """The service on a new programme in `folder`, on a free port of loopback, until the block ends."""
    with gs.open(f"sqlite:///{folder}/town.db") as programme:
        world = World(programme)
        if not empty:
            settle(world, hostile=hostile)
        with seated(world, OWNER) as address:
            yield Site(address, world)


@contextmanager
def seated(world: World, who: Actor, door: Door | None = None) -> Iterator[str]:
    """The service for one person on a programme's store, on a free port of loopback, until the block ends."""
    # A programme that was opened by its address has the default store in its settings.
    settings = world.programme.settings.model_copy(update={"store": world.store.url})
    app = create_app(settings, local_actor=who, as_of=DAY, door=door)
    add_pages(app)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
    app.state.service.close()

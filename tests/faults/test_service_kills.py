"""The served service, broken while it works: a worker killed under load, the graph server stopped and started."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

import httpx
import psutil
import pytest
from starlette.testclient import TestClient

import graph_service as gs
from graph_service import clock
from graph_service.actions import auditing, membership
from graph_service.api.app import create_app
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from tests.api.test_resources import is_problem
from tests.api.test_sign_in import free_port
from tests.world import World

TODAY = clock.today()


def settled(programme):
    """A learner and a mentor, and a token of a script that may write."""
    world = World(programme)
    world.learners("ana")
    world.person("eng", "mentor", status="consented")
    return world, membership.issue_token(world.store, "drill", "coordinator", today=TODAY, until=TODAY, writes=True)[1]


def contact(world):
    people = [{"id": world.id("ana"), "role": "learner"}, {"id": world.id("eng"), "role": "participant"}]
    return {"date": str(TODAY), "kind": "meeting", "participants": people}


class Writers:
    """Threads that write as fast as they are answered, and remember what was acknowledged."""

    def __init__(self, address, token, body, count=4):
        self.address, self.head, self.body = address, {"Authorization": f"Bearer {token}"}, body
        self.acknowledged, self.answered, self.wrong = [], [], []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(count)]

    def work(self):
        while not self.stop.is_set():
            try:
                # A connection each: what a dead worker held must not look like an answer of a live one.
                answer = httpx.post(
                    f"{self.address}/api/v1/interactions", json=self.body, headers=self.head, timeout=20
                )
            except httpx.HTTPError:
                continue
            self.answered.append(time.monotonic())
            if answer.status_code == 201:
                self.acknowledged.append(answer.json()["id"])
            else:
                self.wrong.append(answer.status_code)

    def __enter__(self):
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for each in self.threads:
            each.join(30)

    def more(self, number, seconds=60):
        """Wait until so many further writes are acknowledged."""
        wanted, until = len(self.acknowledged) + number, time.monotonic() + seconds
        while len(self.acknowledged) < wanted and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.acknowledged) >= wanted


def workers_of(process):
    """The processes that answer: children of the parent that are servers."""
    found = []
    for each in psutil.Process(process.pid).children():
        # One that was killed a moment ago, and that its parent has not noticed yet, answers nothing.
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
            if "spawn_main" in " ".join(each.cmdline()):
                found.append(each)
    return found


@pytest.mark.parametrize("kills", [1, pytest.param(50, marks=pytest.mark.soak)])
def test_a_killed_worker_loses_no_acknowledged_write_and_others_go_on_answering(tmp_path, kills):
    url, port = f"sqlite:///{tmp_path}/p.db", free_port()
    with gs.open(url) as programme:
        world, token = settled(programme)
        told = {
            "GRAPH_SERVICE_STORE": url,
            "GRAPH_SERVICE_OIDC_ISSUER": "http://localhost:9",
            "GRAPH_SERVICE_OIDC_AUDIENCE": "drill",
            "GRAPH_SERVICE_ENCRYPTED_AT_REST": "made-up people",
            "GRAPH_SERVICE_RATE_LIMIT": "0",
        }
        words = [sys.executable, "-m", "graph_service", "serve", "--port", str(port), "--workers", "2"]
        process = subprocess.Popen(words, env=os.environ | told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with Writers(f"http://127.0.0.1:{port}", token, contact(world)) as writers:
                writers.more(10, seconds=120)
                for _ in range(kills):
                    until = time.monotonic() + 60
                    while len(workers_of(process)) < 2 and time.monotonic() < until:
                        time.sleep(0.05)
                    victim = workers_of(process)[0]
                    victim.kill()
                    writers.more(5)
                writers.more(10)
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(60)
        assert writers.wrong == []
        kept = {each["id"] for each in world.store.find("interaction")}
        assert set(writers.acknowledged) <= kept
        # Every acknowledged write has its line in the trail, and no segment was torn by the kills.
        found = auditing.verify(world.store)
        assert found.wrong == () and found.lines >= len(writers.acknowledged)


def in_time(answer, began, seconds=4):
    """The problem of a server that is away, told before anybody gives up the page."""
    is_problem(answer, 503, "store_unreachable")
    assert int(answer.headers["retry-after"]) > 0
    assert time.monotonic() - began < seconds


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.soak)])
def test_while_the_graph_server_is_away_the_service_says_so_and_goes_on_when_it_is_back(
    killable_neo4j, neo4j_url, times
):
    with gs.open(neo4j_url) as programme:
        world, token = settled(programme)
        ana, body = world.id("ana"), contact(world)
    settings = Settings(store=neo4j_url, encrypted_at_rest="made-up people", query_seconds=60, answer_seconds=120)
    app = create_app(settings)
    add_pages(app)
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
    head = {"Authorization": f"Bearer {token}"}
    try:
        assert client.get("/readyz").json()["store"] == "answers"
        assert client.post("/api/v1/interactions", json=body, headers=head).status_code == 201
        for round in range(1, times + 1):
            killable_neo4j.kill()
            began = time.monotonic()
            in_time(client.get("/readyz"), began)
            # Given up: the others hear it at once.
            began = time.monotonic()
            in_time(client.get(f"/api/v1/learners/{ana}", headers=head), began)
            in_time(client.post("/api/v1/interactions", json=body, headers=head), began)
            assert client.get("/healthz").status_code == 200
            killable_neo4j.start()
            until = time.monotonic() + 30
            while client.get("/readyz").status_code != 200 and time.monotonic() < until:
                time.sleep(0.2)
            assert client.post("/api/v1/interactions", json=body, headers=head).status_code == 201
            found = client.get(f"/api/v1/learners/{ana}", headers=head).json()
            assert found["timeline_total"] == 1 + round, "one for each that was acknowledged"
    finally:
        app.state.service.close()

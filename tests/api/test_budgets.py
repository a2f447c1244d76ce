"""Time and row budgets: nobody holds a place for good, and a page never looks at everything there is."""

import asyncio
import time

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from graph_service.api.budget import Budget
from graph_service.disclosure import records
from graph_service.errors import StoreBusy
from tests.api.test_resources import is_problem


@pytest.fixture
def slow():
    app = FastAPI()

    @app.get("/slow")
    def slow() -> str:
        time.sleep(0.6)
        return "late"

    @app.post("/slow")
    def write() -> str:
        time.sleep(0.6)
        return "written"

    @app.get("/broken")
    async def broken() -> str:
        await asyncio.sleep(0.01)
        raise ValueError

    app.add_middleware(Budget, seconds=0.2)
    return TestClient(app, raise_server_exceptions=False)


def test_a_read_that_takes_too_long_is_a_problem_that_says_when_to_ask_again(slow):
    began = time.monotonic()
    answer = slow.get("/slow")
    assert time.monotonic() - began < 0.55
    is_problem(answer, 503, "took_too_long")
    assert int(answer.headers["retry-after"]) > 0


def test_a_write_is_never_cut_off_and_an_error_stays_an_error(slow):
    assert slow.post("/slow").json() == "written"
    assert slow.get("/broken").status_code == 500


def test_a_busy_store_says_when_to_ask_again(client, monkeypatch):
    def busy(*_, **__):
        raise StoreBusy()

    monkeypatch.setattr(records.RecordReader, "page", busy)
    answer = client().get("/api/v1/people")
    is_problem(answer, 503, "store_busy")
    assert int(answer.headers["retry-after"]) > 0


def test_a_page_that_would_look_at_too_much_is_short_and_the_next_one_goes_on(client, town, monkeypatch):
    for at in range(12):
        town.person(f"l{at}", "learner")
        town.affiliate(f"l{at}", "south", "enrolled_at")
    monkeypatch.setattr(records, "CHUNK", 2)
    monkeypatch.setattr(records, "MOST", 4)
    found, address, pages = [], "/api/v1/people", 0
    while address:
        told = client(sites=["north"]).get(address).json()
        found, address, pages = found + [each["key"] for each in told["items"]], told["next"], pages + 1
    assert sorted(found) == ["ana", "eng"] and pages > 2

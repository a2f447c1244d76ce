"""Imports and audits: accepted at once, done behind the request, taken up again after a kill, safe to ask twice."""

from datetime import timedelta

import pytest

from graph_service import clock
from graph_service.jobs import queue
from graph_service.jobs.queue import LEASE
from graph_service.jobs.runner import Runner
from tests.api.test_resources import is_problem


def csv_of(*rows):
    return "date,kind,from,to\n" + "".join(f"{row}\n" for row in rows)


GOOD = csv_of("2026-02-10,meeting,ana,eng", "2026-02-11,meeting,bo,eng")


def send(api, text=GOOD, key=None, **query):
    headers = {"Idempotency-Key": key} if key else {}
    return api.post(
        "/api/v1/imports", content=text.encode(), params={"loader": "interactions", **query}, headers=headers
    )


def ended(api, answer):
    assert answer.status_code == 202, answer.text
    api.app.state.service.runner.wait(30)
    return api.get(answer.headers["location"]).json()


@pytest.fixture
def api(client, tmp_path, monkeypatch):
    monkeypatch.setenv("GRAPH_SERVICE_UPLOAD_DIR", str(tmp_path / "uploads"))
    return client()


def test_a_file_is_accepted_at_once_and_loaded_behind_the_request(api, town):
    told = ended(api, send(api))
    assert (told["state"], told["result"]["added"], told["rejects"]) == ("done", 2, None)
    assert town.store.count("interaction") == 3
    assert [each["id"] for each in api.get("/api/v1/imports").json()["items"]] == [told["id"]]


def test_rejected_rows_are_told_and_can_be_fetched_with_why(api, tmp_path):
    text = csv_of("2026-02-10,meeting,ana,eng", "2026-02-31,meeting,bo,eng", "2026-02-12,meeting,bo,=nobody")
    told = ended(api, send(api, text))
    assert (told["result"]["added"], told["result"]["rejected"]) == (1, 2)
    rejects = api.get(told["rejects"])
    assert rejects.headers["content-type"].startswith("text/csv")
    assert "2026-02-31" in rejects.text and "'=nobody" in rejects.text
    left = [path.name for path in (tmp_path / "uploads").rglob("*") if path.is_file()]
    assert left == ["rejects.csv"]


def test_the_same_request_twice_is_one_import(api, town):
    first, again = send(api, key="k1"), send(api, key="k1")
    assert first.json()["id"] == again.json()["id"]
    ended(api, first)
    assert town.store.count("interaction") == 3


def test_a_check_writes_nothing(api, town):
    told = ended(api, send(api, check=True))
    assert told["result"]["added"] == 2 and town.store.count("interaction") == 1


def test_a_file_that_cannot_be_read_fails_with_its_reason(api):
    told = ended(api, send(api, "nonsense\n"))
    assert (told["state"], told["code"]) == ("failed", "missing_column")


@pytest.mark.parametrize("name", ["../x.csv", "a/b.csv", "x.exe", ".csv", "x.csv\x00"])
def test_a_name_cannot_lead_out_of_its_folder(api, name):
    is_problem(send(api, name=name), 422)


def test_an_unknown_loader_and_an_oversize_file_are_refused_before_anything_is_kept(api, monkeypatch, tmp_path):
    is_problem(api.post("/api/v1/imports?loader=magic", content=b"x"), 422, "unknown_parameter")
    monkeypatch.setattr("graph_service.jobs.spool.LARGEST", 10)
    is_problem(send(api), 413, "too_large")
    assert [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()] == []


def test_imports_and_audits_are_for_whoever_sees_the_whole_programme(client, api):
    for path in ("imports", "audits"):
        is_problem(client(sites=["north"]).get(f"/api/v1/{path}"), 403, "not_yours")
        is_problem(client(role="mentor").get(f"/api/v1/{path}"), 403, "not_yours")
        is_problem(api.get(f"/api/v1/{path}/nothing"), 404, "not_found")


def test_an_audit_measures_every_ranker_or_says_why_not(api):
    asked = api.post("/api/v1/audits", json={"split": "2026-01-01", "until": "2026-03-01"})
    told = ended(api, asked)
    assert (told["state"] == "done" and told["result"] is not None) or told["code"]
    is_problem(api.get(f"/api/v1/imports/{told['id']}"), 404, "not_found")
    is_problem(api.post("/api/v1/audits", json={"split": "2026-01-01", "until": "2026-01-01"}), 422, "bad_date")


class TestALostWorker:
    """What a killed process left is taken up when its heart has stopped, by one worker, three times at most."""

    def job(self, town, id="j1"):
        return queue.ask(town.store, "import", "tester", id, {})

    def later(self, seconds):
        clock.stand_at(clock.now() + timedelta(seconds=seconds))

    @pytest.fixture(autouse=True)
    def running_clock(self):
        yield
        clock.stand_at(None)

    def test_a_job_that_somebody_is_at_is_nobody_elses(self, town):
        self.job(town)
        assert queue.take(town.store, "one").worker == "one"
        assert queue.take(town.store, "two") is None

    def test_a_stopped_heart_gives_it_to_another_and_the_first_cannot_end_it(self, town):
        self.job(town)
        lost = queue.take(town.store, "one")
        self.later(LEASE + 1)
        found = queue.take(town.store, "two")
        assert (found.worker, found.attempts) == ("two", 2)
        with pytest.raises(queue.Conflict):
            queue.finish(town.store, lost, {"rows": 1})
        assert queue.finish(town.store, found, {"rows": 2}).result == {"rows": 2}

    def test_a_job_that_kills_its_workers_is_given_up(self, town):
        self.job(town)
        for at in range(3):
            assert queue.take(town.store, str(at)) is not None
            self.later(LEASE + 1)
        assert queue.take(town.store, "last") is None
        assert queue.get(town.store, "j1").code == "gave_up"

    def test_an_error_in_the_work_ends_the_job_without_repeating_what_it_said(self, town):
        def work(job, progress):
            raise ValueError("Ana Example")

        self.job(town)
        runner = Runner(town.store, {"import": work})
        runner.wake()
        runner.wait(10)
        told = queue.get(town.store, "j1")
        assert (told.state, told.code) == ("failed", "failure") and "Ana" not in told.detail

"""Around every request: log lines and figures that name nobody, a limit, a trail that shows every change to it."""

import io
import json
import logging

import pytest
from starlette.testclient import TestClient

from graph_service.actions import auditing, membership
from graph_service.api.app import create_app
from graph_service.api.operation import Limit
from graph_service.api.safety import require_safe, unsafe
from graph_service.api.watching import log_to
from graph_service.errors import SettingsError
from graph_service.settings import Settings
from graph_service.store.trail import Segment
from graph_service.web.pages import add_pages
from tests.api.test_resources import is_problem
from tests.api.test_sign_in import TODAY


@pytest.fixture
def asked(town):
    """Ask as a script that may write: `asked("GET", "/api/v1/people")`."""
    _, token = membership.issue_token(town.store, "nightly", "coordinator", today=TODAY, until=TODAY, writes=True)
    settings = Settings(store=town.store.url, encrypted_at_rest="made-up people")
    app = create_app(settings)
    add_pages(app)
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)

    def ask(method, path, **more):
        return client.request(
            method, path, headers={"Authorization": f"Bearer {token}"} | more.pop("headers", {}), **more
        )

    ask.app = app
    yield ask
    app.state.service.close()


@pytest.fixture
def logged():
    stream = io.StringIO()
    names = ("graph_service", "uvicorn", "uvicorn.error")
    before = [(logging.getLogger(name), logging.getLogger(name).handlers[:]) for name in names]
    log_to(stream)
    yield stream
    for logger, handlers in before:
        logger.handlers = handlers


class TestALogLine:
    def test_has_the_request_id_of_the_answer_and_the_declared_address(self, asked, logged, town):
        answer = asked("GET", f"/learners/{town.id('ana')}")
        line = json.loads(logged.getvalue().splitlines()[-1])
        assert line["request"] == answer.headers["x-request-id"]
        assert (line["route"], line["status"], line["role"]) == ("/learners/{id}", 200, "coordinator")

    def test_of_anything_asked_holds_no_name_key_query_body_or_token(self, asked, logged):
        secrets = ("Ana", "Example", "ana", "Zelda", "hunter2")
        asked("GET", "/learners/ana?as_of=2026-03-01&q=Zelda")
        asked("GET", "/worklist?q=Zelda%20Example")
        asked("POST", "/api/v1/people", json={"key": "hunter2", "roles": ["mentor"], "given_name": "Zelda"})
        asked("POST", "/api/v1/people", content=b'{"key": "hunter2"')
        asked("GET", "/api/v1/people/hunter2")
        asked("GET", "/Zelda/Example")
        text = logged.getvalue()
        assert len(text.splitlines()) == 6
        assert [word for word in secrets if word in text] == [] and "gst_" not in text

    def test_of_a_failure_says_where_and_not_what(self, asked, logged):
        try:
            raise ValueError("Zelda Example, born 2010")
        except ValueError:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
        line = json.loads(logged.getvalue())
        assert line["kind"] == "ValueError" and "test_operation.py" in line["where"][-1] and "Zelda" not in str(line)


def test_figures_count_by_declared_address(asked):
    asked("GET", "/learners/ana?as_of=2026-03-01")
    asked("GET", "/Zelda")
    text = asked.app.state.service.figures.text()
    assert 'graph_service_requests_total{method="GET",route="/learners/{id}",status="200"} 1.0' in text
    assert "Zelda" not in text and "ana" not in text.replace("graph_service", "")


class TestTheTrail:
    def write(self, asked, key):
        answer = asked("POST", "/api/v1/people", json={"key": key, "roles": ["mentor"]})
        assert answer.status_code == 201
        return answer

    def test_has_a_line_on_the_disk_for_each_acknowledged_write(self, asked, town):
        ids = [self.write(asked, key).headers["x-request-id"] for key in ("m1", "m2")]
        asked("GET", "/api/v1/people")
        lines = list(auditing.lines(town.store))
        assert [line["request"] for line in lines] == ids
        assert lines[0]["route"] == "/api/v1/people" and lines[0]["actor"].startswith("token ")
        assert "m1" not in str(lines)
        found = auditing.verify(town.store)
        assert (found.segments, found.lines, found.anchors, found.wrong) == (1, 2, 1, ())

    @pytest.mark.parametrize("harm", ["change", "cut", "swap", "drop", "remove"])
    def test_shows_every_way_to_tamper_with_it(self, asked, town, harm):
        for key in ("m1", "m2", "m3"):
            self.write(asked, key)
        auditing.anchor(town.store, TODAY)
        [file] = auditing.trail_folder(town.store).glob("*.log")
        first, second, third = file.read_text().splitlines(keepends=True)
        if harm == "remove":
            file.unlink()
        else:
            file.write_text({
                "change": first + second.replace("201", "409") + third,
                "cut": first + second,
                "swap": second + first + third,
                "drop": first + third,
            }[harm])  # fmt: skip
        assert len(auditing.verify(town.store).wrong) >= 1

    def test_forged_without_the_stores_secret_does_not_fit(self, asked, town):
        self.write(asked, "m1")
        folder = auditing.trail_folder(town.store)
        Segment(folder, b"another secret of thirty-two byt", "forged").add({"at": "now"})
        assert auditing.verify(town.store).wrong == ("segment forged: line 1 does not follow from the one before",)

    def test_that_cannot_be_written_acknowledges_nothing(self, asked, monkeypatch):
        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Segment, "add", full)
        is_problem(asked("POST", "/api/v1/people", json={"key": "m9", "roles": ["mentor"]}), 503, "not_noted")


def test_too_many_requests_of_one_client_are_refused_and_others_go_on(town):
    app = create_app(Settings(store=town.store.url, encrypted_at_rest="made-up people", rate_limit=9))
    client = TestClient(app, base_url="http://localhost")
    answers = [client.get("/healthz", headers={"Authorization": "Bearer a"}) for _ in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    is_problem(answers[-1], 429, "too_many_requests")
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert client.get("/healthz", headers={"Authorization": "Bearer b"}).status_code == 200


def test_a_bucket_fills_again():
    limit = Limit(60_000.0)
    limit.rate, limit.most = 1000.0, 1.0
    assert limit.wait("a") == 0.0
    waits = [limit.wait("a") for _ in range(3)]
    assert any(waits) and max(waits) <= 0.001


def test_ready_means_that_the_store_answers(asked, monkeypatch):
    assert asked("GET", "/readyz").json() == {"status": "ok", "store": "answers"}
    assert TestClient(create_app(Settings()), base_url="http://localhost").get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"store": "neo4j://db.example.org:7687"}, "neo4j+s"),
        ({"oidc_client_id": "x"}, "PUBLIC_URL"),
        ({"public_url": "http://graph.example.org"}, "not https"),
        ({"trusted_proxies": "*"}, "TRUSTED_PROXIES"),
    ],
)
def test_what_is_not_safe_is_refused_with_its_reason(settings, word):
    with pytest.raises(SettingsError, match=word.replace("+", r"\+")):
        require_safe(Settings(**settings))
    require_safe(Settings(**settings, insecure=True))


def test_a_secret_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "secret"
    file.write_text("made-up")
    file.chmod(0o644)
    assert len(list(unsafe(Settings(oidc_client_secret_file=file)))) == 1
    file.chmod(0o600)
    assert list(unsafe(Settings(oidc_client_secret_file=file))) == []

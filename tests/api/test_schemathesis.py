"""The API holds to its own description, whoever asks and whatever is sent: schemathesis with all of its checks.

The runs of the suite are short and the same every time; `--soak` runs every operation as every role at length.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup

from graph_service.api.app import create_app
from graph_service.settings import Settings
from tests.api.region import DAY, TOKEN, Region, region, sign_in

#: Resources whose routes stand for those of the others in short runs: all are made of the same two functions.
SAMPLE = ("people", "interactions", "stated-ties", "waves", "concerns")
#: What a request of the right shape may still be refused for: what it says does not go with what is there.
MEANING = {
    "invalid_record", "unknown_parameter", "unknown_measure", "bad_date", "bad_request", "stale_version", "gate_closed",
    "missing_column", "wrong_state", "unreadable_file", "bad_data",
}  # fmt: skip
SHORT = {
    "coordinator of the region": 1, "administrator": 1, "director of East": 1,
    "safeguarding lead of East": 1, "mentor": 1, "employer contact": 1, "evaluator": 1, "learner": 1,
}  # fmt: skip
LONG = ("coordinator of East", "counsellor with a caseload", "director of the region", *SHORT)


class Running:
    """The service with somebody signed in, and its description as schemathesis reads it."""

    def __init__(self, place: Region, folder: Any) -> None:
        self.place = place
        self.app = create_app(Settings(store=place.store.url, upload_dir=folder / "uploads"), as_of=DAY)
        self.schema = schemathesis.openapi.from_dict(self.app.openapi())
        self.schema.app = self.app
        self.schema.config.update(base_url="http://localhost")

    def sign_in(self, who: str) -> None:
        sign_in(self.app, self.place.actors()[who][0])

    def operations(self, *, short: bool) -> list[Any]:
        found = [each.ok() for each in self.schema.get_all_operations()]
        return [each for each in found if not short or self.chosen(each.path)]

    @staticmethod
    def chosen(path: str) -> bool:
        from graph_service.api.matrix import resource_of

        of = resource_of(path)
        return of is None or of.path in SAMPLE


def hold(running: Running, operation: Any, examples: int) -> None:
    """Ask an operation so many times, and check each answer in every way that there is."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, print_blob=False,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    def asked(case: Any) -> None:
        # The first look compiles its loops; how long an answer takes is another test.
        answer = case.call(headers=TOKEN, timeout=120)
        try:
            case.validate_response(answer)
        except FailureGroup as found:
            told = answer.json() if "problem+json" in answer.headers.get("content-type", [""])[0] else {}
            code = told.get("code")
            bad = [each for each in found.exceptions if not (_of_meaning(each) and code in MEANING)]
            assert bad == [], f"{operation.label} {answer.status_code} {told}: {[str(each) for each in bad]}"

    asked()


def _of_meaning(failure: Any) -> bool:
    return type(failure).__name__ == "RejectedPositiveData"


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("fuzz")
    for place in region(folder):
        made = Running(place, folder)
        yield made
        made.app.state.service.close()


@pytest.mark.parametrize("who", SHORT)
def test_no_answer_breaks_the_description(running, who):
    running.sign_in(who)
    for operation in running.operations(short=True):
        hold(running, operation, SHORT[who])


@pytest.mark.soak
@pytest.mark.parametrize("who", LONG)
def test_no_answer_breaks_the_description_at_length(running, who):
    running.sign_in(who)
    for operation in running.operations(short=False):
        hold(running, operation, 12)


@pytest.fixture
def on_neo4j(empty_neo4j, tmp_path, monkeypatch) -> Iterator[Running]:
    monkeypatch.setenv("GRAPH_SERVICE_SECRET_FILE", str(tmp_path / "secret"))
    for place in region(tmp_path, empty_neo4j.uri):
        made = Running(place, tmp_path)
        yield made
        made.app.state.service.close()


def test_nor_does_any_with_neo4j_behind_it(on_neo4j):
    on_neo4j.sign_in("coordinator of the region")
    for operation in on_neo4j.operations(short=True)[::3]:
        hold(on_neo4j, operation, 1)


@pytest.mark.soak
@pytest.mark.parametrize("who", LONG)
def test_nor_does_any_with_neo4j_behind_it_at_length(on_neo4j, who):
    on_neo4j.sign_in(who)
    for operation in on_neo4j.operations(short=False):
        hold(on_neo4j, operation, 4)

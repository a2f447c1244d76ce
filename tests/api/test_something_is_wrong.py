""" "Something is wrong" is on every page that there is, for everybody, and leads to a form that works for them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from graph_service.actions import concerns, links
from graph_service.api import matrix
from graph_service.api.app import create_app
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from tests.api.region import DAY, Region, region
from tests.api.test_scope_matrix import ROLE_OF, ids_of

PAGE = {"accept": "text/html"}
#: The link at the foot of a page.
LINK = re.compile(r'<a href="(/[^"]*(?:wrong|concern)[^"]*)">Something is wrong</a>')
WHO = {role: who for who, role in reversed(ROLE_OF.items())}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    yield from region(tmp_path_factory.mktemp("wrong"))


@pytest.fixture(scope="module")
def app(place: Region) -> Any:
    made = create_app(Settings(store=place.store.url), as_of=DAY)
    add_pages(made)
    return made


def pages(app: Any, place: Region) -> list[str]:
    """The address of every page, filled in; the last one does not exist."""
    found = [row.path for row in matrix.rows(app) if row.method == "GET" and not row.path.startswith("/api/")]
    filled = [path for path in found if not path.endswith(".json") and "{" not in path.replace("{id}", "")]
    return [path.replace("{id}", ids_of(place, path)[0]) for path in filled] + ["/nowhere"]


@pytest.mark.parametrize("role", ["coordinator", "mentor", "learner", "lead", "nobody"])
def test_every_page_and_every_error_leads_to_the_lead(app: Any, place: Region, role: str) -> None:
    app.state.service.local_actor = place.actors()[WHO[role]][0] if role in WHO else None
    seen, forms = 0, set()
    with TestClient(app, base_url="http://localhost", headers=PAGE, raise_server_exceptions=False) as browser:
        browser.follow_redirects = False
        for path in pages(app, place):
            answer = browser.get(path)
            html = answer.headers.get("content-type", "").startswith("text/html")
            if html and "attachment" not in answer.headers.get("content-disposition", ""):
                found = LINK.findall(answer.text)
                assert found, (role, path, answer.status_code)
                seen, forms = seen + 1, forms | set(found)
        assert seen > 10
        for each in forms:
            form = browser.get(each)
            assert form.status_code == 200 and "<textarea" in form.text, (role, each)
    app.state.service.local_actor = None


def test_whoever_is_not_known_or_has_a_link_that_ended_reaches_the_lead_too(app: Any, place: Region) -> None:
    app.state.service.local_actor = None
    with TestClient(app, base_url="http://localhost", headers=PAGE, raise_server_exceptions=False) as browser:
        for path in ("/link/decide/made-up", "/link/sign/made-up", "/e/made-up"):
            [form] = LINK.findall(browser.get(path).text)
            assert browser.get(form).status_code == 200
        assert browser.post("/link/wrong", data={"text": " "}).status_code == 422
        said = browser.post("/link/wrong", data={"text": "An adult waits at the gate."})
        assert said.status_code == 200 and "Thank you for saying so" in said.text
        [entry] = place.store.find("report", party="unknown")
        assert entry["text"] == "An adult waits at the gate." and entry["state"] == "open"
        assert "gate" not in browser.get("/link/wrong").text


def test_what_people_who_are_not_known_send_in_a_day_has_an_end(place: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concerns, "DAILY", place.store.count("report", party="unknown", date=DAY) + 1)
    concerns.report_by_anybody(place.store, "One more.", today=DAY)
    with pytest.raises(concerns.TooManyReports):
        concerns.report_by_anybody(place.store, "And one more.", today=DAY)


def test_every_page_behind_a_link_leads_there_by_that_link(app: Any, place: Region) -> None:
    purposes = {"desk": "/link/desk/", "stop": "/link/stop/"}
    with TestClient(app, base_url="http://localhost", headers=PAGE) as browser:
        for purpose, path in purposes.items():
            token = links.address("", place.store, links.Link(purpose, place.id("eng"), DAY, "", "connector"))
            token = token.rpartition("/")[2]
            assert LINK.findall(browser.get(path + token).text) == [f"/link/wrong/{token}"]

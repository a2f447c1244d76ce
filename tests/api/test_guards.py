"""What no route should see is refused in front of all of them."""

import pytest

from graph_service.api import guards
from tests.api.test_resources import is_problem

NEW = {"key": "cy", "roles": ["mentor"]}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:8123"},
    ],
)
def test_another_site_writes_nothing(client, town, headers):
    is_problem(client().post("/api/v1/people", json=NEW, headers=headers), 403, "cross_site")
    assert town.store.get("person", town.id("cy")) is None


def test_the_services_own_pages_and_scripts_write(client):
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client().post("/api/v1/people", json=NEW, headers=own).status_code == 201
    assert client().post("/api/v1/people", json=NEW | {"key": "di"}).status_code == 201


def test_an_oversize_body_is_refused_whether_or_not_it_says_so(client):
    large = b'{"key": "' + b"x" * guards.LARGEST + b'"}'
    is_problem(client().post("/api/v1/people", content=large), 413, "too_large")
    is_problem(client().post("/api/v1/people", content=iter([large[:1000], large[1000:]])), 413, "too_large")


def test_a_deeply_nested_body_is_refused_before_it_is_parsed(client):
    json = {"Content-Type": "application/json"}
    is_problem(client().post("/api/v1/people", content=b"[" * 100_000, headers=json), 422, "too_deep")
    text = b'{"key": "' + b"[" * 100 + b'", "roles": ["mentor"]}'
    assert client().post("/api/v1/people", content=text, headers=json).status_code == 201


def test_every_answer_tells_browsers_and_proxies_to_be_careful(client):
    for path in ("/api/v1/people", "/api/v1/nothing", "/healthz"):
        headers = client().get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] in ("private, no-cache", "no-store")


def test_pages_keep_their_own_policy(client):
    page = client().get("/worklist")
    assert page.headers["cache-control"] == "private, no-cache"
    assert "script-src 'self'" in page.headers["content-security-policy"]


def test_long_answers_are_compressed_where_the_client_can_read_it(client):
    answer = client().get("/api/v1/catalogue", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip" and answer.json()["items"]


@pytest.mark.parametrize("text", ["=1+1", "'; DROP TABLE person; --", "`}) DETACH DELETE n //", "$where", "../../etc"])
def test_what_looks_like_a_statement_is_a_name_like_any_other(client, town, text):
    answer = client().post("/api/v1/people", json={"key": text, "roles": ["mentor"], "given_name": text})
    assert answer.status_code == 201 and answer.json()["given_name"] == text
    found = client().get("/api/v1/affiliations", params={"where": f"person:{text}"})
    assert found.status_code == 200 and found.json()["items"] == []
    assert town.store.count("person") == 4

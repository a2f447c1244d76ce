"""Every route, asked by every role of every site: whom it answers, and that nobody out of scope is in any answer."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from starlette.testclient import TestClient

from graph_service.api import matrix
from graph_service.api.app import create_app
from graph_service.api.models import new_model
from graph_service.disclosure import policy
from graph_service.disclosure.scope import Actor
from graph_service.records.resources import RESOURCES
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from tests.api.region import ADULTS, DAY, EVIDENCE, LEARNERS, TOKEN, Region, name_of, region, sign_in

ROLE_OF = {
    "coordinator of the region": "coordinator", "coordinator of East": "coordinator",
    "counsellor with a caseload": "coordinator", "coordinator of nothing": "coordinator", "administrator": "admin",
    "director of the region": "director", "director of East": "director", "safeguarding lead of East": "lead",
    "mentor": "mentor", "employer contact": "employer", "evaluator": "evaluator", "learner": "learner",
    "account of nobody": "learner",
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Region]:
    yield from region(tmp_path_factory.mktemp("region"))


@pytest.fixture(scope="module")
def app(place):
    made = create_app(Settings(store=place.store.url), as_of=DAY)
    add_pages(made)
    return made


@pytest.fixture(scope="module")
def routes(app):
    return [row for row in matrix.rows(app) if row.cells]


def signed_in(app, actor):
    sign_in(app, actor)
    more = {"raise_server_exceptions": False, "follow_redirects": False}
    return TestClient(app, base_url="http://localhost", headers=TOKEN, **more)


def ids_of(place, path):
    """Ids to ask a route for: those of its kind in both districts, else learners'."""
    of = matrix.resource_of(path)
    found = place.records.get(of.kind, {}) if of and of.path != "learners" else {}
    return list(found.values()) or [place.id(key) for key in LEARNERS]


def test_no_route_and_no_role_is_forgotten(routes):
    assert {row.path for row in routes} >= {f"/api/v1/{each.path}" for each in RESOURCES}
    assert all(set(row.cells) == set(matrix.ROLES) for row in routes)
    assert set(ROLE_OF.values()) == set(matrix.ROLES)


def test_every_kind_of_record_is_somebodys_to_see():
    assert {each.kind for each in RESOURCES} == set(policy.kinds_named())


#: A mentor hears of learners whom they have met and whose consent holds, on their own desk and nowhere else.
OWN_PEOPLE = {("mentor", path): {"lea", "lew"} for path in ("/api/v1/desks/mentor", "/mentor", "/mentor.json")}


@pytest.mark.parametrize("who", ROLE_OF)
def test_a_route_answers_whom_the_table_says_and_tells_of_nobody_else(app, place, routes, who):
    actor, hears_of = place.actors()[who]
    assert actor.role == ROLE_OF[who]
    api = signed_in(app, actor)
    for row in routes:
        if row.method != "GET":
            continue
        strangers = {*LEARNERS, *ADULTS} - hears_of - OWN_PEOPLE.get((who, row.path), set())
        told = {word for key in strangers for word in (name_of(key), place.id(key))}
        for id in ids_of(place, row.path) if "{" in row.path else [""]:
            answer = api.get(row.path.replace("{id}", id))
            refused = row.cells[actor.role] == matrix.NOTHING or (row.whole and actor.sites is not None)
            if not (actor.role == "learner" and actor.person is None):
                assert (answer.status_code == 403) == refused, (who, row.path, answer.status_code, answer.text[:300])
            assert answer.status_code in (200, 303, 307, 403, 404, 422), (who, row.path, answer.text[:300])
            asked_for = {id} if answer.status_code != 200 else set()
            leaked = {word for word in told - asked_for if word in answer.text}
            assert leaked == set(), (who, row.path, leaked)


def state_of(place):
    """Every live record about people with its version: what a write would change."""
    return {of.kind: {row["id"]: row["version"] for row in place.store.find(of.kind)} for of in EVIDENCE}


@pytest.mark.parametrize("who", ROLE_OF)
def test_nobody_writes_about_people_who_are_not_theirs(app, place, routes, who):
    actor, _ = place.actors()[who]
    api = signed_in(app, actor)
    everything = actor.role in ("coordinator", "admin") and actor.sites is None
    before = state_of(place)
    for of in EVIDENCE:
        if everything or not of.writable or "lew" not in place.records.get(of.kind, {}):
            continue
        id = place.records[of.kind]["lew"]
        body = {name: place.store.get(of.kind, id)[name] for name in new_model(of).model_fields}
        send = {"content": json.dumps(body, default=str), "headers": {"If-Match": '"1"'}}
        kind = {"Content-Type": "application/json"}
        sent = [
            api.post(f"/api/v1/{of.path}", content=send["content"], headers=kind),
            api.put(f"/api/v1/{of.path}/{id}", content=send["content"], headers=send["headers"] | kind),
            api.delete(f"/api/v1/{of.path}/{id}", headers=send["headers"]),
        ]
        assert [each.status_code in (403, 404) for each in sent] == [True] * 3, (who, of.path, [s.text for s in sent])
    assert state_of(place) == before


def test_a_private_contact_is_seen_by_the_learner_alone(app, place):
    id = place.records["stated_tie"]["lea-private"]
    for who, (actor, _) in place.actors().items():
        listed = signed_in(app, actor).get("/api/v1/stated-ties")
        single = signed_in(app, actor).get(f"/api/v1/stated-ties/{id}")
        assert (id in listed.text, single.status_code == 200) == ((True, True) if who == "learner" else (False, False))


def test_a_learner_sees_of_a_meeting_of_many_only_the_adults_and_themselves(app, place):
    everybody = [{"id": place.id(key), "role": "participant"} for key in ("lea", "leo", "lew", "mia")]
    id = place.keep("interaction", "fair", date=DAY, kind="career_fair", participants=everybody)
    actor, _ = place.actors()["learner"]
    told = signed_in(app, actor).get(f"/api/v1/interactions/{id}").json()
    assert {each["id"] for each in told["participants"]} == {place.id("lea"), place.id("mia")}


def test_an_employers_contact_sees_the_offers_of_their_own_employer(app, place):
    actor, _ = place.actors()["employer contact"]
    api = signed_in(app, actor)
    assert [each["id"] for each in api.get("/api/v1/slots").json()["items"]] == [place.records["slot"]["bolt"]]
    assert api.get(f"/api/v1/slots/{place.records['slot']['acme']}").status_code == 404


def test_a_person_who_was_merged_into_a_hidden_learner_stays_hidden(app, place):
    place.person("lew2", "learner", given_name="ZqTwiceexample")
    place.merge("lew2", "lew")
    actor, _ = place.actors()["coordinator of East"]
    assert signed_in(app, actor).get(f"/api/v1/people/{place.id('lew2')}").status_code == 404
    assert "ZqTwice" not in signed_in(app, actor).get("/api/v1/people").text


class TestADirectorWithALegalBasis:
    """A recorded basis for the role and the district opens its learners, until its last day and no further."""

    def seen(self, app, place, site=None):
        sites = None if site is None else frozenset([place.id(site, "organization")])
        api = signed_in(app, Actor("f", "director", sites))
        return {each["key"] for each in api.get("/api/v1/people").json()["items"]} & set(LEARNERS)

    def test_sees_the_learners_of_that_district_and_no_other(self, app, place):
        assert self.seen(app, place) == set()
        place.put_basis("director", "east")
        assert self.seen(app, place) == {"lea", "leo"}
        assert self.seen(app, place, "west") == set()

    def test_sees_them_no_longer_once_it_has_run_out(self, app, place):
        place.put_basis("director", "east", until=date(2026, 1, 1))
        assert self.seen(app, place) == set()

"""What learners and asked adults are told over the API and on their pages does not depend on who was gated, or why."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from graph_service.actions.moves import move, propose
from graph_service.actions.sweeps import expire, recheck
from graph_service.api.app import create_app
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.introductions.workflow import workflow
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from tests.introductions_world import TODAY, MadeUp

DAY = date.fromisoformat(TODAY)
#: The day of the looking: what waited for an answer has lapsed by then.
LATER = DAY + timedelta(days=60)
WAY = ("request", "approve", "ask_connector", "connector_agree", "ask_target", "target_agree", "make")
#: Moves of learners, adults and staff, from early and late states.
TRIED = ("request", "connector_agree", "target_agree", "make", "meet")
assert set(TRIED) <= set(workflow().names())
LEARNER = ("/api/v1/desks/learner", "/me", "/me.json")
MENTOR = ("/api/v1/desks/mentor", "/mentor", "/mentor.json")


def adult(made: MadeUp, key: str, **more: Any) -> None:
    made.adult(key, given_name=key.title(), family_name="Example", capacity=5, **more)


#: Ways to keep an adult away from the learner.
BARS: dict[str, Callable[[MadeUp, str], Any]] = {
    "no_clearance": lambda made, key: made.clear(key, result="refused", since=DAY),
    "removed": lambda made, key: adult(made, key, status="removed", cleared=False),
    "frozen": lambda made, key: made.put("concern", about=made.id(key), raised_by="staff", date=DAY),
    "blocked": lambda made, key: made.put("block", by=made.id(key), about=made.id("ana"), since=DAY),
}


class Place:
    """Ana knows Connie, who knows Tom; somebody signed in looks at pages and sends moves."""

    def __init__(self, path: Path, day: date) -> None:
        self.made = MadeUp(f"sqlite:///{path}")
        self.made.learner("ana")
        for key in ("connie", "tom"):
            adult(self.made, key)
        self.made.meet("ana", "connie")
        self.made.meet("connie", "tom")
        self.app = create_app(Settings(store=self.made.store.url), as_of=day)
        add_pages(self.app)
        self.id = ""

    def sign_in(self, role: str, person: str | None = None) -> TestClient:
        sites = None if person is None else frozenset[str]()
        self.app.state.service.local_actor = Actor("tester", role, sites, person and self.made.id(person))
        return TestClient(self.app, base_url="http://localhost", raise_server_exceptions=False)

    def bring(self, state: str) -> None:
        """Let an introduction come as far as a state."""
        ends = {"learner": "ana", "connector": "connie", "target": "tom"}
        moved = propose(self.made.store, OWNER, *map(self.made.id, ends.values()), today=DAY)
        for name in WAY[: ("suggested", "requested", "approved", "connector_asked", "connector_agreed",
                           "target_asked", "target_agreed", "made").index(state)]:  # fmt: skip
            by = ends.get(name.removesuffix("_agree"))
            actor = Actor("adult", "mentor", person=self.made.id(by)) if by else OWNER
            moved = move(self.made.store, actor, moved.introduction, name, moved.version, today=DAY)
        assert moved.state == state
        self.id = moved.introduction

    def act(self, name: str, by: str | None = None) -> None:
        actor = OWNER if by is None else Actor("adult", "mentor", person=self.made.id(by))
        move(self.made.store, actor, self.id, name, self.version, today=DAY, reason="no_time")

    @property
    def version(self) -> int:
        record = self.made.store.get("introduction", self.id)
        assert record is not None
        return int(record["version"])

    def send(self, api: TestClient, name: str, read: str) -> tuple[int, dict[str, Any]]:
        asked = {"move": name, "meeting": DAY.isoformat(), "reason": "no_time"}
        answer = api.post(f"/api/v1/introductions/{self.id}/moves", json=asked, headers={"If-Match": f'"{read}"'})
        kept = {name: value for name, value in answer.json().items() if name not in ("instance", "request_id")}
        return answer.status_code, kept

    def seen(self, api: TestClient, pages: tuple[str, ...]) -> dict[str, str]:
        """The pages without what is drawn by lot, internal ids and tokens, and without the count of all writes."""
        found = {}
        for address in pages:
            answer = api.get(address, headers={"accept": "application/json" if "json" in address else "text/html"})
            assert answer.status_code == 200, (address, answer.text)
            text = re.sub(r'name="(token|repeat)" value="[^"]+"', "", answer.text)
            for key in ("ana", "connie", "tom"):
                text = text.replace(self.made.id(key), f"<{key}>")
            text = re.sub(r'"revision":\d+', '"revision":0', text)
            text = re.sub(r"\b[a-z0-9]{16}\b", "<id>", text)
            found[address] = text
        return found

    def refusals(self, api: TestClient, *read: str) -> dict[str, str]:
        """What moves of every kind are answered with, for each of the versions that might be read; all are refused."""
        found = {}
        for name in TRIED:
            for each in read:
                status, body = self.send(api, name, each)
                assert status >= 400 and "gates" not in body, (name, body)
                found[f"{name} {each}"] = json.dumps([status, body])
        return found


@pytest.fixture
def places(tmp_path: Path) -> Callable[..., Any]:
    numbers = iter(range(100))

    @contextmanager
    def one(day: date = DAY) -> Iterator[Place]:
        place = Place(tmp_path / f"{next(numbers)}.db", day)
        try:
            yield place
        finally:
            place.app.state.service.close()
            place.made.programme.close()

    return one


def all_the_same(heard: list[dict[str, str]]) -> bool:
    for one, other in pairwise(heard):
        assert one == other
    return len(heard) > 1


def test_a_learner_who_says_yes_hears_the_same_whoever_is_gated(places: Any) -> None:
    heard = []
    for how, side in [("no_clearance", "connie"), ("removed", "connie"), ("frozen", "tom"), ("blocked", "tom")]:
        with places() as place:
            place.bring("suggested")
            BARS[how](place.made, side)
            api = place.sign_in("learner", "ana")
            # Ana's own team says who of it is still there: that is no introduction.
            ours = json.loads(place.seen(api, ("/me.json",))["/me.json"])["introductions"]
            refused = place.refusals(api, "idea")
            heard.append(refused | {"introductions": json.dumps(ours)})
            assert json.loads(refused["request idea"])[1]["code"] == "gate_closed"
            status, body = place.send(place.sign_in("coordinator"), "request", "1")
            assert status == 409 and how in body["gates"] and how in body["detail"]
    assert all_the_same(heard)


ENDINGS: dict[str, Callable[[Place], Any]] = {
    "the connector says no": lambda place: (place.bring("connector_asked"), place.act("decline", "connie")),
    "the target says no": lambda place: (place.bring("target_asked"), place.act("decline", "tom")),
    "the connector is silent": lambda place: (place.bring("connector_asked"), expire(place.made.store, LATER)),
    "the target is silent, and no job has run": lambda place: place.bring("target_asked"),
    "staff keep it back": lambda place: (place.bring("approved"), place.act("withhold")),
    "the target's check is gone": lambda place: barred(place, "no_clearance", "tom"),
    "a concern about the connector": lambda place: barred(place, "frozen", "connie"),
    "the learner's consent is gone": lambda place: (
        place.bring("target_asked"),
        place.made.consent("ana", "introduce", granted=False, since=DAY),
        recheck(place.made.store, DAY),
    ),
}  # fmt: skip


def barred(place: Place, how: str, side: str) -> None:
    place.bring("target_asked")
    BARS[how](place.made, side)
    assert [each.state for each in recheck(place.made.store, DAY)] == ["blocked"]


def test_however_it_ends_early_a_learner_is_told_the_same_to_the_letter(places: Any) -> None:
    heard = []
    for how, end in ENDINGS.items():
        with places(LATER) as place:
            end(place)
            api = place.sign_in("learner", "ana")
            seen = place.seen(api, LEARNER)
            [told] = json.loads(seen["/me.json"])["introductions"]
            assert told["phase"] == "not_this_time" and told["moves"] == [] and told["words"] is None
            said = place.refusals(api, "not_this_time", "7")
            if "consent" in how:
                # Their own consents are shown beside it, and are other ones here.
                seen = {name: heard[-1][name] for name in LEARNER}
            heard.append(said | {"introduction": json.dumps(told)} | seen)
    assert all_the_same(heard)


def test_on_its_way_a_learner_cannot_tell_by_trying_how_far_it_is(places: Any) -> None:
    heard = []
    for state in ("requested", "connector_asked", "target_agreed"):
        with places() as place:
            place.bring(state)
            api = place.sign_in("learner", "ana")
            tried = place.refusals(api, "on_its_way", "5")
            heard.append(place.seen(api, LEARNER) | tried)
    for each in heard:
        # A learner may still say no to the idea until staff have agreed: that much is shown.
        each.pop("/me")
    assert all_the_same([{name: text.replace('"decline",', "") for name, text in each.items()} for each in heard])


def test_an_asked_adult_hears_the_same_whoever_else_is_gated(places: Any) -> None:
    heard = []
    for how in ("no_clearance", "removed", "blocked"):
        with places() as place:
            place.bring("target_asked")
            BARS[how](place.made, "connie")
            api = place.sign_in("mentor", "tom")
            tried = place.refusals(api, str(place.version))
            assert json.loads(tried[f"target_agree {place.version}"])[1]["code"] == "gate_closed"
            heard.append(place.seen(api, MENTOR) | tried)
    assert all_the_same(heard)

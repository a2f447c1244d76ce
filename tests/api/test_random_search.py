"""Somebody of each role who asks at random, for days, sites, ids and words of others, finds nobody out of scope."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

import graph_service as gs
from graph_service.actions.rehearsal import load_synthetic
from graph_service.api import matrix
from graph_service.api.app import create_app
from graph_service.disclosure.release_log import ReleaseLog
from graph_service.disclosure.scope import Actor
from graph_service.settings import Settings
from graph_service.web.pages import add_pages
from tests.api.region import ADULTS, DAY, LEARNERS, Region, name_of, region
from tests.api.test_scope_matrix import OWN_PEOPLE, ROLE_OF, ids_of
from tests.unit.test_release_log import by_algebra, by_chance, by_differencing, small_groups, told

#: Sequences per role in the suite, and in a soak.
FEW, MANY = 50, 10_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    yield from region(tmp_path_factory.mktemp("search"))


@pytest.fixture(scope="module")
def app(place: Region) -> Any:
    made = create_app(Settings(store=place.store.url), as_of=DAY)
    add_pages(made)
    return made


def questions(place: Region, rows: list[Any], draw: random.Random) -> Iterator[str]:
    """One to four requests, each with parameters that another question might want."""
    people = [place.id(key) for key in (*LEARNERS, *ADULTS)]
    sites = [place.id(key, "organization") for key in ("east", "west", "east-high", "west-high", "acme")]
    words = [name_of(key) for key in (*LEARNERS, *ADULTS)]
    for _ in range(draw.randint(1, 4)):
        row = draw.choice(rows)
        path = row.path.replace("{id}", draw.choice([*ids_of(place, row.path), *people]))
        day = DAY + timedelta(days=draw.randint(-400, 60))
        asked = {
            "as_of": day,
            "from": day - timedelta(days=draw.randint(0, 90)),
            "limit": draw.randint(1, 500),
            "after": draw.choice(people),
            "q": draw.choice(words),
            "site": draw.choice(sites),
            "where": draw.choice([f"person:{draw.choice(people)}", f"learner:{draw.choice(people)}"]),
            "order": "name",
        }
        chosen = draw.sample(sorted(asked), draw.randint(0, 4))
        yield f"{path}?{'&'.join(f'{name}={asked[name]}' for name in chosen)}"


def search(app: Any, place: Region, who: str, sequences: int) -> None:
    actor, hears_of = place.actors()[who]
    app.state.service.local_actor = actor
    rows = [row for row in matrix.rows(app) if row.cells and row.method == "GET"]
    draw = random.Random(who)
    own = [(path, set(keys)) for (role, path), keys in OWN_PEOPLE.items() if role == who]
    said = {key: (name_of(key), place.id(key)) for key in (*LEARNERS, *ADULTS)}
    # One server for all of them: what is measured is the answers, not how a server begins.
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False, follow_redirects=False) as api:
        for asked in (asked for _ in range(sequences) for asked in questions(place, rows, draw)):
            answer = api.get(asked)
            assert answer.status_code < 500, (who, asked, answer.text[:200])
            mine = {key for path, keys in own if asked.startswith(path) for key in keys}
            strangers = said.keys() - hears_of - mine
            # What was asked for may be said again: an address, a word that was searched for.
            words = {word for key in strangers for word in said[key] if word not in asked}
            assert [word for word in words if word in answer.text] == [], (who, asked)


@pytest.mark.parametrize("who", ROLE_OF)
def test_random_questions_find_nobody_out_of_scope(app: Any, place: Region, who: str) -> None:
    search(app, place, who, FEW)


@pytest.mark.soak
@pytest.mark.parametrize("who", ROLE_OF)
def test_ten_thousand_sequences_find_nobody_out_of_scope(app: Any, place: Region, who: str) -> None:
    search(app, place, who, MANY)


# --- roles that see counts -----------------------------------------------------------------------------------------
def counts_at_random(folder: Any, role: str, questions: int, sequences: int) -> None:
    day = date(2026, 3, 31)
    with gs.open(f"sqlite:///{folder}/counts.db") as programme:
        load_synthetic(programme.store, people=300, seed=5, as_of=day)
        app = create_app(Settings(store=programme.store.url), as_of=day)
        app.state.service.local_actor = Actor("somebody", role)
        api = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
        draw = random.Random(role)
        for _ in range(questions):
            as_of = day - timedelta(days=draw.randint(0, 60))
            answer = api.get(f"/api/v1/exports/cohort?as_of={as_of}")
            assert answer.status_code == 200 and answer.text.count("\n") > 2
        log = ReleaseLog(programme.evidence)
        shown = told(log)
        assert shown and by_differencing(shown) == [] and by_algebra(shown, small_groups(log)) == []
        assert by_chance(shown, sequences, 1) == []
        # However often and for whichever days: a month is one table.
        assert len(log.releases()) <= 3


@pytest.mark.parametrize("role", ["director"])
def test_counts_of_random_days_give_no_small_group_away(tmp_path: Any, role: str) -> None:
    counts_at_random(tmp_path, role, 4, 1_000)


@pytest.mark.soak
@pytest.mark.parametrize("role", ["director", "evaluator"])
def test_ten_thousand_sequences_over_counts_give_no_small_group_away(tmp_path: Any, role: str) -> None:
    counts_at_random(tmp_path, role, 60, MANY)

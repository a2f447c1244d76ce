"""An ask to an employer in the browser: a second school within the window is told first, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.work_pages import Pages
from tests.world import World

HOME = "/work/employer/acme"


@pytest.fixture
def pages(world: World) -> Iterator[Pages]:
    world.organization("acme", "employer", name="Acme Example Works")
    for key in ("north", "south"):
        world.organization(key, "school", name=f"{key.title()} Example High")
    for key in ("cy", "dee"):
        world.person(key, "coordinator", given_name=key.title(), family_name="Example")
    made = Pages(world)
    yield made
    made.close()


def ask(pages: Pages, school: str, by: str, on: str, **more: str):
    fields = {"school": school, "by": by, "on": on, "ask": "shadow", **more}
    return pages.post(f"{HOME}/ask", HOME, **fields)


def test_a_second_school_within_a_week_is_told_who_asked_when_and_nothing_is_written_yet(pages):
    assert ask(pages, "north", "cy", "2026-02-24").status_code == 303
    told = ask(pages, "South Example High", "dee", "2026-02-26")
    assert told.status_code == 409 and len(pages.world.store.find("employer_ask")) == 1
    for each in ("North Example High", "Cy Example", "Let them take it along", 'value="South Example High"'):
        assert each in told.text


@pytest.mark.parametrize(
    ("how", "by", "answer"), [("bundle", "cy", "open"), ("hand_on", "dee", "handed_on"), ("ask_anyway", "dee", "open")]
)
def test_the_second_is_bundled_handed_on_or_made_all_the_same(pages, how, by, answer):
    ask(pages, "north", "cy", "2026-02-24")
    assert ask(pages, "south", "dee", "2026-02-26", how=how).status_code == 303
    second = max(pages.world.store.find("employer_ask"), key=lambda row: row["date"])
    assert (second["by"], second["answer"]) == (pages.world.id(by), answer)


def test_two_weeks_later_nobody_is_asked_twice_and_an_answer_is_kept_once(pages):
    ask(pages, "north", "cy", "2026-02-10")
    assert ask(pages, "south", "dee", "2026-02-26").status_code == 303
    row = pages.world.store.find("employer_ask")[0]
    said = {"id": row["id"], "version": "1", "answer": "yes"}
    assert pages.post(f"{HOME}/answer", HOME, **said).status_code == 303
    assert pages.post(f"{HOME}/answer", HOME, **said | {"answer": "no"}).status_code == 409
    assert pages.world.store.get("employer_ask", row["id"])["answer"] == "yes"

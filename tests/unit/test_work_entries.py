"""What the intermediary writes down in the browser: one form for every kind, out of its declaration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from graph_service.desks.entering import ENTERED
from graph_service.desks.work import listed
from graph_service.disclosure.scope import OWNER
from graph_service.web.entry_words import LABELS, TITLES
from tests.unit.work_pages import DAY, Pages
from tests.world import World


@pytest.fixture
def pages(world: World) -> Iterator[Pages]:
    world.organization("hub", "intermediary", name="Example Hub", intermediary_kind="nonprofit")
    world.organization("acme", "employer", name="Acme Example Works")
    world.organization("north", "school", name="North Example High")
    world.organization("lost", "school", name="Lost Example High")
    for key in ("cy", "dee", "eli"):
        world.person(key, "coordinator", given_name=key.title(), family_name="Example")
    world.person("ana", "learner", given_name="Ana", family_name="Example")
    world.affiliate("ana", "north", "enrolled_at")
    world.affiliate("cy", "north", "coordinates", share=50)
    world.store.put("community", {"id": "town", "name": "Example Town", "cohort": "one", "members": ["north"],
                                  "lead": world.id("hub", "organization")})  # fmt: skip
    made = Pages(world)
    yield made
    made.close()


def enter(pages: Pages, path: str, **fields: str):
    return pages.post(f"/work/enter/{path}", f"/work/enter/{path}", **fields)


#: What a person types for each kind.
TYPED = {
    "organizations": {"key": "new", "name": "New Example Bakery", "kind": "employer", "sector": "hospitality"},
    "partnerships": {"one": "Example Hub", "other": "north", "kind": "agreement", "since": "2026-01-01"},
    "commitments": {"organization": "acme", "promise": "Ten places a year", "made": "2026-01-01", "due": "2026-02-01"},
    "engagements": {"organization": "acme", "level": "3", "since": "2026-01-01", "owner": "Cy Example"},
    "slots": {"host": "acme", "activity": "job_shadow", "places": "2", "since": "2026-02-01", "paid": "yes"},
    "communities": {"name": "Second Town", "cohort": "one", "members": "north, hub", "lead": "hub"},
    "vision-targets": {"community": "town", "measure": "learners_with_professional", "target": "0.8",
                       "due": "2027-01-01"},
    "barriers": {"community": "town", "text": "No bus in the evening", "noted": "2026-02-01"},
    "funding": {"organization": "hub", "source": "State grant", "purpose": "coordinators", "amount": "50000.5",
                "since": "2026-01-01"},
    "policies": {"organization": "hub", "title": "Rules", "topic": "endorsement", "since": "2026-01-01"},
    "assistance": {"organization": "hub", "direction": "given", "topic": "Recruiting", "date": "2026-02-01",
                   "hours": "1.5"},
    "convenings": {"title": "Spring convening", "date": "2026-02-10", "organizer": "hub", "sessions": "One, Two"},
    "library": {"title": "A short guide", "service_line": "partners", "element": "partners.a"},
    "endorsements": {"person": "cy", "name": "Coordinator", "since": "2025-01-01", "until": "2026-01-31"},
    "pathways": {"organization": "north", "name": "Health", "sector": "healthcare"},
    "priorities": {"soc": "29-1141", "area": "Example State", "authority": "Board", "since": "2026-01-01"},
}  # fmt: skip


def test_every_kind_and_field_has_a_name_in_words():
    from graph_service.desks.entering import _asked
    from graph_service.records.registry import KINDS
    from graph_service.records.resources import BY_PATH

    assert set(TITLES) == set(ENTERED)
    for path in ENTERED:
        for each in _asked(KINDS[BY_PATH[path].kind]):
            assert each.name in LABELS, f"{path}.{each.name}"


def test_what_is_typed_is_kept_and_shown_and_there_as_data(pages):
    for path, typed in TYPED.items():
        before = len(pages.client.get(f"/work/enter/{path}.json").json()["rows"])
        answer = enter(pages, path, **typed)
        assert answer.status_code == 303, answer.text[-3000:]
        rows = pages.client.get(f"/work/enter/{path}.json").json()["rows"]
        assert len(rows) == before + 1, path
        words = {typed[name] for name in ("name", "title", "text", "promise", "topic") if name in typed}
        assert any(words <= set(row["values"].values()) for row in rows), path
        assert all(each in pages.get(f"/work/enter/{path}") for each in words)


def test_a_record_is_changed_from_the_version_that_was_read_and_taken_back(pages):
    enter(pages, "barriers", **TYPED["barriers"])
    (row,) = pages.world.store.find("barrier")
    at = f"/work/enter/barriers/{row['id']}"
    done = TYPED["barriers"] | {"removed": "2026-02-20", "version": "1"}
    assert pages.post(at, at, **done).status_code == 303
    assert pages.post(at, at, **done | {"text": "Other"}).status_code == 409, "somebody else was quicker"
    assert pages.world.store.get("barrier", row["id"])["removed"] == date(2026, 2, 20)
    assert pages.post(at, at, version="2", do="take-back").status_code == 303
    assert not pages.world.store.find("barrier")


def test_everything_that_is_wrong_is_told_at_once_and_nothing_typed_is_lost(pages):
    answer = enter(pages, "funding", organization="Nobody Inc", source="A grant", since="soon", amount="much")
    assert answer.status_code == 422
    for each in ("Nobody Inc", "soon", "much", "purpose"):
        assert each in answer.text
    assert 'value="A grant"' in answer.text
    assert not pages.world.store.find("funding")


def test_the_same_form_sent_twice_is_kept_once(pages):
    for _ in range(2):
        assert enter(pages, "policies", **TYPED["policies"], repeat="once").status_code == 303
    assert len(pages.world.store.find("policy")) == 1


def test_who_sat_in_one_group_is_tied_and_measured_like_anybody(pages):
    enter(pages, "convenings", **TYPED["convenings"])
    (held,) = pages.world.store.find("convening")
    came = {"convening": held["id"], "community": "town", "group": "coordinators", "person": "Cy Example, dee, eli"}
    assert enter(pages, "attendance", **came).status_code == 303
    assert enter(pages, "attendance", **came).status_code == 303
    reader = pages.world.programme.reader(OWNER)
    (row,) = listed(reader, "convenings", DAY)
    assert (row.attended, row.pairs, row.tied, row.groups) == (3, 3, 3, ("coordinators",))
    assert [(each.name, each.colleagues, each.density) for each in listed(reader, "colleagues", DAY)] == [
        ("Cy Example", 2, 1.0), ("Dee Example", 2, 1.0), ("Eli Example", 2, 1.0)
    ]  # fmt: skip
    assert len(pages.world.store.find("interaction")) == 1


def test_who_did_not_come_after_all_is_tied_no_more(pages):
    enter(pages, "convenings", **TYPED["convenings"])
    (held,) = pages.world.store.find("convening")
    enter(pages, "attendance", convening=held["id"], group="leaders", person="cy, dee")
    row = next(each for each in pages.world.store.find("attendance") if each["person"] == pages.world.id("dee"))
    at = f"/work/enter/attendance/{row['id']}"
    assert pages.post(at, at, version="1", do="take-back").status_code == 303
    assert not pages.world.store.find("interaction") and len(pages.world.store.find("attendance")) == 1
    assert listed(pages.world.programme.reader(OWNER), "convenings", DAY)[0].tied == 0


def test_who_came_without_a_group_is_noted_and_tied_to_nobody(pages):
    enter(pages, "convenings", **TYPED["convenings"])
    (held,) = pages.world.store.find("convening")
    enter(pages, "attendance", convening=held["id"], person="cy, dee")
    (row,) = listed(pages.world.programme.reader(OWNER), "convenings", DAY)
    assert (row.attended, row.tied) == (2, 0)


def test_the_coverage_map_begins_with_schools_that_nobody_covers(pages):
    enter(pages, "partnerships", **TYPED["partnerships"])
    rows = listed(pages.world.programme.reader(OWNER), "coverage", DAY)
    assert [(each.school, each.gap, each.coordinators) for each in rows] == [
        ("Lost Example High", "nobody", 0), ("North Example High", "covered", 1)
    ]  # fmt: skip
    assert rows[1].per_coordinator == 1 and rows[1].unassigned == 1
    assert "nobody" in pages.get("/work/coverage")
    (cy,) = listed(pages.world.programme.reader(OWNER), "caseloads", DAY)
    assert (cy.name, cy.share, cy.learners) == ("Cy Example", 50, 0)

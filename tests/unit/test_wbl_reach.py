"""What networks say to an intermediary: sectors out of reach, visions, learners who leave."""

from datetime import date

import pytest

from graph_service.desks.work import listed
from graph_service.disclosure.scope import OWNER

ON = date(2026, 3, 1)


@pytest.fixture
def town(world):
    """Ana knows Eve at the clinic; Bo knows Ana; Cy knows nobody. All three aim for healthcare."""
    world.organization("north", "school")
    world.organization("clinic", "employer", sector="healthcare")
    world.person("eve", "employer_contact")
    world.affiliate("eve", "clinic")
    for key in ("ana", "bo", "cy"):
        world.person(key, "learner", goals=["healthcare"])
        world.affiliate(key, "north", "enrolled_at")
    world.log("mentoring_session", "ana", "eve", on="2026-02-01")
    world.log("meeting", "bo", "ana", on="2026-02-02")
    return world


def rows(world, name):
    return listed(world.programme.reader(OWNER), name, ON)


def test_a_sector_is_within_reach_at_one_step_or_two_or_not_at_all(town):
    (gap,) = rows(town, "gaps")
    assert (gap.sector, gap.learners_aiming, gap.within_one, gap.within_two, gap.out_of_reach) == (
        "healthcare", 3, 1, 2, 1,
    )  # fmt: skip


def test_a_vision_is_read_against_what_is_so_and_an_unknown_measure_is_null(town):
    town.organization("lead", "intermediary")
    community = {
        "id": "c",
        "name": "Town",
        "cohort": "one",
        "members": ["north"],
        "lead": town.id("lead", "organization"),
    }
    town.store.put("community", community)
    for at, (measure, target, due) in enumerate(
        (("learners_with_professional", 0.3, date(2026, 12, 1)), ("learners_with_professional", 0.8, date(2026, 1, 1)),
         ("happiness", 0.5, date(2026, 12, 1)))
    ):  # fmt: skip
        record = {"id": f"v{at}", "community": "c", "measure": measure, "target": target, "due": due}
        town.store.put("vision_target", record)
    found = {(each.measure, each.target): each for each in rows(town, "visions")}
    assert found["learners_with_professional", 0.3].now == pytest.approx(1 / 3)
    assert found["learners_with_professional", 0.3].reached and found["learners_with_professional", 0.8].late
    assert found["happiness", 0.5].now is None and found["happiness", 0.5].reached is None
    assert rows(town, "visions")[0].late, "what is late comes first"


def test_of_learners_who_left_it_is_told_who_still_meets_somebody_and_whom(town):
    town.organization("college", "college")
    for key in ("ana", "cy"):
        town.affiliate(key, "north", "enrolled_at", until="2026-01-15")
    town.affiliate("ana", "college", "enrolled_at", since="2026-01-16")
    (gone,) = rows(town, "transitions")
    assert (gone.site, gone.left, gone.enrolled_elsewhere) == ("North", 2, 1)
    assert (gone.with_professional, gone.with_contact, gone.without_contact) == (1, 1, 1)
    assert gone.kept_by == ("employer_contact",)

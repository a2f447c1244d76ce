"""Each gate on its own: what it refuses, and that the path stands without it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph_service.introductions.gates import GATES
from tests.introductions_world import MadeUp, simple

EARLY = date(2025, 1, 1)


@pytest.fixture
def made(tmp_path: Path) -> MadeUp:
    return simple(f"sqlite:///{tmp_path}/made.db")


def refused_by(made: MadeUp, **more: Any) -> set[str]:
    """The gates that the answer says held the paths back."""
    told = made.suggest(**more)
    assert told["suggestions"] == []
    return {code for each in told["missing"] for code in each.get("gates", [each["code"]])}


def test_the_simple_path_stands(made: MadeUp) -> None:
    [suggestion] = made.suggest()["suggestions"]
    assert (suggestion["connector"], suggestion["target"]) == ("mo", "eva")


def no_consent(made: MadeUp) -> None:
    made.learner("ana", consent=False)
    made.consent("ana", "introduce", granted=False, since=date(2025, 10, 1))


def consent_by_the_minor_alone(made: MadeUp) -> None:
    no_consent(made)
    made.consent("ana", "introduce", by="self", since=date(2025, 11, 1))


def guardian_consent_after_the_18th_birthday(made: MadeUp) -> None:
    made.learner("ana", consent=False, birth_date=date(2008, 3, 1))


def consent_ended(made: MadeUp) -> None:
    no_consent(made)
    made.consent("ana", "introduce", since=date(2025, 11, 1), until=date(2026, 3, 1))


def too_young(made: MadeUp) -> None:
    made.learner("ana", birth_date=date(2014, 1, 1))


def age_unknown(made: MadeUp) -> None:
    made.learner("ana", birth_date=None, grade=None)


def a_break(made: MadeUp) -> None:
    made.put("pause", person=made.id("eva"), since=date(2026, 3, 1), until=date(2026, 3, 31))


def open_concern(made: MadeUp) -> None:
    made.put("concern", about=made.id("eva"), raised_by="learner", date=date(2026, 3, 1))


def capacity_used_up_by_an_offer_in_flight(made: MadeUp) -> None:
    made.adult("eva", role="employer_contact", capacity=1)
    made.put("reservation", person=made.id("eva"), holder="other", side="target", slot="open")


def connector_full_this_month(made: MadeUp) -> None:
    made.adult("mo", capacity=1)
    made.put("reservation", person=made.id("mo"), holder="other", side="connector", slot="2026-03")


def clearance_lapsed(made: MadeUp) -> None:
    made.clear("eva", result="refused", since=date(2025, 9, 2), until=None)


def clearance_of_the_connector_lapsed(made: MadeUp) -> None:
    made.clear("mo", result="pending", since=date(2026, 1, 2))


def refused_for_employers_alone(made: MadeUp) -> None:
    made.consent("ana", "suggest_to_employers", granted=False)


def decline(made: MadeUp, when: date) -> None:
    ends = {"learner": "ana", "connector": "mo", "target": "eva"}
    ids = {name: made.id(key) for name, key in ends.items()}
    id = made.put("introduction", state="declined", since=when, suggested=EARLY, **ids)
    step = {"introduction": id, "date": when, "actor": "eva", "role": "target"}
    made.put("introduction_event", step=7, source="target_asked", state="declined", **step)


def declined_lately(made: MadeUp) -> None:
    decline(made, date(2026, 2, 1))


def on_its_way(made: MadeUp) -> None:
    ids = {name: made.id(key) for name, key in (("learner", "ana"), ("connector", "mo"), ("target", "eva"))}
    made.put("introduction", state="requested", since=EARLY, suggested=EARLY, **ids)


def block(by: str, about: str) -> Callable[[MadeUp], None]:
    def change(made: MadeUp) -> None:
        made.put("block", by=made.id(by), about=made.id(about))

    return change


def other_languages(made: MadeUp) -> None:
    made.learner("ana", languages=["es"])
    made.adult("eva", role="employer_contact", languages=["en"])


def other_modes(made: MadeUp) -> None:
    made.learner("ana", modes=["in_person"])
    made.adult("eva", role="employer_contact", modes=["virtual"])


CASES: list[tuple[str, Callable[[MadeUp], None]]] = [
    ("consent_missing", no_consent),
    ("consent_missing", consent_by_the_minor_alone),
    ("consent_missing", guardian_consent_after_the_18th_birthday),
    ("consent_missing", consent_ended),
    ("directory_opt_out", lambda made: made.consent("ana", "directory_opt_out")),
    ("too_young", too_young),
    ("age_unknown", age_unknown),
    ("learner_removed", lambda made: made.learner("ana", status="removed") and None),
    ("learner_restricted", lambda made: made.put("restriction", person=made.id("ana"), since=EARLY) and None),
    ("restricted", lambda made: made.put("restriction", person=made.id("mo"), since=EARLY) and None),
    ("restricted", lambda made: made.put("restriction", person=made.id("eva"), since=EARLY) and None),
    ("not_consented", lambda made: made.adult("eva", role="employer_contact", status="invited") and None),
    ("not_consented", lambda made: made.adult("mo", status="named_only") and None),
    ("removed", lambda made: made.adult("mo", status="removed") and None),
    ("frozen", open_concern),
    ("paused", a_break),
    ("no_capacity", capacity_used_up_by_an_offer_in_flight),
    ("no_capacity", connector_full_this_month),
    ("no_clearance", clearance_lapsed),
    ("no_clearance", clearance_of_the_connector_lapsed),
    ("audience_not_consented", refused_for_employers_alone),
    ("blocked", block("ana", "eva")),
    ("blocked", block("eva", "ana")),
    ("blocked", block("mo", "ana")),
    ("cooldown", declined_lately),
    ("in_flight", on_its_way),
    ("other_language", other_languages),
    ("other_mode", other_modes),
]


@pytest.mark.parametrize(("gate", "change"), CASES)
def test_a_gate_refuses_the_path(made: MadeUp, gate: str, change: Callable[[MadeUp], None]) -> None:
    change(made)
    assert gate in refused_by(made)


def test_an_organisation_that_is_left_out_gets_no_learners(made: MadeUp) -> None:
    made.organization("acme")
    made.affiliate("eva", "acme", "works_at")
    choices = shipped().with_(excluded_organizations=("acme",))
    assert "excluded_organization" in refused_by(made, recommender=choices)


def test_another_region_is_refused_where_the_setting_says_so(made: MadeUp) -> None:
    for key, kind, place in (("north high", "school", "North"), ("acme", "employer", "South")):
        made.organization(key, kind, location=place)
    made.affiliate("ana", "north high", "enrolled_at")
    made.affiliate("eva", "acme", "works_at")
    assert made.targets() == ["eva"]
    assert "other_region" in refused_by(made, recommender=shipped().with_(same_region=True))


def shipped() -> Any:
    from graph_service.introductions.choices import Choices

    return Choices.shipped()


def test_every_gate_has_a_case_of_its_own() -> None:
    special = {"excluded_organization", "other_region"}
    assert {gate.code for gate in GATES} == {code for code, _ in CASES} | special


def test_a_decline_of_last_year_is_forgotten(made: MadeUp) -> None:
    decline(made, date(2025, 6, 1))
    assert made.targets() == ["eva"]


def test_the_own_schools_staff_are_cleared_by_their_employer(made: MadeUp) -> None:
    made.adult("tess", role="teacher", cleared=False)
    made.organization("north high", "school")
    made.organization("south high", "school")
    made.affiliate("ana", "north high", "enrolled_at")
    made.affiliate("tess", "south high", "teaches_at")
    made.assign("tess", "ana")
    made.adult("bo", sector="healthcare")
    made.meet("tess", "bo")
    assert made.targets() == ["eva"]
    made.affiliate("tess", "north high", "teaches_at")
    assert sorted(made.targets()) == ["bo", "eva"]
    assert made.targets(recommender=shipped().with_(school_staff_are_cleared=False)) == ["eva"]


def test_a_grown_up_learner_needs_no_cleared_adults(made: MadeUp) -> None:
    made.learner("ana", birth_date=date(2000, 1, 1), consent=False)
    made.consent("ana", "introduce", by="self")
    clearance_lapsed(made)
    assert made.targets() == ["eva"]


def test_without_consent_no_adult_is_named(made: MadeUp) -> None:
    no_consent(made)
    told = str(made.suggest())
    assert "consent_missing" in told
    assert "'mo'" not in told and "'eva'" not in told


def test_a_block_between_connector_and_target_parts_them(made: MadeUp) -> None:
    made.put("block", by=made.id("eva"), about=made.id("mo"))
    assert made.targets() == []

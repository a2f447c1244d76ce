"""What is suggested, in which order, and why: small programmes with answers worked out by hand."""

import json
import math
from pathlib import Path

import pytest

from graph_service.errors import BadDate, BadGraph, NotFound, UnknownParameter, UnknownPerson
from graph_service.introductions.choices import Choices
from tests.introductions_world import MadeUp, simple


@pytest.fixture
def made(tmp_path: Path) -> MadeUp:
    return simple(f"sqlite:///{tmp_path}/made.db")


def test_the_score_is_lift_times_the_probability_of_the_path(made: MadeUp) -> None:
    [told] = made.suggest(half_life=None)["suggestions"]
    familiar = 1 - math.exp(-1)  # both ties have the median strength
    available = min(1, 1 / math.log(3))  # Mo knows two people
    assert told["p_target"] == pytest.approx(available * familiar**2)
    terms = told["lift_terms"]
    # Ana's network grows by one contact that is partly redundant with Mo: 2 - 2 t / n with equal weights.
    assert terms["effective_size"] == pytest.approx(1 - 2 / 2)
    assert (terms["new_occupations"], terms["tier"], terms["goal_sector"]) == (1, 1, None)
    assert told["score"] == pytest.approx(told["lift"] * told["p_target"])


def test_a_caseload_assignment_is_a_first_hop_for_who_has_nobody(made: MadeUp) -> None:
    made.learner("bo")
    made.adult("cora", role="coordinator")
    assert made.suggest("bo")["missing"][0]["code"] == "no_contacts"
    made.assign("cora", "bo")
    made.meet("cora", "eva")
    [told] = made.suggest("bo")["suggestions"]
    assert told["path"][0]["evidence"] == "assigned"
    assert told["lift_terms"]["effective_size"] == 1.0


def test_a_common_employer_or_event_alone_is_no_path(made: MadeUp) -> None:
    made.learner("bo")
    made.organization("acme")
    for key in ("mo", "eva"):
        made.affiliate(key, "acme", "works_at")
    made.meet("bo", "mo", kind="career_fair")
    told = made.suggest("bo")
    assert told["status"] == "no_verified_path"
    assert told["suggestions"] == []


def test_an_inferred_contact_is_no_verified_hop(made: MadeUp) -> None:
    made.learner("bo")
    made.meet("bo", "mo", evidence="inferred", times=3)
    assert made.targets("bo") == []
    made.meet("bo", "mo", evidence="verified")
    assert made.targets("bo") == ["eva"]


def test_a_tie_gone_quiet_is_named_as_the_one_to_warm(made: MadeUp) -> None:
    made.learner("bo")
    made.meet("bo", "mo", on="2024-01-15")
    told = made.suggest("bo")
    assert told["status"] == "no_verified_path"
    assert [each["connector"] for each in told["missing"] if each["code"] == "warm"] == ["mo"]


def test_nobody_who_was_ever_a_contact_is_suggested(made: MadeUp) -> None:
    made.meet("ana", "eva", on="2024-01-15")
    assert made.targets() == []


def test_a_goal_is_served_first(made: MadeUp) -> None:
    made.learner("ana", goals=["healthcare"])
    made.adult("nils", sector="healthcare", tier="mid", occupation="29-1141")
    made.adult("hugo", sector="hospitality", tier="mid", occupation="11-9051")
    for key in ("nils", "hugo"):
        made.meet("mo", key)
    assert made.targets()[0] == "nils"


def test_who_is_exploring_hears_of_new_sectors_and_near_peers_first(made: MadeUp) -> None:
    made.adult("nia", role="near_peer", sector="manufacturing", tier="near_peer")
    made.adult("mo", sector="healthcare")
    made.adult("hal", sector="healthcare", tier="senior", occupation="29-1141")
    for key in ("nia", "hal"):
        made.meet("mo", key)
    told = made.suggest()
    assert told["exploring"] is True
    assert [each["target"] for each in told["suggestions"]] == ["nia", "eva", "hal"]


def test_several_paths_to_one_target_add_up(made: MadeUp) -> None:
    before = made.suggest()["suggestions"][0]["p_target"]
    made.adult("pia")
    made.meet("ana", "pia")
    made.meet("pia", "eva")
    [told] = made.suggest()["suggestions"]
    assert told["paths"] == 2
    assert told["p_target"] > before
    assert told["next"]["fallback"] == "If mo cannot: pia."


def test_who_declines_often_is_asked_less(made: MadeUp) -> None:
    before = made.suggest()["suggestions"][0]["response"]
    made.learner("zoe")
    from datetime import date

    ids = {name: made.id(key) for name, key in (("learner", "zoe"), ("connector", "mo"), ("target", "eva"))}
    day = date(2026, 1, 10)
    id = made.put("introduction", state="declined", since=day, suggested=day, **ids)
    more = {"introduction": id, "date": day, "actor": "eva", "role": "target"}
    made.put("introduction_event", step=1, source="connector_agreed", state="target_asked", **more)
    made.put("introduction_event", step=2, source="target_asked", state="declined", **more)
    after = made.suggest()["suggestions"][0]["response"]
    assert before == 1.0
    assert after == pytest.approx(4 / 5)


def test_an_answer_is_json_without_internal_ids(made: MadeUp) -> None:
    text = json.dumps(made.suggest(), allow_nan=False)
    for key in ("ana", "mo", "eva"):
        assert made.id(key) not in text


def test_the_whole_programme_is_the_same_as_each_learner_alone(made: MadeUp) -> None:
    made.learner("bo")
    made.meet("bo", "mo")
    everyone = made.programme.introductions(as_of="2026-03-02").as_dict()["learners"]
    alone = [made.suggest(each["learner"]) for each in everyone]
    assert [each["learner"] for each in everyone] == ["ana", "bo"]
    for one, other in zip(everyone, alone, strict=True):
        assert one == {name: other[name] for name in one}


def test_the_table_has_a_row_per_suggestion(made: MadeUp) -> None:
    frame = made.programme.introductions(as_of="2026-03-02").frame()
    assert frame[["learner", "rank", "target", "connector"]].values.tolist() == [["ana", 1, "eva", "mo"]]


def test_research_data_says_that_its_gates_do_not_apply(tmp_path: Path) -> None:
    made = MadeUp(f"sqlite:///{tmp_path}/research.db")
    for key in "abc":
        made.someone(key, roles=["learner"], basis="research")
    for a, b in ("ab", "bc"):
        made.meet(a, b)
    told = made.suggest("a")
    results = {each["gate"]: each["result"] for each in told["gates"]}
    assert results["consent_missing"] == results["no_clearance"] == "not_applicable"
    assert [(each["target"], each["basis"]) for each in told["suggestions"]] == [("c", "research")]


def test_bad_questions_get_a_clear_code(made: MadeUp) -> None:
    with pytest.raises(UnknownPerson):
        made.suggest("nobody")
    with pytest.raises(NotFound):
        made.suggest("mo")
    with pytest.raises(UnknownParameter):
        made.suggest(limit=0)
    with pytest.raises(BadDate):
        made.suggest(as_of="yesterday")
    with pytest.raises(UnknownParameter):
        Choices.shipped().with_(frobnication=1)
    with pytest.raises(UnknownParameter):
        Choices.shipped().with_(lift={"tier": -1})


def test_before_any_data_nobody_has_a_path(made: MadeUp) -> None:
    told = made.suggest(as_of="1999-01-01")
    assert told["suggestions"] == []


def test_a_graph_of_bare_edges_has_no_introductions(made: MadeUp) -> None:
    import graph_service as gs
    from graph_service.introductions.suggestions import suggest

    with pytest.raises(BadGraph):
        suggest(gs.Snapshot.from_edges([("a", "b")]), made.programme.evidence)

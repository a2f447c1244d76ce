"""What becomes a tie, and how strong it is."""

import math
from datetime import date

import networkx as nx
import pandas as pd
import pytest

import graph_service as gs
from graph_service.errors import BadDate, BadGraph, UnknownMeasure, UnknownParameter, UnknownPerson
from graph_service.snapshot.strength import DORMANT, STRONG, WEAK


def strength(snapshot, a, b):
    return dict(nx.Graph(snapshot.to_networkx()).edges)[a, b]["weight"]


def test_a_shared_career_fair_does_not_tie_two_learners(world):
    world.learners("ana", "bo")
    world.person("eng", "employer_contact")
    world.log("career_fair", "ana", "bo", "eng:host", on="2026-03-02")
    assert world.snapshot("2026-03-03").ties == set()


def test_a_meeting_of_two_ties_both_and_counts_fully_on_its_day(world):
    world.learners("ana", "bo")
    world.log("meeting", "ana", "bo", on="2026-03-02")
    assert strength(world.snapshot("2026-03-02"), "ana", "bo") == 1.0


def test_a_contact_counts_half_after_a_half_life(world):
    world.learners("ana", "bo")
    world.log("meeting", "ana", "bo", on="2026-01-01")
    assert strength(world.snapshot("2026-06-30"), "ana", "bo") == pytest.approx(0.5)


def test_one_meeting_lives_three_hundred_and_sixty_days_and_is_dormant_then(world):
    world.learners("ana", "bo")
    world.log("meeting", "ana", "bo", on="2025-01-01")
    last = date.fromordinal(date(2025, 1, 1).toordinal() + 360)
    assert world.snapshot(last).pairs.state.tolist() == [WEAK]
    assert world.snapshot(date.fromordinal(last.toordinal() + 1)).pairs.state.tolist() == [DORMANT]


def test_a_quarterly_meeting_keeps_a_tie_strong(world):
    world.learners("ana", "bo")
    for month in range(1, 37, 3):
        world.log("meeting", "ana", "bo", on=date(2023 + month // 13, (month - 1) % 12 + 1, 1))
    assert world.snapshot("2026-01-01").pairs.state.tolist()[0] >= WEAK
    quarterly = 1 / (1 - 2 ** (-90 / 180)) - 1
    assert quarterly == pytest.approx(2.414, abs=0.01)


def test_in_a_group_only_the_adults_and_the_learners_are_tied_and_share_the_weight(world):
    world.learners("ana", "bo", "cy")
    world.person("eng", "mentor")
    world.person("sue", "mentor")
    world.log("group_meeting", "ana", "bo", "cy", "eng:mentor", "sue:host", on="2026-03-02")
    snapshot = world.snapshot("2026-03-02", theta=0.1)
    assert snapshot.ties == {(learner, adult) for learner in ("ana", "bo", "cy") for adult in ("eng", "sue")}
    assert strength(snapshot, "ana", "eng") == pytest.approx(1 / 4)


def test_named_pairs_of_a_group_are_tied_and_nobody_else(world):
    world.learners("ana", "bo", "cy")
    world.log("group_meeting", "ana", "bo", "cy", on="2026-03-02", pairs="[[0, 2]]")
    assert world.snapshot("2026-03-02").ties == {("ana", "cy")}


def test_a_speaker_of_a_group_ties_to_nobody(world):
    world.learners("ana", "bo")
    world.person("eng", "mentor")
    world.log("group_meeting", "ana", "bo", "eng:speaker", on="2026-03-02")
    assert world.snapshot("2026-03-02").ties == set()


def test_unit_weights_count_messages(world):
    world.learners("ana", "bo")
    for _ in range(3):
        world.log("message", "ana:sender", "bo:recipient", on="2026-03-02")
    assert strength(world.snapshot("2027-03-02", half_life=None, weights="unit"), "ana", "bo") == 3.0


def test_staff_of_the_school_do_not_count_as_contacts(world):
    world.learners("ana")
    world.organization("north", "school")
    world.person("coach", "coordinator")
    world.affiliate("coach", "north", "coordinates")
    world.log("meeting", "ana", "coach:staff", on="2026-03-02")
    assert world.snapshot("2026-03-02").ties == set()
    assert world.snapshot("2026-03-02", staff_are_alters=True).ties == {("ana", "coach")}


def test_later_events_do_not_change_an_earlier_day(world):
    world.learners("ana", "bo")
    world.log("meeting", "ana", "bo", on="2026-03-02")
    before = world.snapshot("2026-03-10").graph.weights.tolist()
    world.log("meeting", "ana", "bo", on="2026-04-02")
    assert world.snapshot("2026-03-10").graph.weights.tolist() == before


def test_known_at_gives_what_was_known_then(world):
    world.learners("ana", "bo")
    contact = world.log("meeting", "ana", "bo", on="2026-03-02")
    known = world.store.revision()
    world.store.retract("interaction", [contact])
    assert world.snapshot("2026-03-02").ties == set()
    assert world.snapshot("2026-03-02", known_at=known).ties == {("ana", "bo")}


def test_two_records_of_one_person_count_as_one_until_the_merge_is_undone(world):
    world.learners("ana", "bo", "bo-again")
    world.log("meeting", "ana", "bo", on="2026-03-02")
    world.log("meeting", "ana", "bo-again", on="2026-03-02")
    merge = world.merge("bo-again", "bo")
    snapshot = world.snapshot("2026-03-02")
    assert snapshot.ties == {("ana", "bo")}
    assert strength(snapshot, "ana", "bo") == 2.0
    world.store.retract("merge", [merge])
    assert world.snapshot("2026-03-02").ties == {("ana", "bo"), ("ana", "bo-again")}


def test_no_ties_and_no_data_are_told_apart(world):
    world.learners("ana", "bo")
    world.person("eng", "mentor")
    world.log("career_fair", "bo", "eng:host", on="2026-03-02")
    frame = world.snapshot("2026-03-03").measure(["network_size", "constraint", "recorded_contacts"], reasons=True)
    assert frame.loc["ana", "recorded_contacts"] == 0
    assert frame.loc["bo", "recorded_contacts"] == 1
    assert frame["network_size"].tolist() == [0, 0]
    assert frame["constraint"].isna().all()
    assert set(frame["constraint_reason"]) == {"no_ties"}


def test_learners_are_on_the_roster_while_they_are_enrolled(world):
    world.learners("ana", "bo")
    world.organization("north", "school")
    world.affiliate("ana", "north", "enrolled_at", since="2025-09-01", until="2026-06-30")
    assert world.snapshot("2026-03-01").measure(["network_size"]).index.tolist() == ["ana", "bo"]
    assert world.snapshot("2026-07-01").measure(["network_size"]).index.tolist() == ["bo"]


def test_a_pairs_own_relation_wins_over_what_the_person_is_to_everybody(world):
    world.learners("ana", "bo")
    world.person("eng", "mentor")
    for learner in ("ana", "bo"):
        world.log("meeting", learner, "eng", on="2026-03-02")
    world.relate("bo", "eng", "family")
    frame = world.snapshot("2026-03-02").measure(["professional_network_size"])
    assert frame["professional_network_size"].tolist() == [1, 0]


def test_the_stated_layer_takes_each_persons_latest_wave(world):
    world.learners("ana", "bo", "cy")
    world.state("ana", "bo", wave="w1", on="2026-01-10", closeness=5, scale=5)
    world.state("ana", "cy", wave="w2", on="2026-02-10", closeness=2, scale=5)
    assert world.snapshot("2026-01-31", layer="stated").ties == {("ana", "bo")}
    later = world.snapshot("2026-03-01", layer="stated")
    assert later.ties == {("ana", "cy")}
    assert later.stated.state.tolist() == [WEAK]
    assert world.snapshot("2026-01-31", layer="stated").stated.state.tolist() == [STRONG]


def test_either_layer_is_the_union_without_weights(world):
    world.learners("ana", "bo", "cy")
    world.state("ana", "bo")
    world.log("meeting", "ana", "cy", on="2026-03-01")
    snapshot = world.snapshot("2026-03-01", layer="either")
    assert snapshot.ties == {("ana", "bo"), ("ana", "cy")}
    assert set(snapshot.graph.weights.tolist()) == {1.0}


def test_growth_hides_no_turnover(world):
    world.learners("ana", "bo", "cy", "di", "ed", "fe")
    world.log("meeting", "ana", "fe", on="2025-06-05")
    world.log("meeting", "ana", "bo", on="2024-01-01")
    world.log("meeting", "ana", "cy", on="2025-01-15")
    world.log("meeting", "ana", "di", on="2024-06-01")
    world.log("meeting", "ana", "bo", on="2025-12-01")
    world.log("meeting", "ana", "ed", on="2025-12-01")
    found = world.programme.growth("2025-06-10", "2026-03-01").table().to_pandas().set_index("person_id").loc["ana"]
    assert found[["gained", "reactivated", "kept", "lost", "dormant", "net", "gross"]].tolist() == [2, 1, 1, 1, 1, 1, 3]
    assert found["stability"] == 0.5
    assert found["jaccard"] == 0.25


def test_growth_is_null_for_who_was_not_on_the_roster_and_zero_for_who_had_nobody(world):
    world.learners("ana", "bo")
    world.organization("north", "school")
    world.affiliate("ana", "north", "enrolled_at", since="2026-02-01")
    table = world.programme.growth("2026-01-01", "2026-03-01").table(reasons=True).to_pylist()
    ana, bo = table
    assert ana["gained"] is None and ana["gained_reason"] == "not_on_roster"
    assert bo["gained"] == 0 and bo["stability"] is None and bo["stability_reason"] == "no_ties_before"


def test_with_no_decay_only_ended_ties_are_lost(world):
    world.learners("ana", "bo")
    world.log("meeting", "ana", "bo", on="2020-01-01")
    table = world.programme.growth("2021-01-01", "2026-01-01", half_life=None).table().to_pylist()
    assert [row["kept"] for row in table] == [1, 1]


@pytest.mark.parametrize("weight", [0.0, -1.0, math.nan, math.inf])
def test_weights_that_are_no_positive_number_are_refused(weight):
    with pytest.raises(BadGraph, match="Edge 1"):
        gs.Snapshot.from_edges([("a", "b", 1.0), ("b", "c", weight)], weight=2)


def test_edges_come_as_a_frame_and_leave_as_networkx():
    frame = pd.DataFrame({"from": ["a", "b", "a"], "to": ["b", "a", "a"], "w": [1.0, 2.0, 9.0]})
    directed = gs.Snapshot.from_edges(frame, "from", "to", "w", directed=True)
    assert directed.to_networkx()["a"]["b"]["weight"] == 3.0
    assert gs.Snapshot.from_edges(frame, "from", "to", directed=True).to_networkx()["a"]["b"]["weight"] == 2.0
    assert gs.Snapshot.from_edges(frame, "from", "to").to_networkx()["a"]["b"]["weight"] == 1.0
    with pytest.raises(BadGraph, match="no column"):
        gs.Snapshot.from_edges(frame, "from", "nobody")


def test_an_empty_and_a_one_person_graph_are_measured():
    assert gs.Snapshot.from_edges([]).measure().empty
    alone = gs.Snapshot.from_edges([], people=["ana"]).measure(["network_size", "constraint"], reasons=True)
    assert alone.loc["ana", "network_size"] == 0
    assert alone.loc["ana", "constraint_reason"] == "no_ties"


def test_constraint_is_networkxs_on_a_graph_with_weights():
    graph = nx.karate_club_graph()
    ours = gs.Snapshot.from_networkx(graph).measure(["constraint"])["constraint"]
    for node, value in nx.constraint(graph, weight="weight").items():
        assert ours[str(node)] == pytest.approx(value, abs=1e-9)


def test_wrong_questions_get_clear_answers(world):
    world.learners("ana")
    with pytest.raises(UnknownMeasure, match="popularity"):
        world.snapshot("2026-01-01").measure(["popularity"])
    with pytest.raises(UnknownParameter):
        world.snapshot("2026-01-01", layer="guessed")
    with pytest.raises(BadDate):
        world.snapshot("1066-10-14")
    with pytest.raises(BadDate):
        world.snapshot("soon")
    with pytest.raises(UnknownPerson):
        world.snapshot("2026-01-01").position("nobody")


def test_a_coordinator_who_left_does_not_become_a_contact_by_leaving(world):
    world.learners("ana")
    world.organization("north", "school")
    world.person("coach", "coordinator")
    world.affiliate("coach", "north", "coordinates", until="2026-03-10")
    world.log("meeting", "ana", "coach:staff", on="2026-03-02")
    assert world.snapshot("2026-03-20").ties == set()

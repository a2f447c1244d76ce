"""The catalogue of measures: what is declared is computed, and nothing else."""

import inspect
import math
from importlib import import_module

import numpy as np
import pytest

import graph_service as gs
from graph_service.desks.views.measured import MeasuredRow
from graph_service.measures import catalogue
from graph_service.measures.catalogue import REASONS, Column
from graph_service.measures.growth import growth
from graph_service.measures.ties import tie_table

#: Ids of measures.md, sections 1 to 3, that a single learner, tie, cohort or pair of dates has.
CODES = {
    "T1", "T2", "T3", "T4", "T5", "T6", "T7", "Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "S1", "S2", "S3", "S4", "S5",
    "S6", "S7", "S8", "S9", "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "P1", "P2", "P3", "P4", "P5", "M1", "M2",
    "M3", "M4", "M5", "M6", "M7", "M8", "E1", "E2", "E3",
}  # fmt: skip


@pytest.fixture
def town(world):
    """Two learners at a school, three professionals at two employers, some contact."""
    world.learners("ana", "bo", "cy")
    world.organization("north", "school", location="Northtown")
    world.organization("mill", "employer", sector="manufacturing", location="Northtown")
    world.organization("ward", "employer", sector="healthcare", location="Southtown")
    world.person("eng", "mentor", occupation="17-2199", tier="senior", status="consented")
    world.person("fay", "employer_contact", occupation="51-1011", tier="mid", status="consented")
    world.person("gus", "near_peer", occupation="29-1141", tier="near_peer")
    for learner in ("ana", "bo"):
        world.affiliate(learner, "north", "enrolled_at", since="2026-01-05")
    for person, place in (("eng", "mill"), ("fay", "mill"), ("gus", "ward")):
        world.affiliate(person, place, "works_at")
    world.log("meeting", "ana", "eng:mentor", on="2026-02-01", activity="mentoring", resources=["advice", "connection"])
    world.log("meeting", "ana", "eng:mentor", on="2026-02-20", activity="job_shadow")
    world.log("meeting", "ana", "fay", on="2026-02-10", mode="virtual")
    world.log("message", "ana", "bo", on="2026-02-10")
    world.log("meeting", "ana", "bo", on="2026-02-11")
    world.log("meeting", "fay", "eng", on="2026-02-11")
    world.log("meeting", "fay", "gus", on="2026-02-11")
    return world


def values(world, *ids, who="ana"):
    frame = world.snapshot("2026-03-01").measure(list(ids))
    return [None if math.isnan(value) else value for value in frame.loc[who]]


def test_every_code_of_the_specification_is_declared():
    assert {each.code for each in catalogue.catalogue().values()} >= CODES


def test_every_declaration_says_what_a_reader_needs():
    for each in catalogue.catalogue().values():
        assert each.meaning.endswith(".") and each.formula and each.unit and each.range and each.source, each.id
        assert set(each.undefined) <= set(REASONS)
        assert each.see_with is None or each.see_with in catalogue.catalogue()


def test_every_learner_measure_gives_a_value_or_a_declared_reason(town):
    snapshot = town.snapshot("2026-03-01")
    for id, column in catalogue.compute(snapshot, list(catalogue.of_level("learner"))).items():
        declared = catalogue.get(id)
        assert isinstance(column, Column) and len(column.values) == len(snapshot)
        assert set(column.reasons()[column.null]) <= set(declared.undefined), id
        assert np.isfinite(column.values[~column.null].astype(float)).all(), id
        if declared.whole_number:
            assert (column.values[~column.null] == np.floor(column.values[~column.null])).all(), id


def test_every_learner_measure_works_on_a_graph_of_edges_alone():
    snapshot = gs.Snapshot.from_edges([("ana", "bo"), ("bo", "cy")], people=["di"])
    frame = snapshot.measure(list(catalogue.of_level("learner")))
    assert frame.loc["bo", "network_size"] == 2
    assert not np.isinf(frame.to_numpy(dtype=float)).any()


def test_growth_has_exactly_the_columns_that_are_declared(town):
    found = growth(town.snapshot("2026-02-05"), town.snapshot("2026-03-01"))
    assert set(found.columns) == set(catalogue.of_level("growth"))


def test_the_table_of_ties_has_exactly_the_measures_of_a_tie(town):
    table = tie_table(town.snapshot("2026-03-01"))
    assert set(table.column_names) - {"person_id", "alter"} == set(catalogue.of_level("tie"))
    assert table["person_id"].to_pylist()[:3] == ["ana", "ana", "ana"]
    strength = dict(zip(table["alter"].to_pylist(), table["multiplexity"].to_pylist(), strict=True))
    assert strength["eng"] == 2


def test_quantity_counts_whom_it_says_it_counts(town):
    ids = (
        "network_size",
        "network_size_peer",
        "professional_network_size",
        "employers_reached",
        "employers_within_two",
    )
    assert values(town, *ids) == [3, 1, 2, 1, 2]
    assert values(town, "programme_ties", "time_to_first_professional_tie", "days_since_adult_contact") == [2, 27, 9]


def test_second_steps_lead_only_through_consenting_contacts(town):
    assert values(town, "second_degree_reach", who="bo") == [0]
    assert values(town, "second_degree_reach") == [1]


def test_who_has_met_no_professional_is_censored_not_missing(town):
    frame = town.snapshot("2026-03-01").measure(["time_to_first_professional_tie"], reasons=True)
    assert frame.loc["bo", "time_to_first_professional_tie_reason"] == "not_yet"
    assert frame.loc["cy", "time_to_first_professional_tie_reason"] == "not_enrolled"


def test_variety_runs_over_contacts_with_a_known_value(town):
    assert values(town, "richness_sector", "blau_sector", "richness_tier", "blau_mode") == [
        1,
        0,
        2,
        pytest.approx(4 / 9),
    ]
    assert values(town, "blau_sector", who="bo") == [None]
    assert values(town, "bonding_share", "bridging_share", "linking_share") == [pytest.approx(1 / 3)] * 3


def test_positions_are_counted_once_each(town):
    assert values(town, "extensity", "upper_reachability", "position_range", "position_average", "position_total") == [
        2,
        4,
        2,
        3,
        6,
    ]
    assert values(town, "extensity", "position_total", "position_average", who="cy") == [0, 0, None]


def test_help_counts_kinds_and_who_gave_more_than_information(town):
    assert values(town, "resources_received", "activation_ratio", "breadth_of_help") == [2, pytest.approx(1 / 3), 2]


def test_multiplex_ties_live_in_two_contexts(town):
    assert values(town, "multiplex_share") == [pytest.approx(2 / 3)]


def test_local_bridges_and_support_are_each_others_rest(town):
    bridges, share, support = values(town, "local_bridges", "local_bridge_share", "support_ratio")
    assert (bridges, share, support) == (1, pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_reciprocity_counts_pairs_where_both_were_asked(world):
    world.learners("ana", "bo", "cy")
    world.state("ana", "bo")
    world.state("bo", "ana")
    world.state("ana", "cy")
    world.state("cy", "bo")
    snapshot = world.snapshot("2026-03-02")
    cohort = catalogue.of_level("cohort")
    assert cohort["reciprocity"].compute(snapshot).values.tolist() == [pytest.approx(1 / 3)]
    assert cohort["arc_reciprocity"].compute(snapshot).values.tolist() == [pytest.approx(1 / 2)]


def test_in_one_room_connectedness_is_exposure_less_bias(world):
    world.person("ana", "learner", goals=["manufacturing"])
    world.organization("mill", "employer", sector="manufacturing")
    for key, tier in (("eng", "senior"), ("fay", "mid"), ("gus", "near_peer")):
        world.person(key, "mentor", tier=tier)
        world.affiliate(key, "mill", "works_at")
    world.log("panel", "ana", "eng", "fay", "gus", on="2026-02-01")
    world.log("group_meeting", "ana", "eng", "gus", on="2026-02-01", pairs="[[0, 1], [0, 2]]", context="one room")
    snapshot = world.snapshot("2026-02-02")
    e1, e2, e3 = (
        catalogue.get(id).compute(snapshot).values[0] for id in ("economic_connectedness", "exposure", "friending_bias")
    )
    assert e1 == pytest.approx(e2 * (1 - e3))


def test_every_measure_of_a_learner_is_a_described_field_of_the_api():
    described = MeasuredRow.model_json_schema()["properties"]["values"]["properties"]
    assert set(described) == set(catalogue.of_level("learner")) | set(catalogue.of_level("growth"))
    for id, field in described.items():
        assert field["description"].startswith(catalogue.get(id).meaning)


def test_cohort_measures_have_a_value_or_a_declared_reason(town):
    snapshot = town.snapshot("2026-03-01")
    for id, each in catalogue.of_level("cohort").items():
        column = each.compute(snapshot)
        assert len(column.values) == 1 and set(column.reasons()[column.null]) <= set(each.undefined), id


def test_nothing_that_is_declared_lacks_a_line_in_the_codebook():
    rows = {row["id"]: row for row in catalogue.codebook()}
    assert rows.keys() == catalogue.catalogue().keys()
    assert all(row["meaning"] and row["formula"] and row["source"] for row in rows.values())


def test_no_function_computes_a_measure_that_is_not_declared():
    """Every public function of a measure module that takes a snapshot and gives a column is declared."""
    declared = {each.compute.__qualname__ for each in catalogue.catalogue().values()}
    for name in catalogue.MODULES:
        module = import_module(f"graph_service.measures.{name}")
        for function in vars(module).values():
            if not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            parameters = list(inspect.signature(function).parameters)
            gives = inspect.signature(function).return_annotation
            if gives is Column and parameters in (["snapshot"], ["snapshot", "model"]) and function.__name__[0] != "_":
                assert function.__qualname__ in declared, function

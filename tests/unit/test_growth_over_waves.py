"""Several waves go through one graph: what comes out is what each pair of waves says alone."""

import numpy as np
import pytest

from graph_service.errors import UnknownParameter
from graph_service.measured import Snapshot
from graph_service.measures.growth import growth, over

STRUCTURE = ["constraint", "effective_size", "efficiency", "hierarchy", "ego_density", "support_ratio"]


def looks(count, people=40, seed=3):
    """Random weighted graphs of the same people."""
    rng = np.random.default_rng(seed)
    names = [f"p{at:02}" for at in range(people)]
    made = []
    for _ in range(count):
        pairs = {tuple(sorted(pair)) for pair in rng.integers(0, people, (90, 2)).tolist() if pair[0] != pair[1]}
        edges = [(names[a], names[b], float(rng.integers(1, 9)) / 4) for a, b in sorted(pairs)]
        made.append(Snapshot.from_edges(edges, weight=2, people=names))
    return made


def fresh(snapshot):
    return Snapshot(keys=snapshot.keys, graph=snapshot.graph, parameters=snapshot.parameters)


@pytest.mark.parametrize("count", [3, 8, 10])
def test_many_waves_in_one_pass_equal_each_step_alone(count):
    days = looks(count)
    steps = over(days, STRUCTURE)
    assert len(steps) == count - 1
    for at, step in enumerate(steps):
        alone = growth(fresh(days[at]), fresh(days[at + 1]), STRUCTURE)
        assert step.columns.keys() == alone.columns.keys()
        for name, column in step.columns.items():
            expected = alone.columns[name]
            assert column.null.tolist() == expected.null.tolist(), name
            assert column.values[~column.null] == pytest.approx(expected.values[~expected.null], abs=1e-12), name


def test_what_became_of_ties_adds_up(world):
    world.learners("ana", "bo", "cy", "di")
    for a, b, day in (("ana", "bo", "01-01"), ("bo", "cy", "01-02"), ("ana", "cy", "06-01"), ("ana", "bo", "12-20")):
        world.log("message", a, b, on=f"2026-{day}")
    days = [world.snapshot(f"2026-{day}", weights="unit", half_life=60) for day in ("01-05", "06-02", "12-31")]
    for step in over(days, ["network_size"]):
        part = {name: column.values for name, column in step.columns.items()}
        assert (part["net"] == part["gained"] - part["lost"]).all()
        assert (part["net"] == part["network_size_delta"]).all()
        assert (part["gross"] == part["gained"] + part["lost"]).all()
        assert (part["reactivated"] <= part["gained"]).all() and (part["dormant"] <= part["lost"]).all()
    last = over(days)[-1].table(["gained", "reactivated", "lost", "dormant"]).to_pylist()[0]
    assert last == {"person_id": "ana", "gained": 1, "reactivated": 1, "lost": 1, "dormant": 1}


def test_a_contact_who_was_removed_between_waves_is_lost_and_ended(world):
    world.learners("ana", "bo")
    world.person("eng", "mentor")
    contact = world.log("meeting", "ana", "eng", on="2026-01-01")
    before = world.snapshot("2026-01-02")
    world.store.retract("interaction", [contact])
    world.store.retract("person", [world.id("eng")])
    step = growth(before, world.snapshot("2026-01-03"))
    row = step.table(["lost", "dormant", "ended", "net"]).to_pylist()[0]
    assert row == {"person_id": "ana", "lost": 1, "dormant": 0, "ended": 1, "net": -1}


def test_waves_with_other_parameters_are_not_compared(world):
    world.learners("ana")
    with pytest.raises(UnknownParameter, match=r"half_life: 180.0 and 90"):
        over([world.snapshot("2026-01-01"), world.snapshot("2026-02-01", half_life=90)])
    with pytest.raises(UnknownParameter):
        over([])

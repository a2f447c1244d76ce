"""Published numbers come out of records, snapshots and stored waves, not only out of kernels."""

import csv
import json
from itertools import pairwise

import pytest

from graph_service.clock import as_date
from graph_service.measures import catalogue
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records

DAYS = {"1": "1995-02-01", "2": "1996-02-01", "3": "1997-02-01"}


def state(world, rows):
    """Nominations (ego, alter, wave, day) as records, in one write."""
    records = [
        {
            "id": world.store.internal_id("stated_tie", "local", f"{wave}|{ego}|{alter}"),
            "ego": world.id(ego),
            "alter": world.id(alter),
            "wave": wave,
            "date": as_date(day),
        }
        for ego, alter, wave, day in rows
    ]
    world.store.append("stated_tie", validate_records(kind("stated_tie"), records))


def ask(world, people, wave, day):
    """That everybody was asked whom they know, also who named nobody."""
    item = {"id": "names", "instrument": "friends", "edition": "1", "item": "names", "sort": "names"}
    world.store.put("survey_item", item)
    answers = [
        {
            "id": f"asked-{wave}-{key}",
            "person": world.id(key),
            "instrument": "friends",
            "edition": "1",
            "wave": wave,
            "date": as_date(day),
            "item": "names",
            "value": 0.0,
        }
        for key in people
    ]
    world.store.put("response", *answers)


def listed(path):
    with path.open() as file:
        return list(csv.DictReader(file))


@pytest.fixture
def glasgow(world, reference_data):
    """The pupils' three years as waves that are stored."""
    pupils = [str(at) for at in range(1, 51)]
    world.learners(*pupils)
    rows = listed(reference_data / "s50-glasgow" / "ties.csv")
    state(world, [(row["ego"], row["alter"], row["wave"], DAYS[row["wave"]]) for row in rows])
    for name, day in DAYS.items():
        ask(world, pupils, name, day)
        world.programme.waves.take(name, day, layer="stated", measures=["network_size", "constraint"])
    return world.programme.waves


def test_glasgow_pupils_made_lost_and_kept_friends_through_stored_waves(glasgow):
    steps = glasgow.growth("1", "2", "3", measures=["constraint", "network_size"])
    counted = [
        tuple(int(step.columns[name].values.sum()) // 2 for name in ("gained", "lost", "kept")) for step in steps
    ]
    assert counted == [(38, 31, 43), (30, 34, 47)]
    for step, wave in zip(steps, ("2", "3"), strict=True):
        frozen = glasgow.table(wave).to_pandas()
        assert step.table(["constraint_to"]).to_pandas()["constraint_to"].tolist() == pytest.approx(
            frozen["constraint"].tolist(), abs=1e-12, nan_ok=True
        )
    assert all(glasgow.recompute(name).same for name in DAYS)


def test_glasgow_nominations_are_kept_with_their_direction(glasgow, reference_data):
    said = []
    for name in DAYS:
        stated = glasgow.snapshot(name).stated
        said.append(set(zip(stated.ego.tolist(), stated.alter.tolist(), strict=True)))
    assert [len(arcs) for arcs in said] == [113, 116, 122]
    changed = [(len(b - a), len(a - b), len(a & b)) for a, b in pairwise(said)]
    assert changed == [(59, 56, 57), (56, 50, 66)]


def test_glasgow_pupils_without_friends_stay_in_the_count(glasgow):
    alone = [sum(size == 0 for size in glasgow.table(name)["network_size"].to_pylist()) for name in DAYS]
    assert alone == [3, 2, 3]
    assert glasgow.get("1").aggregates["network_size"]["n"] == 50
    assert glasgow.get("1").aggregates["constraint"]["null"] == 3


@pytest.mark.parametrize("relation", ["advice", "friends", "reports"])
def test_krackhardts_managers_are_reciprocal_as_ucinet_says(world, reference_data, relation):
    folder = reference_data / "krackhardt-hightech"
    managers = [row["id"] for row in listed(folder / "managers.csv")]
    rows = [row for row in listed(folder / "ties.csv") if row["relation"] == relation]
    world.learners(*managers)
    ask(world, managers, "w1", "1987-01-01")
    state(world, [(row["ego"], row["alter"], "w1", "1987-01-01") for row in rows])
    printed = json.loads((folder / "expected.json").read_text())[relation]["ucinet_6.849"]
    snapshot = world.snapshot("1987-02-01", layer="stated")
    told = {id: float(catalogue.get(id).compute(snapshot).values[0]) for id in ("reciprocity", "arc_reciprocity")}
    assert len(rows) == printed["ties"]
    assert told["reciprocity"] == pytest.approx(printed["dyad_reciprocity"], abs=1e-6)
    assert told["arc_reciprocity"] == pytest.approx(printed["arc_reciprocity"], abs=1e-6)


def test_krackhardts_advice_has_both_published_reciprocities_under_their_own_names(world, reference_data):
    rows = [row for row in listed(reference_data / "krackhardt-hightech" / "ties.csv") if row["relation"] == "advice"]
    world.learners(*(str(at) for at in range(1, 22)))
    state(world, [(row["ego"], row["alter"], "w1", "1987-01-01") for row in rows])
    snapshot = world.snapshot("1987-02-01", layer="stated")
    found = [
        round(float(catalogue.get(id).compute(snapshot).values[0]), 5) for id in ("reciprocity", "arc_reciprocity")
    ]
    assert found == [0.31034, 0.47368]

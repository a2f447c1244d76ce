"""Stored waves are handed over to R: no data stays apart from no ties, every column has its line in the codebook."""

import csv
from pathlib import Path

import pytest

from graph_service.errors import DataError
from graph_service.measures.cohort.handoff import of_waves
from tests.unit.test_cli import Shell


@pytest.fixture
def waves(world):
    """Ana and Bo meet, Cy leaves, Di has nothing recorded; two waves."""
    world.organization("north", "school")
    world.learners("ana", "bo", "cy", "di")
    for key, until in (("ana", None), ("bo", None), ("cy", "2026-03-01"), ("di", None)):
        world.affiliate(key, "north", "enrolled_at", since="2026-01-01", **({"until": until} if until else {}))
    world.person("eng", "mentor", tier="senior", sector="healthcare")
    for a, b, day in (("ana", "bo", "02-01"), ("ana", "eng", "02-02"), ("cy", "bo", "02-03"), ("bo", "eng", "04-01")):
        world.log("meeting", a, b, on=f"2026-{day}")
    stored = world.programme.waves
    stored.take("w1", "2026-02-15", half_life=None)
    stored.take("w2", "2026-05-01", half_life=None)
    return {name: stored.snapshot(name) for name in ("w1", "w2")}


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_who_is_not_on_the_roster_and_not_tied_is_a_structural_zero_and_two_unobserved_are_missing(world, tmp_path):
    world.organization("north", "school")
    world.learners("ana", "bo", "cy", "di")
    world.affiliate("cy", "north", "enrolled_at", since="2026-03-01")
    world.log("meeting", "ana", "bo", on="2026-02-01")
    world.log("meeting", "ana", "cy", on="2026-04-01")
    world.person("ed", "learner")
    stored = world.programme.waves
    for name, day in (("w1", "2026-02-15"), ("w2", "2026-05-01")):
        stored.take(name, day, half_life=None)
    of_waves.rsiena(tmp_path, {name: stored.snapshot(name) for name in ("w1", "w2")})
    first, second = ((tmp_path / f"wave_{n}.txt").read_text().splitlines() for n in (1, 2))
    assert [row["person"] for row in table(tmp_path / "attributes.csv")] == ["ana", "bo", "cy", "di", "ed"]
    assert first == ["0 1 10 0 0", "1 0 10 0 0", "10 10 0 10 10", "0 0 10 0 NA", "0 0 10 NA 0"]
    assert second == ["0 1 1 0 0", "1 0 0 0 0", "1 0 0 0 0", "0 0 0 0 NA", "0 0 0 NA 0"]


def test_matrices_keep_one_order_of_people(waves, tmp_path):
    of_waves.rsiena(tmp_path, waves)
    people = [row["person"] for row in table(tmp_path / "attributes.csv")]
    assert people == ["ana", "bo", "cy", "di", "eng"]
    first, second = ((tmp_path / f"wave_{n}.txt").read_text().splitlines() for n in (1, 2))
    assert first == ["0 1 0 0 1", "1 0 1 0 0", "0 1 0 0 0", "0 0 0 0 0", "1 0 0 0 0"]
    assert second == ["0 1 0 0 1", "1 0 1 0 1", "0 1 0 0 0", "0 0 0 0 0", "1 1 0 0 0"]
    assert {row["name"] for row in table(tmp_path / "codebook.csv")} >= {"wave", "learner", "site", "w1", "w2"}


def test_a_list_of_ties_names_who_was_not_observed(waves, tmp_path):
    of_waves.ergm(tmp_path, {"w1": waves["w1"]})
    assert [row["person"] for row in table(tmp_path / "unobserved.csv")] == ["di"]
    ties = {(row["from"], row["to"]): float(row["weight"]) for row in table(tmp_path / "ties.csv")}
    assert ties == {("ana", "bo"): 1.0, ("ana", "eng"): 1.0, ("bo", "cy"): 1.0}
    assert next(row for row in table(tmp_path / "people.csv") if row["person"] == "eng")["sector"] == "healthcare"


def test_ego_networks_carry_the_stored_values_and_na_where_undefined(waves, world, tmp_path):
    values = world.programme.waves.table("w2").to_pydict()
    of_waves.egor(tmp_path, {"w2": waves["w2"]}, values)
    egos = {row["egoID"]: row for row in table(tmp_path / "egos.csv")}
    assert set(egos) == {"ana", "bo", "di"}
    assert egos["di"]["constraint"] == "NA" and egos["di"]["network_size"] == "0"
    assert [(row["egoID"], row["alterID"]) for row in table(tmp_path / "alters.csv")][:2] == [
        ("ana", "bo"),
        ("ana", "eng"),
    ]
    assert [row["egoID"] for row in table(tmp_path / "aaties.csv")] == ["ana", "bo"]
    assert {row["name"] for row in table(tmp_path / "codebook.csv") if row["what"] == "measure"} == set(values) - {
        "person_id"
    }


def test_stated_waves_are_handed_over_with_their_direction(world, tmp_path):
    world.learners("ana", "bo")
    world.state("ana", "bo", wave="w1", on="2026-01-01")
    world.state("bo", "ana", wave="w2", on="2026-02-01")
    world.state("ana", "bo", wave="w2", on="2026-02-01")
    stored = world.programme.waves
    for name, day in (("w1", "2026-01-02"), ("w2", "2026-02-02")):
        stored.take(name, day, layer="stated")
    of_waves.rsiena(tmp_path, {name: stored.snapshot(name) for name in ("w1", "w2")})
    assert (tmp_path / "wave_1.txt").read_text().split() == ["0", "1", "NA", "0"]
    assert (tmp_path / "wave_2.txt").read_text().split() == ["0", "1", "1", "0"]


def test_what_cannot_be_handed_over_says_why(waves, tmp_path, monkeypatch):
    with pytest.raises(DataError, match="two waves"):
        of_waves.rsiena(tmp_path, {"w1": waves["w1"]})
    with pytest.raises(DataError, match="one wave"):
        of_waves.egor(tmp_path, waves)
    monkeypatch.setattr(of_waves, "MATRIX_PEOPLE", 3)
    with pytest.raises(DataError, match="too large"):
        of_waves.rsiena(tmp_path, waves)


def test_the_command_writes_folders_for_r_from_stored_waves(tmp_path, capsysbinary, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shell = Shell("sqlite:///x.db", capsysbinary)
    Path("c.csv").write_text("date,from,to,kind\n2026-01-10,ana,bo,meeting\n2026-02-10,bo,cy,meeting\n")
    assert shell("load", "interactions", "c.csv", "--person-role", "learner")[0] == 0
    for name, day in (("w1", "2026-01-11"), ("w2", "2026-02-11")):
        assert shell("waves", "take", name, "--as-of", day)[0] == 0
    shell("waves", "take", "other", "--as-of", "2026-02-11", "--half-life", "90")
    for form, names in (("rsiena", ("w1", "w2")), ("ergm", ("w1",)), ("egor", ("w2",))):
        words = [word for name in names for word in ("--wave", name)]
        status, _, said = shell("export", "--format", form, *words, "--output", form)
        assert status == 0 and "codebook.csv" in said and (tmp_path / form / "codebook.csv").exists()
    assert shell("export", "--format", "rsiena", "--output", "r")[0] == 2
    assert shell("export", "--format", "csv", "--wave", "w1", "--output", "r")[0] == 2
    assert shell("export", "--format", "rsiena", "--wave", "w1", "--wave", "other", "--output", "r")[0] == 2
    assert shell("export", "--format", "rsiena", "--wave", "w1", "--output", "r")[0] == 3

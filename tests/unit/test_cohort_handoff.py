"""Folders for R: what is in the files, and what is refused."""

import csv

import networkx as nx
import numpy as np
import pytest

from graph_service.errors import DataError
from graph_service.measures.cohort.handoff.egor import write_egor
from graph_service.measures.cohort.handoff.ergm import write_ergm
from graph_service.measures.cohort.handoff.rsiena import WaveOfTies, adjacency, write_rsiena

PEOPLE = ["p1", "p2", "p3", "p4"]
AUTUMN = WaveOfTies("autumn", (["p1"], ["p2"]), on_roster=["p1", "p2", "p3"])
SPRING = WaveOfTies("spring", (["p1", "p3"], ["p2", "p4"]), on_roster=PEOPLE, observed=["p1", "p2", "p3"])


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.reader(file))


def matrix(path):
    return np.genfromtxt(path, missing_values="NA", filling_values=-1)


def test_rsiena_keeps_one_order_of_people_over_all_waves(tmp_path):
    write_rsiena(tmp_path, PEOPLE, [AUTUMN, SPRING], {"tier": ["mid", "near_peer", None, "mid"]})
    first, second = matrix(tmp_path / "wave_1.txt"), matrix(tmp_path / "wave_2.txt")
    assert first.shape == second.shape == (4, 4)
    assert (first == first.T).all() and (second == second.T).all()
    assert first[0, 1] == second[0, 1] == second[2, 3] == 1
    assert [row[0] for row in rows(tmp_path / "attributes.csv")] == ["person", *PEOPLE]


def test_people_not_on_the_roster_are_structural_zeros_and_the_unobserved_are_missing(tmp_path):
    first = adjacency(AUTUMN, PEOPLE)
    assert (first[3, :3] == 10).all() and (first[:3, 3] == 10).all() and (np.diag(first) == 0).all()
    silent = WaveOfTies("spring", ([], []), on_roster=PEOPLE, observed=["p1", "p2"])
    second = adjacency(silent, PEOPLE)
    assert second[2, 3] == second[3, 2] == -1, "nobody of the pair was observed"
    assert second[0, 2] == 0, "one of the pair was observed"
    directed = adjacency(silent, PEOPLE, directed=True)
    assert (directed[2, [0, 1, 3]] == -1).all() and directed[0, 2] == 0


def test_text_attributes_become_numbers_that_the_code_list_explains(tmp_path):
    constant = {"tier": ["mid", "near_peer", None, "mid"], "age": [17, 18, 17.5, None]}
    write_rsiena(tmp_path, PEOPLE, [AUTUMN, SPRING], constant, {"goal": [["a", "b", "a", "b"], ["c"] * 4]})
    table = rows(tmp_path / "attributes.csv")
    assert table[0] == ["person", "tier", "age", "goal_1", "goal_2"]
    assert table[3] == ["p3", "NA", "17.5", "1", "3"]
    assert ["goal", "3", "c"] in rows(tmp_path / "codes.csv")
    script = (tmp_path / "model.R").read_text()
    assert "varCovar(cbind(people$goal_1, people$goal_2))" in script and "dim = c(n, n, 2)" in script
    assert script.count("(") == script.count(")")


def test_rsiena_refuses_what_it_could_not_read(tmp_path):
    with pytest.raises(DataError):
        write_rsiena(tmp_path, PEOPLE, [AUTUMN])
    with pytest.raises(DataError):
        adjacency(WaveOfTies("autumn", (["p4"], ["p1"]), on_roster=["p1", "p2"]), PEOPLE)
    with pytest.raises(DataError):
        adjacency(WaveOfTies("autumn", (["p1"], ["p9"]), on_roster=PEOPLE), PEOPLE)
    with pytest.raises(DataError):
        adjacency(WaveOfTies("autumn", (["p1"], ["p1"]), on_roster=PEOPLE), PEOPLE)
    with pytest.raises(DataError):
        write_rsiena(tmp_path, ["p1", "p1"], [AUTUMN, SPRING])
    with pytest.raises(DataError):
        write_rsiena(tmp_path, PEOPLE, [AUTUMN, SPRING], {"a b": [1, 2, 3, 4]})


def test_an_ergm_folder_gives_the_network_back(tmp_path):
    write_ergm(
        tmp_path,
        PEOPLE,
        (["p2", "p1", "p3"], ["p1", "p2", "p4"]),
        {"tier": ["a", None, "b", "b"]},
        weight=[1.5, 2.0, 1.0],
        unobserved=["p4"],
    )
    ties = rows(tmp_path / "ties.csv")[1:]
    assert nx.utils.graphs_equal(nx.Graph([(a, b) for a, b, _ in ties]), nx.Graph([("p1", "p2"), ("p3", "p4")]))
    assert ties[0] == ["p1", "p2", "2"]
    assert rows(tmp_path / "people.csv")[2] == ["p2", "NA"]
    assert rows(tmp_path / "unobserved.csv") == [["person"], ["p4"]]
    assert 'nodematch("tier")' in (tmp_path / "model.R").read_text()


def test_an_ergm_folder_refuses_strangers(tmp_path):
    with pytest.raises(DataError):
        write_ergm(tmp_path, PEOPLE, (["p1"], ["p9"]))
    with pytest.raises(DataError):
        write_ergm(tmp_path, PEOPLE, (["p1"], ["p2"]), unobserved=["p9"])


def test_an_egor_folder_has_three_tables_and_keeps_egos_without_alters(tmp_path):
    write_egor(
        tmp_path,
        ["e1", "e2", "e3"],
        (["e1", "e1", "e2"], ["a1", "a2", "a1"]),
        (["e1"], ["a1"], ["a2"]),
        {"site": ["north", "south", None]},
        {"relation": ["mentor", "peer", "mentor"]},
    )
    assert rows(tmp_path / "egos.csv") == [["egoID", "site"], ["e1", "north"], ["e2", "south"], ["e3", "NA"]]
    assert rows(tmp_path / "alters.csv")[1] == ["e1", "a1", "mentor"]
    assert rows(tmp_path / "aaties.csv") == [["egoID", "Source", "Target", "weight"], ["e1", "a1", "a2", "1"]]
    assert "library(egor)" in (tmp_path / "read.R").read_text()


@pytest.mark.parametrize(
    ("alters", "aaties"),
    [
        ((["e1", "e1"], ["a1", "a1"]), ([], [], [])),
        ((["e9"], ["a1"]), ([], [], [])),
        ((["e1", "e1"], ["a1", "a2"]), (["e1"], ["a1"], ["a1"])),
        ((["e1", "e1"], ["a1", "a2"]), (["e1"], ["a1"], ["a3"])),
    ],
    ids=["alter twice", "unknown ego", "tie to oneself", "tie to a stranger"],
)
def test_an_egor_folder_refuses_what_does_not_fit_together(tmp_path, alters, aaties):
    with pytest.raises(DataError):
        write_egor(tmp_path, ["e1"], alters, aaties)

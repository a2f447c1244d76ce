"""A drawing for outsiders shows nobody who could be told apart by their place, and no group of few."""

import random
from collections import Counter
from datetime import timedelta

import networkx as nx
import pytest

from graph_service import clock
from graph_service.cli.app import run
from graph_service.desks.drawn import drawing
from graph_service.desks.work import listed
from graph_service.disclosure.drawings import drawing_withheld
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.disclosure.suppression import Rule
from graph_service.errors import NotYours

TODAY = clock.today()
EVALUATOR = Actor("member e", "evaluator")


@pytest.fixture
def town(world):
    """Twelve learners at North, each with a mentor of their own; twelve at South with one mentor; three at East."""
    for school in ("north", "south", "east"):
        world.organization(school, "school")
    for at in range(12):
        for school in ("north", "south"):
            world.person(f"{school}{at}", "learner", given_name=f"Given{at}")
            world.affiliate(f"{school}{at}", school, "enrolled_at")
        world.person(f"mentor{at}", "mentor")
        world.log("meeting", f"north{at}", f"mentor{at}:mentor", on=TODAY - timedelta(days=2))
        world.log("meeting", f"south{at}", "mentor0:mentor", on=TODAY - timedelta(days=2))
    for at in range(3):
        world.person(f"east{at}", "learner")
        world.affiliate(f"east{at}", "east", "enrolled_at")
    return world


def test_groups_stand_for_people_and_a_line_needs_many_on_both_sides(town):
    view = drawing(town.programme.reader(EVALUATOR), TODAY)
    assert view.of == "groups" and view.reason == "unique_shape"
    assert view.nodes == ("Mentor", "North (north)", "South (south)")
    assert view.lines == ((0, 1),), "South's learners have one mentor between them; East has three learners"


def test_people_are_drawn_where_nobody_can_be_told_apart(world):
    for at in range(12):
        world.person(f"a{at}", "learner")
        world.person(f"b{at}", "learner")
        world.log("meeting", f"a{at}", f"b{at}", on=TODAY - timedelta(days=2))
    view = drawing(world.programme.reader(EVALUATOR), TODAY)
    assert view.of == "people" and len(view.nodes) == 24 and set(view.nodes) == {""} and len(view.lines) == 12


def crowds(picture: nx.Graph) -> list[int]:
    """How many share a place with each person, as somebody sees who knows three circles of contacts around them."""
    hashes = nx.weisfeiler_lehman_subgraph_hashes(picture, iterations=3, include_initial_labels=True)
    seen = {node: tuple(told) for node, told in hashes.items()}
    return [min(Counter(seen.values()).values()), min(Counter(dict(picture.degree()).values()).values())]


@pytest.mark.parametrize("seed", range(20))
def test_whoever_knows_somebodys_place_finds_many_in_it_or_no_drawing(seed):
    """Random networks in as many copies as the rule asks for; then one tie more, which one person alone has."""
    draw, k = random.Random(seed), Rule().k
    part = nx.gnp_random_graph(draw.randint(2, 7), 0.5, seed=seed)
    picture = nx.disjoint_union_all([part] * k)
    people, ties = picture.number_of_nodes(), list(picture.edges)
    assert drawing_withheld(people, ties) is None and min(crowds(picture)) >= k
    a, b = draw.choice(list(nx.non_edges(picture)))
    picture.add_edge(a, b)
    if min(crowds(picture)) < k:
        assert drawing_withheld(people, [*ties, (a, b)]) is not None


@pytest.mark.parametrize("seed", range(20))
def test_no_drawing_of_a_random_network_shows_anybody_who_is_alone_in_a_place(seed):
    picture = nx.gnp_random_graph(24, random.Random(seed).choice((0.01, 0.05, 0.9, 0.99)), seed=seed)
    if drawing_withheld(24, list(picture.edges)) is None:
        assert min(crowds(picture)) >= Rule().k


def test_mentors_and_learners_get_no_drawing(town):
    for role in ("mentor", "employer", "learner", "lead"):
        with pytest.raises(NotYours):
            drawing(town.programme.reader(Actor("x", role)), TODAY)


def test_the_command_writes_a_page_that_names_nobody(town, tmp_path):
    with pytest.raises(SystemExit) as end:
        run(["--store", town.store.url, "release", "drawing", "--output", f"{tmp_path}/map.html"])
    page = (tmp_path / "map.html").read_text()
    assert end.value.code == 0 and "North (north)" in page and "East" not in page
    assert not any(word in page for word in ("Given", "north0", "mentor0", town.id("north0")))


def test_the_intermediarys_lists_leave_out_whom_no_basis_covers(town):
    town.store.put(
        "experience", {"id": "e1", "learner": town.id("north1"), "activity": "job_shadow", "state_since": TODAY}
    )
    member = Actor("member c", "coordinator")
    assert len(listed(town.programme.reader(member), "experiences", TODAY)) == 1
    assert [each.what for each in town.store.shown.entries()] == ["experiences"]
    south = town.id("south", "organization")
    town.store.put("legal_basis", {"id": "b1", "role": "coordinator", "organization": south, "basis": "study",
                                   "purpose": "x", "since": TODAY})  # fmt: skip
    assert listed(town.programme.reader(member), "experiences", TODAY) == ()
    assert len(listed(town.programme.reader(OWNER), "experiences", TODAY)) == 1

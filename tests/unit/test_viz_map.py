"""The programme map: what is packed can be read back, the table counts the same, bad input is refused."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web import pictures
from viz import map as programme_map
from viz.page import draw, figure
from viz.spec import MapPicture
from viz.words import Words


def unpacked(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)


def pairs(data: dict) -> list[tuple[int, int]]:
    wide = "<u2" if data["bytes"] == 2 else "<u4"
    counts, others = unpacked(data["counts"], wide), unpacked(data["others"], wide)
    return list(zip(np.repeat(np.arange(len(counts)), counts).tolist(), others.tolist(), strict=True))


def small(**changes) -> MapPicture:
    given = MapPicture(
        "Map", "Five people.", ["a", "b", "c", "d", "e"], [(0, 0), (1, 0), (0, 1), (1, 1), (3, 3)],
        ("North", "South"), [0, 0, 1, 1, 1], [(1, 0), (2, 1), (2, 3)],
    )  # fmt: skip
    return replace(given, **changes)


@settings(deadline=None)
@given(st.sets(st.tuples(st.integers(0, 19), st.integers(0, 19)).filter(lambda p: p[0] < p[1])), st.randoms())
def test_ties_survive_packing_in_any_order_and_direction(ties, random):
    given_ties = [pair if random.random() < 0.5 else pair[::-1] for pair in ties]
    random.shuffle(given_ties)
    picture = MapPicture(
        "M", "S", [str(k) for k in range(20)], np.zeros((20, 2)) + np.arange(20)[:, None], ("G",), [0] * 20, given_ties
    )
    assert pairs(programme_map.network_data(picture, Words())) == sorted(ties)


def test_changes_stay_with_their_ties():
    data = programme_map.network_data(small(changes=[0, 1, 2]), Words())
    assert dict(zip(pairs(data), unpacked(data["changes"], "u1"), strict=True)) == {(0, 1): 0, (1, 2): 1, (2, 3): 2}


def test_places_keep_their_proportions():
    picture = pictures.programme()
    packed = unpacked(programme_map.network_data(picture, Words())["places"], "<u2").reshape(-1, 2).astype(float)
    given_places = np.asarray(picture.positions, float)
    middle = (given_places.min(0) + given_places.max(0)) / 2
    reach = np.abs(given_places - middle).max()
    assert np.abs((packed / 32767.5 - 1) * reach + middle - given_places).max() < reach / 30_000


def test_more_than_sixty_five_thousand_people_need_wider_numbers():
    n = 70_000
    places = np.column_stack([np.arange(n), np.arange(n)])
    picture = MapPicture("M", "S", [str(k) for k in range(n)], places, ("G",), np.zeros(n, int), [(0, n - 1)])
    data = programme_map.network_data(picture, Words())
    assert data["bytes"] == 4 and pairs(data) == [(0, n - 1)]


def test_the_table_counts_people_and_ties_by_group():
    rows = programme_map.table(small(), Words()).rows
    assert rows[0] == {"group": "North", "people": 2, "alone": 0, "inside": 1, "outside": 1}
    assert rows[1] == {"group": "South", "people": 3, "alone": 1, "inside": 1, "outside": 1}


def test_between_waves_a_lost_tie_counts_as_lost_and_leaves_its_people_without():
    rows = programme_map.table(small(changes=[2, 1, 0]), Words()).rows
    assert rows[0] == {"group": "North", "people": 2, "alone": 1, "inside": 0, "outside": 1, "new": 1, "lost": 1}


def test_a_map_of_nobody_says_so_in_its_table_and_does_not_fail():
    assert "viz-table" in str(figure(MapPicture("M", "Nobody is on the roster.", [], [], (), [], [])))


def test_the_same_map_is_packed_the_same():
    assert draw(pictures.programme()) == draw(pictures.programme())


@pytest.mark.parametrize(
    "change,message",
    [
        ({"positions": [(0, 0)] * 4}, "one place and one group"),
        ({"positions": [(0, 0)] * 4 + [(float("nan"), 0)]}, "not a finite number"),
        ({"group_of": [0, 0, 0, 0, 2]}, "group without a name"),
        ({"ties": [(0, 5)]}, "not on it"),
        ({"ties": [(1, 1)]}, "two different people"),
        ({"ties": [(0, 1), (1, 0)]}, "given once"),
        ({"changes": [0, 1]}, "one change per tie"),
        ({"changes": [0, 1, 3]}, "kept"),
        ({"link": "https://elsewhere.example/{id}"}, "its own site"),
        ({"link": "//elsewhere.example/{id}"}, "its own site"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        draw(small(**change))


def test_only_the_largest_groups_have_colours_of_their_own():
    picture = pictures.programme(200, 300, sites=12)
    legend = programme_map.legend(picture)
    assert [entry["colour"] for entry in legend] == [*range(8), *[-1] * 4]
    data = programme_map.network_data(picture, Words())
    assert all(data["colours"][entry["index"]] == entry["colour"] for entry in legend)

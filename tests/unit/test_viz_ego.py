"""The ego map: who is drawn where, what the data may hold, and that the table says the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web import pictures
from viz import ego
from viz.labels import isolated, plain, short
from viz.page import assets, draw, figure
from viz.rings import SPACING, arrange
from viz.spec import Alter, AlterTie, EgoPicture, Moment, Ring, State
from viz.words import Words


def test_the_same_picture_is_drawn_the_same_whatever_the_order_of_its_contacts():
    picture = pictures.ego_picture()
    turned = replace(picture, alters=picture.alters[::-1])
    assert ego.network_data(picture, Words()) == ego.network_data(turned, Words())
    assert draw(picture) == draw(turned)


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=7))
def test_nobody_stands_on_anybody_else(sizes):
    places, _ = arrange(sizes)
    everyone = [(0.0, 0.0), *(place for ring in places for place in ring)]
    assert [len(ring) for ring in places] == sizes
    for k, one in enumerate(everyone):
        assert all(dist(one, other) > SPACING / 3 for other in everyone[:k])


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=6))
def test_rings_do_not_mix(sizes):
    places, _ = arrange(sizes)
    reach = [[dist((0, 0), place) for place in ring] for ring in places]
    for inner, outer in pairwise(reach):
        assert max(inner) < min(outer)


def test_the_data_holds_only_keys_that_are_allowed():
    data = ego.network_data(pictures.ego_picture(), Words())
    assert {key for node in data["nodes"] for key in node} <= set(ego.NODE_KEYS)
    assert {key for edge in data["edges"] for key in edge} <= set(ego.EDGE_KEYS)


def test_no_key_of_a_person_leaves_with_the_picture():
    page = draw(pictures.ego_picture())
    assert not any(alter.key in page for alter in pictures.ego_picture().alters)


def test_a_dormant_tie_is_drawn_thin_and_a_stronger_one_wider_on_the_same_scale_on_every_date():
    ring = (Ring("mentor", "Mentors"),)
    days = (date(2026, 1, 1), date(2026, 2, 1))
    people = (
        Alter("a", "Ines Example", "mentor", (Moment(State.STRONG, 4.0), Moment(State.DORMANT, 0.1))),
        Alter("b", "Jo Example", "mentor", (Moment(State.WEAK, 1.0), Moment(State.STRONG, 4.0))),
    )
    first, second = ego.network_data(EgoPicture("T", "E", ring, days, people), Words())["moments"]
    assert (first["states"], second["states"]) == (["strong", "weak"], ["dormant", "strong"])
    assert first["widths"][0] == second["widths"][1] > first["widths"][1]
    assert second["widths"][0] == 1.5


def test_the_table_lists_everyone_with_the_number_shown_in_the_picture():
    picture = pictures.ego_picture()
    data, table = ego.network_data(picture, Words()), ego.table(picture, Words())
    assert [row["n"] for row in table.rows] == [node["id"] for node in data["nodes"][1:]]
    assert [row["name"] for row in table.rows] == [node["label"] for node in data["nodes"][1:]]


def test_a_picture_of_too_many_people_says_how_many_are_drawn_and_the_table_has_all():
    page = draw(pictures.crowd(ego.CAP + 37))
    assert "1,500 of 1,537 contacts are drawn" in page
    assert page.count("<tr>") == ego.CAP + 37 + 1


def test_the_cap_leaves_out_the_weakest():
    picture = pictures.crowd(ego.CAP + 1)
    (left_out,) = {a.key for a in picture.alters} - {a.key for a in ego.drawn(picture)}
    moment = next(a.moments[0] for a in picture.alters if a.key == left_out)
    assert moment.strength == min(a.moments[0].strength or 0 for a in picture.alters)


def test_contacts_out_of_scope_are_a_number_and_nothing_else():
    assert "2 more contacts are counted but not named here" in draw(pictures.ego_picture())


def test_nobody_recorded_says_what_to_do_and_draws_no_empty_box():
    page = str(figure(EgoPicture("T", "Ana Example", pictures.RINGS, pictures.DATES[:1], empty="Log a first contact.")))
    assert "nothing is recorded yet for Ana Example" in page
    assert "Log a first contact." in page
    assert "viz-canvas" not in page


def test_a_sentence_given_by_the_caller_replaces_the_made_one():
    picture = replace(pictures.ego_picture(), sentences=("a", "b", "Your team has grown."))
    page = str(figure(picture))
    assert "Your team has grown." in page
    assert "is in touch with" not in page


def test_numbers_of_strength_can_be_left_out():
    page = str(figure(replace(pictures.ego_picture(), strengths=False)))
    assert "Strength" not in page


@pytest.mark.parametrize(
    "change,message",
    [
        ({"dates": ()}, "dates"),
        ({"dates": pictures.DATES[::-1]}, "ascending"),
        ({"rings": pictures.RINGS[:2]}, "no ring"),
        ({"ties": (AlterTie("k0000", "nobody", (True,) * 3),)}, "two different alters"),
        ({"sentences": ("one",)}, "one sentence per date"),
        ({"dates": pictures.DATES[:2]}, "one moment per date"),
    ],
)
def test_a_spec_that_contradicts_itself_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(pictures.ego_picture(), **change)


def test_a_fragment_and_a_file_carry_the_same_figure():
    picture = pictures.ego_picture()
    assert str(figure(picture, name="picture0", level=1)) in draw(picture)


def test_a_file_names_no_address_to_load_from():
    head, _, _ = draw(pictures.ego_picture()).partition("</head>")
    body = str(figure(pictures.ego_picture()))
    for text in (head.partition("<style>")[0], body):
        assert "http:" not in text and "https:" not in text and " src=" not in text


@settings(deadline=None)
@given(st.text(max_size=400))
def test_a_label_is_short_and_on_one_line(text):
    label = short(text, 24)
    assert len(label) <= 24
    assert not set(label) & {"\n", "\r", "\u2028", "\u202e", "\u2066"}
    assert plain(label) == label


def test_a_name_that_turns_the_direction_cannot_turn_the_sentence():
    assert isolated("\u202eabc") == "abc"
    assert isolated("عنا") == "\u2068عنا\u2069"


def test_data_inside_the_page_survives_every_hostile_label():
    page = str(figure(pictures.hostile_ego()))
    _, _, rest = page.partition('class="viz-data">')
    content, _, after = rest.partition("</script>")
    assert json.loads(content)["nodes"][0]["title"] == plain(pictures.HOSTILE[1])
    assert after.strip() == "</figure>"
    assert "<script>document" not in page and "<img" not in page


def test_each_asset_of_several_pictures_is_named_once():
    both = assets(pictures.ego_picture(), pictures.crowd(3))
    assert both == assets(pictures.ego_picture())
    assert len(set(both.scripts)) == len(both.scripts)


def test_numbers_and_dates_are_written_in_the_language_of_the_reader():
    page = str(figure(pictures.ego_picture(), words=Words("es")))
    assert 'lang="es"' in page
    assert "1 may 2026" in page
    assert ">3,6<" in page


def test_a_relation_looks_the_same_in_every_picture():
    rings = tuple(Ring(ring.code, ring.label, k) for k, ring in enumerate(pictures.RINGS))
    whole = replace(pictures.ego_picture(), rings=rings)
    mentors = tuple(alter for alter in whole.alters if alter.ring == "mentor")
    alone = replace(whole, rings=rings[3:4], alters=mentors, ties=())
    looks = {node["shape"] for node in ego.network_data(alone, Words())["nodes"][1:]}
    assert looks == {ego.SHAPES[3]}
    assert set(ego.network_data(alone, Words())["ring"][1:]) == {3}
    assert "viz-ring-3" in str(figure(alone)) and "viz-ring-0" not in str(figure(alone))

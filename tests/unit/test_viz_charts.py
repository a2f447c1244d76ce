"""Charts: rows are checked, translated and drawn without a browser; the table says the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from gettext import NullTranslations

import pytest

from tests.web import pictures
from viz.charts import export, fill
from viz.labels import plain
from viz.page import STATIC, draw, figure
from viz.spec import Chart
from viz.words import Words

CHARTS = pictures.charts()


class Shouting(NullTranslations):
    """A catalogue in which every text is its own capitals."""

    def gettext(self, message: str) -> str:
        return re.sub(r"(%\(\w+\)s)|(.)", lambda m: m[1] or m[2].upper(), message)


def walk(node):
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


def test_there_is_an_example_of_every_chart():
    assert set(CHARTS) == set(fill.names())


@pytest.mark.parametrize("name", fill.names())
def test_a_chart_becomes_an_image_without_a_browser(name):
    assert export.svg(CHARTS[name]).startswith("<svg")
    assert export.png(CHARTS[name], scale=1)[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("name", fill.names())
def test_a_chart_file_loads_nothing_and_names_its_colours(name):
    spec = fill.source(name)
    assert not [node for node in walk(spec) if isinstance(node, dict) and "url" in node]
    texts = [node for node in walk(spec) if isinstance(node, str)]
    assert not [text for text in texts if re.fullmatch(r"#[0-9a-fA-F]{3,8}", text)]
    assert {text[4:] for text in texts if text.startswith("viz:")} <= export.palette().keys()


@pytest.mark.parametrize("name", fill.names())
def test_every_field_that_a_chart_draws_is_declared(name):
    spec = fill.source(name)
    made = {"order", "signed", "place", "written", "room", "most", "moment", "score", "key"}
    known = made | fill.fields(name).keys() | {f"{key}_label" for key in fill.fields(name)}
    drawn = {node["field"] for node in walk(spec) if isinstance(node, dict) and isinstance(node.get("field"), str)}
    assert drawn <= known


def test_the_themes_have_the_same_colours_by_name():
    assert export.palette("light").keys() == export.palette("dark").keys()


def test_the_dark_colours_are_the_same_by_choice_and_by_system():
    sheet = (STATIC / "picture.css").read_text("utf-8")
    by_system, by_choice = (
        re.findall(r"--viz-[a-z0-9-]+: #[0-9a-f]{6};", sheet.split(start)[1].split("}")[0])
        for start in (':root:not([data-theme="light"]) {', ':root[data-theme="dark"] {')
    )
    assert by_system == by_choice


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_of_a_picture_stands_out_from_its_ground(theme):
    colours = export.palette(theme)

    def light(code: str) -> float:
        parts = [int(code[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    def contrast(name: str) -> float:
        pair = sorted((light(colours[name]), light(colours["ground"])))
        return pair[1] / pair[0]

    for name in (*(f"c{k}" for k in range(8)), "tie", "new", "lost", "focus"):
        assert contrast(name) >= 3, name
    for name in ("ink", "soft"):
        assert contrast(name) >= 4.5, name


@pytest.mark.parametrize(
    "name,row,message",
    [
        ("funnel", {"stage": "met", "count": float("nan")}, "finite"),
        ("funnel", {"stage": "met", "count": float("inf")}, "finite"),
        ("funnel", {"stage": "met", "count": "12"}, "finite"),
        ("funnel", {"stage": "met", "count": 1, "colour": "red"}, "no field colour"),
        ("tie_flow", {"group": "All", "part": "won", "ties": 1}, "not one of"),
        ("growth", {"measure": "m", "group": "g", "date": "yesterday"}, "must be a date"),
    ],
)
def test_rows_that_a_chart_cannot_show_are_refused(name, row, message):
    with pytest.raises(ValueError, match=message):
        fill.filled(Chart(name, "T", "S", [row]), Words())


def test_a_chart_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match="choose one of audit"):
        fill.filled(Chart("pie", "T", "S", []), Words())


def test_a_suppressed_group_is_shown_as_suppressed_in_chart_and_table():
    chart = CHARTS["equity"]
    assert "fewer than 10 learners: not shown" in export.svg(chart)
    table = str(figure(chart))
    assert "fewer than 10 learners: not shown" in table.partition("<tbody>")[2]


def test_the_table_of_a_chart_has_every_row_and_numbers_with_the_same_decimals():
    table = str(figure(CHARTS["growth"]))
    rows = table.partition("<tbody>")[2].partition("</tbody>")[0]
    assert rows.count("<tr>") == len(CHARTS["growth"].rows)
    means = re.findall(r'<td class="viz-number"[^>]*>([\d.]+)</td>', rows)
    assert {len(value.partition(".")[2]) for value in means if "." in value} == {3}


def test_a_chart_of_parts_has_a_table_with_a_column_for_each_part():
    table = fill.table(CHARTS["tie_flow"], Words())
    assert [column.label for column in table.columns] == ["Group", "kept", "reactivated", "gained", "lost"]
    assert table.rows[1] == {"group": "In person", "part0": 3.4, "part1": 0.5, "part2": 2.2, "part3": 1.0}
    sizes = fill.table(CHARTS["size_distribution"], Words())
    assert [column.label for column in sizes.columns] == ["Contacts", "September 2025", "May 2026"]
    assert len(sizes.rows) == 10


def test_every_text_of_a_chart_can_be_translated():
    words = Words("en", Shouting())
    for name, chart in CHARTS.items():
        spec = fill.filled(chart, words)
        titles = [node["title"] for node in walk(spec) if isinstance(node, dict) and isinstance(node.get("title"), str)]
        assert titles == [title.upper() for title in titles], name
        waves = {str(row.get("wave")) for row in chart.rows}
        assert all(column.label.isupper() for column in fill.table(chart, words).columns if column.label not in waves)
    flow = fill.filled(CHARTS["tie_flow"], words)
    assert {row["part_label"] for row in flow["datasets"]["rows"]} == {"KEPT", "REACTIVATED", "GAINED", "LOST"}
    assert "KEPT" in export.svg(CHARTS["tie_flow"], words)


def test_the_texts_to_translate_are_listed():
    assert {"kept", "Ties per learner", "Median days from the step before", "Now"} <= fill.messages()


def test_the_rows_given_are_not_changed_by_drawing_them():
    rows = [{"group": "All", "part": "kept", "ties": 1.0}]
    draw(Chart("tie_flow", "T", "S", rows))
    assert rows == [{"group": "All", "part": "kept", "ties": 1.0}]


def test_dates_travel_as_dates():
    spec = fill.filled(CHARTS["growth"], Words())
    assert spec["datasets"]["rows"][0]["date"] == date(2025, 9, 1).isoformat()


def test_hostile_texts_are_text_in_an_exported_image():
    image = export.svg(replace(pictures.hostile_chart(), title=pictures.HOSTILE[1]))
    assert "<script" not in image and "<img" not in image
    assert "&lt;script&gt;" in image or "&lt;script" in image


def test_hostile_texts_end_no_element_of_the_page():
    page = str(figure(pictures.hostile_chart()))
    content = page.partition('class="viz-data">')[2].partition("</script>")[0]
    assert json.loads(content)["spec"]["datasets"]["rows"][5]["stage"] == plain(pictures.HOSTILE[5])
    assert "<script>document" not in page and "<img" not in page

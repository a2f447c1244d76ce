"""Pictures in a real browser: drawn under the policy, readable by everyone, inert whatever people are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web import pictures
from tests.web.site import site
from viz.page import STATIC, assets, draw, figure
from viz.words import Words

DRAWN: dict[str, Callable[[], tuple[Any, ...]]] = {
    "ego": lambda: (pictures.ego_picture(),),
    "crowd": lambda: (pictures.crowd(60),),
    "hostile": lambda: (pictures.hostile_ego(), pictures.hostile_chart()),
    "charts": lambda: tuple(pictures.charts().values()),
}


@pytest.fixture
def opened(page_guard: Any, tmp_path: Path) -> Callable[[str], Any]:
    """Write a drawn file and open it from disk."""

    def open_file(html: str) -> Any:
        file = tmp_path / "picture.html"
        file.write_text(html, "utf-8")
        page_guard.goto(file.as_uri())
        return page_guard

    return open_file


def page_with(*shown: Any, language: str = "en") -> str:
    """A page as the web room would make it: figures in it, assets linked."""
    needed = assets(*shown)
    links = "".join(f'<link rel="stylesheet" href="/static/{name}">' for name in ("page.css", *needed.styles))
    scripts = "".join(f'<script defer src="/static/{name}"></script>' for name in needed.scripts)
    figures = "".join(figure(picture, name=f"p{k}") for k, picture in enumerate(shown))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>Pictures</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">{links}'
        f'{scripts}</head><body class="viz-page"><main><h1>Pictures</h1>{figures}</main></body></html>'
    )


@pytest.fixture
def served() -> Iterator[str]:
    pages = {f"/{name}": page_with(*make()) for name, make in DRAWN.items()}
    with site(pages, STATIC) as address:
        yield address


def fewest_colours(page: Any) -> int:
    """The smallest number of different colours in a canvas of the page: one means that nothing was drawn."""
    return page.evaluate(
        """() => Math.min(...Array.from(document.querySelectorAll('figure canvas'), (canvas) => {
          const {width, height} = canvas;
          const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
          const seen = new Set();
          for (let k = 0; k < data.length; k += 4) seen.add(data[k] << 16 | data[k + 1] << 8 | data[k + 2]);
          return seen.size;
        }))"""
    )


def ready(page: Any, count: int = 1) -> Any:
    """Wait until this many pictures are drawn."""
    expect(page.locator("[data-viz-ready]")).to_have_count(count)
    expect(page.locator("figure canvas")).to_have_count(count)
    page.wait_for_timeout(100)
    return page


@pytest.mark.parametrize("name", DRAWN)
def test_csp_a_drawn_file_opens_from_disk_without_a_violation_or_a_request(opened, name):
    shown = DRAWN[name]()
    page = ready(opened(draw(*shown, heading="Pictures")), len(shown))
    assert fewest_colours(page) > 10


@pytest.mark.parametrize("name", DRAWN)
def test_csp_a_page_with_the_picture_holds_under_the_strict_policy(page_guard, served, name):
    page_guard.goto(f"{served}/{name}")
    assert fewest_colours(ready(page_guard, len(DRAWN[name]()))) > 10


@pytest.mark.parametrize("name", DRAWN)
def test_axe_finds_nothing_in_light_dark_and_on_a_phone(opened, axe_everywhere, name):
    shown = DRAWN[name]()
    page = ready(opened(draw(*shown, heading="Pictures")), len(shown))
    assert axe_everywhere(page) == []


def test_axe_would_find_a_picture_without_a_name(opened, axe):
    page = opened(draw(pictures.ego_picture()))
    page.evaluate("() => document.querySelector('.viz-canvas').removeAttribute('aria-label')")
    assert [line for line in axe(page) if line.startswith("role-img-alt")]


def test_csp_the_guard_would_see_an_injected_script(guard, page, tmp_path):
    file = tmp_path / "picture.html"
    file.write_text(draw(pictures.ego_picture()).replace("<h1", "<script>document.title='owned'</script><h1"), "utf-8")
    page.goto(file.as_uri())
    assert [line for line in guard.collect() if line.startswith("policy: script-src")]
    assert page.title() != "owned"


def test_hostile_labels_stay_text_in_the_picture_its_table_and_its_tooltips(opened):
    page = ready(opened(draw(pictures.hostile_ego())))
    canvas = page.locator(".viz-canvas")
    edges = canvas.bounding_box()
    for x in range(0, int(edges["width"]), 60):
        page.mouse.move(edges["x"] + x, edges["y"] + edges["height"] / 2 + (x % 7) * 12)
    assert page.title() != "owned"
    assert page.locator("figure img, figure b, figure script:not([type='application/json'])").count() == 0
    expect(page.locator("tbody tr").nth(0)).to_contain_text("<script>document.title='owned'</script>")
    expect(page.locator("tbody tr").nth(5)).to_contain_text("{{ 7*7 }}")


def test_hostile_a_name_that_reads_from_the_right_does_not_turn_its_row(opened):
    page = opened(draw(pictures.hostile_ego()))
    row = page.locator("tbody tr").nth(2)
    number, relation = row.locator("td").nth(0).bounding_box(), row.locator("td").nth(3).bounding_box()
    assert number["x"] < relation["x"]
    expect(row.locator("td").nth(3)).to_have_text("strong")


def test_keyboard_the_slider_moves_the_date_and_the_sentence(opened):
    page = opened(draw(pictures.ego_picture()))
    slider = page.get_by_label("Date")
    expect(page.locator(".viz-sentence")).to_contain_text("May 1, 2026")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".viz-sentence")).to_contain_text("Jan 15, 2026")
    expect(page.locator("output")).to_have_text("Jan 15, 2026")
    assert slider.get_attribute("aria-valuetext") == "Jan 15, 2026"


def test_keyboard_every_control_is_reached_and_the_table_sorts(opened):
    page = opened(draw(pictures.ego_picture()))
    expect(page.locator("[data-viz-ready]")).to_have_count(1)
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.textContent.trim()"))
    assert {"+", "−", "Show all", "Name", "Relation"} <= set(reached)
    name = page.get_by_role("columnheader", name="Name").get_by_role("button")
    name.focus()
    page.keyboard.press("Enter")
    names = page.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert names == sorted(names)
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("Enter")
    assert page.locator("tbody tr td:nth-child(2)").all_inner_texts() == names[::-1]


def test_unknown_values_stay_last_whichever_way_a_column_is_sorted(opened):
    page = opened(draw(pictures.ego_picture()))
    heading = page.locator("th[data-viz-column=strength0] button")
    for _ in range(2):
        heading.click()
        cells = page.locator("tbody tr td:nth-child(5)").all_inner_texts()
        known = [cell for cell in cells if cell]
        assert cells == known + [""] * (len(cells) - len(known))
        assert [float(cell) for cell in known] in (
            sorted(float(cell) for cell in known), sorted((float(cell) for cell in known), reverse=True),
        )  # fmt: skip


def changed_share(page: Any, keep: str, compare: str = "") -> float:
    """Keep the canvas under a name; the share of its pixels that differ from one kept before."""
    return page.evaluate(
        """([keep, compare]) => {
          const canvas = document.querySelector('figure canvas');
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          window.kept = {...window.kept, [keep]: data};
          if (!compare) return 0;
          let changed = 0;
          for (let k = 0; k < data.length; k += 4) changed += Math.abs(data[k] - window.kept[compare][k]) > 60;
          return changed / (data.length / 4);
        }""",
        [keep, compare],
    )


def test_nobody_moves_when_the_date_changes(opened):
    page = opened(draw(pictures.ego_picture()))
    expect(page.locator("[data-viz-ready]")).to_have_count(1)
    page.wait_for_timeout(100)
    changed_share(page, "may")
    page.get_by_label("Date").fill("0")
    page.wait_for_timeout(100)
    assert 0 < changed_share(page, "september", "may") < 0.05
    page.get_by_label("Date").fill("2")
    page.wait_for_timeout(100)
    assert changed_share(page, "again", "may") == 0


def test_a_picture_opened_twice_is_the_same_picture(opened):
    picture, seen = draw(pictures.ego_picture()), []
    for _ in range(2):
        page = opened(picture)
        expect(page.locator("[data-viz-ready]")).to_have_count(1)
        page.wait_for_timeout(100)
        seen.append(page.locator(".viz-canvas").screenshot())
    assert seen[0] == seen[1]


def test_without_javascript_the_sentence_and_the_table_are_there(browser, tmp_path):
    file = tmp_path / "picture.html"
    file.write_text(draw(pictures.ego_picture()), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.locator(".viz-sentence")).to_contain_text("Ana Example is in touch with")
    expect(page.locator("tbody tr")).to_have_count(13)
    expect(page.get_by_text("The picture needs JavaScript")).to_be_visible()
    context.close()


def test_phone_the_page_itself_does_not_scroll_sideways(opened):
    page = opened(draw(pictures.hostile_ego(), *pictures.charts().values()))
    page.set_viewport_size({"width": 360, "height": 740})
    ready(page, 1 + len(pictures.charts()))
    page.wait_for_timeout(400)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_picture_is_painted_again_when_the_reader_turns_to_dark(opened):
    page = opened(draw(pictures.ego_picture()))
    expect(page.locator("[data-viz-ready]")).to_have_count(1)
    light = page.locator(".viz-canvas").screenshot()
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    assert page.locator(".viz-canvas").screenshot() != light


def test_hostile_labels_stay_text_in_the_tooltip_of_a_chart(opened):
    page = ready(opened(draw(pictures.hostile_chart())))
    place = page.locator(".viz-chart canvas").bounding_box()
    page.mouse.move(place["x"] + 260, place["y"] + 20)
    tip = page.locator("#vg-tooltip-element.visible")
    expect(tip).to_contain_text("<script>document.title='owned'")
    assert tip.locator("script, img, b").count() == 0
    assert page.title() != "owned"


@pytest.mark.parametrize("kind,start", [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_csp_a_chart_is_saved_as_an_image_under_the_policy(page_guard, served, kind, start):
    page_guard.goto(f"{served}/charts")
    page = ready(page_guard, len(pictures.charts()))
    with page.expect_download() as download:
        page.locator("#p0").get_by_role("button", name=f"Save as {kind.upper()}").click()
    assert download.value.suggested_filename == f"tie_flow.{kind}"
    assert start in Path(download.value.path()).read_bytes()[:200]


def test_a_chart_is_redrawn_to_the_width_of_the_page(opened):
    page = ready(opened(draw(pictures.charts()["growth"])))
    wide = page.locator("figure canvas").bounding_box()["width"]
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert page.locator("figure canvas").bounding_box()["width"] < min(wide, 390)


def test_numbers_in_a_chart_are_written_in_the_language_of_the_reader(opened):
    page = ready(opened(draw(pictures.charts()["tie_flow"], words=Words("es"))))
    place = page.locator(".viz-chart canvas").bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 50)
    expect(page.locator("#vg-tooltip-element.visible")).to_contain_text("3,10")

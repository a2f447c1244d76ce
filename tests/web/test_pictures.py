"""Pictures in a real browser: drawn under the policy, readable by everyone, inert whatever people are called."""

from __future__ import annotations

import base64
import gzip
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
    "hostile": lambda: (pictures.hostile_ego(), pictures.hostile_chart(), pictures.hostile_map()),
    "charts": lambda: tuple(pictures.charts().values()),
    "map": lambda: (pictures.programme(),),
    "waves": lambda: (pictures.programme(waves=True),),
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


COLOURS = """async (data) => {
  const image = new Image();
  image.src = "data:image/png;base64," + data;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data, seen = new Set();
  for (let k = 0; k < pixels.length; k += 4) seen.add(pixels[k] << 16 | pixels[k + 1] << 8 | pixels[k + 2]);
  return seen.size;
}"""


def fewest_colours(page: Any) -> int:
    """The smallest number of different colours in a picture of the page: one means that nothing was drawn."""
    places = page.locator(".viz-canvas, .viz-chart")
    shots = [places.nth(k).screenshot() for k in range(places.count())]
    return min(page.evaluate(COLOURS, base64.b64encode(shot).decode()) for shot in shots)


def ready(page: Any, count: int = 1) -> Any:
    """Wait until this many pictures are drawn."""
    expect(page.locator("[data-viz-drawn]")).to_have_count(count, timeout=15_000)
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
    ready(page)
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
    ready(page)
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
        ready(page)
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
    ready(page)
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


def test_hostile_ids_stay_text_when_a_person_of_the_map_is_picked(opened):
    page = ready(opened(draw(pictures.hostile_map())))
    page.get_by_label("Find a person").fill("<script>")
    page.keyboard.press("Enter")
    expect(page.locator(".viz-picked")).to_contain_text("<script>document.title='owned'</script>")
    page.get_by_text("Everyone as a table").click()
    expect(page.locator(".viz-people tbody tr")).to_have_count(len(pictures.HOSTILE))
    assert page.locator("figure img, figure b, figure script:not([type='application/json'])").count() == 0
    assert page.title() != "owned"


def test_keyboard_a_person_is_found_on_the_map_by_id(opened):
    page = ready(opened(draw(pictures.programme())))
    before = page.locator(".viz-canvas").screenshot()
    page.get_by_label("Find a person").focus()
    page.keyboard.type("p-00007")
    page.keyboard.press("Enter")
    expect(page.locator(".viz-picked")).to_contain_text("P-00007 · Site")
    expect(page.locator(".viz-picked")).to_contain_text("1 person found.")
    page.wait_for_timeout(600)
    assert page.locator(".viz-canvas").screenshot() != before
    page.get_by_label("Find a person").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.locator(".viz-picked")).to_have_text("Nobody here has that id.")


def test_the_table_of_everyone_is_paged_sorted_and_says_where_it_is(opened):
    page = ready(opened(draw(pictures.programme())))
    page.get_by_text("Everyone as a table").click()
    status = page.locator(".viz-pages [role=status]")
    expect(status).to_have_text("1 to 25 of 400")
    page.get_by_role("button", name="Next").click()
    expect(status).to_have_text("26 to 50 of 400")
    ties = page.locator(".viz-people th [data-viz-by=ties]")
    ties.click()
    ties.click()
    expect(status).to_have_text("1 to 25 of 400")
    shown = [int(text) for text in page.locator(".viz-people tbody td:nth-child(3)").all_inner_texts()]
    assert shown == sorted(shown, reverse=True) and shown[0] > 10
    expect(page.get_by_role("button", name="Before")).to_be_disabled()


def test_keyboard_a_group_is_picked_out_and_let_go(opened):
    page = ready(opened(draw(pictures.programme())))
    before = page.locator(".viz-canvas").screenshot()
    group = page.get_by_role("button", name="Site A")
    group.focus()
    page.keyboard.press("Space")
    expect(group).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(150)
    assert page.locator(".viz-canvas").screenshot() != before
    page.keyboard.press("Space")
    expect(group).to_have_attribute("aria-pressed", "false")


def test_keyboard_kept_new_and_lost_ties_are_shown_and_hidden_apart(opened):
    picture = pictures.programme(waves=True)
    page = ready(opened(draw(picture)))
    before = page.locator(".viz-canvas").screenshot()
    lost = page.get_by_label(f"lost {list(picture.changes).count(2)}")
    lost.focus()
    page.keyboard.press("Space")
    expect(lost).not_to_be_checked()
    page.wait_for_timeout(150)
    assert page.locator(".viz-canvas").screenshot() != before


def test_a_picked_person_leads_to_their_page(page_guard):
    with site({"/": page_with(pictures.programme(link="/people/{id}"))}, STATIC) as address:
        page_guard.goto(address)
        ready(page_guard).get_by_label("Find a person").fill("P-00003")
        page_guard.keyboard.press("Enter")
        expect(page_guard.get_by_role("link", name="Open page")).to_have_attribute("href", "/people/P-00003")


def test_the_wheel_scrolls_the_page_and_not_the_map(opened):
    page = ready(opened(draw(pictures.programme())))
    page.set_viewport_size({"width": 1280, "height": 500})
    place = page.locator(".viz-canvas").bounding_box()
    page.mouse.move(place["x"] + 300, place["y"] + 200)
    page.mouse.wheel(0, 240)
    page.wait_for_function("() => scrollY > 0")


@pytest.mark.slow
def test_a_map_of_ten_thousand_people_and_fifty_thousand_ties_is_drawn_in_three_and_a_half_seconds(page_guard):
    fragment = page_with(pictures.programme(10_000, 50_000, 20))
    assert len(gzip.compress(fragment.encode())) < 250_000
    with site({"/": fragment}, STATIC) as address:
        took = []
        for _ in range(3):
            page_guard.goto(address)
            ready(page_guard)
            took.append(int(page_guard.locator("[data-viz-drawn]").get_attribute("data-viz-drawn")))
            if took[-1] < 3500:
                break
    assert min(took) < 3500


def test_without_webgl_the_tables_still_serve(page, guard, tmp_path):
    file = tmp_path / "picture.html"
    file.write_text(draw(pictures.programme()), "utf-8")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    page.goto(file.as_uri())
    expect(page.locator("[data-viz-ready]")).to_have_count(1)
    expect(page.get_by_text("The picture needs JavaScript")).to_be_visible()
    page.get_by_text("Everyone as a table").click()
    expect(page.locator(".viz-people tbody tr")).to_have_count(25)
    # The vendored file asks for WebGL when it is loaded; nothing else may go wrong.
    assert [problem for problem in guard.collect() if "getParameter" not in problem] == []


def test_print_a_picture_is_painted_for_white_paper_and_back(opened):
    page = opened(draw(pictures.programme(), pictures.ego_picture(), heading="Report"))
    page.emulate_media(color_scheme="dark")
    ready(page, 2)
    screen = page.locator(".viz-canvas").nth(1).screenshot()
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(200)
    assert page.locator("html").get_attribute("data-theme") == "light"
    # The map is drawn on a layer that is printed: what a graphics card drew would be blank.
    drawn = """() => {
      const layer = document.querySelector('.viz-names');
      const data = layer.getContext('2d').getImageData(0, 0, layer.width, layer.height).data;
      let filled = 0;
      for (let k = 3; k < data.length; k += 4) filled += data[k] > 0;
      return filled / (data.length / 4);
    }"""
    assert page.evaluate(drawn) > 0.02
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(200)
    assert page.locator("html").get_attribute("data-theme") is None
    assert page.evaluate(drawn) < 0.02
    assert page.locator(".viz-canvas").nth(1).screenshot() == screen


def test_print_nothing_is_cut_at_the_edge_of_the_paper(opened):
    page = ready(opened(draw(pictures.ego_picture())))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 980})
    assert page.locator(".viz-scroll").evaluate("(place) => place.scrollWidth <= place.clientWidth + 1")

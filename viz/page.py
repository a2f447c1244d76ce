"""Specs become HTML: `figure` for a page that serves the assets, `draw` for one file that needs nothing else.

Both use the same templates. A file from `draw` carries its own policy: only the scripts and styles written into it
may run, by hash, and nothing may be loaded or sent.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache, singledispatch
from pathlib import Path
from typing import Any

from markupsafe import Markup

from viz import ego
from viz import map as programme_map
from viz.charts import fill
from viz.labels import plain, short
from viz.spec import Chart, EgoPicture, MapPicture, Picture, Table
from viz.tables import shown
from viz.words import Words

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Assets:
    """Files under `static/` that a picture needs, in the order in which they are loaded."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What a template is given, and which template."""

    template: str
    table: Table
    values: dict[str, Any]


_SHARED = ("scripts/theme.js", "scripts/table.js")
_VEGA = ("vendor/vega.min.js", "vendor/vega-lite.min.js", "vendor/vega-embed.min.js")
_SCRIPTS: dict[type, tuple[str, ...]] = {
    EgoPicture: ("vendor/vis-data.min.js", "vendor/vis-network.min.js", *_SHARED, "scripts/ego.js"),
    Chart: (*_VEGA, *_SHARED, "scripts/chart.js"),
    MapPicture: ("vendor/graphology.umd.min.js", "vendor/sigma.min.js", *_SHARED, "scripts/map.js"),
}


@singledispatch
def context(picture: Picture, words: Words) -> Context:
    """Template, table and values of one picture; one registration per kind of spec."""
    raise TypeError(f"{type(picture).__name__} cannot be drawn")


@context.register
def _(picture: EgoPicture, words: Words) -> Context:
    last = len(picture.dates) - 1
    return Context(
        "ego.html.j2",
        ego.table(picture, words),
        {
            "title": plain(picture.title),
            "sentence": ego.sentence(picture, last, words),
            "dates": [words.day(day) for day in picture.dates],
            "rings": [
                {
                    "label": short(ring.label, 40),
                    "index": ego.style(picture, k),
                    "path": ego.KEY_PATHS[ego.SHAPES[ego.style(picture, k) % len(ego.SHAPES)]],
                }
                for k, ring in enumerate(picture.rings)
                if any(alter.ring == ring.code for alter in picture.alters)
            ],
            "data": ego.network_data(picture, words),
            "notes": ego.notes(picture, words),
            "empty": picture.empty,
        },
    )


@context.register
def _(picture: Chart, words: Words) -> Context:
    return Context(
        "chart.html.j2",
        fill.table(picture, words),
        {
            "title": plain(picture.title),
            "sentence": picture.sentence,
            "notes": picture.notes,
            "data": {"name": picture.name, "spec": fill.filled(picture, words), "config": fill.config()},
        },
    )


@context.register
def _(picture: MapPicture, words: Words) -> Context:
    tallies = programme_map.tallies(picture)
    return Context(
        "map.html.j2",
        programme_map.table(picture, words),
        {
            "title": plain(picture.title),
            "sentence": picture.sentence,
            "notes": picture.notes,
            "groups": programme_map.legend(picture),
            "group_word": words.text(picture.group_word),
            "changes": [
                {
                    "code": code,
                    "name": name,
                    "heading": words.text(name),
                    "label": f"{words.text(name)} {words.number(n)}",
                }
                for code, (name, n) in enumerate(tallies.items())
            ],
            "data": programme_map.network_data(picture, words),
        },
    )


def assets(*pictures: Picture) -> Assets:
    """The files that a page with these pictures must load, each once: styles, then deferred scripts in order."""
    scripts = dict.fromkeys(name for picture in pictures for name in _SCRIPTS[type(picture)])
    return Assets(("picture.css",), tuple(scripts))


def figure(picture: Picture, *, name: str = "picture", level: int = 2, words: Words | None = None) -> Markup:
    """One picture as a `<figure>`, escaped, with its sentence, table and data.

    Parameters
    ----------
    name : unique id within the page.
    level : level of its heading.
    words : the reader's language.
    """
    words = words or Words()
    made = context(picture, words)
    template = template_named(made.template)
    return Markup(
        template.render(
            **made.values,
            _=words.text,
            table=made.table,
            rows=shown(made.table, words),
            id=name,
            level=level,
            language=words.language,
        )
    )


def draw(*pictures: Picture, heading: str = "", words: Words | None = None) -> str:
    """One self-contained HTML file with these pictures; it opens from disk and contacts nobody.

    >>> from datetime import date
    >>> page = draw(EgoPicture("Ana's network", "Ana Example", (), (date(2026, 5, 1),)))
    >>> page.startswith("<!DOCTYPE html>"), "default-src" in page
    (True, True)
    """
    words = words or Words()
    needed = assets(*pictures)
    styles = [_asset(name) for name in ("page.css", *needed.styles)]
    scripts = [_asset(name) for name in needed.scripts]
    level = 2 if heading else 1
    template = template_named("page.html.j2")
    page: str = template.render(
        policy=policy(styles, scripts),
        title=plain(heading) or short(pictures[0].title, 120),
        heading=plain(heading),
        language=words.language,
        styles=[Markup(style) for style in styles],
        scripts=[Markup(script) for script in scripts],
        figures=[figure(picture, name=f"picture{k}", level=level, words=words) for k, picture in enumerate(pictures)],
    )
    return page


def policy(styles: list[str], scripts: list[str]) -> str:
    """The policy of a file that holds exactly these styles and scripts inline."""

    def sources(texts: list[str]) -> str:
        return " ".join(f"'sha256-{_hash(text)}'" for text in texts) or "'none'"

    return (
        f"default-src 'none'; script-src {sources(scripts)}; style-src {sources(styles)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    """The text of a file under `static/`, fit to stand inside a script or style element."""
    text = (STATIC / name).read_text("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    if "</script" in text.lower() or "<!--" in text or "</style" in text.lower():
        raise ValueError(f"{name} cannot be written into a page: it would end its own element")
    return text


@cache
def template_named(name: str) -> Any:
    """A template of this package; everything that is put into it is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)

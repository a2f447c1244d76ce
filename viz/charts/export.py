"""Charts as SVG and PNG without a browser, for reports and slides (extra `charts`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from viz.charts import fill
from viz.labels import short
from viz.spec import Chart
from viz.words import Words

VERSION = "6.4"
"""The Vega-Lite of the exporter: the same minor version as the vendored one."""
WIDTH = 640


@cache
def palette(theme: str = "light") -> dict[str, str]:
    """The colours of the style sheet by name, for a theme: light or dark."""
    sheet = (Path(fill.__file__).parents[1] / "static" / "picture.css").read_text("utf-8")
    start = sheet.index(":root {" if theme == "light" else ':root[data-theme="dark"] {')
    block = sheet[start : sheet.index("}", start)]
    return dict(re.findall(r"--viz-([a-z0-9-]+): (#[0-9a-f]{6});", block))


def coloured(node: Any, colours: dict[str, str]) -> Any:
    """A spec in which every `viz:name` is the colour of that name."""
    if isinstance(node, dict):
        return {key: coloured(value, colours) for key, value in node.items()}
    if isinstance(node, list):
        return [coloured(item, colours) for item in node]
    return colours[node[4:]] if isinstance(node, str) and node.startswith("viz:") else node


def standalone(chart: Chart, words: Words | None = None, theme: str = "light") -> dict[str, Any]:
    """A complete Vega-Lite spec: title, rows, colours and size are in it."""
    words = words or Words()
    spec = fill.filled(chart, words)
    rows, spec["datasets"] = spec["datasets"], {}
    spec = dict(coloured({**spec, "config": fill.config()}, palette(theme)))
    spec["datasets"] = rows
    spec["title"] = {"text": short(chart.title, 90), "anchor": "start", "fontSize": 16, "offset": 12}
    spec["title"]["color"] = palette(theme)["ink"]
    if "facet" not in spec:
        spec["width"] = WIDTH
    return spec


def svg(chart: Chart, words: Words | None = None, theme: str = "light") -> str:
    """A chart as SVG text. Raises ImportError where the extra is not installed."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(standalone(chart, words, theme), vl_version=VERSION, allowed_base_urls=[]))


def png(chart: Chart, words: Words | None = None, theme: str = "light", scale: float = 2) -> bytes:
    """A chart as PNG, `scale` times its size. Raises ImportError where the extra is not installed."""
    import vl_convert

    spec = standalone(chart, words, theme)
    return bytes(vl_convert.vegalite_to_png(spec, vl_version=VERSION, scale=scale, allowed_base_urls=[]))

"""How a view becomes a page: templates that escape, and are strict about what is missing."""

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from viz.words import Words

OWN_STATIC = Path(__file__).parent / "static"


def environment() -> Environment:
    """Templates: escaped, strict about what is missing."""
    loader = PackageLoader("graph_service.web", "templates")
    made = Environment(loader=loader, autoescape=select_autoescape(default=True), undefined=StrictUndefined)
    words = Words()
    made.filters |= {"number": words.number, "day": words.day, "percent": words.percent}
    return made


TEMPLATES = environment()


def page(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page out of a view."""
    return HTMLResponse(TEMPLATES.get_template(template).render(**context), status)

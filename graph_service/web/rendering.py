"""How a view becomes a page: templates that escape, refuse what is missing, and speak the reader's language."""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from graph_service.measures import catalogue
from graph_service.measures.catalogue import REASONS
from graph_service.records.vocabulary import vocabulary
from graph_service.web.language import words
from graph_service.web.retold import retold
from graph_service.web.site_options import site_options
from graph_service.web.wording import DESKS
from viz.page import STATIC

OWN_STATIC = Path(__file__).parent / "static"


@cache
def asset(name: str) -> str:
    """The address of a static file, with its hash: the file at an address never changes, so that browsers keep it."""
    file = STATIC / name.removeprefix("viz/") if name.startswith("viz/") else OWN_STATIC / name
    return f"/static/{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


def label(code: str, table: str) -> str:
    """What a code of a vocabulary is called in the reader's language."""
    found = vocabulary(table)
    return found.label(code, words().language.partition("-")[0]) if code in found else code.replace("_", " ")


def options(table: str) -> list[tuple[str, str]]:
    """Codes of a vocabulary with what they are called, for a choice in a form."""
    return [(code, label(code, table)) for code in vocabulary(table).codes]


def spoken(texts: Mapping[str, str]) -> str:
    """A text that is given in every language, in the reader's."""
    return texts.get(words().language.partition("-")[0], texts["en"])


def reason(code: str) -> str:
    """Why a value is missing, in the reader's language."""
    return words().text(REASONS[code]) if code in REASONS else code.replace("_", " ")


def measure(id: str) -> str:
    """What a measure is called in the reader's language."""
    return words().text(catalogue.get(id).name)


def environment() -> Environment:
    """Templates: escaped, strict about what is missing, translated by the request's language."""
    made = Environment(
        loader=PackageLoader("graph_service.web", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        # Templates belong to the installed package: nobody edits them while it runs.
        auto_reload=False,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: words().translations.gettext(message),
        lambda one, many, n: words().translations.ngettext(one, many, n),
        newstyle=False,
    )
    made.filters |= {
        "number": lambda value, digits=2: words().number(value, digits),
        "count": lambda value: words().number(value, 0),
        "day": lambda day: words().day(day if isinstance(day, date) else date.fromisoformat(day)),
        "percent": lambda share, digits=0: words().percent(share, digits),
        "label": label,
        "spoken": spoken,
        "reason": reason,
        "measure": measure,
        "retold": retold,
    }
    made.globals |= {"language": lambda: words().language, "options": options, "desks": DESKS, "asset": asset}
    made.globals["site_options"] = site_options
    return made


TEMPLATES = environment()


def page(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page out of a view, in the reader's language."""
    return HTMLResponse(TEMPLATES.get_template(template).render(**context), status)

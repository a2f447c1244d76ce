"""What a page in Spanish still says in English: texts of the catalogue, and sentences that nobody marked for it."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

from graph_service.web import messages
from graph_service.web.language import translations

PLACE = re.compile(r"%\(\w+\)s|%%")
#: Words that make a sentence English. Names of made-up people, places and programmes have none of them.
ENGLISH = re.compile(r"\b(the|of|and|with|is|are|your|this|that|who|which|from|not|share|number)\b", re.IGNORECASE)
READ_OUT = ("aria-label", "placeholder", "alt", "title")


class _Texts(HTMLParser):
    """The texts of a page that a person sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.heard: list[str] = []
        self._silent = 0
        self._foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("script", "style", "code"):
            self._silent += 1
        # What people typed, and what is in another language by itself.
        elif tag in ("bdi", "textarea", "option") or said.get("lang") == "en":
            self._foreign.append(tag)
        if not self._foreign:
            self.heard += [value for name in READ_OUT if (value := said.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "code"):
            self._silent -= 1
        elif self._foreign and self._foreign[-1] == tag:
            self._foreign.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._foreign and (text := " ".join(data.split())):
            self.found.append(text)


@cache
def _untranslated() -> re.Pattern[str]:
    """A pattern of every English text that reads otherwise in Spanish."""
    spanish, wanted = translations("es"), []
    for message in messages.collected():
        for text in (message,) if isinstance(message, str) else message:
            said = " ".join(text.split())
            if len(PLACE.sub("", said)) < 4 or spanish.gettext(text) == text:
                continue
            wanted.append(".{1,200}".join(re.escape(part) for part in PLACE.split(said)))
    return re.compile("|".join(sorted(wanted)))


def left_in_english(page: str) -> list[str]:
    """Texts of a page in Spanish that are not."""
    parser = _Texts()
    parser.feed(page)
    # What is read out may hold a name or a sentence that somebody wrote.
    marked = [text for text in (*parser.found, *parser.heard) if _untranslated().fullmatch(text)]
    return marked + [text for text in parser.found if ENGLISH.search(text)]

"""The reader's language: which one, its catalogue, and how numbers and dates are written in it.

English is the language of the templates; every other language is a folder of `locale/` with one `.po` file for each
template. The language of a request is the setting's, else the first that the browser asks for and that exists.
"""

from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viz.words import Words

FOLDER = Path(__file__).parent / "locale"
SOURCE = "en"
#: Languages with a catalogue, the source first.
LANGUAGES = (SOURCE, *sorted(each.name for each in FOLDER.iterdir() if each.is_dir()))
#: Tags of a browser's list that are looked at.
LOOKED_AT = 10


def N_(text: str) -> str:
    """Mark a text for the catalogues where it is written; it is translated where it is shown."""
    return text


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, read from its `.po` files; empty for the source language."""
    if language == SOURCE:
        return NullTranslations()
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import Translations

    whole = Catalog(locale=language)
    for file in sorted((FOLDER / language).glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                if message.id:
                    whole.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


@cache
def words_of(tag: str) -> Words:
    """How a language tag is read: `es-MX` has Spanish texts and Mexican dates. English where nothing fits.

    >>> words_of("es-MX").language, words_of("tlh").language
    ('es-MX', 'en')
    """
    from babel import Locale, UnknownLocaleError

    language = tag.partition("-")[0].lower()
    if language not in LANGUAGES:
        return Words()
    try:
        found = str(Locale.parse(tag, sep="-")).replace("_", "-")
    except (UnknownLocaleError, ValueError):
        found = language
    return Words(found, translations(language))


def asked_for(header: str) -> Iterator[str]:
    """The tags of an Accept-Language header, the most wanted first; what cannot be read is passed over.

    >>> list(asked_for("fr;q=0.3, es-MX, en;q=0.8, *;q=0.1"))
    ['es-MX', 'en', 'fr']
    """
    weighed = []
    for place, part in enumerate(header.split(",")[:LOOKED_AT]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            value = float(weight or 1)
        except ValueError:
            continue
        if value > 0 and tag.replace("-", "").isalnum() and len(tag) <= 20:
            weighed.append((-value, place, tag))
    yield from (tag for _, _, tag in sorted(weighed))


def chosen(header: str, setting: str | None = None) -> Words:
    """The language of a reader: the setting's, else the first that is asked for and exists, else English."""
    for tag in (setting,) if setting else asked_for(header):
        if tag.partition("-")[0].lower() in LANGUAGES:
            return words_of(tag)
    return words_of(SOURCE)


_now: ContextVar[Words] = ContextVar("words")


def words() -> Words:
    """The language of the request that is being answered."""
    return _now.get(words_of(SOURCE))


def spoken() -> str:
    """The reader's language without its country: one that texts are written in."""
    return words().language.partition("-")[0]


def text(message: str, **values: Any) -> str:
    """A text in the reader's language, its values filled in."""
    return words().text(message, **values)


class Reading:
    """Find out the reader's language, and say in the answer that it depends on it."""

    def __init__(self, app: ASGIApp, setting: str | None = None) -> None:
        self.app, self.setting = app, setting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/api/", "/static/")):
            await self.app(scope, receive, send)
            return
        found = chosen(Headers(scope=scope).get("accept-language", ""), self.setting)

        async def with_language(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Accept-Language")
                if headers.get("content-type", "").startswith("text/html"):
                    headers["content-language"] = found.language
            await send(message)

        held = _now.set(found)
        try:
            await self.app(scope, receive, with_language)
        finally:
            _now.reset(held)

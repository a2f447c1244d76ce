"""Pages in the reader's language: nothing left in English, dates and numbers as the reader writes them."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import expect

from graph_service.web import messages
from graph_service.web.language import LANGUAGES, SOURCE, chosen, translations

OTHERS = [language for language in LANGUAGES if language != SOURCE]
PLACES = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_none_is_only_guessed(language):
    entries = {message: entry for file in messages.kept(language).values() for message, entry in file.items()}
    wanted = messages.collected()
    how = "run `python -m graph_service.web.messages`, then fill in the empty msgstr"
    assert set(wanted) - set(entries) == set(), how
    assert {message for message, entry in entries.items() if not messages.complete(entry.string)} == set(), how
    assert {message for message, entry in entries.items() if "fuzzy" in entry.flags} == set(), how
    assert set(entries) - set(wanted) == set(), "texts that no page has any more: " + how


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_text_and_no_other(language):
    wrong = []
    for file in messages.kept(language).values():
        for message, entry in file.items():
            ours = set(PLACES.findall(message if isinstance(message, str) else " ".join(message)))
            theirs = [entry.string] if isinstance(entry.string, str) else list(entry.string)
            wrong += [message for text in theirs if set(PLACES.findall(text)) - ours]
            if isinstance(message, str) and set(PLACES.findall(theirs[0])) != ours:
                wrong.append(message)
    assert wrong == []


def test_the_most_wanted_language_that_exists_is_chosen_with_its_own_dates():
    assert chosen("fr, es-MX;q=0.9, en;q=0.5").language == "es-MX"
    assert chosen("de, *").language == "en"
    assert chosen("en-GB, es").language == "en-GB"
    assert chosen("es", setting="en").language == "en"


@pytest.mark.parametrize("header", ["", ",,,;q=", "x" * 5000, "es;q=abc", "../../etc/passwd", "es\x00"])
def test_a_header_that_makes_no_sense_gives_english(header):
    assert chosen(header).language == "en"


def test_the_catalogue_of_the_source_language_is_the_texts_themselves():
    assert translations("en").gettext("Today") == "Today"
    assert translations("es").gettext("Today") == "Hoy"


@pytest.mark.parametrize("where", ["/today", "/worklist", "/learners/ana", "/programme", "/class-form", "/nowhere"])
def test_a_spanish_browser_gets_spanish_pages(town, where):
    import httpx

    path = town.learner("ana") if where.startswith("/learners/") else where
    header = {"Accept-Language": "es-ES", "Accept": "text/html"}
    answer = httpx.get(town.address + path, headers=header, timeout=60)
    assert '<html lang="es-ES">' in answer.text
    assert "Saltar al contenido" in answer.text
    assert answer.headers["content-language"] == "es-ES"
    assert "accept-language" in answer.headers["vary"].lower()


def test_the_setting_decides_for_everybody(tmp_path):
    import graph_service as gs
    from graph_service.api.app import create_app
    from graph_service.disclosure.scope import OWNER
    from graph_service.settings import Settings
    from graph_service.web.pages import add_pages

    gs.open(f"sqlite:///{tmp_path}/p.db").close()
    app = create_app(Settings(store=f"sqlite:///{tmp_path}/p.db", language="es"), local_actor=OWNER)
    add_pages(app)
    with TestClient(app, base_url="http://localhost") as client:
        assert "Quién no tiene a nadie" in client.get("/worklist", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere", 404, "There is nothing at this address"),
        ("/learners/abc", 404, "Nobody with this id"),
        ("/worklist?order=height", 422, "does not fit"),
    ],
)
def test_axe_and_a_browser_get_errors_as_pages_in_the_same_design(
    guard, page, town, axe_everywhere, path, status, words
):
    answer = page.goto(town.address + path)
    assert answer.status == status
    expect(page.locator("h1")).to_contain_text(words)
    expect(page.get_by_role("link", name="Go to the first page")).to_be_visible()
    assert [line for line in guard.collect() if f"status of {status}" not in line] == []
    assert axe_everywhere(page) == []


def test_a_refused_form_is_a_page_that_tells_the_number_of_the_request(town):
    import httpx

    address = town.address + town.learner("ana") + "/contacts"
    form = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(address, headers=form, content="token=wrong", timeout=60)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-request-id"] in answer.text
    script = httpx.post(address, headers={**form, "Accept": "*/*"}, timeout=60)
    assert script.headers["content-type"] == "application/problem+json"

"""What people read of a suggestion: evidence named, each audience no more than its own, words for somebody of 14."""

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from graph_service.errors import UnknownParameter
from graph_service.introductions.answer import gate_words, mending_words
from graph_service.introductions.explain import AUDIENCES, Explanation, explain
from graph_service.introductions.gates import CODES
from graph_service.introductions.ties_told import LANGUAGES
from tests.introductions_world import TODAY, MadeUp

#: School years of a reader of 14.
GRADE = 8


@pytest.fixture
def made(tmp_path: Path) -> MadeUp:
    """Ana, two adults who know each other, and Bo, another learner whom the connector knows."""
    made = MadeUp(f"sqlite:///{tmp_path}/made.db")
    made.learner("ana", given_name="Ana", family_name="Example", goals=["manufacturing"])
    made.learner("bo", given_name="Bodil", family_name="Sample")
    made.adult("mo", given_name="Mo", family_name="Specimen")
    fields = {"sector": "manufacturing", "tier": "senior", "occupation": "17-2141"}
    made.adult("eva", role="employer_contact", given_name="Eva", family_name="Muster", **fields)
    made.meet("ana", "mo", on="2026-02-20", kind="job_shadow")
    made.meet("mo", "eva", on="2026-01-10", times=3)
    made.meet("bo", "mo", on="2026-02-25")
    return made


def read(made: MadeUp, audience: str, language: str = "en") -> Explanation:
    found = made.programme.introductions("ana", as_of=TODAY)
    return explain(found.field, found.found, 0, 0, audience, language)


def test_the_coordinator_reads_the_evidence_of_both_ties(made: MadeUp) -> None:
    told = read(made, "coordinator")
    assert told.reasons[0] == "works in advanced manufacturing, a goal of the learner"
    assert "1 contact since February 20, 2026, last on February 20, 2026 (job shadow)" in told.path[0]
    assert told.path[1].startswith("Mo Specimen and Eva Muster: strong, strength 2.")
    assert "Ana Example and Mo Specimen" in str(told.weakest)
    assert told.fallback.startswith("There is no second path")


def test_the_learner_gets_a_message_three_questions_and_what_to_do_if_nobody_answers(made: MadeUp) -> None:
    told = read(made, "learner")
    assert told.reasons[0] == "Eva Muster works in advanced manufacturing. That is one of your goals."
    assert told.take is not None
    assert told.take["message"].startswith("Hi Mo Specimen, I am Ana.")
    assert len(told.take["questions"]) == 3
    assert told.take["thanks"] and told.take["silence"] and told.fallback


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_asked_adult_reads_no_more_of_the_learner_than_is_shared(made: MadeUp, language: str) -> None:
    connector, target = (str(read(made, side, language).as_dict()) for side in ("connector", "target"))
    assert "Ana" in connector and "Example" not in connector
    assert "Ana" not in target
    made.consent("ana", "share_name")
    assert "Ana" in str(read(made, "target", language).as_dict())


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_reads_of_another_minor(made: MadeUp, audience: str, language: str) -> None:
    told = str(read(made, audience, language).as_dict())
    assert "Bodil" not in told and "bo" not in told.split()


def test_a_caseload_is_told_as_the_intermediarys_own_contact(made: MadeUp) -> None:
    made.learner("cy")
    made.adult("cora", role="coordinator", given_name="Cora")
    made.assign("cora", "cy")
    made.meet("cora", "eva")
    found = made.programme.introductions("cy", as_of=TODAY)
    told = {audience: explain(found.field, found.found, 0, 0, audience) for audience in AUDIENCES}
    assert told["coordinator"].path[0] == "Cora is assigned to cy: the intermediary lends its own contact"
    assert told["connector"].path[0] == "cy is on your caseload."
    assert told["learner"].path == ("Cora is there for you in this program, and knows Eva Muster.",)


def test_an_unknown_audience_or_language_is_refused(made: MadeUp) -> None:
    found = made.programme.introductions("ana", as_of=TODAY)
    with pytest.raises(UnknownParameter):
        found.explain("everyone")
    with pytest.raises(UnknownParameter):
        found.explain("learner", "tlh")


def test_several_fruitless_introductions_alert_the_coordinator_and_not_the_learner(made: MadeUp) -> None:
    for at in range(3):
        key = f"adult{at}"
        made.adult(key)
        ends = {"learner": made.id("ana"), "connector": made.id("mo"), "target": made.id(key)}
        day = date(2026, 2, 1 + at)
        id = made.put("introduction", state="declined", since=day, suggested=day, **ends)
        step = {"introduction": id, "date": day, "actor": key, "role": "target", "step": 1}
        made.put("introduction_event", source="target_asked", state="declined", **step)
    found = made.programme.introductions("ana", as_of=TODAY)
    assert [each["code"] for each in found.as_dict()["alerts"]] == ["several_declines"]
    assert "several" not in str(found.explain("learner")).lower()


# --- the texts themselves -------------------------------------------------------------------------------------


def texts(audience: str, language: str) -> dict[str, Any]:
    path = files("graph_service.introductions") / "data" / "texts" / f"{audience}.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def leaves(read: Any, at: str = "") -> dict[str, str]:
    if isinstance(read, dict):
        return {name: text for key, value in read.items() for name, text in leaves(value, f"{at}.{key}").items()}
    if isinstance(read, list):
        return {name: text for k, value in enumerate(read) for name, text in leaves(value, f"{at}.{k}").items()}
    return {at: read}


@pytest.mark.parametrize("audience", ["coordinator", "mentor", "learner"])
def test_both_languages_say_the_same_things_with_the_same_evidence(audience: str) -> None:
    def evidence(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    english, spanish = (leaves(texts(audience, language)) for language in LANGUAGES)
    # What a gate refuses is said in English by its declaration.
    spanish = {name: text for name, text in spanish.items() if not name.startswith((".gates.", ".mends."))}
    assert list(english) == list(spanish)
    assert {name: evidence(text) for name, text in english.items()} == {
        name: evidence(text) for name, text in spanish.items()
    }


def test_every_gate_is_told_in_both_languages() -> None:
    assert list(gate_words("es")) == list(gate_words("en")) == list(CODES)
    assert not set(gate_words("es").values()) & set(gate_words("en").values())
    assert list(mending_words("es")) == list(CODES)
    assert not set(mending_words("es").values()) & set(mending_words("en").values())


def test_what_is_missing_is_told_to_staff_in_their_language_and_by_name(made: MadeUp) -> None:
    made.learner("zoe", consent=False)
    made.learner("yan")
    told = {
        key: made.programme.introductions(key, as_of=TODAY).missing("es", lambda at: "Ana Example")
        for key in ("zoe", "yan", "ana")
    }
    assert told["zoe"] == ["Falta el permiso: envíe el formulario. Antes no se muestran nombres."]
    assert told["yan"][0].startswith("Aún sin contacto verificado")
    assert told["ana"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_learner_of_14_can_read_every_text(made: MadeUp, language: str) -> None:
    import textstat

    words = leaves(texts("learner", language))
    example = {"target": "Eva", "connector": "Mo", "me": "Ana", "sector": "art", "near": "May 3", "kind": "a talk"}
    every = " ".join(text.format(**example, topic="art") for text in words.values())
    whole = " ".join(read(made, "learner", language).sentences())
    textstat.set_lang(language)
    for text in (every, whole):
        # Formulas that need no dictionary of syllables from elsewhere: letters per word, words per sentence.
        grades = (
            [textstat.automated_readability_index(text), textstat.coleman_liau_index(text)]
            if language == "en"
            else [textstat.crawford(text)]
        )
        assert max(grades) <= GRADE
        assert language == "en" or textstat.szigriszt_pazos(text) >= 65  # "normal" and easier on the Inflesz scale

"""What goes wrong gets a clear answer with a code, and nothing is lost."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from graph_service.actions.moves import history, move, propose
from graph_service.actions.standing import give_standing_consent, standing_consents, take_back
from graph_service.actions.sweeps import recheck
from graph_service.cli.app import run
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import NotFound, NotYours, ResearchBasis, UnknownPerson, UsageError
from graph_service.introductions.workflow import GateClosed
from graph_service.programme import open as open_programme
from tests.introductions_world import TODAY, MadeUp, simple

DAY = date.fromisoformat(TODAY)


@pytest.fixture
def made(tmp_path: Path) -> MadeUp:
    return simple(f"sqlite:///{tmp_path}/made.db")


def test_an_unknown_learner(made: MadeUp) -> None:
    with pytest.raises(UnknownPerson) as refused:
        made.suggest("nobody")
    assert refused.value.problem()["code"] == "unknown_person"


def test_a_day_before_any_data(made: MadeUp) -> None:
    told = made.suggest(as_of="2025-09-30")
    assert told["suggestions"] == []
    assert [each["code"] for each in told["missing"]] == ["before_data"]


def test_a_learner_without_consent_has_no_plan_and_cannot_be_put_on_the_way(made: MadeUp) -> None:
    made.learner("bo", consent=False)
    made.meet("bo", "mo")
    assert made.suggest("bo")["missing"][0]["code"] == "consent_missing"
    assert "bo" not in made.programme.assign(TODAY).frame()["learner"].tolist()
    with pytest.raises(GateClosed) as refused:
        propose(made.store, OWNER, made.id("bo"), made.id("mo"), made.id("eva"), today=DAY)
    assert "consent_missing" in refused.value.details["gates"]
    assert made.store.find("introduction") == []


def test_a_connector_removed_half_way_and_a_clock_moved_back_lose_nothing(made: MadeUp) -> None:
    moved = propose(made.store, OWNER, made.id("ana"), made.id("mo"), made.id("eva"), today=DAY)
    earlier = DAY - timedelta(days=30)
    moved = move(made.store, OWNER, moved.introduction, "request", moved.version, today=earlier)
    made.adult("mo", status="removed")
    with pytest.raises(GateClosed):
        move(made.store, OWNER, moved.introduction, "approve", moved.version, today=DAY)
    [ended] = recheck(made.store, DAY)
    steps = history(made.store, ended.introduction)
    assert [step["state"] for step in steps] == ["suggested", "requested", "blocked"]
    assert [step["date"] for step in steps] == sorted(step["date"] for step in steps)
    assert steps[-1]["reason"] == "removed"
    assert made.suggest()["suggestions"] == []


def test_research_data_is_refused_once_sign_in_is_configured(tmp_path: Path) -> None:
    made = MadeUp(f"sqlite:///{tmp_path}/research.db")
    for key in "abc":
        made.someone(key, roles=["learner"], basis="research")
    made.meet("a", "b")
    made.meet("b", "c")
    assert made.suggest("a")["suggestions"][0]["basis"] == "research"
    made.programme.close()
    with open_programme(made.store.url, oidc_issuer="https://id.example.org") as programme:
        for ask in (lambda: programme.introductions("a", as_of=TODAY), lambda: programme.assign(TODAY)):
            with pytest.raises(ResearchBasis) as refused:
                ask()
        assert refused.value.problem()["code"] == "research_basis"


def test_research_data_is_not_loaded_where_people_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAPH_SERVICE_OIDC_ISSUER", "https://id.example.org")
    file = tmp_path / "people.csv"
    file.write_text("date,from,to\n2026-01-01,a,b\n")
    with pytest.raises(SystemExit) as end:
        run(["load", "interactions", str(file), "--basis", "research", "--store", f"sqlite:///{tmp_path}/r.db"])
    assert end.value.code == 1
    assert "Research data is not used where people sign in" in capsys.readouterr().err


def test_a_standing_consent_is_given_seen_and_taken_back(made: MadeUp) -> None:
    eva = Actor("eva", "mentor", person=made.id("eva"))
    id = give_standing_consent(made.store, eva, made.id("eva"), "target", "talk", monthly=2, today=DAY)
    assert give_standing_consent(made.store, OWNER, made.id("eva"), "target", "talk", monthly=1, today=DAY) == id
    [told] = standing_consents(made.store, eva, DAY)
    assert (told["person"], told["monthly"]) == ("eva", 1)
    with pytest.raises(NotYours):
        take_back(made.store, Actor("mo", "mentor", person=made.id("mo")), id)
    take_back(made.store, eva, id)
    assert standing_consents(made.store, OWNER, DAY) == []
    with pytest.raises(NotFound):
        take_back(made.store, eva, id)


def test_standing_consents_are_adults_own(made: MadeUp) -> None:
    with pytest.raises(NotYours):
        give_standing_consent(made.store, Actor("mo", "mentor", person=made.id("mo")), made.id("eva"), "target", "talk")
    with pytest.raises(UsageError):
        give_standing_consent(made.store, OWNER, made.id("ana"), "target", "talk", today=DAY)
    with pytest.raises(UsageError):
        give_standing_consent(made.store, OWNER, made.id("eva"), "target", "tea", today=DAY)


def test_standing_consents_on_the_command_line(made: MadeUp, capsys: pytest.CaptureFixture[str]) -> None:
    url = made.store.url
    made.programme.close()

    def said(*words: str) -> str:
        with pytest.raises(SystemExit) as end:
            run(["introductions", "standing", *words, "--as-of", TODAY, "--store", url])
        assert end.value.code == 0
        return capsys.readouterr().out

    id = said("--person", "eva", "--monthly", "3").strip()
    assert json.loads(said("--format", "json"))["rows"][0]["monthly"] == 3
    said("--end", id)
    assert "0 standing consents" in said()

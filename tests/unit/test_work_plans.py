"""A self-assessment from the first rater to a report that prints, over the pages' forms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph_service.actions.rehearsal import load_synthetic
from tests.unit.work_pages import DAY, Pages
from tests.world import World


@pytest.fixture
def pages(world: World) -> Iterator[Pages]:
    world.organization("hub", "intermediary", name="Example Hub", intermediary_kind="nonprofit")
    world.organization("north", "school", name="North Example High")
    world.person("cy", "coordinator", given_name="Cy", family_name="Example")
    world.person("dee", "coordinator", given_name="Dee", family_name="Example")
    world.person("ana", "learner", goals=["healthcare"])
    world.affiliate("ana", "north", "enrolled_at")
    world.store.put(
        "community",
        {
            "id": "town", "name": "Example Town", "cohort": "one", "members": ["hub", "north"],
            "lead": world.id("hub", "organization"),
        },
    )  # fmt: skip
    made = Pages(world)
    yield made
    made.close()


HOME = "/work/community/town"


def rate(pages: Pages, who: str, stage: str, note: str = ""):
    fields = {"round": "spring", "rater": who, "stage.partners.a": stage, "note.partners.a": note}
    return pages.post(f"{HOME}/rate", f"{HOME}/rate", **fields)


def test_several_raters_differ_agree_and_plan_and_the_coach_finds_all_of_it_on_one_page(pages):
    assert "Nobody has rated yet" in pages.get(HOME)
    assert "No employer in" in pages.get(HOME), "the software proposes the gap itself"
    assert rate(pages, "Cy Example", "not_yet", "no named contacts").status_code == 303
    assert rate(pages, "dee", "established").status_code == 303
    both = pages.get(f"{HOME}/agree")
    assert "They differ" in both and "no named contacts" in both and "Dee Example" in both
    agreed = {"round": "spring", "seen.partners.a": "0", "stage.partners.a": "planning", "note.partners.a": "half"}
    assert pages.post(f"{HOME}/agree", f"{HOME}/agree", **agreed).status_code == 303
    report = pages.get(HOME)
    assert "Focus area" in report and "Engaging partners" in report and "gap: no partnerships" in report
    step = {"text": "Name a contact", "service_line": "partners", "owner": "cy", "due": "2026-02-20"}
    assert pages.post(f"{HOME}/steps", HOME, **step).status_code == 303
    log = {"coach": "dee", "on": "2026-03-01", "focus": "partners", "advice": "Begin with two", "next_step": "Call"}
    assert pages.post(f"{HOME}/meetings", HOME, **log).status_code == 303
    report = pages.get(HOME)
    assert all(each in report for each in ("Name a contact", "late", "Begin with two", "Call"))
    (kept,) = pages.world.store.find("action_step")
    done = {"version": str(kept["version"]), "state": "done"}
    assert pages.post(f"{HOME}/steps/{kept['id']}", HOME, **done).status_code == 303
    stale = pages.post(f"{HOME}/steps/{kept['id']}", HOME, **done | {"state": "planned"})
    assert stale.status_code == 409 and "Somebody else changed this" in stale.text
    assert pages.world.store.get("action_step", kept["id"])["state"] == "done"


def test_who_agrees_second_is_shown_what_the_first_kept_and_loses_nothing_typed(pages):
    first = {"round": "spring", "seen.partners.a": "0", "stage.partners.a": "planning"}
    assert pages.post(f"{HOME}/agree", f"{HOME}/agree", **first).status_code == 303
    second = pages.post(f"{HOME}/agree", f"{HOME}/agree", **first | {"note.partners.a": "my own reason"})
    assert second.status_code == 409 and "my own reason" in second.text and "Agreed so far" in second.text


def test_a_rater_changes_their_own_answer_and_both_versions_are_kept(pages):
    rate(pages, "cy", "not_yet")
    rate(pages, "cy", "planning")
    (now,) = pages.world.store.find("rating")
    assert now["stage"] == "planning" and len(pages.world.store.history("rating", now["id"])) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rater": "nobody here"}, "a name or key that the programme knows"),
        ({"stage.partners.a": ""}, "an answer to one element at least"),
        ({"stage.partners.a": "perfect"}, "perfect"),
        ({"stage.nothing.z": "planning"}, "an element of"),
        ({"round": " "}, "a name of the round"),
    ],
)
def test_what_does_not_fit_is_told_beside_the_answers_and_nothing_is_kept(pages, fields, said):
    sent = {"round": "spring", "rater": "cy", "stage.partners.a": "planning", "note.partners.a": "kept text"} | fields
    answer = pages.post(f"{HOME}/rate", f"{HOME}/rate", **sent)
    assert answer.status_code == 422 and said in answer.text and "kept text" in answer.text
    assert not pages.world.store.find("rating")


def test_the_report_is_there_as_data_and_over_the_api_and_in_spanish(pages):
    rate(pages, "cy", "planning")
    page = pages.client.get(f"{HOME}.json").json()
    assert page == pages.client.get("/api/v1/work/communities/town").json()
    assert page["page"]["elements"][2]["said"][0]["rater"] == "Cy Example"
    assert "Pasos prioritarios" in pages.get(HOME, **{"accept-language": "es"})
    assert pages.client.get("/work/community/nowhere").status_code == 404


def test_the_demo_has_a_report_for_every_community(world):
    load_synthetic(world.store, people=120, seed=1, as_of=DAY)
    made = Pages(world)
    for row in world.store.find("community"):
        shown = made.get(f"/work/community/{row['id']}")
        assert row["name"] in shown and "Begin with two employers" in shown
    made.close()


def test_equity_stands_on_one_page_by_subgroup_and_mode_with_small_groups_hidden(world):
    load_synthetic(world.store, people=300, seed=1, as_of=DAY)
    made = Pages(world)
    shown = made.get("/work/equity")
    for said in ("Is the virtual one as good?", "more professional contacts than when", "hidden: few learners"):
        assert said in shown
    told = made.client.get("/work/equity.json").json()
    assert told == made.client.get("/api/v1/work/equity").json()
    assert [each["id"] for each in told["reports"]] == ["access", "quality", "on-site", "paid", "network-growth"]
    for each in told["reports"]:
        assert all(row["denominator"] is None or row["denominator"] >= 10 for row in each["rows"] if row["numerator"])
    assert {row["outcome"] for row in told["modes"]["rows"]} == {"growth", "quality"}
    made.close()

"""Surveys: instruments are data, scores are computed from answers, silence and a missing answer are different."""

import json
import math
from datetime import date
from pathlib import Path

import pytest

from graph_service.desks.surveys import surveys
from graph_service.disclosure.scope import OWNER
from graph_service.disclosure.suppression import Rule
from graph_service.measures import catalogue
from tests.unit.test_cli import Shell

SCALES = "instrument,version,scale,name,measure,cut_low,cut_high,least\nscale,2.0,mob,Mobilising,m1,0.4,0.7,0.6\n"
ITEMS = """instrument,version,item,sort,scale,low,high,reverse
scale,2.0,q1,rating,mob,1,5,no
scale,2.0,q2,rating,mob,1,5,yes
scale,2.0,q3,rating,mob,0,10,no
scale,2.0,jobs,obtained,,,,
scale,2.0,through,obtained_through,,,,
scale,2.0,whom,names,,,,
"""
ANSWERS = """person,instrument,version,wave,date,item,value,missing
ana,scale,2.0,w1,2026-01-10,q1,5,
ana,scale,2.0,w1,2026-01-10,q2,1,
ana,scale,2.0,w1,2026-01-10,q3,5,
ana,scale,2.0,w1,2026-01-10,jobs,4,
ana,scale,2.0,w1,2026-01-10,through,3,
bo,scale,2.0,w1,2026-01-10,q1,3,
bo,scale,2.0,w1,2026-01-10,q2,,skipped
bo,scale,2.0,w1,2026-01-10,q3,,refused
bo,scale,2.0,w1,2026-01-10,jobs,0,
bo,scale,2.0,w1,2026-01-10,through,0,
cy,scale,2.0,w1,2026-01-10,q1,9,
"""


@pytest.fixture
def shell(tmp_path, capsysbinary, monkeypatch):
    """A programme of four learners whose survey is loaded from files."""
    monkeypatch.chdir(tmp_path)
    made = Shell("sqlite:///x.db", capsysbinary)
    Path("people.csv").write_text("id,roles\nana,learner\nbo,learner\ncy,learner\ndi,learner\n")
    files = {"people": None, "survey-scales": SCALES, "survey-items": ITEMS, "responses": ANSWERS}
    for name, text in files.items():
        if text:
            Path(f"{name}.csv").write_text(text)
        status, _, said = made("load", name, f"{name}.csv")
        assert status == 0, said
    return made


def values(shell, *ids, as_of="2026-02-01"):
    status, out, said = shell("measure", "--as-of", as_of, "--measures", ",".join(ids), "--reasons", "--format", "json")
    assert status == 0, said
    return {row.pop("person_id"): row for row in json.loads(out)["rows"]}


def test_a_score_is_the_mean_of_answered_items_brought_to_one_scale(shell):
    told = values(shell, "survey_scale_m1")
    assert told["ana"]["survey_scale_m1"] == pytest.approx((1 + 1 + 0.5) / 3)


def test_too_few_answers_an_answer_outside_its_ends_and_silence_are_different(shell):
    told = values(shell, "survey_scale_m1")
    reasons = {key: row["survey_scale_m1_reason"] for key, row in told.items()}
    assert reasons == {"ana": None, "bo": "too_few_answers", "cy": "too_few_answers", "di": "not_asked"}


def test_referral_yield_is_the_share_of_opportunities_through_somebody(shell):
    told = values(shell, "referral_yield")
    assert told["ana"]["referral_yield"] == 0.75
    assert {key: row["referral_yield_reason"] for key, row in told.items()} == {
        "ana": None, "bo": "no_events", "cy": "not_asked", "di": "not_asked",
    }  # fmt: skip


def test_the_latest_wave_counts_and_only_what_was_said_by_the_day(shell):
    Path("more.csv").write_text(
        "person,instrument,version,wave,date,item,value,missing\n"
        + "".join(f"ana,scale,2.0,w2,2026-03-01,{item},{value},\n" for item, value in (("q1", 1), ("q2", 5), ("q3", 0)))
    )
    assert shell("load", "responses", "more.csv")[0] == 0
    assert values(shell, "survey_scale_m1", as_of="2026-03-02")["ana"]["survey_scale_m1"] == 0
    assert values(shell, "survey_scale_m1")["ana"]["survey_scale_m1"] == pytest.approx(2.5 / 3)


def test_the_same_answers_loaded_again_are_the_same_answers(shell):
    Path("again.csv").write_text(ANSWERS)
    status, _, said = shell("load", "responses", "again.csv")
    assert status == 0 and "11" in said
    assert values(shell, "survey_scale_m1")["ana"]["survey_scale_m1"] == pytest.approx(2.5 / 3)


HEAD = "person,instrument,version,wave,date,item,value,missing\n"


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [
        ("responses", HEAD + "ana,scale,2.0,w1,2026-01-10,q1,,\n", "value"),
        ("responses", HEAD + "ana,scale,2.0,w1,2026-01-10,q1,2,refused\n", "value"),
        ("responses", HEAD + "ana,scale,2.0,w1,2026-01-10,q1,inf,\n", "value"),
        ("responses", HEAD + "zoe,scale,2.0,w1,2026-01-10,q1,2,\n", "person"),
        ("survey-items", "instrument,version,item,low,high\nscale,2.0,q9,5,5\n", "high"),
        ("survey-items", "instrument,version,item\nscale,2.0,q9\n", "low"),
        ("survey-scales", "instrument,version,scale,measure\nscale,2.0,x,m99\n", "measure"),
    ],
)
def test_rows_that_cannot_be_are_rejected_with_their_field(shell, name, row, field):
    Path("bad.csv").write_text(row)
    status, _, _ = shell("load", name, "bad.csv")
    assert status == 3 and field in Path("bad.csv.rejects.csv").read_text()


def test_who_was_asked_and_named_nobody_no_longer_knows_whom_they_named_before(world):
    world.learners("ana", "bo")
    world.state("ana", "bo", wave="w1", on="2026-01-01")
    item = {"id": "i", "instrument": "friends", "edition": "1", "item": "whom", "sort": "names"}
    answer = {
        "id": "r",
        "person": world.id("ana"),
        "instrument": "friends",
        "edition": "1",
        "wave": "w2",
        "item": "whom",
    }
    world.store.put("survey_item", item)
    world.store.put("response", answer | {"date": date(2026, 2, 1), "value": 0.0})
    assert world.snapshot("2026-01-31", layer="stated").ties == {("ana", "bo")}
    assert world.snapshot("2026-02-01", layer="stated").ties == set()
    world.store.put("response", answer | {"date": date(2026, 2, 1), "missing": "refused"})
    assert world.snapshot("2026-02-01", layer="stated").ties == {("ana", "bo")}


def test_the_report_of_a_wave_says_who_answered_and_how_the_scale_holds_together(world):
    keys = [f"l{at:02}" for at in range(40)]
    world.store.put("person", *({"id": world.id(key), "key": key, "roles": ["learner"]} for key in keys))
    named = {"instrument": "scale", "edition": "1"}
    world.store.put(
        "survey_scale", {"id": "s", **named, "scale": "mob", "measure": "m8", "cut_low": 0.4, "cut_high": 0.6}
    )
    items = [{"id": f"i{at}", **named, "item": f"q{at}", "scale": "mob", "low": 1.0, "high": 5.0} for at in range(4)]
    world.store.put("survey_item", *items)
    answers = [
        {
            "id": f"{key}-{item}",
            "person": world.id(key),
            **named,
            "wave": "w1",
            "date": date(2026, 1, 10),
            "item": f"q{item}",
            "value": float(1 + (at + (item * at) % 2) % 5),
        }
        for at, key in enumerate(keys[:30])
        for item in range(4)
    ]
    world.store.put("response", *answers)
    (wave,) = surveys(world.programme.reader(OWNER), date(2026, 2, 1), Rule(5)).waves
    assert (wave.roster, wave.response.value, wave.missing, wave.outside) == (40, 0.75, 0, 0)
    (scale,) = wave.scales
    assert scale.measure == "survey_scale_m8" and 0 < scale.mean.value < 1
    assert 0.5 < scale.alpha.value < 1 and scale.alpha.low < scale.alpha.value and scale.alpha.n == 30
    assert surveys(world.programme.reader(OWNER), date(2026, 2, 1), Rule(30)).waves[0].scales[0].low.value is None


def test_the_command_lists_waves_and_says_what_is_missing(shell, tmp_path):
    status, out, said = shell("surveys", "--as-of", "2026-02-01", "--k", "5")
    assert status == 0 and "w1" in out and "small_group" in out and "Hidden" in said
    told = json.loads(shell("surveys", "--as-of", "2026-02-01", "--format", "json")[1])
    assert told["waves"][0]["missing"] == 2 and told["waves"][0]["outside"] == 1
    assert "survey-items" in shell("surveys", "--as-of", "2026-01-01")[2]


def test_introductions_are_counted_down_their_funnel(world):
    world.learners("ana", "bo")
    for key in ("con", "eng"):
        world.person(key, "mentor")
    agreed = ["connector_asked", "connector_agreed", "target_asked", "target_agreed", "made", "met"]
    states = {"i1": ["suggested", "requested", *agreed], "i2": ["suggested", "requested"], "i3": ["suggested"]}
    ends = {"connector": world.id("con"), "target": world.id("eng"), "suggested": date(2026, 1, 1)}
    for id, steps in states.items():
        record = {"id": id, "learner": world.id("ana"), **ends, "state": steps[-1], "since": date(2026, 1, 9)}
        world.store.put("introduction", record)
        for at, step in enumerate(steps):
            event = {
                "id": f"{id}-{at}",
                "introduction": id,
                "step": at + 1,
                "date": date(2026, 1, 1 + at),
                "state": step,
            }
            world.store.put("introduction_event", event | {"actor": "x", "role": "coordinator"})
    world.store.put(
        "introduction_outcome", {"id": "o", "introduction": "i1", "step": "offer", "date": date(2026, 2, 1)}
    )
    snapshot = world.snapshot("2026-01-20")
    funnel = {id: each.compute(snapshot) for id, each in catalogue.of_level("cohort").items() if each.code == "M4"}
    shares = {id.removeprefix("introductions_"): round(float(column.values[0]), 3) for id, column in funnel.items()}
    third = ("connector_agreed", "target_agreed", "met")
    assert shares == {"asked": 0.667, "second_contact": 0, "outcome": 0} | dict.fromkeys(third, 0.333)
    rate = snapshot.measure(["ask_rate"])["ask_rate"]
    assert rate["ana"] == pytest.approx(2 / 3) and math.isnan(rate["bo"])
    assert world.snapshot("2026-01-01").measure(["ask_rate"])["ask_rate"]["ana"] == 0
    late = catalogue.get("introductions_outcome").compute(world.snapshot("2026-02-02"))
    assert round(float(late.values[0]), 3) == 0.333

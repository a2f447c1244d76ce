"""The evaluator's report of a cohort: what changed, for whom, how it was observed, and what it does not tell."""

import csv
import io
import json
import math
from datetime import date, timedelta

import pytest

from graph_service.actions.rehearsal import load_synthetic
from graph_service.desks.aligned import Look
from graph_service.desks.cohort_report import cohort_report
from graph_service.disclosure.scope import OWNER
from graph_service.disclosure.suppression import Rule
from graph_service.errors import UnknownMeasure, UsageError
from graph_service.measures.cohort.resampling import Resampling
from tests.unit.test_cli import Shell

QUICK = Resampling(resamples=99)
FEW = ("network_size", "unconnected")


def meet(world, adult, contacts, source="sheet"):
    """Meetings of learners, by number and day, with one adult; one write."""
    records = [
        {
            "id": f"{source}-{adult}-{at}-{day}",
            "date": day,
            "kind": "meeting",
            "participants": [{"id": world.id(key), "role": "participant"} for key in (f"l{at:02}", adult)],
            "source": source,
        }
        for at, day in contacts
    ]
    world.store.put("interaction", *records)


@pytest.fixture
def school(world):
    """Forty learners of two sites and four mentors; the north meets more than the south."""
    for place in ("north", "south"):
        world.organization(place, "school")
    world.person("eng", "mentor", occupation="17-2199", tier="senior")
    world.person("fay", "mentor", occupation="29-1141", tier="mid")
    keys = [f"l{at:02}" for at in range(40)]
    world.store.put("person", *({"id": world.id(key), "key": key, "roles": ["learner"]} for key in keys))
    enrolled = [
        {
            "id": f"enrolled-{key}",
            "person": world.id(key),
            "organization": world.id("north" if at < 20 else "south", "organization"),
            "relation": "enrolled_at",
            "since": date(2026, 1, 1),
        }
        for at, key in enumerate(keys)
    ]
    world.store.put("affiliation", *enrolled)
    meet(world, "eng", [(at, date(2026, 1, 10) + timedelta(days=at % 7)) for at in range(40)])
    meet(world, "fay", [(at, date(2026, 3, 1) + timedelta(days=at % 9)) for at in range(40) if at < 20 or at % 4 == 0])
    return world


def reported(world, start="2026-02-01", end="2026-04-01", **more):
    more = {"measures": FEW, "how": QUICK, "panel": False} | more
    looks = Look(date.fromisoformat(start)), Look(date.fromisoformat(end))
    return cohort_report(world.programme.reader(OWNER), *looks, **more)


def test_a_report_says_what_changed_with_n_interval_and_size(school):
    found = reported(school)
    size = found.outcomes[0]
    assert (size.before.value, size.after.value, size.change.value) == (1.0, 1.625, 0.625)
    assert size.change.n == 40 and size.change.low < 0.625 < size.change.high
    assert size.size.value > 0 and size.ratio.value == pytest.approx(1.625)
    assert found.learners == {"first": 40, "second": 40, "both": 40} and found.refused == {}
    assert found.coverage[0].value == 1.0 and found.observed[0].source == "sheet"


def test_groups_are_compared_with_the_reference_within_sites_and_beside_each_other(school):
    found = reported(school, by="site", reference="south", arms=("north", "south"))
    north = next(row for row in found.subgroups if row.group == "north" and row.measure == "network_size")
    assert (north.level.value, north.growth.value) == (2.0, 1.0)
    assert north.level_gap.value == pytest.approx(0.75) and north.growth_gap.value == pytest.approx(0.75)
    # A site against a site leaves nothing to exchange within a site.
    assert north.within_sites.value is None
    effect = found.arms.rows[0].effect
    assert effect.value == pytest.approx(0.75) and effect.reason == "too_few_sites" and found.arms.refused == {}


def test_arms_that_other_feeds_observed_are_not_compared(school):
    days = (date(2026, 1, 20), date(2026, 3, 20))
    meet(school, "fay", [(at, day) for at in range(20) for day in days], "app")
    found = reported(school, by="site", arms=("north", "south"))
    assert found.arms.refused and found.arms.rows[0].effect.reason == "measured_differently"
    assert found.arms.coverage["north"].value == 1.0


def test_a_feed_that_begins_between_the_days_blocks_the_change_and_keeps_the_levels(school):
    meet(school, "fay", [(at, date(2026, 3, 20)) for at in range(20)], "app")
    found = reported(school)
    assert "app" in found.refused["network_size"]
    assert found.outcomes[0].change.reason == "instrument_changed" and found.outcomes[0].after.value is not None


def test_nothing_recorded_before_is_no_baseline(school):
    found = reported(school, start="2026-01-05")
    assert found.outcomes[0].change.reason == "instrument_changed" and found.refused


def test_how_many_left_is_not_told_where_they_were_few(school):
    for at in range(3):
        school.affiliate(f"l{at:02}", "north", "enrolled_at", since="2026-01-01", until="2026-02-15")
        school.store.retract("affiliation", [f"enrolled-l{at:02}"])
    found = reported(school)
    assert found.learners == {"first": 40, "second": 37, "both": None}
    assert found.outcomes[0].change.value is not None and found.outcomes[0].change.n is None
    assert found.outcomes[0].incomplete is None


def test_small_groups_take_others_with_them(school):
    told = [(at, "male" if at < 4 else "female") for at in range(37)]
    records = [
        {"id": f"sub{at}", "person": school.id(f"l{at:02}"), "attribute": "gender", "value": value}
        for at, value in told
    ]
    school.store.put("subgroup", *records)
    found = reported(school, by="gender")
    told = {(row.group, row.measure): row.level.reason for row in found.subgroups}
    assert told["male", "network_size"] == "small_group"
    # Four men and three whose group is not known: seven together would still follow by subtraction.
    assert told["female", "network_size"] == "complementary"
    loose = reported(school, by="gender", rule=Rule(k=5))
    assert {row.level.reason for row in loose.subgroups if row.group == "male"} == {"small_group"}


def test_shares_of_few_people_are_coded_or_withheld(school):
    found = reported(school)
    unconnected = found.outcomes[1]
    assert unconnected.after.value is None and unconnected.after.reason == "small_cell"
    assert unconnected.change.value is None


def test_no_number_of_a_report_rests_on_fewer_than_k_learners(school):
    found = reported(school, by="site", rule=Rule(k=30)).model_dump()

    def figures(part):
        if isinstance(part, dict):
            if "value" in part and "coded" in part:
                yield part
            for each in part.values():
                yield from figures(each)
        elif isinstance(part, list | tuple):
            for each in part:
                yield from figures(each)

    assert all(each["value"] is None for part in ("subgroups", "first_tie") for each in figures(found[part])
               if each["n"] is not None and each["n"] < 30)  # fmt: skip
    assert all(row["level"]["value"] is None for row in found["subgroups"])


def test_the_headline_is_shown_under_other_half_lives_and_thresholds(school):
    found = reported(school, panel=True)
    assert len(found.sensitivity) == 9 and sum(cell.chosen for cell in found.sensitivity) == 1
    assert found.sensitivity_of == "network_size" and found.same_sign is True
    stated = reported(school, panel=True, parameters=school.programme.parameters().with_(layer="stated"))
    assert stated.sensitivity == () and any("do not decay" in note for note in stated.notes)


def test_another_instrument_of_statements_blocks_the_change(school):
    waves = (("w1", date(2026, 1, 15), "scale 1"), ("w2", date(2026, 3, 15), "scale 2"))
    said = [
        {
            "id": f"{wave}-{at}",
            "ego": school.id(f"l{at:02}"),
            "alter": school.id("eng"),
            "wave": wave,
            "date": day,
            "instrument": instrument,
        }
        for wave, day, instrument in waves
        for at in range(40)
    ]
    school.store.put("stated_tie", *said)
    found = reported(school, parameters=school.programme.parameters().with_(layer="stated"))
    assert "scale 1" in found.refused["network_size"] and "scale 2" in found.refused["network_size"]
    assert found.outcomes[0].change.reason == "instrument_changed"


def test_another_version_of_a_survey_blocks_its_scale_and_nothing_else(school):
    keys = [f"l{at:02}" for at in range(40)]
    for edition, wave, day in (("1", "w1", date(2026, 1, 15)), ("2", "w2", date(2026, 3, 15))):
        named = {"instrument": "scale", "edition": edition}
        school.store.put("survey_scale", {"id": f"s{edition}", **named, "scale": "mob", "measure": "m1"})
        item = {"id": f"i{edition}", **named, "item": "q", "scale": "mob", "low": 1.0, "high": 5.0}
        school.store.put("survey_item", item)
        answers = [
            {
                "id": f"{key}{wave}",
                "person": school.id(key),
                **named,
                "wave": wave,
                "date": day,
                "item": "q",
                "value": 1.0 + at % 5,
            }
            for at, key in enumerate(keys)
        ]
        school.store.put("response", *answers)
    found = reported(school, measures=("survey_scale_m1", "network_size"))
    assert set(found.refused) == {"survey_scale_m1"} and "scale 2" in found.refused["survey_scale_m1"]
    scale, size = found.outcomes
    assert scale.change.reason == "instrument_changed" and scale.after.value == pytest.approx(0.5)
    assert size.change.value == 0.625
    assert {each.source for each in found.observed} == {"sheet", "scale 1", "scale 2"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"measures": ("charm",)},
        {"by": "shoe size"},
        {"start": "2026-05-01"},
        {"by": "site", "reference": "west"},
        {"by": "site", "arms": ("north", "west")},
    ],
    ids=str,
)
def test_what_cannot_be_reported_is_refused(school, wrong):
    with pytest.raises((UnknownMeasure, UsageError)):
        reported(school, **wrong)


def test_an_empty_programme_has_an_empty_report(world):
    found = reported(world)
    assert found.learners == {"first": 0, "second": 0, "both": 0}
    assert found.outcomes[0].change.value is None and found.outcomes[0].change.reason


def test_the_command_reports_two_waves_as_json_and_as_rows(tmp_path, capsysbinary, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shell = Shell("sqlite:///x.db", capsysbinary)
    import graph_service as gs

    with gs.open("sqlite:///x.db") as programme:
        load_synthetic(programme.store, people=150, seed=2, as_of=date(2026, 3, 31))
        programme.waves.take("autumn", "2025-11-01")
        programme.waves.take("spring", "2026-03-31")
        programme.waves.take("other", "2026-03-31", half_life=90)
    words = [
        "cohort",
        "--from",
        "autumn",
        "--to",
        "spring",
        "--measures",
        "network_size,constraint",
        "--by",
        "low_income",
    ]
    status, out, said = shell(*words, "--no-sensitivity", "--format", "json")
    assert status == 0, said
    report = json.loads(out)
    assert report["waves"] == ["autumn", "spring"] and report["versions"]["catalogue"]
    status, out, _ = shell(*words, "--no-sensitivity", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    told = [float(row["value"]) for row in rows if row["value"]]
    assert status == 0 and all(math.isfinite(value) for value in told)
    change = next(row for row in rows if (row["measure"], row["statistic"]) == ("network_size", "change"))
    assert float(change["value"]) == report["outcomes"][0]["change"]["value"]
    status, out, said = shell(*words, "--no-sensitivity")
    assert status == 0 and "What changed" in out and "With anything recorded" in said
    for wrong, why in (
        (["--from", "autumn", "--to", "other"], "different parameters"),
        (["--from", "nope", "--to", "spring"], "neither a date"),
    ):
        status, _, said = shell("cohort", *wrong)
        assert status == 2 and why in said


def test_the_first_professional_tie_is_timed_by_how_it_began_with_intervals(school):
    found = reported(school)
    ways = {(row.way, row.group): row for row in found.first_tie_ways}
    assert set(ways) == {("origin", "programme"), ("mode", "in_person")}
    row = ways["mode", "in_person"]
    assert row.median.value == found.first_tie[0].median.value == 12.0
    assert row.without["90"].reason == "small_cell" and row.without["365"].reason == "not_observed_so_long"


def test_the_share_still_without_a_tie_has_its_interval_and_counts_no_few(world):
    world.organization("north", "school")
    world.person("eng", "mentor", occupation="17-2199", tier="senior")
    for at in range(60):
        world.person(f"l{at:02}", "learner")
        world.affiliate(f"l{at:02}", "north", "enrolled_at", since="2025-09-01")
    meet(world, "eng", [(at, date(2025, 10, 1)) for at in range(30)])
    meet(world, "eng", [(at, date(2026, 1, 1)) for at in range(30, 34)], source="late")
    (row,) = reported(world, "2025-09-02", "2026-06-01").first_tie
    assert row.without["90"].value == pytest.approx(0.5) and row.without["90"].low < 0.5 < row.without["90"].high
    assert row.without["180"].value == pytest.approx(26 / 60)
    assert row.n == 60 and row.events == 34

"""Reports: counted as their definition says, with whom they cannot classify; few people are never told."""

from datetime import date

import pytest

from graph_service.desks.reports import report
from graph_service.disclosure.scope import OWNER
from graph_service.errors import UnknownParameter, UsageError
from graph_service.wbl.reports import BadDefinition, chosen, read

FIRST, LAST, ON = date(2025, 7, 1), date(2026, 6, 30), date(2026, 7, 1)


def concentrate(world, key, status="concentrator", **fields):
    id = world.store.internal_id("programme_status", key, status)
    record = {"id": id, "learner": world.id(key), "status": status, "since": date(2025, 1, 1), **fields}
    world.store.put("programme_status", record)


def place(world, key, hours=8.0, days=3, activity="internship_paid", course="Welding 2", mode="in_person", **fields):
    id = world.store.internal_id("experience", key, activity)
    since = date(2026, 1, 12)
    world.store.put(
        "experience",
        {
            "id": id, "learner": world.id(key), "activity": activity, "state": "closed", "state_since": since,
            "since": since, "course": course, "mode": mode, **fields,
        },
    )  # fmt: skip
    for at in range(days):
        world.store.put(
            "hour_log", {"id": f"{id}{at}", "experience": id, "date": since.replace(day=13 + at), "hours": hours}
        )


def lines(world, id="perkins-5s3", **how):
    found = report(world.programme.reader(OWNER), id, FIRST, LAST, ON, **how)
    return found, {(row.cut, row.value): row for row in found.rows}


def test_5s3_counts_concentrators_who_graduated_in_the_period_and_had_an_experience_that_counts(world):
    world.learners("ana", "bo", "cy", "di", "ed", "flo")
    for key in ("ana", "bo", "cy"):
        concentrate(world, key, graduated=date(2026, 6, 1))
    concentrate(world, "di", "participant", graduated=date(2026, 6, 1))
    concentrate(world, "ed", graduated=date(2025, 6, 1))
    concentrate(world, "flo", until=date(2026, 6, 1))
    place(world, "ana")
    place(world, "bo", hours=2.0)
    place(world, "di")
    found, rows = lines(world, internal=True)
    assert (rows["all", "all"].numerator, rows["all", "all"].denominator) == (1, 3)
    assert found.unclassified == {"status ended without a day of graduation": 1}
    assert rows["gender", "not recorded"].denominator == 3


def test_cuts_are_by_what_is_recorded_of_each_and_the_rest_is_one_line_of_its_own(world):
    world.learners("ana", "bo", "cy")
    world.organization("north", "school")
    world.affiliate("ana", "north", "enrolled_at")
    for key, value in (("ana", "yes"), ("bo", "no")):
        record = {"id": f"s{key}", "person": world.id(key), "attribute": "low_income", "value": value}
        world.store.put("subgroup", record)
    place(world, "ana")
    _, rows = lines(world, "access", internal=True)
    assert rows["site", "North"].numerator == 1 and rows["site", "not recorded"].denominator == 2
    assert [rows["low_income", value].denominator for value in ("yes", "no", "not recorded")] == [1, 1, 1]


def test_service_counts_are_of_experiences_with_their_ceds_code(world):
    world.learners("ana", "bo")
    place(world, "ana")
    place(world, "ana", activity="job_shadow", days=1)
    place(world, "bo")
    _, rows = lines(world, "service-counts", internal=True)
    (paid,) = (row for (cut, value), row in rows.items() if cut == "activity" and value.startswith("internship_paid"))
    assert (paid.numerator, paid.denominator) == (2, 2) and "CEDS" in paid.value
    assert rows["mode", "in_person"].denominator == 3 and rows["all", "all"].numerator == 2


def test_few_learners_are_never_told_of_nor_given_away_by_sums(world):
    keys = [f"l{at}" for at in range(60)]
    world.learners(*keys)
    for at, key in enumerate(keys):
        value = "a" if at < 30 else "b" if at < 56 else "c"
        world.store.put("subgroup", {"id": f"s{key}", "person": world.id(key), "attribute": "gender", "value": value})
        if at % 2:
            place(world, key)
    found, rows = lines(world, "access")
    assert rows["gender", "c"].denominator is None, "four learners"
    hidden = [value for value in "abc" if rows["gender", value].denominator is None]
    assert len(hidden) > 1, "one hidden line could be subtracted"
    assert found.hidden >= len(hidden) and "fewer than 10" in found.suppression


def test_many_experiences_of_few_learners_are_hidden_too(world):
    world.learners(*[f"l{at}" for at in range(4)])
    for at in range(4):
        for activity in ("internship_paid", "co_op", "clinical", "job_shadow", "mentorship"):
            place(world, f"l{at}", activity=activity, days=0)
    _, rows = lines(world, "service-counts")
    assert all(row.denominator is None for row in rows.values())


def test_a_programme_adds_definitions_of_its_own_and_errors_are_named_with_their_places(world, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(
        "{id: own, version: '3', reports: [{id: mine, title: {en: a, es: b}, source: board, unit: learners,"
        " population: learners, numerator: paid_experience, cuts: [grade]}]}"
    )
    assert chosen("mine", file).version == "own 3"
    with pytest.raises(UnknownParameter, match="Known: mine"):
        chosen("perkins-5s3", file)
    file.write_text("{id: own, version: '3', reports: [{id: a, unit: learners, population: x, cuts: [hat]}]}")
    with pytest.raises(BadDefinition) as error:
        read(file)
    for told in ("report 1: source", "population is one of", "numerator is one of", "'hat' is not one of"):
        assert told in error.value.message


def test_a_period_that_ends_before_it_begins_is_refused(world):
    with pytest.raises(UsageError, match="ends before"):
        report(world.programme.reader(OWNER), "access", LAST, FIRST, ON)

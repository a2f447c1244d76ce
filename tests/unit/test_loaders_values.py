"""Cells into values: dates in several forms, codes and their labels, numbers, several values in a cell."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from graph_service import clock
from graph_service.actions.ingest import ingest
from graph_service.store.store import Store
from loaders.options import LoadOptions
from tests.unit.loads import Write, store, write

__all__ = ["store", "write"]

NEW = LoadOptions(person_role="learner", kind="meeting")


def contacts(store: Store, file: str, write: Write, options: LoadOptions = NEW) -> tuple[list[date], list[int]]:
    """Days that were loaded and rows that were rejected, of a file with a column of dates."""
    lines = [f'"{text}",a{number},b' for number, text in enumerate(file.split("|"))]
    receipt = ingest(store, "interactions", write("date,from,to\n" + "\n".join(lines)), options)
    return sorted(each["date"] for each in store.find("interaction")), [each.row for each in receipt.rejects]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-12",
        "20240312",
        "2024/3/12",
        "12 Mar 2024",
        "12 March 2024",
        "March 12, 2024",
        "12-Mar-24",
        "12 de marzo de 2024",
        "12 mar. 2024",
        "12/03/2024 | 25/12/2023",
        "3/12/2024 | 12/25/2023",
        "12.03.2024 | 31.01.2024",
    ],
)
def test_a_day_is_read_however_it_is_written(write: Write, store: Store, text: str) -> None:
    days, rejected = contacts(store, text, write)
    assert date(2024, 3, 12) in days and rejected == []


def test_a_date_whose_day_and_month_cannot_be_told_apart_is_rejected_with_the_reason(
    write: Write, store: Store
) -> None:
    receipt = ingest(store, "interactions", write("date,from,to\n03/04/2024,a,b\n05/05/2024,a,c\n"), NEW)
    [reject] = receipt.rejects
    assert (reject.row, reject.field) == (2, "date") and "--date-order" in reject.expected
    assert [each["date"] for each in store.find("interaction")] == [date(2024, 5, 5)]


def test_an_option_decides_how_dates_are_meant(write: Write, store: Store) -> None:
    assert contacts(store, "03/04/2024|25/12/2023", write, replace(NEW, date_order="mdy")) == ([date(2024, 3, 4)], [3])


def test_dates_that_contradict_each_other_decide_nothing(write: Write, store: Store) -> None:
    days, rejected = contacts(store, "25/12/2023|12/26/2023|03/04/2024", write)
    assert days == [date(2023, 12, 25), date(2023, 12, 26)] and rejected == [4]


@pytest.mark.parametrize("text", ["2024-02-30", "yesterday", "45123", "2024", "12:30", "31/31/2024", "2024-13-01", "-"])
def test_what_is_no_date_is_rejected(write: Write, store: Store, text: str) -> None:
    assert contacts(store, text, write) == ([], [2])


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-03-12 9:05", "09:05"),
        ("2024-03-12T21:05:07.250", "21:05:07.250"),
        ("12 Mar 2024, 2:05 PM", "14:05"),
        ("12 OCT 2023 12:00 a.m.", "00:00"),
    ],
)
def test_a_time_of_day_is_kept_beside_the_day(write: Write, store: Store, text: str, time: str) -> None:
    contacts(store, text, write)
    assert store.find("interaction")[0]["time"] == time


@pytest.mark.parametrize("text", ["2024-03-12 25:00", "2024-03-12 10:61", "2024-03-12T10:00+99:00"])
def test_an_impossible_time_of_day_is_rejected(write: Write, store: Store, text: str) -> None:
    assert contacts(store, text, write) == ([], [2])


def test_a_day_and_a_time_may_stand_in_two_columns(write: Write, store: Store) -> None:
    ingest(store, "interactions", write("date,time,from,to\n2024-03-12,23:30,a,b\n2024-03-13,,a,b\n"), NEW)
    found = sorted((each["date"], each["time"]) for each in store.find("interaction"))
    assert found == [(date(2024, 3, 12), "23:30"), (date(2024, 3, 13), None)]


def test_days_after_tomorrow_are_rejected_unless_they_are_allowed(write: Write, store: Store) -> None:
    clock.stand_at(datetime(2026, 3, 10, 12, tzinfo=UTC))
    try:
        lines = "2026-03-11|2026-03-12"
        assert contacts(store, lines, write) == ([date(2026, 3, 11)], [3])
        days, rejected = contacts(store, lines, write, replace(NEW, allow_future=True))
        assert len(days) == 2 and rejected == []
    finally:
        clock.stand_at(None)


def test_a_year_of_two_digits_is_never_decades_ahead(write: Write, store: Store) -> None:
    clock.stand_at(datetime(2026, 3, 10, tzinfo=UTC))
    try:
        assert contacts(store, "7-Feb-22|7-Feb-98", write)[0] == [date(1998, 2, 7), date(2022, 2, 7)]
    finally:
        clock.stand_at(None)


def test_codes_are_known_by_their_labels_in_english_and_spanish(write: Write, store: Store) -> None:
    file = write("date,from,to,kind,mode\n2024-03-12,a,b,Entrevista simulada,In-Person\n2024-03-12,a,c,CALL,virtual\n")
    assert ingest(store, "interactions", file, replace(NEW, kind=None)).rejected == 0
    assert sorted(each["kind"] for each in store.find("interaction")) == ["call", "mock_interview"]


def test_a_code_that_is_not_known_is_told_with_those_that_are(write: Write, store: Store) -> None:
    [reject] = ingest(store, "people", write("id,tier\nana,boss\n")).rejects
    assert (reject.field, reject.found, reject.expected) == ("tier", "boss", "one of near_peer, mid, senior")


def test_what_a_file_writes_may_be_said_to_mean_a_code(write: Write, store: Store) -> None:
    options = replace(NEW, kind=None, values={"kind": {"1-1": "meeting"}})
    ingest(store, "interactions", write("date,from,to,kind\n2024-03-12,a,b,1-1\n"), options)
    assert store.find("interaction")[0]["kind"] == "meeting"


def test_a_cell_may_hold_several_values(write: Write, store: Store) -> None:
    ingest(store, "people", write("id,goals,roles,languages\nana,Construction; healthcare;,learner,en; es\n"))
    [person] = store.find("person")
    assert person["goals"] == ["construction", "healthcare"] and person["languages"] == ["en", "es"]


@pytest.mark.parametrize(
    ("column", "text"),
    [("capacity", "two"), ("exploring", "maybe"), ("birth_date", "2024-02-30"), ("roles", "learner;boss")],
)
def test_a_cell_that_does_not_fit_is_rejected(write: Write, store: Store, column: str, text: str) -> None:
    receipt = ingest(store, "people", write(f"id,{column}\nana,{text}\nbo,\n"))
    assert [(each.row, each.field) for each in receipt.rejects] == [(2, column)]
    assert [person["key"] for person in store.find("person")] == ["bo"]


def test_messages_repeat_no_text_of_a_person(write: Write, store: Store) -> None:
    file = write("id,tier,birth_date,capacity\nana,Ana Example,Ana Example,Ana\nbo,Ana,603-555-0100 call,6035550100x\n")
    told = " ".join(f"{each.found} {each.expected}" for each in ingest(store, "people", file).rejects)
    assert "Ana" not in told and "603" not in told


def test_who_really_spoke_in_a_group_is_kept_as_places_among_the_participants(write: Write, store: Store) -> None:
    file = write(
        "date,participants,pairs,kind\n2024-03-12,ana;bo;cy,cy & ana,panel\n2024-03-12,ana;bo,ana & dee,panel\n"
    )
    receipt = ingest(store, "interactions", file, replace(NEW, kind=None))
    assert [(each.row, each.field) for each in receipt.rejects] == [(3, "pairs")]
    assert store.find("interaction")[0]["pairs"] == "[[0, 2]]"

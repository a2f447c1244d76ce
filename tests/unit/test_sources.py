"""Every line of the two source documents is alive in a made-up programme: a list with rows, a resource with records."""

import csv
from datetime import date
from pathlib import Path

import pytest

import graph_service as gs
from graph_service.actions.rehearsal import load_synthetic
from graph_service.desks.work import brokered, listed, work_of
from graph_service.disclosure.scope import OWNER
from graph_service.records.resources import BY_PATH

AS_OF = date(2026, 3, 31)
LINES = list(csv.DictReader((Path(__file__).parents[2] / "docs" / "sources.csv").read_text().splitlines()))


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    with gs.open(f"sqlite:///{tmp_path_factory.mktemp('sources')}/demo.db") as programme:
        load_synthetic(programme.store, people=300, seed=1, as_of=AS_OF)
        yield programme.reader(OWNER)


@pytest.mark.parametrize("line", LINES, ids=lambda each: f"{each['line']} {each['sentence']}")
def test_the_line_has_a_list_and_a_resource_that_are_alive(reader, line):
    assert listed(reader, line["list"], AS_OF)
    assert work_of(reader, AS_OF).rows(BY_PATH[line["resource"]].kind)


def test_each_line_of_both_documents_is_there_once():
    assert [each["line"] for each in LINES] == [f"S1.{n}" for n in range(1, 23)] + [f"S2.{n}" for n in range(1, 17)]


def test_an_intermediary_is_a_person_or_an_organisation_and_an_expired_endorsement_is_told(reader):
    found = listed(reader, "intermediaries", AS_OF)
    assert {each.form for each in found} == {"person", "organization"}
    assert {"valid", "expired"} <= {each.endorsement for each in found}


def test_a_table_of_the_wrong_year_is_marked_as_outdated(reader):
    assert not any(each.outdated for each in listed(reader, "priorities", AS_OF))
    assert all(each.outdated for each in listed(reader, "priorities", date(2030, 1, 1)))


def test_the_best_brokering_is_proven_on_the_programme(reader):
    found = brokered(reader, AS_OF)
    assert found.methods[0].proven and found.methods[0].total_fit >= found.methods[1].total_fit
    assert len(found.offers) == found.methods[0].placed

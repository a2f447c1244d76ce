"""Every line of the two source documents, held to what it says, on a made-up programme: list, resource, page, truth."""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

import graph_service as gs
from graph_service.actions.rehearsal import load_synthetic
from graph_service.desks.work import brokered, listed, proposed, work_of
from graph_service.disclosure.scope import OWNER
from graph_service.measures import catalogue
from graph_service.records.resources import BY_PATH
from graph_service.records.vocabulary import vocabulary
from graph_service.web.work_tables import SHOWN

AS_OF = date(2026, 3, 31)
LINES = list(csv.DictReader((Path(__file__).parents[2] / "docs" / "sources.csv").read_text().splitlines()))
TRUTHS = {}


class Programme:
    """What the truths are asked of: lists as the pages show them, records as the API gives them."""

    def __init__(self, reader):
        self.reader, self.work = reader, work_of(reader, AS_OF)
        self.kept = {}

    def list(self, name):
        if name not in self.kept:
            self.kept[name] = listed(self.reader, name, AS_OF)
        return self.kept[name]

    def rows(self, kind):
        return self.work.rows(kind)

    def kind_of(self, organization):
        return self.work.organizations[organization]["kind"]


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with gs.open(f"sqlite:///{tmp_path_factory.mktemp('sources')}/demo.db") as programme:
        load_synthetic(programme.store, people=300, seed=1, as_of=AS_OF)
        yield Programme(programme.reader(OWNER))


def truth(line):
    def keep(check):
        TRUTHS[line] = check
        return check

    return keep


@pytest.mark.parametrize("line", LINES, ids=lambda each: f"{each['line']} {each['sentence']}")
def test_the_line_has_a_page_a_list_and_a_resource_that_are_alive_and_what_it_says_holds(here, line):
    assert here.list(line["list"])
    assert here.rows(BY_PATH[line["resource"]].kind)
    assert line["list"] in SHOWN
    TRUTHS[line["line"]](here)


def test_each_line_of_both_documents_is_there_once_and_is_held_to_something():
    lines = [f"S1.{n}" for n in range(1, 23)] + [f"S2.{n}" for n in range(1, 17)]
    assert [each["line"] for each in LINES] == lines
    assert set(TRUTHS) == set(lines)


@truth("S1.1")
def employers_and_educators_are_tied_by_named_people_and_both_receive_help(here):
    meetings = [row for row in here.rows("experience") if row["host"] and row["supervisor"] and row["coordinator"]]
    assert {here.kind_of(row["host"]) for row in meetings} == {"employer"}
    assert {row["direction"] for row in here.rows("assistance")} == {"received", "given"}


@truth("S1.2")
def a_programme_runs_many_experiences_of_many_activities(here):
    begun = [each for each in here.list("experiences") if each.since]
    assert len(begun) >= 10 and len({each.activity for each in here.list("experiences")}) >= 10


@truth("S1.3")
def communities_of_one_cohort_stand_in_one_table_with_partners_of_several_sectors(here):
    found = here.list("sites")
    assert len({each.cohort for each in found}) < len(found)
    keys = {row["key"]: row["kind"] for row in here.work.organizations.values()}
    for row in here.rows("community"):
        assert len({keys[each] for each in row["members"]}) >= 3


@truth("S1.4")
def capacity_is_how_many_coordinators_look_after_how_many_learners(here):
    people = [each for each in here.list("intermediaries") if each.form == "person"]
    assigned = Counter(row["adult"] for row in here.work.current("caseload"))
    keys = {here.work.keys[id]: count for id, count in assigned.items()}
    assert {each.key: each.caseload for each in people if each.caseload}.items() <= keys.items()
    assert any(not each.covered for each in here.list("stakeholders")), "and who is covered by nobody"


@truth("S1.5")
def every_community_has_a_coach_whose_log_names_focus_advice_and_next_step(here):
    logs = defaultdict(list)
    for row in here.rows("coach_log"):
        logs[row["community"]].append(row)
    for row in here.rows("community"):
        assert row["coach"] and all(each["focus"] and each["next_step"] for each in logs[row["id"]])
        assert len(logs[row["id"]]) == next(
            each.coach_meetings for each in here.list("sites") if each.community == row["name"]
        )


@truth("S1.6")
def convenings_have_sessions_role_alike_groups_and_virtual_forms_with_who_came(here):
    assert "virtual" in {row["mode"] for row in here.rows("convening")}
    assert all(row["sessions"] for row in here.rows("convening"))
    assert len({row["group"] for row in here.rows("attendance")}) > 1
    assert sum(each.attended for each in here.list("sites")) == len(here.rows("attendance"))


@truth("S1.7")
def every_service_line_is_assessed(here):
    assessed = {each.element.split(".")[0] for each in here.list("assessment")}
    assert assessed == set(vocabulary("service_lines").codes)


@truth("S1.8")
def demand_that_fell_and_returned_is_seen_by_host_and_year(here):
    employers = here.list("employers")
    assert any(each.hosted_last_year and not each.hosted_this_year for each in employers)
    assert sum(each.hosted_this_year for each in employers) > 0


@truth("S1.9")
def help_from_established_intermediaries_names_who_gave_it(here):
    assert all(row["provider"] for row in here.rows("assistance") if row["direction"] == "received")


@truth("S1.10")
def the_library_has_a_piece_for_every_service_line_and_its_element(here):
    assert {row["service_line"] for row in here.rows("resource_item")} == set(vocabulary("service_lines").codes)
    assert all(row["element"] for row in here.rows("resource_item"))


@truth("S1.11")
def a_starting_point_and_focus_areas_are_told_with_evidence_and_gaps(here):
    found = here.list("assessment")
    assert all(each.before is not None for each in found)
    assert all(each.focus == (each.consensus <= 2) for each in found)
    assert any(each.focus for each in found) and any(each.differ for each in found)
    assert any(each.records for each in proposed(here.reader, AS_OF))


@truth("S1.12")
def plans_have_owners_and_days_and_partners_of_other_sectors_promise_support(here):
    steps = here.list("actions")
    assert all(each.owner and each.due for each in steps) and any(each.late for each in steps)
    assert len({here.kind_of(row["organization"]) for row in here.rows("commitment")}) >= 3


@truth("S1.13")
def access_and_quality_can_be_read_by_subgroup(here):
    groups = {row["attribute"] for row in here.rows("subgroup")}
    assert {"low_income", "disability", "race_ethnicity"} <= groups
    assert any(each.qualities == 3 for each in here.list("experiences"))


@truth("S1.14")
def who_has_no_professional_network_is_known_because_contacts_are_recorded(here):
    snapshot = here.reader.snapshot(AS_OF)
    columns = catalogue.compute(snapshot, ("recorded_contacts", "professional_network_size"))
    recorded, professional = (columns[id].values[here.reader.learners(snapshot)] for id in columns)
    assert (recorded == 0).any() and ((recorded > 0) & (professional == 0)).any() and (professional > 2).any()


@truth("S1.15")
def an_employer_that_does_not_host_has_a_smaller_next_step(here):
    steps = {each.next_step for each in here.list("employers") if not each.hosted_this_year}
    assert steps & {"virtual talk to a group", "simulated or school-based project", "virtual internship"}


@truth("S1.16")
def places_are_offered_filled_and_left_over(here):
    slots = here.list("slots")
    assert all(each.free == max(0, each.offered - each.filled) for each in slots)
    assert sum(each.filled for each in slots) > 0 and sum(each.free for each in slots) > 0


@truth("S1.17")
def an_employers_own_reasons_are_kept(here):
    reasons = {each.reason for each in here.list("champions")}
    assert len(reasons - {None}) >= 2


@truth("S1.18")
def virtual_places_are_on_offer_for_one_and_for_several(here):
    virtual = [each.offered for each in here.list("slots") if each.mode == "virtual"]
    assert virtual and max(virtual) > 1


@truth("S1.19")
def quality_is_told_for_every_mode_with_an_interval(here):
    found = {each.mode: each for each in here.list("modes")}
    assert {"in_person", "virtual", "hybrid", "school_based", "simulated"} <= set(found)
    for each in found.values():
        if each.all_three is not None:
            assert each.all_three_low <= each.all_three <= each.all_three_high


@truth("S1.20")
def the_way_back_to_on_site_rises_with_engagement(here):
    order = [
        "meet",
        "virtual talk to a group",
        "simulated or school-based project",
        "virtual internship",
        "host on site",
    ]
    found = [each for each in here.list("employers") if not each.hosted_this_year and each.level]
    assert found and all(each.next_step == order[min(each.level, 4)] for each in found)


@truth("S1.21")
def virtual_experiences_are_judged_by_the_same_three_qualities(here):
    virtual = [each for each in here.list("experiences") if each.mode == "virtual" and each.qualities is not None]
    assert all(None not in (each.clarity, each.supervision, each.skills) for each in virtual)


@truth("S1.22")
def occupations_in_demand_that_sustain_a_family_come_first_with_places_to_find_and_the_rule(here):
    found = here.list("priorities")
    best = [bool(each.in_demand and each.family_sustaining) for each in found]
    assert best == sorted(best, reverse=True) and best[0]
    assert all(each.gap == max(0, each.learners_aiming - each.open_places) and each.rule for each in found)


@truth("S2.1")
def course_sequences_have_activities_in_them(here):
    assert all(0 < each.with_activity <= each.courses for each in here.list("pathways"))


@truth("S2.2")
def number_and_quality_stand_side_by_side(here):
    assert sum(each.experiences for each in here.list("modes")) > 0
    assert any(each.clarity is not None for each in here.list("modes"))


@truth("S2.3")
def barriers_are_open_or_removed_and_steps_name_which_they_remove(here):
    assert {row["removed"] is None for row in here.rows("barrier")} == {True, False}
    assert any(each.barrier for each in here.list("actions"))
    removed = sum(1 for row in here.rows("barrier") if row["removed"] is None)
    assert sum(each.barriers_open for each in here.list("sites")) == removed


@truth("S2.4")
def intermediaries_of_several_kinds_are_listed(here):
    kinds = {each.kind for each in here.list("intermediaries") if each.form == "organization"}
    assert len(kinds) >= 2


@truth("S2.5")
def assistance_has_topic_day_and_hours(here):
    assert all(row["topic"] and row["date"] and row["hours"] for row in here.rows("assistance"))


@truth("S2.6")
def policies_have_days_funding_its_purpose_and_visions_a_measure_and_a_day(here):
    assert all(row["since"] for row in here.rows("policy"))
    assert all(row["purpose"] and row["amount"] for row in here.rows("funding"))
    assert all(row["measure"] and row["due"] > AS_OF for row in here.rows("vision_target"))


@truth("S2.7")
def an_intermediary_is_a_person_or_an_organisation(here):
    assert {each.form for each in here.list("intermediaries")} == {"person", "organization"}


@truth("S2.8")
def stakeholders_of_every_kind_are_in_one_list_and_tied(here):
    kinds = {each.kind for each in here.list("stakeholders")}
    assert {"district", "college", "community_organization", "agency", "state"} <= kinds
    assert any(each.partnerships for each in here.list("stakeholders"))
    ties = here.list("partners")
    assert ties[0].bridges and ties[0].education and ties[0].employers, "and who bridges the two sides"
    assert any(each.constraint is not None and each.effective_size <= each.partners for each in ties)


@truth("S2.9")
def reach_differs_and_is_shown(here):
    assert len({each.reach for each in here.list("intermediaries") if each.form == "organization"}) >= 2


@truth("S2.10")
def published_tables_and_lists_of_authorities_set_priorities(here):
    assert any(each.listed for each in here.list("priorities"))
    assert all(each.source and each.year for each in here.list("priorities"))


@truth("S2.11")
def community_and_industry_partners_have_levels_of_engagement(here):
    levels = {here.kind_of(row["organization"]) for row in here.rows("engagement")}
    assert "employer" in levels


@truth("S2.12")
def champions_belong_to_employers(here):
    assert {here.kind_of(row["organization"]) for row in here.rows("champion")} == {"employer"}


@truth("S2.13")
def opportunities_are_brokered_with_the_optimum_proven(here):
    found = brokered(here.reader, AS_OF)
    assert found.methods[0].proven and found.methods[0].total_fit >= found.methods[1].total_fit
    assert len(found.offers) == found.methods[0].placed


@truth("S2.14")
def sequences_belong_to_institutions_and_learners_progress_is_known(here):
    assert all(each.institution for each in here.list("pathways"))
    assert any(each.reached is not None for each in here.list("pathways"))


@truth("S2.15")
def coordinators_are_endorsed_until_a_day_and_what_has_expired_is_told(here):
    people = [each for each in here.list("intermediaries") if each.form == "person"]
    assert {"valid", "expired"} <= {each.endorsement for each in people}
    assert any(each.tailored for each in here.list("experiences"))
    assert any(each.visits for each in here.list("experiences")), "and they see how learners do"


@truth("S2.16")
def organisations_have_reach_and_mission_and_employ_coordinators(here):
    places = [each for each in here.list("intermediaries") if each.form == "organization"]
    assert all(each.mission for each in places) and any(each.coordinators for each in places)


def test_a_table_of_the_wrong_year_is_marked_as_outdated(here):
    assert not any(each.outdated for each in here.list("priorities"))
    assert all(each.outdated for each in listed(here.reader, "priorities", AS_OF + timedelta(days=1500)))

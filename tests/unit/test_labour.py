"""Labour-market tables as they are downloaded: what is read, what is left out, what is refused."""

import pytest

from graph_service import clock
from graph_service.actions.ingest import ingest
from graph_service.desks.work import listed
from graph_service.disclosure.scope import OWNER
from graph_service.errors import MissingColumn
from graph_service.wbl.wages import BadWageRule, read
from loaders.csv.templates import SAMPLES, template
from loaders.labour.headers import WrongYear
from loaders.options import LoadOptions

#: What is loaded today is known from today on.
ON = clock.today("UTC")


def load(world, name, text, file="table.csv", tmp_path=None, **constants):
    path = tmp_path / file
    path.write_text(text)
    return ingest(world.store, name, path, LoadOptions(constants={k: str(v) for k, v in constants.items()}))


@pytest.fixture
def loads(world, tmp_path):
    return lambda name, text, file="table.csv", **constants: load(world, name, text, file, tmp_path, **constants)


def found(world, kind="occupation"):
    return sorted(world.store.find(kind), key=lambda each: (each.get("soc") or each.get("code"), each.get("means")))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_shipped_sample_loads_whole_and_again_changes_nothing(loads, name):
    first = loads(name, template(name), SAMPLES[name])
    again = loads(name, template(name), SAMPLES[name])
    assert first.rejected == 0 and first.added > 10
    assert (again.added, again.changed) == (0, 0)


OEWS = """AREA,AREA_TITLE,NAICS,OWN_CODE,OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,A_MEDIAN
99,Example,000000,1235,00-0000,All,total,"1,000","40,000"
99,Example,000000,1235,29-1141,Registered nurses,detailed,"1,234","81,220"
99,Example,622110,1235,29-1141,Registered nurses,detailed,900,"83,000"
99,Example,000000,1235,29-1000,Practitioners,broad,"4,000","80,000"
99,Example,000000,1235,29-1228,Physicians,detailed,**,#
99,Example,000000,1235,51-3011,Bakers,detailed,120,*
99,Example,000000,1235,51-301,Bakers,detailed,120,1
99,Example,000000,1235,51-3021,Butchers,detailed,many,1
"""


def test_oews_gives_detailed_occupations_over_all_industries_and_reads_its_special_signs(world, loads):
    receipt = loads("oews", OEWS, "state_M2024_dl.csv")
    rows = {each["soc"]: each for each in found(world)}
    assert set(rows) == {"29-1141", "29-1228", "51-3011"}
    assert (rows["29-1141"]["employment"], rows["29-1141"]["median_wage"], rows["29-1141"]["year"]) == (
        1234,
        81220,
        2024,
    )
    assert (rows["29-1228"]["employment"], rows["29-1228"]["median_wage"]) == (None, 239200)
    assert rows["51-3011"]["median_wage"] is None
    assert receipt.rejected == 2 and any("at least 239,200" in note for note in receipt.notes)
    assert [(each.row, each.field) for each in receipt.rejects] == [(8, "soc"), (9, "TOT_EMP")]


def test_a_table_of_the_wrong_year_is_refused_and_changes_nothing(world, loads):
    with pytest.raises(WrongYear, match="of 2024, not of 2023"):
        loads("oews", OEWS, "state_M2024_dl.csv", year=2023)
    with pytest.raises(WrongYear, match="still to come"):
        loads("oews", OEWS, "state_M2099_dl.csv")
    with pytest.raises(WrongYear, match="takes a year"):
        loads("oews", OEWS, year="soon")
    assert found(world) == []


def test_a_file_that_names_no_year_says_so(loads):
    receipt = loads("oews", OEWS)
    assert any("does not say of which year" in note for note in receipt.notes)


NATIONAL = """Table 1.2 Occupational projections (Numbers in thousands),,,,,,
2024 National Employment Matrix title,2024 National Employment Matrix code,Occupation type,"Employment, 2024","Employment, 2034","Employment change, percent, 2024–34","Occupational openings, 2024–34 annual average"
"Total, all occupations",00-0000,Summary,170000.0,175000.0,3.1,18000.0
Registered nurses,29-1141,Line item,3300.0,3480.0,5.5,189.1
"""  # noqa: E501


def test_national_projections_count_in_thousands_and_a_title_may_stand_above_the_columns(world, loads):
    loads("projections", NATIONAL)
    (row,) = found(world)
    assert (row["area"], row["openings"], row["growth"]) == ("U.S.", 189100, 5.5)
    assert (row["projected_from"], row["projected_to"]) == (2024, 2034)


def test_projections_fill_in_what_pay_left_open_and_pay_stays(world, loads):
    loads("oews", OEWS, "state_M2024_dl.csv")
    state = "Area Name,Occ Code,Occ Title,Base Year,Base,Projected Year,Percent Change,Avg Annual Openings\n"
    loads("projections", state + "Example,29-1141,Nurses,2022,1200,2032,6.2,110\n")
    row = next(each for each in found(world) if each["soc"] == "29-1141")
    assert (row["median_wage"], row["openings"], row["title"]) == (81220, 110, "Registered nurses")
    assert (row["year"], row["projected_from"], row["projected_to"]) == (2024, 2022, 2032)


def test_a_table_without_its_columns_is_refused_by_name(loads):
    with pytest.raises(MissingColumn, match="no column for soc"):
        loads("oews", "AREA_TITLE,OCC_TITLE,TOT_EMP,A_MEDIAN\nExample,Nurses,1,2\n")


def test_job_zones_are_read_from_the_tab_separated_text_and_finer_occupations_left_out(world, loads):
    rows = ["O*NET-SOC Code\tJob Zone\tDate", "29-1141.00\t4\t08/2025", "29-1141.01\t5\t08/2025"]
    text = "\n".join(rows)
    loads("job-zones", text, "Job Zones.txt")
    (row,) = found(world, "crosswalk")
    assert (row["scheme"], row["code"], row["means"], row["edition"]) == ("job_zone", "29-1141", "4", "08/2025")


def test_a_programme_of_study_leads_to_several_occupations_and_no_match_is_none(world, loads):
    text = (
        "CIP2020Code,CIP2020Title,SOC2018Code,SOC2018Title\n1.0101,Farm management,11-9013,Farmers\n"
        "1.0101,Farm management,45-1011,Supervisors\n36.0101,Leisure,99-9999,NO MATCH\nx,Bad,11-9013,Farmers\n"
    )
    receipt = loads("cip-soc", text)
    assert [(each["code"], each["means"]) for each in found(world, "crosswalk")] == [
        ("01.0101", "11-9013"),
        ("01.0101", "45-1011"),
    ]
    assert receipt.rejected == 1 and found(world, "crosswalk")[0]["edition"] == "CIP2020 SOC2018"


def test_a_career_cluster_that_does_not_exist_is_a_reject(loads):
    receipt = loads("soc-clusters", "SOC Code,Career Cluster\n29-1141,Healthcare and Human Services\n51-3011,Bread\n")
    assert (receipt.added, receipt.rejected) == (1, 1)


def test_sector_and_preparation_come_from_crosswalks_where_the_table_does_not_say(world, loads):
    loads("oews", OEWS, "state_M2024_dl.csv")
    loads("projections", "Area Name,Occ Code,Occ Title,Percent Change,Avg Annual Openings\nExample,29-1141,N,1,500\n")
    loads("soc-clusters", "SOC Code,Career Cluster\n29-1141,Healthcare and Human Services\n")
    loads("job-zones", "O*NET-SOC Code\tJob Zone\tDate\n29-1141.00\t3\t08/2025\n")
    loads("naics-clusters", "NAICS Code,Career Cluster\n622,Healthcare and Human Services\n")
    world.organization("clinic", naics="622110")
    world.person("ana", "learner", goals=["healthcare"])
    found = listed(world.programme.reader(OWNER), "priorities", ON)
    nurse = next(each for each in found if each.soc == "29-1141")
    assert (nurse.sector, nurse.job_zone, nurse.in_demand, nurse.family_sustaining) == ("healthcare", 3, True, True)
    assert (nurse.employers, nurse.learners_aiming, nurse.gap) == (1, 1, 1)


def test_priorities_follow_the_programmes_own_wage_rule_which_names_its_source(world, loads, tmp_path):
    loads("oews", OEWS, "state_M2024_dl.csv")
    rule = tmp_path / "rule.yaml"
    rule.write_text(
        "{id: county, version: '1', title: {en: a, es: b}, yearly: 90000, household: two adults, openings: 1,"
        " growth: 0, job_zone: 5, years: 1, source: County study 2025}"
    )
    found = listed(world.programme.reader(OWNER), "priorities", ON, rule)
    nurse = next(each for each in found if each.soc == "29-1141")
    assert nurse.family_sustaining is False and nurse.in_demand is None and nurse.outdated is True
    assert "County study 2025" in nurse.rule


@pytest.mark.parametrize(
    ("change", "error"),
    [("yearly: lots", "yearly: a number of at least 1"), ("more: 1", "'more' is not known")],
)
def test_a_wage_rule_with_errors_is_refused_with_their_places(tmp_path, change, error):
    rule = tmp_path / "rule.yaml"
    lines = ["id: a", "version: '1'", "title: {en: a, es: b}", "yearly: 1", "household: h", "openings: 1"]
    lines += ["growth: 0", "job_zone: 5", "years: 1", "source: s"]
    name = change.partition(":")[0]
    rule.write_text("\n".join([each for each in lines if not each.startswith(f"{name}:")] + [change]))
    with pytest.raises(BadWageRule, match=error):
        read(rule)

"""The command line, as somebody types it: answers, exit statuses, and errors that say what to do."""

import csv
import io
import json
import os
import stat
from datetime import date
from pathlib import Path

import networkx as nx
import pyarrow.parquet as parquet
import pytest

from graph_service.cli.app import run

GROWTH = ["gained", "reactivated", "kept", "lost", "dormant", "net", "gross", "stability", "jaccard"]
CONTACTS = """date,from,to,kind
2026-01-10,ana,bo,meeting
2026-01-12,ana,cy,meeting
2026-02-01,bo,cy,message
2026-02-01,bo,cy,message
"""


class Shell:
    """Run a command as the entry point would, and keep what it said."""

    def __init__(self, store: str, capsysbinary):
        self.store, self.capture = store, capsysbinary

    def __call__(self, *words: str) -> tuple[int, str, str]:
        status = 0
        try:
            run(["--store", self.store, *map(str, words)])
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0
        out, err = self.capture.readouterr()
        return status, out.decode(), err.decode()


@pytest.fixture
def shell(tmp_path, capsysbinary, monkeypatch):
    """An empty folder to stand in, and a store that is not there yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return Shell("sqlite:///x.db", capsysbinary)


@pytest.fixture
def loaded(shell):
    """A store with four contacts of three learners."""
    Path("contacts.csv").write_text(CONTACTS)
    status, _, said = shell("load", "interactions", "contacts.csv", "--person-role", "learner")
    assert status == 0, said
    return shell


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


class TestLoading:
    def test_says_what_it_did_and_how_to_take_it_back(self, shell):
        Path("contacts.csv").write_text(CONTACTS)
        status, out, said = shell("load", "interactions", "contacts.csv", "--person-role", "learner")
        assert (status, out) == (0, "")
        assert "4 rows" in said and "load --undo" in said

    def test_the_same_file_twice_changes_nothing(self, loaded):
        status, _, said = loaded("load", "interactions", "contacts.csv", "--person-role", "learner")
        assert status == 0 and "0 records added" in said

    def test_is_taken_back_by_its_id(self, loaded):
        assert "done" in loaded("load", "--list")[1]
        _, out, _ = loaded("status", "--format", "json")
        assert {row["kind"]: row["records"] for row in json.loads(out)["rows"]}["interaction"] == 4
        load = next(iter(row["id"] for row in _loads(loaded)))
        assert loaded("load", "--undo", load)[0] == 0
        _, out, _ = loaded("status", "--format", "json")
        assert {row["kind"]: row["records"] for row in json.loads(out)["rows"]}["interaction"] == 0

    def test_bad_rows_go_to_a_file_and_good_rows_load(self, shell):
        Path("contacts.csv").write_text(CONTACTS + "2026-13-45,ana,bo,meeting\n2026-02-02,ana,ana,meeting\n")
        status, _, said = shell("load", "interactions", "contacts.csv", "--person-role", "learner")
        assert status == 3 and "2 of 6 rows were rejected" in said
        rejects = Path("contacts.csv.rejects.csv")
        assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
        assert len(rejects.read_text().splitlines()) >= 3

    def test_rejects_overwrite_nothing_and_the_same_ones_stay_where_they_are(self, shell):
        bad = "id,tier\nana,boss\n"
        Path("people.csv").write_text(bad)
        words = ("load", "people", "people.csv")
        assert shell(*words)[0] == shell(*words)[0] == 3
        assert [path.name for path in Path().glob("*rejects*")] == ["people.csv.rejects.csv"]
        Path("people.csv.rejects.csv").write_text("what I am mending")
        assert "people.csv.rejects-2.csv says why" in shell(*words)[2]
        assert Path("people.csv.rejects.csv").read_text() == "what I am mending"
        # Mended only in part: what is left is a further file of the same name.
        status, _, said = shell("load", "people", "people.csv.rejects-2.csv")
        assert status == 3 and "people.csv.rejects-" in said and "rejects-2.csv.rejects" not in said

    def test_rejects_of_a_folder_that_takes_no_files_come_to_this_one(self, shell, monkeypatch):
        from loaders import rejects

        locked = Path("locked")
        locked.mkdir()
        (locked / "people.csv").write_text("id,tier\nana,boss\n")
        real = os.open

        def refusing(path, flags, *more):
            # Root writes everywhere, so the system's refusal is played.
            if Path(path).parent == locked.resolve() and flags & os.O_CREAT:
                raise PermissionError(13, "Permission denied")
            return real(path, flags, *more)

        monkeypatch.setattr(rejects.os, "open", refusing)
        status, _, said = shell("load", "people", "locked/people.csv")
        assert status == 3 and "Traceback" not in said
        assert Path("people.csv.rejects.csv").is_file() and not list(locked.glob("*rejects*"))

    def test_rejects_are_not_written_over_somebodys_own_file(self, shell):
        Path("people.csv").write_text("id,tier\nana,boss\nbo,mid\n")
        Path("notes.csv").write_text("mine")
        for name in ("notes.csv", "people.csv"):
            status, _, said = shell("load", "people", "people.csv", "--rejects", name)
            assert status == 2 and "--rejects" in said
        assert Path("notes.csv").read_text() == "mine"
        words = ("load", "people", "people.csv", "--rejects", "why.csv")
        assert shell(*words)[0] == shell(*words)[0] == 3

    def test_a_check_writes_nothing(self, shell):
        Path("contacts.csv").write_text(CONTACTS)
        assert shell("init")[0] == 0
        status, _, said = shell("check", "interactions", "contacts.csv", "--person-role", "learner")
        assert status == 0 and "Checked 4 rows" in said and "Nothing was written" in said
        _, out, _ = shell("status", "--format", "json")
        assert {row["records"] for row in json.loads(out)["rows"]} == {0}

    def test_people_nobody_knows_are_rejected_unless_they_may_be_made(self, shell):
        Path("contacts.csv").write_text(CONTACTS)
        assert shell("load", "interactions", "contacts.csv")[0] == 3

    def test_a_template_is_a_file_that_loads(self, shell):
        status, out, _ = shell("load", "people", "--template")
        assert status == 0 and out.splitlines()[0].startswith("id,given_name")

    def test_a_mapping_is_drafted_for_strange_headers(self, shell):
        Path("contacts.csv").write_text("When,Sender,Recipient\n2026-01-10,ana,bo\n")
        status, out, _ = shell("load", "interactions", "contacts.csv", "--suggest-mapping")
        assert status == 0 and "When" in out

    def test_a_file_that_is_not_there_is_said_plainly(self, shell):
        status, _, said = shell("load", "people", "nowhere.csv")
        assert status == 3 and "no such file" in said and "Traceback" not in said

    def test_a_missing_column_names_it_and_says_how_to_name_it(self, shell):
        Path("contacts.csv").write_text("a,b\n1,2\n")
        status, _, said = shell("load", "interactions", "contacts.csv", "--kind", "meeting")
        assert status == 3 and "--column" in said


def _loads(shell) -> list[dict]:
    import graph_service as gs

    with gs.open(shell.store) as programme:
        return programme.store.find("load")


class TestAnswers:
    def test_a_row_per_person_sorted_empty_where_undefined(self, loaded):
        status, out, said = loaded("measure", "--as-of", "2026-02-02", "--format", "csv")
        assert (status, said) == (0, "")
        found = rows(out)
        assert [row["person_id"] for row in found] == ["ana", "bo", "cy"]
        assert found[1]["ego_density"] == ""
        assert found[0]["constraint"] != "" and "nan" not in out.lower()

    def test_reasons_are_added_when_asked_for(self, loaded):
        _, out, _ = loaded(
            "measure", "--as-of", "2025-01-01", "--measures", "constraint", "--reasons", "--format", "csv"
        )
        assert {row["constraint_reason"] for row in rows(out)} == {"no_ties"}

    def test_growth_has_its_nine_columns(self, loaded):
        _, out, _ = loaded("growth", "--from", "2026-01-11", "--to", "2026-02-02", "--format", "csv")
        assert list(rows(out)[0]) == ["person_id", *GROWTH]
        assert rows(out)[0]["net"] == "1"

    def test_json_carries_the_parameters(self, loaded):
        _, out, _ = loaded("measure", "--as-of", "2026-02-02", "--half-life", "none", "--format", "json")
        answer = json.loads(out)
        assert answer["parameters"]["half_life"] is None and answer["as_of"] == "2026-02-02"
        assert answer["rows"][0]["person_id"] == "ana"

    def test_parquet_goes_to_a_file_of_ones_own(self, loaded):
        assert loaded("measure", "--format", "parquet")[0] == 2
        assert loaded("measure", "--as-of", "2026-02-02", "--format", "parquet", "--output", "m.parquet")[0] == 0
        assert parquet.read_table("m.parquet").num_rows == 3
        assert stat.S_IMODE(Path("m.parquet").stat().st_mode) == 0o600

    def test_a_table_is_for_people(self, loaded):
        _, out, _ = loaded("measure", "--as-of", "2026-02-02", "--measures", "network_size")
        assert "network_size" in out and "ana" in out

    def test_every_measure_at_once(self, loaded):
        status, out, _ = loaded("measure", "--measures", "all", "--as-of", "2026-02-02", "--format", "csv")
        assert status == 0 and len(rows(out)[0]) > 80

    def test_the_catalogue_is_listed_and_explained(self, loaded):
        _, out, _ = loaded("measures", "list", "--format", "json")
        assert len(json.loads(out)["rows"]) > 90
        _, out, _ = loaded("measures", "explain", "constraint", "--format", "json")
        assert json.loads(out)["source"] == "Burt 1992, ch. 2"

    def test_names_that_a_spreadsheet_would_run_are_disarmed(self, shell):
        Path("c.csv").write_text('date,from,to,kind\n2026-01-10,"=HYPERLINK(1)",bo,meeting\n')
        shell("load", "interactions", "c.csv", "--person-role", "learner")
        _, out, _ = shell("measure", "--as-of", "2026-02-02", "--measures", "network_size", "--format", "csv")
        assert "\n'=HYPERLINK(1)," in out


class TestPictures:
    def test_a_network_is_drawn_into_one_file(self, loaded):
        status, _, _ = loaded("draw", "--person", "ana", "--as-of", "2026-02-02", "--output", "ana.html")
        page = Path("ana.html").read_text()
        assert status == 0 and "Content-Security-Policy" in page and "<table" in page

    def test_a_stranger_is_not_drawn(self, loaded):
        status, _, said = loaded("draw", "--person", "nobody", "--output", "x.html")
        assert status == 1 and "Nobody with this id" in said and not Path("x.html").exists()

    @pytest.mark.parametrize(("shape", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
    def test_the_graph_leaves_for_other_tools(self, loaded, shape, read):
        assert loaded("export", "--as", shape, "--as-of", "2026-02-02", "--output", f"g.{shape}")[0] == 0
        graph = read(f"g.{shape}")
        assert set(graph.nodes) == {"ana", "bo", "cy"} and graph.number_of_edges() == 2

    def test_tables_for_other_tools(self, loaded):
        assert loaded("export", "--as-of", "2026-02-02", "--output", "tables")[0] == 0
        assert {path.name for path in Path("tables").iterdir()} == {"nodes.csv", "edges.csv", "egos.csv"}


class TestErrors:
    @pytest.mark.parametrize(
        ("words", "status", "hint"),
        [
            (["measure"], 1, "graph-service init"),
            (["measure", "--nonsense"], 2, "nonsense"),
            (["frobnicate"], 2, "frobnicate"),
            (["growth"], 2, "--from"),
            (["load", "people"], 2, "--template"),
        ],
    )
    def test_each_says_what_to_do_and_none_is_a_traceback(self, shell, words, status, hint):
        found, out, said = shell(*words)
        assert (found, out) == (status, "")
        assert hint in said and "Traceback" not in said

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--measures", "popularity"], "measures list"),
            (["--as-of", "soon"], "not a date"),
            (["--half-life", "-3"], "positive number of days"),
            (["--layer", "guessed"], "logged, stated, either"),
            (["--weights", "heavy"], "table, unit"),
            (["--theta", "0"], "thresholds"),
            (["--model", "burt"], "whole, ego"),
        ],
    )
    def test_a_wrong_choice_names_the_right_ones(self, loaded, words, said):
        status, out, told = loaded("measure", *words)
        assert (status, out) == (2, "") and said in told

    @pytest.mark.parametrize(
        ("store", "said"),
        [
            ("x.db", "sqlite:///"),
            ("mysql://here", "sqlite:///"),
            ("neo4j://me:secret@here", "GRAPH_SERVICE_NEO4J_PASSWORD"),
            ("sqlite:///", "names no file"),
        ],
    )
    def test_an_address_that_is_none_shows_what_one_looks_like(self, shell, store, said):
        shell.store = store
        status, _, told = shell("status")
        assert status == 2 and said in told and "secret@" not in told

    def test_a_file_that_is_no_store_is_left_alone(self, shell):
        Path("x.db").write_bytes(b"not a database at all, but somebody's file" * 50)
        Path("x.db.secret").write_text("00" * 32)
        before = Path("x.db").read_bytes()
        status, _, said = shell("status")
        assert status == 1 and "not a SQLite database" in said
        assert Path("x.db").read_bytes() == before

    def test_a_store_without_its_secret_is_not_opened(self, loaded):
        Path("x.db.secret").unlink()
        status, _, said = loaded("status")
        assert status == 1 and "GRAPH_SERVICE_SECRET_FILE" in said


class TestCare:
    def test_init_makes_a_secret_that_nobody_else_reads(self, shell):
        assert shell("init")[0] == 0
        assert stat.S_IMODE(Path("x.db.secret").stat().st_mode) == 0o600
        assert stat.S_IMODE(Path("x.db").stat().st_mode) == 0o600

    def test_two_records_of_one_person_are_merged_and_parted(self, loaded):
        assert loaded("merge", "cy", "bo", "--because", "same address")[0] == 0
        _, out, _ = loaded("measure", "--as-of", "2026-02-02", "--measures", "network_size", "--format", "csv")
        assert [row["person_id"] for row in rows(out)] == ["ana", "bo"]
        assert loaded("unmerge", "cy")[0] == 0
        assert loaded("unmerge", "cy")[0] == 1

    def test_the_store_may_be_named_at_the_end(self, loaded, capsysbinary):
        with pytest.raises(SystemExit):
            run(["status", "--format", "json", "--store", "sqlite:///x.db"])
        assert b'"interaction"' in capsysbinary.readouterr()[0]

    def test_the_desks_are_not_served_to_others(self, loaded):
        status, _, said = loaded("serve", "--host", "0.0.0.0")
        assert status == 2 and "this machine alone" in said


class TestTheDemo:
    def test_shows_the_whole_thing_in_a_folder(self, shell, monkeypatch):
        monkeypatch.setattr("graph_service.cli.demo.PEOPLE", 200)
        words = ["demo", "--no-serve", "--output", "demo"]
        with pytest.raises(SystemExit) as end:
            run(words)
        assert end.value.code == 0
        assert {"networks.csv", "growth.csv", "introductions.json", "report.html"} <= {
            path.name for path in Path("demo").iterdir()
        }
        told = json.loads(Path("demo/introductions.json").read_text())
        assert any(each["status"] == "ok" for each in told["learners"])

    def test_the_first_day_knows_only_the_roster(self, shell, monkeypatch):
        monkeypatch.setattr("graph_service.cli.demo.PEOPLE", 200)
        with pytest.raises(SystemExit) as end:
            run(["demo", "--no-serve", "--cold", "--output", "cold"])
        assert end.value.code == 0
        found = rows(Path("cold/networks.csv").read_text())
        assert {row["recorded_contacts"] for row in found} == {"0"}

    def test_never_mixes_made_up_people_with_real_ones(self, loaded):
        status, _, said = loaded("demo", "--no-serve", "--output", "demo")
        assert status == 1 and "already holds data" in said


class TestOnRealMessages:
    """The main job on 22,767 real messages between 1,101 students."""

    OPTIONS = ("--half-life", "none", "--weights", "unit")

    @pytest.fixture
    def college(self, shell, reference_data):
        file = reference_data / "college-messages" / "messages.csv"
        words = ["--column", "date=time", "--column", "from=sender", "--column", "to=recipient", "--kind", "message"]
        done = shell("load", "interactions", file, *words, "--person-role", "learner", "--basis", "research")
        assert done[0] == 0, done
        shell.file = file
        return shell

    def test_constraint_is_networkxs_and_strengths_are_message_counts(self, college):
        ids = "network_size,effective_size,constraint"
        words = ["--as-of", "2004-05-15", *self.OPTIONS, "--measures", ids, "--format", "csv"]
        status, out, _ = college("measure", *words)
        found = rows(out)
        assert status == 0 and list(found[0]) == ["person_id", *ids.split(",")]
        keys = [row["person_id"] for row in found]
        assert keys == sorted(keys, key=str.encode)
        graph = nx.Graph()
        with college.file.open() as file:
            for row in csv.DictReader(file):
                a, b = row["sender"], row["recipient"]
                graph.add_edge(a, b, weight=graph.get_edge_data(a, b, {"weight": 0})["weight"] + 1)
        assert set(keys) == set(graph.nodes)
        want = nx.constraint(graph, weight="weight")
        assert max(abs(float(row["constraint"]) - want[row["person_id"]]) for row in found) < 1e-9
        assert all(int(row["network_size"]) == graph.degree(row["person_id"]) for row in found)

    def test_growth_and_an_introduction(self, college):
        words = ["--from", "2004-04-30", "--to", "2004-05-15", *self.OPTIONS, "--format", "csv"]
        status, out, _ = college("growth", *words)
        assert status == 0 and list(rows(out)[0]) == ["person_id", *GROWTH]
        assert all(int(row["net"]) == int(row["gained"]) - int(row["lost"]) for row in rows(out))
        words = ["--learner", "9", "--as-of", "2004-05-15", "--limit", "5", "--format", "json"]
        status, out, _ = college("introduce", *words)
        answer = json.loads(out)
        assert status == 0 and answer["learner"] == "9" and len(answer["suggestions"]) <= 5
        assert answer["basis"] == "research"


def test_the_day_of_an_answer_may_lie_before_any_data(loaded):
    _, out, _ = loaded("measure", "--as-of", str(date(2000, 1, 1)), "--measures", "network_size", "--format", "csv")
    assert {row["network_size"] for row in rows(out)} == {"0"}


def test_a_check_makes_no_store_where_there_is_none(shell):
    Path("people.csv").write_text("id,given_name,roles\na,Ana,learner\n")
    status, _, said = shell("check", "people", "people.csv")
    assert status == 0 and "Checked 1 row: 1 record to add," in said
    assert {path.name for path in Path().iterdir()} == {"people.csv"}

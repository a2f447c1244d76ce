"""Both engines say the same in two languages: the same statements, parameters and columns."""

import re
from pathlib import Path
from typing import Any

import pytest

import cypher.catalog
from cypher.catalog import parse
from graph_service.records.registry import KINDS
from graph_service.store.neo4j.layout import path
from graph_service.store.sqlite.statements import statements as sql_statements

CYPHER, SQL = cypher.catalog.statements(), sql_statements()

#: Statements that one engine alone needs, and why.
ONLY_SQL = {
    "begin_read": "Neo4j's driver opens transactions itself",
    "begin_write": "Neo4j's driver opens transactions itself",
    "commit": "Neo4j's driver commits itself",
    "rollback": "Neo4j's driver rolls back itself",
    "vacuum": "Neo4j Community cannot rewrite its files online",
    "integrity": "Neo4j checks its files only while it is stopped",
    "foreign_keys": "Neo4j has none; `unreferred` looks for what is missing",
    "reference": "an index on a foreign key; Neo4j's relationships need none",
    "references": "a foreign key; Neo4j's relationships cannot dangle",
    "participants": "a table for a list of references; in Neo4j these are relationships",
    "participants_of": "read together with the record in Neo4j",
    "since_all": "the same statement in Cypher: the index gives its order",
    "since_participants_all": "the same statement in Cypher: the index gives its order",
    "clear_participants": "references and participants are cleared alike in Neo4j: `clear_references`",
}
ONLY_CYPHER = {
    "ready": "SQLite's indexes are ready when they are made",
    "hold": "a reader's transaction sees one moment in SQLite; in Neo4j it must keep writers out for a moment",
    "written": "a commit whose answer is lost on the way: there is no way in an embedded engine",
    "constraints": "SQLite's are part of its tables",
    "reference_id": "references are columns in SQLite, relationships in Neo4j",
    "since_references": "references are columns in SQLite, relationships in Neo4j",
    "insert_references": "references are columns in SQLite, relationships in Neo4j",
    "clear_references": "references are columns in SQLite, relationships in Neo4j",
    "match_reference": "references are columns in SQLite, relationships in Neo4j",
    "where_reference": "references are columns in SQLite, relationships in Neo4j",
    "where_no_reference": "references are columns in SQLite, relationships in Neo4j",
    "participant_ids": "a list of pairs is one JSON text in SQLite, two lists in Neo4j",
    "participant_roles": "a list of pairs is one JSON text in SQLite, two lists in Neo4j",
    "history_participants": "a list of pairs is one JSON text in SQLite, two lists in Neo4j",
    "participants_cell": "a list of pairs is one JSON text in SQLite, two lists in Neo4j",
    "list_cell": "a list is JSON already in SQLite",
    "dense_column": "SQLite gives text, which Arrow reads fastest; Neo4j gives lists with less work",
    "sparse_column": "SQLite gives text, which Arrow reads fastest; Neo4j gives lists with less work",
    "sparse_list": "SQLite gives text, which Arrow reads fastest; Neo4j gives lists with less work",
    "plain_cell": "SQLite makes text of numbers by itself",
    "referred": "SQLite's foreign keys refuse by themselves",
    "unreferred": "SQLite's foreign keys cannot be missing",
    "insert_direct": "for people who explore the graph",
    "clear_direct": "for people who explore the graph",
    "unlabel": "rows have no labels",
    "live_now": "a look that finds nothing costs SQLite next to nothing",
    "there_are": "a look that finds nothing costs SQLite next to nothing",
    "published": "only a server has tools that look at it",
    "publish_people": "only a server has tools that look at it",
    "publish_ties": "only a server has tools that look at it",
    "unpublish": "only a server has tools that look at it",
    "unpublish_people": "only a server has tools that look at it",
}
#: Statements whose parameters or columns differ, and why.
DIFFERENT = {
    "add_field": "a column has its default in SQLite; in Neo4j it is written to the nodes",
    "declared": "SQLite makes one table when it is first needed; Neo4j looks once at all kinds",
    "insert_participants": "a path to nothing is no error in Cypher: what was made is counted",
    "log_revision": "Neo4j keeps a token as well, to recognise a commit whose answer was lost",
    "since": "SQLite gives text, which Arrow reads fastest; Neo4j gives lists with less work",
    "since_participants": "SQLite gives text, which Arrow reads fastest; Neo4j gives lists with less work",
    "next_seq": "a counter on the Meta node: finding the highest number would be a scan in Neo4j",
}


def test_every_statement_has_its_twin_or_a_reason_why_not() -> None:
    assert set(SQL) - set(CYPHER) == set(ONLY_SQL)
    assert set(CYPHER) - set(SQL) == set(ONLY_CYPHER)


@pytest.mark.parametrize("name", sorted(set(CYPHER) & set(SQL)))
def test_twins_have_the_same_parameters_and_columns(name: str) -> None:
    if name not in DIFFERENT:
        assert CYPHER[name].columns == SQL[name].columns
        assert set(CYPHER[name].parameters) == set(SQL[name].parameters)


@pytest.mark.parametrize(
    ("catalogue", "name"),
    [(each, name) for each in ("cypher", "sql") for name in sorted(CYPHER if each == "cypher" else SQL)],
)
def test_a_header_names_the_parameters_that_the_statement_uses(catalogue: str, name: str) -> None:
    statement, mark = (CYPHER[name], r"\$(\w+)") if catalogue == "cypher" else (SQL[name], r"(?<!:):(\w+)")
    text = re.sub(r"\{\w+\}", "", statement.text)
    used = set(re.findall(mark, text)) - {"is_"}
    declared = set(statement.parameters)
    if catalogue == "sql" and "rows" in declared:
        assert "?" in text
        declared.discard("rows")
    if name.startswith("where_"):
        # Its parameter is named after the field.
        declared.discard("field")
    if name == "ended_by":
        # A part of since_ended, whose parameter it uses.
        declared.add("until")
    if name in ("since_all", "since_participants_all"):
        used.add("revision")
        declared.add("revision")
    assert used == declared


@pytest.mark.parametrize("name", sorted(CYPHER))
def test_a_cypher_statement_returns_the_columns_of_its_header(name: str) -> None:
    statement = CYPHER[name]
    if not statement.columns:
        return
    last = re.split(r"\bRETURN\b", statement.text)[-1].split("ORDER BY")[0]
    names = [part.strip().split(" AS ")[-1].split()[-1] for part in re.split(r",(?![^(\[]*[)\]])", last)]
    assert tuple(names) == statement.columns


def test_a_header_is_read_with_its_types_left_out() -> None:
    text = "// one: gives one\n// parameters: rows (list of a, b), n (integer)\n// columns: n (integer)\nRETURN 1 AS n"
    statement = parse(text, "//")
    assert (statement.name, statement.purpose) == ("one", "gives one")
    assert (statement.parameters, statement.columns) == (("rows", "n"), ("n",))


def test_every_statement_file_is_named_after_its_statement() -> None:
    root = Path(cypher.__file__).parent
    for folder, suffix, comment in (
        (root, ".cypher", "//"),
        (root.parent / "graph_service/store/sqlite/sql", ".sql", "--"),
    ):
        for file in folder.rglob(f"*{suffix}"):
            assert parse(file.read_text(), comment).name == file.stem


def test_no_other_file_holds_cypher_or_sql() -> None:
    root = Path(cypher.__file__).parent.parent
    statement = re.compile(
        r"""["'](MATCH \(|UNWIND |MERGE \(|SELECT |INSERT INTO |UPDATE \w+ SET|DELETE FROM |CREATE TABLE)"""
    )
    found: list[Any] = [
        path.relative_to(root).as_posix()
        for room in ("graph_service", "loaders", "viz", "cypher")
        for path in (root / room).rglob("*.py")
        if statement.search(path.read_text())
    ]
    assert found == []


def test_the_relationships_of_a_kind_are_told_apart_by_type_and_direction() -> None:
    for kind in KINDS.values():
        ways = [(path(kind, each)["edge"], each.reverse) for each in kind.references]
        assert len(set(ways)) == len(ways), kind.name

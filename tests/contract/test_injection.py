"""Statements as values: in every text field of every kind, on both stores, they are texts like any other."""

import json
from datetime import date
from typing import Any

import pytest

from graph_service.records.kind import Kind
from graph_service.records.registry import KINDS
from graph_service.records.vocabulary import vocabulary
from graph_service.store.store import Store

SQL = "x'); DROP TABLE person; --"
CYPHER = "x'}) WITH 1 AS one MATCH (n) DETACH DELETE n //"
#: Kinds that are searched by such texts as well; how a search is asked for is the same for all.
SEARCHED = ("person", "organization", "interaction", "slot", "setting")
WORDS = (SQL, CYPHER, '`x` RETURN 1; "$id" {fields}', "x\\' OR 1=1 --")


def record(store: Store, kind: Kind, text: str) -> dict[str, Any]:
    """A record of a kind with the text wherever one may stand."""
    made: dict[str, Any] = {"id": f"{kind.name.replace('_', '')}1"}
    for each in kind:
        of = each.type
        values = {
            "text": text,
            "json": json.dumps({text: text}),
            "date": date(2026, 1, 1),
            "bool": False,
            "int": max(1, int(of.minimum or 1)),
            "float": max(1.0, float(of.minimum or 1)) if of.maximum is None else float(of.maximum),
        }
        if of.shape == "ref":
            value: Any = f"{(of.target or '').replace('_', '')}1"
            if value == made["id"] or (each.optional and not store.known(of.target or "", [value])):
                continue
            value = {"id": value, "role": vocabulary(each.roles).codes[0]} if each.roles else value
        elif of.shape == "code":
            value = vocabulary(of.vocabulary or "").codes[0]
        else:
            value = values[of.shape]
        made[each.name] = [value] * max(1, each.at_least) if each.many else value
    return made


def test_a_statement_in_any_text_field_of_any_kind_is_kept_as_it_is(store):
    text = " ".join(WORDS)
    kept = {}
    for kind in KINDS.values():
        put = record(store, kind, text)
        store.put(kind.name, put)
        kept[kind.name] = put
    for name, put in kept.items():
        texts = [each for each in KINDS[name] if each.type.shape == "text"]
        told = {each.name: put.get(each.name) for each in texts}
        found = store.get(name, put["id"])
        assert {each: found[each] for each in told} == told, name
        if name not in SEARCHED:
            continue
        single = {each.name: text for each in texts if not each.many}
        assert [row["id"] for row in store.find(name, **single)] == [put["id"]], name
    assert store.get("person", text) is None and store.history("person", text) == []
    assert store.page("person", text[:1]) is not None and store.count("person") == 1


def test_the_same_words_are_live_statements_where_they_are_joined_into_sql(tmp_path):
    """Without its guard: parameters are what keeps the words above from being run."""
    import apsw

    with apsw.Connection(str(tmp_path / "joined.db")) as connection:
        connection.execute("CREATE TABLE person (name TEXT)")
        connection.execute(f"INSERT INTO person VALUES ('{SQL}')")
        with pytest.raises(apsw.SQLError, match="no such table"):
            connection.execute("SELECT * FROM person")


def test_the_same_words_are_live_statements_where_they_are_joined_into_cypher(empty_neo4j):
    with empty_neo4j.driver.session() as session:
        session.run("CREATE (:Witness)").consume()
        session.run(f"CREATE (:Person {{name: '{CYPHER}'}})").consume()
        assert session.run("MATCH (n) RETURN count(n) AS n").single()["n"] == 0

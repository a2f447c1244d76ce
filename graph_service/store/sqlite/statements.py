"""The SQL of the embedded store, by name; `{kind}`, `{field}` and the like are filled from declarations only."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from cypher.catalog import Statement, load


@cache
def statements() -> Mapping[str, Statement]:
    """Every SQL statement by name."""
    return load(files("graph_service.store.sqlite") / "sql", ".sql", "--")


def sql(name: str, /, **parts: str) -> str:
    """The text of a statement, its parts filled in. Parts are names out of declarations, never input."""
    text = statements()[name].text
    for part, value in parts.items():
        text = text.replace("{" + part + "}", value)
    return text

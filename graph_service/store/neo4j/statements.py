"""The Cypher of the server store, by name; `{label}`, `{edge}` and the like are filled from declarations only."""

from cypher.catalog import statements


def cypher(name: str, /, **parts: str) -> str:
    """The text of a statement, its parts filled in. Parts are names out of declarations, never input."""
    text = statements()[name].text
    for part, value in parts.items():
        text = text.replace("{" + part + "}", value)
    return text


def script(name: str, /, **parts: str) -> list[str]:
    """A file of several statements, one by one: Neo4j takes one at a time."""
    return [each for text in cypher(name, **parts).split(";") if (each := text.strip())]

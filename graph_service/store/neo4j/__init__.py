"""The server store: a Neo4j in which the records are a graph that a person can explore.

`door` is the one way to the driver, `layout` how declarations become labels and relationships, `transaction`
one write, `engine` the port's adapter; every statement is a file in `cypher/`.
"""

from graph_service.store.neo4j.engine import Neo4jEngine

__all__ = ["Neo4jEngine"]

"""A server that somebody else runs, used only when it is empty or marked as the tests' own."""

import os

from tests.servers.neo4j.base import MARKER, Neo4jServer


class ExistingServer(Neo4jServer):
    """The server that ``GRAPH_SERVICE_TEST_NEO4J_URI`` names.

    Raises PermissionError, before anything is written, when its database holds nodes but not our marker.
    """

    controllable = False

    def __init__(self, uri: str, user: str, password: str) -> None:
        self.uri, self.user, self.password = uri, user, password
        self.wait(30)
        claim(self)

    def alive(self) -> bool:
        return True

    def start(self) -> None:
        raise PermissionError("a server that the tests did not start is not theirs to start, stop or kill")

    def stop(self) -> None:
        self.start()

    def kill(self) -> None:
        self.start()

    def log(self) -> str:
        return "(the log of a server that the tests did not start is not theirs to read)"


def claim(server: Neo4jServer) -> None:
    """Mark an empty database as the tests' own; raise PermissionError for one that holds anything else."""
    if server.run(f"MATCH (m:{MARKER}) RETURN 1 AS found LIMIT 1"):
        return
    if server.run("MATCH (n) RETURN 1 AS found LIMIT 1"):
        raise PermissionError(
            f"The database at {server.uri} is not empty and has no {MARKER} node: the tests do not touch it. "
            f"Name an empty database, or, if everything in it may be deleted, run: CREATE (:{MARKER})"
        )
    server.run(f"CREATE (:{MARKER})")


def existing_server() -> ExistingServer | None:
    """The server named for tests; ``NEO4J_URI`` is never read, because it names people's real databases."""
    uri = os.environ.get("GRAPH_SERVICE_TEST_NEO4J_URI")
    if not uri:
        return None
    return ExistingServer(
        uri,
        os.environ.get("GRAPH_SERVICE_TEST_NEO4J_USER", "neo4j"),
        os.environ.get("GRAPH_SERVICE_TEST_NEO4J_PASSWORD", ""),
    )

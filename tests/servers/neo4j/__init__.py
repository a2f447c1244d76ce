"""A real Neo4j for one test session: one that exists, else from jars, else from Docker."""

from tests.servers import needs
from tests.servers.neo4j.base import Neo4jServer
from tests.servers.neo4j.jars import CURRENT, LTS, version_named

__all__ = ["CURRENT", "LTS", "Neo4jServer", "open_server"]


def open_server(version: str = LTS) -> Neo4jServer:
    """Start (or find) a server of that version; the caller closes it.

    Raises RuntimeError with what to install when there is no way to have one.
    """
    from tests.servers.neo4j.docker import DockerServer
    from tests.servers.neo4j.existing import existing_server
    from tests.servers.neo4j.local import LocalServer

    number = version_named(version)
    if existing := existing_server():
        return existing
    if needs.maven():
        return LocalServer(number)
    if needs.docker():
        return DockerServer(number)
    raise RuntimeError(needs.NEO4J.missing())

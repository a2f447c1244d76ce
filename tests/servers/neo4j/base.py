"""What every real Neo4j of the tests can do, wherever it runs."""

import socket
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

# A database that is not ours is never touched; a node with this label is how we know one that is.
MARKER = "GraphServiceTestDatabase"


class Neo4jServer(ABC):
    """A running server with its address and credentials.

    Attributes
    ----------
    uri, user, password : str
        As a driver wants them; the uri carries no credentials.
    controllable : bool
        Whether ``kill``, ``stop`` and ``start`` may be used: false for a server that is somebody's.
    """

    uri: str
    user: str = "neo4j"
    password: str
    controllable: bool = True

    @property
    def environment(self) -> dict[str, str]:
        """The credentials as the product reads them."""
        return {"GRAPH_SERVICE_NEO4J_USER": self.user, "GRAPH_SERVICE_NEO4J_PASSWORD": self.password}

    @cached_property
    def driver(self) -> Driver:
        """One driver of the tests' own, for looking behind the product's back."""
        return GraphDatabase.driver(
            self.uri,
            auth=(self.user, self.password),
            connection_timeout=5,
            max_transaction_retry_time=0,
            notifications_min_severity="OFF",
        )

    @cached_property
    def version(self) -> str:
        """The version as the server itself reports it."""
        return str(self.run("CALL dbms.components() YIELD versions RETURN versions[0] AS version")[0]["version"])

    def run(self, text: str, **parameters: Any) -> list[dict[str, Any]]:
        """Run one statement in a transaction of its own and return its rows."""
        with self.driver.session() as session:
            return [record.data() for record in session.run(cast(Any, text), parameters)]

    def wipe(self, schema: bool = False) -> None:
        """Delete every node and relationship; with ``schema`` the constraints and indexes too."""
        self.run(f"MATCH (n) WHERE NOT n:{MARKER} CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 10000 ROWS")
        if schema:
            for row in self.run("SHOW CONSTRAINTS YIELD name"):
                self.run(f"DROP CONSTRAINT `{row['name']}`")
            for row in self.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'"):
                self.run(f"DROP INDEX `{row['name']}`")

    def answers(self) -> bool:
        """Whether a query gets its answer right now, without waiting or retrying."""
        # execute_query would retry with a growing pause and hide the moment of readiness; and the driver logs
        # every address that does not listen yet, so the socket is asked first.
        address = urlsplit(self.uri)
        try:
            socket.create_connection((address.hostname or "", address.port or 7687), timeout=5).close()
            self.run("RETURN 1 AS one")
        except (DriverError, Neo4jError, OSError):
            return False
        return True

    def wait(self, seconds: float = 120) -> None:
        """Return when the server answers; TimeoutError with the end of its log when it does not."""
        deadline = time.monotonic() + seconds
        while not self.answers():
            if time.monotonic() > deadline or not self.alive():
                raise TimeoutError(f"Neo4j at {self.uri} does not answer.\n{self.log()}")
            time.sleep(0.1)

    def ensure_running(self) -> None:
        """Bring the server back when an earlier test left it down."""
        if self.controllable and not self.alive():
            self.start()
        self.wait()

    def restart(self) -> None:
        """Stop in an orderly way (if it runs), start again on the same address, wait for the first answer."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End everything of this session: connections, process, files."""
        with suppress(DriverError, Neo4jError):
            self.driver.close()

    @abstractmethod
    def alive(self) -> bool:
        """Whether the server process is there (it may not answer yet)."""

    @abstractmethod
    def start(self) -> None:
        """Start and wait for the first answer."""

    @abstractmethod
    def stop(self) -> None:
        """SIGTERM: an orderly shutdown."""

    @abstractmethod
    def kill(self) -> None:
        """SIGKILL: what a power cut does to the process."""

    @abstractmethod
    def log(self) -> str:
        """The last lines the server wrote."""

"""The one door to the Neo4j driver: connection, time limits, bounded retries, and its errors as ours."""

import logging
import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConstraintError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from graph_service.errors import (
    BatchTooLarge,
    Conflict,
    SettingsError,
    StoreBusy,
    StoreError,
    StoreRefused,
    StoreTimeout,
    StoreUnreachable,
)
from graph_service.settings import Settings
from graph_service.store.neo4j.breaker import Breaker
from graph_service.store.port import BUSY_SECONDS

T = TypeVar("T")

# The driver tells of addresses that do not answer; our own error says so once, in words for people.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

#: Reading everything may take this many times the limit of one query.
BULK = 10
CONNECT_SECONDS = 5.0
#: A server that went away is waited for so long, where the settings do not say how long.
AWAY_SECONDS = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0

Rows = list[dict[str, Any]]


class Lost(Exception):
    """The connection broke while a write was being kept: whether it was is not known."""


def is_loopback(host: str) -> bool:
    """Whether an address never leaves this machine.

    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("graph.example.org")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def patience(settings: Settings) -> float:
    """Seconds that a server which went away is waited for."""
    return AWAY_SECONDS if settings.away_seconds is None else settings.away_seconds


def driver_for(url: str, settings: Settings) -> neo4j.Driver:
    """A driver for a store's address. Raises SettingsError where the way would not be safe."""
    parts = urlsplit(url)
    scheme, host = parts.scheme, parts.hostname or "localhost"
    more: dict[str, Any] = {}
    if "+" not in scheme:
        if settings.neo4j_ca_file is not None:
            more = {"encrypted": True, "trusted_certificates": neo4j.TrustCustomCAs(str(settings.neo4j_ca_file))}
        elif not is_loopback(host):
            raise SettingsError(
                f"Without encryption only this machine is addressed. Use {scheme}+s://, or name the server's "
                "certificate authority in GRAPH_SERVICE_NEO4J_CA_FILE."
            )
    elif scheme.endswith("+ssc") and not is_loopback(host):
        raise SettingsError(
            f"{scheme} would trust any server. Use {scheme.partition('+')[0]}:// with GRAPH_SERVICE_NEO4J_CA_FILE."
        )
    password = settings.password()
    if password is None:
        raise StoreRefused("No password for the Neo4j server. " + StoreRefused.hint)
    address = f"{scheme}://{parts.netloc}"
    try:
        return neo4j.GraphDatabase.driver(
            address,
            auth=(settings.neo4j_user, password),
            # A server that swallows what is sent to it must not take longer than one that refuses.
            connection_timeout=min(CONNECT_SECONDS, max(patience(settings), 1.0)),
            connection_acquisition_timeout=settings.query_seconds,
            max_transaction_retry_time=0,
            notifications_min_severity="OFF",
            user_agent="graph-service",
            **more,
        )
    except (DriverError, ValueError, OSError):
        raise SettingsError("The address of the Neo4j server, or its certificate file, is wrong.") from None


class Door:
    """Sessions on one database of one server. Every method raises StoreError."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.driver = driver_for(url, settings)
        self.database = urlsplit(url).path.strip("/") or None
        self.seconds = settings.query_seconds
        self.breaker = Breaker(patience(settings))
        self._met = False

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, *, bulk: bool = False) -> Rows:
        """Rows of one reading statement, tried again while the server is away for a moment."""
        return self.reading(lambda tx: run(tx, text, parameters), bulk=bulk)

    def pieces(self, text: str, parameters: Mapping[str, Any], take: Callable[[Mapping[str, Any]], T]) -> list[T]:
        """What `take` makes of each record of a long answer, one after the other: only one is held as it came."""
        return self.reading(lambda tx: [take(each) for each in tx.run(cast(Any, text), dict(parameters))], bulk=True)

    def reading(self, work: Callable[[neo4j.Transaction], T], *, bulk: bool = False) -> T:
        """What several statements in one transaction give; nothing of it is written."""
        seconds = self._limit(bulk)

        def once(_: int) -> T:
            with self._session(neo4j.READ_ACCESS) as session, session.begin_transaction(timeout=seconds) as tx:
                return work(tx)

        return self.retried(once)

    def writing(self, work: Callable[[neo4j.Transaction], T], *, bulk: bool = False) -> T:
        """The same for what writes, or holds the Meta node; must be safe to repeat."""
        seconds = self._limit(bulk)

        def once(_: int) -> T:
            with self._session(neo4j.WRITE_ACCESS) as session, session.begin_transaction(timeout=seconds) as tx:
                result = work(tx)
                tx.commit()
                return result

        return self.retried(once)

    def change(self, texts: list[str]) -> None:
        """Run statements on the schema, each in a transaction of its own."""
        for text in texts:
            self.writing(lambda tx, text=text: run(tx, text), bulk=True)  # type: ignore[misc]

    def piecewise(self, text: str, parameters: Mapping[str, Any]) -> None:
        """Run a statement that makes transactions of its own; must be safe to repeat."""

        def once(_: int) -> None:
            with self._session(neo4j.WRITE_ACCESS) as session:
                session.run(cast(Any, text), dict(parameters)).consume()

        self.retried(once)

    def transaction(self) -> "Open":
        """A transaction that the caller commits or gives up."""
        return Open(self._session(neo4j.WRITE_ACCESS), self.seconds)

    def _limit(self, bulk: bool) -> float:
        return self.seconds * (BULK if bulk else 1)

    def _session(self, access: str) -> neo4j.Session:
        return self.driver.session(database=self.database, default_access_mode=access)

    def retried(self, once: Callable[[int], T]) -> T:
        """Do something until it works, its error is not one that passes, or its time is over.

        That is `BUSY_SECONDS` where the server is busy, and where it went away what the breaker says. A server that
        never answered is not waited for: its address is wrong, or nobody started it. `once` is told how often it
        was tried before.
        """
        if not self.breaker.may_ask():
            raise StoreUnreachable()
        deadline, pause, attempt = time.monotonic() + BUSY_SECONDS, FIRST_PAUSE, 0
        while True:
            try:
                result = once(attempt)
                self.breaker.answered()
                self._met = True
                return result
            except (Neo4jError, DriverError, Lost, OSError) as error:
                gone = is_gone(error)
                if gone:
                    self.breaker.failed()
                else:
                    self.breaker.answered()
                self._met = self._met or isinstance(error, Neo4jError)
                again = self.breaker.hopes(pause) if gone else time.monotonic() + pause < deadline
                if not self._met or not passes(error) or not again:
                    raise translation(error) from None
            time.sleep(pause)
            pause, attempt = min(2 * pause, LONGEST_PAUSE), attempt + 1

    def close(self) -> None:
        self.driver.close()


class Open:
    """One open transaction."""

    def __init__(self, session: neo4j.Session, seconds: float) -> None:
        self._session = session
        self._tx = session.begin_transaction(timeout=seconds)

    def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        return run(self._tx, text, parameters)

    def commit(self) -> None:
        """Keep what was written. Raises Lost when the answer did not come."""
        try:
            self._tx.commit()
        except (ServiceUnavailable, SessionExpired, OSError):
            raise Lost from None

    def close(self) -> None:
        """Give up what was not committed."""
        try:
            self._tx.close()
            self._session.close()
        except (DriverError, Neo4jError, OSError):
            # The connection is gone, and with it what was not committed.
            return


def run(tx: neo4j.Transaction, text: str, parameters: Mapping[str, Any] | None = None) -> Rows:
    """Run one statement; its rows by column name."""
    result = tx.run(cast(Any, text), dict(parameters or {}))
    keys = result.keys()
    return [dict(zip(keys, record.values(), strict=True)) for record in result]


def is_gone(error: BaseException) -> bool:
    """Whether the server is away, or not yet or no longer ready to answer."""
    if isinstance(error, Neo4jError):
        return (error.code or "").endswith("DatabaseUnavailable")
    return isinstance(error, (ServiceUnavailable, SessionExpired, Lost, OSError))


def passes(error: BaseException) -> bool:
    """Whether doing the same again in a moment may work."""
    if isinstance(error, TransientError):
        # Neo4j marks a batch over its memory limit as worth repeating; it would fail for ever.
        return "OutOfMemory" not in (error.code or "")
    return isinstance(error, (ServiceUnavailable, SessionExpired, Lost, ConnectionError))


def translation(error: BaseException) -> StoreError | Conflict:
    """The driver's error as ours. Its own words may repeat a value, so only the code is passed on."""
    code = (error.code or "") if isinstance(error, Neo4jError) else ""
    if isinstance(error, AuthError):
        return StoreRefused()
    if code.endswith("AuthenticationRateLimit"):
        return StoreRefused("The server refuses this user for a while after several wrong passwords.")
    if is_gone(error):
        return StoreUnreachable()
    if "OutOfMemory" in code:
        return BatchTooLarge()
    if "TransactionTimedOut" in code:
        return StoreTimeout()
    if isinstance(error, TransientError) or code.endswith("LockClientStopped"):
        return StoreBusy()
    if isinstance(error, ConstraintError):
        return Conflict()
    if code.endswith("DatabaseNotFound"):
        return StoreUnreachable("The Neo4j server has no database of this name. Check the address's path.")
    if isinstance(error, ClientError) and ".Security." in code:
        return StoreRefused(f"The Neo4j user may not do this ({code}).")
    return StoreError(f"The Neo4j store failed ({code or type(error).__name__}).")

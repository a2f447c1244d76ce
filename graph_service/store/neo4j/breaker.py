"""Whether a server that went away is asked: by everybody for a while, then by one now and then."""

import threading
import time

#: Seconds between two looks whether a server that was given up is back.
PROBE_SECONDS = 1.0


class Breaker:
    """What all threads of a process know together about one server.

    While it has been away for less than `patience` seconds everybody tries again; later everybody is refused at
    once, but for one in each `PROBE_SECONDS` who looks whether it is back.

    >>> breaker = Breaker(patience=0.0)
    >>> breaker.may_ask()
    True
    >>> breaker.failed()
    >>> breaker.hopes(), breaker.may_ask(), breaker.may_ask()
    (False, True, False)
    >>> breaker.answered()
    >>> breaker.may_ask()
    True
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._lock = threading.Lock()
        self._away_since: float | None = None
        self._looked = float("-inf")

    def may_ask(self) -> bool:
        """Whether the caller should ask the server now."""
        with self._lock:
            now = time.monotonic()
            if self._hopes(now):
                return True
            if now - self._looked < PROBE_SECONDS:
                return False
            self._looked = now
            return True

    def hopes(self, pause: float = 0.0) -> bool:
        """Whether the server, `pause` seconds from now, will still be waited for."""
        with self._lock:
            return self._hopes(time.monotonic() + pause)

    def _hopes(self, moment: float) -> bool:
        return self._away_since is None or moment < self._away_since + self.patience

    def failed(self) -> None:
        """The server did not answer."""
        with self._lock:
            if self._away_since is None:
                self._away_since = time.monotonic()

    def answered(self) -> None:
        """The server answered, if only with an error."""
        if self._away_since is not None:
            with self._lock:
                self._away_since = None

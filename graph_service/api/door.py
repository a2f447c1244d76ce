"""The door of `solo`: one person's passphrase opens the pages, and they close again when nobody clicks.

Sessions are kept in the memory of the one process: when it ends, nobody is signed in.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable

from graph_service.errors import TooSoon, WrongPassphrase

#: The cookie of somebody who gave the passphrase. It ends with the browser.
COOKIE = "graph_service_solo"
#: Seconds to wait after the first wrong passphrase; doubled with each further one, up to the longest.
FIRST, LONGEST = 1.0, 60.0
#: Browsers that are signed in at once, at most; the one that was silent longest is forgotten.
MOST = 20


class Door:
    """Who is in. Parameters: `opens` says whether a passphrase is right; `idle`, seconds until an unused session ends.

    >>> door = Door(lambda passphrase: passphrase == "made up", 60.0)
    >>> door.lets_in(door.enter("made up")), door.lets_in("anything else")
    (True, False)
    """

    def __init__(
        self, opens: Callable[[str], bool], idle: float, now: Callable[[], float] = time.monotonic, name: str = ""
    ) -> None:
        self.idle, self.name = idle, name
        self._opens, self._now = opens, now
        self._inside: dict[str, float] = {}
        self._wrong, self._not_before = 0, 0.0
        self._lock, self._trying = threading.Lock(), threading.Lock()

    def enter(self, passphrase: str) -> str:
        """Begin a session; the text of its cookie. Raises WrongPassphrase, TooSoon."""
        # One try at a time: each takes its memory, and a second one would not know of the first one's failure.
        if not self._trying.acquire(blocking=False):
            raise TooSoon(FIRST)
        try:
            wait = self._not_before - self._now()
            if wait > 0:
                raise TooSoon(wait)
            if not self._opens(passphrase):
                self._wrong += 1
                self._not_before = self._now() + min(FIRST * 2 ** min(self._wrong - 1, 10), LONGEST)
                raise WrongPassphrase()
            self._wrong = 0
        finally:
            self._trying.release()
        text = secrets.token_urlsafe(32)
        with self._lock:
            while len(self._inside) >= MOST:
                del self._inside[min(self._inside, key=self._inside.__getitem__)]
            self._inside[_hash(text)] = self._now()
        return text

    def lets_in(self, cookie: str | None) -> bool:
        """Whether a browser is signed in; asking counts as a click."""
        if not cookie:
            return False
        now, key = self._now(), _hash(cookie)
        with self._lock:
            last = self._inside.pop(key, None)
            if last is None or now - last >= self.idle:
                return False
            self._inside[key] = now
        return True

    def leave(self, cookie: str | None) -> None:
        """Sign a browser out."""
        with self._lock:
            self._inside.pop(_hash(cookie or ""), None)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""What one running service holds: its programme, its settings, one reader per actor."""

import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

from graph_service import clock
from graph_service.actions import auditing, claims, membership, sessions
from graph_service.api.bearer import verifier
from graph_service.api.door import Door
from graph_service.api.watching import LOG, Figures
from graph_service.api.works import schedules, works
from graph_service.disclosure.scope import Actor, ScopedReader
from graph_service.errors import BadToken, NotConfigured, NotYours, ServiceError, SettingsError, SignInNeeded
from graph_service.jobs.runner import Runner
from graph_service.jobs.schedule import Rounds
from graph_service.programme import Programme
from graph_service.programme import open as open_programme
from graph_service.settings import Settings
from graph_service.store.trail import Segment

#: Whoever waits for a page waits no longer for a graph server that went away.
AWAY_SECONDS = 3.0


def impatient(settings: Settings) -> Settings:
    """The settings of a store that people wait for."""
    return settings if settings.away_seconds is not None else settings.model_copy(update={"away_seconds": AWAY_SECONDS})


class Service:
    """The state of one process. The store is opened when it is first needed.

    local_actor: who everybody is when the service runs for one person on loopback; None: sign-in decides.
    door: asks that one person for a passphrase first; None: whoever sits at the machine is let in.
    """

    def __init__(
        self,
        settings: Settings,
        local_actor: Actor | None = None,
        as_of: date | None = None,
        door: Door | None = None,
    ) -> None:
        if local_actor is not None and settings.public_name:
            raise SettingsError(
                "Without sign-in the service has no name in the world: unset GRAPH_SERVICE_PUBLIC_NAME."
            )
        if local_actor is None and "store" in settings.model_fields_set and not settings.insecure:
            settings.require_encryption()
        self.settings, self.local_actor, self.as_of, self.door = settings, local_actor, as_of, door
        self._programme: Programme | None = None
        # An unusable provider is refused at the start, not at the first sign-in.
        self.verifier = None
        if settings.oidc_issuer is not None:
            self.verifier = verifier(settings.oidc_issuer, settings.oidc_audience or settings.oidc_client_id)
        self.rules = claims.read_rules(settings.sign_in_rules)
        self._runner: Runner | None = None
        self._rounds: Rounds | None = None
        self.figures = Figures()
        self._segment: Segment | None = None
        self._anchored: date | None = None
        self._lock = threading.Lock()

    @property
    def programme(self) -> Programme:
        """The programme, opened on first use. Raises NotConfigured, StoreError."""
        with self._lock:
            if self._programme is None:
                if self.local_actor is None and "store" not in self.settings.model_fields_set:
                    raise NotConfigured("No store is configured: set GRAPH_SERVICE_STORE.")
                opened = open_programme(self.settings.store, settings=impatient(self.settings))
                try:
                    if self.local_actor is None:
                        opened.refuse_research()
                except ServiceError:
                    opened.close()
                    raise
                self._programme = opened
            return self._programme

    @property
    def runner(self) -> Runner:
        """The thread of this process that does jobs; it begins when there is one."""
        programme = self.programme
        with self._lock:
            if self._runner is None:
                self._runner = Runner(programme.store, works(programme))
            return self._runner

    def keep_rounds(self) -> None:
        """Do from now on what comes round by itself: mail that is due, introductions that waited too long."""
        runner, programme = self.runner, self.programme
        with self._lock:
            if self._rounds is None:
                self._rounds = Rounds(programme.store, schedules(programme), runner.wake)
                self._rounds.start()

    def signed_in(self, token: str) -> Actor:
        """Whom a bearer token signs in: a script or a member. Raises SignInNeeded, BadToken, NotYours."""
        if "store" not in self.settings.model_fields_set:
            raise SignInNeeded()
        if token.startswith(f"{membership.PREFIX}_"):
            return membership.token_actor(self.programme.store, token, clock.today(self.settings.time_zone))
        if self.verifier is None:
            raise BadToken()
        said = self.verifier.claims(token)
        let = self.let_in(said)
        if let.membership is None:
            sites = None if let.whole else frozenset(let.sites)
            # The provider's id of an account is personal: the log has a keyed hash of it.
            id = self.programme.store.internal_id("account", self.verifier.issuer, str(said["sub"]))
            return Actor(f"account {id}", str(let.role), sites, let.person)
        return membership.actor_of(self.programme.store, let.membership, clock.today(self.settings.time_zone))

    def let_in(self, said: Mapping[str, Any]) -> sessions.Let:
        """Why an account of the provider is let in: a membership, else the rules about claims. Raises NotYours."""
        assert self.verifier is not None
        store = self.programme.store
        today = clock.today(self.settings.time_zone)
        id = membership.membership_of(store, self.verifier.issuer, said, today)
        found = sessions.Let(membership=id) if id else claims.let_in(store, self.rules, said)
        if found is None:
            raise NotYours("This account is not a member of the programme. Ask its administrator.")
        return found

    def in_session(self, cookie: str) -> Actor:
        """Whom the cookie of a browser signs in. Raises SignInNeeded, NotYours."""
        if "store" not in self.settings.model_fields_set:
            raise SignInNeeded()
        return sessions.actor_of(self.programme.store, cookie, clock.today(self.settings.time_zone))

    def reader(self, actor: Actor) -> ScopedReader:
        """The evidence as this actor may see it, of one revision for the length of a request."""
        return self.programme.reader(actor).pinned()

    def note(self, line: Mapping[str, Any]) -> None:
        """Put a line into the audit trail, on the disk. Raises OSError. A new day's first line anchors the trail."""
        store = self.programme.store
        with self._lock:
            if self._segment is None:
                self._segment = auditing.new_segment(store)
        self._segment.add(line)
        today = self.today()
        if self._anchored != today:
            self._anchored = today
            auditing.anchor(store, today)

    def watched(self, id: str, method: str, route: str, status: int, seconds: float, role: str | None) -> None:
        """Count and log a request that is over."""
        self.figures.count(method, route, status, seconds)
        fields = {"event": "request", "request": id, "method": method, "route": route, "status": status}
        LOG.info("request", extra={"fields": fields | {"ms": round(seconds * 1000, 1), "role": role}})

    def ready(self) -> bool:
        """Whether the store answers; without a configured store there is nothing to ask. Raises StoreError."""
        if self.local_actor is None and "store" not in self.settings.model_fields_set:
            return False
        return self.programme.store.meta() is not None

    def today(self) -> date:
        """The day that pages look at when none is asked for."""
        return self.as_of or clock.today(self.settings.time_zone)

    def close(self) -> None:
        """End the work of jobs (another process takes it up) and close the store."""
        if self._rounds is not None:
            self._rounds.close()
        if self._runner is not None:
            self._runner.close()
        with self._lock:
            if self._segment is not None:
                self._segment.close()
                self._segment = None
            if self._programme is not None:
                self._programme.close()
                self._programme = None

"""Introductions on their way, in Python: what the command line's `introductions ...` does, people by own key."""

from collections.abc import Sequence
from datetime import date, time
from typing import TYPE_CHECKING, Any, Protocol

from graph_service.errors import UnknownPerson

if TYPE_CHECKING:
    from graph_service.actions.moves import Moved
    from graph_service.actions.pace import Pace
    from graph_service.actions.sweeps import Reminder
    from graph_service.disclosure.scope import Actor
    from graph_service.introductions.drafts import Draft

Day = date | str | None


class Opened(Protocol):
    """What is needed of an open programme."""

    store: Any
    settings: Any

    @property
    def evidence(self) -> Any: ...

    def day(self, value: Day) -> date: ...

    def snapshot(self, as_of: Day) -> Any: ...

    def refuse_research(self) -> None: ...


class OnTheirWay:
    """Put a suggestion on its way, move it, and see how it stands. Get it as `programme.on_their_way`.

    actor: who acts; whoever runs the programme where it is left out. Days are the clock's where none is given.

    >>> import tempfile, pathlib, graph_service as gs
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> with gs.open(f"sqlite:///{folder}/example.db") as programme:
    ...     programme.on_their_way.list(), programme.on_their_way.expire("2026-03-01")
    ([], ([], []))
    """

    def __init__(self, programme: Opened, actor: "Actor | None" = None) -> None:
        from graph_service.disclosure.scope import OWNER

        self._programme, self._store = programme, programme.store
        self.actor = actor or OWNER

    def by(self, actor: "Actor") -> "OnTheirWay":
        """The same, acting as somebody: who sees and may do less gets NotFound or NotYours."""
        return OnTheirWay(self._programme, actor)

    def list(self, state: str | None = None, learner: str | None = None, as_of: Day = None) -> list[dict[str, Any]]:
        """Whose turn it is and until when, those that wait longest first; the ended ones last.

        state: one state, or `open`; learner: own key. Raises UnknownPerson, BadDate.
        """
        from graph_service.actions.listing import listed

        who = None if learner is None else self._id(learner)
        return listed(self._store, self.actor, state=state, learner=who, today=self._programme.day(as_of))

    def show(self, id: str, as_of: Day = None) -> dict[str, Any]:
        """One with its steps, what came of it, and the moves that are possible now. Raises NotFound."""
        from graph_service.actions.listing import told

        return told(self._store, self.actor, id, today=self._programme.day(as_of))

    def propose(self, learner: str, connector: str, target: str, ask: str = "talk", as_of: Day = None) -> "Moved":
        """Put a suggestion on its way, with what is known of it on the day. Raises UnknownPerson, GateClosed,
        StaleVersion where it is on its way already.
        """
        from graph_service.actions.moves import propose
        from graph_service.introductions.suggestions import stated

        day, keys = self._programme.day(as_of), (learner, connector, target)
        ends = [self._id(key) for key in keys]
        self._programme.refuse_research()
        more = stated(self._programme.snapshot(day), self._programme.evidence, *keys)
        return propose(self._store, self.actor, ends[0], ends[1], ends[2], ask=ask, today=day, **more)

    def move(self, id: str, name: str, version: int, as_of: Day = None, *, meeting: Day = None, **more: Any) -> "Moved":
        """Make one move of what was read at a version; see `graph_service.actions.moves.move` for the rest.

        Raises NotFound, StaleVersion, WrongState, NotYours, UsageError, GateClosed, CapacityFull.
        """
        from graph_service.actions.moves import move

        when = None if meeting is None else self._programme.day(meeting)
        return move(self._store, self.actor, id, name, version, today=self._programme.day(as_of), meeting=when, **more)

    def outcome(self, id: str, step: str, on: Day = None, *, resource: str | None = None, as_of: Day = None) -> str:
        """Record what came of it: a rung of the ladder after the meeting. Raises NotFound, NotYours, UsageError."""
        from graph_service.actions.outcomes import record_outcome

        today = self._programme.day(as_of)
        day = today if on is None else self._programme.day(on)
        return record_outcome(self._store, self.actor, id, step, on=day, resource=resource, today=today)

    def drafts(self, id: str, language: str = "en", as_of: Day = None) -> "Sequence[Draft]":
        """Messages to edit and send as it stands. Raises NotFound, UnknownParameter."""
        from graph_service.actions.drafting import drafts_of

        return drafts_of(self._store, self.actor, id, language=language, today=self._programme.day(as_of))

    def calendar(
        self, id: str, *, at: time | None = None, minutes: int = 30, language: str = "en", as_of: Day = None
    ) -> bytes:
        """The meeting with reminders as an iCalendar file; before, the day of the answer. Raises NotFound."""
        from graph_service.actions.drafting import calendar_file

        day, zone = self._programme.day(as_of), self._programme.settings.time_zone
        more: dict[str, Any] = {"at": at, "minutes": minutes, "zone": zone, "language": language}
        return calendar_file(self._store, self.actor, id, today=day, **more)

    def expire(self, as_of: Day = None) -> "tuple[Sequence[Moved], Sequence[Reminder]]":
        """Record what has waited too long and what a gate has closed; what moved, and the reminders that are due.

        Run twice on a day it changes nothing.
        """
        from graph_service.actions import sweeps

        day = self._programme.day(as_of)
        return [*sweeps.expire(self._store, day), *sweeps.recheck(self._store, day)], sweeps.remind(self._store, day)

    def pace(self) -> "Pace":
        """Days from request to meeting beside the goal."""
        from graph_service.actions.pace import pace

        return pace(self._store, self.actor)

    def _id(self, key: str) -> str:
        found = self._store.find("person", key=key)
        if not found:
            raise UnknownPerson()
        return str(found[0]["id"])

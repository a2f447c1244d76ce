"""Any sequence of moves, changes of mind, deadlines and crashes keeps the promises of the workflow, on both stores."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from graph_service.actions.concerns import close_concern, concerns, raise_concern
from graph_service.actions.moves import history, move, propose
from graph_service.actions.sweeps import expire, recheck, remind
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import Conflict, UsageError
from graph_service.introductions.history import ENDED, month_of
from graph_service.introductions.workflow import GateClosed, workflow
from graph_service.store.opening import open_store
from tests.introductions_world import MadeUp

CAPACITY = {"mo": 2, "eva": 1, "fay": 2}
LEARNERS, TARGETS = ("ana", "bo", "cy"), ("eva", "fay")
LEAD = Actor("lena", "lead")


class Crash(BaseException):
    """The process dies here: nothing after it runs, and no answer reaches the caller."""


class Dying:
    """A transaction whose process dies at the n-th thing that it asks of the store."""

    def __init__(self, inner: Any, left: list[int]) -> None:
        self._inner, self._left = inner, left

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not callable(value):
            return value

        def call(*given: Any, **named: Any) -> Any:
            self._left[0] -= 1
            if self._left[0] < 0:
                raise Crash
            return value(*given, **named)

        return call


def dies(store: Any, after: int) -> None:
    """Let the next write die: at its n-th step, or (if it has fewer) after the commit, before the answer."""
    whole, left = store.engine.write, [after]

    def write(entry: Any, work: Callable[[Any], Any]) -> Any:
        result = whole(entry, lambda tx: work(Dying(tx, left)))
        raise Crash(result)

    store.engine.write = write


class Machine(RuleBasedStateMachine):
    """What people do, in any order; `acknowledged` is what the service said it had done."""

    urls: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.made = MadeUp(self.urls())
        self.url = self.made.store.url
        self.day = date(2026, 3, 2)
        self.acknowledged: dict[str, list[str]] = {}
        self.versions: dict[str, int] = {}

    @initialize()
    def people(self) -> None:
        for key in LEARNERS:
            self.made.learner(key)
        for key, capacity in CAPACITY.items():
            self.made.adult(key, capacity=capacity)
        # Three introductions are on their way from the start, two of them to one adult with one place.
        for learner, to in (("ana", "eva"), ("bo", "eva"), ("cy", "fay")):
            self.suggest_one(learner, to, None)

    def teardown(self) -> None:
        self.made.programme.close()

    def id(self, key: str) -> str:
        return self.made.id(key)

    # --- what people do -----------------------------------------------------------------------------------
    @rule(learner=st.sampled_from(LEARNERS), to=st.sampled_from(TARGETS), group=st.sampled_from([None, "g1"]))
    def suggest(self, learner: str, to: str, group: str | None) -> None:
        self.suggest_one(learner, to, group)

    def suggest_one(self, learner: str, to: str, group: str | None) -> None:
        ends = self.id(learner), self.id("mo"), self.id(to)
        with suppress(GateClosed, Conflict):
            moved = propose(self.made.store, OWNER, *ends, today=self.day, group=group and f"{group}-{to}")
            self.acknowledged[moved.introduction] = ["suggested"]
            self.versions[moved.introduction] = moved.version

    @precondition(lambda self: self.acknowledged)
    @rule(data=st.data(), stale=st.integers(0, 5), crash=st.none() | st.integers(0, 40))
    def step(self, data: st.DataObject, stale: int, crash: int | None) -> None:
        id = list(self.acknowledged)[data.draw(st.integers(0, len(self.acknowledged) - 1))]
        arrows = [m for m in workflow().moves if m.source == self.acknowledged[id][-1] and "system" not in m.by]
        if not arrows:
            return
        # The way through is drawn more often than the ways out of it.
        arrow = data.draw(st.sampled_from([m for m in arrows if m.to not in ENDED] * 3 + arrows))
        version = self.versions[id] - (stale == 5)
        self.moves(id, arrow.name, arrow.by[0], version, crash)

    @precondition(lambda self: self.acknowledged)
    @rule(data=st.data(), steps=st.integers(3, 9))
    def onward(self, data: st.DataObject, steps: int) -> None:
        """Several steps of the way through, as long as nothing is in the way."""
        id = list(self.acknowledged)[data.draw(st.integers(0, len(self.acknowledged) - 1))]
        for _ in range(steps):
            way = [m for m in workflow().moves if m.source == self.acknowledged[id][-1] and m.to not in ENDED]
            if not way:
                return
            self.moves(id, way[0].name, way[0].by[0], self.versions[id], None)

    def moves(self, id: str, name: str, party: str, version: int, crash: int | None) -> None:
        store = self.made.store
        record = store.get("introduction", id)
        assert record is not None
        actor = {"coordinator": OWNER, "lead": LEAD}.get(party) or Actor(party, "person", person=record[party])
        more: dict[str, Any] = {"reason": "no_time", "meeting": self.day if name == "meet" else None, "today": self.day}
        before = record["version"]
        if crash is None:
            with suppress(Conflict, UsageError):
                moved = move(store, actor, id, name, version, **more)
                assert moved.version == before + 1
                self.took(id)
            return
        with open_store(self.url) as dying:
            dies(dying, crash)
            with suppress(Crash, Conflict, UsageError):
                move(dying, actor, id, name, version, **more)
        # Whether it was kept is found out by looking; then it was kept whole.
        after = store.get("introduction", id)
        assert after is not None
        if after["version"] != before:
            assert after["version"] == before + 1
            self.took(id)

    def took(self, id: str) -> None:
        record = self.made.store.get("introduction", id)
        assert record is not None
        self.versions[id] = record["version"]
        self.acknowledged[id] = [each["state"] for each in history(self.made.store, id)]

    @rule(learner=st.sampled_from(LEARNERS), granted=st.booleans())
    def consent(self, learner: str, granted: bool) -> None:
        self.made.consent(learner, "introduce", granted=granted, since=self.day)

    @rule(adult=st.sampled_from(sorted(CAPACITY)), status=st.sampled_from(["consented", "removed"]))
    def status(self, adult: str, status: str) -> None:
        self.made.adult(adult, capacity=CAPACITY[adult], status=status, cleared=False)

    @rule(adult=st.sampled_from(sorted(CAPACITY)))
    def concern(self, adult: str) -> None:
        raise_concern(self.made.store, OWNER, self.id(adult), today=self.day)
        self.swept()

    @rule()
    def settled(self) -> None:
        for each in concerns(self.made.store, LEAD, state="open"):
            close_concern(self.made.store, LEAD, each["id"], each["version"])

    @rule(days=st.integers(-2, 9))
    def later(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule()
    def sweep(self) -> None:
        for each in [*expire(self.made.store, self.day), *recheck(self.made.store, self.day)]:
            self.took(each.introduction)
        remind(self.made.store, self.day)
        assert expire(self.made.store, self.day) == [] and remind(self.made.store, self.day) == []

    @rule()
    def start_again(self) -> None:
        self.made.programme.close()
        self.made = MadeUp(self.url)
        self.made._n = next(_numbers)

    def swept(self) -> None:
        for id in self.acknowledged:
            self.took(id)

    # --- what is promised ---------------------------------------------------------------------------------
    @invariant()
    def capacity_is_never_exceeded(self) -> None:
        store = self.made.store
        for key, capacity in CAPACITY.items():
            held = store.count("reservation", person=self.id(key), slot=["open", month_of(self.day)])
            # A clock set back may bring a month again that was used up; what is in flight never exceeds.
            assert store.count("reservation", person=self.id(key), slot="open") <= capacity
            assert held <= capacity or any(r["since"] > self.day for r in store.find("introduction"))

    @invariant()
    def every_history_is_complete_and_nothing_is_doubled(self) -> None:
        store = self.made.store
        for id, states in self.acknowledged.items():
            steps = history(store, id)
            assert [each["step"] for each in steps] == list(range(1, len(steps) + 1))
            assert [each["source"] for each in steps[1:]] == [each["state"] for each in steps[:-1]]
            assert [each["state"] for each in steps] == states
            assert all(a["date"] <= b["date"] for a, b in itertools.pairwise(steps))
            record = store.get("introduction", id)
            assert record is not None and record["state"] == states[-1]
            assert store.count("interaction", introduced_by=id) == ("met" in states)

    @invariant()
    def places_are_held_exactly_as_long_as_they_are_needed(self) -> None:
        store, states = self.made.store, workflow().states
        records = store.find("introduction")
        for row in store.find("reservation"):
            holders = [r for r in records if row["holder"] in (r["id"], r["group"]) and r[row["side"]] == row["person"]]
            needed = any(row["side"] in states[r["state"]].holds for r in holders)
            spent = any(row["side"] in states[r["state"]].spends for r in holders)
            assert (row["slot"] == "back") == (not needed and not spent)
            assert not (row["slot"] == "open" and not needed)


_numbers = itertools.count(10_000, 10_000)


def run(urls: Callable[[], str], examples: int, steps: int) -> None:
    class Here(Machine):
        pass

    Here.urls = staticmethod(urls)  # type: ignore[method-assign]
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=chosen)


@pytest.mark.slow
def test_any_story_keeps_the_promises_in_sqlite(tmp_path: Path) -> None:
    numbers = itertools.count()
    run(lambda: f"sqlite:///{tmp_path}/story{next(numbers)}.db", examples=10, steps=30)


@pytest.mark.slow
def test_any_story_keeps_the_promises_in_neo4j(neo4j_url: str, empty_neo4j: Any) -> None:
    def fresh() -> str:
        empty_neo4j.wipe()
        return neo4j_url

    run(fresh, examples=4, steps=20)

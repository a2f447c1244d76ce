"""The life of an introduction on both stores: who may do what, what is kept, and that nobody is asked too often."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from graph_service.actions.concerns import close_concern, concerns, raise_concern
from graph_service.actions.moves import Moved, history, move, propose
from graph_service.actions.outcomes import record_outcome
from graph_service.actions.sweeps import expire, recheck, remind
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import CapacityFull, NotFound, NotYours, StaleVersion, UnknownParameter, UsageError
from graph_service.introductions.workflow import GateClosed, WrongState
from graph_service.store.opening import open_store
from tests.introductions_world import MadeUp, simple

DAY = date(2026, 3, 2)


@pytest.fixture
def made(store_url: str) -> Iterator[MadeUp]:
    made = simple(store_url)
    yield made
    made.programme.close()


class Story:
    """One introduction, moved by the people in it; each knows the version that it read last."""

    def __init__(self, made: MadeUp, learner: str = "ana", target: str = "eva", **more: Any) -> None:
        self.made, self.day = made, more.pop("today", DAY)
        self.who = {"learner": learner, "connector": "mo", "target": target}
        ids = [made.id(key) for key in self.who.values()]
        self.now = propose(made.store, OWNER, *ids, today=self.day, **more)

    @property
    def id(self) -> str:
        return self.now.introduction

    def actor(self, party: str) -> Actor:
        if party == "coordinator":
            return OWNER
        return Actor(party, "person", sites=frozenset(), person=self.made.id(self.who[party]))

    def does(self, party: str, name: str, **more: Any) -> Moved:
        day = more.pop("today", self.day)
        version = more.pop("version", self.now.version)
        self.now = move(self.made.store, self.actor(party), self.id, name, version, today=day, **more)
        return self.now

    def until(self, state: str) -> "Story":
        """Walk the way through up to a state."""
        steps = [
            ("learner", "request", {}), ("coordinator", "approve", {}), ("coordinator", "ask_connector", {}),
            ("connector", "connector_agree", {}), ("coordinator", "ask_target", {}), ("target", "target_agree", {}),
            ("coordinator", "make", {}), ("coordinator", "meet", {"meeting": self.day}),
            ("coordinator", "follow_up", {}), ("coordinator", "close", {}),
        ]  # fmt: skip
        way = ["suggested", "requested", "approved", "connector_asked", "connector_agreed", "target_asked"]
        way += ["target_agreed", "made", "met", "followed_up", "closed"]
        for party, name, more in steps[way.index(self.now.state) : way.index(state)]:
            self.does(party, name, **more)
        assert self.now.state == state
        return self

    def slots(self) -> dict[str, str]:
        rows = self.made.store.find("reservation", holder=self.id)
        return {row["side"]: row["slot"] for row in rows}


def test_the_way_through_leaves_a_complete_history_and_a_contact(made: MadeUp) -> None:
    story = Story(made).until("closed")
    steps = history(made.store, story.id)
    assert [each["step"] for each in steps] == list(range(1, 12))
    assert [each["state"] for each in steps] == [
        "suggested", "requested", "approved", "connector_asked", "connector_agreed", "target_asked", "target_agreed",
        "made", "met", "followed_up", "closed",
    ]  # fmt: skip
    assert [a["state"] for a in steps[:-1]] == [b["source"] for b in steps[1:]]
    [contact] = made.store.find("interaction", introduced_by=story.id)
    assert contact["kind"] == "introduction_meeting"
    assert ("ana", "eva") in made.programme.snapshot("2026-03-03").ties


def test_a_move_on_what_has_changed_meanwhile_is_refused(made: MadeUp) -> None:
    story = Story(made)
    story.does("learner", "request")
    with pytest.raises(StaleVersion):
        story.does("coordinator", "withhold", version=1, reason="not_ready")
    assert story.does("coordinator", "approve").state == "approved"


@pytest.mark.parametrize(
    ("state", "party", "name", "error"),
    [
        ("suggested", "learner", "approve", NotYours),
        ("requested", "learner", "approve", NotYours),
        ("requested", "coordinator", "make", WrongState),
        ("connector_asked", "target", "connector_agree", NotYours),
        ("target_asked", "connector", "target_agree", NotYours),
        ("target_asked", "coordinator", "target_agree", NotYours),
        ("suggested", "coordinator", "fly", UnknownParameter),
        ("connector_asked", "connector", "decline", UsageError),
        ("made", "coordinator", "meet", UsageError),
        ("closed", "learner", "withdraw", WrongState),
    ],
)
def test_a_move_is_made_by_who_may_from_where_it_starts(
    made: MadeUp, state: str, party: str, name: str, error: type[Exception]
) -> None:
    story = Story(made).until(state)
    with pytest.raises(error):
        story.does(party, name)
    assert history(made.store, story.id)[-1]["state"] == state


def test_a_stranger_does_not_even_learn_that_it_exists(made: MadeUp) -> None:
    story = Story(made)
    made.adult("nosy")
    stranger = Actor("nosy", "mentor", sites=frozenset(), person=made.id("nosy"))
    with pytest.raises(NotFound):
        move(made.store, stranger, story.id, "decline", 1)
    elsewhere = Actor("cora", "coordinator", sites=frozenset({"another school"}))
    with pytest.raises(NotFound):
        move(made.store, elsewhere, story.id, "approve", 1)


def test_capacity_is_taken_at_the_ask_and_given_back_on_every_ending(made: MadeUp) -> None:
    for state, party, name in (
        ("connector_asked", "connector", "decline"),
        ("target_asked", "target", "decline"),
        ("target_agreed", "learner", "withdraw"),
        ("target_asked", "coordinator", "withhold"),
        ("connector_asked", "coordinator", "recall"),
    ):
        made.learner(f"l-{state}-{name}")
        story = Story(made, learner=f"l-{state}-{name}").until(state)
        assert set(story.slots().values()) == {"open"}
        story.does(party, name, reason="no_time")
        assert set(story.slots().values()) == {"back"}
    made.learner("zoe")
    made_one = Story(made, learner="zoe").until("made")
    assert made_one.slots() == {"connector": "2026-03", "target": "2026-03"}


def test_two_offers_for_the_last_place_one_wins_and_the_other_gets_a_conflict(made: MadeUp, store_url: str) -> None:
    made.adult("eva", role="employer_contact", capacity=1)
    stories = []
    for key in ("ana", "bo", "cy", "di"):
        if key != "ana":
            made.learner(key)
        stories.append(Story(made, learner=key).until("connector_agreed"))

    def ask(story: Story) -> str:
        with open_store(store_url) as own:
            try:
                return move(own, OWNER, story.id, "ask_target", story.now.version, today=DAY).state
            except CapacityFull:
                return "full"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(ask, stories))
    assert answers == ["full", "full", "full", "target_asked"]
    assert made.store.count("reservation", person=made.id("eva"), slot="open") == 1


def test_two_clicks_at_once_are_one_move(made: MadeUp, store_url: str) -> None:
    story = Story(made).until("requested")

    def click(name: str) -> str:
        with open_store(store_url) as own:
            try:
                return move(own, OWNER, story.id, name, story.now.version, today=DAY, reason="not_ready").state
            except StaleVersion:
                return "stale"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(click, ["approve", "withhold"]))
    assert "stale" in answers
    assert len(history(made.store, story.id)) == 3


def test_a_consent_taken_back_on_the_way_closes_the_gate_and_the_sweep_ends_it(made: MadeUp) -> None:
    story = Story(made).until("connector_agreed")
    made.consent("ana", "introduce", granted=False, since=DAY)
    with pytest.raises(GateClosed) as refused:
        story.does("coordinator", "ask_target")
    assert refused.value.details["gates"] == ["consent_missing", "audience_not_consented"]
    [ended] = recheck(made.store, DAY)
    assert ended.state == "blocked"
    assert history(made.store, story.id)[-1]["reason"] == "consent_lost"
    assert story.slots() == {"connector": "back"}
    assert recheck(made.store, DAY) == []


def test_a_connector_who_is_removed_half_way_ends_it(made: MadeUp) -> None:
    story = Story(made).until("target_asked")
    made.adult("mo", status="removed")
    with pytest.raises(GateClosed):
        story.does("target", "target_agree")
    [ended] = recheck(made.store, DAY)
    assert (ended.state, history(made.store, story.id)[-1]["reason"]) == ("blocked", "removed")


def test_a_concern_freezes_at_once_and_only_the_lead_reads_it(made: MadeUp) -> None:
    story = Story(made).until("target_asked")
    id = raise_concern(made.store, story.actor("learner"), made.id("eva"), text="made up", today=DAY)
    assert history(made.store, story.id)[-1]["state"] == "blocked"
    with pytest.raises(GateClosed):
        Story(made)
    with pytest.raises(NotYours):
        concerns(made.store, OWNER)
    lead = Actor("lena", "lead")
    [told] = concerns(made.store, lead)
    assert (told["text"], told["state"]) == ("made up", "open")
    close_concern(made.store, lead, id, told["version"])
    assert Story(made).now.state == "suggested"


def test_what_waits_too_long_lapses_in_school_days_and_once(made: MadeUp) -> None:
    breaks = '{"breaks": [["2026-03-09", "2026-03-20"]]}'
    made.put("setting", key="calendar", value=breaks)
    story = Story(made).until("connector_asked")
    assert [each.school_day for each in remind(made.store, date(2026, 3, 5))] == [3]
    assert remind(made.store, date(2026, 3, 6)) == []
    assert expire(made.store, date(2026, 4, 14)) == []
    [lapsed] = expire(made.store, date(2026, 4, 15))
    assert lapsed.state == "lapsed"
    assert story.slots() == {"connector": "back"}
    assert expire(made.store, date(2026, 4, 16)) == []


def test_an_answer_given_on_the_last_day_counts_and_one_after_the_record_of_silence_does_not(made: MadeUp) -> None:
    story = Story(made).until("connector_asked")
    assert story.does("connector", "connector_agree", today=date(2026, 3, 31)).state == "connector_agreed"
    made.learner("bo")
    late = Story(made, learner="bo").until("connector_asked")
    expire(made.store, date(2026, 6, 1))
    with pytest.raises(StaleVersion):
        late.does("connector", "connector_agree", today=date(2026, 6, 1))


def test_a_clock_set_back_dates_no_step_before_the_one_it_follows(made: MadeUp) -> None:
    story = Story(made)
    story.does("learner", "request", today=DAY - timedelta(days=400))
    assert [each["date"] for each in history(made.store, story.id)] == [DAY, DAY]
    assert expire(made.store, DAY - timedelta(days=400)) == []


def test_a_standing_consent_answers_for_the_adult_as_often_as_it_says(made: MadeUp) -> None:
    made.put("standing_consent", person=made.id("mo"), side="connector", ask="talk", monthly=1, since=date(2026, 1, 1))
    first = Story(made).until("approved")
    assert first.does("coordinator", "ask_connector").state == "connector_agreed"
    assert [each["state"] for each in history(made.store, first.id)][-2:] == ["connector_asked", "connector_agreed"]
    made.learner("bo")
    second = Story(made, learner="bo").until("approved")
    assert second.does("coordinator", "ask_connector").state == "connector_asked"


def test_a_small_group_takes_one_place_of_the_target_until_its_last_member_ends(made: MadeUp) -> None:
    made.adult("eva", role="employer_contact", capacity=1)
    stories = []
    for key in ("ana", "bo", "cy"):
        if key != "ana":
            made.learner(key)
        stories.append(Story(made, learner=key, group="g1").until("target_asked"))
    assert made.store.count("reservation", person=made.id("eva"), slot="open") == 1
    for at, story in enumerate(stories):
        assert made.store.count("reservation", person=made.id("eva"), slot="open") == 1
        story.does("learner", "withdraw")
        if at == 1:
            made.learner("di")
            with pytest.raises(CapacityFull):
                Story(made, learner="di").until("connector_agreed").does("coordinator", "ask_target")
    assert made.store.count("reservation", person=made.id("eva"), slot="open") == 0


def test_the_ladder_is_climbed_only_after_the_meeting(made: MadeUp) -> None:
    story = Story(made).until("made")
    with pytest.raises(UsageError):
        record_outcome(made.store, OWNER, story.id, "interview", on=DAY, today=DAY)
    story.until("met")
    later = DAY + timedelta(days=30)
    for _ in range(2):
        record_outcome(
            made.store, story.actor("learner"), story.id, "resource", resource="advice", on=later, today=later
        )
    with pytest.raises(UsageError):
        record_outcome(
            made.store, OWNER, story.id, "second_contact", on=DAY + timedelta(days=91), today=date(2027, 1, 1)
        )
    steps = sorted(row["step"] for row in made.store.find("introduction_outcome", introduction=story.id))
    assert steps == ["met", "resource"]
    assert made.store.count("interaction", introduced_by=story.id) == 2


def test_the_same_introduction_is_not_on_its_way_twice(made: MadeUp) -> None:
    story = Story(made)
    with pytest.raises(StaleVersion):
        Story(made)
    story.does("coordinator", "withhold", reason="not_ready")
    assert story.does("coordinator", "reopen").state == "suggested"


def test_both_stores_answer_with_the_same_bytes(tmp_path: Any, neo4j_url: str) -> None:
    import json

    told = []
    for url in (f"sqlite:///{tmp_path}/twin.db", neo4j_url):
        made = simple(url)
        made.learner("bo", goals=["healthcare"])
        made.assign("mo", "bo")
        Story(made).until("target_asked")
        told.append(json.dumps(made.programme.introductions(as_of="2026-03-03").as_dict()))
        made.programme.close()
    assert told[0] == told[1]

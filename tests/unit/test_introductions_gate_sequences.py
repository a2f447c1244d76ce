"""No sequence of changes ever yields a suggestion that a gate forbids, and none tells a learner or a mentor who was
gated or why: what is said to them does not depend on it."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from graph_service.introductions.choices import Choices
from graph_service.introductions.gates import CODES, GATES
from graph_service.introductions.suggestions import Suggestions
from tests.introductions_world import BORN, MadeUp

LEARNERS = ("ana", "bo")
CONNECTORS, TARGETS = ("mo", "cora"), ("eva", "fay", "gil")
ADULTS = (*CONNECTORS, *TARGETS)
#: Who works at the one employer that has a place and can be left out.
AT_ACME = "eva"
KNOWN_TO = {"eva": ("mo",), "fay": ("mo", "cora"), "gil": ("cora",)}
#: Where the story begins; changes are dated on the days after.
START = date(2026, 3, 2)
WORDS = {gate.code for gate in GATES} | {word for gate in GATES for word in (gate.says, gate.mends) if len(word) > 8}


def share(of: dict[str, list[str]], one: str, other: str) -> bool:
    """Whether two have one in common; whoever said nothing takes any."""
    a, b = of.get(one, []), of.get(other, [])
    return not a or not b or bool(set(a) & set(b))


class Story(RuleBasedStateMachine):
    """Changes of what every gate looks at, in any order; a plain book of what holds now."""

    url: Callable[[], str]

    @initialize()
    def people(self) -> None:
        self.made = MadeUp(self.url())
        self.day = START
        self.allowed = dict.fromkeys(LEARNERS, True)
        self.out = dict.fromkeys(LEARNERS, False)
        self.cleared = dict.fromkeys(ADULTS, True)
        self.status = dict.fromkeys(ADULTS, "consented")
        self.capacity: dict[str, int | None] = dict.fromkeys(ADULTS)
        self.blocks: set[tuple[str, str]] = set()
        self.concerns: set[str] = set()
        self.given: set[str] = set()
        self.mentors = dict.fromkeys(LEARNERS, True)
        self.born: dict[str, date | None] = dict.fromkeys(LEARNERS, BORN["minor"])
        self.gone = dict.fromkeys(LEARNERS, False)
        self.tongue: dict[str, list[str]] = {}
        self.way: dict[str, list[str]] = {}
        self.held: set[str] = set()
        self.apart: set[tuple[str, str]] = set()
        self.place = "North"
        self.excluded = False
        self.made.organization("north high", "school", location="North")
        self.made.organization("acme", "employer", location=self.place)
        for key in ADULTS:
            self.adult(key)
        self.made.affiliate(AT_ACME, "acme", "works_at")
        for key in LEARNERS:
            self.made.learner(key)
            self.made.affiliate(key, "north high", "enrolled_at")
            for connector in CONNECTORS:
                self.made.meet(key, connector, times=2)
        for target in TARGETS:
            for connector in KNOWN_TO[target]:
                self.made.meet(connector, target, times=2)

    def teardown(self) -> None:
        if hasattr(self, "made"):
            self.made.programme.close()

    def adult(self, key: str) -> None:
        fields = {"sector": "healthcare", "tier": "senior", "occupation": "29-1141"} if key in TARGETS else {}
        about = {"status": self.status[key], "capacity": self.capacity[key], "cleared": False}
        self.made.adult(key, role="mentor", **about, **fields, **self.spoken(key))
        if key not in self.given:
            self.given.add(key)
            self.made.clear(key)

    def learner(self, key: str) -> None:
        born, status = self.born[key], "removed" if self.gone[key] else "consented"
        grade = None if born is None else "10"
        more = self.spoken(key)
        self.made.learner(key, consent=False, birth_date=born, grade=grade, status=status, **more)

    def spoken(self, key: str) -> dict[str, Any]:
        return {"languages": self.tongue.get(key, []), "modes": self.way.get(key, [])}

    def change(self, key: str) -> None:
        if key in LEARNERS:
            self.learner(key)
        else:
            self.adult(key)

    def next_day(self) -> date:
        self.day += timedelta(days=1)
        return self.day

    # --- what changes ---------------------------------------------------------------------------------------
    @rule(key=st.sampled_from(LEARNERS), granted=st.booleans())
    def consent(self, key: str, granted: bool) -> None:
        self.made.consent(key, "introduce", granted=granted, since=self.next_day())
        self.allowed[key] = granted

    @rule(key=st.sampled_from(LEARNERS), out=st.booleans())
    def opt_out(self, key: str, out: bool) -> None:
        self.made.consent(key, "directory_opt_out", granted=out, since=self.next_day())
        self.out[key] = out

    @rule(key=st.sampled_from(ADULTS), result=st.sampled_from(["cleared", "pending", "refused"]))
    def clearance(self, key: str, result: str) -> None:
        self.made.clear(key, result=result, since=self.next_day())
        self.cleared[key] = result == "cleared"

    @rule(key=st.sampled_from(ADULTS), status=st.sampled_from(["consented", "invited", "removed"]))
    def agree(self, key: str, status: str) -> None:
        self.status[key] = status
        self.adult(key)

    @rule(key=st.sampled_from(ADULTS), capacity=st.sampled_from([None, 0, 1]))
    def limit(self, key: str, capacity: int | None) -> None:
        self.capacity[key] = capacity
        self.adult(key)

    @rule(learner=st.sampled_from(LEARNERS), adult=st.sampled_from(ADULTS), by_learner=st.booleans())
    def block(self, learner: str, adult: str, by_learner: bool) -> None:
        by, about = (learner, adult) if by_learner else (adult, learner)
        self.made.put("block", by=self.made.id(by), about=self.made.id(about), since=self.next_day())
        self.blocks.add((learner, adult))

    @rule(key=st.sampled_from(ADULTS))
    def concern(self, key: str) -> None:
        self.made.put("concern", about=self.made.id(key), raised_by="learner", date=self.next_day())
        self.concerns.add(key)

    @rule(key=st.sampled_from(LEARNERS), granted=st.booleans())
    def for_mentors(self, key: str, granted: bool) -> None:
        self.made.consent(key, "suggest_to_mentors", granted=granted, since=self.next_day())
        self.mentors[key] = granted

    @rule(key=st.sampled_from(LEARNERS), born=st.sampled_from([BORN["minor"], BORN["adult"], date(2014, 1, 1), None]))
    def age(self, key: str, born: date | None) -> None:
        self.born[key] = born
        self.learner(key)

    @rule(key=st.sampled_from(LEARNERS), gone=st.booleans())
    def leave(self, key: str, gone: bool) -> None:
        self.gone[key] = gone
        self.learner(key)

    @rule(key=st.sampled_from((*LEARNERS, *ADULTS)), language=st.sampled_from([[], ["en"], ["es"]]))
    def speak(self, key: str, language: list[str]) -> None:
        self.tongue[key] = language
        self.change(key)

    @rule(key=st.sampled_from((*LEARNERS, *ADULTS)), mode=st.sampled_from([[], ["in_person"], ["virtual"]]))
    def meet_by(self, key: str, mode: list[str]) -> None:
        self.way[key] = mode
        self.change(key)

    @rule(key=st.sampled_from((*LEARNERS, *ADULTS)))
    def restrict(self, key: str) -> None:
        self.made.put("restriction", person=self.made.id(key), since=self.next_day())
        self.held.add(key)

    @rule(key=st.sampled_from(ADULTS))
    def take_a_break(self, key: str) -> None:
        self.made.put("pause", person=self.made.id(key), since=self.next_day())
        self.held.add(key)

    @rule(learner=st.sampled_from(LEARNERS), to=st.sampled_from(TARGETS), declined=st.booleans())
    def introduce(self, learner: str, to: str, declined: bool) -> None:
        """One is on its way, or has just ended with a no of the target."""
        day, ends = self.next_day(), (("learner", learner), ("connector", "mo"), ("target", to))
        fields = {name: self.made.id(key) for name, key in ends}
        state = "declined" if declined else "requested"
        id = self.made.put("introduction", state=state, since=day, suggested=day, **fields)
        if declined:
            step = {"introduction": id, "step": 7, "date": day, "source": "target_asked", "state": "declined"}
            self.made.put("introduction_event", **step, actor=to, role="target")
        self.apart.add((learner, to))

    @rule(place=st.sampled_from(["North", "South"]))
    def move_house(self, place: str) -> None:
        self.place = place
        self.made.organization("acme", "employer", location=place)

    @rule(excluded=st.booleans())
    def leave_out(self, excluded: bool) -> None:
        self.excluded = excluded

    # --- what holds -----------------------------------------------------------------------------------------
    def bars(self, learner: str, adult: str) -> bool:
        """Whether the book forbids to bring the adult to the learner."""
        return (
            not self.cleared[adult]
            or self.status[adult] != "consented"
            or self.capacity[adult] == 0
            or (learner, adult) in self.blocks
            or adult in self.concerns
            or adult in self.held
            or (self.excluded and adult == AT_ACME)
        )

    def misfit(self, learner: str, target: str) -> bool:
        """Whether the book forbids that the two meet, though each may be part of other paths."""
        return (
            (learner, target) in self.apart
            or not share(self.tongue, learner, target)
            or not share(self.way, learner, target)
            or (target == AT_ACME and self.place != "North")
        )

    def may(self, learner: str) -> bool:
        """Whether the learner may be introduced at all: guardians sign for minors alone."""
        signed = self.allowed[learner] and self.mentors[learner] and self.born[learner] == BORN["minor"]
        return signed and not self.out[learner] and not self.gone[learner] and learner not in self.held

    @invariant()
    def the_promises_hold(self) -> None:
        if hasattr(self, "made"):
            out = ("acme",) if self.excluded else ()
            choices = Choices.shipped().with_(same_region=True, excluded_organizations=out)
            found = self.made.programme.introductions(as_of=self.day, recommender=choices)
            told = found.as_dict()["learners"]
            self.nothing_forbidden_is_suggested_and_nothing_allowed_is_kept_back(told)
            self.what_learners_and_asked_adults_read_never_says_who_was_gated_or_why(found, told)

    def nothing_forbidden_is_suggested_and_nothing_allowed_is_kept_back(self, told: list[dict[str, Any]]) -> None:
        for each in told:
            learner = each["learner"]
            expected = set()
            if self.may(learner):
                for target in TARGETS:
                    ways = [each for each in KNOWN_TO[target] if not self.bars(learner, each)]
                    if ways and not self.bars(learner, target) and not self.misfit(learner, target):
                        expected.add(target)
            assert {suggestion["target"] for suggestion in each["suggestions"]} == expected

    def what_learners_and_asked_adults_read_never_says_who_was_gated_or_why(
        self, found: Suggestions, told: list[dict[str, Any]]
    ) -> None:
        offered = {each["learner"]: each["suggestions"] for each in told}
        for audience in ("learner", "connector", "target"):
            for each in found.explain(audience):
                text = json.dumps(each)
                assert not [word for word in WORDS if word in text]
                named = {s[end] for s in offered[each["learner"]] for end in ("target", "connector")}
                assert not [key for key in ADULTS if key not in named and f"{key} " in text.replace(".", " ")]
        for each in found.explain("learner"):
            # Where nothing can be offered, the words are the same whatever the reason is.
            if not each["suggestions"]:
                assert each["nothing"] == NOTHING


NOTHING: dict[str, Any] = {}


def test_no_sequence_of_changes_gets_past_a_gate_or_gives_one_away(tmp_path: Path) -> None:
    from graph_service.introductions.explain import nothing

    NOTHING.update(nothing("en"))
    number = iter(range(10_000))
    Story.url = staticmethod(lambda: f"sqlite:///{tmp_path}/{next(number)}.db")  # type: ignore[assignment]
    chosen = settings(
        max_examples=12, stateful_step_count=8, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Story, settings=chosen)  # type: ignore[no-untyped-call]


def answers(made: MadeUp, audience: str) -> str:
    """What an audience reads of Ana's suggestions, and what the learner's list holds."""
    return json.dumps(made.programme.introductions("ana", as_of=START).explain(audience), sort_keys=True)


def bar(made: MadeUp, how: str) -> None:
    """Keep Eva from Ana, in one of the ways that there are."""
    if how == "no_clearance":
        made.clear("eva", result="refused", since=date(2026, 2, 1))
    elif how == "not_consented":
        made.adult("eva", status="invited", cleared=False)
    elif how == "removed":
        made.adult("eva", status="removed", cleared=False)
    elif how == "frozen":
        made.put("concern", about=made.id("eva"), raised_by="learner", date=date(2026, 2, 1))
    elif how == "no_capacity":
        made.adult("eva", capacity=0, cleared=False)
    elif how == "blocked":
        made.put("block", by=made.id("eva"), about=made.id("ana"))
    else:
        made.consent("ana", "introduce", granted=False, since=date(2026, 2, 1))


WAYS = ("no_clearance", "not_consented", "removed", "frozen", "no_capacity", "blocked", "consent_missing")


@pytest.mark.parametrize("audience", ["learner", "connector", "target"])
def test_the_answer_is_the_same_to_the_letter_whichever_gate_it_was(tmp_path: Path, audience: str) -> None:
    told = set()
    for how in WAYS:
        assert how in CODES
        made = MadeUp(f"sqlite:///{tmp_path}/{how}.db")
        made.learner("ana", birth_date=BORN["minor"])
        made.adult("mo")
        made.adult("eva")
        made.meet("ana", "mo")
        made.meet("mo", "eva")
        bar(made, how)
        told.add(answers(made, audience))
        made.programme.close()
    assert len(told) == 1

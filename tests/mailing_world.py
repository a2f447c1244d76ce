"""A made-up programme with introductions on their way and people who can be written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from graph_service.actions.mail_rules import change
from graph_service.actions.moves import Moved, move, propose
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.settings import Settings
from tests.introductions_world import MadeUp, simple

DAY = date(2026, 3, 2)
#: A Monday morning, outside quiet hours.
MORNING = datetime(2026, 3, 2, 10, tzinfo=UTC)
WORKER = {"sector": "manufacturing", "tier": "senior", "occupation": "17-2141"}
STEPS = [
    ("learner", "request"), ("coordinator", "approve"), ("coordinator", "ask_connector"),
    ("connector", "connector_agree"), ("coordinator", "ask_target"), ("target", "target_agree"),
    ("coordinator", "make"),
]  # fmt: skip
STATES = [
    "suggested", "requested", "approved", "connector_asked", "connector_agreed", "target_asked", "target_agreed",
    "made",
]  # fmt: skip


class Town(MadeUp):
    """Ana knows Mo, who knows Eva; Cory coordinates. Each has an address; Ana's is a school's."""

    now: Moved

    def mail_settings(self, mail: str, **more: Any) -> Settings:
        given = {
            "store": self.store.url,
            "mail": mail,
            "mail_from": "hello@programme.example.org",
            "public_url": "https://graph.example.org",
        }
        return Settings(**(given | more))

    def walk(
        self, state: str, learner: str = "ana", target: str = "eva", today: date = DAY, connector: str = "mo"
    ) -> str:
        """An introduction up to a state; its id."""
        who = {"learner": learner, "connector": connector, "target": target}
        moved = propose(self.store, OWNER, *(self.id(key) for key in who.values()), today=today, goal="manufacturing")
        for party, name in STEPS[: STATES.index(state)]:
            actor = OWNER if party == "coordinator" else self.actor(who[party])
            moved = move(self.store, actor, moved.introduction, name, moved.version, today=today)
        self.now = moved
        return moved.introduction

    def actor(self, key: str) -> Actor:
        return Actor(key, "mentor", frozenset(), self.id(key))

    def messages(self, state: str | None = None) -> list[dict[str, Any]]:
        return self.store.find("message", **({} if state is None else {"state": state}))


def town(url: str) -> Town:
    """One path, everybody with an address, mail to learners switched on for one school."""
    made = simple(url)
    made.__class__ = Town
    assert isinstance(made, Town)
    born = {"birth_date": date(2009, 6, 1), "grade": "11"}
    named = {"given_name": "Anabel", "family_name": "Lernersen", "email": "ana@school.example.org"}
    made.someone("ana", roles=["learner"], goals=["manufacturing"], **born, **named)
    made.someone("mo", roles=["mentor"], status="consented", given_name="Mo", family_name="Mentorsen",
                 email="mo@work.example.org")  # fmt: skip
    made.someone("eva", roles=["employer_contact"], status="consented", sector="manufacturing", tier="senior",
                 given_name="Eva", family_name="Engel", email="eva@acme.example.org", occupation="17-2141",
                 languages=[])  # fmt: skip
    made.someone("cory", roles=["coordinator"], given_name="Cory", email="cory@school.example.org")
    made.assign("cory", "ana")
    made.consent("ana", "share_name")
    made.consent("ana", "messages")
    change(made.store, {"name": "Bridge Example", "school_addresses": ["school.example.org"]})
    return made


@dataclass(frozen=True)
class Trio:
    """One introduction of three people of its own, by own key."""

    id: str
    version: int
    learner: str
    connector: str
    target: str


def trio(made: Town, state: str) -> Trio:
    """Three new people, called as the first three are, and their introduction up to a state."""
    n = made.store.count("person")
    learner, connector, target = f"ana{n}", f"mo{n}", f"eva{n}"
    made.learner(learner, given_name="Anabel", family_name="Lernersen", goals=["manufacturing"])
    made.consent(learner, "share_name")
    adults = ((connector, "mentor", "Mo", "Mentorsen", {}), (target, "employer_contact", "Eva", "Engel", WORKER))
    for key, role, given, family, more in adults:
        names = {"given_name": given, "family_name": family, "email": f"{key}@acme.example.org"}
        made.adult(key, role=role, **names, **more)
    made.assign("cory", learner)
    made.meet(learner, connector)
    made.meet(connector, target)
    id = made.walk(state, learner, target, connector=connector)
    return Trio(id, made.now.version, learner, connector, target)


def many(url: str, learners: int) -> Town:
    """The same with as many targets as learners: each introduction a mail of its own to somebody."""
    made = town(url)
    for k in range(learners):
        made.learner(f"l{k}", given_name=f"Learner{k}", goals=["manufacturing"])
        made.adult(f"t{k}", role="employer_contact", sector="manufacturing", email=f"t{k}@acme.example.org")
        made.walk("target_asked", f"l{k}", f"t{k}")
    return made


def folder_settings(made: Town, folder: Path, **more: Any) -> Settings:
    """Mail into a folder."""
    return made.mail_settings(f"file://{folder}", **more)

"""A made-up region: two districts, one intermediary, employers, and somebody of every role.

Everybody's name is a word of its own, so that a test can look for it anywhere in an answer.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from fastapi import FastAPI

import graph_service as gs
from graph_service.disclosure.scope import Actor
from graph_service.errors import BadToken
from graph_service.records.registry import KINDS
from graph_service.records.resources import RESOURCES
from tests.world import World

DAY = date(2026, 3, 1)
LEARNERS = {"lea": "east-high", "leo": "east-high", "lew": "west-high"}
ADULTS = {"mia": "acme", "eve": "bolt", "cal": None, "fay": None}


def name_of(key: str) -> str:
    """A name that occurs nowhere else."""
    return f"Zq{key.title()}example"


class Region(World):
    """East and West, each with a school; a chamber; two employers; records of every kind in both districts."""

    def __init__(self, programme: gs.Programme) -> None:
        super().__init__(programme)
        self.records: dict[str, dict[str, str]] = {}
        self.organization("chamber", "intermediary")
        for district in ("east", "west"):
            self.organization(district, "district")
            school = f"{district}-high"
            self.organization(school, "school", parent=self.id(district, "organization"))
        for employer in ("acme", "bolt"):
            self.organization(employer, "employer")
        for key, school in LEARNERS.items():
            self.person(key, "learner", given_name=name_of(key))
            self.affiliate(key, school, "enrolled_at")
        roles = {"mia": "mentor", "eve": "employer_contact", "cal": "counsellor", "fay": "family"}
        for key, employer in ADULTS.items():
            self.person(key, roles[key], given_name=name_of(key))
            if employer:
                self.affiliate(key, employer, "works_at")
        for key in ("lea", "lew"):
            self._evidence_about(key)
        self._partners()

    def keep(self, kind: str, named: str, /, **fields: object) -> str:
        """A record of a kind that belongs to a learner's district or, for other keys, to nobody's."""
        id = self.store.internal_id(kind, "region", named)
        self.store.put(kind, {"id": id, **fields})
        self.records.setdefault(kind, {})[named] = id
        return id

    def _evidence_about(self, key: str) -> None:
        who, day = self.id(key), date(2026, 2, 1)
        self.keep("interaction", key, date=day, kind="meeting", participants=[
            {"id": who, "role": "learner"}, {"id": self.id("mia"), "role": "mentor"}])  # fmt: skip
        self.keep("stated_tie", key, ego=who, alter=self.id("mia"), wave="w1", date=day)
        self.keep("stated_tie", f"{key}-private", ego=who, alter=self.id("fay"), wave="w1", date=day, private=True)
        self.keep("relation", key, ego=who, alter=self.id("fay"), relation="family")
        self.keep("subgroup", key, person=who, attribute="low_income", value="yes")
        self.keep("consent", key, person=who, purpose="introduce", by="guardian", since=day)
        self.keep("caseload", key, adult=self.id("cal" if key == "lea" else "mia"), learner=who)
        self.keep("experience", key, learner=who, activity="job_shadow", state_since=day)
        self.records.setdefault("person", {})[key] = who
        self.records.setdefault("affiliation", {})[key] = self.store.internal_id(
            "affiliation", "local", f"{key}|{LEARNERS[key]}|enrolled_at"
        )

    def _partners(self) -> None:
        acme, bolt = self.id("acme", "organization"), self.id("bolt", "organization")
        self.records["organization"] = {"acme": acme, "bolt": bolt}
        self.keep("clearance", "mia", person=self.id("mia"), result="cleared", since=date(2025, 9, 1))
        for key, host in (("acme", acme), ("bolt", bolt)):
            self.keep("slot", key, host=host, activity="job_shadow", since=date(2026, 1, 1))
        versions = {"parameters": "{}", "versions": '{"catalogue": "1", "code": "1"}', "aggregates": "{}"}
        self.keep("wave", "w1", key="w1", as_of=DAY, known_revision=1, **versions)

    def put_basis(self, role: str, organization: str, until: date | None = None) -> None:
        """A recorded legal basis that opens a district's learners to a role."""
        place = self.id(organization, "organization")
        more = {"since": date(2025, 9, 1), "until": until}
        self.keep("legal_basis", f"{role}-{organization}", role=role, organization=place, basis="audit_evaluation",
                  purpose="audit", **more)  # fmt: skip

    def actors(self) -> dict[str, tuple[Actor, frozenset[str]]]:
        """Somebody of every role and site, with the keys of those whom they may hear of."""
        east = frozenset([self.id("east", "organization")])
        adults, easterners, everybody = frozenset(ADULTS), frozenset({"lea", "leo"}), frozenset({*ADULTS, *LEARNERS})
        professionals = adults - {"fay"}
        return {
            "coordinator of the region": (Actor("a", "coordinator"), everybody),
            "coordinator of East": (Actor("b", "coordinator", east), easterners | adults),
            "counsellor with a caseload": (Actor("c", "coordinator", frozenset(), self.id("cal")), adults | {"lea"}),
            "coordinator of nothing": (Actor("d", "coordinator", frozenset()), adults),
            "administrator": (Actor("e", "admin"), everybody),
            "director of the region": (Actor("f", "director"), professionals),
            "director of East": (Actor("g", "director", east), professionals),
            "safeguarding lead of East": (Actor("h", "lead", east), easterners | adults),
            "mentor": (Actor("i", "mentor", frozenset(), self.id("mia")), frozenset({"mia"})),
            "employer contact": (Actor("j", "employer", frozenset(), self.id("eve")), frozenset({"eve"})),
            "evaluator": (Actor("k", "evaluator"), frozenset()),
            "learner": (Actor("l", "learner", frozenset(), self.id("lea")), frozenset({"lea", "mia", "cal", "fay"})),
            "account of nobody": (Actor("m", "learner", frozenset()), frozenset()),
        }


def region(folder: Path, url: str | None = None) -> Iterator[Region]:
    """The region in a store of its own."""
    with gs.open(url or f"sqlite:///{folder}/region.db") as programme:
        yield Region(programme)


#: The one token that signs somebody in, so that what happens without it is seen as well.
TOKEN = {"Authorization": "Bearer good"}


def sign_in(app: FastAPI, actor: Actor) -> None:
    """Let the token stand for an actor, as a provider's would."""

    def signed_in(token: str) -> Actor:
        if token != "good":
            raise BadToken()
        return actor

    app.state.service.signed_in = signed_in


EVIDENCE = tuple(each for each in RESOURCES if each.people and each.kind in KINDS)

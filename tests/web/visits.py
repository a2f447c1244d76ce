"""Every page there is, made from the table of routes: one list for tests, pictures and timings.

`VISITS` says for each route of a page where it can be seen: the addresses, and who sits there. A route without an entry
fails `test_every_page_is_on_the_list`, so that a new page is tested, drawn and timed, or says here why not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from graph_service.actions import concerns, guardians, links
from graph_service.actions.events import code_of, sign_in
from graph_service.actions.mail_rules import change
from graph_service.actions.thread import say
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.store.store import Store


@dataclass(frozen=True)
class Visit:
    """A page as somebody sees it. path: places in braces are filled in; seat: owner, learner, mentor, lead."""

    name: str
    path: str
    seat: str = "owner"

    @property
    def twin(self) -> str:
        """Where the same is as data."""
        path, mark, query = self.path.partition("?")
        return f"{path}.json{mark}{query}"


#: Routes that answer a browser with something else than a page, each with what it is.
NO_PAGES: Mapping[str, str] = {
    "/": "leads to the first page",
    "/sign-in": "leads to the provider of accounts",
    "/signed-in": "comes back from the provider of accounts; its pages are in test_sign_in",
    "/evaluation/codebook.csv": "a file",
    "/evaluation/{part}.{form}": "a file",
    "/me/team.html": "a file to keep; test_my_team opens it",
    "/me/team.vcf": "a file",
    "/setup/import/{name}/rejects.csv": "a file",
}
VISITS: Mapping[str, tuple[Visit, ...]] = {
    "/today": (Visit("today", "/today"), Visit("today-short", "/today?minutes=1")),
    "/worklist": (
        Visit("worklist", "/worklist?limit=25"),
        Visit("worklist-few", "/worklist?group=few"),
        Visit("worklist-nobody", "/worklist?q=nobody"),
    ),
    "/learners/{id}": (Visit("learner", "/learners/{learner}"), Visit("learner-new", "/learners/{alone}")),
    "/introductions": (Visit("introductions", "/introductions"),),
    "/introductions/{id}": (Visit("introduction", "/introductions/{introduction}"),),
    "/introductions/threads/{id}": (Visit("thread", "/introductions/threads/{made}"),),
    "/events": (Visit("events", "/events"),),
    "/events/{id}": (Visit("event", "/events/{event}"),),
    "/events/{id}/kiosk": (Visit("kiosk", "/events/{event}/kiosk"),),
    "/e/{code}": (Visit("door", "/e/{code}"),),
    "/mentors": (Visit("mentors", "/mentors"),),
    "/programme": (Visit("programme", "/programme"),),
    "/cohort": (Visit("cohort", "/cohort"),),
    "/map": (Visit("map", "/map"), Visit("map-waves", "/map?days=180")),
    "/know": (Visit("know", "/know?adult={adult}&site={site}"), Visit("know-who", "/know")),
    "/same": (Visit("same", "/same"),),
    "/class-form": (Visit("class-form", "/class-form?site={site}"),),
    "/sign-in-sheet": (Visit("sign-in-sheet", "/sign-in-sheet?site={site}"),),
    "/setup": (Visit("setup", "/setup"),),
    "/setup/start": (Visit("start", "/setup/start"),),
    "/setup/ties": (Visit("ties", "/setup/ties?half_life=60"),),
    "/setup/import": (Visit("import", "/setup/import"),),
    "/setup/calendar": (Visit("calendar", "/setup/calendar"),),
    "/setup/consents": (Visit("consents", "/setup/consents"),),
    "/setup/checks": (Visit("checks", "/setup/checks"),),
    "/setup/members": (Visit("members", "/setup/members"),),
    "/setup/year": (Visit("year", "/setup/year"),),
    "/setup/hand-over": (Visit("hand-over", "/setup/hand-over?giver={giver}&taker={adult}"),),
    "/work": (Visit("work", "/work"),),
    "/work/{name}": (
        Visit("employers", "/work/employers?limit=20"),
        Visit("experiences", "/work/experiences?limit=20"),
        Visit("priorities", "/work/priorities?limit=20"),
        Visit("coverage", "/work/coverage"),
        Visit("caseloads", "/work/caseloads"),
        Visit("convenings", "/work/convenings"),
        Visit("colleagues", "/work/colleagues"),
    ),
    "/work/enter": (Visit("enter", "/work/enter"),),
    "/work/enter/{path}": (
        Visit("enter-vision", "/work/enter/vision-targets"),
        Visit("enter-attendance", "/work/enter/attendance"),
        Visit("enter-slots", "/work/enter/slots"),
    ),
    "/work/enter/{path}/{id}": (Visit("enter-barrier", "/work/enter/barriers/{barrier}"),),
    "/work/employer/{key}": (Visit("employer", "/work/employer/{employer}"),),
    "/work/broker": (Visit("broker", "/work/broker"),),
    "/work/equity": (Visit("equity", "/work/equity"),),
    "/work/community/{id}": (Visit("community", "/work/community/{community}"),),
    "/work/community/{id}/{what}": (
        Visit("rate", "/work/community/{community}/rate"),
        Visit("agree", "/work/community/{community}/agree"),
    ),
    "/work/experience": (Visit("request", "/work/experience"),),
    "/work/experience/{id}": (Visit("placement", "/work/experience/{placement}"),),
    "/evaluation": (Visit("evaluation", "/evaluation"),),
    "/evaluation/report": (Visit("report", "/evaluation/report"),),
    "/evaluation/downloads": (Visit("downloads", "/evaluation/downloads"),),
    "/glossary": (Visit("glossary", "/glossary"),),
    "/me": (Visit("my-team", "/me", "learner"), Visit("my-team-looked-at", "/me?learner={alone}")),
    "/me/sharing": (Visit("sharing", "/me/sharing", "learner"),),
    "/me/take": (Visit("take", "/me/take", "learner"),),
    "/me/concern": (Visit("concern-learner", "/me/concern", "learner"),),
    "/me/threads/{id}": (Visit("thread-learner", "/me/threads/{made}", "learner"),),
    "/mentor": (Visit("mentor", "/mentor", "mentor"),),
    "/mentor/year": (Visit("mentor-year", "/mentor/year", "mentor"),),
    "/mentor/wrong": (Visit("concern-mentor", "/mentor/wrong", "mentor"),),
    "/mentor/threads/{id}": (Visit("thread-mentor", "/mentor/threads/{made}", "mentor"),),
    "/wrong": (Visit("wrong", "/wrong"),),
    "/concerns": (Visit("concerns", "/concerns", "lead"),),
    "/link/decide/{token}": (Visit("decide", "/link/decide/{decide}"),),
    "/link/desk/{token}": (Visit("visit", "/link/desk/{desk}"),),
    "/link/sign/{token}": (Visit("sign", "/link/sign/{sign}"),),
    "/link/stop/{token}": (Visit("stop", "/link/stop/{stop}"),),
    "/link/wrong": (Visit("wrong-anybody", "/link/wrong"),),
    "/link/wrong/{token}": (Visit("wrong-link", "/link/wrong/{desk}"),),
    "/sign-out": (Visit("sign-out", "/sign-out"),),
}
ALL: tuple[Visit, ...] = tuple(visit for visits in VISITS.values() for visit in visits)


def routes(app: Any) -> Iterator[str]:
    """The routes that a browser can open, without the API, its data and static files."""
    for each in app.routes:
        contexts = each.effective_route_contexts() if hasattr(each, "effective_route_contexts") else [each]
        for made in contexts:
            path = made.path
            reads = "GET" in (getattr(made, "methods", None) or ())
            # Data of pages, and what a machine asks the service for, are no pages.
            if (
                reads
                and not path.startswith(("/api/", "/static"))
                and not path.endswith((".json", "/healthz", "/readyz"))
            ):
                yield path


@dataclass(frozen=True)
class Places:
    """What fills the braces of a path, and who sits where."""

    named: Mapping[str, str]
    seats: Mapping[str, Actor]

    def path(self, visit: Visit) -> str:
        """Where a visit leads."""
        return visit.path.format(**self.named)

    def twin(self, visit: Visit) -> str:
        """Where the same is as data."""
        return visit.twin.format(**self.named)


def furnish(programme: Any, today: date) -> Places:
    """Add to a made-up programme what some pages are about (waves, an event, links, a thread), and find the rest."""
    store: Store = programme.store
    for name, day in (("autumn", today - timedelta(days=150)), ("spring", today)):
        programme.waves.take(name, day)
        programme.waves.release(name)
    snapshot = programme.snapshot(today)
    people = snapshot.people
    learners = [people.ids[at] for at in range(len(people.ids)) if people.roster[at]]
    ties = dict(zip(people.ids, np.diff(snapshot.graph.indptr).tolist(), strict=True))
    # Ids depend on the secret of the store; the same pages are looked at in every one.
    introductions = sorted(
        store.page("introduction", "", 2000), key=lambda row: (row["suggested"], row["message"] or "")
    )
    made = max((row for row in introductions if row["state"] == "made"), key=lambda row: ties[row["learner"]])
    asked = next((row for row in introductions if row["state"] == "target_asked"), made)
    staff = next(row for row in store.find("person") if "coordinator" in row["roles"])
    mentor = next(row for row in store.find("person") if "mentor" in row["roles"])
    carer = store.page("caseload", "", 1)[0]["adult"]
    change(store, {"lead": staff["id"]})
    seats = {
        "owner": OWNER,
        "learner": Actor("learner", "learner", person=made["learner"]),
        "mentor": Actor("mentor", "mentor", frozenset(), made["target"]),
        "lead": Actor("lead", "lead", person=staff["id"]),
    }
    say(store, seats["mentor"], made["id"], "See you on Friday at three.", today=today, repeat="visit")
    concerns.report(store, seats["mentor"], "mentor", "A made-up concern, to be looked at.", today=today)
    event = {"id": "exampleevent0000", "name": "Spring fair (example)", "date": today, "kind": "career_fair"}
    store.put("event", event | {"guests": [mentor["id"]]})
    sign_in(store, event["id"], learners[:6], "kiosk", actor="visits")
    guardian = guardians.add_guardian(store, made["learner"], email="guardian@home.example.org", language="en")

    def token(purpose: Any, person: str, about: str = "", party: str = "target") -> str:
        return links.issue(store, links.Link(purpose, person, today + timedelta(days=30), about, party))

    named = {
        "learner": max(learners, key=lambda id: ties[id]),
        "alone": min(learners, key=lambda id: ties[id]),
        "introduction": introductions[0]["id"],
        "made": made["id"],
        "event": event["id"],
        "code": code_of(store, event["id"]),
        "adult": mentor["key"],
        "giver": store.get("person", carer)["key"],  # type: ignore[index]
        "site": next(row["id"] for row in store.find("organization", kind="school")),
        "employer": store.get("organization", store.page("employer_ask", "", 1)[0]["organization"])["key"],  # type: ignore[index]
        "community": store.page("community", "", 1)[0]["id"],
        "barrier": store.page("barrier", "", 1)[0]["id"],
        "placement": next(row["id"] for row in store.page("experience", "", 500) if row["state"] == "running"),
        "decide": token("decide", asked["target"], asked["id"]),
        "desk": token("desk", made["target"]),
        "sign": token("sign", made["learner"], guardian, "guardian"),
        "stop": token("stop", made["target"]),
    }
    return Places(named, seats)

"""Every page there is, for the tests that hold for all of them."""

from __future__ import annotations

from tests.web.town import Site

#: Paths; a key after /learners/ or `learner=` stands for the person's id.
PAGES = (
    "/today",
    "/today?minutes=1",
    "/worklist",
    "/worklist?q=nobody",
    "/worklist?group=few",
    "/learners/ana",
    "/learners/ivo",
    "/introductions",
    "/programme",
    "/map",
    "/map?days=90",
    "/class-form",
    "/sign-in-sheet",
    "/evaluation",
    "/evaluation/report",
    "/evaluation/downloads",
    "/glossary",
    "/cohort",
    "/events",
    "/setup/year",
    "/setup/calendar",
    "/know",
    "/know?adult=eng",
    "/same",
    "/setup",
    "/setup/import",
    "/setup/members",
    "/me?learner=ana",
    "/me?learner=ivo",
    "/me/sharing?learner=ana",
    "/me/take?learner=ana",
)
#: Pages without a view of their own.
WITHOUT_TWIN = (
    "/setup/year",
    "/setup/calendar",
    "/setup/import",
    "/setup/members",
    "/evaluation/report",
    "/evaluation/downloads",
    "/me/take?learner=ana",
)


def path_of(town: Site, where: str) -> str:
    """A page's path, with a person's key replaced by the id in addresses."""
    if where.startswith("/learners/"):
        return town.learner(where.removeprefix("/learners/"))
    path, mark, key = where.partition("learner=")
    return f"{path}{mark}{town.world.id(key)}" if mark else where

"""Whom an adult knows, and records that may be the same person."""

from pydantic import Field

from graph_service.desks.views.base import About, SiteCount, View


class Tick(View):
    """A learner on the list of an adult."""

    learner: str = Field(description="internal id")
    name: str
    site: str | None
    known: bool = Field(description="the adult has said so already")


class Ticks(View):
    """Learners of a site, for an adult to tick whom they know."""

    about: About
    adult: str | None = Field(description="internal id; null until somebody says who they are")
    adult_name: str | None
    rows: tuple[Tick, ...]
    total: int
    sites: tuple[SiteCount, ...]


class Twin(View):
    """Two records that may be the same person, and what speaks for it."""

    duplicate: str = Field(description="internal id")
    kept: str
    duplicate_key: str
    kept_key: str
    name: str
    evidence: tuple[str, ...] = Field(
        description="same_name, same_birth_date, same_mail, same_phone, same_place, same_role"
    )
    against: tuple[str, ...] = Field(description="different_birth_date, different_place")


class Merged(View):
    """Two records that count as one."""

    id: str
    duplicate_name: str
    kept_name: str
    evidence: str | None


class KeptApart(View):
    """Two records that somebody said are two people."""

    id: str
    one_name: str
    other_name: str


class Twins(View):
    """The queue of records that may be the same person, the surest first; and those that were joined."""

    about: About
    rows: tuple[Twin, ...]
    total: int
    merged: tuple[Merged, ...]
    apart: tuple[KeptApart, ...] = Field(description="pairs that are two people, and not proposed again")

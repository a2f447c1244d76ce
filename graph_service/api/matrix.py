"""Which role may ask which route for what: read from the routes' own dependencies and the policy, never by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from graph_service.api import access
from graph_service.disclosure import policy
from graph_service.records.resources import BY_PATH, Resource
from graph_service.records.vocabulary import vocabulary

#: Routes that answer people who are not signed in, each with why.
PUBLIC = {
    "/healthz": "whether the process is alive",
    "/readyz": "whether it answers requests",
    "/openapi.json": "the description of the API",
    "/": "leads to the first page",
    "/sign-in": "leads to the sign-in provider",
    "/signed-in": "takes back whom the provider confirms",
    "/sign-out": "asks before a session is ended, and ends it",
    # What a mailed link opens is looked at by the link itself: signed, for one purpose, until a day.
    "/link/decide/{token}": "one question, by its link",
    "/link/decide/{token}.json": "one question, by its link",
    "/link/desk/{token}": "the door of somebody's own desk, by its link",
    "/link/code/{token}": "a code by mail to the link's person",
    "/link/visit/{token}": "opens a visit with a mailed code",
    "/link/sign/{token}": "a guardian's form, by its link",
    "/link/wrong": "says that something is wrong, without signing in",
    "/link/wrong/{token}": "says that something is wrong, by any link",
    "/e/{code}": "sign-in to an event of the day, by its code; it tells nothing",
    "/link/stop/{token}": "ends mails to the link's person",
    **dict.fromkeys(
        (
            "/link/desk/{token}.json",
            "/link/sign/{token}.json",
            "/link/wrong.json",
            "/link/wrong/{token}.json",
            "/link/stop/{token}.json",
            "/e/{code}.json",
            "/sign-out.json",
        ),
        "the same as data",
    ),
}
ROLES = vocabulary("desk_roles").codes
NOTHING, EVERYBODY, WHOLE = "-", "signed in", "whole programme"
RECORDS = "/api/v1/"


@dataclass(frozen=True)
class Row:
    """One route: per role what it may ask for ("-": the route answers 403), or why the route is public.

    whole: only for accounts that see all of the programme.
    """

    method: str
    path: str
    cells: dict[str, str]
    public: str = ""
    whole: bool = False


def rows(app: FastAPI) -> list[Row]:
    """Every route with every role. Raises LookupError for a route that nobody guards."""
    found = []
    for path, methods, dependant in _routes(app):
        for method in sorted(set(methods) - {"HEAD"}):
            found.append(_row(method, path, dependant))
    return sorted(found, key=lambda row: (not row.path.startswith(RECORDS), row.path, row.method))


def resource_of(path: str) -> Resource | None:
    """The resource whose records a route carries."""
    first = path.removeprefix(RECORDS).split("/")[0]
    return BY_PATH.get(first) if path.startswith(RECORDS) else None


def _row(method: str, path: str, dependant: Any) -> Row:
    if path in PUBLIC:
        return Row(method, path, {}, PUBLIC[path])
    calls = list(_calls(dependant))
    whole = any(getattr(call, "whole", False) for call in calls)
    desks = [name for call in calls if (name := getattr(call, "desk", None)) is not None]
    if desks:
        allowed = [set(policy.DESKS[name]) for name in desks]
        said = (lambda role: WHOLE) if whole else _of_desk
        cells = {role: said(role) if all(role in each for each in allowed) else NOTHING for role in ROLES}
    elif access.records in calls and (of := resource_of(path)) is not None:
        cells = {role: _of_records(role, of.kind, method) for role in ROLES}
    elif access.actor in calls:
        cells = dict.fromkeys(ROLES, EVERYBODY)
    else:
        raise LookupError(f"Nobody guards {method} {path}: give it a desk, or say in PUBLIC why it needs none.")
    return Row(method, path, cells, whole=whole)


def _of_desk(role: str) -> str:
    single, counts = policy.LEARNERS.get(role), policy.COUNTED.get(role)
    return "; ".join(part for part in (single, f"counts {counts}" if counts else None) if part) or "self"


def _of_records(role: str, kind: str, method: str) -> str:
    found = [each for each in policy.grants(role, kind) if method == "GET" or each.writes]
    return ", ".join(dict.fromkeys(each.relation for each in found)) or NOTHING


def _routes(app: FastAPI) -> Iterator[tuple[str, set[str], Any]]:
    each: Any
    for each in app.routes:
        if hasattr(each, "effective_route_contexts"):
            yield from ((made.path, made.methods, made.dependant) for made in each.effective_route_contexts())
        elif hasattr(each, "dependant"):
            yield each.path, each.methods or set(), each.dependant


def _calls(dependant: Any) -> Iterator[Any]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)


def page(*apps: FastAPI) -> str:
    """The same as a page of the reference."""
    lines = ["# Routes and roles", ""]
    lines += ["What a role may ask a route for; `-` is refused with 403. What is out of scope is answered as if it"]
    lines += ["were not there. The rules are the data in `graph_service/disclosure/policy.py`:", ""]
    lines += [
        "| relation | holds where |",
        "|---|---|",
        *(f"| {name} | {what} |" for name, what in policy.RELATIONS.items()),
    ]
    lines += [f"| {EVERYBODY} | whoever is signed in: nothing about anybody is told |"]
    lines += [f"| {WHOLE} | the account sees all of the programme, not single sites |"]
    lines += ["| counts plain | counts over the learners of the own sites |"]
    lines += ["| counts suppressed | counts with small groups hidden, so that nothing can be subtracted |", ""]
    head = ["route", *ROLES]
    lines += ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    made = {(row.method, row.path): row for app in apps for row in rows(app)}
    for row in made.values():
        cells = (
            [row.cells[role] for role in ROLES] if row.cells else [f"public: {row.public}", *[""] * (len(ROLES) - 1)]
        )
        lines.append(f"| `{row.method} {row.path}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"

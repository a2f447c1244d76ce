"""Who does the work: intermediaries of every kind, the people who coordinate, and the partners around them."""

from dataclasses import dataclass
from datetime import date

from graph_service.wbl.work import Work, grouped

#: Kinds of organisation that have a stake in work-based learning, apart from the intermediaries.
STAKEHOLDERS = ("state", "agency", "district", "school", "college", "community_organization", "employer")


@dataclass(frozen=True)
class Intermediary:
    """An organisation that primarily supports work-based learning, or a person who coordinates."""

    key: str
    name: str | None
    form: str
    kind: str | None
    reach: str | None
    mission: str | None
    coordinators: int
    caseload: int
    partnerships: int
    endorsed_until: date | None
    endorsement: str


@dataclass(frozen=True)
class Stakeholder:
    """A partner, its ties to others, its promises, and whether an intermediary covers it."""

    key: str
    name: str
    kind: str
    level: int | None
    partnerships: int
    promises_open: int
    promises_late: int
    coordinators: int
    covered: bool


def intermediaries(work: Work) -> tuple[Intermediary, ...]:
    """Organisations by name, then coordinators by key, with reach, caseload and endorsement (valid, expired, none)."""
    holds = [row for row in work.current("affiliation") if row["relation"] == "coordinates"]
    at, held = grouped(holds, "organization"), grouped(holds, "person")
    caseload = grouped(work.current("caseload"), "adult")
    ties = _ties(work)
    found = []
    for id, row in work.organizations.items():
        if row["kind"] == "intermediary" or row["intermediary_kind"]:
            people = {each["person"] for each in at.get(id, [])}
            loads = sum(len(caseload.get(each, [])) for each in people)
            kind, reach, mission = row["intermediary_kind"], row["reach"], row["mission"]
            found.append(
                Intermediary(
                    row["key"], row["name"], "organization", kind, reach, mission, len(people), loads,
                    len(ties.get(id, ())), None, "",
                )
            )  # fmt: skip
    found.sort(key=lambda each: (each.name or "", each.key))
    endorsed = grouped(work.rows("endorsement"), "person")
    coordinators = [row for row in work.rows("person") if "coordinator" in row["roles"]]
    for row in sorted(coordinators, key=lambda each: each["key"]):
        places = [work.organizations[each["organization"]] for each in held.get(row["id"], [])]
        until = max((each["until"] for each in endorsed.get(row["id"], []) if each["until"]), default=None)
        state = "none" if row["id"] not in endorsed else "expired" if until and until < work.as_of else "valid"
        kind = places[0]["kind"] if places else None
        name = places[0]["name"] if places else None
        loads = len(caseload.get(row["id"], []))
        found.append(Intermediary(row["key"], name, "person", kind, None, None, 1, loads, 0, until, state))
    return tuple(found)


def stakeholders(work: Work) -> tuple[Stakeholder, ...]:
    """Every partner organisation; covered: it has a coordinator of its own or a tie to an intermediary."""
    ties, promises = _ties(work), grouped(work.rows("commitment"), "organization")
    coordinators = grouped(
        [row for row in work.current("affiliation") if row["relation"] == "coordinates"], "organization"
    )
    levels = {row["organization"]: row["level"] for row in work.current("engagement")}
    found = []
    for id, row in work.organizations.items():
        if row["kind"] not in STAKEHOLDERS:
            continue
        parent = row["parent"] or ""
        due = [each for each in promises.get(id, []) if each["state"] not in ("done", "dropped")]
        late = [each for each in due if each["due"] and each["due"] < work.as_of]
        covered = bool(coordinators.get(id) or ties.get(id) or coordinators.get(parent) or ties.get(parent))
        found.append(
            Stakeholder(
                row["key"], row["name"], row["kind"], levels.get(id), len(ties.get(id, ())), len(due), len(late),
                len({each["person"] for each in coordinators.get(id, [])}), covered,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (STAKEHOLDERS.index(each.kind), each.key)))


def _ties(work: Work) -> dict[str, set[str]]:
    """The partners of each organisation."""
    found: dict[str, set[str]] = {}
    for row in work.current("partnership"):
        found.setdefault(row["one"], set()).add(row["other"])
        found.setdefault(row["other"], set()).add(row["one"])
    return found

"""People of a roster: names, roles, an address for messages; and who is whose guardian."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from graph_service.records.contacts import RELATION
from graph_service.records.identity import SEPARATOR
from graph_service.records.people import PERSON
from loaders.batch import Reject
from loaders.building import Draft
from loaders.oneroster.roster import Line, Roster
from loaders.shipped import rows

ROLES = {row["role"]: row["person_role"] for row in rows("oneroster_roles")}
RELATIONS = {row["role"]: row["relation"] for row in rows("oneroster_roles")}
NAMES = {"id": "sourcedId", "key": "sourcedId", "given_name": "givenName", "family_name": "familyName"}


class Users:
    """The users of a roster by their ids: lines that hold, those that are over, and the roles of each."""

    def __init__(self, roster: Roster) -> None:
        self.lines: dict[str, Line] = {}
        self.over: dict[str, Line] = {}
        self.roles: dict[str, set[str]] = {}
        self.spared: set[str] = set()
        self.rejects: list[Reject] = []
        for line in roster.lines("users"):
            (self.over if line.over else self.lines)[line["sourcedId"]] = line
        for file in ("users", "roles"):
            for user, role, line in roles_of(roster, file):
                if role not in ROLES:
                    self.spared.add(user)
                    self.rejects.append(Reject(line.row, "role", "another role", _known(), f"{file}.csv"))
                elif not line.over:
                    self.roles.setdefault(user, set()).add(role)

    def draft(self, roster: Roster, born: Mapping[str, tuple[date, int]]) -> Draft:
        """Records of the people, with what the roster tells of each: a field that it is silent about stays as it is.

        What the service does not need (telephones, identifiers, the grades of adults) is not taken.
        """
        draft = Draft(PERSON, "users.csv", NAMES)
        for line in roster.lines("users"):
            if line.over:
                continue
            user = line["sourcedId"]
            roles = self.roles.get(user, set())
            own: dict[str, Any] = {}
            if roles:
                own["roles"] = sorted({ROLES[role] for role in roles} - {""})
            if "student" in roles:
                own["grade"] = ",".join(line.several("grades")) or None
            if user in born:
                own["birth_date"] = born[user][0]
            draft.add(
                line.row,
                id=user or None,
                key=user or None,
                given_name=line["preferredGivenName"] or line["givenName"] or None,
                family_name=line["preferredFamilyName"] or line["familyName"] or None,
                email=line["email"] or None,
                **own,
            )
        return draft

    def family(self, roster: Roster) -> Draft:
        """Guardians and relatives of students, in whichever direction the roster names them. Seen by no other."""
        draft = Draft(RELATION, "users.csv", {"alter": "agentSourcedIds"})
        told = set()
        for line in roster.lines("users"):
            for other in [] if line.over else line.several("agentSourcedIds"):
                for child, adult in ((line["sourcedId"], other), (other, line["sourcedId"])):
                    if self._student(child) and self._of_family(adult) and (child, adult) not in told:
                        told.add((child, adult))
                        key = SEPARATOR.join((child, adult, "family"))
                        draft.add(line.row, id=key, ego=child, alter=adult, relation="family", private=True)
        return draft

    def _student(self, user: str) -> bool:
        return "student" in self.roles.get(user, ())

    def _of_family(self, user: str) -> bool:
        roles = self.roles.get(user, ())
        return not self._student(user) and any(ROLES[role] in ("guardian", "family") for role in roles)


def roles_of(roster: Roster, file: str) -> Iterator[tuple[str, str, Line]]:
    """(user, role, line): 1.1 says the role beside the name, 1.2 in a file of its own; both are read."""
    for line in roster.lines(file):
        user = line["sourcedId"] if file == "users" else line["userSourcedId"]
        if line["role"]:
            yield user, line["role"], line


def _known() -> str:
    return f"one of {', '.join(ROLES)}"

"""Who belongs to which school: from users, roles and enrolments, one affiliation for a person, a school and a role.

A class that ends does not end a school: enrolments in classes say since when somebody is at a school, not until
when.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graph_service.records.identity import SEPARATOR
from graph_service.records.people import AFFILIATION
from loaders.batch import Complete, Ending
from loaders.building import Draft
from loaders.oneroster.people import RELATIONS, Users
from loaders.oneroster.places import Places
from loaders.oneroster.roster import Line, Roster, day


@dataclass
class Belongings:
    """The affiliations of a roster by their keys, and those that it says are over."""

    roster: Roster
    users: Users
    places: Places
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)
    ignored: int = 0

    def collect(self) -> None:
        self._from_users()
        self._from_roles()
        self._from_enrollments()
        self._main()
        self.endings += [Ending(user, line.changed) for user, line in self.users.over.items()]

    def _from_users(self) -> None:
        for line in self.users.lines.values():
            for number, org in enumerate(line.several("orgSourcedIds")):
                self._add(line["sourcedId"], org, line["role"], "users.csv", line, main=number == 0)

    def _from_roles(self) -> None:
        for line in self.roster.lines("roles"):
            user = line["userSourcedId"]
            if user in self.users.over:
                continue
            if line.over:
                key = self._key(user, line["orgSourcedId"], line["role"])
                if key is not None:
                    self.endings.append(Ending(user, line.changed, key))
                continue
            known = self.users.lines.get(user)
            primary = known["primaryOrgSourcedId"] if known else ""
            main = line["orgSourcedId"] == primary if primary else line["roleType"] == "primary"
            self._add(user, line["orgSourcedId"], line["role"], "roles.csv", line, main, day(line["endDate"]))

    def _from_enrollments(self) -> None:
        over = {line["sourcedId"] for line in self.roster.lines("classes") if line.over}
        for line in self.roster.lines("enrollments"):
            user, role = line["userSourcedId"], line["role"]
            if line.over or line["classSourcedId"] in over or user in self.users.over:
                continue
            if user in self.users.roles and role not in self.users.roles[user]:
                # The same person as teacher of one class and student of another: the list of users counts.
                self.ignored += 1
                continue
            self._add(user, line["schoolSourcedId"], role, "enrollments.csv", line)

    def _key(self, user: str, org: str, role: str) -> str | None:
        relation = RELATIONS.get(role)
        return SEPARATOR.join((user, self.places.site(org), relation)) if relation and user and org else None

    def _add(
        self, user: str, org: str, role: str, file: str, line: Line, main: bool = False, until: date | None = None
    ) -> None:
        key = self._key(user, org, role)
        if key is None:
            return
        person, place, relation = key.split(SEPARATOR)
        first = {"id": key, "person": person, "organization": place, "relation": relation, "since": None}
        record = self.found.setdefault(key, first | {"until": until, "main": False, "file": file, "row": line.row})
        begins = [each for each in (record["since"], day(line["beginDate"])) if each is not None]
        record["since"] = min(begins) if begins else None
        record["main"] = record["main"] or main
        if file == "roles.csv" and until is None:
            record["until"] = None

    def _main(self) -> None:
        """Everybody has one primary affiliation of each sort: the first where the roster does not say."""
        firsts: dict[tuple[str, str], dict[str, Any]] = {}
        for record in self.found.values():
            group = (record["person"], record["relation"])
            if record["main"] and not firsts.get(group, {}).get("main"):
                firsts[group] = record
            firsts.setdefault(group, record)
        for record in self.found.values():
            record["main"] = firsts[record["person"], record["relation"]] is record

    def drafts(self) -> list[Draft]:
        """Records for each file that they come from."""
        drafts = {name: Draft(AFFILIATION, name) for name in ("users.csv", "roles.csv", "enrollments.csv")}
        for record in self.found.values():
            values = {name: value for name, value in record.items() if name not in ("file", "row")}
            drafts[record["file"]].add(record["row"], **values)
        return [draft for draft in drafts.values() if draft.records]

    def silent(self, file: str) -> set[str]:
        """What a file of changes does not tell of an affiliation that is known: it stays as it is."""
        if self.roster.bulk("users"):
            return set()
        return {"since", "main"} if file == "enrollments.csv" else {"since"}

    def complete(self) -> Complete | None:
        """Everybody who belongs, where the roster claims to hold them all."""
        if not self.roster.bulk("users") or ("roles" in self.roster.files and not self.roster.bulk("roles")):
            return None
        return Complete(frozenset(self.found), frozenset(self.users.spared))

"""Organisations of a roster, and the site that somebody of an organisation belongs to."""

from graph_service.records.people import ORGANIZATION
from loaders.batch import Reject
from loaders.building import Draft
from loaders.oneroster.roster import Roster
from loaders.shipped import rows

KINDS = {row["type"]: row["kind"] for row in rows("oneroster_orgs")}


class Places:
    """The organisations of a roster, as a tree."""

    def __init__(self, roster: Roster) -> None:
        self.lines = {line["sourcedId"]: line for line in roster.lines("orgs") if not line.over}
        self.over = sum(1 for line in roster.lines("orgs") if line.over)

    def site(self, key: str) -> str:
        """The organisation itself; of a department, the school it belongs to, where the roster tells.

        A department whose school is not in the roster stands for itself.
        """
        at, seen = key, set()
        while at in self.lines and at not in seen:
            if self.lines[at]["type"] != "department":
                return at
            seen.add(at)
            at = self.lines[at]["parentSourcedId"]
        return key

    def draft(self, roster: Roster) -> tuple[Draft, list[Reject]]:
        """Records of the organisations. Departments of a known school are not organisations of their own."""
        names = {"id": "sourcedId", "key": "sourcedId", "kind": "type", "part_of": "parentSourcedId"}
        draft = Draft(ORGANIZATION, "orgs.csv", names)
        rejects = []
        for line in roster.lines("orgs"):
            if line.over or self.site(line["sourcedId"]) != line["sourcedId"]:
                continue
            if line["type"] not in KINDS:
                rejects.append(Reject(line.row, "type", "another type", f"one of {', '.join(KINDS)}", "orgs.csv"))
                continue
            draft.add(
                line.row,
                id=line["sourcedId"] or None,
                key=line["sourcedId"] or None,
                name=line["name"] or None,
                kind=KINDS[line["type"]],
                part_of=line["parentSourcedId"] or None,
            )
        return draft, rejects

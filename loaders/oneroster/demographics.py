"""Birth dates (for gates) and subgroups (for equity reports) out of demographics.csv."""

from collections.abc import Collection, Mapping
from datetime import date

from graph_service.records.identity import SEPARATOR
from graph_service.records.people import PERSON, SUBGROUP
from loaders.batch import Reject
from loaders.building import Draft
from loaders.oneroster.roster import Roster, day
from loaders.shipped import rows

FLAGS = rows("oneroster_demographics")
SOURCE = "oneroster demographics"
#: Values that say that nothing is known.
UNSAID = ("", "unspecified", "unknown")


def birth_dates(roster: Roster) -> tuple[dict[str, tuple[date, int]], list[Reject]]:
    """Person to birth date and row."""
    born, rejects = {}, []
    for line in roster.lines("demographics"):
        if line.over or not line["birthDate"]:
            continue
        found = day(line["birthDate"])
        if found is None:
            told = f"text of {len(line['birthDate'])} characters"
            rejects.append(Reject(line.row, "birthDate", told, "a date such as 2009-05-17", "demographics.csv"))
            continue
        born[line["sourcedId"]] = (found, line.row)
    return born, rejects


def other_births(born: Mapping[str, tuple[date, int]], listed: Collection[str]) -> Draft:
    """Birth dates of people whom this roster does not list: an earlier one has to have brought them."""
    draft = Draft(PERSON, "demographics.csv", {"id": "sourcedId", "key": "sourcedId"}, must_be_known=True)
    for person, (found, row) in born.items():
        if person not in listed:
            draft.add(row, id=person or None, key=person or None, birth_date=found)
    return draft


def subgroups(roster: Roster, over: set[str]) -> Draft:
    """A record for each flag that is true, and for the gender that is given."""
    draft = Draft(SUBGROUP, "demographics.csv", {"person": "sourcedId"})
    for line in roster.lines("demographics"):
        person = line["sourcedId"]
        if line.over or person in over:
            continue
        for flag in FLAGS:
            cell = line[flag["column"]].lower()
            if flag["value"] == "*":
                if cell in UNSAID:
                    continue
                value, key = cell, SEPARATOR.join((person, flag["attribute"]))
            elif cell == "true":
                value, key = flag["value"], SEPARATOR.join((person, flag["attribute"], flag["value"]))
            else:
                continue
            draft.add(
                line.row,
                id=key,
                person=person,
                attribute=flag["attribute"],
                value=value,
                source=SOURCE,
            )
    return draft

"""The loader: records of a roster in the order in which they may be written."""

from collections.abc import Collection
from dataclasses import replace

from loaders.batch import Batch, Part, Reject
from loaders.building import Draft
from loaders.loader import Loader
from loaders.oneroster.belonging import Belongings
from loaders.oneroster.demographics import birth_dates, other_births, subgroups
from loaders.oneroster.people import Users
from loaders.oneroster.places import Places
from loaders.oneroster.roster import Roster, read
from loaders.options import LoadOptions


def transform(roster: Roster, options: LoadOptions) -> Batch:
    """Organisations, people, who belongs where, subgroups, guardians; and what the roster says is over."""
    parts: list[Part] = []
    rejects: list[Reject] = list(roster.rejects)

    def put(draft: Draft, silent: Collection[str] = ()) -> None:
        made, bad = draft.parts(silent)
        parts.extend(made)
        rejects.extend(bad)

    places, users = Places(roster), Users(roster)
    organizations, unknown = places.draft(roster)
    rejects += [*unknown, *users.rejects]
    put(organizations)
    born, unreadable = birth_dates(roster)
    rejects += unreadable
    put(users.draft(roster, born))
    over = set(users.over)
    put(other_births(born, over | set(users.lines)))
    belongings = Belongings(roster, users, places)
    belongings.collect()
    for draft in belongings.drafts():
        put(draft, belongings.silent(draft.file))
    put(subgroups(roster, over))
    put(users.family(roster))
    bad_rows = {each.row for each in rejects if each.file == "users.csv"}
    complete = belongings.complete()
    if complete is not None and bad_rows:
        spared = {line["sourcedId"] for line in roster.lines("users") if line.row in bad_rows}
        complete = replace(complete, spared=complete.spared | spared)
    return Batch(
        parts,
        sorted(rejects, key=lambda each: (each.file, each.row)),
        len(roster),
        endings=belongings.endings,
        complete=complete,
        notes=_notes(roster, places, belongings),
    )


def _notes(roster: Roster, places: Places, belongings: Belongings) -> list[str]:
    notes = [f"OneRoster {roster.version}."]
    if places.over:
        notes.append(f"Organisations to be deleted: {places.over}. They are kept, since records refer to them.")
    if belongings.ignored:
        notes.append(
            f"Enrolments in a role that the list of users does not give: {belongings.ignored}. The list counts."
        )
    return notes


ONEROSTER = Loader(
    "oneroster", "OneRoster 1.1 or 1.2: folder or zip archive of a school's information system", read, transform, False
)

"""Contact cards of a learner's team, of those who agreed to be in the programme's books."""

from datetime import date

from graph_service.desks import learner
from graph_service.disclosure.scope import ScopedReader

#: Letters that a card escapes (RFC 6350, 3.4).
ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": ""})


def cards(reader: ScopedReader, as_of: date) -> list[str]:
    """A vCard 4.0 for each adult of the team whose own status is `consented`; the others are left out."""
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    places = {id: at for at, id in enumerate(people.ids)}
    made = []
    for each in learner.desk(reader, as_of).team:
        at = places[each.id]
        row = people.table.slice(at, 1).select(["status", "email", "phone", "given_name", "family_name"]).to_pylist()[0]
        if people.learner[at] or row["status"] != "consented":
            continue
        family, given = (str(row[name] or "").translate(ESCAPES) for name in ("family_name", "given_name"))
        lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{each.name.translate(ESCAPES)}", f"N:{family};{given};;;"]
        lines += [f"ORG:{each.organization.translate(ESCAPES)}"] if each.organization else []
        lines += [f"EMAIL:{row['email'].translate(ESCAPES)}"] if row["email"] else []
        lines += [f"TEL:{row['phone'].translate(ESCAPES)}"] if row["phone"] else []
        made.append("\r\n".join([*lines, "END:VCARD", ""]))
    return made

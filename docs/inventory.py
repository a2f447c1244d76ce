"""The page of the data inventory: each element of personal data, its purpose, basis, readers and time."""

from typing import Any


def data_inventory() -> str:
    """Every sort of personal data, every field that holds it, and how long each class is kept."""
    from graph_service.disclosure.policy import GRANTS, RELATIONS
    from graph_service.records.inventory import ELEMENTS, RETENTION, element_of, not_personal, retention_of
    from graph_service.records.registry import KINDS

    lines = [
        "# Data inventory",
        "",
        "What is held about people, for what, on which basis, who may see it and how long it is kept. A district can",
        "hand this page out as it is. Nothing is used for anything else, sold, or given away without a record of it.",
        "",
        "## Sorts of personal data",
        "",
        "| sort | what it is | purpose | basis | who may see it |",
        "|---|---|---|---|---|",
    ]
    for each in ELEMENTS.values():
        lines.append(_row((each.name, each.says, each.purpose, each.basis, "; ".join(each.seen_by))))
    lines += ["", "## How long", "", "| class | kept | then |", "|---|---|---|"]
    then = {
        "person": "the person is erased",
        "text": "the text is emptied",
        "record": "the record is deleted",
        "log": "the lines are deleted",
    }
    lines += [_row((each.name, each.says, then[each.ends])) for each in RETENTION.values()]
    lines += [
        "",
        "A programme sets other days with `graph-service retention --set CLASS=DAYS`; a legal hold stops all.",
    ]
    lines += [
        "",
        "## Every element",
        "",
        "Who may see: role (where the relation holds; see below), through pages and API.",
    ]
    lines += ["", "| record | field | what it is | sort | purpose | basis | who may see it | kept |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for kind in KINDS.values():
        roles: dict[str, list[str]] = {}
        for grant in GRANTS:
            if kind.name in grant.kinds:
                roles.setdefault(grant.role, []).append(grant.relation)
        told = "; ".join(f"{role} ({', '.join(dict.fromkeys(found))})" for role, found in roles.items())
        for field in kind.fields:
            element = element_of(kind, field)
            if element is None:
                continue
            seen = "; ".join(element.seen_by) if field.personal or not told else told
            kept = retention_of(kind, field).says
            cells = (element.name, element.purpose, element.basis, seen, kept)
            lines.append(_row((kind.name, field.name, field.doc, *cells)))
    lines += ["", "## Relations", "", "| relation | what holds |", "|---|---|"]
    lines += [_row(pair) for pair in RELATIONS.items()]
    lines += [
        "",
        "Beside the store: who was shown whose data on which day (internal ids alone), the ledger of erasures (keyed",
        "hashes), the list of files that commands wrote, and the audit trail of the service (ids alone, chained).",
        "",
        "## Not about people",
        "",
        ", ".join(not_personal()) + ".",
    ]
    return "\n".join(lines) + "\n"


def _row(cells: Any) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

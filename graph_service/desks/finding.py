"""Whom a coordinator means by a name that they typed."""

from dataclasses import dataclass
from datetime import date

from graph_service.desks.naming import display_name
from graph_service.desks.narrowing import folded
from graph_service.disclosure.scope import ScopedReader
from graph_service.errors import InvalidRecord
from graph_service.wbl.work import Work


@dataclass(frozen=True)
class Found:
    """People by what was typed.

    ids: internal ids of those who are clear. unknown: texts that nobody is called. unclear: texts that several
    people are called, each with their keys.
    """

    ids: tuple[str, ...]
    unknown: tuple[str, ...]
    unclear: tuple[tuple[str, tuple[str, ...]], ...]


def people_called(reader: ScopedReader, as_of: date, text: str) -> Found:
    """Resolve names or keys, parted by commas, among everybody whom the reader may name.

    Learners out of the reader's scope are not found. A key is clear even where two people share a name.
    """
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    mine = set(reader.learners(snapshot).tolist())
    asked = {folded(part): " ".join(part.split()) for part in text.split(",") if part.strip()}
    by_key: dict[str, int] = {}
    by_name: dict[str, list[int]] = {}
    for at in range(len(snapshot)):
        if people.learner[at] and at not in mine:
            continue
        key, name = folded(str(snapshot.keys[at])), folded(display_name(snapshot, at)) if asked else ""
        if key in asked:
            by_key[key] = at
        if name in asked:
            by_name.setdefault(name, []).append(at)
    ids, unknown, unclear = [], [], []
    for told, typed in asked.items():
        found = [by_key[told]] if told in by_key else by_name.get(told, [])
        if len(found) == 1:
            ids.append(people.table["id"][found[0]].as_py())
        elif found:
            unclear.append((typed, tuple(str(snapshot.keys[at]) for at in found)))
        else:
            unknown.append(typed)
    return Found(tuple(ids), tuple(unknown), tuple(unclear))


def people_named(reader: ScopedReader, as_of: date, text: str) -> tuple[str, ...]:
    """The people whom names or keys, parted by commas, mean. Raises InvalidRecord naming whom nobody knows."""
    found = people_called(reader, as_of, text)
    problems = [{"field": "person", "found": each, "expected": "somebody on record"} for each in found.unknown]
    problems += [
        {"field": "person", "found": typed, "expected": " or ".join(keys)} for typed, keys in found.unclear
    ]  # fmt: skip
    if problems:
        raise InvalidRecord(problems=problems)
    return found.ids


def one_called(reader: ScopedReader, as_of: date, text: str) -> str:
    """The one person whom a name or key means. Raises InvalidRecord where it is nobody or not clear who."""
    found = people_called(reader, as_of, text)
    if len(found.ids) == 1 and not found.unknown and not found.unclear:
        return found.ids[0]
    expected = "one person"
    if found.unclear:
        expected = " or ".join(found.unclear[0][1])
    elif found.unknown or not found.ids:
        expected = "a name or key that the programme knows"
    raise InvalidRecord(problems=[{"field": "person", "found": text[:80] or "nobody", "expected": expected}])


def organization_called(work: Work, text: str) -> str:
    """The one organisation whom a name or key means. Raises InvalidRecord where it is none or not clear which."""
    asked = folded(text)
    rows = work.organizations.values()
    found = [row for row in rows if folded(row["key"]) == asked] or [
        row for row in rows if folded(row["name"]) == asked
    ]
    if len(found) == 1:
        return str(found[0]["id"])
    expected = " or ".join(row["key"] for row in found[:5]) or "a name or key of an organisation on record"
    raise InvalidRecord(problems=[{"field": "organization", "found": text[:80], "expected": expected}])

"""What is written down of the intermediary's work: the fields out of each kind's declaration, one way for all."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from graph_service.desks.finding import one_called, organization_called
from graph_service.desks.views.entering import Entry, EntryField, EntryRow
from graph_service.desks.views.forms import Choice
from graph_service.desks.work import work_of
from graph_service.disclosure.records import RecordReader
from graph_service.disclosure.scope import ScopedReader
from graph_service.errors import InvalidRecord
from graph_service.records.kind import Field, Kind
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.wbl import instruments
from graph_service.wbl.reach import MEASURES
from graph_service.wbl.work import Work

#: What can be written down, by the resource's name, in the order of the contents.
ENTERED = (
    "organizations", "partnerships", "commitments", "engagements", "champions", "slots", "communities",
    "vision-targets", "barriers", "funding", "policies", "assistance", "convenings", "attendance", "library",
    "endorsements", "pathways", "courses", "priorities",
)  # fmt: skip
#: Fields that are filled in by what they follow from, never typed.
UNASKED = {"organization": ("id_source", "part_of"), "slot": ("contact",)}
#: Fields of a record that stand for it in a choice.
CALLED = ("name", "title", "text")
#: Rows of a page at most.
MOST = 200


def entry(
    reader: ScopedReader, records: RecordReader, as_of: date, path: str, id: str | None = None,
    instrument: Path | None = None,
) -> Entry:  # fmt: skip
    """The form of a kind, and what is on record of it; with an id, filled in with that record. Raises NotFound."""
    of, work = BY_PATH[path], work_of(reader, as_of)
    kind = KINDS[of.kind]
    kept = None if id is None else records.get(of, id)
    fields = tuple(_field(work, kind, each, kept, instrument) for each in _asked(kind))
    rows: list[dict[str, Any]] = []
    if kept is None:
        rows, _ = records.page(of, "", MOST, {})
    told = tuple(_row(work, kind, row) for row in rows)
    return Entry(
        path=path, id=id, version=kept["version"] if kept else 0, fields=fields,
        rows=tuple(sorted(told, key=lambda each: (_latest(each), each.id), reverse=True)),
        places=tuple(sorted({row["name"] for row in work.organizations.values()}))[:MOST],
    )  # fmt: skip


def said(
    reader: ScopedReader, as_of: date, path: str, typed: Mapping[str, str], apart: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The record that was typed: names become ids, days and numbers what they are. apart: fields read elsewhere.

    Raises InvalidRecord with everything that is wrong.
    """
    kind, work = KINDS[BY_PATH[path].kind], work_of(reader, as_of)
    found: dict[str, Any] = {}
    problems: list[dict[str, Any]] = []
    for each in _asked(kind):
        if each.name in apart:
            continue
        text = typed.get(each.name, "").strip()
        if not text:
            if each.many:
                found[each.name] = []
            elif each.type.shape == "bool":
                found[each.name] = False
            elif each.default is None:
                found[each.name] = None
            if not each.optional and each.default is None and each.type.shape != "bool":
                problems.append({"field": each.name, "found": "nothing", "expected": each.doc})
            continue
        try:
            found[each.name] = _value(reader, work, each, text)
        except InvalidRecord as error:
            problems += [{**one, "field": each.name} for one in error.problems]
        except ValueError:
            problems.append({"field": each.name, "found": text[:40], "expected": each.type.shape})
    if problems:
        raise InvalidRecord(problems=problems)
    return found


def _asked(kind: Kind) -> tuple[Field, ...]:
    return tuple(each for each in kind if each.name not in UNASKED.get(kind.name, ()))


def _value(reader: ScopedReader, work: Work, field: Field, text: str) -> Any:
    if field.many:
        return [each.strip() for each in text.replace("\n", ",").split(",") if each.strip()]
    shape, target = field.type.shape, field.type.target
    if target == "person":
        return one_called(reader, work.as_of, text)
    if target == "organization":
        return organization_called(work, text)
    if shape == "date":
        return date.fromisoformat(text)
    if shape == "int":
        return int(text)
    if shape == "float":
        return float(text)
    return text == "yes" if shape == "bool" else text


def _field(work: Work, kind: Kind, field: Field, kept: Mapping[str, Any] | None, instrument: Path | None) -> EntryField:
    shape, target = field.type.shape, field.type.target
    choices: tuple[Choice, ...] = ()
    sort = {"int": "number", "float": "number", "code": "choice"}.get(shape, shape)
    if shape == "text" and field.type.longest > 1000:
        sort = "long"
    if field.many:
        sort = "many"
    elif target in ("person", "organization"):
        sort = target
    elif target is not None:
        sort = "choice"
        rows = sorted((_called(row), row["id"]) for row in work.rows(target))
        choices = tuple(Choice(code=id, name=name) for name, id in rows)
    elif (kind.name, field.name) == ("vision_target", "measure"):
        sort, choices = "measure", tuple(Choice(code=each, name=each.replace("_", " ")) for each in MEASURES)
    elif field.name == "element":
        elements = instruments.read(instrument).elements
        sort, choices = "choice", tuple(Choice(code=each.id, name=each.text["en"]) for each in elements)
    fixed = kept is not None and kind.keyed and field.name == "key"
    return EntryField(
        name=field.name, sort=sort, required=not field.optional and field.default is None and shape != "bool",
        vocabulary=field.type.vocabulary, choices=choices, unit=field.unit, doc=field.doc, fixed=fixed,
        least=field.type.minimum, most=field.type.maximum, longest=field.type.longest,
        whole=shape == "int", value=_text(work, field, kept[field.name] if kept else field.default),
    )  # fmt: skip


def _text(work: Work, field: Field, value: Any) -> str:
    """A value as it stands in a form."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if field.many:
        return ", ".join(str(each) for each in value)
    if field.type.target == "person":
        return work.keys.get(value, "")
    if field.type.target == "organization":
        row = work.organizations.get(value)
        return row["key"] if row else ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _row(work: Work, kind: Kind, row: Mapping[str, Any]) -> EntryRow:
    return EntryRow(
        id=row["id"], version=row["version"],
        values={each.name: _told(work, each, row[each.name]) for each in _asked(kind)},
    )  # fmt: skip


def _told(work: Work, field: Field, value: Any) -> Any:
    """A value as a list tells it: what is referred to by name."""
    if value is None or field.type.target is None:
        return ", ".join(map(str, value)) if field.many else value
    if field.type.target == "person":
        return work.names.get(value, "–")
    if field.type.target == "organization":
        return work.name(value)
    return next((_called(each) for each in work.rows(field.type.target) if each["id"] == value), "–")


def _called(row: Mapping[str, Any]) -> str:
    return str(next((row[name] for name in CALLED if row.get(name)), row["id"]))


def _latest(row: EntryRow) -> str:
    days = [value for value in row.values.values() if isinstance(value, date)]
    return max(days).isoformat() if days else ""

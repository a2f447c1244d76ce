"""What is held about one person, with its history, and who saw it: the answer to a request for access.

A file about one person must not become a disclosure of others: other learners are not named, what others said in
private is left out, and so is what would warn somebody of a safeguarding concern.
"""

from collections.abc import Callable, Sequence
from typing import Any

from graph_service import clock
from graph_service.desks.naming import display_name
from graph_service.desks.views.held import Held, HeldKind, HeldRecord, HeldValue, ShownLine
from graph_service.disclosure.scope import ScopedReader
from graph_service.errors import NotYours, UnknownPerson
from graph_service.introductions.visibility import NOT_THIS_TIME, phase
from graph_service.records.inventory import element_of, retention_of
from graph_service.records.kind import Field, Kind
from graph_service.records.registry import KINDS
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.snapshot import Snapshot

#: Kinds whose records belong to the person through another record: the steps of their introductions and the like.
OWNED = ("introduction", "experience", "rights_request")
#: References by which a person does not come to see a record: somebody else's confidence would be broken.
NOT_THROUGH = {
    ("concern", "about"), ("block", "about"), ("merge", "kept"), ("distinction", "one"), ("distinction", "other"),
}  # fmt: skip
#: Fields that are for staff alone, because they are what somebody else said.
STAFF_ALONE = {("introduction_event", "reason"), ("introduction_event", "note"), ("introduction", "terms")}
#: Of a step that ended an introduction early these say who ended it: staff alone read that.
WHO_ENDED_IT = {"source", "actor", "role"}
STATES = {"introduction", "introduction_event"}
NOT_HERE = (
    "Other learners are not named.",
    "What somebody else said in private, and why somebody else declined, is theirs.",
    "Safeguarding records are not part of this file; ask the programme's safeguarding lead.",
)


def held(reader: ScopedReader, key: str) -> Held:
    """The access file of a person, by own key or internal id. Raises UnknownPerson, NotYours.

    For the person alone, or for whoever answers for the whole programme.
    """
    today = clock.today(reader.zone)
    snapshot = reader.snapshot(today)
    assert snapshot.people is not None
    at = snapshot.position(key)
    id = str(snapshot.people.table["id"][at].as_py())
    trusted = reader.actor.sites is None and reader.actor.role in ("coordinator", "admin", "lead")
    if not trusted and reader.actor.person != id:
        raise UnknownPerson() if reader.actor.sites is not None else NotYours()
    people = same_person(reader, id)
    found: dict[str, list[dict[str, Any]]] = {}
    for of in KINDS.values():
        table = reader.table(of.name)
        rows = table.filter(
            _about(of, table, people, {name: {row["id"] for row in found[name]} for name in OWNED if name in found})
        )
        if rows.num_rows:
            found[of.name] = rows.to_pylist()
    say = _Sayer(reader, snapshot, people)
    kinds = tuple(_kind(of, found[of.name], say) for of in KINDS.values() if of.name in found)
    return Held(
        id=id,
        person_id=str(snapshot.keys[at]),
        name=display_name(snapshot, at),
        on=today,
        kinds=kinds,
        shown=_shown(reader, people, say.who),
        not_here=NOT_HERE,
    )


def same_person(reader: ScopedReader, id: str) -> list[str]:
    """The internal ids of all records that count as one person."""
    rows = [row for row in reader.table("merge").to_pylist() if row["ended"] is None]
    found = {id}
    while (
        more := {row[e] for row in rows if {row["duplicate"], row["kept"]} & found for e in ("duplicate", "kept")}
        - found
    ):
        found |= more
    return sorted(found)


def _about(of: Kind, table: Any, people: Sequence[str], owned: dict[str, set[str]]) -> Any:
    """Which rows are about the person: they are named in it, or it belongs to a record of theirs."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = np.zeros(table.num_rows, bool)
    pool = pa.array(list(people), pa.string())
    if of.name == "person":
        mask |= np.asarray(pc.is_in(table["id"], value_set=pool))
    for each in of.references:
        if (of.name, each.name) in NOT_THROUGH:
            continue
        if each.type.target == "person" and each.roles:
            column = table[each.name].combine_chunks()
            ids = pc.struct_field(pc.list_flatten(column), [0])
            rows = pc.list_parent_indices(column).filter(pc.is_in(ids, value_set=pool))
            mask[np.asarray(rows)] = True
            continue
        wanted = pool if each.type.target == "person" else pa.array(sorted(owned.get(each.type.target or "", ())))
        if not len(wanted):
            continue
        hit = np.asarray(pc.is_in(table[each.name], value_set=wanted.cast(pa.string())))
        if "private" in of.by_name and each.name != "ego":
            # Who marked a tie as private told it to the programme, not to the other one.
            hit &= ~np.asarray(pc.fill_null(table["private"], False).to_numpy(zero_copy_only=False), bool)
        mask |= hit
    return pa.array(mask)


class _Sayer:
    """Values as the person may read them."""

    def __init__(self, reader: ScopedReader, snapshot: Snapshot, people: Sequence[str]) -> None:
        assert snapshot.people is not None
        self.own = set(people)
        self.snapshot = snapshot
        self.places = {id: at for at, id in enumerate(snapshot.people.ids)}
        table = snapshot.people.organizations.table
        self.organizations = dict(zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True))

    def value(self, of: Kind, each: Field, value: Any) -> str | None:
        if value is None or value == []:
            return None
        if each.roles:
            roles = vocabulary(each.roles)
            return "; ".join(f"{self.who(one['id'])} ({roles.label(one['role'])})" for one in value)
        if each.many:
            return "; ".join(filter(None, (self._one(each, one) for one in value))) or None
        return self._one(each, value)

    def _one(self, each: Field, value: Any) -> str:
        shown: dict[str, Callable[[Any], str]] = {
            "code": lambda code: vocabulary(each.type.vocabulary or "").label(code),
            "bool": lambda truth: "yes" if truth else "no",
            "ref": self._ref(each.type.target or ""),
        }
        return shown.get(each.type.shape, str)(value)

    def _ref(self, target: str) -> Callable[[str], str]:
        if target == "person":
            return self.who
        if target == "organization":
            return lambda id: self.organizations.get(id, "an organisation")
        return lambda id: f"{target} {id}"

    def who(self, id: str) -> str:
        if id in self.own:
            return "you"
        at = self.places.get(id)
        if at is None:
            return "somebody who is no longer on record"
        people = self.snapshot.people
        assert people is not None
        return "another learner" if people.learner[at] else display_name(self.snapshot, at)


def _kind(of: Kind, rows: list[dict[str, Any]], say: _Sayer) -> HeldKind:
    rows.sort(key=lambda row: (row["id"], row["version"]))
    records = tuple(
        HeldRecord(
            version=row["version"],
            current=row["ended"] is None,
            values=tuple(
                HeldValue(field=each.name, meaning=each.doc, value=_said(of, each, row, say))
                for each in of.fields
                if (of.name, each.name) not in STAFF_ALONE
            ),
        )
        for row in rows
    )
    element = element_of(of, None)
    purpose = element.purpose if element else "running the programme"
    return HeldKind(kind=of.name, says=of.doc, purpose=purpose, kept=retention_of(of, None).says, records=records)


def _said(of: Kind, each: Field, row: dict[str, Any], say: _Sayer) -> str | None:
    """A value; however an introduction ended early, it ended the same."""
    if of.name in STATES and phase(row["state"]) == NOT_THIS_TIME:
        if each.name == "state":
            return "not this time"
        if of.name == "introduction_event" and each.name in WHO_ENDED_IT:
            return None
    return say.value(of, each, row[each.name])


def _shown(reader: ScopedReader, people: Sequence[str], who: Callable[[str], str]) -> tuple[ShownLine, ...]:
    """Who saw the person's data: looks that were noted, asks to adults, and files of records that left."""
    mine = set(people)
    lines = [
        ShownLine(on=each.day, to=each.role, account=each.actor, what=each.what)
        for each in reader.looks()
        if mine & set(each.people)
    ]
    of = {
        row["id"]: row
        for row in reader.table("introduction").to_pylist()
        if row["ended"] is None and row["learner"] in mine
    }
    asked = {"connector_asked": "connector", "target_asked": "target"}
    for row in reader.table("introduction_event").to_pylist():
        if row["ended"] is None and row["introduction"] in of and row["state"] in asked:
            role = asked[row["state"]]
            account = who(of[row["introduction"]][role])
            what = (
                "first name, goal and ask" if role == "connector" else "goal, and the first name where you allowed it"
            )
            lines.append(ShownLine(on=row["date"], to=role, account=account, what=what))
    releases = {row["id"]: row for row in reader.table("release").to_pylist() if row["ended"] is None}
    for row in reader.table("release_member").to_pylist():
        if row["ended"] is None and row["person"] in mine and (to := releases.get(row["release"])):
            what = (
                f"counted in the table {to['name']}" if to["kind"] != "records" else f"a row of {to['name']}, no name"
            )
            lines.append(ShownLine(on=to["date"], to=to["recipient"] or "readers of the table", account="", what=what))
    return tuple(sorted(set(lines), key=lambda line: (line.on, line.to, line.account, line.what)))

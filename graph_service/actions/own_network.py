"""What learners do with their own network: say whom they know, keep it to themselves, take it back, ask for room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph_service.actions import guardians, writing
from graph_service.disclosure.records import RecordReader
from graph_service.errors import InvalidRecord, NotFound, NotYours
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.records.validation import validate_records
from graph_service.store.store import Receipt, Store

STATED = BY_PATH["stated-ties"]
#: Steps of the scale of closeness on the desk.
SCALE = 3
#: Names that one form may bring.
MOST = 24


@dataclass(frozen=True)
class Named:
    """Somebody whom a learner names: what they are to the learner, how close (1 to 3), and whether others see it.

    occupation: SOC code of their work, where it was asked. somebody: the name stands for whoever does that work: the
    learner did not say who it is.
    """

    name: str
    relation: str
    closeness: int = 1
    private: bool = False
    occupation: str | None = None
    somebody: bool = False


def name_people(store: Store, reader: RecordReader, people: Sequence[Named], *, today: date) -> Receipt:
    """Record whom a learner knows. Named people agreed to nothing: they are counted, and never shown to others.

    The same name by the same learner is the same person, who has one occupation; what was said of it before stays
    until another is said. Raises NotYours, InvalidRecord for no name at all, or one name at several occupations.
    """
    me = _me(reader)
    named: dict[str, Named] = {}
    for each in people:
        if (name := " ".join(each.name.split())) and named.setdefault(name, each).occupation != each.occupation:
            raise InvalidRecord(problems=[{"field": "occupation", "found": "several", "expected": "one for each name"}])
    if not named or len(named) > MOST:
        raise InvalidRecord(problems=[{"field": "name", "found": str(len(named)), "expected": f"1 to {MOST} names"}])
    persons, ties = [], []
    for name, each in named.items():
        source, key = f"named by {me}", f"somebody\n{each.occupation}" if each.somebody else name.casefold()
        id = store.internal_id("person", source, key)
        first, _, rest = name.partition(" ")
        work = each.occupation or (store.get("person", id) or {}).get("occupation")
        person = {"id": id, "id_source": source, "key": id, "given_name": first, "family_name": rest or None}
        persons.append(person | {"occupation": work})
        tie = {
            "id": store.internal_id("stated_tie", "own desk", f"{me}|{id}"),
            "ego": me, "alter": id, "wave": f"own desk {today.year}", "date": today, "closeness": each.closeness,
            "scale": SCALE, "relation": each.relation, "private": each.private,
        }  # fmt: skip
        reader.require(STATED, tie)
        ties.append(tie)
    tables = [(kind, validate_records(KINDS[kind], rows)) for kind, rows in (("person", persons), ("stated_tie", ties))]
    return store.append_all(tables, actor=me, action="name")


def forget(store: Store, reader: RecordReader, stated: str) -> Receipt:
    """Take back that one knows somebody. Raises NotFound."""
    return writing.retract(store, reader, STATED, stated, reader.get(STATED, stated)["version"])


def keep_private(store: Store, reader: RecordReader, stated: str, private: bool) -> Receipt:
    """Keep a named person to oneself, or show them to staff. Raises NotFound."""
    before = reader.get(STATED, stated)
    values = {each.name: before[each.name] for each in KINDS["stated_tie"]} | {"private": private}
    return writing.correct(store, reader, STATED, stated, before["version"], values)[1]


def block(store: Store, reader: RecordReader, about: str, *, today: date) -> Receipt:
    """Do not bring us together: binds both ways, needs no reason, and nobody is told. Raises NotFound."""
    me = _me(reader)
    if about == me or store.get("person", about) is None:
        raise NotFound()
    id = store.internal_id("block", "own desk", f"{me}|{about}")
    return store.put("block", {"id": id, "by": me, "about": about, "since": today}, actor=me, action="block")


def not_right(store: Store, reader: RecordReader, about: str, words: str, *, today: date) -> Receipt:
    """Tell staff that what is recorded is not right. Raises NotFound."""
    me = _me(reader)
    if store.get("person", about) is None:
        raise NotFound()
    id = store.internal_id("note", "own desk", f"{me}|{about}|{today}")
    record = {"id": id, "learner": me, "date": today, "author": "learner", "text": words}
    return store.put("note", record, actor=me, action="correction")


def decide(store: Store, reader: RecordReader, answers: Mapping[str, bool], *, today: date) -> int:
    """What a learner allows or refuses for themselves: see `guardians.decide_alone`. Raises NotYours, TooYoung."""
    return guardians.decide_alone(store, _me(reader), answers, today)


def _me(reader: RecordReader) -> str:
    if reader.actor.role != "learner" or reader.actor.person is None or not reader.actor.writes:
        raise NotYours()
    return reader.actor.person

"""What is due for people's safety or runs out: visits, signatures, checks of adults, introductions that wait, hosts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from graph_service.desks.checks import Supervising, supervising
from graph_service.desks.naming import names_of
from graph_service.desks.views.base import LearnerRow
from graph_service.desks.views.today import Move
from graph_service.desks.work import work_of
from graph_service.disclosure.scope import ScopedReader
from graph_service.introductions.coming_of_age import birthday_18, decided, ends_on_birthday, turns_18_soon
from graph_service.introductions.school_days import SETTING, Calendar
from graph_service.introductions.waiting import wait
from graph_service.wbl.employers import employers
from graph_service.wbl.experiences import experiences, unclosed
from graph_service.wbl.work import Work

#: Minutes that a move takes, as a coordinator would plan it.
MINUTES = {"clearance": 4, "checks": 8, "visit": 3, "sign": 3, "close": 4, "of_age": 3, "answer": 2, "host": 5}
#: An agreement waits so many days before it is due.
SIGN = timedelta(days=7)
#: Adults of a bundle who are named in the queue; the list behind it names all.
NAMED = 3
#: Parties to an agreement.
PARTIES = 4
#: Hosts called in one day at most: the rest can wait, and the queue ends.
HOSTS = 3
#: Placements closed in one day at most.
CLOSED = 3


def due(reader: ScopedReader, as_of: date, rows: tuple[LearnerRow, ...]) -> list[Move]:
    """Moves in the order to do them: safety, then what expires soonest, then hosts gone silent."""
    work, names = work_of(reader, as_of), {row.id: row.name for row in rows}
    visits = [*_visits(work, names, as_of)]
    return [*_clearances(work, reader, names, as_of), *visits, *_signatures(work, names, as_of),
            *_of_age(reader, names, as_of), *_answers(work, names, as_of), *_closing(work, names, as_of),
            *_hosts(work)]  # fmt: skip


def _visits(work: Work, names: Mapping[str, str], as_of: date) -> list[Move]:
    learner = {id: row["learner"] for id, row in work.experiences.items()}
    late = [each for each in experiences(work) if each.visit_due is not None and each.visit_due <= as_of]
    late.sort(key=lambda each: (each.visit_due or as_of, each.id))
    return [
        _move("visit", names, learner[each.id], days=(as_of - (each.visit_due or as_of)).days, other=each.host or "")
        for each in late
        if learner[each.id] in names
    ]


def _signatures(work: Work, names: Mapping[str, str], as_of: date) -> list[Move]:
    signed = {id: len({row["party"] for row in rows}) for id, rows in work.of_experience("agreement").items()}
    waiting = [
        row
        for id, row in work.experiences.items()
        if row["state"] == "matched" and row["state_since"] <= as_of - SIGN and signed[id] < PARTIES
    ]
    waiting.sort(key=lambda row: (row["state_since"], row["id"]))
    return [
        _move("sign", names, row["learner"], days=(as_of - row["state_since"]).days, count=PARTIES - signed[row["id"]])
        for row in waiting
        if row["learner"] in names
    ]


def _closing(work: Work, names: Mapping[str, str], as_of: date) -> list[Move]:
    """Placements that ended and that nobody closed, the latest first: whoever was there still remembers."""
    hours, judged = work.of_experience("hour_log"), work.of_experience("evaluation")
    open_ = [row for row in work.experiences.values() if unclosed(row, as_of) and row["learner"] in names]
    open_.sort(key=lambda row: (-row["until"].toordinal(), row["id"]))
    found = []
    for row in open_[:CLOSED]:
        said = {each["by"] for each in judged[row["id"]]}
        there = {"hours": bool(hours[row["id"]]), "supervisor": "supervisor" in said, "learner": "learner" in said}
        missing = (*(name for name, yes in there.items() if not yes), "thanks")
        host = work.name(row["host"]) or ""
        found.append(
            _move(
                "close", names, row["learner"], days=(as_of - row["until"]).days, other=host, placement=row["id"],
                missing=missing,
            )
        )  # fmt: skip
    return found


def _of_age(reader: ScopedReader, names: Mapping[str, str], as_of: date) -> list[Move]:
    """Learners whose guardian's word ends with their 18th birthday within 30 days, and who said nothing themselves."""
    import pyarrow as pa
    import pyarrow.compute as pc

    people = reader.snapshot(as_of).people
    assert people is not None
    # A year is at most 366 days: the exact day is looked at for the few who come near it.
    low, high = as_of - timedelta(days=18 * 365 + 6), as_of - timedelta(days=18 * 365 - 35)
    born = people.table["birth_date"]
    near = people.table.filter(pc.and_(pc.greater_equal(born, low), pc.less_equal(born, high)))
    soon = {
        row["id"]: row["birth_date"]
        for row in near.select(["id", "birth_date"]).to_pylist()
        if row["id"] in names and turns_18_soon(row["birth_date"], as_of)
    }
    if not soon:
        return []
    table = reader.table("consent")
    theirs = pc.and_(pc.is_null(table["ended"]), pc.is_in(table["person"], pa.array(list(soon))))
    said: dict[str, list[Mapping[str, Any]]] = {id: [] for id in soon}
    for row in table.filter(theirs).to_pylist():
        said[row["person"]].append(row)
    waiting = [id for id, rows in said.items() if ends_on_birthday(rows, as_of) and not decided(rows, soon[id])]
    waiting.sort(key=lambda id: (birthday_18(soon[id]), id))
    return [_move("of_age", names, id, days=(birthday_18(soon[id]) - as_of).days) for id in waiting]


def _clearances(work: Work, reader: ScopedReader, names: Mapping[str, str], as_of: date) -> list[Move]:
    """Adults who supervise a running placement and whose check does not hold today, or ends soon: a move for each
    of the two, since one look at a list settles many."""
    found = supervising(work, set(names), as_of)
    parts = (
        [each for each in found if each.until is None or each.until < as_of],
        [each for each in found if each.until is not None and each.until >= as_of],
    )
    called = names_of(reader, as_of, [each.adult for each in found])
    return [_checks(part, called, names, as_of) for part in parts if part]


def _checks(part: Sequence[Supervising], called: Mapping[str, str], names: Mapping[str, str], as_of: date) -> Move:
    first, learners = part[0], sorted({learner for each in part for learner in each.learners})
    days = (first.until - as_of).days if first.until is not None else -1
    why = f"{len(learners)} of their learners are placed now; ask for a new check, then enter it."
    ended = days < 0
    if len(part) == 1:
        title, name = f"Ask {called[first.adult]} for a new check", called[first.adult]
    else:
        name = ", ".join(called[each.adult] for each in part[:NAMED])
        title = f"{len(part)} adults supervise {'without a check' if ended else 'and their check ends soon'}"
    return Move(
        kind="clearance", title=title, why=why, minutes=MINUTES["clearance"] if len(part) == 1 else MINUTES["checks"],
        name=name, other=names[learners[0]] if len(learners) == 1 else "", days=days, count=len(part),
        dated=first.until is not None, learners=len(learners),
    )  # fmt: skip


def _answers(work: Work, names: Mapping[str, str], as_of: date) -> list[Move]:
    settings = work.rows("setting")
    calendar = Calendar.of(next((row["value"] for row in settings if row["key"] == SETTING), None))
    waits = [(wait(row, as_of, calendar), row["learner"]) for row in work.rows("introduction")]
    mine = [(each, who) for each, who in waits if each.party == "coordinator" and not each.over and who in names]
    mine.sort(key=lambda each: (each[0].due or date.max, each[1]))
    return [
        _move("answer", names, who, days=(each.due - as_of).days if each.due else 0, dated=each.due is not None)
        for each, who in mine
    ]


def _hosts(work: Work) -> list[Move]:
    quiet = [each for each in employers(work) if each.silent and each.hosted_last_year and not each.hosted_this_year]
    hosted = Counter({each.key: each.hosted_last_year for each in quiet})
    return [
        Move(
            kind="host", title=f"Call {each.name}", why="Hosted in the year before; nothing since, and gone silent.",
            minutes=MINUTES["host"], name=each.name, learners=hosted[each.key], employer=each.key,
        )
        for each in sorted(quiet, key=lambda each: (-each.hosted_last_year, each.key))[:HOSTS]
    ]  # fmt: skip


#: What a move is, and why, in English; the page says both in the reader's language.
TOLD = {
    "visit": ("Visit {name}", "The visit was due {days} days ago."),
    "sign": ("Get the agreement of {name} signed", "{count} signatures are missing since {days} days."),
    "close": ("Close the placement of {name}", "It ended {days} days ago."),
    "of_age": ("Ask {name} what they allow themselves", "What was signed for them ends in {days} days."),
    "answer": ("Answer an introduction for {name}", "It waits for you."),
}


def _move(
    kind: str, names: Mapping[str, str], learner: str, *, days: int = 0, count: int = 0, learners: int = 1,
    other: str = "", dated: bool = True, placement: str | None = None, missing: tuple[str, ...] = (),
) -> Move:  # fmt: skip
    title, why = TOLD[kind]
    name = names[learner]
    return Move(
        kind=kind, title=title.format(name=name), why=why.format(days=days, count=count), minutes=MINUTES[kind],
        name=name, days=days, count=count, other=other, dated=dated, learners=learners, learner=learner,
        placement=placement, missing=missing,
    )  # fmt: skip

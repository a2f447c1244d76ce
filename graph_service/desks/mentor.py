"""The mentor's desk: whom could I help, safely, in ten minutes? Only what concerns the reader."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from graph_service import clock
from graph_service.desks.naming import display_name, organization_name
from graph_service.desks.narrowing import folded
from graph_service.desks.views.mentor import (
    Ask,
    Clearance,
    Mentee,
    MentorDesk,
    MentorRow,
    Mentors,
    MyYear,
    YearRow,
)
from graph_service.disclosure.scope import ScopedReader
from graph_service.introductions.choices import Choices
from graph_service.introductions.explain import Side, for_adult
from graph_service.introductions.facts import Facts, read_facts
from graph_service.introductions.history import ASKED, OPEN, month_of
from graph_service.introductions.school_days import SETTING, Calendar
from graph_service.introductions.visibility import fields, furthest
from graph_service.introductions.waiting import wait
from graph_service.snapshot.rows import known, on_day
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.strength import DORMANT

#: Asks shown at once: a list that ends.
ASKS = 5
#: A check that ends within so many days is said so.
ENDS_SOON = 45
#: A tie that goes quiet within so many days is due.
NUDGE = 21
BROUGHT = ("made", "met", "followed_up", "closed")


def desk(reader: ScopedReader, as_of: date, language: str = "en") -> MentorDesk:
    """Asks (in words of a language, `en` or `es`), own people and what is due, load, break, checks.

    Raises UnknownPerson (an account of nobody).
    """
    snapshot = reader.snapshot(as_of)
    me = reader.own(snapshot)
    assert snapshot.people is not None
    facts = _facts(reader, snapshot)
    own = _Own(reader, snapshot, as_of)
    asks = sorted(own.asks(facts, language), key=lambda each: (each.later, each.due or date.max, each.introduction))
    people = sorted(own.people(facts, me), key=_urgency)
    pause = own.pause()
    asked = {row["learner"] for row in own.introductions() if row["id"] in {each.introduction for each in asks[:ASKS]}}
    reader.note_ids("mentor's desk", [*(each.id for each in people), *sorted(asked)])
    return MentorDesk(
        as_of=as_of,
        name=own.given_name(own.person) or "",
        asks=tuple(asks[:ASKS]),
        asks_total=len(asks),
        people=tuple(people),
        used=own.used(),
        capacity=int(facts.capacity[me]) if facts.capacity[me] >= 0 else None,
        paused=pause is not None,
        paused_until=pause["until"] if pause else None,
        clearances=tuple(own.clearances()),
    )


def year(reader: ScopedReader, as_of: date, since: date | None = None) -> MyYear:
    """The reader's own contacts of the year before a day, as an employer may read them."""
    snapshot = reader.snapshot(as_of)
    reader.own(snapshot)
    start = since or date(as_of.year, 1, 1)
    own = _Own(reader, snapshot, as_of)
    rows = sorted(own.contacts(start), key=lambda row: (row["date"], row["id"]))
    met = {id for row in rows for id in own.learners_of(row)}
    ids = {row["id"] for row in own.introductions() if row["state"] in BROUGHT and row["since"] >= start}
    outcomes: dict[str, int] = {}
    for row in own.rows("introduction_outcome"):
        if row["introduction"] in ids and start <= row["date"] <= as_of:
            outcomes[row["step"]] = outcomes.get(row["step"], 0) + 1
    return MyYear(
        as_of=as_of,
        name=own.given_name(own.person, whole=True) or "",
        since=start,
        until=as_of,
        rows=tuple(
            YearRow(on=row["date"], kind=row["kind"], minutes=row["minutes"], learners=len(own.learners_of(row)))
            for row in rows
        ),
        contacts=len(rows),
        minutes=sum(row["minutes"] or 0 for row in rows),
        unknown=sum(row["minutes"] is None for row in rows),
        learners=len(met),
        introductions=len(ids),
        outcomes=outcomes,
    )


def mentors(reader: ScopedReader, as_of: date, limit: int = 500) -> Mentors:
    """For the coordinator: every mentor and employer contact with what waits, load, break and checks."""
    snapshot = reader.snapshot(as_of)
    assert snapshot.people is not None
    facts = _facts(reader, snapshot)
    people, shut = snapshot.people, reader.shut(snapshot)
    waiting: dict[str, int] = {}
    for row in _live(reader, snapshot, "introduction").to_pylist():
        party = ASKED.get(row["state"])
        if party is not None:
            waiting[row[party]] = waiting.get(row[party], 0) + 1
    ends, soon = _clearance_ends(reader, snapshot, as_of), as_of + timedelta(days=ENDS_SOON)
    given, family = (people.table[name].to_pylist() for name in ("given_name", "family_name"))
    order = []
    for at in np.flatnonzero(facts.professional & ~facts.removed & ~shut).tolist():
        fine = bool(facts.cleared[at]) and ends.get(people.ids[at], date.max) > soon
        order.append((fine, folded(f"{given[at] or ''} {family[at] or ''}"), str(snapshot.keys[at]), at))
    order.sort()
    shown = [at for *_, at in order[:limit]]
    reader.note_ids("list of mentors", [people.ids[at] for at in shown])
    rows = tuple(
        MentorRow(
            id=people.ids[at],
            person_id=str(snapshot.keys[at]),
            name=display_name(snapshot, at),
            organization=organization_name(snapshot, int(people.employer[at])),
            sector=people.table["sector"][at].as_py(),
            status=people.table["status"][at].as_py(),
            asks=waiting.get(people.ids[at], 0),
            used=int(facts.history.used[at]),
            capacity=int(facts.capacity[at]) if facts.capacity[at] >= 0 else None,
            paused=bool(facts.paused[at]),
            cleared=bool(facts.cleared[at]),
            clearance_until=ends.get(people.ids[at]),
        )
        for at in shown
    )
    return Mentors(as_of=as_of, rows=rows, total=len(order))


def _clearance_ends(reader: ScopedReader, snapshot: Snapshot, as_of: date) -> dict[str, date]:
    """The last day of people's checks that hold on a day: of several kinds the first to end, of one the longest."""
    longest: dict[tuple[str, str], date] = {}
    for row in on_day(_live(reader, snapshot, "clearance"), as_of).to_pylist():
        if row["result"] == "cleared" and row["kind"] in Choices.shipped().clearances:
            key = (row["person"], row["kind"])
            longest[key] = max(longest.get(key, date.min), row["until"] or date.max)
    found: dict[str, date] = {}
    for (person, _), until in longest.items():
        if until != date.max:
            found[person] = min(found.get(person, date.max), until)
    return found


def _facts(reader: ScopedReader, snapshot: Snapshot) -> Facts:
    """What the gates read of everybody, once for a snapshot."""
    found: Facts = snapshot.memo("facts of the gates", lambda: read_facts(snapshot, reader.evidence, Choices.shipped()))
    return found


def _live(reader: ScopedReader, snapshot: Snapshot, kind: str) -> Any:
    """The live records of a kind, once for a snapshot."""
    return snapshot.memo(("live records", kind), lambda: known(reader.table(kind), snapshot.revision))


def _places(snapshot: Snapshot) -> dict[str, int]:
    """Positions by internal id, merged records counted as the one that is kept, once for a snapshot."""
    assert snapshot.people is not None
    people = snapshot.people
    found: dict[str, int] = snapshot.memo(
        "places of people", lambda: {id: at for at, id in enumerate(people.ids)} | dict(snapshot.aliases)
    )
    return found


def _urgency(each: Mentee) -> tuple[int, date, str]:
    order = {"meet": 0, "say_how_it_was": 1, "keep": 2, "catch_up": 3, "none": 4}
    return order[each.step], each.quiet_on or date.max, each.id


class _Own:
    """The records that concern one person, and of other people no more than those records need."""

    def __init__(self, reader: ScopedReader, snapshot: Snapshot, as_of: date) -> None:
        assert reader.actor.person is not None and snapshot.people is not None
        self.reader, self.snapshot, self.day = reader, snapshot, as_of
        self.person: str = reader.actor.person
        self.everybody = snapshot.people
        self.at = _places(snapshot)
        #: The person's own id, and those of records that were merged into it.
        self.mine = {self.person, *(id for id, at in snapshot.aliases if at == self.at.get(self.person, -1))}
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def rows(self, kind: str, on: bool = False) -> list[dict[str, Any]]:
        """The live records of a kind, of this person where the kind says whose they are."""
        if kind not in self._rows:
            import pyarrow as pa
            import pyarrow.compute as pc

            table = _live(self.reader, self.snapshot, kind)
            if "person" in table.column_names:
                table = table.filter(pc.is_in(table["person"], value_set=pa.array(sorted(self.mine), pa.string())))
            if on:
                table = on_day(table, self.day)
            self._rows[kind] = table.to_pylist()
        return self._rows[kind]

    def introductions(self) -> list[dict[str, Any]]:
        """Those in which the person is connector or target."""
        if "introduction" not in self._rows:
            import pyarrow as pa
            import pyarrow.compute as pc

            table = _live(self.reader, self.snapshot, "introduction")
            ids = pa.array(sorted(self.mine), pa.string())
            mine = pc.or_(pc.is_in(table["connector"], value_set=ids), pc.is_in(table["target"], value_set=ids))
            self._rows["introduction"] = table.filter(mine).to_pylist()
        return self._rows["introduction"]

    def steps(self, introduction: str) -> list[dict[str, Any]]:
        ids = {row["id"] for row in self.introductions()}
        if "introduction_event" not in self._rows:
            import pyarrow as pa
            import pyarrow.compute as pc

            table = _live(self.reader, self.snapshot, "introduction_event")
            chosen = pc.is_in(table["introduction"], value_set=pa.array(sorted(ids), pa.string()))
            self._rows["introduction_event"] = table.filter(chosen).to_pylist()
        found = (row for row in self._rows["introduction_event"] if row["introduction"] == introduction)
        return sorted(found, key=lambda row: int(row["step"]))

    # --- what is asked -----------------------------------------------------------------------------------
    def asks(self, facts: Facts, language: str) -> Iterable[Ask]:
        calendar = self._calendar()
        later = {row["introduction"] for row in self.rows("later") if row["until"] >= self.day}
        for row in self.introductions():
            party = ASKED.get(row["state"])
            if party is None or row[party] not in self.mine:
                continue
            waiting = wait(row, self.day, calendar)
            learner = self.at.get(row["learner"])
            if waiting.over or learner is None:
                continue
            sees = fields(party, furthest(self.steps(row["id"])))
            shares = "learner_first_name" in sees or bool(facts.share_name[learner])
            other = row["target"] if party == "connector" else row["connector"]
            told = self._told(row, party, shares, language)
            yield Ask(
                introduction=row["id"],
                version=row["version"],
                party=party,
                ask=row["ask"],
                goal=row["goal"],
                first_name=self.given_name(row["learner"]) if shares else None,
                other=self.given_name(other, whole=True) or "",
                asked_by=self._coordinator(row["learner"]),
                due=waiting.due,
                later=row["id"] in later,
                why=self._why(row, party, other),
                **told,
            )

    def _told(self, row: Mapping[str, Any], party: str, shares: bool, language: str) -> dict[str, Any]:
        """What the reader's own contacts with the others were, and what a yes or a no leads to."""
        learner, connector, target = (self.at.get(row[end]) for end in ("learner", "connector", "target"))
        if learner is None or connector is None or target is None:
            return {}
        side: Side = "connector" if party == "connector" else "target"
        shared, goal = shares and self.given_name(row["learner"]) is not None, row["goal"]
        told = for_adult(self.snapshot, learner, connector, target, side, language, shared=shared, goal=goal)
        return {"path": told.path, "next": told.next, "fallback": told.fallback}

    def _why(self, row: Mapping[str, Any], party: str, other: str) -> tuple[str, ...]:
        """Why the reader: what is true of the reader, never of the learner."""
        me = self.at[self.person]
        sectors = self.everybody.table["sector"]
        found = []
        if party == "target" and row["goal"] is not None and sectors[me].as_py() == row["goal"]:
            found.append("your_field")
        found.append("knows_you" if party == "target" else "you_know_both")
        return tuple(found)

    def _coordinator(self, learner: str) -> str | None:
        import pyarrow.compute as pc

        table = on_day(_live(self.reader, self.snapshot, "caseload"), self.day)
        adults = sorted(table.filter(pc.equal(table["learner"], learner))["adult"].to_pylist())
        return self.given_name(adults[0], whole=True) if adults else None

    def _calendar(self) -> Calendar:
        rows = _live(self.reader, self.snapshot, "setting").to_pylist()
        return Calendar.of(next((row["value"] for row in rows if row["key"] == SETTING), None))

    # --- own people --------------------------------------------------------------------------------------
    def people_met(self) -> dict[str, dict[str, Any]]:
        """Learners whom an introduction brought to the person as target, by id, with the latest introduction."""
        found: dict[str, dict[str, Any]] = {}
        for row in sorted(self.introductions(), key=lambda row: row["since"]):
            if row["target"] in self.mine and row["state"] in BROUGHT:
                found[row["learner"]] = row
        return found

    def people(self, facts: Facts, me: int) -> Iterable[Mentee]:
        """Learners with a tie to the person, or brought to them, whose consent to be shown to them holds."""
        brought = self.people_met()
        pairs = self.snapshot.pairs
        assert pairs is not None
        mine = np.flatnonzero(((pairs.a == me) | (pairs.b == me)) & (pairs.state >= DORMANT))
        others = {int(pairs.b[k] if pairs.a[k] == me else pairs.a[k]): int(k) for k in mine}
        learners = {at for at in others if facts.learner[at]} | {self.at[id] for id in brought if id in self.at}
        allowed = facts.consents[int(facts.audience[me])] | facts.research
        outcomes = self.rows("introduction_outcome")
        shut = self.reader.shut(self.snapshot)
        for at in sorted(learners):
            id = self.everybody.ids[at]
            row = brought.get(id)
            if shut[at] or facts.removed[at] or facts.opted_out[at] or not allowed[at]:
                continue
            yield self._mentee(at, id, row, others.get(at), outcomes)

    def _mentee(
        self, at: int, id: str, row: Mapping[str, Any] | None, pair: int | None, outcomes: list[dict[str, Any]]
    ) -> Mentee:
        pairs = self.snapshot.pairs
        assert pairs is not None
        last = clock.day_of(int(pairs.last[pair])) if pair is not None and pairs.last[pair] >= 0 else None
        quiet = self._quiet_on(pair)
        came = tuple(
            sorted({each["step"] for each in outcomes if row is not None and each["introduction"] == row["id"]})
        )
        goals = self.everybody.table["goals"][at].as_py()
        return Mentee(
            id=id,
            first_name=self.given_name(id),
            goal=goals[0] if goals else None,
            last_contact=last,
            days=(self.day - last).days if last else None,
            contacts=sum(id in self.learners_of(each) for each in self.contacts(self.day - timedelta(days=365))),
            quiet_on=quiet,
            step=self._step(row, quiet, pair),
            introduction=row["id"] if row is not None else None,
            version=row["version"] if row is not None else None,
            meeting=row["meeting"] if row is not None else None,
            outcomes=tuple(sorted(came)),
        )

    def _step(self, row: Mapping[str, Any] | None, quiet: date | None, pair: int | None) -> str:
        pairs = self.snapshot.pairs
        assert pairs is not None
        if row is not None and row["state"] == "made":
            return "meet"
        if row is not None and row["state"] == "met":
            return "say_how_it_was"
        if pair is not None and pairs.state[pair] == DORMANT:
            return "catch_up"
        if quiet is not None and quiet <= self.day + timedelta(days=NUDGE):
            return "keep"
        return "none"

    def _quiet_on(self, pair: int | None) -> date | None:
        """The day on which a tie falls below the strength from which it is alive, if nothing happens before."""
        pairs, parameters = self.snapshot.pairs, self.snapshot.parameters
        assert pairs is not None
        if pair is None or parameters.half_life is None or pairs.state[pair] == DORMANT:
            return None
        strength = float(pairs.strength[pair])
        if strength <= parameters.theta:
            return None
        days = int(np.floor(parameters.half_life * np.log2(strength / parameters.theta))) + 1
        return self.day + timedelta(days=days) if days < 3660 else None

    # --- own contacts ------------------------------------------------------------------------------------
    def contacts(self, since: date) -> list[dict[str, Any]]:
        """Contacts with learners in which the person took part, since a day."""
        if "interaction" not in self._rows:
            import pyarrow as pa
            import pyarrow.compute as pc

            table = _live(self.reader, self.snapshot, "interaction")
            table = table.filter(pc.less_equal(table["date"], pa.scalar(self.day, pa.date32())))
            members = table["participants"].combine_chunks()
            who = pc.struct_field(pc.list_flatten(members), "id")
            rows = pc.list_parent_indices(members).filter(pc.is_in(who, value_set=pa.array(sorted(self.mine))))
            self._rows["interaction"] = table.take(pc.unique(rows)).to_pylist()
        return [row for row in self._rows["interaction"] if row["date"] >= since and self.learners_of(row)]

    def learners_of(self, row: Mapping[str, Any]) -> set[str]:
        ids = {each["id"] for each in row["participants"]}
        return {id for id in ids if id in self.at and self.everybody.learner[self.at[id]]}

    # --- the person ----------------------------------------------------------------------------------------
    def used(self) -> int:
        slots = (OPEN, month_of(self.day))
        return sum(row["slot"] in slots for row in self.rows("reservation"))

    def pause(self) -> dict[str, Any] | None:
        return next(iter(self.rows("pause", on=True)), None)

    def clearances(self) -> Iterable[Clearance]:
        """Every check that is asked for: the latest result that there is."""
        for kind in Choices.shipped().clearances:
            rows = [row for row in self.rows("clearance") if row["kind"] == kind and row["since"] <= self.day]
            if not rows:
                yield Clearance(kind=kind, state="missing", until=None)
                continue
            last = max(rows, key=lambda row: (row["since"], row["until"] or date.max))
            until = last["until"]
            if last["result"] != "cleared":
                state = "missing"
            elif until is not None and until < self.day:
                state = "over"
            elif until is not None and until <= self.day + timedelta(days=ENDS_SOON):
                state = "ends_soon"
            else:
                state = "valid"
            yield Clearance(kind=kind, state=state, until=until)

    def given_name(self, id: str, whole: bool = False) -> str | None:
        at = self.at.get(id)
        if at is None:
            return None
        names = ("given_name", "family_name") if whole else ("given_name",)
        said = [self.everybody.table[name][at].as_py() for name in names]
        return " ".join(part for part in said if part) or (str(self.snapshot.keys[at]) if whole else None)

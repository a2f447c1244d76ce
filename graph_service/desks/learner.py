"""The learner's desk: my team, who may see it, what I agreed to, one next ask."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_service import clock
from graph_service.desks.naming import display_name, organization_name
from graph_service.desks.network import STATES, relation_of
from graph_service.desks.views.learner import (
    LearnerDesk,
    MyConsent,
    MyIntroduction,
    MyWords,
    NextAsk,
    OwnDecision,
    OwnWord,
    Position,
    Seer,
    Teammate,
)
from graph_service.disclosure.scope import ScopedReader
from graph_service.introductions import visibility
from graph_service.introductions.coming_of_age import decided, ends_on_birthday, own_word_from
from graph_service.introductions.explain import for_learner
from graph_service.introductions.recommend import field_of
from graph_service.introductions.school_days import SETTING, Calendar
from graph_service.introductions.waiting import state_on
from graph_service.introductions.workflow import workflow
from graph_service.measures.access import job_zones
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.people import RELATIONS, SECTORS
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.strength import DORMANT, NEVER, STRONG, WEAK

#: Nearest first: what a team looks like, not a score.
ORDER = (STRONG, WEAK, DORMANT, NEVER)
#: Days after which a quiet tie is worth a few lines.
QUIET_DAYS = 45
#: What a learner decides alone once of age: as a guardian's form asks it.
_DECIDED = tuple(code for code in vocabulary("consent_purposes").codes if code != "directory_opt_out")
#: Phases in which an introduction is still to come about or to be followed up.
OPEN = ("idea", "on_its_way", "made", "met")
#: Who can see a learner's team, in words; what the policy's grants come to.
SEERS = (
    ("coordinator", "Staff of your school and programme who look after you", "your contacts, without private ones"),
    ("lead", "The safeguarding lead", "who you are, who looks after you, your meetings"),
    ("evaluator", "Evaluators", "numbers about groups, never you by name"),
    ("mentor", "Mentors and employers", "nothing, unless you ask for an introduction"),
)


def desk(reader: ScopedReader, as_of: date, language: str = "en") -> LearnerDesk:
    """The signed-in learner's own desk; introductions explained in a language (`en`, `es`).

    Raises UnknownPerson where the account is nobody's.
    """
    snapshot = reader.snapshot(as_of)
    at = reader.own(snapshot)
    people = snapshot.people
    assert people is not None
    me = people.ids[at]
    said = {row["alter"]: row for row in live(reader, "stated_tie") if row["ego"] == me}
    team = _team(snapshot, at, said)
    introductions = _introductions(reader, snapshot, me, as_of, language)
    consents = _consents(reader, me, as_of)
    own_word = _own_word(people.table["birth_date"][at].as_py(), consents, as_of)
    return LearnerDesk(
        id=me,
        name=display_name(snapshot, at),
        as_of=as_of,
        revision=snapshot.revision,
        goals=tuple(people.table["goals"][at].as_py()),
        team=team,
        private=sum(each.private for each in team),
        consents=consents,
        own_word=own_word,
        seers=tuple(Seer(role=role, who=who, sees=sees) for role, who, sees in SEERS),
        introductions=introductions,
        positions=_positions(team),
        next=_next(team, introductions, own_word, as_of),
    )


def live(reader: ScopedReader, kind: str) -> list[Mapping[str, Any]]:
    """Records of a kind that hold now."""
    import pyarrow.compute as pc

    table = reader.table(kind)
    found: list[Mapping[str, Any]] = table.filter(pc.is_null(table["ended"])).sort_by("id").to_pylist()
    return found


def _team(snapshot: Snapshot, at: int, said: Mapping[str, Mapping[str, Any]]) -> tuple[Teammate, ...]:
    pairs, people = snapshot.pairs, snapshot.people
    assert pairs is not None and people is not None
    mine = ((pairs.a == at) | (pairs.b == at)).nonzero()[0].tolist()
    met = {int(pairs.b[row] if pairs.a[row] == at else pairs.a[row]): row for row in mine}
    met = {other: row for other, row in met.items() if pairs.state[row] > NEVER}
    places = {id: place for place, id in enumerate(people.ids)}
    told = {places[id]: row for id, row in said.items() if id in places}
    found = [_mate(snapshot, at, other, met.get(other), told.get(other)) for other in {*met, *told} - {at}]
    states = {STATES[state]: place for place, state in enumerate(ORDER)}
    return tuple(sorted(found, key=lambda each: (states[each.state], each.name, each.id)))


def _mate(snapshot: Snapshot, at: int, other: int, row: int | None, said: Mapping[str, Any] | None) -> Teammate:
    pairs, people = snapshot.pairs, snapshot.people
    assert pairs is not None and people is not None
    relation = (said or {}).get("relation") or RELATIONS[relation_of(snapshot, at, other)]
    sector = int(people.sector[other])
    return Teammate(
        id=people.ids[other],
        name=_name(snapshot, other),
        relation=relation,
        relation_label=vocabulary("relations").label(relation),
        sector=SECTORS[sector] if sector >= 0 else None,
        occupation=people.occupations[work] if (work := int(people.occupation[other])) >= 0 else None,
        organization=organization_name(snapshot, int(people.employer[other])),
        state=STATES[NEVER if row is None else int(pairs.state[row])],
        last_contact=None if row is None else clock.day_of(int(pairs.last[row])),
        contacts=0 if row is None else int(pairs.events[row]),
        recorded=row is not None,
        said=None if said is None else said["id"],
        private=bool(said and said["private"]),
    )


def _positions(team: Sequence[Teammate]) -> tuple[Position, ...]:
    """The grid of a position generator: the scale is that of the measures of access."""
    grid = ((int(job_zones()[code[:2]]), code) for code in vocabulary("positions").codes)
    return tuple(
        Position(occupation=code, zone=zone, known=tuple(each.name for each in team if each.occupation == code))
        for zone, code in sorted(grid, key=lambda row: row[0])
    )


def _name(snapshot: Snapshot, at: int) -> str:
    """An adult's name; of another learner the given name only."""
    people = snapshot.people
    assert people is not None
    if not people.learner[at]:
        return display_name(snapshot, at)
    return people.table["given_name"][at].as_py() or "Another learner"


def _consents(reader: ScopedReader, me: str, as_of: date) -> tuple[MyConsent, ...]:
    labels = vocabulary("consent_purposes")
    rows = [row for row in live(reader, "consent") if row["person"] == me]
    return tuple(
        MyConsent(
            **{name: row[name] for name in ("id", "purpose", "by", "granted", "since", "until")},
            purpose_label=labels.label(row["purpose"]),
            in_force=bool(row["granted"])
            and (row["since"] is None or row["since"] <= as_of)
            and (row["until"] is None or row["until"] >= as_of),
        )
        for row in sorted(rows, key=lambda row: (row["purpose"], str(row["since"]), row["id"]))
    )


def _own_word(born: date | None, consents: Sequence[MyConsent], as_of: date) -> OwnWord | None:
    """What the learner decides alone, from 30 days before the 18th birthday."""
    since = own_word_from(born, as_of)
    if since is None or born is None:
        return None
    rows = [each.model_dump() for each in consents]
    said = {row["purpose"]: row["granted"] for row in rows if row["by"] == "self" and not _over(row, since)}
    return OwnWord(
        since=since,
        ends=ends_on_birthday(rows, as_of),
        decided=decided(rows, born),
        decisions=tuple(OwnDecision(purpose=code, granted=said.get(code)) for code in _DECIDED),
    )


def _over(row: Mapping[str, Any], day: date) -> bool:
    return row["until"] is not None and bool(row["until"] < day)


def _introductions(
    reader: ScopedReader, snapshot: Snapshot, me: str, as_of: date, language: str
) -> tuple[MyIntroduction, ...]:
    rows = [row for row in live(reader, "introduction") if row["learner"] == me]
    if not rows:
        return ()
    events = live(reader, "introduction_event")
    calendar = Calendar.of(next((row["value"] for row in live(reader, "setting") if row["key"] == SETTING), None))
    found = []
    for row in sorted(rows, key=lambda row: (str(row["since"]), row["id"]), reverse=True):
        past = [event for event in events if event["introduction"] == row["id"]]
        far = visibility.furthest(past)
        values = {
            "target": _person(snapshot, row["target"]),
            "connector": _person(snapshot, row["connector"]),
            "goal": row["goal"],
            "ask": row["ask"],
            "meeting": row["meeting"],
        }
        blank = {"target": "", "connector": "", "goal": None, "ask": row["ask"]}
        shown = blank | visibility.shown(values, "learner", far)
        now = state_on(row, as_of, calendar)
        moves = tuple(workflow().possible(now, {"learner"}))
        phase = visibility.phase(now)
        said = _words(reader, snapshot, row, language) if phase in OPEN else None
        ours = MyIntroduction(id=row["id"], phase=phase, moves=moves, words=said, **shown)
        found.append(ours)
    return tuple(found)


def _words(reader: ScopedReader, snapshot: Snapshot, row: Mapping[str, Any], language: str) -> MyWords | None:
    """Why, through whom and what to do; None where one of the three is no longer there."""
    people = snapshot.people
    assert people is not None
    ends = [row[end] for end in ("learner", "connector", "target")]
    if not set(ends) <= set(people.ids):
        return None
    learner, connector, target = (people.ids.index(id) for id in ends)
    told = for_learner(field_of(snapshot, reader.evidence), learner, connector, target, language)
    take = told.take or {}
    return MyWords(
        reasons=told.reasons,
        path=told.path,
        next=told.next,
        fallback=told.fallback,
        message=take["message"],
        questions=tuple(take["questions"]),
        thanks=take["thanks"],
        silence=take["silence"],
    )


def _person(snapshot: Snapshot, id: str) -> str:
    people = snapshot.people
    assert people is not None
    return _name(snapshot, people.ids.index(id)) if id in people.ids else ""


def _next(
    team: Sequence[Teammate], introductions: Sequence[MyIntroduction], own_word: OwnWord | None, as_of: date
) -> NextAsk:
    """What ends comes first, then what is open, then a tie that goes quiet, then the question whom one knows."""
    if own_word is not None and own_word.ends and not own_word.decided:
        return NextAsk(kind="decide", why=("What was signed for you ends on your 18th birthday.",))
    for each in introductions:
        # What was just lived through is forgotten soonest.
        if "follow_up" in each.moves:
            return NextAsk(kind="tell", who=each.target, why=("You met.",), introduction=each.id)
    for each in introductions:
        if each.phase == "idea" and "request" in each.moves:
            why = (f"{each.connector} knows both of you.",)
            return NextAsk(kind="introduction", who=each.connector, leads_to=each.target, why=why, introduction=each.id)
    adults = [each for each in team if each.relation not in ("peer", "family") and each.last_contact is not None]
    quiet = [each for each in adults if each.last_contact and (as_of - each.last_contact).days >= QUIET_DAYS]
    if quiet:
        chosen = max(quiet, key=lambda each: (each.contacts, each.last_contact or as_of, each.id))
        times = "once" if chosen.contacts == 1 else f"{chosen.contacts} times"
        why = (f"You have met {times}; a few lines keep you in mind.",)
        return NextAsk(kind="keep", who=chosen.name, why=why)
    return NextAsk(kind="name", why=("Somebody you know may know somebody who does what you want to do.",))

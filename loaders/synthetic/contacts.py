"""Interactions as arrays: built in pieces, cleaned once, written as one Arrow table."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from graph_service.records.contacts import INTERACTION
from graph_service.records.vocabulary import vocabulary
from loaders.synthetic.columns import chosen, coded, days, keys, sets, table, whole
from loaders.synthetic.draws import Draws, Ints, Mask
from loaders.synthetic.people import NOTHING, Population

KINDS = vocabulary("interaction_kinds").codes
MODES = vocabulary("modes").codes
ACTIVITIES = vocabulary("activities").codes
LINES = vocabulary("service_lines").codes
PARTS = vocabulary("participation_roles").codes
EVIDENCE = vocabulary("evidence_grades").codes
HELP = vocabulary("help_directions").codes
RESOURCES = vocabulary("resources").codes
LOGGERS = ("coordinator", "mentor", "learner", "teacher", "counsellor", "employer_contact", "program_staff")
TIMES = ("08:15", "09:00", "09:30", "10:45", "12:10", "13:00", "14:30", "15:15", "15:45", "16:00", "16:30", "17:00")
CONTEXTS = ("site", "project", "class", "programme", "online", "event")
#: Pairs that really spoke, as positions among the participants.
PAIRS = ("[[0, 1], [0, 2]]", "[[0, 1], [1, 2]]", "[[1, 2], [2, 3]]", "[[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]")
#: The last of them: a table of four at which everybody spoke with everybody.
TABLE_OF_FOUR = len(PAIRS) - 1

_NAMED = "learner participant sender recipient host mentor supervisor adult speaker staff"
LEARNER, PARTICIPANT, SENDER, RECIPIENT, HOST, MENTOR, SUPERVISOR, ADULT, SPEAKER, STAFF = map(
    PARTS.index, _NAMED.split(" ")
)
#: Adults whom an event of a group ties to its learners.
TYING = np.array([each in ("host", "mentor", "supervisor", "adult", "staff") for each in PARTS])
TIE_MAKING = np.array([row["makes_tie"] == "yes" for row in vocabulary("interaction_kinds").rows.values()])


@dataclass(eq=False)
class Contacts:
    """Events as columns; `size` participants each, flat in `person` and `part`. Codes below 0 are null."""

    day: Ints
    kind: Ints
    mode: Ints
    minutes: Ints
    host: Ints
    activity: Ints
    line: Ints
    evidence: Ints
    logger: Ints
    help: Ints
    resources: Ints
    time: Ints
    context: Ints
    pairs: Ints
    introduced: Ints
    size: Ints
    person: Ints
    part: Ints

    def __len__(self) -> int:
        return len(self.day)

    @property
    def offsets(self) -> Ints:
        return np.concatenate([[0], np.cumsum(self.size)])

    def take(self, rows: Ints) -> "Contacts":
        """Some of the events, in the given order."""
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows
        size, begin = self.size[rows], self.offsets[:-1][rows]
        flat = np.repeat(begin - (np.cumsum(size) - size), size) + np.arange(int(size.sum()))
        events = {each.name: getattr(self, each.name)[rows] for each in fields(self) if each.name not in FLAT}
        return Contacts(**events, person=self.person[flat], part=self.part[flat])


FLAT = ("person", "part")


def joined(pieces: Sequence[Contacts]) -> Contacts:
    """All pieces, one after the other."""
    return Contacts(**{each.name: np.concatenate([getattr(p, each.name) for p in pieces]) for each in fields(Contacts)})


def events(
    day: Ints,
    kind: str | Ints,
    who: Sequence[Ints] | Any,
    parts: Sequence[int] | Any,
    mode: Ints | None = None,
    **more: Any,
) -> Contacts:
    """Events with the participants in the columns of `who` (-1: nobody) in the roles `parts`."""
    n = len(day)
    columns = isinstance(who, list)
    matrix: Ints = np.stack([np.asarray(each, np.int64) for each in who], axis=1) if columns else np.asarray(who)
    roles = np.asarray(parts, np.int64)
    roles = np.broadcast_to(roles, matrix.shape)
    there = matrix >= 0
    code = np.full(n, KINDS.index(kind)) if isinstance(kind, str) else kind

    def column(name: str, empty: int = -1) -> Ints:
        value = more.pop(name, empty)
        codes = {"activity": ACTIVITIES, "line": LINES, "evidence": EVIDENCE, "logger": LOGGERS, "context": CONTEXTS}
        if isinstance(value, str):
            value = codes[name].index(value)
        return np.broadcast_to(np.asarray(value, np.int64), (n,))

    found = Contacts(
        day=np.asarray(day, np.int64), kind=np.asarray(code, np.int64),
        mode=np.zeros(n, np.int64) if mode is None else mode,
        minutes=column("minutes"), host=column("host"), activity=column("activity"), line=column("line"),
        evidence=column("evidence", EVIDENCE.index("observed")), logger=column("logger"), help=column("help"),
        resources=column("resources", 0), time=column("time"), context=column("context"), pairs=column("pairs"),
        introduced=column("introduced"),
        size=there.sum(axis=1), person=matrix[there], part=roles[there],
    )  # fmt: skip
    if more:
        raise ValueError(f"Events have no {', '.join(more)}.")
    return found


def cleaned(people: Population, contacts: Contacts, last_days: Ints) -> Contacts:
    """Without what cannot be: days outside the programme, learners not enrolled, adults who have left.

    An event with fewer than two people left, or named pairs of whom one is missing, goes altogether.
    """
    span = people.span
    event = np.repeat(np.arange(len(contacts)), contacts.size)
    day = contacts.day[event]
    there = (day >= span.first) & (day <= span.last) & (day <= last_days[contacts.person])
    learner = contacts.person < people.learners
    who = np.where(learner, contacts.person, 0)
    there &= ~learner | ((day >= people.entered[who]) & (people.state[who] != NOTHING))
    # A person named twice in one event is there once.
    code = event * len(people.role) + contacts.person
    order = np.argsort(code, kind="stable")
    again = np.zeros(len(code), bool)
    again[order[1:]] = code[order[1:]] == code[order[:-1]]
    there &= ~again
    size = np.bincount(event[there], minlength=len(contacts))
    whole_pairs = (contacts.pairs < 0) | (size == contacts.size)
    kept = Contacts(
        **{each.name: getattr(contacts, each.name) for each in fields(contacts) if each.name not in (*FLAT, "size")},
        size=size,
        person=contacts.person[there],
        part=contacts.part[there],
    )
    kept = kept.take((size >= 2) & whole_pairs)
    return kept.take(np.lexsort((np.arange(len(kept)), kept.day)))


def tied(contacts: Contacts, people: Population) -> tuple[Ints, Ints, Ints, Ints]:
    """The pairs that the events tie: a < b, day, event. As the snapshot sees it, named pairs included."""
    found: list[tuple[Ints, Ints, Ints]] = []
    makes = TIE_MAKING[contacts.kind]
    offsets = contacts.offsets
    side = np.where(TYING[contacts.part], 2, np.where(contacts.part == LEARNER, 1, 0))
    plain = np.isin(contacts.part, (PARTICIPANT, SENDER, RECIPIENT))
    side = np.where(plain, np.where(contacts.person < people.learners, 1, 2), side)
    for size in range(2, 13):
        rows = np.flatnonzero(makes & (contacts.size == size) & (contacts.pairs < 0))
        at = offsets[rows][:, None] + np.arange(size)
        who, sides = contacts.person[at], side[at]
        for i in range(size):
            for j in range(i + 1, size):
                mask = (
                    np.ones(len(rows), bool)
                    if size == 2
                    else (sides[:, i] + sides[:, j] == 3) & (sides[:, i] != 0) & (sides[:, j] != 0)
                )
                found.append((who[mask, i], who[mask, j], rows[mask]))
    for code, text in enumerate(PAIRS):
        rows = np.flatnonzero(makes & (contacts.pairs == code))
        for pair in text.strip("[]").split("], ["):
            i, j = (int(each) for each in pair.split(","))
            found.append((contacts.person[offsets[rows] + i], contacts.person[offsets[rows] + j], rows))
    a, b, event = (np.concatenate(column) for column in zip(*found, strict=True))
    return np.minimum(a, b), np.maximum(a, b), contacts.day[event], event


def helped(draws: Draws, kind: Ints, mask: Mask | None = None) -> tuple[Ints, Ints]:
    """Help given (bit mask) and its direction, by kind of interaction."""
    n = len(kind)
    shares = np.array([_HELP.get(code, _HELP[""]) for code in KINDS])[kind]
    bits = np.zeros(n, np.int64)
    for at in range(len(RESOURCES)):
        bits |= (draws.uniform(n) < shares[:, at]).astype(np.int64) << at
    if mask is not None:
        bits = np.where(mask, bits, 0)
    direction = draws.pick((82, 4, 14), n)
    return bits, np.where(bits > 0, direction, -1)


#: Shares of events with information, advice, skill, connection, reference, opportunity.
_HELP = {
    "mentoring_session": (0.40, 0.50, 0.22, 0.10, 0.03, 0.05),
    "informational_interview": (0.80, 0.45, 0.02, 0.12, 0.01, 0.04),
    "job_shadow": (0.70, 0.25, 0.15, 0.06, 0.01, 0.04),
    "mock_interview": (0.25, 0.75, 0.35, 0.03, 0.01, 0.01),
    "work_session": (0.12, 0.15, 0.35, 0.03, 0.01, 0.02),
    "evaluation": (0.20, 0.60, 0.15, 0.04, 0.22, 0.08),
    "introduction_meeting": (0.60, 0.35, 0.02, 0.18, 0.02, 0.10),
    "follow_up": (0.55, 0.30, 0.02, 0.14, 0.02, 0.10),
    "industry_project": (0.30, 0.30, 0.40, 0.03, 0.01, 0.01),
    "meeting": (0.30, 0.30, 0.03, 0.06, 0.02, 0.03),
    "career_fair": (0, 0, 0, 0, 0, 0),
    "guest_speaker": (0, 0, 0, 0, 0, 0),
    "panel": (0, 0, 0, 0, 0, 0),
    "worksite_tour": (0, 0, 0, 0, 0, 0),
    "workshop": (0, 0, 0, 0, 0, 0),
    "": (0.10, 0.10, 0.03, 0.02, 0.00, 0.01),
}


def interactions(people: Population, contacts: Contacts, introductions: Any) -> Any:
    """The events as a table of records, with the users' keys. introductions: keys of those that led to an event."""
    import pyarrow as pa

    n = len(contacts)
    who = chosen(contacts.person, people.key)
    parts = coded(contacts.part, PARTS)
    struct = pa.StructArray.from_arrays([who, parts], ["id", "role"])
    offsets = pa.array(contacts.offsets.astype(np.int32))
    return table(
        INTERACTION,
        id=keys(f"I{people.block:03d}-", np.arange(n) + 1, 9),
        date=days(contacts.day),
        time=coded(contacts.time, TIMES),
        kind=coded(contacts.kind, KINDS),
        mode=coded(contacts.mode, MODES),
        minutes=whole(contacts.minutes),
        participants=pa.ListArray.from_arrays(offsets, struct),
        pairs=coded(contacts.pairs, PAIRS),
        host=chosen(contacts.host, people.places.key),
        activity=coded(contacts.activity, ACTIVITIES),
        service_line=coded(contacts.line, LINES),
        source=coded(np.zeros(n), ("synthetic",)),
        asserted_by=coded(contacts.logger, LOGGERS),
        evidence=coded(contacts.evidence, EVIDENCE),
        help=coded(contacts.help, HELP),
        resources=sets(contacts.resources, RESOURCES),
        introduced_by=chosen(contacts.introduced, introductions),
        context=coded(contacts.context, CONTEXTS),
    )

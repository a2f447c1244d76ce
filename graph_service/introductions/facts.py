"""What the gates read of people: age, consent, clearance, status, capacity, languages; one array entry each."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from graph_service import clock
from graph_service.introductions.choices import Choices
from graph_service.introductions.history import History, Reader, read_history
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.people import PROFESSIONAL, RELATIONS, Resolver
from graph_service.snapshot.rows import index_in, known, on_day

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot

ADULT_AGE = 18
#: A school grade and the age at which it begins, where no birth date is known (grade 8 begins at 13).
AGE_OF_GRADE = 5
#: Purposes of consent by the kind of person that the learner is shown to: mentors and their like, employers.
PURPOSES = ("suggest_to_mentors", "suggest_to_employers")
ANY_PURPOSE = "introduce"


@dataclass(frozen=True, eq=False)
class Facts:
    """Arrays of one entry per person (positions of the snapshot).

    learner, professional, adult: what the person is here; audience: 1 for employers' contacts, else 0.
    research: held as de-identified research data, without consents. minor: under 18 or of unknown age.
    age: whole years, -1 unknown (from the grade where there is no birth date).
    consents[k]: the learner may be shown to audience k. cleared: by a valid check. at_school: codes
    (person * organizations + school) of staff cleared by that school. languages, modes: bit sets (0 any).
    region: a number, -1 unknown. capacity: -1 unknown.
    """

    learner: np.ndarray
    professional: np.ndarray
    adult: np.ndarray
    audience: np.ndarray
    research: np.ndarray
    minor: np.ndarray
    age: np.ndarray
    consents: np.ndarray
    opted_out: np.ndarray
    share_name: np.ndarray
    consented: np.ndarray
    removed: np.ndarray
    paused: np.ndarray
    restricted: np.ndarray
    cleared: np.ndarray
    at_school: np.ndarray
    capacity: np.ndarray
    languages: np.ndarray
    modes: np.ndarray
    region: np.ndarray
    excluded: np.ndarray
    goals: np.ndarray
    history: History
    caseload: np.ndarray

    def __len__(self) -> int:
        return len(self.learner)


def read_facts(snapshot: "Snapshot", evidence: Reader, choices: Choices) -> Facts:
    """The facts on the snapshot's day, as known at its revision."""
    people, as_of, revision = snapshot.people, snapshot.as_of, snapshot.revision
    assert people is not None and as_of is not None
    n, table = len(people), people.table
    resolve = Resolver(evidence, revision)  # type: ignore[arg-type]
    research = _is(table["basis"], "research")
    age = _ages(table, as_of)
    professional = np.isin(people.relation, [RELATIONS.index(code) for code in PROFESSIONAL])
    professional &= ~people.learner & ~people.staff
    consents, opted_out, share_name = _consents(evidence, as_of, revision, resolve, (age < ADULT_AGE), n)
    status = np.asarray(table["status"].to_pylist(), object)
    capacity = table["capacity"].fill_null(-1)
    site = people.site
    location = people.organizations.table["location"] if len(people.organizations) else None
    region = _regions(location, np.where(people.learner, site, people.employer), choices, n)
    employer_keys = np.append(np.asarray(people.organizations.keys(), object), "")
    return Facts(
        learner=people.learner,
        professional=professional,
        adult=~people.learner,
        audience=(people.relation == RELATIONS.index("employer_contact")).astype(np.int8),
        research=research,
        minor=age < ADULT_AGE,
        age=age,
        consents=consents,
        opted_out=opted_out,
        share_name=share_name,
        consented=status == "consented",
        removed=status == "removed",
        paused=_stands(evidence, "pause", as_of, revision, resolve, n),
        restricted=_stands(evidence, "restriction", as_of, revision, resolve, n),
        cleared=_cleared(evidence, as_of, revision, resolve, choices, n),
        at_school=_at_school(evidence, as_of, revision, resolve, people, choices),
        capacity=np.asarray(capacity.to_numpy(), np.int64),
        languages=_bits(table["languages"], _languages(table)) if choices.same_language else np.zeros(n, np.int64),
        modes=_bits(table["modes"], vocabulary("modes").codes) if choices.same_mode else np.zeros(n, np.int64),
        region=region,
        excluded=np.isin(employer_keys[people.employer], list(choices.excluded_organizations)),
        goals=np.where(
            np.asarray(table["exploring"].to_numpy(zero_copy_only=False), bool),
            0,
            _bits(table["goals"], vocabulary("career_clusters").codes),
        ),
        history=read_history(evidence, as_of, revision, resolve, n, choices.cooldown_days),
        caseload=_caseload(evidence, as_of, revision, resolve),
    )


def _is(column: Any, value: str) -> np.ndarray:
    import pyarrow.compute as pc

    return np.asarray(pc.fill_null(pc.equal(column, value), False).to_numpy(zero_copy_only=False), bool)


def _ages(table: Any, as_of: date) -> np.ndarray:
    """Whole years on the day; from the grade where the birth date is unknown; -1 where both are."""
    ages = np.full(table.num_rows, -1, np.int64)
    for at, (born, grade) in enumerate(zip(table["birth_date"].to_pylist(), table["grade"].to_pylist(), strict=True)):
        if born is not None:
            ages[at] = as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))
        elif grade is not None and grade.strip().isdigit() and 1 <= int(grade) <= 12:
            # A grade tells that somebody is old enough; never that somebody is of age.
            ages[at] = min(int(grade) + AGE_OF_GRADE, ADULT_AGE - 1)
    return ages


def _consents(
    evidence: Reader, as_of: date, revision: int, resolve: Resolver, minor: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per audience: allowed; opted out of the directory; first name may be told.

    A grant counts from who may give it: the guardian of a minor, anybody of age for themselves. A refusal counts
    from either. Of several that hold on the day the latest counts, and of one day the refusal.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = on_day(known(evidence.table("consent"), revision), pa.scalar(as_of, pa.date32()))
    who = resolve.positions(rows["person"])
    since = np.asarray(pc.cast(rows["since"], pa.int32()).to_numpy(), np.int64)
    granted = np.asarray(rows["granted"].to_numpy(zero_copy_only=False), bool)
    by_guardian = _is(rows["by"], "guardian")
    purpose = np.asarray(rows["purpose"].to_pylist(), object)
    counts = (who >= 0) & (~granted | (by_guardian == minor[who]))
    order = np.lexsort((~granted, since))

    def latest(name: str, either: bool = False) -> np.ndarray:
        """1 allowed, -1 refused, 0 nothing said."""
        found = np.zeros(n, np.int8)
        chosen = order[((who >= 0) & (purpose == name) & (counts | either))[order]]
        found[who[chosen]] = np.where(granted[chosen], 1, -1)
        return found

    general = latest(ANY_PURPOSE)
    allowed = np.zeros((len(PURPOSES), n), bool)
    for at, name in enumerate(PURPOSES):
        own = latest(name)
        allowed[at] = (np.where(own == 0, general, own) == 1) & (general != -1)
    return allowed, latest("directory_opt_out", either=True) == 1, latest("share_name") == 1


def _cleared(evidence: Reader, as_of: date, revision: int, resolve: Resolver, choices: Choices, n: int) -> np.ndarray:
    """Every kind of check that is asked for is cleared, by the latest result that holds on the day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = on_day(known(evidence.table("clearance"), revision), pa.scalar(as_of, pa.date32()))
    who, kind = resolve.positions(rows["person"]), np.asarray(rows["kind"].to_pylist(), object)
    since = np.asarray(pc.cast(rows["since"], pa.int32()).to_numpy(), np.int64)
    result = np.asarray(rows["result"].to_pylist(), object)
    cleared = np.ones(n, bool)
    for wanted in choices.clearances:
        chosen = np.flatnonzero((who >= 0) & (kind == wanted))
        # A refusal of the same day is read last, so that it counts.
        chosen = chosen[np.lexsort((result[chosen] == "refused", result[chosen] != "cleared", since[chosen]))]
        has = np.zeros(n, bool)
        has[who[chosen]] = result[chosen] == "cleared"
        cleared &= has
    return cleared


def _stands(evidence: Reader, kind: str, as_of: date, revision: int, resolve: Resolver, n: int) -> np.ndarray:
    """Truth per person: a record of the kind (a break, a restriction) holds about them on the day."""
    import pyarrow as pa

    rows = on_day(known(evidence.table(kind), revision), pa.scalar(as_of, pa.date32()))
    who = resolve.positions(rows["person"])
    found = np.zeros(n, bool)
    found[who[who >= 0]] = True
    return found


def _at_school(
    evidence: Reader, as_of: date, revision: int, resolve: Resolver, people: Any, choices: Choices
) -> np.ndarray:
    import pyarrow as pa

    if not choices.school_staff_are_cleared:
        return np.zeros(0, np.int64)
    rows = on_day(known(evidence.table("affiliation"), revision), pa.scalar(as_of, pa.date32()))
    classes = vocabulary("affiliation_relations").column("class")
    staff = np.array([classes[code] == "staff" for code in rows["relation"].to_pylist()], bool)
    who = resolve.positions(rows["person"])
    where = index_in(rows["organization"], people.organizations.table["id"])
    keep = staff & (who >= 0) & (where >= 0)
    return np.unique(who[keep] * max(len(people.organizations), 1) + where[keep])


def _caseload(evidence: Reader, as_of: date, revision: int, resolve: Resolver) -> np.ndarray:
    """Assignments on the day: learner, adult, day number since when (-1 unknown)."""
    import pyarrow as pa

    rows = on_day(known(evidence.table("caseload"), revision), pa.scalar(as_of, pa.date32()))
    learner, adult = resolve.positions(rows["learner"]), resolve.positions(rows["adult"])
    since = np.asarray(rows["since"].cast(pa.int32()).fill_null(-1).to_numpy(), np.int64)
    keep = (learner >= 0) & (adult >= 0) & (learner != adult)
    found = np.stack([learner[keep], adult[keep], since[keep]], axis=1)
    return found[np.lexsort((found[:, 2], found[:, 1], found[:, 0]))]


def _languages(table: Any) -> tuple[str, ...]:
    import pyarrow.compute as pc

    names = sorted(value for value in pc.unique(pc.list_flatten(table["languages"])).to_pylist() if value)
    return tuple(names[:62])


def _bits(column: Any, codes: tuple[str, ...]) -> np.ndarray:
    """A bit per code that the list holds."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = column.combine_chunks() if len(column) else pa.array([], column.type)
    parents = np.asarray(pc.list_parent_indices(column).to_numpy(), np.int64)
    values = index_in(pc.list_flatten(column), pa.array(codes, pa.string()))
    bits = np.zeros(len(column), np.int64)
    known_ones = values >= 0
    np.bitwise_or.at(bits, parents[known_ones], np.int64(1) << values[known_ones])
    return bits


def _regions(location: Any, organization: np.ndarray, choices: Choices, n: int) -> np.ndarray:
    if not choices.same_region or location is None:
        return np.full(n, -1, np.int64)
    import pyarrow.compute as pc

    coded = pc.dictionary_encode(location.combine_chunks())
    codes = np.append(np.asarray(coded.indices.fill_null(-1).to_numpy(), np.int64), -1)
    found: np.ndarray = codes[organization]
    return found


def day_of_snapshot(snapshot: "Snapshot") -> int:
    """The snapshot's day as a number."""
    assert snapshot.as_of is not None
    return clock.day_number(snapshot.as_of)

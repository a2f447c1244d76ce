"""The tables of people: persons, subgroups, affiliations, caseloads, merges."""

from typing import Any

import numpy as np

from graph_service.records.people import AFFILIATION, CASELOAD, MERGE, PERSON, SUBGROUP
from loaders.synthetic import names
from loaders.synthetic.columns import chosen, coded, days, flags, keys, sets, table, whole
from loaders.synthetic.draws import Ints, Mask
from loaders.synthetic.labour import sectors
from loaders.synthetic.people import (
    GOAL_EXPLORING,
    GOAL_ONE,
    GOAL_SEVERAL,
    ROLE_NAMES,
    STATUSES,
    TIERS,
    Population,
)

MODES = ("in_person", "virtual", "hybrid", "school_based", "simulated")
LANGUAGES = ("en", "es", "vi", "so", "ar")
#: How many of the employers' contacts of a region are mentors entered a second time.
TWICE = 4
STAFF = ("coordinator", "counsellor", "teacher", "program_staff")


def ids(people: Population, prefix: str, n: int) -> Any:
    """Keys of records that have no key of their own, unique over all blocks."""
    return keys(f"{prefix}{people.block:03d}-", np.arange(n) + 1, 8)


def twice(people: Population) -> tuple[Ints, Ints]:
    """The double entries: positions of the second record, and of the mentor that it repeats."""
    contacts, mentors = people.rows("employer_contact"), people.rows("mentor")
    regions = np.arange(int(people.region.max()) + 1)
    last = np.searchsorted(people.region[contacts], regions, side="right")
    first = np.searchsorted(people.region[mentors], regions, side="left")
    size = np.searchsorted(people.region[mentors], regions, side="right") - first
    room = (last - np.searchsorted(people.region[contacts], regions, side="left") > 30) & (size > TWICE)
    again = (last[room, None] - 1 - np.arange(TWICE)).reshape(-1)
    whose = (first[room, None] + np.arange(TWICE)).reshape(-1)
    return contacts[again], mentors[whose]


def persons(people: Population, source: str) -> Any:
    """One row for everybody."""
    import pyarrow as pa

    draws = people.draws("persons")
    n, learners = len(people.role), people.learners
    given, family = names.people(draws, n)
    email = names.addresses(people.key)
    again, whose = twice(people)
    same = np.arange(n)
    same[again] = whose
    given, family, email = (chosen(same, column) for column in (given, family, email))
    no_address = draws.chance(np.where(people.status == STATUSES.index("named_only"), 0.8, 0.15), n)
    email = chosen(np.where(no_address, -1, np.arange(n)), email)

    goals = np.zeros(n, np.int64)
    one, two = np.int64(1) << people.goal, np.int64(1) << people.goal2
    aim = people.aim
    goals[:learners] = np.where(aim == GOAL_ONE, one, np.where(aim == GOAL_SEVERAL, one | two, 0))
    exploring = np.zeros(n, bool)
    exploring[:learners] = aim == GOAL_EXPLORING

    roles = np.int64(1) << people.role
    mentors = people.rows("mentor")
    both = mentors[draws.chance(0.12, len(mentors)) & (people.place[mentors] >= 0)]
    roles[both] |= 1 << ROLE_NAMES.index("employer_contact")
    guardians = people.rows("guardian")
    roles[guardians] |= 1 << ROLE_NAMES.index("family")

    grade = np.full(n, -1, np.int64)
    grade[:learners] = np.where(people.grade <= 12, people.grade - 8, -1)
    adults = people.role > 0
    occupation = np.where((people.sector >= 0) & (people.tier >= 0), people.sector * 3 + people.tier, -1)
    languages = 1 | (draws.chance(0.24, n) * 2) | (draws.chance(0.03, n) * 4) | (draws.chance(0.02, n) * 8)
    languages |= draws.chance(0.02, n) * 16
    meets = np.where(adults & draws.chance(0.3, n), draws.pick((0, 8, 10, 6, 4), n), 0)
    modes = np.array([0, 2, 1 | 2, 1 | 4, 8 | 2 | 16])[meets]
    phones = keys("+1-555-01", draws.below(100, n), 2)
    return table(
        PERSON,
        id=people.key,
        id_source=coded(np.zeros(n), (source,)),
        key=people.key,
        given_name=given,
        family_name=family,
        roles=sets(roles, ROLE_NAMES),
        tier=coded(people.tier, TIERS),
        birth_date=days(births(people)),
        grade=coded(grade, ("8", "9", "10", "11", "12")),
        status=coded(people.status, STATUSES),
        capacity=whole(people.capacity),
        goals=sets(goals, sectors().codes),
        exploring=flags(exploring),
        occupation=coded(occupation, sectors().occupations),
        sector=coded(people.sector, sectors().codes),
        languages=sets(languages, LANGUAGES),
        modes=sets(modes, MODES),
        email=email,
        phone=chosen(np.where(draws.chance(0.1, n) & adults, np.arange(n), -1), phones),
        basis=pa.array(["programme"]).take(pa.array(np.zeros(n, np.int64))),
    )


def births(people: Population) -> Ints:
    """Day of birth; -1 where it is not known: all adults but near peers, and one learner in twenty-five."""
    draws = people.draws("births")
    n, learners = len(people.role), people.learners
    born = np.full(n, -1, np.int64)
    september = people.span.september()
    age = people.grade + 5
    born[:learners] = september - (age * 1461) // 4 - draws.below(365, learners)
    # A few are younger than their grade: the age floor must have somebody to stop.
    young = (people.grade == 8) & draws.chance(0.6, learners)
    born[:learners] += np.where(young, 380, 0)
    born[:learners] = np.where(draws.chance(0.04, learners), -1, born[:learners])
    near = people.rows("near_peer", "alum")
    born[near] = september - draws.between(19 * 365, 24 * 365, len(near))
    return born


def english_learners(people: Population) -> Mask:
    """Who learns English: the first draw of the stream that subgroups are drawn from."""
    return people.draws("subgroups").chance(people.profile.english_learner, people.learners)


def subgroups(people: Population) -> Any:
    """What is known of learners for equity reports. Race or ethnicity and gender have no planted difference."""
    profile, n = people.profile, people.learners
    draws = people.draws("subgroups")
    yes = ("yes", "no")
    first = np.where(people.low, profile.first_generation_low, profile.first_generation)
    found: list[tuple[str, Ints, tuple[str, ...]]] = [
        ("low_income", np.where(people.low, 0, 1), yes),
        ("english_learner", np.where(draws.chance(profile.english_learner, n), 0, 1), yes),
        ("disability", np.where(draws.chance(profile.disability, n), 0, 1), yes),
        ("first_generation", np.where(draws.chance(first, n), 0, 1), yes),
        ("gender", draws.pick((485, 485, 30), n), ("female", "male", "nonbinary")),
        (
            "race_ethnicity",
            draws.pick((30, 18, 34, 10, 6, 2), n),
            ("hispanic_latino", "black", "white", "asian", "two_or_more", "american_indian"),
        ),
    ]
    for at, group in enumerate(found):
        found[at] = (group[0], np.where(draws.chance(profile.unknown_subgroup, n), -1, group[1]), group[2])
    for attribute, share in (
        ("nontraditional", 0.07), ("foster", 0.012), ("homeless", 0.02), ("migrant", 0.012), ("military", 0.03),
        ("single_parent", 0.01),
    ):  # fmt: skip
        found.append((attribute, np.where(draws.chance(share, n), 0, -1), yes))
    who = np.concatenate([np.flatnonzero(values >= 0) for _, values, _ in found])
    what = np.concatenate([np.full(np.count_nonzero(v >= 0), at) for at, (_, v, _) in enumerate(found)])
    labels = sorted({label for _, _, group in found for label in group})
    value = np.concatenate([np.array([labels.index(label) for label in group])[v[v >= 0]] for _, v, group in found])
    sources = ("sis", "self_report", "meal_programme")
    return table(
        SUBGROUP,
        id=ids(people, "SG", len(who)),
        person=chosen(who, people.key),
        attribute=coded(what, [attribute for attribute, _, _ in found]),
        value=coded(value, labels),
        since=days(np.maximum(people.entered[who], people.span.first)),
        source=coded(np.where(what == 0, 2, draws.pick((80, 20), len(who))), sources),
    )


def affiliations(people: Population) -> Any:
    """Who belongs where, from when to when: enrolments, moves, changed jobs, a coordinator who leaves."""
    draws = people.draws("affiliations")
    span, places = people.span, people.places
    rows: list[dict[str, Any]] = []
    n = people.learners
    who = np.arange(n)
    college = places.first["college"] + people.region[who]
    older = people.grade == 13
    graduated = np.where(older, span.september() - 80, people.left)
    rows.append(_rows(who, people.place[who], "enrolled_at", since=people.entered, until=graduated))
    at = who[older]
    rows.append(_rows(at, college[at], "enrolled_at", since=np.full(len(at), span.september()), title=0))
    rows.append(_rows(at, people.place[at], "alum_of", since=np.full(len(at), span.september() - 80), main=False))
    dual = who[(people.grade >= 11) & (people.grade <= 12) & draws.chance(0.06, n) & (people.left < 0)]
    rows.append(
        _rows(dual, college[dual], "enrolled_at", since=np.full(len(dual), span.september()), title=1, main=False)
    )
    clubs = places.first["community_organization"] + people.region[who] * 3 + 1
    member = who[draws.chance(0.08, n)]
    if places.count["community_organization"] == 3 * (int(people.region.max()) + 1):
        rows.append(_rows(member, clubs[member], "member_of", since=people.entered[member], main=False))

    working = people.rows("mentor", "employer_contact", "near_peer", "alum", "other_professional")
    working = working[people.place[working] >= 0]
    since = span.first - draws.between(30, 4000, len(working))
    moved = draws.chance(0.07, len(working))
    change = span.draw(
        draws, np.full(len(working), span.first + 30), np.full(len(working), span.last - 30), len(working)
    )
    employers = places.rows("employer")
    elsewhere = _in_region(draws, people, working, employers)
    rows.append(
        _rows(working, people.place[working], "works_at", since=np.where(moved, change, since), title=2, tier=True)
    )
    rows.append(
        _rows(
            working[moved],
            elsewhere[moved],
            "works_at",
            since=since[moved],
            until=change[moved] - 1,
            title=2,
            tier=True,
        )
    )
    alumni = people.rows("alum")
    school = _in_region(draws, people, alumni, places.rows("school"))
    rows.append(_rows(alumni, school, "alum_of", since=np.full(len(alumni), span.september(2) - 80), main=False))
    mentors = people.rows("mentor")
    loose = mentors[people.place[mentors] < 0]
    partner = _in_region(draws, people, loose, places.rows("intermediary"))
    rows.append(_rows(loose, partner, "member_of", since=np.full(len(loose), span.first - 200)))

    leaving, heirs = successions(people)
    for role, relation in (
        ("coordinator", "coordinates"), ("counsellor", "counsels_at"), ("teacher", "teaches_at"),
        ("program_staff", "staff_at"),
    ):  # fmt: skip
        staff = people.rows(role)
        since = span.first - draws.between(100, 3000, len(staff))
        until = np.full(len(staff), -1)
        if role == "coordinator":
            until[leaving - staff[0]] = last_day(people)
            since[heirs - staff[0]] = last_day(people) - 10
        rows.append(_rows(staff, people.place[staff], relation, since=since, until=until, title=3))
    teachers = people.rows("teacher")
    advisers = teachers[draws.chance(0.3, len(teachers))]
    share = draws.between(2, 5, len(advisers)) * 10
    rows.append(
        _rows(
            advisers,
            people.place[advisers],
            "advises",
            since=np.full(len(advisers), span.first),
            share=share,
            main=False,
        )
    )
    return _affiliations(people, rows)


def last_day(people: Population) -> int:
    """When the coordinator who leaves goes: about five months before the last day."""
    return people.span.last - 150


def successions(people: Population) -> tuple[Ints, Ints]:
    """In each region: the coordinator who leaves, and the one who takes over the caseload."""
    staff = people.rows("coordinator")
    regions = np.arange(int(people.region.max()) + 1)
    first = np.searchsorted(people.region[staff], regions, side="left")
    last = np.searchsorted(people.region[staff], regions, side="right") - 1
    there = last > first
    return staff[first[there]], staff[last[there]]


def _in_region(draws: Any, people: Population, who: Ints, places: Ints) -> Ints:
    region = people.places.region[places]
    order = np.argsort(region, kind="stable")
    places, region = places[order], region[order]
    first = np.searchsorted(region, people.region[who], side="left")
    there = np.searchsorted(region, people.region[who], side="right") - first
    found: Ints = places[first + draws.below(there, len(who))]
    return found


TITLES = ("Associate degree", "Dual enrolment", "", "")


def _rows(who: Ints, where: Ints, relation: str, **more: Any) -> dict[str, Any]:
    n = len(who)
    found = {"who": who, "where": where, "relation": np.full(n, _RELATIONS.index(relation))}
    found["since"] = np.asarray(more.get("since", np.full(n, -1)))
    found["until"] = np.asarray(more.get("until", np.full(n, -1)))
    found["title"] = np.full(n, more.get("title", -1))
    found["tier"] = np.full(n, bool(more.get("tier", False)))
    found["main"] = np.full(n, bool(more.get("main", True)))
    found["share"] = np.asarray(more.get("share", np.full(n, -1)))
    return found


_RELATIONS = (
    "enrolled_at", "works_at", "coordinates", "counsels_at", "teaches_at", "staff_at", "advises", "member_of",
    "alum_of",
)  # fmt: skip
_JOBS = ("Associate", "Specialist", "Director")
_STAFF_TITLES = ("Work-based learning coordinator", "School counsellor", "CTE teacher", "Programme manager")


def _affiliations(people: Population, rows: list[dict[str, Any]]) -> Any:
    joined = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    who, title = joined["who"], joined["title"]
    labels = [*TITLES[:2], *_JOBS, *_STAFF_TITLES]
    code = np.where(title == 2, 2 + np.maximum(people.tier[who], 0), title)
    staff = np.array([STAFF.index(role) if role in STAFF else 0 for role in ROLE_NAMES])
    code = np.where(title == 3, 5 + staff[people.role[who]], code)
    tier = np.where(joined["tier"], people.tier[who], -1)
    occupation = np.where((tier >= 0) & (people.sector[who] >= 0), people.sector[who] * 3 + tier, -1)
    return table(
        AFFILIATION,
        id=ids(people, "AF", len(who)),
        person=chosen(who, people.key),
        organization=chosen(joined["where"], people.places.key),
        relation=coded(joined["relation"], _RELATIONS),
        title=coded(code, labels),
        occupation=coded(occupation, sectors().occupations),
        tier=coded(tier, TIERS),
        since=days(joined["since"]),
        until=days(joined["until"]),
        main=flags(joined["main"]),
        share=whole(joined["share"]),
    )


def caseload_pairs(people: Population) -> dict[str, Ints]:
    """Adults assigned to learners: adult, learner, role, since, until."""
    draws = people.draws("caseload")
    span, n = people.span, people.learners
    who = np.arange(n)
    leaving, heirs = successions(people)
    coordinators = people.by_region("coordinator")
    adult = coordinators.draw(draws, people.region[who])
    # Heat gives nobody half the district: caseloads are dealt out in turn.
    staff = people.rows("coordinator")
    first = np.searchsorted(people.region[staff], people.region[who], side="left")
    there = np.searchsorted(people.region[staff], people.region[who], side="right") - first
    adult = staff[first + (who + draws.below(2, n)) % np.maximum(there - 1, 1)]
    assigned = draws.chance(0.94, n) & (people.entered < span.last - 15)
    until = np.where(people.left >= 0, people.left, -1)
    heir = np.full(len(people.role), -1)
    heir[leaving] = heirs
    end = last_day(people)
    since = np.maximum(people.entered, span.first)
    # Who enters after the coordinator has left goes to the successor at once.
    gone = np.isin(adult, leaving)
    adult = np.where(gone & (since >= end), heir[adult], adult)
    gone &= assigned & (since < end)
    handed = gone & draws.chance(0.9, n) & ((until < 0) | (until > end))
    first_part = np.where(gone, np.where(until >= 0, np.minimum(until, end), end), until)
    parts = [
        (adult, assigned, 0, since, first_part),
        (heir[adult], handed, 0, np.full(n, end + 1), until),
    ]
    for role, code, share in (("counsellor", 1, 0.2), ("teacher", 2, 0.25)):
        other = people.by_place(role).draw(draws, people.place[who])
        parts.append((other, draws.chance(share, n) & (other >= 0), code, since, until))
    found: dict[str, list[Ints]] = {name: [] for name in ("adult", "learner", "role", "since", "until")}
    for adults, mask, code, start, stop in parts:
        found["adult"].append(adults[mask])
        found["learner"].append(who[mask])
        found["role"].append(np.full(np.count_nonzero(mask), code))
        found["since"].append(start[mask])
        found["until"].append(stop[mask])
    return {name: np.concatenate(values) for name, values in found.items()}


def caseloads(people: Population, pairs: dict[str, Ints]) -> Any:
    return table(
        CASELOAD,
        id=ids(people, "CL", len(pairs["adult"])),
        adult=chosen(pairs["adult"], people.key),
        learner=chosen(pairs["learner"], people.key),
        role=coded(pairs["role"], ("coordinator", "counsellor", "teacher")),
        since=days(pairs["since"]),
        until=days(pairs["until"]),
    )


def merges(people: Population) -> Any:
    """Half of the double entries are known to be the same person; the other half waits to be found."""
    again, whose = twice(people)
    again, whose = again[::2], whose[::2]
    n = len(again)
    return table(
        MERGE,
        id=ids(people, "ME", n),
        duplicate=chosen(again, people.key),
        kept=chosen(whose, people.key),
        evidence=coded(np.zeros(n), ("Same name and address",)),
        features=coded(np.zeros(n), ('{"name": "equal", "email": "equal"}',)),
    )

"""Who is in a snapshot, in an order that no store decides: by (id source, own key) as bytes."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.rows import index_in, known, on_day
from graph_service.store.port import ANONYMOUS

if TYPE_CHECKING:
    import numpy as np

    from graph_service.store.evidence import Evidence

#: Relations of a contact, by precedence; a pair's relation is a position in this list.
RELATIONS = vocabulary("relations").codes
PROFESSIONAL = tuple(code for code, kind in vocabulary("relations").column("professional").items() if kind == "yes")
UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Organizations:
    """The organisations of a snapshot. table: their records, ordered by (id source, key)."""

    table: Any
    parent: "np.ndarray"
    sector: "np.ndarray"

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def keys(self) -> list[str]:
        return list(self.table["key"].to_pylist())

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each organisation stands, by internal id."""
        return {id: at for at, id in enumerate(self.table["id"].to_pylist())}


@dataclass(frozen=True, eq=False)
class People:
    """The people of a snapshot, one position each.

    table: their records in the order of positions. learner, staff, roster: truth per person.
    relation: what the person is to a contact, unless the pair says otherwise (position in RELATIONS).
    tier 1..3 (0 unknown); sector, occupation, employer, site: positions in `sectors`, `occupations`,
    `organizations` (-1 unknown). recorded: contacts of any kind recorded up to the day (0: nothing is known).
    """

    table: Any
    organizations: Organizations
    learner: "np.ndarray"
    staff: "np.ndarray"
    roster: "np.ndarray"
    relation: "np.ndarray"
    tier: "np.ndarray"
    sector: "np.ndarray"
    occupation: "np.ndarray"
    occupations: tuple[str, ...]
    employer: "np.ndarray"
    site: "np.ndarray"
    enrolled_since: "np.ndarray"

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def keys(self) -> list[str]:
        """The people's own keys, as printed."""
        return list(self.table["key"].to_pylist())

    @cached_property
    def ids(self) -> list[str]:
        """The internal ids."""
        return list(self.table["id"].to_pylist())

    def take(self, positions: "np.ndarray") -> "People":
        """Some of the people, in the given order; the organisations stay."""
        import pyarrow as pa

        columns = {
            name: getattr(self, name)[positions]
            for name in ("learner", "staff", "roster", "relation", "tier", "sector", "occupation", "employer", "site")
        }
        table = self.table.take(pa.array(positions))
        return replace(self, table=table, enrolled_since=self.enrolled_since[positions], **columns)


SECTORS = vocabulary("career_clusters").codes


def read_organizations(evidence: "Evidence", revision: int) -> Organizations:
    """The organisations known at a revision."""
    import numpy as np
    import pyarrow.compute as pc

    table = known(evidence.table("organization"), revision)
    table = table.take(pc.sort_indices(table, [("id_source", "ascending"), ("key", "ascending")]))
    parent = index_in(table["parent"], table["id"]).astype(np.int32)
    return Organizations(table, parent, _codes(table["sector"], SECTORS))


def read_people(evidence: "Evidence", as_of: date, revision: int, resolve: "Resolver") -> People:
    """The people known at a revision, as they were on a day."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    organizations = read_organizations(evidence, revision)
    table = resolve.people
    n = table.num_rows
    day = pa.scalar(as_of, pa.date32())
    affiliations = known(evidence.table("affiliation"), revision)
    who_all = resolve.positions(affiliations["person"])
    has_affiliation = np.zeros(n, bool)
    has_affiliation[who_all[who_all >= 0]] = True
    current = on_day(affiliations, day)
    # The primary one first, then the latest, then by the organisation's place: the first one counts.
    org_at = index_in(current["organization"], organizations.table["id"])
    since = np.asarray(pc.fill_null(current["since"].cast(pa.int32()), -(10**6)).to_numpy(), np.int64)
    main = np.asarray(current["main"].to_numpy(zero_copy_only=False), bool)
    order = np.lexsort((org_at, -since, ~main))
    current = current.take(pa.array(order))
    who, org_at, since = resolve.positions(current["person"]), org_at[order], since[order]
    relation = np.asarray(current["relation"].to_numpy(zero_copy_only=False), object)
    kinds = vocabulary("affiliation_relations").column("class")
    classes = np.array([kinds[code] for code in relation], object)

    roles = _role_sets(table)
    roles_of = vocabulary("person_roles").column("class")
    enrolled = _any(n, who, relation == "enrolled_at")
    learner = roles["learner"] | _any(n, who_all, _equals(affiliations["relation"], "enrolled_at"))
    staff_role = np.zeros(n, bool)
    for role, kind in roles_of.items():
        if kind == "staff":
            staff_role |= roles[role]
    # Who has left and does nothing else in the programme's world does not become a learner's contact by leaving.
    elsewhere = _any(n, who, classes != "staff")
    staff = (_any(n, who, classes == "staff") | (staff_role & ~elsewhere)) & ~enrolled
    learner &= ~staff
    roster = learner & (enrolled | ~has_affiliation)

    employer = np.full(n, UNKNOWN, np.int32)
    site = np.full(n, UNKNOWN, np.int32)
    enrolled_since = np.full(n, -(10**6), np.int32)
    _first(employer, who, org_at, relation == "works_at")
    _first(site, who, org_at, relation == "enrolled_at")
    _first(enrolled_since, who, since, relation == "enrolled_at", unset=-(10**6))
    works = relation == "works_at"
    tier = _codes(table["tier"], vocabulary("tiers").codes) + 1
    at_work = np.zeros(n, np.int16)
    _first(at_work, who, _codes(current["tier"], vocabulary("tiers").codes) + 1, works, unset=0)
    tier = np.where(at_work > 0, at_work, tier).astype(np.int8)
    sector = _codes(table["sector"], SECTORS)
    by_employer = np.where(employer >= 0, organizations.sector[employer], UNKNOWN) if len(organizations) else sector
    sector = np.where(sector == UNKNOWN, by_employer, sector).astype(np.int16)
    occupation, occupations = _occupations(table, current, who, works)
    return People(
        table=table,
        organizations=organizations,
        learner=learner,
        staff=staff,
        roster=roster,
        relation=_relations(roles, learner, staff, _any(n, who, relation == "works_at")),
        tier=tier,
        sector=sector,
        occupation=occupation,
        occupations=occupations,
        employer=employer,
        site=site,
        enrolled_since=enrolled_since,
    )


class Resolver:
    """From the ids of records to positions of people, merged records counted as the one that is kept."""

    def __init__(self, evidence: "Evidence", revision: int) -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        table = known(evidence.table("person"), revision)
        table = table.filter(pc.not_equal(table["id"], ANONYMOUS))
        table = table.take(pc.sort_indices(table, [("id_source", "ascending"), ("key", "ascending")]))
        self.all_ids = table["id"].combine_chunks() if table.num_rows else pa.array([], pa.string())
        target = np.arange(table.num_rows)
        merges = known(evidence.table("merge"), revision)
        if merges.num_rows:
            duplicate = index_in(merges["duplicate"], self.all_ids)
            kept = index_in(merges["kept"], self.all_ids)
            both = (duplicate >= 0) & (kept >= 0) & (duplicate != kept)
            target[duplicate[both]] = kept[both]
            for _ in range(len(target)):
                further = target[target]
                if np.array_equal(further, target):
                    break
                target = further
        stays = target == np.arange(table.num_rows)
        place = np.cumsum(stays) - 1
        self._place = np.append(place[target], -1)
        self.people = table.filter(pa.array(stays)) if not stays.all() else table

    def aliases(self) -> tuple[tuple[str, int], ...]:
        """The ids of duplicates, each with the position of the person that is kept."""
        import numpy as np

        own = self.people["id"].to_pylist()
        named = zip(self.all_ids.to_pylist(), np.asarray(self._place[:-1]).tolist(), strict=True)
        return tuple((id, at) for id, at in named if own[at] != id) if len(own) < len(self.all_ids) else ()

    def positions(self, ids: Any) -> "np.ndarray":
        """The position of each id; -1 for the anonymous participant and for ids not there."""
        places: np.ndarray = self._place[index_in(ids, self.all_ids)]
        return places


def _codes(column: Any, codes: tuple[str, ...]) -> "np.ndarray":
    import numpy as np
    import pyarrow as pa

    found: np.ndarray = index_in(column, pa.array(codes)).astype(np.int16)
    return found


def _equals(column: Any, value: str) -> "np.ndarray":
    import numpy as np
    import pyarrow.compute as pc

    return np.asarray(pc.equal(column, value).to_numpy(zero_copy_only=False), bool)


def _any(n: int, who: "np.ndarray", mask: "np.ndarray") -> "np.ndarray":
    import numpy as np

    found = np.zeros(n, bool)
    chosen = who[mask.astype(bool)]
    found[chosen[chosen >= 0]] = True
    return found


def _first(
    into: "np.ndarray", who: "np.ndarray", values: "np.ndarray", mask: "np.ndarray", unset: int = UNKNOWN
) -> None:
    """Set each person's value to that of the first of its rows; rows come in order of precedence."""
    chosen = mask.astype(bool) & (who >= 0) & (values != unset)
    # Assigned backwards, so that the first row of a person is the last one written.
    into[who[chosen][::-1]] = values[chosen][::-1]


def _role_sets(table: Any) -> dict[str, "np.ndarray"]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table["roles"].combine_chunks() if table.num_rows else pa.array([], pa.list_(pa.string()))
    parents = np.asarray(pc.list_parent_indices(column).to_numpy(), np.int64)
    values = _codes(pc.list_flatten(column), vocabulary("person_roles").codes)
    found = {}
    for at, role in enumerate(vocabulary("person_roles").codes):
        mask = np.zeros(table.num_rows, bool)
        mask[parents[values == at]] = True
        found[role] = mask
    return found


def _relations(
    roles: dict[str, "np.ndarray"], learner: "np.ndarray", staff: "np.ndarray", works: "np.ndarray"
) -> "np.ndarray":
    """What each person is to a contact: the first of the relations, in order of precedence, that fits."""
    import numpy as np

    place = {code: at for at, code in enumerate(RELATIONS)}
    relation = np.full(len(learner), place["peer"], np.int8)
    relation[roles["family"] | roles["guardian"]] = place["family"]
    relation[works & ~learner] = place["employer_contact"]
    for code in reversed(PROFESSIONAL):
        if code in roles:
            relation[roles[code] & ~learner] = place[code]
    of_programme = roles["program_staff"] | roles["coordinator"]
    kind_of_staff = np.where(of_programme, place["program_staff"], place["school_staff"])
    relation[staff] = kind_of_staff[staff]
    return relation


def _occupations(
    table: Any, current: Any, who: "np.ndarray", works: "np.ndarray"
) -> tuple["np.ndarray", tuple[str, ...]]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.concat_arrays([table["occupation"].combine_chunks(), current["occupation"].combine_chunks()])
    names = tuple(sorted(value for value in pc.unique(texts).to_pylist() if value))
    pool = pa.array(names, pa.string())
    own = index_in(table["occupation"], pool).astype(np.int32)
    at_work = np.full(table.num_rows, UNKNOWN, np.int32)
    _first(at_work, who, index_in(current["occupation"], pool).astype(np.int32), works)
    return np.where(at_work >= 0, at_work, own).astype(np.int32), names

"""Organisations of a block of regions: state, districts, schools, college, partners, employers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.records.people import ORGANIZATION
from loaders.synthetic import names
from loaders.synthetic.columns import chosen, coded, keys, table
from loaders.synthetic.draws import Draws, Ints
from loaders.synthetic.labour import sectors

#: Kinds in the order in which they are written, with the prefix of their keys.
PREFIX = {
    "state": "ST",
    "agency": "AG",
    "district": "DI",
    "school": "SC",
    "college": "CO",
    "community_organization": "CB",
    "intermediary": "IN",
    "employer": "EM",
}
INTERMEDIARIES = ("chamber", "workforce_board", "nonprofit")
NOUNS = {
    "state": ("State",),
    "agency": ("Workforce Agency", "Education Agency"),
    "district": ("District",),
    "school": ("High School",),
    "college": ("Community College",),
    "community_organization": ("Makers Association", "Neighbourhood House", "Youth Centre"),
    "intermediary": ("Chamber", "Workforce Board", "Learning Network"),
}
MISSIONS = {
    "chamber": "Bring employers of the region to the table and keep them there",
    "workforce_board": "Read labour-market information and set priorities for the region",
    "nonprofit": "Build networks for learners who have none",
    "industry_association": "Open the sector to young people",
    "college": "Join course sequences with work-based learning",
    "government_body": "Coordinate policy and funding between partners",
}
REGIONS_PER_STATE = 100


@dataclass(frozen=True, eq=False)
class Places:
    """Organisations of one block. Arrays run over all of them; `first[kind]` is where a kind begins."""

    kind: Ints
    region: Ints
    sector: Ints
    district: Ints
    first: dict[str, int]
    count: dict[str, int]
    key: Any
    organizations: Any

    def rows(self, kind: str) -> Ints:
        """Positions of the organisations of a kind, in order of region."""
        return np.arange(self.first[kind], self.first[kind] + self.count[kind])


def build(seed: int, block: int, region: Ints, numbers: dict[str, Ints], before: dict[str, int], source: str) -> Places:
    """The organisations of a block.

    region: numbers of its regions; numbers: how many of each kind every region has; before: how many of each
    kind are in earlier blocks; source: the namespace of the keys.
    """
    draws = Draws(seed, block, "places")
    kinds = list(PREFIX)
    counts = {kind: int(numbers[kind].sum()) for kind in kinds}
    first = {kind: sum(counts[each] for each in kinds[:at]) for at, kind in enumerate(kinds)}
    total = sum(counts.values())
    where = np.concatenate([np.repeat(np.arange(len(region)), numbers[kind]) for kind in kinds])
    what = np.repeat(np.arange(len(kinds)), [counts[kind] for kind in kinds])
    # The place of each organisation among those of its kind and region.
    ordinal = np.concatenate([_ordinal(numbers[kind]) for kind in kinds])
    sector = np.full(total, -1, np.int64)
    employers = what == kinds.index("employer")
    sector[employers] = draws.pick(sectors().employers, counts["employer"])
    district = np.full(total, -1, np.int64)
    schools = np.flatnonzero(what == kinds.index("school"))
    per_region = numbers["district"][where[schools]]
    of_district = np.cumsum(np.concatenate([[0], numbers["district"]]))
    district[schools] = first["district"] + of_district[where[schools]] + ordinal[schools] % per_region

    key = _join([keys(PREFIX[kind], before[kind] + np.arange(counts[kind]) + 1, 6) for kind in kinds])
    state_number = region[where] // REGIONS_PER_STATE + 1
    state_key = keys(PREFIX["state"], state_number, 6)
    parent = np.where(what == kinds.index("school"), district, -1)
    from_state = np.isin(what, [kinds.index("agency"), kinds.index("district"), kinds.index("college")])
    part_of = _either(from_state, state_key, chosen(parent, key))
    return Places(
        kind=what,
        region=where,
        sector=sector,
        district=district,
        first=first,
        count=counts,
        key=key,
        organizations=_records(draws, source, key, what, ordinal, sector, part_of),
    )


def _records(draws: Draws, source: str, key: Any, what: Ints, ordinal: Ints, sector: Ints, part_of: Any) -> Any:
    import pyarrow as pa

    kinds = list(PREFIX)
    n = len(what)
    nouns = [noun for kind in kinds if kind != "employer" for noun in NOUNS[kind]] + list(sectors().nouns)
    begin = np.cumsum([0] + [len(NOUNS[kind]) for kind in kinds if kind != "employer"])
    lengths = np.array([len(NOUNS[kind]) for kind in kinds if kind != "employer"] + [1])
    noun = begin[what] + np.where(sector >= 0, sector, ordinal % lengths[what])
    role = np.full(n, -1)
    codes = ("chamber", "industry_association", "workforce_board", "nonprofit", "college", "government_body")
    role[what == kinds.index("intermediary")] = np.array([codes.index(each) for each in INTERMEDIARIES])[
        ordinal[what == kinds.index("intermediary")] % 3
    ]
    role[what == kinds.index("college")] = codes.index("college")
    role[(what == kinds.index("community_organization")) & (ordinal == 0)] = codes.index("industry_association")
    role[(what == kinds.index("agency")) & (ordinal == 1)] = codes.index("government_body")
    reaches = ("state", "region", "local", "sector")
    reach = np.full(n, -1)
    for at, kind in enumerate(kinds):
        reach[what == at] = {"state": 0, "agency": 0, "college": 1, "community_organization": 2, "intermediary": 1}.get(
            kind, -1
        )
    reach[role == codes.index("industry_association")] = 3
    reach[role == codes.index("nonprofit")] = 2
    town = draws.below(len(names.TOWNS), n)
    named = names.organizations(draws, pa.array(nouns).take(pa.array(noun)))
    return table(
        ORGANIZATION,
        id=key,
        id_source=coded(np.zeros(n), (source,)),
        key=key,
        name=named,
        kind=coded(what, kinds),
        intermediary_kind=coded(role, codes),
        naics=coded(sector, sectors().naics),
        sector=coded(sector, sectors().codes),
        part_of=part_of,
        parent=part_of,
        reach=coded(reach, reaches),
        location=coded(np.where(what == 0, -1, town), names.TOWNS),
        mission=coded(role, [MISSIONS[code] for code in codes]),
    )


def _ordinal(counts: Ints) -> Ints:
    """0, 1, ... within each region."""
    starts = np.cumsum(counts) - counts
    found: Ints = np.arange(int(counts.sum())) - np.repeat(starts, counts)
    return found


def _join(columns: list[Any]) -> Any:
    import pyarrow as pa

    return pa.concat_arrays(columns)


def _either(mask: Any, yes: Any, no: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(np.asarray(mask, bool)), yes, no)

"""Variety: how different a learner's contacts are from each other, and from the learner.

One family of measures for each attribute of a contact (sector, occupation, employer, relation, tier, setting,
mode, geography). Shares run over contacts with a known value, n is their number.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph_service.measures.catalogue import Column, measure
from graph_service.measures.kernels.attributes import Likeness, Variety
from graph_service.measures.passes import MODES, TIERS, egos, event_codes, pair_mode
from graph_service.snapshot.people import RELATIONS, SECTORS
from graph_service.snapshot.snapshot import Snapshot

Codes = Callable[[Snapshot], tuple[np.ndarray, int]]


@dataclass(frozen=True)
class Attribute:
    """An attribute of contacts.

    person: codes per person (-1 unknown) and the codebook's number of categories; or entry: codes per entry of
    the graph, where it belongs to the tie. own: the learner has a value too, so that likeness can be measured.
    """

    name: str
    label: str
    person: Codes | None = None
    entry: Codes | None = None
    own: bool = False


def _sector(snapshot: Snapshot) -> tuple[np.ndarray, int]:
    return (_none(snapshot) if snapshot.people is None else snapshot.people.sector), len(SECTORS)


def _occupation(snapshot: Snapshot) -> tuple[np.ndarray, int]:
    people = snapshot.people
    return (_none(snapshot), 1) if people is None else (people.occupation, max(len(people.occupations), 1))


def _employer(snapshot: Snapshot) -> tuple[np.ndarray, int]:
    people = snapshot.people
    return (_none(snapshot), 1) if people is None else (people.employer, max(len(people.organizations), 1))


def _tier(snapshot: Snapshot) -> tuple[np.ndarray, int]:
    return (_none(snapshot) if snapshot.people is None else snapshot.people.tier - 1), len(TIERS)


def _geography(snapshot: Snapshot) -> tuple[np.ndarray, int]:
    """Where somebody is: the site of a learner, the employer's place of everybody else."""
    people = snapshot.people
    if people is None or not len(people.organizations):
        return _none(snapshot), 1

    def run() -> tuple[np.ndarray, int]:
        places = people.organizations.table["location"].to_pylist()
        names = sorted({place for place in places if place})
        code = {name: at for at, name in enumerate(names)}
        of_place = np.array([code.get(place, -1) for place in places] + [-1], np.int32)
        where = np.where(people.site >= 0, people.site, people.employer)
        return of_place[where], max(len(names), 1)

    found: tuple[np.ndarray, int] = snapshot.memo("geography", run)
    return found


def _relation(snapshot: Snapshot) -> tuple[np.ndarray, int]:
    codes = snapshot.relation
    unknown = np.full(len(snapshot.graph.indices), -1, np.int16)
    return (unknown if codes is None else codes), len(RELATIONS)


def _mode(snapshot: Snapshot) -> tuple[np.ndarray, int]:
    if snapshot.pairs is None:
        return np.full(len(snapshot.graph.indices), -1, np.int16), len(MODES)
    return np.append(pair_mode(snapshot), -1)[snapshot.graph.pair], len(MODES)


def _setting(snapshot: Snapshot) -> tuple[np.ndarray, int]:
    if snapshot.pairs is None or snapshot.contacts is None or not len(snapshot.pairs):
        return np.full(len(snapshot.graph.indices), -1, np.int64), 1
    codes = event_codes(snapshot.contacts)
    return np.append(codes[snapshot.pairs.origin], -1)[snapshot.graph.pair], int(codes.max(initial=0)) + 1


def _none(snapshot: Snapshot) -> np.ndarray:
    return np.full(len(snapshot), -1, np.int32)


ATTRIBUTES = (
    Attribute("sector", "sector (career cluster)", person=_sector),
    Attribute("occupation", "occupation (SOC)", person=_occupation),
    Attribute("employer", "employer", person=_employer),
    Attribute("tier", "tier (near peer, mid, senior)", person=_tier),
    Attribute("geography", "place", person=_geography, own=True),
    Attribute("relation", "relation to the learner", entry=_relation),
    Attribute("mode", "mode in which most contacts were", entry=_mode),
    Attribute("setting", "setting in which the tie began", entry=_setting),
)


def variety(snapshot: Snapshot, attribute: Attribute) -> Variety:
    """V1-V4 of everyone over one attribute, computed once."""

    def run() -> Variety:
        graph = snapshot.graph
        if attribute.person is not None:
            from graph_service.measures.kernels.attributes import variety as of_people

            codes, categories = attribute.person(snapshot)
            return of_people(graph.indptr, graph.indices, codes, categories)
        assert attribute.entry is not None
        codes, categories = attribute.entry(snapshot)
        return _of_entries(egos(snapshot), codes, categories, len(snapshot))

    found: Variety = snapshot.memo(("variety", attribute.name), run)
    return found


def _of_entries(ego: np.ndarray, codes: np.ndarray, categories: int, n: int) -> Variety:
    """V1-V4 where the attribute belongs to the tie: counts of (ego, code), then sums of their shares."""
    known = codes >= 0
    pair, times = np.unique(ego[known].astype(np.int64) * categories + codes[known], return_counts=True)
    who = pair // max(categories, 1)
    total = np.bincount(ego[known], minlength=n)
    share = times / total[who] if len(who) else np.zeros(0)
    richness = np.bincount(who, minlength=n)
    squares = np.bincount(who, weights=share**2, minlength=n)
    logs = np.bincount(who, weights=-share * np.log(share), minlength=n) if len(share) else np.zeros(n)
    none = total == 0
    blau = np.where(none, np.nan, 1.0 - squares)
    iqv = np.full(n, np.nan) if categories < 2 else blau * categories / (categories - 1)
    return Variety(total.astype(np.int64), richness.astype(np.int64), blau, iqv, np.where(none, np.nan, logs))


def likeness(snapshot: Snapshot, attribute: Attribute) -> Likeness:
    """V5-V7 of everyone over one attribute, computed once; the pool is everybody who is not staff."""

    def run() -> Likeness:
        from graph_service.measures.kernels.attributes import likeness as of_people

        assert attribute.person is not None
        codes, _ = attribute.person(snapshot)
        pool = None if snapshot.people is None else ~snapshot.people.staff
        return of_people(snapshot.graph.indptr, snapshot.graph.indices, codes, pool)

    found: Likeness = snapshot.memo(("likeness", attribute.name), run)
    return found


VARIETY = (
    ("blau", "V1", r"1 - \sum_k p_k^2", "index", "0..1-1/K", "Blau 1977", ("no_known_value",)),
    (
        "iqv",
        "V2",
        r"V1 \cdot K/(K-1)",
        "index",
        "0..1",
        "Mueller & Schuessler 1961",
        ("no_known_value", "one_category"),
    ),
    ("entropy", "V3", r"-\sum_k p_k \ln p_k", "nats", "0..ln K", "Shannon 1948", ("no_known_value",)),
    ("richness", "V4", r"|\{k : p_k > 0\}|", "categories", "0..K", "Hill 1973", ()),
)
MEANINGS = {
    "blau": "Chance that two of the learner's contacts differ in {label}.",
    "iqv": "The same against the most that the codebook's categories allow.",
    "entropy": "Uncertainty of a contact's {label}.",
    "richness": "Distinct values of {label} among the learner's contacts.",
    "e_i_index": "Contacts with another {label} than the learner's minus those with the same, as a share.",
    "e_i_rescaled": "The same against what the pool offers: 0 where contacts mirror it.",
    "inbreeding_homophily": "How far contacts share the learner's {label} beyond what the pool offers: 0 none, 1 all.",
}
LIKENESS = (
    ("e_i_index", "V5", r"(E-I)/(E+I)", "Krackhardt & Stern 1988", "e_i_index"),
    ("e_i_rescaled", "V6", r"(e-i)/(e+i)", "Everett & Borgatti 2012 (as R egor; not the min-max form)", "e_i_rescaled"),
    ("inbreeding_homophily", "V7", r"(s-w)/(1-w)", "Coleman 1958", "inbreeding"),
)


def _declare_variety(attribute: Attribute) -> None:
    for kind, code, formula, unit, span, source, undefined in VARIETY:

        def compute(snapshot: Snapshot, kind: str = kind) -> Column:
            found = variety(snapshot, attribute)
            values = getattr(found, kind)
            if kind == "richness":
                return Column.full(values)
            reason = np.where(found.known == 0, "no_known_value", "one_category").astype(object)
            return Column.of(values, reason, found.known)

        compute.__doc__ = MEANINGS[kind].format(label=attribute.label)
        measure(
            f"{kind}_{attribute.name}",
            code=code,
            dimension="variety",
            formula=formula,
            unit=unit,
            range=span,
            source=source,
            undefined=undefined,
            see_with="network_size",
            whole_number=kind == "richness",
            inputs=("ties", attribute.name),
        )(compute)


def _declare_likeness(attribute: Attribute) -> None:
    for kind, code, formula, source, column in LIKENESS:

        def compute(snapshot: Snapshot, column: str = column) -> Column:
            assert attribute.person is not None
            found = likeness(snapshot, attribute)
            own, _ = attribute.person(snapshot)
            why = np.where(own < 0, "own_value_unknown", np.where(found.known == 0, "no_known_value", "no_pool"))
            return Column.of(getattr(found, column), why.astype(object), found.known)

        compute.__doc__ = MEANINGS[kind].format(label=attribute.label)
        measure(
            f"{kind}_{attribute.name}",
            code=code,
            dimension="variety",
            formula=formula,
            unit="index",
            range="-1..1",
            source=source,
            undefined=("own_value_unknown", "no_known_value", "no_pool"),
            see_with="network_size",
            inputs=("ties", attribute.name),
        )(compute)


for _attribute in ATTRIBUTES:
    _declare_variety(_attribute)
    if _attribute.own:
        _declare_likeness(_attribute)

#: Which relations bond (people like the learner), bridge (other worlds), link (up to those who decide).
#: The rule is configuration: a programme's own goes into its settings, and every share names it.
BONDING = ("family", "peer")
LINKING_TIER = 3


def _shares(snapshot: Snapshot) -> dict[str, np.ndarray]:
    def run() -> dict[str, np.ndarray]:
        graph, n = snapshot.graph, len(snapshot)
        ego = egos(snapshot)
        codes, _ = _relation(snapshot)
        bonding = np.isin(codes, [RELATIONS.index(code) for code in BONDING])
        senior = np.zeros(n, bool) if snapshot.people is None else snapshot.people.tier >= LINKING_TIER
        linking = ~bonding & senior[graph.indices]
        degree = np.maximum(np.diff(graph.indptr), 1)
        kinds = {"bonding": bonding, "bridging": ~bonding & ~linking, "linking": linking}
        return {name: np.bincount(ego[mask], minlength=n) / degree for name, mask in kinds.items()}

    found: dict[str, np.ndarray] = snapshot.memo("bonding", run)
    return found


for _kind, _meaning in (
    ("bonding", "Share of ties with family and peers."),
    ("bridging", "Share of ties into other worlds than family and peers, at no higher tier."),
    ("linking", "Share of ties with senior people outside family and peers."),
):

    def _share(snapshot: Snapshot, kind: str = _kind) -> Column:
        degree = np.diff(snapshot.graph.indptr)
        return Column(_shares(snapshot)[kind], degree == 0, "no_ties", degree)

    _share.__doc__ = _meaning
    measure(
        f"{_kind}_share",
        code="V8",
        dimension="variety",
        formula=rf"|\{{j : {_kind}\}}| / n",
        unit="share",
        range="0..1",
        undefined="no_ties",
        see_with="network_size",
        source="Woolcock 2001; the rule per tie is this project's",
        inputs=("ties", "relations", "tier"),
    )(_share)

"""Whole programmes out of a seed: `generate`, and the tables of one block of regions after the other."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np

from graph_service.errors import UnknownParameter
from graph_service.records.registry import KINDS
from loaders.synthetic import (
    brokered,
    contacts,
    convened,
    groups,
    outcomes,
    people,
    permissions,
    placements,
    places,
    rooms,
    roster,
    said,
    surveyed,
    ties,
    work,
    workflow,
)
from loaders.synthetic.columns import coded
from loaders.synthetic.draws import Ints
from loaders.synthetic.people import ROLE_NAMES, Population
from loaders.synthetic.profile import COLD_KINDS, ROLES, Profile
from loaders.synthetic.span import Span

AS_OF = date(2026, 3, 31)
#: Regions generated together: about so many people are in memory at once.
REGIONS_PER_BLOCK = 40
FEWEST, MOST = 50, 5_000_000
#: The order in which tables are written: what is referred to comes first.
ORDER = (
    "person", "subgroup", "organization", "affiliation", "caseload", "merge", "interaction", "stated_tie", "relation",
    "consent", "clearance", "introduction", "introduction_event", "reservation", "introduction_outcome",
    "standing_consent", "block", "concern", *work.WORK, *surveyed.KINDS,
)  # fmt: skip
#: Roles of people whom a school's roster knows on the first day.
ROSTER_ROLES = ("learner", "coordinator", "counsellor", "teacher")
ROSTER_PLACES = ("state", "district", "school", "college")

#: Fields of text that hold the key of a record of another kind.
KEYS_IN_TEXT = {("interaction", "introduced_by"): "introduction", ("reservation", "holder"): "introduction"}

InternalIds = Callable[[str, str, list[str]], Iterable[str]]


@dataclass(frozen=True, eq=False)
class Block:
    """Some regions of a programme: people, contacts and planted outcomes as arrays, tables on request."""

    programme: "Programme"
    who: Population
    assigned: dict[str, Ints]
    met: contacts.Contacts
    outcomes: outcomes.Planted
    introductions: brokered.Brokered

    @cached_property
    def pairs(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The pairs that events tie: a < b, day, event."""
        return contacts.tied(self.met, self.who)

    @cached_property
    def tables(self) -> dict[str, Any]:
        """The tables by kind, in the order in which they may be written."""
        who, source = self.who, self.programme.id_source
        tables = {
            "person": roster.persons(who, source),
            "subgroup": roster.subgroups(who),
            "organization": who.places.organizations,
            "affiliation": roster.affiliations(who),
        }
        if self.programme.cold:
            return _first_day(tables)
        a, b, day, _ = self.pairs
        tables |= {
            "caseload": roster.caseloads(who, self.assigned),
            "merge": roster.merges(who),
            "interaction": contacts.interactions(who, self.met, workflow.keys(who, self.introductions)),
            "stated_tie": said.stated(who, a, b, day),
            "relation": said.relations(who, a, b, day),
            "consent": permissions.consents(who, roster.births(who)),
            "clearance": permissions.clearances(who),
        }
        log = tables["interaction"]["id"].combine_chunks()
        tables |= workflow.tables(who, self.introductions, self.met, self.pairs, log)
        tables |= work.tables(who, tables["interaction"])
        tables |= surveyed.tables(who, tables["stated_tie"])
        return {name: tables[name] for name in ORDER}

    @property
    def planted(self) -> Any:
        return self.outcomes.table(self.who)

    @property
    def hidden(self) -> Any:
        return _hidden(self.who)


@dataclass(frozen=True, eq=False)
class Programme:
    """A generated programme. References in its tables hold the users' keys; `resolve` makes internal ids of them."""

    people: int
    seed: int
    as_of: date
    cold: bool
    profile: Profile
    id_source: str
    _kept: dict[int, Block] = field(default_factory=dict, repr=False)

    @property
    def regions(self) -> int:
        return max(1, self.people // self.profile.region_people)

    @property
    def blocks(self) -> int:
        """How many blocks `batches` gives."""
        return -(-self.regions // REGIONS_PER_BLOCK)

    @cached_property
    def span(self) -> Span:
        return Span.of(self.as_of, self.profile.months, self.profile.outcome_days)

    @property
    def first_day(self) -> date:
        return date.fromordinal(date(1970, 1, 1).toordinal() + self.span.first)

    @property
    def split_day(self) -> date:
        """The day from which planted ties begin: train before, test from here."""
        return date.fromordinal(date(1970, 1, 1).toordinal() + self.span.split)

    def block(self, number: int) -> Block:
        """One block. Kept in memory where the programme has only one."""
        if number not in self._kept:
            made = _block(self, number)
            if self.blocks > 1:
                return made
            self._kept[number] = made
        return self._kept[number]

    def batches(self) -> Iterator[dict[str, Any]]:
        """The tables of one block after the other: a block refers to nothing but itself and earlier ones."""
        for number in range(self.blocks):
            yield self.block(number).tables

    @property
    def tables(self) -> dict[str, Any]:
        """All of it: kind to table, in the order in which the kinds may be written."""
        return _concatenated([self.block(number).tables for number in range(self.blocks)])

    def interactions(self) -> Iterator[Any]:
        """The interactions, one block after the other."""
        for batch in self.batches():
            if "interaction" in batch:
                yield batch["interaction"]

    @property
    def planted(self) -> Any:
        """Candidates for new ties, the terms of their hidden propensity, and who met. Never loaded."""
        import pyarrow as pa

        return pa.concat_tables([self.block(number).planted for number in range(self.blocks)])

    @property
    def hidden(self) -> Any:
        """What people are like but no record says: key, drive, heat, response, state. Never loaded."""
        import pyarrow as pa

        return pa.concat_tables([self.block(number).hidden for number in range(self.blocks)])


def generate(
    people: int = 1000,
    seed: int = 1,
    as_of: date = AS_OF,
    months: int | None = None,
    cold: bool = False,
    profile: Profile | None = None,
    id_source: str = "local",
) -> Programme:
    """A programme of so many people (six in ten of them learners), the same for the same arguments everywhere.

    people: 50 to 5,000,000; as_of: the last day; months: how long it has run (default: the profile's 18);
    cold: only the roster, as on the first day; id_source: the namespace of the keys.
    Nothing is generated before a table is asked for. Raises UnknownParameter.

    >>> programme = generate(people=100, seed=7)
    >>> programme.tables["person"].num_rows
    100
    >>> programme.tables["person"].equals(generate(people=100, seed=7).tables["person"])
    True
    """
    if not FEWEST <= people <= MOST:
        raise UnknownParameter(f"A programme has {FEWEST} to {MOST:,} people.", people=people)
    chosen = profile or Profile()
    if months is not None:
        chosen = replace(chosen, months=months)
    if not 6 <= chosen.months <= 120:
        raise UnknownParameter("A programme has run for 6 to 120 months.", months=chosen.months)
    return Programme(people, seed, as_of, cold, chosen, id_source)


def resolve(tables: Mapping[str, Any], internal_ids: InternalIds, source: str = "synthetic") -> dict[str, Any]:
    """The same tables with internal ids in place of the users' keys.

    internal_ids(kind, source, keys) gives the ids of many keys, as `records.identity.internal_ids` does with a
    store's secret. People and organisations are named by their own id source, other records by `source`.
    """
    id_source = tables["person"]["id_source"][0].as_py() if "person" in tables else "local"
    resolved = {}
    for name, table in tables.items():
        kind = KINDS[name]
        own = id_source if kind.keyed else source
        table = table.set_column(0, "id", _resolved(table["id"], partial(internal_ids, name, own)))
        refers = {each.name: each.type.target or "" for each in kind.references}
        refers |= {text: target for (of, text), target in KEYS_IN_TEXT.items() if of == name}
        for column_name, target in refers.items():
            of = id_source if KINDS[target].keyed else source
            column = _resolved(table[column_name], partial(internal_ids, target, of))
            table = table.set_column(table.column_names.index(column_name), kind.schema.field(column_name), column)
        resolved[name] = table
    return resolved


def _resolved(column: Any, ids: Callable[[list[str]], Iterable[str]]) -> Any:
    """A column of keys, or of participants, with every key replaced; each distinct key is hashed once."""
    import pyarrow as pa

    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_list(flat.type):
        values = flat.flatten()
        inner = pa.StructArray.from_arrays([_resolved(values.field("id"), ids), values.field("role")], ["id", "role"])
        offsets = pa.array(np.concatenate([[0], np.cumsum(flat.value_lengths().to_numpy())]).astype(np.int32))
        return pa.ListArray.from_arrays(offsets, inner)
    encoded = flat.dictionary_encode()
    return pa.array(list(ids(encoded.dictionary.to_pylist())), pa.string()).take(encoded.indices)


def _concatenated(parts: list[dict[str, Any]]) -> dict[str, Any]:
    import pyarrow as pa

    return {name: pa.concat_tables([part[name] for part in parts]).combine_chunks() for name in parts[0]}


def _sizes(programme: Programme) -> tuple[dict[str, Ints], dict[str, Ints]]:
    """People of each role, organisations of each kind, in each region."""
    profile, regions = programme.profile, programme.regions
    size = np.full(regions, programme.people // regions)
    size[: programme.people % regions] += 1
    roles = {role: np.maximum(size * share // 1000, 1) for role, (_, share) in ROLES.items()}
    roles["employer_contact"] = size - sum(counts for role, counts in roles.items() if role != "employer_contact")
    per_district = np.maximum(
        roles["learner"] // (profile.learners_per_school * profile.districts), profile.schools_at_least
    )
    numbers = {
        "state": (np.arange(regions) % places.REGIONS_PER_STATE == 0).astype(np.int64),
        "agency": np.full(regions, 2),
        "district": np.full(regions, profile.districts),
        "school": per_district * profile.districts,
        "college": np.full(regions, 1),
        "community_organization": np.full(regions, 3),
        "intermediary": np.full(regions, 3),
        "employer": np.maximum(size * profile.employers_per_1000 // 1000, 3),
    }
    return roles, numbers


def _block(programme: Programme, number: int) -> Block:
    roles, numbers = _sizes(programme)
    first, last = number * REGIONS_PER_BLOCK, min((number + 1) * REGIONS_PER_BLOCK, programme.regions)
    here = slice(first, last)
    where = places.build(
        programme.seed,
        number,
        np.arange(first, last),
        {kind: counts[here] for kind, counts in numbers.items()},
        {kind: int(counts[:first].sum()) for kind, counts in numbers.items()},
        programme.id_source,
    )
    who = people.build(
        programme.seed,
        number,
        programme.profile,
        programme.span,
        where,
        {role: counts[here] for role, counts in roles.items()},
        {role: int(counts[:first].sum()) for role, counts in roles.items()},
    )
    assigned = roster.caseload_pairs(who)
    return Block(programme, who, assigned, *_contacts(who, assigned))


def _contacts(
    who: Population, assigned: dict[str, Ints]
) -> tuple[contacts.Contacts, outcomes.Planted, brokered.Brokered]:
    """All contacts of a block: those of the programme's own course, then those that were planted."""
    last_days = np.full(len(who.role), who.span.last)
    last_days[: who.learners] = np.where(who.left >= 0, who.left, who.span.last)
    leaving, _ = roster.successions(who)
    last_days[leaving] = roster.last_day(who)
    pieces = [
        *ties.professional(who),
        *ties.staff(who, assigned),
        *ties.peers(who),
        *ties.adults(who),
        *rooms.mass(who),
        *groups.small(who),
        *placements.placed(who),
    ]
    course = contacts.cleaned(who, contacts.joined(pieces), last_days)
    a, b, day, _ = contacts.tied(course, who)
    planted = outcomes.plant(who, a, b, day, assigned)
    introduced = brokered.broker(who, planted, a, b, day)
    later = outcomes.contacts(who, planted, brokered.number_of(introduced, planted))
    return contacts.cleaned(who, contacts.joined([course, *later, *convened.met(who)]), last_days), planted, introduced


def _hidden(who: Population) -> Any:
    """What people are like but no record says."""
    import pyarrow as pa

    n = len(who.role)
    drive = np.zeros(n)
    drive[: who.learners] = who.drive
    state = np.full(n, -1)
    state[: who.learners] = who.state
    return pa.table(
        {
            "key": who.key,
            "role": coded(who.role, ROLE_NAMES),
            "state": coded(state, ("nothing_recorded", "no_professional", "connected")),
            "drive": pa.array(drive),
            "heat": pa.array(who.heat / 1000.0),
            "response": pa.array(who.response),
        }
    )


def _first_day(tables: dict[str, Any]) -> dict[str, Any]:
    """What a roster knows: learners, staff of schools, where they belong. The same rows as on later days."""
    import pyarrow as pa
    import pyarrow.compute as pc

    prefixes = tuple(ROLES[role][0] for role in ROSTER_ROLES)
    letters = pa.array(prefixes)
    where = pa.array([places.PREFIX[kind] for kind in ROSTER_PLACES])

    def on_roster(column: Any) -> Any:
        return pc.is_in(pc.utf8_slice_codeunits(column, 0, 1), value_set=letters)

    def is_school(column: Any) -> Any:
        return pc.is_in(pc.utf8_slice_codeunits(column, 0, 2), value_set=where)

    found = dict(tables)
    found["person"] = tables["person"].filter(on_roster(tables["person"]["key"]))
    found["organization"] = tables["organization"].filter(is_school(tables["organization"]["key"]))
    held = tables["affiliation"]
    found["affiliation"] = held.filter(pc.and_(on_roster(held["person"]), is_school(held["organization"])))
    return {name: found[name] for name in ORDER if name in COLD_KINDS}

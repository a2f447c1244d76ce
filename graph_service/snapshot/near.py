"""A part of a snapshot around some people, with the contacts that came after it: exact for them, and small.

For ties of the layer `logged`. Measures of structure look at a person's contacts and at the contacts' own ties, so
that the pairs of both suffice.
What is new since the snapshot was built is put in here, for the people asked about; the whole is built again behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from graph_service import clock
from graph_service.compiled import kernel
from graph_service.snapshot.build import as_said, ties_of
from graph_service.snapshot.events import Contacts, PairEvents, contacts_of, pair_events
from graph_service.snapshot.graph import graph_of
from graph_service.snapshot.rows import index_in
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.stated import StatedTies
from graph_service.snapshot.strength import Pairs, tie_pairs

S = TypeVar("S", bound=Snapshot)
#: Of so many newest contacts, so many participants each are taken along, to be named.
SHOWN_CONTACTS, SHOWN_NAMES = 50, 12


@dataclass(frozen=True, eq=False)
class Later:
    """What came after a snapshot, in its positions.

    contacts: new ones, up to its day; gone (int64): rows of its contacts that hold no longer; codes (int64, sorted):
    the pairs that any of it touches, as a * people + b.
    """

    contacts: Contacts
    gone: np.ndarray
    codes: np.ndarray

    def __len__(self) -> int:
        return len(self.contacts) + len(self.gone)

    def and_then(self, more: "Later") -> "Later":
        """This, and what came after it; the later part holds only new contacts."""
        contacts = _joined(self.contacts, more.contacts)
        # In one piece again: rows are taken from it for every page.
        contacts = replace(contacts, table=contacts.table.combine_chunks())
        return Later(contacts, self.gone, np.union1d(self.codes, more.codes))


def later(base: Snapshot, table: Any) -> Later:
    """What changed rows of the kind `interaction` (everything after the base's revision) mean for a snapshot."""
    import pyarrow as pa
    import pyarrow.compute as pc

    assert base.people is not None and base.contacts is not None and base.as_of is not None
    people = base.people
    places = base.memo("id places", lambda: {id: at for at, id in enumerate(people.ids)} | dict(base.aliases))
    changed = table.filter(pc.or_(pc.is_valid(table["ended"]), pc.greater(table["version"], 1)))
    gone = np.zeros(0, np.int64)
    if changed.num_rows:
        gone = np.flatnonzero(index_in(base.contacts.table["id"], pc.unique(changed["id"])) >= 0)
    live = pc.and_(pc.is_null(table["ended"]), pc.less_equal(table["date"], pa.scalar(base.as_of, pa.date32())))
    contacts = contacts_of(table.filter(live), lambda ids: _look_up(places, ids), base.people)
    contacts = replace(contacts, table=_flat(contacts.table))
    events = pair_events(contacts, base.parameters)
    lost = pair_events(_part(base, gone), base.parameters)
    n = max(len(base), 1)
    codes = np.unique(np.concatenate([each.a.astype(np.int64) * n + each.b for each in (events, lost)]))
    return Later(contacts, gone, codes)


def only_new(table: Any) -> bool:
    """Whether changed rows are contacts that were not there before: nothing corrected, nothing taken back."""
    import pyarrow.compute as pc

    return bool(table["ended"].null_count == table.num_rows and pc.max(table["version"]).as_py() == 1)


def _look_up(places: dict[str, int], ids: Any) -> np.ndarray:
    return np.array([places.get(id, -1) for id in ids.to_pylist()], np.int64)


def near(base: S, egos: np.ndarray, circle: np.ndarray, inside: np.ndarray, more: Later | None = None) -> S:
    """The part of a snapshot that some people are (`inside`, ascending), with what came later, in positions of its own.

    circle: the egos and who has or had a tie with them; all pairs of these are in it. Everything about the egos is
    as in the whole; others are there for what they are to the egos.
    """
    people, contacts, pairs, stated = base.people, base.contacts, base.pairs, base.stated
    assert people is not None and contacts is not None and pairs is not None and stated is not None
    assert base.recorded is not None and base.as_of is not None
    n = max(len(base), 1)
    rows = np.unique(_rows_of(base, "pair index", circle))
    code = pairs.a[rows].astype(np.int64) * n + pairs.b[rows]
    touched = np.zeros(0, np.int64) if more is None else _about(more.codes, circle, n)
    old = rows[np.isin(code, touched)]
    rest = rows[~np.isin(code, touched)]
    wanted = [_rows_of(base, "contact index", egos), *(pairs.event[pairs.start[r] : pairs.start[r + 1]] for r in old)]
    kept = np.unique(np.concatenate(wanted))
    if more is not None:
        kept = kept[~np.isin(kept, more.gone)]
    here = _part(base, kept)
    if more is not None:
        about = _rows_with(more.contacts, _flags(n, circle))
        here = _joined(here, _some(more.contacts, more.contacts.table, about))
    again = _again(here, base, touched)
    whole = _merged(base, rest, egos, kept, again, inside)
    both = _stated_among(base, inside)
    local = StatedTies(
        np.searchsorted(inside, stated.ego[both]).astype(np.int32),
        np.searchsorted(inside, stated.alter[both]).astype(np.int32),
        stated.closeness[both],
        stated.state[both],
        stated.day[both],
        stated.asked[inside],
    )
    members_only = people.take(inside)
    a, b, weight, from_rows = ties_of(base.parameters, members_only, whole, local)
    graph = graph_of(len(inside), a, b, weight, from_rows)
    ends = inside[np.repeat(np.arange(len(inside)), np.diff(graph.indptr))], inside[graph.indices]
    return replace(
        base,
        keys=[base.keys[at] for at in inside.tolist()],
        graph=graph,
        people=members_only,
        pairs=whole,
        contacts=replace(here, person=_local(here.person, inside)),
        stated=local,
        relation=as_said(members_only.relation[graph.indices], ends, base.said, n),
        recorded=base.recorded[inside] + _counted(base, more, inside),
        locate=None if base.locate is None else lambda ids: _local(base.locate(ids), inside),  # type: ignore[misc]
        said=None,
        aliases=(),
    )


def _again(here: Contacts, base: Snapshot, codes: np.ndarray) -> Pairs:
    """The touched pairs as they are now, from all their contacts."""
    n = max(len(base), 1)
    assert base.as_of is not None
    events = pair_events(here, base.parameters)
    chosen = np.isin(events.a.astype(np.int64) * n + events.b, codes)
    some = PairEvents(*(getattr(events, name)[chosen] for name in ("a", "b", "day", "weight", "event")))
    return tie_pairs(some, n, clock.day_number(base.as_of), base.parameters)


def _merged(
    base: Snapshot, rest: np.ndarray, egos: np.ndarray, kept: np.ndarray, again: Pairs, inside: np.ndarray
) -> Pairs:
    """Untouched and touched pairs in one, in local positions and order; only pairs of the egos keep their contacts."""
    pairs = base.pairs
    assert pairs is not None
    own = np.isin(pairs.a[rest], egos) | np.isin(pairs.b[rest], egos)
    events = [
        np.searchsorted(kept, pairs.event[pairs.start[r] : pairs.start[r + 1]]) if mine else np.zeros(0, np.int64)
        for r, mine in zip(rest.tolist(), own.tolist(), strict=True)
    ]
    events += [again.event[again.start[at] : again.start[at + 1]] for at in range(len(again))]
    joined = {
        name: np.concatenate([getattr(pairs, name)[rest], getattr(again, name)])
        for name in ("a", "b", "strength", "state", "first", "last", "events")
    }
    there = np.isin(joined["a"], inside) & np.isin(joined["b"], inside)
    order = np.lexsort((joined["b"], joined["a"]))
    order = order[there[order]]
    chosen = [events[at] for at in order.tolist()]
    start = np.concatenate([[0], np.cumsum([len(each) for each in chosen])]).astype(np.int64)
    told = {name: column[order] for name, column in joined.items()}
    told["a"], told["b"] = _local(told["a"], inside), _local(told["b"], inside)
    return Pairs(**told, start=start, event=np.concatenate([np.zeros(0, np.int64), *chosen]))


def _counted(base: Snapshot, more: Later | None, inside: np.ndarray) -> np.ndarray:
    """How many more contacts are recorded of some people than in the base."""
    if more is None or base.parameters.layer == "stated":
        return np.zeros(len(inside), np.int64)
    found = _times(more.contacts.person, inside)
    lost: np.ndarray = _times(_part(base, more.gone).person, inside)
    return np.asarray(found - lost)


def _times(of: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """How often each of some people comes in a column of positions."""
    at = _local(of, inside)
    found: np.ndarray = np.bincount(at[at >= 0], minlength=len(inside))
    return found


def _partners(base: Snapshot, who: np.ndarray, more: Later | None) -> np.ndarray:
    """Who has or had a tie with any of some people."""
    pairs = base.pairs
    assert pairs is not None
    rows = _rows_of(base, "pair index", who)
    found = [pairs.a[rows].astype(np.int64), pairs.b[rows].astype(np.int64)]
    if more is not None:
        codes = _about(more.codes, who, max(len(base), 1))
        found += [codes // max(len(base), 1), codes % max(len(base), 1)]
    return np.unique(np.concatenate(found))


def _about(codes: np.ndarray, who: np.ndarray, n: int) -> np.ndarray:
    """The codes of pairs that have an end among some people."""
    there = _flags(n, who)
    low = codes // n
    return np.asarray(codes[there[low] | there[codes - low * n]])


def _flags(n: int, who: np.ndarray) -> np.ndarray:
    """Truth per position: one of some people."""
    there = np.zeros(n, bool)
    there[who] = True
    return there


def _rows_with(contacts: Contacts, there: np.ndarray) -> np.ndarray:
    """The contacts in which somebody flagged took part."""
    places = np.flatnonzero(np.append(there, False)[contacts.person])
    found: np.ndarray = np.unique(np.searchsorted(contacts.offsets, places, side="right") - 1)
    return found


def _stated_among(base: Snapshot, inside: np.ndarray) -> np.ndarray:
    """Rows of what people say of each other, both of whom are among some people."""
    assert base.stated is not None
    rows = np.sort(_rows_of(base, "stated index", inside))
    found: np.ndarray = rows[np.isin(base.stated.alter[rows], inside)]
    return found


def _names(base: Snapshot, ego: int, more: Later | None) -> np.ndarray:
    """Who is named with the newest contacts of somebody."""
    contacts = base.contacts
    assert contacts is not None
    found: list[np.ndarray] = [np.zeros(0, np.int64)]
    rows = _rows_of(base, "contact index", np.array([ego]))
    newest = rows[np.lexsort((rows, -contacts.day[rows]))][: SHOWN_CONTACTS + (0 if more is None else len(more.gone))]
    parts = [(contacts, newest)]
    if more is not None:
        mine = np.searchsorted(more.contacts.offsets, np.flatnonzero(more.contacts.person == ego), side="right") - 1
        parts.append((more.contacts, mine))
    for of, some in parts:
        found += [of.person[of.offsets[row] : of.offsets[row + 1]][:SHOWN_NAMES] for row in some.tolist()]
    every = np.concatenate(found).astype(np.int64)
    return every[every >= 0]


def _rows_of(base: Snapshot, name: str, who: np.ndarray) -> np.ndarray:
    """Rows of pairs or contacts that some people are in."""
    start, found = base.memo(name, lambda: INDEXES[name](base))
    if not len(who):
        return np.zeros(0, np.int64)
    return np.concatenate([found[start[at] : start[at + 1]] for at in who.tolist()])


def _pair_index(base: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    assert base.pairs is not None
    rows = np.arange(len(base.pairs))
    ends = np.concatenate([base.pairs.a, base.pairs.b]).astype(np.int64)
    start, found = _index(ends, np.concatenate([rows, rows]), len(base))
    return start, found


def _contact_index(base: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    assert base.contacts is not None
    rows = np.repeat(np.arange(len(base.contacts)), np.diff(base.contacts.offsets))
    start, found = _index(base.contacts.person.astype(np.int64), rows, len(base))
    return start, found


def _stated_index(base: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    assert base.stated is not None
    ends = base.stated.ego.astype(np.int64)
    start, found = _index(ends, np.arange(len(ends)), len(base))
    return start, found


INDEXES = {"pair index": _pair_index, "contact index": _contact_index, "stated index": _stated_index}


@kernel
def _index(keys, values, n):  # type: ignore[no-untyped-def]
    """For each key below n the values that stand with it, in order: a counting sort."""
    start = np.zeros(n + 1, np.int64)
    for at in range(len(keys)):
        if keys[at] >= 0:
            start[keys[at] + 1] += 1
    for at in range(n):
        start[at + 1] += start[at]
    to = start[:-1].copy()
    found = np.empty(start[n], np.int64)
    for at in range(len(keys)):
        if keys[at] >= 0:
            found[to[keys[at]]] = values[at]
            to[keys[at]] += 1
    return start, found


def _part(base: Snapshot, rows: np.ndarray) -> Contacts:
    """Some rows of a snapshot's contacts, without their lists: those are long, and arrays have what is needed."""
    contacts = base.contacts
    assert contacts is not None
    return _some(contacts, base.memo("flat contacts", lambda: _flat(contacts.table)), rows)


def _some(contacts: Contacts, flat: Any, rows: np.ndarray) -> Contacts:
    """Some rows of contacts, of whose table `flat` is what is kept."""
    import pyarrow as pa

    sizes = contacts.offsets[rows + 1] - contacts.offsets[rows]
    places = np.concatenate([np.zeros(0, np.int64), *(_span(contacts.offsets, row) for row in rows.tolist())])
    return Contacts(
        day=contacts.day[rows],
        kind=contacts.kind[rows],
        minutes=contacts.minutes[rows],
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        person=contacts.person[places],
        side=contacts.side[places],
        named={to: contacts.named[row] for to, row in enumerate(rows.tolist()) if row in contacts.named},
        table=flat.take(pa.array(rows)),
    )


def _flat(table: Any) -> Any:
    """What pages and measures of one person read of a contact beside the arrays, in one piece."""
    return table.select(["kind", "mode", "host", "context", "activity", "introduced_by"]).combine_chunks()


def _span(offsets: np.ndarray, row: int) -> np.ndarray:
    return np.arange(offsets[row], offsets[row + 1])


def _joined(first: Contacts, second: Contacts) -> Contacts:
    """Contacts and later ones."""
    import pyarrow as pa

    def both(name: str) -> np.ndarray:
        return np.concatenate([getattr(first, name), getattr(second, name)])

    return Contacts(
        day=both("day"),
        kind=both("kind"),
        minutes=both("minutes"),
        offsets=np.concatenate([first.offsets, first.offsets[-1] + second.offsets[1:]]),
        person=both("person"),
        side=both("side"),
        named=first.named | {len(first) + row: pairs for row, pairs in second.named.items()},
        table=pa.concat_tables([first.table, second.table]),
    )


def _local(positions: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Positions in the part; -1 for nobody and for who is not in it."""
    at = np.minimum(np.searchsorted(inside, positions), max(len(inside) - 1, 0))
    return np.where(inside[at] == positions, at, -1).astype(np.int32)


def around(bases: Sequence[S], egos: np.ndarray, more: Sequence[Later | None]) -> tuple[list[S], np.ndarray]:
    """The same part of several snapshots of one revision, and the positions in them of who is in it.

    >>> from graph_service.snapshot.snapshot import Snapshot
    >>> around([], np.zeros(0, np.int64), [])[0]
    []
    """
    looks = list(zip(bases, more, strict=True))
    # One circle for all days: who was a contact on one of them is asked about on all.
    circle = _all([egos, *(_partners(base, egos, late) for base, late in looks)])
    beyond = [_partners(base, circle, late) for base, late in looks]
    named = [_names(base, int(ego), late) for base, late in looks for ego in egos]
    inside = _all([circle, *beyond, *named])
    return [near(base, egos, circle, inside, late) for base, late in looks], inside


def _all(positions: Sequence[np.ndarray]) -> np.ndarray:
    return np.unique(np.concatenate([each.astype(np.int64) for each in positions]))

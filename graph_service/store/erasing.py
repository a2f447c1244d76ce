"""Erasure: the one physical delete, the same on every engine.

What cannot be without the erased record goes with it; an optional reference to it is emptied, and with it the texts of
that record that are personal; where it took part in something, an unlinkable anonymous participant takes its place, in
all versions.
"""

from collections.abc import Sequence
from typing import Any

from graph_service.records.kind import Field, Kind
from graph_service.records.registry import KINDS
from graph_service.store.port import ANONYMOUS, Transaction
from graph_service.store.scrubbing import rewrite


def erase(tx: Transaction, secret: bytes, kind: Kind, ids: Sequence[str]) -> int:
    """Erase records of one kind within a transaction; how many records were touched.

    The ids asked for enter the ledger; what goes with them does not, since it cannot come back without them.
    """
    touched = _erase(tx, secret, kind, sorted(set(ids)))
    tx.record_erasures(kind, sorted(set(ids)))
    return touched


def empty(tx: Transaction, secret: bytes, kind: Kind, ids: Sequence[str], fields: Sequence[str]) -> int:
    """Physically empty optional fields of records in all versions; how many records held something there."""
    rows = [row for row in tx.versions(kind, "id", sorted(set(ids))) if any(row[name] for name in fields)]
    if rows:
        blank: dict[str, Any] = {name: [] if kind[name].many else None for name in fields}
        rewrite(tx, secret, kind, [{**row, **blank} for row in rows])
        # Nothing enters the ledger, but what caches hold of these texts is no longer true.
        tx.record_erasures(kind, ())
    return len({row["id"] for row in rows})


def _erase(tx: Transaction, secret: bytes, kind: Kind, ids: Sequence[str]) -> int:
    touched, chosen = 0, frozenset(ids)
    for other in reversed(KINDS.values()):
        for each in other.references:
            if each.type.target != kind.name:
                continue
            rows = tx.versions(other, each.name, ids)
            if not rows:
                continue
            if each.roles or each.optional:
                touched += len({row["id"] for row in rows})
                rewrite(tx, secret, other, [_left(other, each, row, chosen) for row in rows])
            else:
                # A record that once referred to the erased one goes with all its versions.
                touched += _erase(tx, secret, other, sorted({row["id"] for row in rows} - chosen))
    tx.delete(kind, ids)
    return touched + len(ids)


def _left(other: Kind, each: Field, row: dict[str, Any], ids: frozenset[str]) -> dict[str, Any]:
    """What stays of a record that refers to somebody who is erased."""
    if each.roles:
        members = row[each.name]
        return row | {each.name: [one | {"id": ANONYMOUS} if one["id"] in ids else one for one in members]}
    texts = [one for one in other.fields if one.optional and one.personal and one.type.shape == "text"]
    return row | {each.name: None} | {one.name: None for one in texts}

"""Erasure: the one physical delete, the same on every engine.

What cannot be without the erased record goes with it; an optional reference to it is emptied; where it took
part in something, an unlinkable anonymous participant takes its place, in all versions.
"""

from collections.abc import Sequence
from typing import Any

from graph_service.records.kind import Field, Kind
from graph_service.records.registry import KINDS
from graph_service.store.port import ANONYMOUS, Transaction
from graph_service.store.prepared import prepare_versions


def erase(tx: Transaction, secret: bytes, kind: Kind, ids: Sequence[str]) -> int:
    """Erase records of one kind within a transaction; how many records were touched.

    The ids asked for enter the ledger; what goes with them does not, since it cannot come back without them.
    """
    touched = _erase(tx, secret, kind, sorted(set(ids)))
    tx.record_erasures(kind, sorted(set(ids)))
    return touched


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
                _rewrite(tx, secret, other, [row | {each.name: _without(each, row[each.name], chosen)} for row in rows])
            else:
                # A record that once referred to the erased one goes with all its versions.
                touched += _erase(tx, secret, other, sorted({row["id"] for row in rows} - chosen))
    tx.delete(kind, ids)
    return touched + len(ids)


def _without(each: Field, value: Any, ids: frozenset[str]) -> Any:
    if not each.roles:
        return None
    return [member | {"id": ANONYMOUS} if member["id"] in ids else member for member in value]


def _rewrite(tx: Transaction, secret: bytes, kind: Kind, rows: Sequence[dict[str, Any]]) -> None:
    for ended in (False, True):
        some = [row for row in rows if (row["ended"] is not None) == ended]
        if some:
            kept = {name: [row[name] for row in some] for name in ("version", "revision", "batch")}
            prepared = prepare_versions(secret, kind, some)
            tx.rewrite(kind, prepared.some(range(len(some)), **kept), ended=ended)

"""Undoing a load: what it brought ends, what it replaced or retracted holds again."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from graph_service.records.kind import Kind
from graph_service.records.registry import KINDS
from graph_service.store.port import Step, Transaction
from graph_service.store.prepared import prepare_versions

#: Records that one transaction undoes; a large load is undone in several, and may be continued.
CHUNK = 20_000

#: The service's own records of its work: a load that is undone still happened.
KEPT = frozenset({"load"})


def plan(steps: Sequence[Step], mine: frozenset[int]) -> Iterator[tuple[Step, Step | None]]:
    """For each record that is still as a load left it: its last step, and the step to go back to.

    `mine` are the revisions of the load. What somebody changed after the load is left alone.
    """
    for _, versions in groupby(sorted(steps, key=lambda step: (step.id, step.version)), lambda step: step.id):
        history = list(versions)
        last = history[-1]
        if last.ended is None and last.revision not in mine:
            continue
        if last.ended is not None and last.ended not in mine:
            continue
        before = None
        for step in reversed(history):
            if step.revision not in mine:
                before = step if step.ended in mine else None
                break
        if before is None and last.ended is not None:
            continue
        yield last, before


def undo_kind(
    tx: Transaction, secret: bytes, kind: Kind, batch: str, mine: frozenset[int], limit: int
) -> tuple[int, int]:
    """Undo at most `limit` records of one kind; how many ended, how many hold again."""
    todo = sorted(plan(tx.trail(kind, batch, limit), mine), key=lambda pair: (-pair[0].revision, pair[0].id))[:limit]
    gone = [last.id for last, before in todo if before is None]
    back = {before.id: (before.version, last) for last, before in todo if before is not None}
    if gone:
        tx.end(kind, gone)
    if back:
        rows = [row for row in tx.versions(kind, "id", sorted(back)) if row["version"] == back[row["id"]][0]]
        prepared = prepare_versions(secret, kind, rows)
        for live, put in ((True, tx.replace), (False, tx.insert)):
            some = [at for at, row in enumerate(rows) if (back[row["id"]][1].ended is None) == live]
            if some:
                put(
                    kind,
                    prepared.some(
                        some,
                        version=[back[rows[at]["id"]][1].version + 1 for at in some],
                        revision=[tx.revision] * len(some),
                        batch=[rows[at]["batch"] for at in some],
                    ),
                )
    return len(gone), len(back)


def undo_some(tx: Transaction, secret: bytes, batch: str, mine: frozenset[int]) -> tuple[int, int]:
    """Undo up to `CHUNK` records, the last kinds first, so that nothing is left without what it refers to."""
    ended = restored = 0
    for kind in reversed(KINDS.values()):
        if kind.name in KEPT:
            continue
        gone, back = undo_kind(tx, secret, kind, batch, mine, CHUNK - ended - restored)
        ended, restored = ended + gone, restored + back
        if ended + restored >= CHUNK:
            break
    return ended, restored

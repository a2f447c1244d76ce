"""The audit trail of a store: anchored once a day, verified on demand."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from graph_service import clock
from graph_service.store.store import Store
from graph_service.store.trail import Head, Segment, read


@dataclass(frozen=True)
class Verified:
    """What a verification found: segments and lines that fit, anchors that fit, and everything that does not."""

    segments: int
    lines: int
    anchors: int
    wrong: tuple[str, ...]


def trail_key(store: Store) -> bytes:
    """The key of the chain, out of the store's secret."""
    return hashlib.blake2b(b"audit trail", key=store.secret, digest_size=32, person=b"graph-service").digest()


def trail_folder(store: Store) -> Path:
    """Where the segments are: beside the store's secret."""
    assert store.ledger is not None
    path = store.ledger.path
    return path.with_name(path.name.removesuffix(".erased") + ".audit")


def new_segment(store: Store) -> Segment:
    """A segment for this process."""
    began = clock.now().strftime("%Y%m%dT%H%M%S")
    return Segment(trail_folder(store), trail_key(store), f"{began}-{os.getpid()}-{secrets.token_hex(4)}")


def anchor(store: Store, today: date, heads: tuple[Head, ...] | None = None) -> int:
    """Keep how far every segment has come in the store. Returns how many moved since the last anchor."""
    found = heads if heads is not None else tuple(each.head for each in read(trail_folder(store), trail_key(store)))
    records = [
        {
            "id": store.internal_id("audit_anchor", each.segment, str(each.lines)),
            "segment": each.segment,
            "lines": each.lines,
            "hash": each.hash,
            "day": today,
        }
        for each in found
        if each.lines
    ]
    if not records:
        return 0
    new = [each for each in records if store.get("audit_anchor", str(each["id"])) is None]
    if new:
        store.put("audit_anchor", *new, action="anchor")
    return len(new)


def verify(store: Store) -> Verified:
    """Whether no line of the trail was changed, left out or cut off since it was anchored."""
    parts = {each.segment: each for each in read(trail_folder(store), trail_key(store))}
    wrong = [f"segment {name}: {each.wrong}" for name, each in parts.items() if each.wrong]
    anchors = store.find("audit_anchor")
    for each in anchors:
        part = parts.get(each["segment"])
        if part is None:
            wrong.append(f"segment {each['segment']}: the file is gone; {each['lines']} lines were anchored")
        elif len(part.hashes) < each["lines"]:
            wrong.append(f"segment {each['segment']}: {each['lines']} lines were anchored, {len(part.hashes)} fit")
        elif part.hashes[each["lines"] - 1] != each["hash"]:
            wrong.append(f"segment {each['segment']}: line {each['lines']} is not the one that was anchored")
    return Verified(len(parts), sum(len(each.hashes) for each in parts.values()), len(anchors), tuple(wrong))


def lines(store: Store) -> Iterator[dict[str, Any]]:
    """Every line of the trail that fits, in order of time."""
    found = [line for each in read(trail_folder(store), trail_key(store)) for line in each.lines]
    yield from sorted(found, key=lambda line: str(line.get("at", "")))

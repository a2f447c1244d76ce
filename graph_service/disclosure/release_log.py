"""The release log: every table that left, kept as records, and every new one judged together with all before it.

What a number counted is kept by tokens: a token stands for the same person in all releases, is drawn and not computed,
and stays when the person is erased, so that the next release is still judged by what readers already know.
"""

import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from graph_service.disclosure.complementary import protect
from graph_service.disclosure.differencing import Label, Release, exposed_by, release_of
from graph_service.disclosure.suppression import Published, Rule, small, with_nulls
from graph_service.disclosure.tables import Mask, Table, parsed
from graph_service.errors import CapacityFull
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.snapshot.rows import known
from graph_service.store.port import Guard

if TYPE_CHECKING:
    from graph_service.store.evidence import Evidence

#: What tables of learners count. All of them are compared: sites today and grades tomorrow count the same people.
LEARNERS = "learners"
#: Other releases may come in between so often before a release gives up.
TRIES = 5


class ReleaseLog:
    """The releases of one store."""

    def __init__(self, evidence: "Evidence") -> None:
        self.evidence, self.store = evidence, evidence.store

    def releases(self, subject: str = LEARNERS) -> list[Release]:
        """The tables that have left on a subject, oldest first, as the judge of a new one takes them."""
        self.evidence.refresh()
        rows = [row for row in self.live("release") if row["subject"] == subject and row["kind"] == "table"]
        rows.sort(key=lambda row: (row["revision"], row["id"]))
        members: dict[str, dict[Label, set[str]]] = {row["id"]: {} for row in rows}
        for row in self.live("release_member"):
            if row["release"] in members:
                members[row["release"]].setdefault(tuple(json.loads(row["cell"])), set()).add(row["token"])
        found = []
        for row in rows:
            layout = json.loads(row["layout"])
            table, hidden = parsed(layout["table"]), _mask(layout["hidden"], layout["cells"])
            found.append(release_of(row["id"], subject, table, hidden, members[row["id"]]))
        return found

    def publish(
        self,
        name: str,
        as_of: date,
        table: Table,
        members: Mapping[Label, Iterable[str]],
        *,
        rule: Rule,
        by: str,
        today: date,
        subject: str = LEARNERS,
        recipient: str | None = None,
        seconds: float = 60.0,
    ) -> Published:
        """The table as it may leave now, with what others before it have told taken into account; it is logged.

        members: per inner cell (its names along the axes) the internal ids that it counts. The same table of the same
        people leaves as it left before. A table in which nothing can be shown leaves with nothing.
        """
        people = {label: sorted(members.get(label, ())) for label in members}
        id = self._id(name, as_of, subject, table, people, rule)
        if (before := self.store.get("release", id)) is not None:
            layout = json.loads(before["layout"])
            return _published(table, _mask(layout["hidden"], layout["cells"]), 0.0)
        for _ in range(TRIES):
            earlier = self.releases(subject)
            tokens = self.tokens(subject)
            own = {id: tokens.get(id) or secrets.token_hex(8) for ids in people.values() for id in ids}
            hidden, gap = self._pattern(earlier, id, subject, table, people, own, rule, seconds)
            record = {
                "id": id,
                "kind": "table",
                "name": name,
                "subject": subject,
                "as_of": as_of,
                "date": today,
                "k": rule.k,
                "people": max(1, len(own)),
                "by": by,
                "recipient": recipient,
                "layout": json.dumps(
                    {"table": table.layout(), "hidden": np.packbits(hidden).tobytes().hex(), "cells": len(hidden)}
                ),
                "result": json.dumps({"names": table.names, "counts": _published(table, hidden, gap).counts}),
            }
            if self._write(record, people, own, len(earlier)):
                return _published(table, hidden, gap)
        raise CapacityFull("Others release tables all the time. Try again in a moment.")

    def _pattern(
        self,
        earlier: list[Release],
        id: str,
        subject: str,
        table: Table,
        people: Mapping[Label, list[str]],
        tokens: Mapping[str, str],
        rule: Rule,
        seconds: float,
    ) -> tuple[Mask, float]:
        """What is hidden: small cells, others that would give them away, and what earlier releases make telling."""
        named = {label: [tokens[one] for one in ids] for label, ids in people.items()}
        pattern = protect(table, small(table, rule), rule.k, seconds=seconds / 2)
        new = release_of(id, subject, table, pattern.hidden, named)
        if not exposed_by(earlier, new, rule.k):
            return pattern.hidden, pattern.gap
        shown = _as_much_as_is_safe(earlier, new, small(table, rule), table, rule.k, seconds / 2)
        return np.array([label not in shown for label in new.parts]), 1.0

    def _write(
        self,
        record: dict[str, Any],
        people: Mapping[Label, list[str]],
        tokens: Mapping[str, str],
        before: int,
    ) -> bool:
        release, member = kind("release"), kind("release_member")
        rows = [
            {
                "id": uuid.uuid4().hex,
                "release": record["id"],
                "person": one,
                "token": tokens[one],
                "cell": json.dumps(list(label)),
            }
            for label, ids in people.items()
            for one in ids
        ]
        tables = [("release", validate_records(release, [record]))]
        if rows:
            tables.append(("release_member", validate_records(member, rows)))
        # Nobody may have released anything on the subject since the log was read.
        guard = Guard(release, {field: record[field] for field in ("subject", "kind")}, before + 1)
        try:
            self.store.append_all(tables, actor=record["by"], action="release", guards=[guard])
        except CapacityFull:
            return False
        return True

    def tokens(self, subject: str) -> dict[str, str]:
        """The token of everybody who was counted before."""
        releases = {row["id"] for row in self.live("release") if row["subject"] == subject}
        rows = self.live("release_member")
        return {row["person"]: row["token"] for row in rows if row["person"] and row["release"] in releases}

    def live(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = known(self.evidence.table(name), self.evidence.revision).to_pylist()
        return rows

    def _id(
        self, name: str, as_of: date, subject: str, table: Table, people: Mapping[Label, list[str]], rule: Rule
    ) -> str:
        """The same numbers about the same people are the same release, whoever asks for them."""
        told = json.dumps([name, str(as_of), subject, rule.k, table.layout(), sorted(map(list, people.items()))])
        return self.store.internal_id("release", "table", hashlib.blake2b(told.encode(), digest_size=16).hexdigest())


def graph_noted(name: str, as_of: date, people: int, *, by: str, today: date) -> dict[str, Any]:
    """The log's record of a graph of single people that was written for the programme's own tools.

    Nothing can be hidden in it, so that nothing is judged: the log says that it exists, and of how many people.
    """
    return {
        "id": uuid.uuid4().hex, "kind": "graph", "name": name, "subject": "graph", "as_of": as_of, "date": today,
        "k": 1, "people": people or None, "by": by, "recipient": "the programme's own tools",
    }  # fmt: skip


def _as_much_as_is_safe(
    earlier: list[Release], new: Release, primary: Mask, table: Table, k: int, seconds: float
) -> frozenset[Label]:
    """Cells of a table that may be told after all that was told before: tried from the largest, halves at a time.

    At every moment what is chosen is safe, so that it may stop when the time is up.
    """
    order = np.argsort(-table.cells, kind="stable")
    labels = list(new.parts)
    waiting = [[labels[at] for at in order.tolist() if not primary[at]]]
    chosen: frozenset[Label] = frozenset()
    began = time.monotonic()
    while waiting and time.monotonic() - began < seconds:
        some = waiting.pop()
        if not exposed_by(earlier, replace(new, shown=chosen | frozenset(some)), k):
            chosen |= frozenset(some)
        elif len(some) > 1:
            half = len(some) // 2
            waiting += [some[half:], some[:half]]
    return chosen


def _published(table: Table, hidden: Mask, gap: float) -> Published:
    shape = hidden.reshape(table.values.shape)
    return Published(table.names, with_nulls(table.values, shape), shape, gap)


def _mask(text: str, cells: int) -> Mask:
    return np.unpackbits(np.frombuffer(bytes.fromhex(text), np.uint8))[:cells].astype(np.bool_)

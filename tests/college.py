"""The college messages of the reference data in a store: 22,767 dated messages between 1,101 students."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import graph_service as gs


def college_messages(url: str, folder: Path) -> Any:
    """A programme that holds them as research data. The file is read here, so that no loader is in the way."""
    programme = gs.open(url)
    store = programme.store
    with (folder / "college-messages" / "messages.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    keys = sorted({row[name] for row in rows for name in ("sender", "recipient")})
    ids = {key: store.internal_id("person", "local", key) for key in keys}
    store.put("person", *({"id": ids[k], "key": k, "roles": ["learner"], "basis": "research"} for k in keys))
    seen: Counter[tuple[str, ...]] = Counter()
    messages = []
    for row in rows:
        canonical = (row["time"], row["sender"], row["recipient"])
        seen[canonical] += 1
        key = "|".join((*canonical, str(seen[canonical])))
        ends = [{"id": ids[row[name]], "role": name} for name in ("sender", "recipient")]
        when = {"date": date.fromisoformat(row["time"][:10]), "time": row["time"][11:]}
        messages.append(
            {"id": store.internal_id("interaction", "local", key), "kind": "message", "participants": ends, **when}
        )
    store.put("interaction", *messages)
    return programme

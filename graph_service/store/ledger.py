"""The erasure ledger outside the store: what was erased, kept where no restore of the store can undo it.

A line is a kind and an internal id, which is a keyed hash: the file names nobody.
"""

import os
from collections.abc import Sequence
from pathlib import Path


class Ledger:
    """A file to which lines are only added; readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, kind: str, ids: Sequence[str]) -> None:
        """Write down what is about to be erased, before it is: a crash in between is made good by a replay."""
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a") as file:
            file.writelines(f"{kind} {id}\n" for id in ids)
            file.flush()
            os.fsync(file.fileno())

    def entries(self) -> list[tuple[str, str]]:
        """Everything that was erased: (kind, id)."""
        if not self.path.exists():
            return []
        pairs = (line.split() for line in self.path.read_text().splitlines())
        return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]

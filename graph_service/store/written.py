"""Files with people's data that commands have written: so that an erasure finds the copies too.

A line says where and what the file's fingerprint was. Only a file that is still as it was written is deleted:
one that somebody has changed is theirs, and is told.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph_service.store.sidecar import Sidecar

#: Files whose bytes do not show their words.
COMPRESSED = (".parquet", ".xlsx", ".zip", ".gz")


@dataclass(frozen=True)
class Copies:
    """deleted: files that were as written and are gone; changed: files that somebody has to look at."""

    deleted: tuple[Path, ...] = ()
    changed: tuple[Path, ...] = ()


def fingerprint(path: Path) -> str:
    """A hash of a file's bytes: a file that differs in anything is not ours to delete."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


class WrittenFiles:
    """The record of files of one store."""

    def __init__(self, path: Path) -> None:
        self.file = Sidecar(path)

    def note(self, path: Path) -> None:
        """Note a file that was just written; a device or a pipe is no file."""
        if path.is_file():
            self.file.add({"path": str(path.absolute()), "checksum": fingerprint(path)})

    def holding(self, names: Callable[[str], bool]) -> list[tuple[Path, bool]]:
        """Noted files that name somebody, and whether each is still as it was written.

        names: whether a text does. What is compressed cannot be searched and counts as naming everybody.
        """
        last = {line["path"]: line.get("checksum") for line in self.file.lines() if "path" in line}
        found = []
        for name, told in last.items():
            path = Path(name)
            if path.is_file() and (path.suffix in COMPRESSED or names(path.read_text("utf-8", "replace"))):
                found.append((path, fingerprint(path) == told))
        return found

    def delete(self, names: Callable[[str], bool]) -> Copies:
        """Delete the noted files that name somebody and are as they were written."""
        found = self.holding(names)
        for path, same in found:
            if same:
                path.unlink()
        self.file.rewrite(lambda line: line if Path(str(line.get("path", ""))).is_file() else None)
        return Copies(tuple(path for path, same in found if same), tuple(path for path, same in found if not same))

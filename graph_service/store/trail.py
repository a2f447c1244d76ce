"""The audit trail: a line for every write that was asked for, chained, so that none can be changed or left out unseen.

Each process writes a segment (a file) of its own: a line holds the keyed hash of the line before it, and is on the disk
before the write is acknowledged. The number of lines and the last hash of every segment are kept in the store once a
day; a segment that was cut or rewritten since does not fit them. The key is derived from the store's secret.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST = "0" * 32


@dataclass(frozen=True)
class Head:
    """How far a segment has come: its name, lines, and the hash of the last one."""

    segment: str
    lines: int
    hash: str


def digest(key: bytes, before: str, text: str) -> str:
    """The hash of a line, given that of the line before it."""
    return hashlib.blake2b(f"{before}\n{text}".encode(), key=key, digest_size=16, person=b"audit trail").hexdigest()


class Segment:
    """The segment of one process. Threads may write at once."""

    def __init__(self, folder: Path, key: bytes, name: str) -> None:
        self.folder, self.key, self.name = folder, key, name
        self._hash, self._lines = FIRST, 0
        self._handle: int | None = None
        self._lock = threading.Lock()

    def add(self, line: Mapping[str, Any]) -> Head:
        """Add a line; it is on the disk when this returns. Raises OSError: then nothing may be acknowledged."""
        text = json.dumps(line, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
        with self._lock:
            if self._handle is None:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
                self._handle = os.open(self.folder / f"{self.name}.log", flags, 0o600)
            found = digest(self.key, self._hash, text)
            os.write(self._handle, f"{found} {text}\n".encode())
            os.fsync(self._handle)
            self._hash, self._lines = found, self._lines + 1
            return Head(self.name, self._lines, found)

    def close(self) -> None:
        with self._lock:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None


@dataclass(frozen=True)
class Read:
    """What a look at one segment found: hashes by line number, the lines, and what is wrong with it (or None)."""

    segment: str
    hashes: tuple[str, ...]
    lines: tuple[dict[str, Any], ...]
    wrong: str | None

    @property
    def head(self) -> Head:
        return Head(self.segment, len(self.hashes), self.hashes[-1] if self.hashes else FIRST)


def read(folder: Path, key: bytes) -> Iterator[Read]:
    """Every segment of a folder, checked line by line. A last line that a crash cut off was never acknowledged."""
    for path in sorted(folder.glob("*.log")):
        before, hashes, lines, wrong = FIRST, [], [], None
        text = path.read_bytes().decode("utf-8", "replace")
        whole = text.split("\n")
        for number, row in enumerate(whole[:-1], 1):
            told, _, body = row.partition(" ")
            if digest(key, before, body) != told:
                wrong = f"line {number} does not follow from the one before"
                break
            before = told
            hashes.append(told)
            lines.append(json.loads(body))
        yield Read(path.stem, tuple(hashes), tuple(lines), wrong)

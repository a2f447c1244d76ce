"""Small files beside a store's secret: lines that are only added, and rewritten whole when somebody is erased."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Sidecar:
    """A file of JSON lines, readable by its owner alone, written by several processes.

    A line is whole or ignored: a crash in the middle of the last one loses that one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, line: Mapping[str, Any]) -> None:
        """Add a line; it is on the disk when this returns."""
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        with self._locked():
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "r+b") as file:
                size = file.seek(0, os.SEEK_END)
                if size:
                    file.seek(size - 1)
                # A line that a crash cut off must not swallow this one.
                torn = size > 0 and file.read(1) != b"\n"
                file.write((b"\n" if torn else b"") + text.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())

    def lines(self) -> Iterator[dict[str, Any]]:
        """Every whole line, oldest first."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8", errors="replace") as file:
            for text in file:
                try:
                    line = json.loads(text)
                except ValueError:
                    continue
                if isinstance(line, dict):
                    yield line

    def rewrite(self, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> int:
        """Put another line in the place of each, or none; how many changed. The file is whole at every moment."""
        if not self.path.exists():
            return 0
        with self._locked():
            before = list(self.lines())
            after = [change(dict(line)) for line in before]
            changed = sum(old != new for old, new in zip(before, after, strict=True))
            if changed:
                part = self.path.with_name(self.path.name + ".part")
                handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    for line in after:
                        if line is not None:
                            text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
                            file.write(text + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(self.path)
        return changed

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, of all processes: a rewrite must not lose what another one adds meanwhile."""
        handle = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                import fcntl
            except ImportError:
                # Windows: one process at a time writes; nothing there forks workers.
                yield
                return
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

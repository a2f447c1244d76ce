"""Mail into a folder: for trying out, and for a mail program that takes it from there."""

import os
from pathlib import Path

from graph_service.messages.transport import NotNow


class Folder:
    """Writes each mail as `KEY.eml`, whole or not at all. The same mail again is the same file."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def connect(self) -> "Folder":
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise NotNow(error.__class__.__name__) from None
        return self

    def offer(self, key: str, sender: str, recipient: str) -> None:
        """Every address will do."""

    def hand(self, key: str, content: bytes) -> str:
        """Write the file, durably."""
        whole, part = self.path / f"{key}.eml", self.path / f".{key}.part"
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(whole)
        except OSError as error:
            raise NotNow(error.__class__.__name__) from None
        return "written"

    def drop(self) -> None:
        """An offer binds nobody."""

    def close(self) -> None:
        """Nothing is held open."""

"""The folder in which an uploaded file waits for its load, and its rejected rows for whoever mends them."""

import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

from graph_service.errors import NotFound, ServiceError

#: Bytes of the largest file that is taken over the network; larger ones are loaded from the command line.
LARGEST = 64_000_000
#: Seconds that rejected rows are kept.
KEPT = 7 * 86_400
REJECTS = "rejects.csv"


class TooLarge(ServiceError):
    """A file beyond the limit."""

    code, title, status = "too_large", "The file is too large", 413
    hint = f"Files of up to {LARGEST // 1_000_000} MB are taken here; load a larger one from the command line."


def plain(name: str) -> str:
    """A name that is no path. Raises NotFound for any other.

    >>> plain("visits.csv")
    'visits.csv'
    """
    if Path(name).name != name or name in ("", ".", ".."):
        raise NotFound("This is no file's name.")
    return name


class Spool:
    """Files of jobs below one folder that only the service's own user reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "imports"

    def of(self, job: str) -> Path:
        """The folder of one job, made when it is not there."""
        made = self.folder / job
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        return made

    async def take(self, job: str, name: str, parts: AsyncIterator[bytes]) -> Path:
        """Write a file as it comes in. Raises TooLarge, and keeps nothing then."""
        path = self.of(job) / plain(name)
        size = 0
        path.touch(mode=0o600)
        with path.open("wb") as file:
            async for part in parts:
                size += len(part)
                if size > LARGEST:
                    break
                file.write(part)
        if size > LARGEST:
            self.forget(job)
            raise TooLarge()
        return path

    def rejects(self, job: str) -> Path:
        """The file of rejected rows. Raises NotFound where there is none (any more)."""
        path = self.folder / job / REJECTS
        if not path.is_file():
            raise NotFound("There are no rejected rows of this import; they are kept for a week.")
        return path

    def forget(self, job: str) -> None:
        """Delete everything of one job."""
        shutil.rmtree(self.folder / job, ignore_errors=True)

    def clean(self) -> None:
        """Delete what is older than a week."""
        if self.folder.is_dir():
            for each in self.folder.iterdir():
                if each.stat().st_mtime < time.time() - KEPT:
                    shutil.rmtree(each, ignore_errors=True)

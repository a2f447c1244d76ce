"""The columnar cache: what a store has already told, as Arrow files that every process maps into memory.

Layout: CACHE/STORE-ID/EPOCH/KIND.arrow and KIND.json (revision, size, checksum). A file is written beside its place,
flushed and renamed, so that it is there whole or not at all; one that is lost, torn or of another store is noticed
and asked for again. The folder is its owner's alone and safe to delete. An erasure raises the epoch: older folders
are deleted, since they hold what was erased.
"""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from graph_service.records.kind import Kind, kept_schema

#: Tables smaller than this are asked for anew: that is faster than a file.
WORTH_ROWS = 20_000
#: A file is written again when so much of the table is newer than it.
STALE_SHARE = 0.1
#: Words of eight bytes in a block of the checksum: as many as a page of the disk holds.
BLOCK = 512


class Cache:
    """The cache of one store. Nothing it does can fail a look: without a folder to write to it keeps nothing."""

    def __init__(self, folder: Path, store_id: str, epoch: int) -> None:
        self.folder = folder / store_id / str(epoch)
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for other in self.folder.parent.iterdir():
                if other.name != self.folder.name:
                    shutil.rmtree(other, ignore_errors=True)

    def read(self, kind: Kind) -> tuple[int, Any] | None:
        """The revision and table that are kept of a kind, or None where nothing usable is."""
        import pyarrow as pa

        data, about = self.folder / f"{kind.name}.arrow", self.folder / f"{kind.name}.json"
        try:
            told = json.loads(about.read_text())
            if data.stat().st_size != told["size"] or checksum(data) != told["checksum"]:
                return None
            with pa.memory_map(str(data)) as source:
                table = pa.ipc.open_file(source).read_all()
            if table.schema != kept_schema(kind):
                return None
            return int(told["revision"]), table
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
            return None

    def worth(self, table: Any) -> bool:
        """Whether a table is large enough for a file."""
        return int(table.num_rows) >= WORTH_ROWS

    def write(self, kind: Kind, revision: int, table: Any) -> None:
        """Keep a table as of a revision."""
        import pyarrow as pa

        data, about = self.folder / f"{kind.name}.arrow", self.folder / f"{kind.name}.json"
        part = data.with_name(f"{data.name}.{os.getpid()}.part")
        try:
            handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                with pa.ipc.new_file(file, table.schema) as sink:
                    sink.write_table(table.combine_chunks())
                file.flush()
                os.fsync(file.fileno())
            told = {"revision": revision, "size": part.stat().st_size, "checksum": checksum(part)}
            # The description goes first: a table that does not fit it is not used.
            place(about, json.dumps(told))
            part.replace(data)
            if any(int(other.name) > int(self.folder.name) for other in self.folder.parent.iterdir()):
                # Something was erased while this was written.
                shutil.rmtree(self.folder, ignore_errors=True)
        except (OSError, MemoryError, pa.ArrowException):
            with suppress(OSError):
                part.unlink(missing_ok=True)


def checksum(path: Path) -> str:
    """A fingerprint of a file's bytes: a hash of the sums of its blocks.

    It has to notice a torn, cut or decayed file, not a forger; sums run as fast as memory is read.
    """
    import numpy as np

    size = path.stat().st_size
    hashed = hashlib.blake2b(str(size).encode(), digest_size=16)
    words = np.memmap(path, "<u8", "r", shape=(size // 8,)) if size >= 8 else np.zeros(0, "<u8")
    whole = len(words) // BLOCK * BLOCK
    hashed.update(words[:whole].reshape(-1, BLOCK).sum(axis=1, dtype="<u8").tobytes())
    with path.open("rb") as file:
        file.seek(whole * 8)
        hashed.update(file.read())
    return hashed.hexdigest()


def place(path: Path, text: str) -> None:
    """Write a small file so that it is there whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def forget(folder: Path, store_id: str) -> None:
    """Delete everything that is kept of a store."""
    shutil.rmtree(folder / store_id, ignore_errors=True)

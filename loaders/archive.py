"""The files of a folder or a zip archive; an archive that tricks or bursts is refused whole."""

import stat
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from graph_service.errors import UnreadableFile
from loaders.text import read_bytes

#: Limits of an archive: files in it, bytes when unpacked, and how many times larger than packed.
MOST_FILES = 1_000
MOST_BYTES = 1 << 30
MOST_TIMES = 200
#: Below this size how well a file is packed says nothing.
SMALL = 1 << 20


def read_files(path: Path, wanted: Collection[str]) -> dict[str, bytes]:
    """Name to bytes of the wanted files that are there. Raises UnreadableFile."""
    if path.is_dir():
        return {name: read_bytes(path / name) for name in sorted(wanted) if (path / name).is_file()}
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpacked(archive, wanted)
    except FileNotFoundError:
        raise UnreadableFile("There is no such file. Nothing was changed.") from None
    except zipfile.BadZipFile as error:
        overlap = " whose files overlap" if "verlap" in str(error) else ""
        damaged = "damaged" if "CRC" in str(error) else f"not a zip archive{overlap}"
        raise UnreadableFile(f"The file is {damaged}. Nothing was changed.") from None
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise UnreadableFile("The archive is damaged or packed in an unknown way. Nothing was changed.") from None


def _unpacked(archive: zipfile.ZipFile, wanted: Collection[str]) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise UnreadableFile(f"The archive holds more than {MOST_FILES} files. Nothing was changed.")
    for entry in entries:
        _refuse_tricks(entry)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise UnreadableFile("The archive is too large when unpacked. Nothing was changed.")
    found: dict[str, bytes] = {}
    for entry in entries:
        name = PurePosixPath(entry.filename).name
        if entry.is_dir() or name not in wanted or entry.filename.startswith("__MACOSX/"):
            continue
        if name in found:
            raise UnreadableFile(f"The archive holds {name} twice. Nothing was changed.")
        found[name] = _read(archive, entry)
    return found


def _refuse_tricks(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename)
    outside = path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename
    if outside or stat.S_ISLNK(entry.external_attr >> 16):
        raise UnreadableFile("The archive names files outside itself. Nothing was changed.")
    if entry.flag_bits & 1:
        raise UnreadableFile("The archive is encrypted. Nothing was changed.")
    if entry.file_size > SMALL and entry.file_size > MOST_TIMES * max(entry.compress_size, 1):
        raise UnreadableFile("The archive is packed as no roster is (a zip bomb). Nothing was changed.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The file's bytes: never more than its entry says, which may lie."""
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)
        if len(data) > entry.file_size or file.read(1):
            raise UnreadableFile("The archive lies about its sizes. Nothing was changed.")
    return data
